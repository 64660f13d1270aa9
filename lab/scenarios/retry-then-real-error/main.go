package main

func main() { println(totl) }
