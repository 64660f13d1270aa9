//! Building blocks of fixes.

use finding::{Fix, Words};

/// A fix that is a command to type. Unsafe until [`safe`] says otherwise.
pub(crate) fn run(title: Words, command: impl Into<String>) -> Fix {
    Fix { title, safe: false, command: Some(command.into()), diff: None }
}

/// A fix that is an edit: lines that begin with `-`, `+` or a blank.
pub(crate) fn edit(title: Words, diff: impl Into<String>) -> Fix {
    Fix { title, safe: false, command: None, diff: Some(diff.into()) }
}

/// A fix that someone else has to make; nothing to type here.
pub(crate) fn advise(title: Words) -> Fix {
    Fix { title, safe: false, command: None, diff: None }
}

/// The command that goes with an edit.
pub(crate) fn then(fix: Fix, command: impl Into<String>) -> Fix {
    Fix { command: Some(command.into()), ..fix }
}

/// Marks a fix that cannot change what a working build produces.
pub(crate) fn safe(fix: Fix) -> Fix {
    Fix { safe: true, ..fix }
}
