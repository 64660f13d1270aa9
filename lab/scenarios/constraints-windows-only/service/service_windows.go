// Package service is a Windows service.
package service

// Run runs.
func Run() {}
