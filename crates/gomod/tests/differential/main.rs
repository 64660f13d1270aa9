//! This crate beside Go's own code (`golang.org/x/mod` and the standard library) on random input.
//!
//! Skipped with a message when there is no `go`, or `golang.org/x/mod` is not in the module cache
//! (`cd crates/gomod/tests/go/oracle && go mod download`). GOMOD_SEED changes the input.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tests say what they skipped and counted")]

mod command;
mod files;
mod names;
mod oracle;
mod sums;
