//! Module zips: Go's rules for them, their hash, and making them.
//!
//! [`Archive`] reads a zip from anything with positioned reads; [`Archive::verify`] applies all of Go's rules and
//! computes the `h1:` hash in one pass, in memory bounded by the names (not by the contents, and not by what the
//! zip claims). [`create`] makes a zip of the files that belong into one, [`create_from_dir`] of a folder.
//!
//! Rules of `golang.org/x/mod/zip`. Beyond them, a zip is refused when other readers could see other files in it:
//! bytes in front of or behind it, a directory that is not where its end says, names that occur twice.

use std::io;

mod archive;
mod create;
mod rules;

pub use archive::{Archive, Limits, Verified};
pub use create::{DirFile, FileKind, SourceFile, check_files, create, create_from_dir, list_dir};
pub use rawzip::ReaderAt;
pub use rules::{Checked, EntryError, FileError};

use crate::dirhash::NewlineInName;
use crate::path::ModuleError;

/// The most bytes that a zip, and all of its content unpacked, may have: 500 MiB.
pub const MAX_ZIP: u64 = 500 << 20;

/// The most bytes that a `go.mod` in a zip may have: 16 MiB.
pub const MAX_GO_MOD: u64 = 16 << 20;

/// The most bytes that a `LICENSE` in the root of a zip may have: 16 MiB.
pub const MAX_LICENSE: u64 = 16 << 20;

/// Why a zip is no module zip, or cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZipError {
    /// The module's path or version is bad.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The version is not canonical.
    #[error("version {version:?} is not canonical (should be {canonical:?})")]
    NotCanonical {
        /// As given.
        version: String,
        /// As it should be; empty when it is no version.
        canonical: String,
    },
    /// The zip has more than [`MAX_ZIP`] bytes.
    #[error("module zip file is too large ({size} bytes; limit is {MAX_ZIP} bytes)")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// The content has more than [`MAX_ZIP`] bytes.
    #[error("total uncompressed size of module contents too large (max size is {MAX_ZIP} bytes)")]
    ContentsTooLarge,
    /// More entries, or longer names, than the caller's [`Limits`] allow.
    #[error("too many entries in zip (limit is {entries} entries with {name_bytes} bytes of names)")]
    TooManyEntries {
        /// The limit of entries.
        entries: u64,
        /// The limit of bytes in all names.
        name_bytes: u64,
    },
    /// It is no zip.
    #[error("not a valid zip file: {0}")]
    Format(String),
    /// Different readers could see different files in it.
    #[error("not a valid zip file: {0}")]
    Ambiguous(&'static str),
    /// Entries break the rules.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<FileError>),
    /// The content of an entry does not fit its description.
    #[error("{path}: {reason}")]
    Content {
        /// The entry.
        path: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A name cannot be hashed.
    #[error(transparent)]
    Name(#[from] NewlineInName),
    /// Reading or writing failed.
    #[error("{operation}: {source}")]
    Io {
        /// What was read or written.
        operation: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl ZipError {
    pub(crate) fn io(operation: impl Into<String>) -> impl FnOnce(io::Error) -> ZipError {
        let operation = operation.into();
        move |source| ZipError::Io { operation, source }
    }
}

/// A rawzip error: trouble with reading stays what it is, everything else means that it is no zip.
fn format_error(e: rawzip::Error) -> ZipError {
    match e.into_kind() {
        rawzip::ErrorKind::IO(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            ZipError::Io { operation: "read zip".to_owned(), source }
        }
        kind => ZipError::Format(kind.to_string()),
    }
}

#[cfg(test)]
mod tests;
