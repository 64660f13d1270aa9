//! Flags of instructions, and what `--mount` says.

use crate::instruction::{Keyword, SyntaxErrorKind};
use crate::span::Span;

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub name: String,
    /// After the `=`; `None` when there is no `=`.
    pub value: Option<String>,
    /// The whole flag.
    pub span: Span,
}

impl Flag {
    /// The value, empty when there is none.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_deref().unwrap_or("")
    }

    /// A boolean flag that is on.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.value.as_deref().is_none_or(|v| v.eq_ignore_ascii_case("true"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    One,
    Many,
}

/// The flags an instruction takes; `None`: flags of this one are never looked at.
fn known(keyword: Keyword) -> Option<&'static [(&'static str, Kind)]> {
    use Kind::{Bool, Many, One};
    Some(match keyword {
        Keyword::Add => &[
            ("chown", One),
            ("chmod", One),
            ("link", Bool),
            ("keep-git-dir", Bool),
            ("checksum", One),
            ("unpack", Bool),
            ("exclude", Many),
        ],
        Keyword::Copy => &[
            ("chown", One),
            ("from", One),
            ("chmod", One),
            ("link", Bool),
            ("exclude", Many),
            ("parents", Bool),
        ],
        Keyword::From => &[("platform", One)],
        Keyword::Run => &[("mount", Many), ("network", One), ("security", One), ("device", Many)],
        Keyword::Healthcheck => &[
            ("interval", One),
            ("timeout", One),
            ("start-period", One),
            ("start-interval", One),
            ("retries", One),
        ],
        Keyword::Arg | Keyword::Stopsignal | Keyword::Unknown => return None,
        _ => &[],
    })
}

/// What is wrong with the flags of an instruction, and with which of them.
pub(crate) fn check(keyword: Keyword, flags: &[Flag]) -> Option<(SyntaxErrorKind, Span)> {
    let known = known(keyword)?;
    for (i, flag) in flags.iter().enumerate() {
        let fail = |kind| Some((kind, flag.span));
        let Some(&(_, kind)) = known.iter().find(|(name, _)| *name == flag.name) else {
            return fail(SyntaxErrorKind::UnknownFlag(flag.name.clone()));
        };
        if kind != Kind::Many && flags[..i].iter().any(|f| f.name == flag.name) {
            return fail(SyntaxErrorKind::DuplicateFlag(flag.name.clone()));
        }
        match (kind, flag.value.as_deref()) {
            (Kind::Bool, None) => {}
            (Kind::Bool, Some("")) | (Kind::One | Kind::Many, None) => {
                return fail(SyntaxErrorKind::MissingFlagValue(flag.name.clone()));
            }
            (Kind::Bool, Some(value)) if !matches!(value.to_lowercase().as_str(), "true" | "false") => {
                return fail(SyntaxErrorKind::FlagNotBool {
                    name: flag.name.clone(),
                    value: value.to_owned(),
                });
            }
            _ => {}
        }
    }
    if keyword == Keyword::Run { run_flags(flags) } else { None }
}

fn run_flags(flags: &[Flag]) -> Option<(SyntaxErrorKind, Span)> {
    let named = |name: &'static str| flags.iter().filter(move |f| f.name == name);
    for flag in named("mount") {
        if let Err(e) = Mount::check(flag.value()) {
            return Some((SyntaxErrorKind::Mount(e.to_string()), flag.span));
        }
    }
    for flag in named("network") {
        if !matches!(flag.value(), "default" | "none" | "host") {
            return Some((SyntaxErrorKind::Network(flag.value().to_owned()), flag.span));
        }
    }
    for flag in named("security") {
        if !matches!(flag.value(), "insecure" | "sandbox") {
            return Some((SyntaxErrorKind::Security(flag.value().to_owned()), flag.span));
        }
    }
    for flag in named("device") {
        if let Err(e) = check_device(flag.value()) {
            return Some((SyntaxErrorKind::Device(e), flag.span));
        }
    }
    None
}

fn check_device(value: &str) -> Result<(), String> {
    let mut name = String::new();
    for field in csv(value).map_err(|e| e.to_string())? {
        match field.split_once('=') {
            None if field.eq_ignore_ascii_case("required") => {}
            None if name.is_empty() => name = field,
            None => return Err(format!("invalid field '{field}' must be a key=value pair")),
            Some((key, value)) => match key.to_lowercase().as_str() {
                "name" if !name.is_empty() => return Err(format!("device name already set to {name}")),
                "name" => name = value.to_owned(),
                "required" if go_bool(value).is_none() => {
                    return Err(format!("invalid value for required: {value}"));
                }
                "required" => {}
                _ if name.is_empty() => name = field,
                key => return Err(format!("unexpected key '{key}' in '{field}'")),
            },
        }
    }
    Ok(())
}

/// Go's `strconv.ParseBool`.
fn go_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Why a `--mount` is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MountError {
    /// The value is no line of CSV.
    #[error("failed to parse csv: {0}")]
    Csv(&'static str),
    /// `from=$stage`.
    #[error("'from' doesn't support variable expansion, define alias stage instead")]
    FromVariable,
    /// Anything else, found when the step is run.
    #[error("{0}")]
    Invalid(String),
}

/// What a `RUN --mount` says, variables already expanded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mount {
    /// `bind` (the default), `cache`, `tmpfs`, `secret`, `ssh`.
    pub kind: String,
    /// Stage or image for bind and cache.
    pub from: Option<String>,
    /// Path in the source.
    pub source: Option<String>,
    /// Where it is mounted.
    pub target: Option<String>,
    /// Its id (cache, secret, ssh).
    pub id: Option<String>,
    /// Environment variable that receives a secret.
    pub env: Option<String>,
    /// Owner.
    pub uid: Option<u32>,
    /// Group.
    pub gid: Option<u32>,
    /// Permission bits.
    pub mode: Option<u32>,
    /// `shared`, `private`, `locked`.
    pub sharing: Option<String>,
    /// Writable bind mounts: writes are thrown away after the step.
    pub read_only: bool,
    /// The step fails when it is not given (secret, ssh).
    pub required: bool,
}

impl Mount {
    /// What is checked before any step runs: CSV form, and no variable in `from`.
    pub(crate) fn check(value: &str) -> Result<(), MountError> {
        for field in csv(value)? {
            if let Some((key, value)) = field.split_once('=')
                && key.eq_ignore_ascii_case("from")
                && value.find('$').is_some_and(|at| at + 1 != value.len())
            {
                return Err(MountError::FromVariable);
            }
        }
        Ok(())
    }

    /// Read the value of a `--mount`, variables already expanded.
    ///
    /// # Errors
    /// Whatever BuildKit refuses when it comes to the step.
    pub fn parse(value: &str) -> Result<Self, MountError> {
        Self::check(value)?;
        let invalid = |text: String| Err(MountError::Invalid(text));
        let mut m = Self { kind: "bind".to_owned(), ..Self::default() };
        let mut read_only = None;
        for field in csv(value)? {
            let (key, value) = match field.split_once('=') {
                Some((key, value)) => (key.to_lowercase(), Some(value.to_owned())),
                None => (field.to_lowercase(), None),
            };
            let bool_value = |key: &str| match &value {
                None => Ok(true),
                Some(v) => {
                    go_bool(v).ok_or_else(|| MountError::Invalid(format!("invalid value for {key}: {v}")))
                }
            };
            match key.as_str() {
                "readonly" | "ro" => read_only = Some(bool_value(&key)?),
                "readwrite" | "rw" => read_only = Some(!bool_value(&key)?),
                "required" if matches!(m.kind.as_str(), "secret" | "ssh") => m.required = bool_value(&key)?,
                "required" => {
                    return invalid(format!("unexpected key 'required' for mount type '{}'", m.kind));
                }
                _ => {
                    let Some(value) = value else {
                        return invalid(format!("invalid field '{field}' must be a key=value pair"));
                    };
                    m.set(&key, value, &field)?;
                }
            }
        }
        m.finish(read_only)
    }

    fn set(&mut self, key: &str, value: String, field: &str) -> Result<(), MountError> {
        let invalid = |text: String| Err(MountError::Invalid(text));
        let number = |radix| {
            u32::from_str_radix(&value, radix)
                .map_err(|_| MountError::Invalid(format!("invalid value {value} for {key}")))
        };
        match key {
            "type" => {
                let kind = value.to_lowercase();
                if !matches!(kind.as_str(), "bind" | "cache" | "tmpfs" | "secret" | "ssh") {
                    return invalid(format!("unsupported mount type {value:?}"));
                }
                self.kind = kind;
            }
            "from" => self.from = Some(value),
            "source" | "src" => self.source = Some(value),
            "target" | "dst" | "destination" => self.target = Some(value),
            "id" => self.id = Some(value),
            "env" => self.env = Some(value),
            "sharing" => {
                let sharing = value.to_lowercase();
                if !matches!(sharing.as_str(), "shared" | "private" | "locked") {
                    return invalid(format!("unsupported sharing value {value:?}"));
                }
                self.sharing = Some(sharing);
            }
            "mode" => self.mode = Some(number(8)?),
            "uid" => self.uid = Some(number(10)?),
            "gid" => self.gid = Some(number(10)?),
            "size" if self.kind == "tmpfs" => {}
            "size" => return invalid(format!("unexpected key 'size' for mount type '{}'", self.kind)),
            _ => return invalid(format!("unexpected key '{key}' in '{field}'")),
        }
        Ok(())
    }

    fn finish(mut self, read_only: Option<bool>) -> Result<Self, MountError> {
        let invalid = |text: &str| Err(MountError::Invalid(text.to_owned()));
        let owned = self.uid.is_some() || self.gid.is_some() || self.mode.is_some();
        if owned && matches!(self.kind.as_str(), "bind" | "tmpfs") {
            return Err(MountError::Invalid(format!(
                "uid, gid and mode not allowed for {:?} mounts",
                self.kind
            )));
        }
        self.read_only = read_only.unwrap_or(!matches!(self.kind.as_str(), "cache" | "tmpfs"));
        let given = |field: &Option<String>| field.as_deref().is_some_and(|s| !s.is_empty());
        if self.kind == "secret" {
            if given(&self.from) {
                return invalid("secret mount should not have a from");
            }
            if !given(&self.source) && !given(&self.target) && !given(&self.id) {
                return invalid("invalid secret mount. one of source, target required");
            }
            if given(&self.source) && given(&self.id) {
                return invalid("both source and id can't be set");
            }
        }
        if self.sharing.is_some() && self.kind != "cache" {
            return invalid("invalid sharing set for a mount that is no cache");
        }
        Ok(self)
    }
}

/// One line of CSV.
fn csv(line: &str) -> Result<Vec<String>, MountError> {
    let mut fields = Vec::new();
    if line.is_empty() {
        return Err(MountError::Csv("EOF"));
    }
    let mut rest = line;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let (field, more) = match rest.split_once(',') {
                Some((field, more)) => (field, Some(more)),
                None => (rest, None),
            };
            if field.contains('"') {
                return Err(MountError::Csv("bare \" in non-quoted field"));
            }
            fields.push(field.to_owned());
            match more {
                Some(more) => rest = more,
                None => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        let mut tail = quoted;
        rest = loop {
            let at = tail.find('"').ok_or(MountError::Csv("extraneous or missing \" in quoted-field"))?;
            field.push_str(&tail[..at]);
            tail = &tail[at + 1..];
            if let Some(more) = tail.strip_prefix('"') {
                field.push('"');
                tail = more;
            } else if let Some(more) = tail.strip_prefix(',') {
                break more;
            } else if tail.is_empty() {
                fields.push(field);
                return Ok(fields);
            } else {
                return Err(MountError::Csv("extraneous or missing \" in quoted-field"));
            }
        };
        fields.push(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts() {
        let m = Mount::parse("type=cache,target=/go/pkg/mod,uid=1000,sharing=locked").unwrap();
        assert_eq!((m.kind.as_str(), m.target.as_deref(), m.uid), ("cache", Some("/go/pkg/mod"), Some(1000)));
        assert!(!m.read_only);
        let m = Mount::parse("type=secret,id=netrc,target=/root/.netrc,required").unwrap();
        assert!(m.required);
        assert!(Mount::parse("target=/src").unwrap().read_only);
        assert!(!Mount::parse("target=/src,rw").unwrap().read_only);
        for bad in [
            "type=cach,target=/x",
            "type=secret",
            "from=$x,target=/y",
            "type=bind,uid=1",
            "type=cache,nope=1",
            "type=bind,sharing=locked",
            "\"a",
            "",
        ] {
            assert!(Mount::parse(bad).is_err(), "{bad}");
        }
    }
}
