// Package log logs.
package log
