// Package db does.
package db

// Do does.
func Do() {}
