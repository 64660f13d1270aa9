package main

//go:generate mockgen -source=main.go -destination=mock.go

func main() {}
