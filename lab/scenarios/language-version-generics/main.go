package main

func first[T any](all []T) T { return all[0] }

func main() { println(first([]int{1})) }
