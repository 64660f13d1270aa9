package main

import "corp.example/hello/service"

func main() { service.Run() }
