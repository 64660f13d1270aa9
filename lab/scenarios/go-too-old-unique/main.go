package main

import "unique"

func main() { println(unique.Make("a").Value()) }
