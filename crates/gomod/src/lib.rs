//! Go modules as the `go` command sees them, without the `go` command.
//!
//! Everything here is a pure function of what it is handed, or works through a small trait that the caller
//! implements: no network, no environment, no home folder. Behaviour follows Go 1.26 (`cmd/go` and
//! `golang.org/x/mod`); where Go has a table of cases, our tests hold the same facts, and differential tests run
//! the real thing beside this crate when a `go` is at hand.
//!
//! | area | module |
//! |---|---|
//! | module, import and file paths, escaping for URLs and caches | [`path`] |
//! | semantic versions, pseudo-versions, queries | [`version`] |
//! | `go.mod` and `go.work`: parse and edit | [`modfile`] |
//! | `go.sum` | [`gosum`] |
//! | `vendor/modules.txt` | [`vendor`] |
//! | Go's own versions, toolchains, GOTOOLCHAIN | [`gover`] |
//! | module zips: rules, making | [`zip`] |
//! | `h1:` hashes | [`dirhash`] |
//! | the checksum database: notes, tiles, proofs, client | [`sumdb`] |
//! | the GOPROXY protocol: requests, answers, the walk over a list | [`proxy`] |
//! | GOAUTH, `.netrc`, `git credential` | [`credentials`] |
//! | the `go env` file, GOFLAGS | [`goenv`] |
//! | GOPROXY lists | [`goproxy`] |
//! | dates of pseudo-versions and `.info` files | [`time`] |
//! | GOPRIVATE, GONOPROXY, GONOSUMDB, GOINSECURE | [`pattern`] |

pub mod credentials;
pub mod dirhash;
pub mod goenv;
pub mod goproxy;
pub mod gosum;
pub mod gover;
pub mod modfile;
pub mod path;
pub mod pattern;
pub mod proxy;
pub mod sumdb;
pub mod time;
mod unicode;
mod unicode_tables;
pub mod vendor;
pub mod version;
pub mod zip;

pub use path::ModuleVersion;
