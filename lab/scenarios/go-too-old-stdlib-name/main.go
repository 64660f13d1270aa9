package main

import "strings"

func main() {
	for line := range strings.Lines("a") {
		println(line)
	}
}
