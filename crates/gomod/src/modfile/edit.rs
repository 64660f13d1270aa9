//! Edits that touch only what they change: the rest of the file keeps its order, comments, spacing and line ends.

use std::ops::Range;

use super::directives::{Godebug, Replace, Replacement};
use super::quote::auto_quote;
use super::syntax::{LineId, Syntax};
use crate::path::ModuleVersion;

/// Bytes of the parsed text to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What goes; empty for an insertion.
    pub span: Range<usize>,
    /// What comes in its place.
    pub text: String,
}

/// The text with the edits made. They may come in any order; where two overlap, each byte goes once.
pub fn apply(text: &str, mut edits: Vec<TextEdit>) -> String {
    edits.sort_by_key(|e| (e.span.start, e.span.end));
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in &edits {
        let start = edit.span.start.max(at);
        out.push_str(&text[at..start]);
        out.push_str(&edit.text);
        at = edit.span.end.max(start);
    }
    out.push_str(&text[at..]);
    out
}

impl Syntax {
    /// The words of a line behind the directive's name.
    pub(super) fn args(&self, line: LineId) -> &[Range<usize>] {
        let line = &self.lines[line];
        if line.block.is_some() { &line.words } else { &line.words[1..] }
    }
}

/// Where a new line belongs.
enum Home {
    Block(usize),
    Line(LineId),
}

/// A parsed file under the edit operations that all directives share.
#[derive(Clone, Copy)]
pub(super) struct Doc<'a> {
    pub(super) text: &'a str,
    pub(super) syntax: &'a Syntax,
}

impl Doc<'_> {
    fn newline(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |i| i + 1)
    }

    /// Behind the newline of the line that holds the byte.
    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |i| at + i + 1)
    }

    fn is_blank_before(&self, at: usize) -> bool {
        at == 0 || self.text[self.line_start(at - 1)..at].trim().is_empty()
    }

    fn is_blank_after(&self, at: usize) -> bool {
        self.text[at..self.line_end(at)].trim().is_empty()
    }

    /// The start of the comments that stand directly above.
    fn with_comments(&self, above: &[Range<usize>], start: usize) -> usize {
        let comments = above.iter().rev().take_while(|c| !c.is_empty());
        self.line_start(comments.last().map_or(start, |c| c.start))
    }

    /// Removes lines with the comments directly above, blocks that become empty, and one of two blank lines that
    /// would meet.
    pub(super) fn delete(&self, lines: &[LineId]) -> Vec<TextEdit> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        for (number, block) in self.syntax.blocks.iter().enumerate() {
            let dead = |id: &LineId| lines.contains(id);
            if !block.lines.is_empty() && block.lines.iter().all(dead) {
                spans.push(self.with_comments(&block.above, block.span.start)..self.line_end(block.close));
            } else {
                for &id in block.lines.iter().filter(|id| dead(id)) {
                    debug_assert_eq!(self.syntax.lines[id].block, Some(number));
                    spans.push(self.line_span(id));
                }
            }
        }
        let single = lines.iter().filter(|&&id| self.syntax.lines[id].block.is_none());
        spans.extend(single.map(|&id| self.line_span(id)));
        spans
            .into_iter()
            .map(|mut span| {
                if self.is_blank_before(span.start)
                    && span.end < self.text.len()
                    && self.is_blank_after(span.end)
                {
                    span.end = self.line_end(span.end);
                } else if span.end == self.text.len() && span.start > 0 && self.is_blank_before(span.start) {
                    span.start = self.line_start(span.start - 1);
                }
                TextEdit { span, text: String::new() }
            })
            .collect()
    }

    fn line_span(&self, id: LineId) -> Range<usize> {
        let line = &self.syntax.lines[id];
        self.with_comments(&line.above, line.span.start)..self.line_end(line.span.end)
    }

    /// Replaces all words behind the directive's name.
    pub(super) fn set_args(&self, id: LineId, args: &str) -> TextEdit {
        let words = self.syntax.args(id);
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => TextEdit { span: first.start..last.end, text: args.to_owned() },
            _ => {
                let end = self.syntax.lines[id].span.end;
                TextEdit { span: end..end, text: format!(" {args}") }
            }
        }
    }

    /// Replaces one word behind the directive's name.
    pub(super) fn set_word(&self, id: LineId, word: usize, text: &str) -> Option<TextEdit> {
        self.syntax.args(id).get(word).map(|span| TextEdit { span: span.clone(), text: text.to_owned() })
    }

    fn verb(&self, words: &[Range<usize>]) -> &str {
        words.first().map_or("", |word| &self.text[word.clone()])
    }

    /// The blocks and lone lines of a directive, in order.
    fn homes(&self, verb: &str) -> Vec<Home> {
        let blocks = self.syntax.blocks.iter().enumerate();
        let mut homes: Vec<(usize, Home)> = blocks
            .filter(|(_, b)| self.verb(&b.words) == verb && b.words.len() == 1)
            .map(|(number, b)| (b.span.start, Home::Block(number)))
            .collect();
        for (id, line) in self.syntax.lines.iter().enumerate() {
            if line.block.is_none() && self.verb(&line.words) == verb {
                homes.push((line.span.start, Home::Line(id)));
            }
        }
        homes.sort_by_key(|(start, _)| *start);
        homes.into_iter().map(|(_, home)| home).collect()
    }

    /// Adds a line: to the last block of the directive that `fits`, else to the last one; a lone line becomes a
    /// block; without either, the line goes to the end of the file.
    pub(super) fn add(&self, verb: &str, args: &str, fits: impl Fn(&[LineId]) -> bool) -> Vec<TextEdit> {
        let homes = self.homes(verb);
        let lines_of = |home: &Home| match home {
            Home::Block(number) => self.syntax.blocks[*number].lines.clone(),
            Home::Line(id) => vec![*id],
        };
        let home = homes.iter().rev().find(|home| fits(&lines_of(home))).or(homes.last());
        match home {
            Some(Home::Block(number)) => vec![self.add_to_block(*number, args)],
            Some(Home::Line(id)) => self.make_block(*id, args),
            None => vec![self.add_at_end(&format!("{verb} {args}"))],
        }
    }

    /// Keeps a block sorted if it is: behind the last line that comes before the new one.
    fn add_to_block(&self, number: usize, args: &str) -> TextEdit {
        let block = &self.syntax.blocks[number];
        let newline = self.newline();
        if !self.text[block.open..block.close].contains('\n') {
            let text = format!("{newline}\t{args}{newline}");
            return TextEdit { span: block.open + 1..block.close, text };
        }
        let key = |id: &LineId| self.text[self.syntax.lines[*id].span.clone()].to_owned();
        let keys: Vec<String> = block.lines.iter().map(key).collect();
        let place = if keys.is_sorted() { keys.partition_point(|k| k.as_str() <= args) } else { keys.len() };
        let indent = block.lines.first().map_or("\t", |&id| {
            let start = self.syntax.lines[id].span.start;
            &self.text[self.line_start(start)..start]
        });
        let at = match (place.checked_sub(1).map(|i| block.lines[i]), block.lines.get(place)) {
            (Some(before), _) => self.line_end(self.syntax.lines[before].span.end),
            (None, Some(&after)) => self.line_span(after).start,
            (None, None) => self.line_start(block.close),
        };
        TextEdit { span: at..at, text: format!("{indent}{args}{newline}") }
    }

    /// `require a v1` becomes a block with a second line.
    fn make_block(&self, id: LineId, args: &str) -> Vec<TextEdit> {
        let line = &self.syntax.lines[id];
        let newline = self.newline();
        let end = line.comment.as_ref().map_or(line.span.end, |c| c.end);
        let first = line.words.get(1).map_or(line.span.end, |w| w.start);
        vec![
            TextEdit { span: line.words[0].end..first, text: format!(" ({newline}\t") },
            TextEdit { span: end..end, text: format!("{newline}\t{args}{newline})") },
        ]
    }

    pub(super) fn add_at_end(&self, line: &str) -> TextEdit {
        let newline = self.newline();
        let end = self.text.trim_end().len();
        let gap = if end == 0 { String::new() } else { format!("{newline}{newline}") };
        TextEdit { span: end..self.text.len(), text: format!("{gap}{line}{newline}") }
    }

    /// Adds a statement behind that of a line, with a blank line between.
    pub(super) fn add_after(&self, line: LineId, text: &str) -> TextEdit {
        let line = &self.syntax.lines[line];
        let last = line.block.map_or(line.span.end, |block| self.syntax.blocks[block].close);
        let at = self.line_end(last);
        let newline = self.newline();
        let ends = if self.text[..at].ends_with('\n') { "" } else { newline };
        let gap = if self.is_blank_after(at) { "" } else { newline };
        TextEdit { span: at..at, text: format!("{ends}{newline}{text}{newline}{gap}") }
    }

    /// Adds a statement in front of the first one.
    pub(super) fn add_first(&self, text: &str) -> TextEdit {
        let line = self.syntax.lines.first().map(|l| (l.span.start, &l.above, l.block));
        let block = self.syntax.blocks.first().map(|b| (b.span.start, &b.above, None));
        let first = match (line.filter(|l| l.2.is_none()), block) {
            (Some(line), Some(block)) => Some(if line.0 < block.0 { line } else { block }),
            (line, block) => line.or(block),
        };
        match first {
            Some((start, above, _)) => {
                let at = self.with_comments(above, start);
                let newline = self.newline();
                TextEdit { span: at..at, text: format!("{text}{newline}{newline}") }
            }
            None => self.add_at_end(text),
        }
    }

    /// Sets or removes the mark `// indirect` of a line, keeping what else its comment says.
    pub(super) fn mark_indirect(&self, id: LineId, indirect: bool) -> Vec<TextEdit> {
        let line = &self.syntax.lines[id];
        if super::directives::is_indirect(self.text, line) == indirect {
            return Vec::new();
        }
        let Some(span) = line.comment.clone() else {
            let end = line.span.end;
            return vec![TextEdit { span: end..end, text: " // indirect".to_owned() }];
        };
        let comment = &self.text[span.clone()];
        let said = comment.strip_prefix("//").unwrap_or(comment).trim();
        let (span, text) = match (indirect, said) {
            (true, "") => (span, "// indirect".to_owned()),
            (true, said) => (span, format!("// indirect; {said}")),
            (false, "indirect") => (line.span.end..span.end, String::new()),
            (false, said) => {
                (span, format!("// {}", said.strip_prefix("indirect;").unwrap_or(said).trim_start()))
            }
        };
        vec![TextEdit { span, text }]
    }

    /// `replace` as Go edits it: the first line for the module (for all versions when `old` has none) is changed
    /// and the others go.
    pub(super) fn set_replace(
        &self,
        list: &[Replace],
        old: &ModuleVersion,
        new: &Replacement,
    ) -> Vec<TextEdit> {
        let args = replace_args(old, new);
        let same =
            |r: &&Replace| r.old.path == old.path && (old.version.is_empty() || r.old.version == old.version);
        let mut lines = list.iter().filter(same).map(|r| r.line);
        match lines.next() {
            Some(first) => {
                let mut edits = vec![self.set_args(first, &args)];
                edits.extend(self.delete(&lines.collect::<Vec<_>>()));
                edits
            }
            None => self.add("replace", &args, |_| true),
        }
    }

    pub(super) fn set_godebug(&self, list: &[Godebug], key: &str, value: &str) -> Vec<TextEdit> {
        let args = format!("{key}={value}");
        let mut lines = list.iter().filter(|g| g.key == key).map(|g| g.line);
        match lines.next() {
            Some(first) => {
                let mut edits = vec![self.set_args(first, &args)];
                edits.extend(self.delete(&lines.collect::<Vec<_>>()));
                edits
            }
            None => self.add("godebug", &args, |_| true),
        }
    }
}

fn replace_args(old: &ModuleVersion, new: &Replacement) -> String {
    let mut args = auto_quote(&old.path);
    if !old.version.is_empty() {
        args = format!("{args} {}", old.version);
    }
    match new {
        Replacement::Folder(folder) => format!("{args} => {}", auto_quote(folder)),
        Replacement::Module(m) => format!("{args} => {} {}", auto_quote(&m.path), m.version),
    }
}
