//! `go.sum` and `go.work.sum`: the known hashes of modules, one a line.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::modfile::conflict_marker;
use crate::path::ModuleVersion;

/// The hash of a `go.mod` without content, which old Go versions wrote by mistake for what is no module. Go drops
/// such lines.
pub const EMPTY_GO_MOD: &str = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=";

/// A `go.sum` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoSum {
    /// The good lines, in order.
    pub lines: Vec<SumLine>,
    /// The lines that Go would stop at, in order.
    pub errors: Vec<SumError>,
}

/// One line: a module's zip, or its `go.mod`, and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumLine {
    /// The module; the version without `/go.mod`.
    pub module: ModuleVersion,
    /// Whether the hash is that of the `go.mod` file alone.
    pub go_mod: bool,
    /// The hash, such as `h1:...=`.
    pub hash: String,
    /// The line, from 1.
    pub number: usize,
    /// From the first word to the last, in bytes.
    pub span: Range<usize>,
}

/// A line that is no hash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SumError {
    /// Not three words.
    #[error("line {number}: wrong number of fields {fields}")]
    Fields {
        /// The line, from 1.
        number: usize,
        /// How many words it has.
        fields: usize,
        /// Its bytes.
        span: Range<usize>,
    },
    /// A line that `git merge` or its like left behind; the rest of the file is read nevertheless.
    #[error("line {number}: merge conflict marker")]
    ConflictMarker {
        /// The line, from 1.
        number: usize,
        /// Its bytes.
        span: Range<usize>,
    },
}

/// What a `go.sum` says about a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The hash is listed.
    Match,
    /// Hashes of this kind are listed, and this is none of them.
    Mismatch {
        /// The listed ones.
        known: Vec<String>,
    },
    /// Nothing is listed.
    Unknown,
}

impl GoSum {
    /// Reads a file. Never fails: see [`GoSum::errors`].
    pub fn parse(text: &str) -> Self {
        let mut out = Self::default();
        let conflict = conflict_marker(text);
        let mut at = 0;
        for (index, raw) in text.split('\n').enumerate() {
            let number = index + 1;
            let start = at + (raw.len() - raw.trim_start().len());
            let span = start..start + raw.trim().len();
            at += raw.len() + 1;
            let fields: Vec<&str> = raw.split_whitespace().collect();
            match fields[..] {
                [] => {}
                [path, version, hash] => {
                    if hash == EMPTY_GO_MOD {
                        continue;
                    }
                    let (version, go_mod) = match version.strip_suffix("/go.mod") {
                        Some(version) => (version, true),
                        None => (version, false),
                    };
                    let module = ModuleVersion::new(path, version);
                    out.lines.push(SumLine { module, go_mod, hash: hash.to_owned(), number, span });
                }
                _ if conflict.is_some() && is_marker(raw) => {
                    out.errors.push(SumError::ConflictMarker { number, span });
                }
                _ => out.errors.push(SumError::Fields { number, fields: fields.len(), span }),
            }
        }
        out
    }

    /// The hashes of a module's zip, or of its `go.mod`.
    pub fn hashes<'a>(&'a self, module: &'a ModuleVersion, go_mod: bool) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(move |l| l.go_mod == go_mod && l.module == *module).map(|l| l.hash.as_str())
    }

    /// What the file says about the hash of a module's zip, or of its `go.mod`. Only hashes of the same kind
    /// (`h1:`) count.
    pub fn verify(&self, module: &ModuleVersion, go_mod: bool, hash: &str) -> Verdict {
        let kind = hash.split_once(':').map_or("", |(kind, _)| kind);
        let same_kind = |h: &&str| h.split_once(':').is_some_and(|(k, _)| k == kind);
        let known: Vec<String> = self.hashes(module, go_mod).filter(same_kind).map(str::to_owned).collect();
        if known.is_empty() {
            Verdict::Unknown
        } else if known.iter().any(|h| h == hash) {
            Verdict::Match
        } else {
            Verdict::Mismatch { known }
        }
    }

    /// An index for asking about many modules.
    pub fn index(&self) -> BTreeMap<(&ModuleVersion, bool), Vec<&str>> {
        let mut index: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        for line in &self.lines {
            index.entry((&line.module, line.go_mod)).or_default().push(&line.hash);
        }
        index
    }

    /// The file as Go writes it: sorted, each line once, broken lines left out. With both sides of a merge
    /// conflict in it, this is the right way to solve the conflict: Go adds and checks lines on its own.
    pub fn to_text(&self) -> String {
        let mut lines: Vec<(ModuleVersion, &str)> = self
            .lines
            .iter()
            .map(|l| {
                let file = if l.go_mod { "/go.mod" } else { "" };
                let module = ModuleVersion::new(&l.module.path, format!("{}{file}", l.module.version));
                (module, l.hash.as_str())
            })
            .collect();
        // Several hashes of one module stay in the file's order.
        lines.sort_by(|a, b| a.0.cmp(&b.0));
        lines.dedup();
        lines.iter().map(|(m, hash)| format!("{} {} {hash}\n", m.path, m.version)).collect()
    }
}

fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a.b/c v1.0.0 h1:AAA=\na.b/c v1.0.0/go.mod h1:BBB=\n\n  d.e v1.1.0 h1:CCC= \nx y\na.b/old v1.0.0/go.mod h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=\n";

    #[test]
    fn lines_and_errors() {
        let sum = GoSum::parse(TEXT);
        let shown: Vec<_> =
            sum.lines.iter().map(|l| format!("{} {} {}", l.number, l.module, l.go_mod)).collect();
        assert_eq!(shown, ["1 a.b/c@v1.0.0 false", "2 a.b/c@v1.0.0 true", "4 d.e@v1.1.0 false"]);
        assert_eq!(&TEXT[sum.lines[2].span.clone()], "d.e v1.1.0 h1:CCC=");
        assert_eq!(sum.errors[0].to_string(), "line 5: wrong number of fields 2");
        assert_eq!(sum.errors.len(), 1);
    }

    #[test]
    fn verdicts() {
        let sum = GoSum::parse(TEXT);
        let m = ModuleVersion::new("a.b/c", "v1.0.0");
        assert_eq!(sum.verify(&m, false, "h1:AAA="), Verdict::Match);
        assert_eq!(sum.verify(&m, true, "h1:AAA="), Verdict::Mismatch { known: vec!["h1:BBB=".into()] });
        assert_eq!(sum.verify(&m, true, "h2:AAA="), Verdict::Unknown);
        assert_eq!(sum.verify(&ModuleVersion::new("a.b/c", "v1.0.1"), false, "h1:AAA="), Verdict::Unknown);
        assert_eq!(sum.index().len(), 3);
    }

    #[test]
    fn conflicts() {
        let text = "<<<<<<< HEAD\nb.c v1.0.0 h1:B=\n=======\na.b v1.10.0 h1:A=\na.b v1.9.0/go.mod h1:A9=\na.b v1.9.0 h1:A8=\nb.c v1.0.0 h1:B=\n>>>>>>> topic\n";
        let sum = GoSum::parse(text);
        let shown: Vec<_> = sum.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "line 1: merge conflict marker",
                "line 3: merge conflict marker",
                "line 8: merge conflict marker"
            ]
        );
        assert_eq!(
            sum.to_text(),
            "a.b v1.9.0 h1:A8=\na.b v1.9.0/go.mod h1:A9=\na.b v1.10.0 h1:A=\nb.c v1.0.0 h1:B=\n"
        );
    }
}
