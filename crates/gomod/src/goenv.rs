//! The file that `go env -w` writes, and settings made of words.

use std::ops::Range;

/// Where a setting's value comes from. Earlier sources win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The environment; an empty variable counts as unset.
    Environment,
    /// The user's file, written by `go env -w`.
    UserFile,
    /// The distribution's `go.env` in GOROOT.
    Distribution,
}

/// A file of `KEY=VALUE` lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvFile {
    /// The lines that count, in order.
    pub entries: Vec<Entry>,
    text: String,
}

/// A line of an [`EnvFile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What stands before the `=`.
    pub key: String,
    /// What stands behind it, spaces included.
    pub value: String,
    /// The line without its newline, in bytes.
    pub span: Range<usize>,
}

impl EnvFile {
    /// Reads a file. Lines without `=`, and those that do not begin with a capital letter (comments), do not count.
    pub fn parse(text: &str) -> Self {
        let mut entries = Vec::new();
        let mut at = 0;
        for line in text.split('\n') {
            let span = at..at + line.len();
            at = span.end + 1;
            if let Some((key, value)) = line.split_once('=')
                && key.starts_with(|c: char| c.is_ascii_uppercase())
            {
                entries.push(Entry { key: key.to_owned(), value: value.to_owned(), span });
            }
        }
        Self { entries, text: text.to_owned() }
    }

    /// The entry for a key; of several the last counts.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// The file with a key set, as `go env -w` would: its last line changes and the others go, or a line is added.
    pub fn set(&self, key: &str, value: &str) -> String {
        let last = self.get(key).map(|entry| entry.span.clone());
        let mut out =
            self.rewrite(key, |span| (Some(span) == last.as_ref()).then(|| format!("{key}={value}")));
        if last.is_none() {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            out.push_str(&format!("{key}={value}\n"));
        }
        out
    }

    /// The file without a key, as `go env -u` would leave it.
    pub fn unset(&self, key: &str) -> String {
        self.rewrite(key, |_| None)
    }

    /// The text with the lines of a key replaced or dropped.
    fn rewrite(&self, key: &str, replace: impl Fn(&Range<usize>) -> Option<String>) -> String {
        let mut out = String::new();
        let mut at = 0;
        for entry in self.entries.iter().filter(|entry| entry.key == key) {
            out.push_str(&self.text[at..entry.span.start]);
            match replace(&entry.span) {
                Some(line) => {
                    out.push_str(&line);
                    at = entry.span.end;
                }
                None => at = (entry.span.end + 1).min(self.text.len()),
            }
        }
        out.push_str(&self.text[at..]);
        out
    }
}

/// The value of a setting and its source: the environment (handed in as a function), then the user's file, then the
/// distribution's.
pub fn effective(
    key: &str,
    environment: impl Fn(&str) -> Option<String>,
    user: &EnvFile,
    distribution: &EnvFile,
) -> Option<(String, Source)> {
    let own = environment(key).filter(|value| !value.is_empty()).map(|value| (value, Source::Environment));
    let of = |file: &EnvFile, source| file.get(key).map(|entry| (entry.value.clone(), source));
    own.or_else(|| of(user, Source::UserFile)).or_else(|| of(distribution, Source::Distribution))
}

/// The place of the user's file on a system (`linux`, `darwin`, `windows`, ...), given the environment. `None` with
/// GOENV=off, or when there is no home.
pub fn user_file(goos: &str, environment: impl Fn(&str) -> Option<String>) -> Option<String> {
    let get = |key: &str| environment(key).filter(|value| !value.is_empty());
    match get("GOENV").as_deref() {
        Some("off") => return None,
        Some(file) => return Some(file.to_owned()),
        None => {}
    }
    let folder = match goos {
        "windows" => get("AppData")?,
        "darwin" | "ios" => format!("{}/Library/Application Support", get("HOME")?),
        "plan9" => format!("{}/lib", get("home")?),
        // Go wants an absolute path there.
        _ => match get("XDG_CONFIG_HOME") {
            Some(folder) => Some(folder).filter(|folder| folder.starts_with('/'))?,
            None => format!("{}/.config", get("HOME")?),
        },
    };
    let slash = if goos == "windows" { '\\' } else { '/' };
    Some(format!("{folder}{slash}go{slash}env"))
}

/// A quote without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unterminated {0} string")]
pub struct UnterminatedQuote(pub char);

/// Splits a setting such as GOFLAGS or a GOAUTH command into words. A word may be in single or double quotes; inside
/// nothing is special, and quotes in the middle of a word are part of it.
///
/// # Errors
/// When a quote has no end.
pub fn split_quoted(text: &str) -> Result<Vec<String>, UnterminatedQuote> {
    let space = [' ', '\t', '\n', '\r'];
    let mut words = Vec::new();
    let mut rest = text.trim_start_matches(space);
    while let Some(first) = rest.chars().next() {
        let (word, after) = if first == '"' || first == '\'' {
            rest[1..].split_once(first).ok_or(UnterminatedQuote(first))?
        } else {
            rest.split_at(rest.find(space).unwrap_or(rest.len()))
        };
        words.push(word.to_owned());
        rest = after.trim_start_matches(space);
    }
    Ok(words)
}

/// A GOFLAGS setting that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadGoFlags {
    /// A quote without its end.
    #[error("parsing $GOFLAGS: {0}")]
    Quote(#[from] UnterminatedQuote),
    /// A word that is no flag; `-x value` must be `-x=value`.
    #[error("parsing $GOFLAGS: non-flag {0:?}")]
    NonFlag(String),
}

/// The flags of a GOFLAGS setting, as name without dashes and value (`mod`, `vendor`); a flag without `=` has none.
///
/// # Errors
/// When Go refuses it, except for names of flags that it does not know.
pub fn parse_goflags(text: &str) -> Result<Vec<(String, Option<String>)>, BadGoFlags> {
    let mut flags = Vec::new();
    for word in split_quoted(text)? {
        let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-')).unwrap_or("");
        if name.is_empty() || name.starts_with(['-', '=']) {
            return Err(BadGoFlags::NonFlag(word));
        }
        flags.push(match name.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (name.to_owned(), None),
        });
    }
    Ok(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "# comment\nGOPROXY=https://a.b,direct\nlower=x\nnothing\nGOFLAGS=-mod=mod\nGOPROXY= off";

    #[test]
    fn files() {
        let file = EnvFile::parse(TEXT);
        assert_eq!(file.entries.len(), 3);
        let entry = file.get("GOPROXY").unwrap();
        assert_eq!((entry.value.as_str(), &TEXT[entry.span.clone()]), (" off", "GOPROXY= off"));
        assert_eq!(file.set("GOPROXY", "x"), "# comment\nlower=x\nnothing\nGOFLAGS=-mod=mod\nGOPROXY=x");
        assert_eq!(file.set("GOSUMDB", "off"), format!("{TEXT}\nGOSUMDB=off\n"));
        assert_eq!(file.unset("GOFLAGS"), TEXT.replace("GOFLAGS=-mod=mod\n", ""));
        assert_eq!(EnvFile::parse("").set("A", "1"), "A=1\n");
    }

    #[test]
    fn sources() {
        let user = EnvFile::parse("A=user\nB=user\n");
        let distribution = EnvFile::parse("# go.env\nB=dist\nC=dist\n");
        let environment =
            |key: &str| (key == "A").then(|| "env".to_owned()).or((key == "B").then(String::new));
        let get = |key: &str| effective(key, environment, &user, &distribution);
        assert_eq!(get("A"), Some(("env".into(), Source::Environment)));
        assert_eq!(get("B"), Some(("user".into(), Source::UserFile)));
        assert_eq!(get("C"), Some(("dist".into(), Source::Distribution)));
        assert_eq!(get("D"), None);
    }

    #[test]
    fn places() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |key: &str| pairs.iter().find(|p| p.0 == key).map(|p| p.1.to_owned())
        };
        for (goos, pairs, wanted) in [
            ("linux", &[("HOME", "/root")][..], Some("/root/.config/go/env")),
            ("linux", &[("HOME", "/root"), ("XDG_CONFIG_HOME", "/c")], Some("/c/go/env")),
            ("linux", &[("HOME", "/root"), ("XDG_CONFIG_HOME", "c")], None),
            ("linux", &[("HOME", "/root"), ("GOENV", "off")], None),
            ("linux", &[("GOENV", "/x")], Some("/x")),
            ("linux", &[], None),
            ("darwin", &[("HOME", "/U/me")], Some("/U/me/Library/Application Support/go/env")),
            ("windows", &[("AppData", "C:\\me")], Some("C:\\me\\go\\env")),
        ] {
            assert_eq!(user_file(goos, with(pairs)).as_deref(), wanted, "{goos} {pairs:?}");
        }
    }

    #[test]
    fn words() {
        assert_eq!(split_quoted(" a  'b c'\t\"d'\" e\"f ").unwrap(), ["a", "b c", "d'", "e\"f"]);
        assert_eq!(split_quoted("'a'b").unwrap(), ["a", "b"]);
        assert_eq!(split_quoted("a 'b"), Err(UnterminatedQuote('\'')));
        let flags = parse_goflags("-mod=vendor --trimpath '-ldflags=-s -w'").unwrap();
        let shown: Vec<_> =
            flags.iter().map(|(n, v)| format!("{n}:{}", v.as_deref().unwrap_or("-"))).collect();
        assert_eq!(shown, ["mod:vendor", "trimpath:-", "ldflags:-s -w"]);
        for bad in ["mod=vendor", "-", "--", "---x", "-=x", "-mod vendor"] {
            assert!(matches!(parse_goflags(bad), Err(BadGoFlags::NonFlag(_))), "{bad}");
        }
    }
}
