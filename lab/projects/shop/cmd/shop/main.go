// Command shop prints an order number.
package main

import (
	"os"

	"github.com/google/uuid"
)

func main() {
	os.Stdout.WriteString(uuid.NewString() + "\n")
}
