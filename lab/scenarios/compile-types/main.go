package main

import "os"

func port() int { return "8080" }

func main() { println(port()) }
