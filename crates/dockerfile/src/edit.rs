//! Edits that touch nothing but their span, and unified diffs.

use crate::span::Span;

/// Replace the bytes of `span` by `text`. An empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

impl Edit {
    /// Insert `text` before the byte `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(at, at), text: text.into() }
    }

    /// Replace `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Take `span` out.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }
}

/// Why edits cannot be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits want the same bytes.
    #[error("edits at bytes {0} and {1} touch the same text")]
    Conflict(usize, usize),
    /// An edit lies outside the text or splits a character.
    #[error("edit of bytes {0}..{1} does not fit the text")]
    OutOfRange(usize, usize),
}

/// Apply `edits` to `text`, in any order. Equal edits count once.
///
/// # Errors
/// Overlapping edits, two different insertions at one place, spans that do not fit.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.span, &e.text));
    sorted.dedup();
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    let mut last: Option<Span> = None;
    for edit in sorted {
        if let Some(before) = last {
            let same_place = before.start == edit.span.start;
            if edit.span.start < before.end || same_place {
                return Err(EditError::Conflict(before.start, edit.span.start));
            }
        }
        let (Some(kept), true) =
            (text.get(at..edit.span.start), text.get(edit.span.start..edit.span.end).is_some())
        else {
            return Err(EditError::OutOfRange(edit.span.start, edit.span.end));
        };
        out.push_str(kept);
        out.push_str(&edit.text);
        at = edit.span.end;
        last = Some(edit.span);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Ok(out)
}

/// A unified diff with three lines of context; empty when nothing changed. `old` is empty for a new file.
#[must_use]
pub fn unified_diff(path: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let diff = similar::TextDiff::from_lines(old, new);
    let from = if old.is_empty() { "/dev/null".to_owned() } else { format!("a/{path}") };
    diff.unified_diff().context_radius(3).header(&from, &format!("b/{path}")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_in_any_order() {
        let edits =
            [Edit::replace(Span::new(4, 7), "YY"), Edit::insert(0, "# x\n"), Edit::delete(Span::new(8, 9))];
        assert_eq!(apply("abc def g", &edits).unwrap(), "# x\nabc YY ");
        assert_eq!(apply("a", &[]).unwrap(), "a");
    }

    #[test]
    fn conflicts_are_refused() {
        let a = Edit::replace(Span::new(0, 4), "x");
        let b = Edit::replace(Span::new(3, 5), "y");
        assert_eq!(apply("abcdef", &[a.clone(), b]), Err(EditError::Conflict(0, 3)));
        assert_eq!(apply("abcdef", &[a.clone(), a]).unwrap(), "xef");
        let (a, b) = (Edit::insert(2, "x"), Edit::insert(2, "y"));
        assert_eq!(apply("abcdef", &[a, b]), Err(EditError::Conflict(2, 2)));
        assert_eq!(apply("é", &[Edit::insert(1, "x")]), Err(EditError::OutOfRange(1, 1)));
    }

    #[test]
    fn a_diff() {
        assert_eq!(
            unified_diff("Dockerfile", "FROM a\nRUN b\n", "FROM a\nRUN c\n"),
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-RUN b\n+RUN c\n"
        );
    }
}
