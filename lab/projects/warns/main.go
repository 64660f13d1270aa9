// Command warns makes the C compiler warn.
package main

/*
#cgo CFLAGS: -Wall -Wextra
static int unused_function(void) { return 1; }
static int answer(int unused) { int x; return 42; }
#warning "error: this is only a warning"
*/
import "C"

import "fmt"

func main() { fmt.Println(C.answer(1)) }
