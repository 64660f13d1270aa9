//! The checksum database: a public log of module hashes that nobody can change unnoticed.
//!
//! | | |
//! |---|---|
//! | [`note`] | signed notes and keys |
//! | [`tlog`] | the Merkle tree, inclusion and consistency proofs |
//! | [`tile`] | tiles, and the check that they belong to a tree |
//! | [`Client`] | lookups, over fetching and storing that the caller does |
//! | [`Setting`] | GOSUMDB |
//! | [`MemoryLog`] | a small database of one's own |
//!
//! Behaviour of `golang.org/x/mod/sumdb` and of `cmd/go`, design of <https://go.dev/design/25530-sumdb>.

mod client;
mod memory;
pub mod note;
mod setting;
pub mod tile;
pub mod tlog;

pub use client::{Client, Fork, LookupError, Ops, Options, poll_now};
pub use memory::MemoryLog;
pub use setting::{BadSetting, Database, KNOWN_KEYS, Setting, must_verify};

#[cfg(test)]
mod tests;
