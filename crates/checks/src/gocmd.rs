//! The go command's arguments.

use dockerfile::sh::Word;

/// One call of the go command, its words split into flags and the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GoArgs {
    /// `build`, `test`, `mod download`, `work sync`.
    pub(crate) sub: String,
    /// Flags without dashes, their values as far as they are literal, the index of the flag's word.
    pub(crate) flags: Vec<(String, Option<Word>, usize)>,
    /// What is neither flag nor value: packages, files, modules.
    pub(crate) rest: Vec<Word>,
    /// A flag was met that is not known: what follows may be read wrongly.
    pub(crate) doubtful: bool,
}

const WITH_VALUE: [&str; 36] = [
    "o",
    "tags",
    "ldflags",
    "gcflags",
    "asmflags",
    "mod",
    "modfile",
    "p",
    "C",
    "overlay",
    "pgo",
    "buildmode",
    "compiler",
    "installsuffix",
    "pkgdir",
    "toolexec",
    "gccgoflags",
    "run",
    "skip",
    "timeout",
    "count",
    "coverprofile",
    "covermode",
    "coverpkg",
    "bench",
    "benchtime",
    "cpu",
    "parallel",
    "cpuprofile",
    "memprofile",
    "vet",
    "exec",
    "f",
    "go",
    "reuse",
    "outputdir",
];

const WITHOUT: [&str; 42] = [
    "v",
    "x",
    "a",
    "n",
    "i",
    "race",
    "msan",
    "asan",
    "cover",
    "trimpath",
    "work",
    "buildvcs",
    "modcacherw",
    "linkshared",
    "json",
    "short",
    "failfast",
    "u",
    "t",
    "d",
    "fix",
    "deps",
    "m",
    "e",
    "find",
    "export",
    "test",
    "versions",
    "compiled",
    "cgo",
    "compat",
    "diff",
    "cache",
    "testcache",
    "modcache",
    "fuzzcache",
    "r",
    "w",
    "tool",
    "insecure",
    "benchmem",
    "c",
];

impl GoArgs {
    /// Read the words after `go`.
    pub(crate) fn parse(words: &[Word]) -> Self {
        let mut out = Self::default();
        let mut at = 0;
        // `go -C dir build`
        while let Some(word) = words.get(at) {
            let text = word.literal().unwrap_or("");
            if text == "-C" {
                out.flags.push(("C".to_owned(), words.get(at + 1).cloned(), at));
                at += 2;
            } else {
                break;
            }
        }
        let Some(sub) = words.get(at) else { return out };
        sub.literal().unwrap_or("?").clone_into(&mut out.sub);
        at += 1;
        if matches!(out.sub.as_str(), "mod" | "work" | "tool")
            && let Some(next) = words.get(at).and_then(Word::literal)
            && !next.starts_with('-')
        {
            out.sub = format!("{} {next}", out.sub);
            at += 1;
        }
        while let Some(word) = words.get(at) {
            let head = word.prefix();
            let Some(flag) =
                head.strip_prefix("--").or_else(|| head.strip_prefix('-')).filter(|f| !f.is_empty())
            else {
                out.rest.push(word.clone());
                at += 1;
                // The program's own arguments follow.
                if out.sub == "run" {
                    break;
                }
                continue;
            };
            let (name, value) = match flag.split_once('=') {
                Some((name, _)) => (name.to_owned(), Some(after_equals(word))),
                None => (flag.to_owned(), None),
            };
            if value.is_some() {
                out.flags.push((name, value, at));
            } else if WITH_VALUE.contains(&name.as_str()) && !(out.sub == "mod edit" || out.sub == "get") {
                out.flags.push((name, words.get(at + 1).cloned(), at));
                at += 1;
            } else {
                out.doubtful |= !WITHOUT.contains(&name.as_str()) && word.pieces.len() != 1;
                out.doubtful |= !WITHOUT.contains(&name.as_str());
                out.flags.push((name, None, at));
            }
            at += 1;
        }
        out
    }

    /// The last value of a flag: `Some(None)` for one without value.
    pub(crate) fn flag(&self, name: &str) -> Option<Option<&Word>> {
        self.flags.iter().rev().find(|(n, ..)| n == name).map(|(_, value, _)| value.as_ref())
    }

    /// The literal value of a flag.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.flag(name)?.and_then(Word::literal)
    }

    /// A boolean flag that is on.
    pub(crate) fn on(&self, name: &str) -> bool {
        match self.flag(name) {
            None => false,
            Some(None) => true,
            Some(Some(word)) => matches!(word.literal(), Some("true" | "1")),
        }
    }
}

/// The value of `-flag=value`.
fn after_equals(word: &Word) -> Word {
    let mut value = word.clone();
    let skip = word.prefix().find('=').map_or(0, |at| at + 1);
    let raw_skip = word.raw.find('=').map_or(0, |at| at + 1);
    value.start += raw_skip;
    value.raw = word.raw[raw_skip..].to_owned();
    if let Some(dockerfile::sh::Piece::Literal(text)) = value.pieces.first_mut() {
        *text = text[skip..].to_owned();
        if text.is_empty() {
            value.pieces.remove(0);
        }
    }
    value
}
