// Package ledger adds up.
package ledger

// Total is the total.
func Total() int { return 42 }
