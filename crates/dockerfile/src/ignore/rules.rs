//! Ignore files as a whole: reading, deciding, explaining.

use super::glob::{self, BadPattern};
use super::pattern::Pattern;
use crate::span::Span;

/// Why an ignore file fails the build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// A pattern with wrong syntax, or a bare `!`.
    #[error("line {line}: syntax error in pattern `{text}`")]
    Pattern {
        /// 1-based line.
        line: u32,
        /// The line, trimmed.
        text: String,
        /// Where it stands.
        span: Span,
    },
}

/// An ignore file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IgnoreFile {
    /// Its patterns in order.
    pub patterns: Vec<Pattern>,
    /// Patterns that fail the build; they are not among `patterns`.
    pub errors: Vec<IgnoreError>,
}

/// What is decided about a path, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// It does not reach the builder.
    pub ignored: bool,
    /// Index of the pattern that decided; `None` when none matched.
    pub pattern: Option<usize>,
    /// The path, or the parent folder, that the pattern matched.
    pub matched: String,
}

/// Which patterns matched a folder; the walk hands it down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirState {
    matched: Vec<bool>,
    /// Index of a pattern that showed its error here: the build stops.
    pub failed: Option<usize>,
}

impl IgnoreFile {
    /// Read an ignore file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut file = Self::default();
        let mut at = 0;
        for (index, raw) in text.split_inclusive('\n').enumerate() {
            let start = at;
            at += raw.len();
            let body = raw.strip_suffix('\n').unwrap_or(raw);
            let mut body = body.strip_suffix('\r').unwrap_or(body);
            let mut offset = start;
            if index == 0
                && let Some(rest) = body.strip_prefix('\u{feff}')
            {
                body = rest;
                offset += '\u{feff}'.len_utf8();
            }
            if body.starts_with('#') {
                continue;
            }
            let trimmed = body.trim();
            if trimmed.is_empty() {
                continue;
            }
            let from = offset + (body.len() - body.trim_start().len());
            let span = Span::new(from, from + trimmed.len());
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            match Pattern::new(&entry(trimmed), line, span) {
                Ok(Some(pattern)) => file.patterns.push(pattern),
                Ok(None) => {}
                Err(BadPattern) => {
                    file.errors.push(IgnoreError::Pattern { line, text: trimmed.to_owned(), span });
                }
            }
        }
        file
    }

    /// A list of patterns that do not come from a file (`COPY --exclude`).
    #[must_use]
    pub fn from_patterns<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut file = Self::default();
        for text in patterns {
            match Pattern::new(text, 0, Span::default()) {
                Ok(Some(pattern)) => file.patterns.push(pattern),
                Ok(None) => {}
                Err(BadPattern) => file.errors.push(IgnoreError::Pattern {
                    line: 0,
                    text: text.to_owned(),
                    span: Span::default(),
                }),
            }
        }
        file
    }

    /// Patterns that pass the syntax check and fail the build at the first path they are tried on (`\\y`, `[z-a]`).
    pub fn broken(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns.iter().filter(|p| p.is_broken())
    }

    /// Whether any pattern takes back.
    #[must_use]
    pub fn has_negations(&self) -> bool {
        self.patterns.iter().any(|p| p.negated)
    }

    /// Decide about `path`, which lies in a folder of state `parent`. `None` for paths at the root.
    #[must_use]
    pub fn step(&self, path: &str, parent: Option<&DirState>) -> (bool, DirState) {
        let (ignored, _, state) = self.step_explained(path, parent);
        (ignored, state)
    }

    fn step_explained(&self, path: &str, parent: Option<&DirState>) -> (bool, Option<usize>, DirState) {
        let mut ignored = false;
        let mut by = None;
        let mut state = DirState { matched: vec![false; self.patterns.len()], failed: None };
        for (i, pattern) in self.patterns.iter().enumerate() {
            let inherited = parent.is_some_and(|p| p.matched.get(i) == Some(&true));
            let hit = if inherited {
                true
            } else {
                // A pattern that cannot change anything is not even tried, so it is not handed down either.
                if pattern.negated != ignored {
                    continue;
                }
                pattern.matches(path).unwrap_or_else(|_| {
                    state.failed.get_or_insert(i);
                    false
                })
            };
            state.matched[i] = hit;
            if hit {
                ignored = !pattern.negated;
                by = Some(i);
            }
        }
        (ignored, by, state)
    }

    /// Whether `path` (from the context's root, with slashes) stays behind.
    #[must_use]
    pub fn is_ignored(&self, path: &str) -> bool {
        !self.patterns.is_empty() && self.why(path).ignored
    }

    /// Which pattern decides about `path`, as the walk comes to it through its parent folders.
    #[must_use]
    pub fn why(&self, path: &str) -> Decision {
        let path = path.trim_matches('/');
        let mut parent: Option<DirState> = None;
        let mut last = (false, None, String::new());
        // The folder at which each pattern matched first.
        let mut first_hit: Vec<Option<&str>> = vec![None; self.patterns.len()];
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            let prefix = &path[..end];
            let (ignored, by, state) = self.step_explained(prefix, parent.as_ref());
            for (slot, hit) in first_hit.iter_mut().zip(&state.matched) {
                if *hit && slot.is_none() {
                    *slot = Some(prefix);
                }
            }
            let matched = by.and_then(|i| first_hit[i]).unwrap_or(prefix).to_owned();
            let pruned = ignored && end < path.len() && self.prunes(prefix);
            last = (ignored, by, matched);
            if pruned {
                break;
            }
            parent = Some(state);
        }
        Decision { ignored: last.0, pattern: last.1, matched: last.2 }
    }

    /// Whether the walk skips the whole of an ignored folder: no `!` pattern can take anything in it back.
    #[must_use]
    pub fn prunes(&self, dir: &str) -> bool {
        let mut negated = self.patterns.iter().filter(|p| p.negated).peekable();
        if negated.peek().is_none() {
            return true;
        }
        negated.clone().all(Pattern::is_plain) && !negated.any(|p| p.reaches_into(dir))
    }

    /// Whether `!` patterns with wildcards force the walk into every ignored folder.
    #[must_use]
    pub fn walks_everything(&self) -> bool {
        self.patterns.iter().any(|p| p.negated && !p.is_plain())
    }
}

/// What the ignore file's reader makes of a line.
fn entry(trimmed: &str) -> String {
    let (bang, rest) = match trimmed.strip_prefix('!') {
        Some(rest) => ("!", rest.trim()),
        None => ("", trimmed),
    };
    if rest.is_empty() {
        return bang.to_owned();
    }
    let mut cleaned = glob::clean(rest);
    if cleaned.len() > 1 && cleaned.starts_with('/') {
        cleaned.remove(0);
    }
    format!("{bang}{cleaned}")
}

/// Which builder reads the ignore file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// BuildKit and the classic builder.
    #[default]
    Docker,
    /// Podman and Buildah.
    Buildah,
}

/// The ignore files to look for, in order: the first that exists is the only one read. Paths are relative to the
/// context, as `dockerfile` is; the first one lies beside the Dockerfile, wherever that is.
#[must_use]
pub fn candidates(dockerfile: &str, reader: Reader) -> Vec<String> {
    match reader {
        Reader::Docker => vec![format!("{dockerfile}.dockerignore"), ".dockerignore".to_owned()],
        Reader::Buildah => vec![
            format!("{dockerfile}.containerignore"),
            format!("{dockerfile}.dockerignore"),
            ".containerignore".to_owned(),
            ".dockerignore".to_owned(),
        ],
    }
}
