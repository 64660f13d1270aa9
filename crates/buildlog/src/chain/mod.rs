//! Error chains: one message of Go, git, curl, Docker or the system taken apart into typed pieces.
//!
//! Go nests errors outermost first (`go: module@version: Get "URL": dial tcp ADDR: i/o timeout`). The innermost
//! clause says what happened, the ones before it to what.

mod address;
mod fault;
mod parts;

pub use address::{Address, AddressClass, classify_host};
pub use fault::{Fault, FaultKind, fault};
pub use parts::{ModuleRef, Position, Url, all_modules, clauses, module_ref, position, url_in};
