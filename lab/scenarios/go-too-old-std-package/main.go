package main

import "iter"

var _ iter.Seq[int]

func main() {}
