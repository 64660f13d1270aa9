//! Versions of Go itself (`1.21`, `1.21rc2`, `1.21.3`), names of toolchains (`go1.21.3`), and what GOTOOLCHAIN makes
//! of a `go` line.
//!
//! Since Go 1.21 a language version is older than its first release: `1.21 < 1.21rc1 < 1.21.0`.

use std::cmp::Ordering;

use crate::version::{compare_numbers, cut_number, pseudo::decrement};

/// A Go version in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoVersion<'a> {
    /// Major number.
    pub major: &'a str,
    /// Minor number.
    pub minor: &'a str,
    /// Patch number; nothing for a language version from 1.21 on and for pre-releases.
    pub patch: &'a str,
    /// `alpha`, `beta`, `rc` or nothing.
    pub kind: &'a str,
    /// Number of the pre-release, or nothing.
    pub pre: &'a str,
}

impl<'a> GoVersion<'a> {
    /// Takes a version without `go` in front apart; `None` when it is not one.
    pub fn parse(v: &'a str) -> Option<Self> {
        let (major, rest) = cut_number(v)?;
        if rest.is_empty() {
            return Some(Self { major, minor: "0", patch: "0", kind: "", pre: "" });
        }
        let (minor, rest) = cut_number(rest.strip_prefix('.')?)?;
        let mut out = Self { major, minor, patch: "", kind: "", pre: "" };
        if rest.is_empty() {
            if compare_numbers(minor, "21").is_lt() {
                out.patch = "0";
            }
            return Some(out);
        }
        if let Some(patch) = rest.strip_prefix('.') {
            let (patch, rest) = cut_number(patch)?;
            out.patch = patch;
            return rest.is_empty().then_some(out);
        }
        let pre = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
        out.kind = &rest[..rest.len() - pre.len()];
        if out.kind.is_empty() {
            return None;
        }
        if !pre.is_empty() {
            let (number, rest) = cut_number(pre)?;
            out.pre = number;
            return rest.is_empty().then_some(out);
        }
        Some(out)
    }
}

const NOTHING: GoVersion<'static> = GoVersion { major: "", minor: "", patch: "", kind: "", pre: "" };

/// Compares two versions without `go` in front; what is none is older than any.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (GoVersion::parse(a).unwrap_or(NOTHING), GoVersion::parse(b).unwrap_or(NOTHING));
    compare_numbers(a.major, b.major)
        .then_with(|| compare_numbers(a.minor, b.minor))
        .then_with(|| compare_numbers(a.patch, b.patch))
        // Nothing, alpha, beta, rc: the alphabet has the right order.
        .then_with(|| a.kind.cmp(b.kind))
        .then_with(|| compare_numbers(a.pre, b.pre))
}

/// Whether the text is a Go version.
pub fn is_valid(v: &str) -> bool {
    GoVersion::parse(v).is_some()
}

/// Whether the version names a language (`1.21`), not a release of it.
pub fn is_lang(v: &str) -> bool {
    GoVersion::parse(v).is_some_and(|v| v.patch.is_empty() && v.kind.is_empty() && v.pre.is_empty())
}

/// The language version of a version: `1.21` of `1.21.3`. `None` when it is no version.
pub fn lang(v: &str) -> Option<String> {
    let v = GoVersion::parse(v)?;
    Some(if v.major == "1" && v.minor == "0" {
        v.major.to_owned()
    } else {
        format!("{}.{}", v.major, v.minor)
    })
}

/// Whether the version is an alpha, beta or release candidate.
pub fn is_prerelease(v: &str) -> bool {
    GoVersion::parse(v).is_some_and(|v| !v.kind.is_empty())
}

/// The language version before: `1.20` of `1.21.3`.
pub fn previous(v: &str) -> Option<String> {
    let v = GoVersion::parse(v)?;
    if compare_numbers(v.minor, "1").is_le() {
        return Some(v.major.to_owned());
    }
    decrement(v.minor).map(|minor| format!("{}.{minor}", v.major))
}

/// The Go version in a toolchain's name: `1.21.3` of `go1.21.3` and of `go1.21.3-custom`. `None` when the name is
/// none, for instance because it holds a path separator.
pub fn of_toolchain(name: &str) -> Option<&str> {
    if name.contains(['/', '\\']) {
        return None;
    }
    let v = name.strip_prefix("go")?;
    let v = v.split([' ', '\t', '-']).next().unwrap_or(v);
    is_valid(v).then_some(v)
}

/// The module path that toolchains are published under.
pub const TOOLCHAIN_MODULE: &str = "golang.org/toolchain";

/// The version of [`TOOLCHAIN_MODULE`] that is a toolchain for a platform: `v0.0.1-go1.21.3.linux-amd64`.
pub fn toolchain_version(name: &str, goos: &str, goarch: &str) -> String {
    format!("v0.0.1-{name}.{goos}-{goarch}")
}

/// Toolchain, GOOS and GOARCH of a version of [`TOOLCHAIN_MODULE`].
pub fn parse_toolchain_version(version: &str) -> Option<(&str, &str, &str)> {
    let rest = version.strip_prefix("v0.0.1-")?;
    let (name, platform) = rest.rsplit_once('.')?;
    let (goos, goarch) = platform.split_once('-')?;
    (of_toolchain(name).is_some() && !goos.is_empty() && !goarch.is_empty()).then_some((name, goos, goarch))
}

/// A GOTOOLCHAIN setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoToolchain {
    /// The least toolchain, such as `go1.21.3`; `None` for the one at hand.
    pub minimum: Option<String>,
    /// What may be taken instead when a `go` or `toolchain` line asks for a newer one.
    pub mode: Switching,
}

/// Whether Go may run a newer toolchain than [`GoToolchain::minimum`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switching {
    /// Never (`local`, or a name alone).
    Never,
    /// One found in PATH (`path`, `NAME+path`).
    Path,
    /// One found in PATH, or else downloaded (`auto`, `NAME+auto`).
    Auto,
}

/// A GOTOOLCHAIN setting that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid GOTOOLCHAIN {setting:?}: {reason}")]
pub struct BadGoToolchain {
    /// The setting.
    pub setting: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl GoToolchain {
    /// Reads a setting: `auto`, `path`, or a toolchain's name or `local`, alone or with `+auto` or `+path`. An empty
    /// text is `auto`, which is what an unset GOTOOLCHAIN means in the Go distribution (the official `golang`
    /// container images set `local`).
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, BadGoToolchain> {
        let bad = |reason| Err(BadGoToolchain { setting: text.to_owned(), reason });
        let (name, mode) = match text {
            "" | "auto" => ("local", Switching::Auto),
            "path" => ("local", Switching::Path),
            _ => match text.split_once('+') {
                None => (text, Switching::Never),
                Some((name, "auto")) => (name, Switching::Auto),
                Some((name, "path")) => (name, Switching::Path),
                Some(_) => return bad("only version suffixes are +auto and +path"),
            },
        };
        if name == "local" {
            return Ok(Self { minimum: None, mode });
        }
        if of_toolchain(name).is_none() {
            return bad("invalid toolchain name");
        }
        Ok(Self { minimum: Some(name.to_owned()), mode })
    }

    /// The toolchain that Go runs, given the one at hand (`1.22.1`) and the `go` and `toolchain` lines of the `go.mod`
    /// or `go.work` in charge.
    pub fn select(&self, local: &str, go_line: Option<&str>, toolchain_line: Option<&str>) -> Selection {
        let mut toolchain = self.minimum.clone();
        let mut version = self.minimum.as_deref().and_then(of_toolchain).unwrap_or(local).to_owned();
        // `toolchain default` switches the automatic choice off.
        if self.mode != Switching::Never && toolchain_line != Some("default") {
            if let Some(name) = toolchain_line
                && let Some(wanted) = of_toolchain(name)
                && compare(wanted, &version).is_gt()
            {
                toolchain = Some(name.to_owned());
                version = wanted.to_owned();
            }
            if let Some(wanted) = go_line
                && compare(wanted, &version).is_gt()
            {
                // A language version is no release; its first one ends in `.0`.
                version = if is_lang(wanted) { format!("{wanted}.0") } else { wanted.to_owned() };
                toolchain = Some(format!("go{version}"));
            }
        }
        let too_old_for = go_line.filter(|line| !is_new_enough(&version, line)).map(str::to_owned);
        Selection { toolchain: toolchain.filter(|name| *name != format!("go{local}")), too_old_for }
    }
}

/// Which toolchain Go runs, and whether that is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Another toolchain than the one at hand, from PATH or as a module of [`TOOLCHAIN_MODULE`].
    pub toolchain: Option<String>,
    /// The version of the `go` line, when the toolchain is older: it refuses (`requires go >= 1.23.1`) if it is 1.21
    /// or later.
    pub too_old_for: Option<String>,
}

/// Whether a toolchain (`1.22.1`) may build a module with this `go` line. Since 1.21 it must not be older; toolchains
/// before 1.21 try anyway, and only say so when the build then fails.
pub fn is_new_enough(toolchain: &str, go_line: &str) -> bool {
    compare(toolchain, go_line).is_ge()
}

#[cfg(test)]
#[path = "gover_tests.rs"]
mod tests;
