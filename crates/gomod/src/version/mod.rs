//! Versions of modules: Go's semantic versions (with a leading `v`, shorthands `v1` and `v1.2`, `+incompatible`),
//! [`pseudo`]-versions and [`query`]s such as `latest` or `>=v1.2.3`.
//!
//! Numbers are compared as digits of any length; nothing overflows. Behaviour of `golang.org/x/mod/semver`.

use std::cmp::Ordering;

pub mod pseudo;
pub mod query;

pub use pseudo::is_pseudo;
pub use query::Query;

/// The parts of a semantic version, borrowed from its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Semver<'a> {
    /// Major number, decimal, without `v`.
    pub major: &'a str,
    /// Minor number, `0` when the text leaves it out.
    pub minor: &'a str,
    /// Patch number, `0` when the text leaves it out.
    pub patch: &'a str,
    /// Pre-release with its leading `-`, or nothing.
    pub prerelease: &'a str,
    /// Build metadata with its leading `+`, or nothing.
    pub build: &'a str,
    /// How many numbers the text has: 1 for `v1`, 2 for `v1.2`, 3 for a full version.
    pub numbers: u8,
}

impl<'a> Semver<'a> {
    /// Parses a version; `None` when it is not one. Only full versions may have a pre-release or build part.
    pub fn parse(v: &'a str) -> Option<Self> {
        let (major, rest) = cut_number(v.strip_prefix('v')?)?;
        let mut out = Self { major, minor: "0", patch: "0", prerelease: "", build: "", numbers: 1 };
        if rest.is_empty() {
            return Some(out);
        }
        let (minor, rest) = cut_number(rest.strip_prefix('.')?)?;
        (out.minor, out.numbers) = (minor, 2);
        if rest.is_empty() {
            return Some(out);
        }
        let (patch, rest) = cut_number(rest.strip_prefix('.')?)?;
        (out.patch, out.numbers) = (patch, 3);
        let (rest, build) = rest.split_at(rest.find('+').unwrap_or(rest.len()));
        let identifiers_ok = |part: &str, numbers_strict: bool| {
            part.split('.').all(|id| {
                !id.is_empty()
                    && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !(numbers_strict && is_number(id) && id.len() > 1 && id.starts_with('0'))
            })
        };
        if !rest.is_empty() && !identifiers_ok(rest.strip_prefix('-')?, true) {
            return None;
        }
        if !build.is_empty() && !identifiers_ok(&build[1..], false) {
            return None;
        }
        (out.prerelease, out.build) = (rest, build);
        Some(out)
    }

    /// Semantic version precedence; build metadata does not count.
    pub fn precedence(&self, other: &Self) -> Ordering {
        compare_numbers(self.major, other.major)
            .then_with(|| compare_numbers(self.minor, other.minor))
            .then_with(|| compare_numbers(self.patch, other.patch))
            .then_with(|| compare_prereleases(self.prerelease, other.prerelease))
    }
}

/// A decimal number without leading zeros, and what follows it.
pub(crate) fn cut_number(s: &str) -> Option<(&str, &str)> {
    let end = s.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(s.len());
    let (number, rest) = s.split_at(end);
    let ok = !number.is_empty() && (number == "0" || !number.starts_with('0'));
    ok.then_some((number, rest))
}

/// Compares decimal numbers without leading zeros of any length.
pub(crate) fn compare_numbers(a: &str, b: &str) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn is_number(s: &str) -> bool {
    s.bytes().all(|b| b.is_ascii_digit())
}

fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.strip_prefix('-'), b.strip_prefix('-')) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(a), Some(b)) => {
            let (mut a, mut b) = (a.split('.'), b.split('.'));
            loop {
                let order = match (a.next(), b.next()) {
                    (None, None) => return Ordering::Equal,
                    (None, Some(_)) => Ordering::Less,
                    (Some(_), None) => Ordering::Greater,
                    (Some(a), Some(b)) => match (is_number(a), is_number(b)) {
                        (true, true) => compare_numbers(a, b),
                        (true, false) => Ordering::Less,
                        (false, true) => Ordering::Greater,
                        (false, false) => a.cmp(b),
                    },
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

/// Whether the text is a semantic version as Go has them; `v1` and `v1.2` are.
pub fn is_valid(v: &str) -> bool {
    Semver::parse(v).is_some()
}

/// The version with all three numbers and without build metadata. `None` when it is no version.
pub fn canonical(v: &str) -> Option<String> {
    let p = Semver::parse(v)?;
    let core = &v[..v.len() - p.build.len()];
    Some(match p.numbers {
        1 => format!("{core}.0.0"),
        2 => format!("{core}.0"),
        _ => core.to_owned(),
    })
}

/// [`canonical`], but keeping `+incompatible`: the form in which versions stand in `go.mod` and proxy URLs.
pub fn canonical_module(v: &str) -> Option<String> {
    let mut out = canonical(v)?;
    if build(v) == "+incompatible" {
        out.push_str("+incompatible");
    }
    Some(out)
}

/// Whether the version is the one that a proxy stores files under: a version that [`canonical_module`] leaves as
/// it is.
pub fn is_canonical(v: &str) -> bool {
    canonical_module(v).is_some_and(|c| c == v)
}

/// `v1` of `v1.2.3`; nothing for what is no version.
pub fn major(v: &str) -> &str {
    Semver::parse(v).map_or("", |p| &v[..1 + p.major.len()])
}

/// `v1.2` of `v1.2.3` and `v1.0` of `v1`. `None` when it is no version.
pub fn major_minor(v: &str) -> Option<String> {
    Semver::parse(v).map(|p| format!("v{}.{}", p.major, p.minor))
}

/// `-pre` of `v1.2.3-pre+meta`; nothing when there is none.
pub fn prerelease(v: &str) -> &str {
    Semver::parse(v).map_or("", |p| p.prerelease)
}

/// `+meta` of `v1.2.3-pre+meta`; nothing when there is none.
pub fn build(v: &str) -> &str {
    Semver::parse(v).map_or("", |p| p.build)
}

/// Whether the version says that the module's major version has no `/vN` suffix in its path.
pub fn is_incompatible(v: &str) -> bool {
    build(v) == "+incompatible"
}

/// Compares by precedence. What is no version is less than any version and equal to each other.
pub fn compare(a: &str, b: &str) -> Ordering {
    match (Semver::parse(a), Semver::parse(b)) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => a.precedence(&b),
    }
}

/// [`compare`], then by text: a total order, the one of `@v/list` answers.
pub fn compare_total(a: &str, b: &str) -> Ordering {
    compare(a, b).then_with(|| a.cmp(b))
}

/// Sorts by [`compare_total`].
pub fn sort<S: AsRef<str>>(list: &mut [S]) {
    list.sort_by(|a, b| compare_total(a.as_ref(), b.as_ref()));
}

#[cfg(test)]
mod tests;
