//! What can go wrong before there is a diagnosis: one enum, one exit code for each, hints where somebody can act.

use crate::usage::Complaint;
use crate::words::{self as w, io_reason, plain, with};
use finding::{Words, exit};
use std::io;
use std::path::{Path, PathBuf};

/// Something outside this program is not as it should be.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The command line or a setting is wrong.
    Usage(Complaint),
    /// An input cannot be read.
    Read {
        /// The input.
        what: Words,
        /// Why.
        reason: Words,
    },
    /// A folder without logs.
    NoLogsInside(PathBuf),
    /// An output cannot be written.
    Write {
        /// The output.
        what: Words,
        /// Why.
        reason: Words,
    },
    /// An output that must not be written.
    CannotWrite {
        /// Which, and why.
        words: Words,
        /// What to do instead.
        hint: Words,
    },
    /// The module proxy cannot run.
    #[cfg(unix)]
    Serve(Words),
    /// An input that holds nothing of what was asked for: what.
    NothingFound(Words),
    /// The last failed build cannot be had.
    NoHistory {
        /// Why.
        why: Words,
        /// Another builder may have a history.
        try_builders: bool,
    },
    /// A bug of ours.
    DiagnosisFailed,
}

impl Fault {
    /// A wrong value that is not clap's business.
    pub(crate) fn usage(error: Words, hint: Option<Words>) -> Self {
        Self::Usage(Complaint { error, hints: hint.into_iter().collect() })
    }

    /// A file that cannot be read.
    pub(crate) fn read(path: &Path, error: &io::Error) -> Self {
        Self::Read { what: plain(path.display()), reason: io_reason(error) }
    }

    /// A file that cannot be written.
    pub(crate) fn write(path: &Path, error: &io::Error) -> Self {
        Self::Write { what: plain(path.display()), reason: io_reason(error) }
    }

    /// No last failed build, though docker has a history for other builders perhaps.
    pub(crate) fn no_history(why: Words) -> Self {
        Self::NoHistory { why, try_builders: true }
    }

    /// The message.
    pub(crate) fn words(&self) -> Words {
        match self {
            Self::Usage(complaint) => complaint.error.clone(),
            Self::Read { what, reason } => with(&w::CANNOT_READ, &[what.clone(), reason.clone()]),
            Self::NoLogsInside(path) => {
                with(&w::CANNOT_READ, &[plain(path.display()), w::NO_LOGS_INSIDE.clone()])
            }
            Self::Write { what, reason } => with(&w::CANNOT_WRITE, &[what.clone(), reason.clone()]),
            Self::CannotWrite { words, .. } => words.clone(),
            #[cfg(unix)]
            Self::Serve(words) => words.clone(),
            Self::NothingFound(words) | Self::NoHistory { why: words, .. } => words.clone(),
            Self::DiagnosisFailed => w::DIAGNOSIS_FAILED.clone(),
        }
    }

    /// What somebody can do about it.
    pub(crate) fn hints(&self) -> Vec<Words> {
        match self {
            Self::Usage(complaint) => complaint.hints.clone(),
            Self::CannotWrite { hint, .. } => vec![hint.clone()],
            #[cfg(unix)]
            Self::Serve(_) => Vec::new(),
            Self::NoLogsInside(_) => vec![w::NAME_THE_FILES.clone()],
            Self::NoHistory { try_builders, .. } => {
                let mut hints = vec![w::GO_ON_RUN.clone(), w::GO_ON_PIPE.clone()];
                hints.extend(try_builders.then(|| w::GO_ON_BUILDER.clone()));
                hints
            }
            Self::Read { .. } | Self::Write { .. } | Self::NothingFound(_) | Self::DiagnosisFailed => {
                Vec::new()
            }
        }
    }

    /// The code to exit with.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => exit::USAGE,
            Self::Read { .. } | Self::NoLogsInside(_) | Self::Write { .. } | Self::NoHistory { .. } => {
                exit::UNREADABLE
            }
            Self::CannotWrite { .. } => exit::UNREADABLE,
            #[cfg(unix)]
            Self::Serve(_) => exit::UNREADABLE,
            // Nothing was explained, whatever the reason.
            Self::NothingFound(_) | Self::DiagnosisFailed => exit::UNEXPLAINED,
        }
    }
}
