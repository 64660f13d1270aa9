package main

// #cgo LDFLAGS: -lsqlite3
// int sqlite3_libversion_number(void);
import "C"

func main() { println(C.sqlite3_libversion_number()) }
