// Command scary succeeds, with frightening words.
package main

import (
	"fmt"
	"net"
	"os"
	"time"
)

//go:generate echo generated: no such file or directory (just a text)

var words = []string{
	"connection refused",
	"x509: certificate signed by unknown authority",
	"no space left on device",
	"--- FAIL: TestNothing (0.00s)",
	"FAIL\tcorp.example/other\t0.012s",
	"exit status 1",
	"panic: not really",
	"go: github.com/acme/lib@v1.2.3: unknown revision v1.2.3",
	"verifying module: checksum mismatch",
	"permission denied",
	"signal: killed",
	"fatal: could not read Username for 'https://git.corp.example': terminal prompts disabled",
}

func retry(tries int) error {
	var err error
	for n := 1; n <= tries; n++ {
		if n < tries {
			_, err = net.DialTimeout("tcp", "127.0.0.1:1", time.Second)
			fmt.Fprintf(os.Stderr, "attempt %d/%d: %v\n", n, tries, err)
			continue
		}
		return nil
	}
	return err
}

func main() {
	switch os.Args[1] {
	case "retry":
		if err := retry(3); err != nil {
			os.Exit(1)
		}
		fmt.Println("worked in the end")
	case "words":
		for _, word := range words {
			fmt.Printf("known text: %s\n", word)
		}
	case "table":
		for n, word := range words {
			fmt.Printf("| %2d | %-60s | 0 |\n", n, word)
		}
	}
}
