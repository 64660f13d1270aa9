//! Pseudo-versions: names that Go makes for commits without a version tag, such as
//! `v0.0.0-20191109021931-daa7c04131f5` (no tag before it), `v1.2.4-0.20191109021931-daa7c04131f5` (after v1.2.3)
//! or `v1.2.3-pre.0.20191109021931-daa7c04131f5` (after v1.2.3-pre).

use super::{Semver, build, canonical, prerelease};
use crate::path::VersionError;
use crate::time::{Civil, UnixTime};

/// The parts of a pseudo-version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pseudo<'a> {
    /// What stands before the time: `vX.0.0`, `vX.Y.Z-0` or `vX.Y.Z-pre.0`.
    pub head: &'a str,
    /// `yyyymmddhhmmss`, UTC.
    pub timestamp: &'a str,
    /// The revision, usually twelve digits of a commit hash.
    pub rev: &'a str,
    /// Build metadata with its `+`, or nothing.
    pub build: &'a str,
}

impl<'a> Pseudo<'a> {
    /// Takes a pseudo-version apart. `None` when it is not one. The time may still be no time: see [`Self::time`].
    pub fn parse(v: &'a str) -> Option<Self> {
        let p = Semver::parse(v)?;
        let core = &v[..v.len() - p.build.len()];
        let (before, rev) = p.prerelease.strip_prefix('-')?.rsplit_once('-')?;
        if rev.is_empty() || !rev.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let at = before.len().checked_sub(14)?;
        let (middle, timestamp) = before.split_at(at);
        if !timestamp.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let form_ok = match middle {
            "" => p.minor == "0" && p.patch == "0",
            "0." => true,
            middle => middle.ends_with(".0."),
        };
        if !form_ok {
            return None;
        }
        // The head ends before the `-` or `.` in front of the time.
        let head = &core[..core.len() - rev.len() - 1 - 14 - 1];
        Some(Self { head, timestamp, rev, build: p.build })
    }

    /// The commit time in seconds since 1970. `None` when the digits are no time (month 13, say).
    pub fn time(&self) -> Option<UnixTime> {
        let n = |range: std::ops::Range<usize>| self.timestamp[range].parse::<u32>().ok();
        let civil = Civil {
            year: i64::from(n(0..4)?),
            month: n(4..6)?,
            day: n(6..8)?,
            hour: n(8..10)?,
            minute: n(10..12)?,
            second: n(12..14)?,
        };
        civil.to_unix()
    }

    /// The tagged version that this commit comes after, or `None` for the form without one.
    ///
    /// # Errors
    /// When it cannot come after any: build metadata without a base, or a base with a negative patch number.
    pub fn base(&self) -> Result<Option<String>, String> {
        match prerelease(self.head) {
            "" if self.build.is_empty() => Ok(None),
            "" => Err(format!("lacks base version, but has build metadata {:?}", self.build)),
            "-0" => {
                let full = &self.head[..self.head.len() - 2];
                let (stem, patch) = full.rsplit_once('.').unwrap_or((full, ""));
                let patch = decrement(patch)
                    .ok_or_else(|| format!("version before {full} would have negative patch number"))?;
                Ok(Some(format!("{stem}.{patch}{}", self.build)))
            }
            _ => Ok(Some(format!("{}{}", self.head.strip_suffix(".0").unwrap_or(self.head), self.build))),
        }
    }
}

/// Whether the text is a pseudo-version.
pub fn is_pseudo(v: &str) -> bool {
    Pseudo::parse(v).is_some()
}

/// The pseudo-version of a commit: `major` (`v0` when empty) counts when there is no older tag, else the version
/// follows `older`.
pub fn make(major: &str, older: &str, time: UnixTime, rev: &str) -> String {
    let t = Civil::from_unix(time);
    let stamp =
        format!("{:04}{:02}{:02}{:02}{:02}{:02}-{rev}", t.year, t.month, t.day, t.hour, t.minute, t.second);
    let Some(base) = canonical(older) else {
        let major = if major.is_empty() { "v0" } else { major };
        return format!("{major}.0.0-{stamp}");
    };
    let meta = build(older);
    if !prerelease(&base).is_empty() {
        return format!("{base}.0.{stamp}{meta}");
    }
    let (stem, patch) = base.rsplit_once('.').unwrap_or((&base, "0"));
    format!("{stem}.{}-0.{stamp}{meta}", increment(patch))
}

/// The placeholder with zero time and revision, such as `v0.0.0-00010101000000-000000000000`, that Go writes for a
/// replaced module without a version.
pub fn zero(major: &str) -> String {
    let major = if major.is_empty() { "v0" } else { major };
    format!("{major}.0.0-00010101000000-000000000000")
}

/// Whether the version is the placeholder of [`zero`].
pub fn is_zero(v: &str) -> bool {
    v == zero(super::major(v))
}

/// The commit time of a pseudo-version.
///
/// # Errors
/// When it is no pseudo-version, or its digits are no time.
pub fn time(v: &str) -> Result<UnixTime, VersionError> {
    let p = parse_or_err(v)?;
    p.time().ok_or_else(|| error(v, format!("malformed time {:?}", p.timestamp)))
}

/// The revision of a pseudo-version.
///
/// # Errors
/// When it is no pseudo-version.
pub fn rev(v: &str) -> Result<&str, VersionError> {
    Ok(parse_or_err(v)?.rev)
}

/// The tagged version that a pseudo-version comes after.
///
/// # Errors
/// When it is no pseudo-version, or contradicts itself: see [`Pseudo::base`].
pub fn base(v: &str) -> Result<Option<String>, VersionError> {
    parse_or_err(v)?.base().map_err(|reason| error(v, reason))
}

fn parse_or_err(v: &str) -> Result<Pseudo<'_>, VersionError> {
    Pseudo::parse(v).ok_or_else(|| error(v, "syntax error".to_owned()))
}

fn error(v: &str, reason: String) -> VersionError {
    VersionError::Pseudo { version: v.to_owned(), reason }
}

/// The decimal number plus one.
fn increment(decimal: &str) -> String {
    let kept = decimal.trim_end_matches('9');
    let zeros = "0".repeat(decimal.len() - kept.len());
    match kept.as_bytes().last() {
        None => format!("1{zeros}"),
        Some(&last) => format!("{}{}{zeros}", &kept[..kept.len() - 1], char::from(last + 1)),
    }
}

/// The decimal number minus one; `None` below zero.
pub(crate) fn decrement(decimal: &str) -> Option<String> {
    let kept = decimal.trim_end_matches('0');
    let nines = "9".repeat(decimal.len() - kept.len());
    let last = *kept.as_bytes().last()?;
    let stem = &kept[..kept.len() - 1];
    if stem.is_empty() && last == b'1' && !nines.is_empty() {
        return Some(nines);
    }
    Some(format!("{stem}{}{nines}", char::from(last - 1)))
}
