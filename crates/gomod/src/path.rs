//! Module, import and file paths: which are allowed, which major version they stand for, and how they are escaped
//! in proxy URLs and cache folders (`A` becomes `!a`, so that names never differ by case only).
//!
//! Behaviour of `golang.org/x/mod/module`.

use std::cmp::Ordering;
use std::fmt;

use crate::unicode::is_letter;
use crate::version;

/// What a path is used as. File paths allow the most, module paths the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// The path of a module, as in a `module` or `require` line.
    Module,
    /// The path of a package.
    Import,
    /// A slash-separated file name inside a module zip.
    File,
}

impl fmt::Display for PathKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathKind::Module => "module",
            PathKind::Import => "import",
            PathKind::File => "file",
        })
    }
}

/// A path that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed {kind} path {path:?}: {reason}")]
pub struct PathError {
    /// What the path was to be used as.
    pub kind: PathKind,
    /// The path as given.
    pub path: String,
    /// The broken rule.
    pub reason: PathReason,
}

/// The rule that a path breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathReason {
    /// The path is empty.
    #[error("empty string")]
    Empty,
    /// The bytes are no UTF-8 (only zip entries can say this).
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// It starts with `-`, which commands would take for an option.
    #[error("leading dash")]
    LeadingDash,
    /// `//` inside.
    #[error("double slash")]
    DoubleSlash,
    /// It ends in `/`.
    #[error("trailing slash")]
    TrailingSlash,
    /// An element is empty.
    #[error("empty path element")]
    EmptyElement,
    /// An element consists of dots only.
    #[error("invalid path element {0:?}")]
    Dots(String),
    /// An element of a module path starts with a dot.
    #[error("leading dot in path element")]
    LeadingDot,
    /// An element ends in a dot, which Windows drops.
    #[error("trailing dot in path element")]
    TrailingDot,
    /// A character is not allowed.
    #[error("invalid char {0:?}")]
    InvalidChar(char),
    /// A reserved name of Windows, such as `aux` or `com1`.
    #[error("{0:?} disallowed as path element component on Windows")]
    WindowsName(String),
    /// It looks like a short name of Windows, such as `name~1`.
    #[error("trailing tilde and digits in path element")]
    WindowsShortName,
    /// The first element has no dot, so that it is no domain name (and belongs to the standard library).
    #[error("missing dot in first path element")]
    MissingDot,
    /// The first element starts with `-`.
    #[error("leading dash in first path element")]
    LeadingDashInDomain,
    /// A character that no domain name has, in the first element. Upper case is one.
    #[error("invalid char {0:?} in first path element")]
    InvalidDomainChar(char),
    /// The suffix `/vN` or `.vN` is not one that Go knows: `/v1`, `/v02`, `/v2.3`, or none where gopkg.in needs it.
    #[error("invalid version")]
    InvalidVersion,
}

/// A version that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// Not `vX.Y.Z` with Go's rules.
    #[error("version {0:?} invalid: not a semantic version")]
    NotSemver(String),
    /// The version's major number does not fit the module path.
    #[error("version {version:?} invalid: should be {expected}, not {found}")]
    MajorMismatch {
        /// The version as given.
        version: String,
        /// What the path asks for: `v0 or v1`, or `vN`.
        expected: String,
        /// The version's own major version, or nothing when it is no semantic version.
        found: String,
    },
    /// The text cannot be a file name in a cache.
    #[error("version {0:?} invalid: disallowed version string")]
    Disallowed(String),
    /// Not a pseudo-version, or one that contradicts itself.
    #[error("pseudo-version {version:?} invalid: {reason}")]
    Pseudo {
        /// The version as given.
        version: String,
        /// What is wrong.
        reason: String,
    },
}

/// A module path and version that are no valid pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModuleError {
    /// The path is bad.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The version is bad, or does not go with the path.
    #[error("{path}: {source}")]
    Version {
        /// The module path.
        path: String,
        /// What is wrong with the version.
        source: VersionError,
    },
    /// An escaped path that nothing escapes to.
    #[error("invalid escaped module path {0:?}")]
    EscapedPath(String),
    /// An escaped version that nothing escapes to.
    #[error("invalid escaped version {0:?}")]
    EscapedVersion(String),
}

/// A module path with a version.
///
/// The version is usually canonical; it is empty for a main module, `none` where a module is dropped, and for a
/// `replace` with a folder the path is that folder and the version is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ModuleVersion {
    /// The module path, not escaped.
    pub path: String,
    /// The version, not escaped.
    pub version: String,
}

impl ModuleVersion {
    /// A pair, unchecked.
    pub fn new(path: impl Into<String>, version: impl Into<String>) -> Self {
        Self { path: path.into(), version: version.into() }
    }

    /// [`check`] of the pair.
    ///
    /// # Errors
    /// When the path or version is malformed or they do not go together.
    pub fn check(&self) -> Result<(), ModuleError> {
        check(&self.path, &self.version)
    }
}

/// `path@version`, or the path alone.
impl fmt::Display for ModuleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if !self.version.is_empty() {
            write!(f, "@{}", self.version)?;
        }
        Ok(())
    }
}

/// By path, then by semantic version, then by the part after a slash (`v1.0.0/go.mod`): the order of `go.sum`.
impl Ord for ModuleVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let cut = |v: &str| v.find('/').unwrap_or(v.len());
        let (mine, my_file) = self.version.split_at(cut(&self.version));
        let (theirs, their_file) = other.version.split_at(cut(&other.version));
        self.path
            .cmp(&other.path)
            .then_with(|| version::compare(mine, theirs))
            .then_with(|| my_file.cmp(their_file))
            .then_with(|| self.version.cmp(&other.version))
    }
}

impl PartialOrd for ModuleVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Checks a module path together with a version: both well formed, and the major version the one that the path
/// asks for (`/v2` with `v2.x.y`; no suffix with `v0`, `v1` or `+incompatible`).
///
/// # Errors
/// Says which of the three is wrong.
pub fn check(path: &str, version: &str) -> Result<(), ModuleError> {
    check_path(path)?;
    let wrap = |source| ModuleError::Version { path: path.to_owned(), source };
    if !version::is_valid(version) {
        return Err(wrap(VersionError::NotSemver(version.to_owned())));
    }
    let (_, major) = split_path_version(path).unwrap_or((path, ""));
    check_path_major(version, major).map_err(wrap)
}

/// Checks a module path: an import path whose first element is a lower-case domain name with a dot, no element
/// with a leading dot, and a last element `/vN` only with N ≥ 2 and no leading zero (`.vN` for gopkg.in).
///
/// # Errors
/// Names the first rule broken.
pub fn check_path(path: &str) -> Result<(), PathError> {
    check_module_path(path).map_err(|reason| PathError {
        kind: PathKind::Module,
        path: path.to_owned(),
        reason,
    })
}

fn check_module_path(path: &str) -> Result<(), PathReason> {
    check_any(path, PathKind::Module)?;
    let domain = path.split('/').next().unwrap_or(path);
    if !domain.contains('.') {
        return Err(PathReason::MissingDot);
    }
    if domain.starts_with('-') {
        return Err(PathReason::LeadingDashInDomain);
    }
    let allowed = |c: char| matches!(c, '-' | '.' | '0'..='9' | 'a'..='z');
    if let Some(c) = domain.chars().find(|&c| !allowed(c)) {
        return Err(PathReason::InvalidDomainChar(c));
    }
    split_path_version(path).map(|_| ()).ok_or(PathReason::InvalidVersion)
}

/// Checks a package import path.
///
/// # Errors
/// Names the first rule broken.
pub fn check_import_path(path: &str) -> Result<(), PathError> {
    check_any(path, PathKind::Import).map_err(|reason| PathError {
        kind: PathKind::Import,
        path: path.to_owned(),
        reason,
    })
}

/// Checks a slash-separated file path of a module zip: Unicode letters, ASCII digits, spaces and the punctuation
/// that no shell or file system takes for something else.
///
/// # Errors
/// Names the first rule broken.
pub fn check_file_path(path: &str) -> Result<(), PathError> {
    check_any(path, PathKind::File).map_err(|reason| PathError {
        kind: PathKind::File,
        path: path.to_owned(),
        reason,
    })
}

fn check_any(path: &str, kind: PathKind) -> Result<(), PathReason> {
    if path.is_empty() {
        return Err(PathReason::Empty);
    }
    if path.starts_with('-') && kind != PathKind::File {
        return Err(PathReason::LeadingDash);
    }
    if path.contains("//") {
        return Err(PathReason::DoubleSlash);
    }
    if path.ends_with('/') {
        return Err(PathReason::TrailingSlash);
    }
    path.split('/').try_for_each(|element| check_element(element, kind))
}

fn check_element(element: &str, kind: PathKind) -> Result<(), PathReason> {
    if element.is_empty() {
        return Err(PathReason::EmptyElement);
    }
    if element.bytes().all(|b| b == b'.') {
        return Err(PathReason::Dots(element.to_owned()));
    }
    if element.starts_with('.') && kind == PathKind::Module {
        return Err(PathReason::LeadingDot);
    }
    if element.ends_with('.') {
        return Err(PathReason::TrailingDot);
    }
    let allowed: fn(char) -> bool = match kind {
        PathKind::Module => allowed_in_module,
        PathKind::Import => |c| c == '+' || allowed_in_module(c),
        PathKind::File => allowed_in_file,
    };
    if let Some(c) = element.chars().find(|&c| !allowed(c)) {
        return Err(PathReason::InvalidChar(c));
    }
    let stem = element.split('.').next().unwrap_or(element);
    if is_windows_name(stem) {
        return Err(PathReason::WindowsName(stem.to_owned()));
    }
    if kind != PathKind::File
        && let Some((_, digits)) = stem.rsplit_once('~')
        && !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(PathReason::WindowsShortName);
    }
    Ok(())
}

fn allowed_in_module(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

fn allowed_in_file(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || "!#$%&()+,-.=@[]^_{}~ ".contains(c) } else { is_letter(c) }
}

/// CON, PRN, AUX, NUL, COM1 to COM9 and LPT1 to LPT9, whatever their case.
fn is_windows_name(stem: &str) -> bool {
    let stem = stem.as_bytes();
    match stem.len() {
        3 => [b"con", b"prn", b"aux", b"nul"].iter().any(|n| stem.eq_ignore_ascii_case(*n)),
        4 => {
            let (name, number) = stem.split_at(3);
            (name.eq_ignore_ascii_case(b"com") || name.eq_ignore_ascii_case(b"lpt"))
                && matches!(number, [b'1'..=b'9'])
        }
        _ => false,
    }
}

/// Splits a module path into what is before the major version and the major version (`/v2`, `.v3` for gopkg.in,
/// or nothing). `None` when the end looks like a major version and is none: `/v1`, `/v2.1`, or gopkg.in without.
pub fn split_path_version(path: &str) -> Option<(&str, &str)> {
    if path.starts_with("gopkg.in/") {
        return split_gopkg_in(path);
    }
    let stem = path.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if stem.len() == path.len() || !stem.ends_with("/v") {
        return Some((path, ""));
    }
    let (prefix, major) = path.split_at(stem.len() - 2);
    let number = &major[2..];
    let bad = number.contains('.') || number.starts_with('0') || number == "1";
    (!bad).then_some((prefix, major))
}

fn split_gopkg_in(path: &str) -> Option<(&str, &str)> {
    let body = path.strip_suffix("-unstable").unwrap_or(path);
    let stem = body.trim_end_matches(|c: char| c.is_ascii_digit());
    if !stem.ends_with(".v") {
        return None;
    }
    let (prefix, major) = path.split_at(stem.len() - 2);
    // As in Go, `.v0-unstable` is refused although `.v0` is not.
    let bad = major.len() <= 2 || (major.as_bytes()[2] == b'0' && major != ".v0");
    (!bad).then_some((prefix, major))
}

/// Whether the version fits the major version suffix that [`split_path_version`] gave.
///
/// # Errors
/// [`VersionError::MajorMismatch`].
pub fn check_path_major(version: &str, path_major: &str) -> Result<(), VersionError> {
    let path_major = if path_major.starts_with(".v") {
        path_major.strip_suffix("-unstable").unwrap_or(path_major)
    } else {
        path_major
    };
    // Old tools made v0.0.0 pseudo-versions for gopkg.in's .v1, and go.mod files still hold them.
    if version.starts_with("v0.0.0-") && path_major == ".v1" {
        return Ok(());
    }
    let found = version::major(version);
    let fits = match path_major.strip_prefix(['/', '.']) {
        Some(wanted) => found == wanted,
        None => found == "v0" || found == "v1" || version::build(version) == "+incompatible",
    };
    if fits {
        return Ok(());
    }
    let expected = path_major.strip_prefix(['/', '.']).unwrap_or("v0 or v1").to_owned();
    Err(VersionError::MajorMismatch { version: version.to_owned(), expected, found: found.to_owned() })
}

/// Whether [`check_path_major`] holds.
pub fn matches_path_major(version: &str, path_major: &str) -> bool {
    check_path_major(version, path_major).is_ok()
}

/// The prefix that version tags have because of the path's major version: `v2` for `/v2`, nothing for no suffix.
pub fn path_major_prefix(path_major: &str) -> &str {
    let path_major = path_major.strip_suffix("-unstable").unwrap_or(path_major);
    path_major.strip_prefix(['/', '.']).unwrap_or("")
}

/// The path as it stands in proxy URLs and cache folders.
///
/// # Errors
/// When the path is no module path.
pub fn escape_path(path: &str) -> Result<String, PathError> {
    check_path(path)?;
    Ok(escape(path))
}

/// The version as it stands in proxy URLs and cache folders. It need not be a semantic version (branch and tag
/// names are asked for as versions too), but must be a file name without `!`.
///
/// # Errors
/// [`VersionError::Disallowed`].
pub fn escape_version(version: &str) -> Result<String, VersionError> {
    let disallowed =
        check_element_of_version(version).is_err() || version.contains('!') || !version.is_ascii();
    if disallowed { Err(VersionError::Disallowed(version.to_owned())) } else { Ok(escape(version)) }
}

/// The module path that an escaped path stands for.
///
/// # Errors
/// When it holds upper case or a wrong `!`, or stands for no module path.
pub fn unescape_path(escaped: &str) -> Result<String, ModuleError> {
    let path = unescape(escaped).ok_or_else(|| ModuleError::EscapedPath(escaped.to_owned()))?;
    check_path(&path)?;
    Ok(path)
}

/// The version that an escaped version stands for.
///
/// # Errors
/// When it holds upper case or a wrong `!`, or cannot be a file name.
pub fn unescape_version(escaped: &str) -> Result<String, ModuleError> {
    let bad = || ModuleError::EscapedVersion(escaped.to_owned());
    let version = unescape(escaped).ok_or_else(bad)?;
    check_element_of_version(&version).map_err(|_| bad())?;
    Ok(version)
}

/// A version must be one path element; Go looks at it as a file name, in which a slash is an invalid character.
fn check_element_of_version(version: &str) -> Result<(), PathReason> {
    check_element(version, PathKind::File)
}

/// The Unicode version whose letters and case folding the file path rules use; it is Go's.
pub const UNICODE_VERSION: &str = crate::unicode_tables::UNICODE_VERSION;

/// The name with its case folded away: two names with the same key are one file on macOS and Windows.
pub fn case_key(path: &str) -> String {
    path.chars().map(crate::unicode::fold).collect()
}

fn escape(s: &str) -> String {
    let mut out = String::with_capacity(s.len() + 4);
    for c in s.chars() {
        if c.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn unescape(escaped: &str) -> Option<String> {
    let mut out = String::with_capacity(escaped.len());
    let mut chars = escaped.chars();
    while let Some(c) = chars.next() {
        match c {
            '!' => match chars.next()? {
                c @ 'a'..='z' => out.push(c.to_ascii_uppercase()),
                _ => return None,
            },
            'A'..='Z' => return None,
            c if c.is_ascii() => out.push(c),
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
