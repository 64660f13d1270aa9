package main

// #cgo pkg-config: libgit2
import "C"

func main() {}
