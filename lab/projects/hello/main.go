// Command hello greets.
package main

func main() {
	println("hello")
}
