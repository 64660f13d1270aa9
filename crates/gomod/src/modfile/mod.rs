//! `go.mod` and `go.work`: reading with the place of every token, and edits that leave everything else as it is.
//!
//! [`GoMod::parse`] and [`GoWork::parse`] accept and refuse what the `go` command does, except that versions must be
//! versions: nothing is looked up. Edits are lists of [`TextEdit`] against the text that was parsed; make one,
//! [`apply`] it, parse again.
//!
//! ```
//! # use seaworthy_gomod as gomod;
//! use gomod::modfile::{GoMod, Mode, apply};
//!
//! let text = "module example.com/m\n\ngo 1.21\n\nrequire a.b/c v1.0.0 // why\n";
//! let file = GoMod::parse(text, Mode::Main).unwrap();
//! assert_eq!(file.require[0].module.version, "v1.0.0");
//! let text = apply(text, file.set_require("a.b/c", "v1.2.0"));
//! assert_eq!(text, "module example.com/m\n\ngo 1.21\n\nrequire a.b/c v1.2.0 // why\n");
//! ```

use std::borrow::Cow;
use std::ops::Range;

mod changes;
mod directives;
mod edit;
mod error;
mod gomod;
mod gowork;
mod quote;
mod syntax;

pub use directives::{
    Exclude, Go, Godebug, Ignore, Interval, Module, Replace, Replacement, Require, Retract, Tool, Toolchain,
    is_directory_path,
};
pub use edit::{TextEdit, apply};
pub use error::{ErrorKind, ParseError, ParseErrors, Position};
pub use gomod::{GoMod, Mode, module_path};
pub use gowork::{GoWork, Use};
pub use quote::{auto_quote, must_quote};
pub use syntax::{Block, Line, LineId, Syntax};

/// The bytes of a file as text of the same length: each byte that is no UTF-8 becomes `?`.
///
/// Go takes such bytes in comments, and old modules have them; the places of a parse fit the bytes.
pub fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut out = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                out.extend(chunk.invalid().iter().map(|_| '?'));
            }
            Cow::Owned(out)
        }
    }
}

/// The first conflict marker that a merge left behind: the line's place and its number from 1.
///
/// Only a line that begins with seven `<`, `>` or `|`, alone or followed by a space, counts; the `=======` between
/// the sides always stands between two of them. The same marks break `go.sum` and `modules.txt`.
pub fn conflict_marker(text: &str) -> Option<(Range<usize>, usize)> {
    let mut at = 0;
    for (index, line) in text.split('\n').enumerate() {
        for mark in ["<<<<<<<", ">>>>>>>", "|||||||"] {
            if line.strip_prefix(mark).is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
            {
                return Some((at..at + line.trim_end().len(), index + 1));
            }
        }
        at += line.len() + 1;
    }
    None
}

#[cfg(test)]
mod edit_tests;
#[cfg(test)]
mod tests;
