//! What is wrong with a `go.mod` or `go.work`, and where.

use std::fmt;
use std::ops::Range;

use crate::path::VersionError;

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
    /// Byte in the file, from 0.
    pub byte: usize,
}

impl Position {
    /// The position of a byte of the text.
    pub fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            line: before.bytes().filter(|&b| b == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            byte,
        }
    }
}

/// One thing wrong with a file. Displays without the file's name: see [`ParseError::in_file`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{kind}", .directive.as_ref().map(|d| format!("{d}: ")).unwrap_or_default())]
pub struct ParseError {
    /// Where it begins.
    pub position: Position,
    /// The bytes that it is about.
    pub span: Range<usize>,
    /// The directive, with the module if it names one: `require example.com/m`.
    pub directive: Option<String>,
    /// What is wrong.
    pub kind: ErrorKind,
}

impl ParseError {
    /// `go.mod:3:9: text`, in the manner of Go, but always with a column.
    pub fn in_file(&self, name: &str) -> String {
        format!("{name}:{}:{}: {self}", self.position.line, self.position.column)
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A line that `git merge` or its like left behind.
    #[error("merge conflict marker {0:?}")]
    ConflictMarker(String),
    /// A C-style comment.
    #[error("mod files must use // comments (not /* */ comments)")]
    BlockComment,
    /// A quoted string that the file's end cuts off.
    #[error("unexpected EOF in string")]
    EofInString,
    /// A quoted string that the line's end cuts off.
    #[error("unexpected newline in string")]
    NewlineInString,
    /// A control or other character that nothing can be made of.
    #[error("unexpected input character {0:?}")]
    UnexpectedCharacter(char),
    /// A block without its closing parenthesis.
    #[error("syntax error (unterminated block started at line {line})")]
    UnterminatedBlock {
        /// Line of the block's first word, from 1.
        line: usize,
    },
    /// Something follows the closing parenthesis of a block.
    #[error("syntax error (expected newline after closing paren)")]
    AfterParenthesis,
    /// A block of a directive that has none.
    #[error("unknown block type: {0}")]
    UnknownBlock(String),
    /// A line that begins with a word that is no directive.
    #[error("unknown directive: {0}")]
    UnknownDirective(String),
    /// A second `module`, `go` or `toolchain` line.
    #[error("repeated {0} statement")]
    Repeated(&'static str),
    /// A line with too few or too many words, or the wrong ones.
    #[error("usage: {0}")]
    Usage(&'static str),
    /// A Go version that is not `1.23` or `1.23.4`.
    #[error("invalid go version {0:?}: must match format 1.23.0")]
    GoVersion(String),
    /// A toolchain that is not `go1.23.4` or `default`.
    #[error("invalid toolchain version {0:?}: must match format go1.23.0 or default")]
    ToolchainName(String),
    /// A string in quotes that cannot be read, or with quotes in the middle.
    #[error("invalid quoted string: {0}")]
    Quoted(&'static str),
    /// A module path that ends in a major version that no path has.
    #[error("invalid module path")]
    ModulePath,
    /// A version that is none, such as a branch name.
    #[error("version {0:?} invalid: must be of the form v1.2.3")]
    NotAVersion(String),
    /// A version that does not go with the module path.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// `path@version` as the target of a replacement.
    #[error("replacement module must match format 'path version', not 'path@version'")]
    ReplacementAt,
    /// A target without version that is no folder.
    #[error("replacement module without version must be directory path (rooted or starting with . or ..)")]
    ReplacementNoVersion,
    /// A folder with backslashes.
    #[error("replacement directory appears to be Windows path (on a non-windows system)")]
    ReplacementWindows,
    /// A folder with a version.
    #[error("replacement module directory path {0:?} cannot have version")]
    ReplacementFolderVersion(String),
    /// A bad `retract` line.
    #[error("{0}")]
    Interval(&'static str),
    /// A `retract` line in a file without a `module` line.
    #[error("no module directive found, so retract cannot be used")]
    RetractWithoutModule,
    /// More words behind a `retract` version.
    #[error("unexpected token after version: {0:?}")]
    AfterVersion(String),
}

/// All that is wrong with a file; at least one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseErrors(pub Vec<ParseError>);

impl ParseErrors {
    /// One line an error, as [`ParseError::in_file`].
    pub fn in_file(&self, name: &str) -> String {
        self.0.iter().map(|e| e.in_file(name)).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for ParseErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, e) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "line {}: {e}", e.position.line)?;
        }
        Ok(())
    }
}

impl std::error::Error for ParseErrors {}
