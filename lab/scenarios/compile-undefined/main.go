package main

func main() {
	println(greting)
}
