//! GOPRIVATE, GONOPROXY, GONOSUMDB and GOINSECURE: comma-separated globs, each matched against as many leading
//! elements of a module path as the glob itself has.

use std::ops::Range;

/// Whether a path prefix of `target` matches one of the comma-separated globs.
///
/// `*.corp.example.com,example.org/private` matches `git.corp.example.com/x` and `example.org/private/y`. Empty
/// and malformed globs match nothing; a trailing slash is ignored. Spaces are part of the glob, as in Go.
pub fn matches(globs: &str, target: &str) -> bool {
    globs.split(',').any(|glob| matches_glob(glob, target))
}

/// Parsed [`matches()`] list, for asking often and for pointing at its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    globs: Vec<Glob>,
}

/// One glob of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    /// The text between the commas.
    pub text: String,
    /// Where it stands in the list, in bytes.
    pub span: Range<usize>,
}

impl Glob {
    /// Whether the glob is malformed, so that Go silently ignores it.
    pub fn is_malformed(&self) -> bool {
        glob_match(trimmed(&self.text), "").is_err()
    }

    /// Whether the glob has white space at an end, which matches nothing: the usual slip in `GOPRIVATE=a, b`.
    pub fn has_outer_space(&self) -> bool {
        self.text.trim().len() != self.text.len()
    }

    /// Whether the glob matches a prefix of the module path.
    pub fn matches(&self, target: &str) -> bool {
        matches_glob(&self.text, target)
    }
}

impl Patterns {
    /// Splits a list at its commas, leaving out empty parts. Never fails: see [`Glob::is_malformed`].
    pub fn parse(list: &str) -> Self {
        let mut at = 0;
        let mut globs = Vec::new();
        for text in list.split(',') {
            if !trimmed(text).is_empty() {
                globs.push(Glob { text: text.to_owned(), span: at..at + text.len() });
            }
            at += text.len() + 1;
        }
        Self { globs }
    }

    /// Whether any glob matches.
    pub fn matches(&self, target: &str) -> bool {
        self.find(target).is_some()
    }

    /// The first glob that matches.
    pub fn find(&self, target: &str) -> Option<&Glob> {
        self.globs.iter().find(|glob| glob.matches(target))
    }

    /// The globs in order.
    pub fn globs(&self) -> &[Glob] {
        &self.globs
    }

    /// Whether the list has no glob.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }
}

/// GONOPROXY and GONOSUMDB with their common default GOPRIVATE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Modules fetched from their origin, whatever GOPROXY says.
    pub noproxy: Patterns,
    /// Modules not looked up in the checksum database.
    pub nosumdb: Patterns,
}

impl Privacy {
    /// The settings in force: an unset or empty GONOPROXY or GONOSUMDB falls back to GOPRIVATE, as in Go; `none`
    /// is no keyword but a glob that matches no module, which is how people switch the fallback off.
    pub fn resolve(goprivate: &str, gonoproxy: Option<&str>, gonosumdb: Option<&str>) -> Self {
        let pick =
            |own: Option<&str>| Patterns::parse(own.filter(|list| !list.is_empty()).unwrap_or(goprivate));
        Self { noproxy: pick(gonoproxy), nosumdb: pick(gonosumdb) }
    }
}

fn trimmed(glob: &str) -> &str {
    glob.strip_suffix('/').unwrap_or(glob)
}

fn matches_glob(glob: &str, target: &str) -> bool {
    let glob = trimmed(glob);
    if glob.is_empty() {
        return false;
    }
    let slashes = glob.bytes().filter(|&b| b == b'/').count();
    let mut ends = target.match_indices('/').map(|(at, _)| at);
    let prefix = match ends.nth(slashes) {
        Some(end) => &target[..end],
        None if target.bytes().filter(|&b| b == b'/').count() < slashes => return false,
        None => target,
    };
    glob_match(glob, prefix) == Ok(true)
}

/// A glob that is no glob: an open bracket, an empty class, a trailing backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

/// One unit of a glob.
enum Unit {
    Star,
    Any,
    One(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// Go's `path.Match`: `*` and `?` do not cross `/`, `[a-z]` and `[^a-z]` are classes, `\` takes the next character
/// as it is. The whole name must match.
///
/// # Errors
/// [`BadPattern`], also when the malformed part would never be reached.
pub fn glob_match(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let units = parse_glob(pattern)?;
    let name: Vec<char> = name.chars().collect();
    // The usual two-pointer walk: on a mismatch, let the last star take one character more.
    let (mut u, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match units.get(u) {
            Some(Unit::Star) => {
                retry = Some((u + 1, n));
                u += 1;
                continue;
            }
            Some(unit) if n < name.len() && unit.accepts(name[n]) => {
                u += 1;
                n += 1;
                continue;
            }
            None if n == name.len() => return Ok(true),
            _ => {}
        }
        match retry {
            Some((after, at)) if at < name.len() && name[at] != '/' => {
                retry = Some((after, at + 1));
                (u, n) = (after, at + 1);
            }
            _ => return Ok(false),
        }
    }
}

impl Unit {
    fn accepts(&self, c: char) -> bool {
        match self {
            Unit::Star => false,
            Unit::Any => c != '/',
            Unit::One(own) => *own == c,
            Unit::Class { negated, ranges } => ranges.iter().any(|&(lo, hi)| lo <= c && c <= hi) != *negated,
        }
    }
}

fn parse_glob(pattern: &str) -> Result<Vec<Unit>, BadPattern> {
    let mut units = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        units.push(match c {
            '*' => Unit::Star,
            '?' => Unit::Any,
            '\\' => Unit::One(chars.next().ok_or(BadPattern)?),
            '[' => parse_class(&mut chars)?,
            c => Unit::One(c),
        });
    }
    Ok(units)
}

fn parse_class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Unit, BadPattern> {
    fn bound(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<char, BadPattern> {
        match chars.next() {
            None | Some('-' | ']') => Err(BadPattern),
            Some('\\') => chars.next().ok_or(BadPattern),
            Some(c) => Ok(c),
        }
    }
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || chars.next_if_eq(&']').is_none() {
        let lo = bound(chars)?;
        let hi = if chars.next_if_eq(&'-').is_some() { bound(chars)? } else { lo };
        ranges.push((lo, hi));
    }
    Ok(Unit::Class { negated, ranges })
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
