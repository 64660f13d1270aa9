//! Signs: the wordings by which a cause is recognised, as literal text with holes.

/// One wording of a cause.
///
/// `pattern` is literal text in which `{}` stands for anything (the shortest fit, kept as a subject), a leading `^`
/// for the beginning of the message and a trailing `$` for its end. The case of letters counts.
#[derive(Debug, Clone, Copy)]
pub struct Sign {
    /// Literal text with holes.
    pub pattern: &'static str,
    /// How directly the wording names the cause, 0 to 100: 90 and above it *is* the cause, 70 it nearly always is,
    /// 40 it is what is left when nothing more precise is there.
    pub weight: u8,
    /// The wording fits other causes too: the finding is at most "possible".
    pub ambiguous: bool,
}

/// Bytes of a literal that the search for all of them looks at: enough to be rare, few enough to build quickly.
const LITERAL: usize = 12;

/// A wording that leaves no doubt.
#[must_use]
pub const fn sign(weight: u8, pattern: &'static str) -> Sign {
    Sign { pattern, weight, ambiguous: false }
}

/// A wording that other causes share.
#[must_use]
pub const fn hint(weight: u8, pattern: &'static str) -> Sign {
    Sign { pattern, weight, ambiguous: true }
}

impl Sign {
    /// The beginning of the longest literal piece: what a search looks for before the whole pattern is tried.
    #[must_use]
    pub fn literal(&self) -> &'static str {
        self.pattern
            .trim_start_matches('^')
            .trim_end_matches('$')
            .split("{}")
            .max_by_key(|piece| piece.len())
            .map_or("", |piece| &piece[..piece.floor_char_boundary(LITERAL)])
    }

    /// If `text` says this, the byte range of the whole match and what stands in the holes.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<Found<'t>> {
        find(self.pattern, text)
    }
}

/// A match of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<'t> {
    /// Byte range of the literal part in the text.
    pub span: (usize, usize),
    /// What stands in the holes.
    pub holes: Vec<&'t str>,
}

/// Matches `pattern` (see [`Sign`]) in `text`.
#[must_use]
pub fn find<'t>(pattern: &str, text: &'t str) -> Option<Found<'t>> {
    let (pattern, anchored) = match pattern.strip_prefix('^') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let text_end = text.trim_end().len();
    let mut pieces = pattern.split("{}");
    let first = pieces.next().unwrap_or("");
    let rest: Vec<&str> = pieces.collect();
    let mut from = 0;
    loop {
        let start = if anchored {
            let indent = text.len() - text.trim_start().len();
            if from > 0 || !text[indent..].starts_with(first) {
                return None;
            }
            indent
        } else {
            from + memmem(text.get(from..)?, first)?
        };
        let mut at = start + first.len();
        let mut holes = Vec::with_capacity(rest.len());
        let mut fits = true;
        for (i, piece) in rest.iter().enumerate() {
            let last = i + 1 == rest.len();
            let next = if piece.is_empty() {
                Some(text_end.saturating_sub(at))
            } else if last && to_end {
                text[..text_end]
                    .ends_with(piece)
                    .then(|| text_end - piece.len())
                    .filter(|p| *p >= at)
                    .map(|p| p - at)
            } else {
                memmem(&text[at..], piece)
            };
            let Some(next) = next else {
                fits = false;
                break;
            };
            holes.push(&text[at..at + next]);
            at += next + piece.len();
        }
        if fits && (!to_end || at == text_end) {
            return Some(Found { span: (start, at), holes });
        }
        if anchored {
            return None;
        }
        from = start + first.len().max(1);
        while from < text.len() && !text.is_char_boundary(from) {
            from += 1;
        }
    }
}

fn memmem(text: &str, piece: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes(), piece.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_holes_and_anchors() {
        let found = find("open {}: permission denied", "go: open /x/go.mod: permission denied").unwrap();
        assert_eq!(found.holes, ["/x/go.mod"]);
        assert!(find("^open {}", "go: open x").is_none());
        assert!(find("^go: {} denied$", "  go: x denied ").is_some());
        assert!(find("denied$", "denied, really").is_none());
        assert_eq!(find("a {} b {} c", "a 1 b 2 c").unwrap().holes, ["1", "2"]);
        assert!(find("a {} b", "a 1").is_none());
        assert_eq!(find("a{}", "a rest ").unwrap().holes, [" rest"]);
    }
}
