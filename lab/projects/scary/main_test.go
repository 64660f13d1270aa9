package main

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

func TestRetry(t *testing.T) {
	if err := retry(3); err != nil {
		t.Fatal(err)
	}
}

func TestWords(t *testing.T) {
	for _, word := range words {
		t.Run(word, func(t *testing.T) { t.Logf("ERROR: %s", word) })
	}
}

func TestPrintsFail(t *testing.T) {
	fmt.Println("FAIL")
	fmt.Println("--- FAIL: TestOther (0.01s)")
	fmt.Println("FAIL\tcorp.example/other\t0.033s")
	fmt.Fprintln(os.Stderr, "panic: runtime error: index out of range [recovered]")
}

func TestPanics(t *testing.T) {
	defer func() { t.Log("recovered:", recover()) }()
	panic("boom")
}

func TestSkipped(t *testing.T) { t.Skip("needs network: dial tcp: lookup proxy.golang.org: no such host") }

func BenchmarkWrap(b *testing.B) {
	for i := 0; i < b.N; i++ {
		_ = errors.Unwrap(fmt.Errorf("read: %w", os.ErrPermission))
	}
}
