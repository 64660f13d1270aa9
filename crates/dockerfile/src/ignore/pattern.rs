//! One pattern of an ignore file.

use super::glob::{self, BadPattern};
use super::regexp::Regexp;
use crate::span::Span;

/// A pattern of an ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Cleaned, without `!`.
    pub text: String,
    /// It takes back: it began with `!`.
    pub negated: bool,
    /// 1-based line in its file.
    pub line: u32,
    /// The pattern as written, in its file.
    pub span: Span,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Exact,
    /// `abc/**`
    Prefix,
    /// `**abc`
    Suffix,
    Regexp(Regexp),
    /// Passes the syntax check and then fails at the first path.
    Broken,
}

impl Pattern {
    /// Compile one entry as the ignore file's reader hands it out (`!` still in front). `Ok(None)`: nothing left of it.
    pub(super) fn new(entry: &str, line: u32, span: Span) -> Result<Option<Self>, BadPattern> {
        let entry = entry.trim();
        if entry.is_empty() {
            return Ok(None);
        }
        let cleaned = glob::clean(entry);
        let (negated, text) = match cleaned.strip_prefix('!') {
            Some("") => return Err(BadPattern),
            Some(rest) => (true, rest.to_owned()),
            None => (false, cleaned),
        };
        glob::matches(&text, ".")?;
        let kind = compile(&text);
        Ok(Some(Self { text, negated, line, span, kind }))
    }

    /// Whether this pattern alone matches this very path (parents are not looked at).
    ///
    /// # Errors
    /// A pattern that only shows its error when it is used.
    pub fn matches(&self, path: &str) -> Result<bool, BadPattern> {
        Ok(match &self.kind {
            Kind::Exact => path == self.text,
            Kind::Prefix => path.starts_with(&self.text[..self.text.len() - 2]),
            Kind::Suffix => {
                let suffix = &self.text[2..];
                path.ends_with(suffix) || suffix.strip_prefix('/').is_some_and(|rest| path == rest)
            }
            Kind::Regexp(regexp) => regexp.matches(path),
            Kind::Broken => return Err(BadPattern),
        })
    }

    /// It passes the syntax check and fails the build at the first path it is tried on.
    pub(super) fn is_broken(&self) -> bool {
        self.kind == Kind::Broken
    }

    /// Without a trailing `/**` or `/*`.
    fn stem(&self) -> &str {
        let text = self.text.strip_suffix("/**").unwrap_or(&self.text);
        text.strip_suffix("/*").unwrap_or(text)
    }

    /// Whether the stem is a plain path: then the walk knows which folders it can reach into.
    pub(super) fn is_plain(&self) -> bool {
        !self.stem().contains(['*', '[', ']', '?', '^', '\\'])
    }

    /// Whether a plain pattern may match something inside the folder `dir`.
    pub(super) fn reaches_into(&self, dir: &str) -> bool {
        let stem = self.stem();
        stem.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

fn compile(pattern: &str) -> Kind {
    let mut kind = Kind::Exact;
    let mut is_regexp = false;
    let mut expr = String::new();
    let mut chars = pattern.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        let at_start = std::mem::replace(&mut first, false);
        match c {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                if chars.peek() == Some(&'/') {
                    chars.next();
                }
                if chars.peek().is_none() {
                    if kind == Kind::Exact && !is_regexp {
                        kind = Kind::Prefix;
                    } else {
                        expr.push_str(".*");
                        is_regexp = true;
                    }
                } else {
                    expr.push_str("(.*/)?");
                    is_regexp = true;
                }
                if at_start {
                    kind = Kind::Suffix;
                    is_regexp = false;
                }
            }
            '*' => {
                expr.push_str("[^/]*");
                is_regexp = true;
            }
            '?' => {
                expr.push_str("[^/]");
                is_regexp = true;
            }
            // The original means to escape `|`, `{` and `}` too, but its table of bits is too narrow for them.
            '.' | '+' | '(' | ')' | '$' => {
                expr.push('\\');
                expr.push(c);
            }
            '\\' => {
                expr.push('\\');
                if let Some(next) = chars.next() {
                    expr.push(next);
                    is_regexp = true;
                }
            }
            '[' | ']' => {
                expr.push(c);
                is_regexp = true;
            }
            c => expr.push(c),
        }
    }
    if !is_regexp {
        return kind;
    }
    // After a trailing backslash this is a literal dollar, and the end is open.
    expr.push('$');
    Regexp::new(&expr).map_or(Kind::Broken, Kind::Regexp)
}
