package main

import (
	"corp.example/hello/internal/db"
)

func main() {
	db.Do()
}
