//! Physical lines into logical ones, as BuildKit's parser does it (frontend/dockerfile/parser, v0.34), with a map from
//! every byte of the joined text back to the file.

use crate::span::Span;

/// A logical line: text whose continuations and inner comments are taken out, and where each piece came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joined {
    /// The text that the builder sees.
    pub text: String,
    /// `(offset in text, offset in file)`, ascending; each piece runs to the next one.
    pieces: Vec<(usize, usize)>,
    /// File offset just after the last byte.
    end: usize,
}

impl Joined {
    /// An empty one that begins at the file offset `at`.
    #[must_use]
    pub fn empty(at: usize) -> Self {
        Self { text: String::new(), pieces: Vec::new(), end: at }
    }

    /// A text that stands in the file as it is.
    #[must_use]
    pub fn verbatim(text: &str, at: usize) -> Self {
        let mut joined = Self::empty(at);
        joined.push(text, at);
        joined
    }

    /// Append a piece found at the file offset `at`.
    pub fn push(&mut self, text: &str, at: usize) {
        if !text.is_empty() {
            self.pieces.push((self.text.len(), at));
            self.text.push_str(text);
        }
        self.end = at + text.len();
    }

    /// The file offset of the byte `offset` of the text. For the end of the text: the offset after the last byte.
    #[must_use]
    pub fn source(&self, offset: usize) -> usize {
        if offset >= self.text.len() {
            return self.end;
        }
        let index = self.pieces.partition_point(|&(at, _)| at <= offset);
        match index.checked_sub(1).and_then(|i| self.pieces.get(i)) {
            Some(&(at, file)) => file + (offset - at),
            None => self.end,
        }
    }

    /// The file span of `start..end` of the text. A range over several pieces covers what lies between them.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        if end <= start {
            let at = self.source(start);
            return Span::new(at, at);
        }
        Span::new(self.source(start), self.source(end - 1) + 1)
    }

    /// The part `start..end` of the text as a joined text of its own.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let end = end.min(self.text.len());
        let start = start.min(end);
        let mut out = Self::empty(self.source(start));
        let first = self.pieces.partition_point(|&(at, _)| at <= start).saturating_sub(1);
        for (i, &(at, file)) in self.pieces.iter().enumerate().skip(first) {
            if at >= end {
                break;
            }
            let next = self.pieces.get(i + 1).map_or(self.text.len(), |&(next, _)| next);
            let (from, to) = (at.max(start), next.min(end));
            if from < to {
                out.push(&self.text[from..to], file + (from - at));
            }
        }
        out
    }
}

/// One physical line: its bytes with line end, and where it begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) raw: &'a str,
    pub(crate) start: usize,
}

/// The physical lines of a text, in order.
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
    /// How many lines were given out.
    pub(crate) number: u32,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, number: 0 }
    }

    /// Where the next line begins.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Go back to an earlier place.
    pub(crate) fn rewind(&mut self, offset: usize, number: u32) {
        self.at = offset;
        self.number = number;
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return None;
        }
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let line = Line { raw: &rest[..len], start: self.at };
        self.at += len;
        self.number += 1;
        Some(line)
    }
}

/// Without `\r` and `\n` at the end.
pub(crate) fn trim_newline(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

/// A line whose first visible character is `#`.
pub(crate) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The line without its continuation mark, if it ends with one: the escape character, not preceded by itself, then
/// nothing but blanks.
pub(crate) fn continuation(line: &str, escape: char) -> Option<&str> {
    let body = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    if body.ends_with(escape) { None } else { Some(body) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_keeps_its_places() {
        let mut joined = Joined::empty(10);
        joined.push("RUN go ", 10);
        joined.push("build ./...", 30);
        assert_eq!(joined.span(4, 12), Span::new(14, 35));
        let part = joined.slice(4, 18);
        assert_eq!(part.text, "go build ./...");
        assert_eq!(part.span(0, 2), Span::new(14, 16));
        assert_eq!(part.span(3, 8), Span::new(30, 35));
        assert_eq!(part.source(14), 41);
    }

    #[test]
    fn continuations() {
        assert_eq!(continuation("RUN a \\", '\\'), Some("RUN a "));
        assert_eq!(continuation("RUN a \\ \t", '\\'), Some("RUN a "));
        assert_eq!(continuation("\\", '\\'), Some(""));
        assert_eq!(continuation("RUN a \\\\", '\\'), None);
        assert_eq!(continuation("RUN a", '\\'), None);
        assert_eq!(continuation("RUN a `", '`'), Some("RUN a "));
    }
}
