//! Fitting text into columns. Widths are terminal columns: a Chinese character takes two.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::render::common::visible;

/// What stands for the part of a line that is not shown.
const ELLIPSIS: &str = "...";
/// Columns shown before a highlight when there is text to show there.
const LEAD: usize = 24;

pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// A line ready to be shown, and where its highlight went.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fitted {
    pub(super) text: String,
    pub(super) highlight: Option<Range<usize>>,
}

/// Makes `text` safe to show and at most `columns` wide. What is cut is replaced by `...`; the start of the highlight
/// is always kept, and if possible all of it with `label` columns after it.
pub(super) fn fit(text: &str, highlight: Option<Range<usize>>, label: usize, columns: usize) -> Fitted {
    let columns = columns.max(20);
    let (cells, mark) = cells(text, highlight);
    let total: usize = cells.iter().map(|c| c.1).sum();
    let (start, end) = match &mark {
        // a label may hang over the end of a line that is short enough
        Some(m) if total <= columns && span_width(&cells[..m.end]) + label <= columns => (0, cells.len()),
        None if total <= columns => (0, cells.len()),
        _ => window(&cells, mark.as_ref(), label, columns),
    };
    let mut out = String::new();
    if start > 0 {
        out.push_str(ELLIPSIS);
    }
    let mut range = None;
    for (i, (c, _)) in cells.iter().enumerate().take(end).skip(start) {
        if mark.as_ref().is_some_and(|m| m.contains(&i)) {
            let from = range.as_ref().map_or(out.len(), |r: &Range<usize>| r.start);
            range = Some(from..out.len() + c.len_utf8());
        }
        out.push(*c);
    }
    if end < cells.len() {
        out.push_str(ELLIPSIS);
    }
    Fitted { text: out, highlight: range }
}

/// The characters of the shown form with their widths, and the highlight as a range of them.
fn cells(text: &str, highlight: Option<Range<usize>>) -> (Vec<(char, usize)>, Option<Range<usize>>) {
    let highlight = highlight.filter(|h| text.get(h.clone()).is_some_and(|t| !t.trim().is_empty()));
    let mut cells = Vec::with_capacity(text.len());
    let (mut from, mut to) = (None, 0);
    for (at, c) in text.char_indices() {
        let inside = highlight.as_ref().is_some_and(|h| h.contains(&at));
        if inside && from.is_none() {
            from = Some(cells.len());
        }
        match c {
            '\t' => cells.extend([(' ', 1); 4]),
            '\n' => cells.push((' ', 1)),
            '\r' => {}
            _ => {
                let c = visible(c);
                cells.push((c, c.width().unwrap_or(0)));
            }
        }
        if inside {
            to = cells.len();
        }
    }
    while cells.last().is_some_and(|c| c.0 == ' ') && cells.len() > to {
        cells.pop();
    }
    (cells, from.map(|from| from..to).filter(|r| !r.is_empty()))
}

fn span_width(cells: &[(char, usize)]) -> usize {
    cells.iter().map(|c| c.1).sum()
}

/// Which cells to show of a line that is too long.
fn window(
    cells: &[(char, usize)],
    mark: Option<&Range<usize>>,
    label: usize,
    columns: usize,
) -> (usize, usize) {
    let Some(mark) = mark else { return (0, take(cells, 0, columns - ELLIPSIS.len())) };
    // from the left edge, if everything that matters fits there
    if span_width(&cells[..mark.end]) + label.max(ELLIPSIS.len()) <= columns {
        let end = take(cells, 0, columns - ELLIPSIS.len());
        return (0, end.max(mark.end));
    }
    let room = columns - 2 * ELLIPSIS.len();
    // what comes after the highlight usually says why, so it goes before what leads up to it
    let after = span_width(&cells[mark.start..]).max(span_width(&cells[mark.clone()]) + label);
    let least = span_width(&cells[mark.clone()]) + label;
    let mut lead = match room.checked_sub(after) {
        Some(spare) => spare.min(LEAD),
        None => room.saturating_sub(least).min(LEAD / 3),
    };
    // a short line's end leaves room for more of its beginning
    if after < room && mark.end + LEAD > cells.len() {
        lead = room - after;
    }
    let mut start = mark.start;
    while start > 0 && lead >= cells[start - 1].1 {
        start -= 1;
        lead -= cells[start].1;
    }
    start = word_start(cells, start, mark.start);
    if span_width(&cells[..start]) <= ELLIPSIS.len() {
        start = 0;
    }
    let left = if start > 0 { ELLIPSIS.len() } else { 0 };
    if span_width(&cells[start..]) + left <= columns {
        return (start, cells.len());
    }
    (start, take(cells, start, columns - left - ELLIPSIS.len()))
}

/// The start of the next word, if one begins soon after `start` and before `limit`.
fn word_start(cells: &[(char, usize)], start: usize, limit: usize) -> usize {
    if start == 0 {
        return 0;
    }
    let near = (start + 12).min(limit);
    (start..near).find(|i| cells[i - 1].0 == ' ').unwrap_or(start)
}

fn take(cells: &[(char, usize)], start: usize, columns: usize) -> usize {
    let mut used = 0;
    for (i, cell) in cells.iter().enumerate().skip(start) {
        used += cell.1;
        if used > columns {
            return i;
        }
    }
    cells.len()
}

/// Breaks `text` into lines of at most `columns`: at spaces, and beside wide characters as Chinese is broken. A word
/// that is longer than a line stays whole, so that it can still be copied.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![];
    let (mut line, mut used) = (String::new(), 0);
    for piece in pieces(text) {
        let body = piece.trim_end_matches(' ');
        if used > 0 && used + width(body) > columns {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        if used == 0 && body.is_empty() {
            continue;
        }
        line.push_str(piece);
        used += width(piece);
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The parts between places where a line may end, each with the spaces after it.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = vec![];
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        let Some(&(at, next)) = chars.peek() else { break };
        let wide = |c: char| c.width() == Some(2);
        let after_space = c == ' ' && next != ' ';
        let beside_wide = (wide(c) || wide(next)) && next != ' ' && !no_start(next) && !no_end(c);
        if after_space || beside_wide {
            out.push(&text[start..at]);
            start = at;
        }
    }
    out.push(&text[start..]);
    out
}

/// Characters that must not begin a line.
fn no_start(c: char) -> bool {
    "，。、；：！？）」』】》〉”’…—%,.;:!?)]}".contains(c)
}

/// Characters that must not end a line.
fn no_end(c: char) -> bool {
    "（「『【《〈“‘([{".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, part: &str, label: usize, columns: usize) -> String {
        let at = text.find(part).map(|s| s..s + part.len());
        let fitted = fit(text, at, label, columns);
        assert!(width(&fitted.text) <= columns, "{} columns: {}", width(&fitted.text), fitted.text);
        match fitted.highlight {
            Some(h) => {
                let (a, b, c) = (&fitted.text[..h.start], &fitted.text[h.clone()], &fitted.text[h.end..]);
                format!("{a}<{b}>{c}")
            }
            None => fitted.text,
        }
    }

    #[test]
    fn short_lines_stay() {
        assert_eq!(shown("RUN go build", "go", 5, 40), "RUN <go> build");
        assert_eq!(shown("", "x", 5, 40), "");
        assert_eq!(shown("a\tb\u{1b}[0m", "b", 0, 40), "a    <b>␛[0m");
        assert_eq!(fit("abc", Some(300..400), 0, 40).highlight, None);
        assert_eq!(fit("变量", Some(1..3), 0, 40).highlight, None);
    }

    #[test]
    fn long_lines_are_cut_around_the_highlight() {
        let text = "go: github.com/google/uuid@v1.6.0: Get \"http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp [::1]:3000: connect: connection refused";
        assert_eq!(shown(text, "go:", 4, 40), "<go:> github.com/google/uuid@v1.6.0: Ge...");
        assert_eq!(shown(text, "[::1]", 20, 60), "...dial tcp <[::1]>:3000: connect: connection refused");
        assert_eq!(shown(text, "refused", 4, 50), "...[::1]:3000: connect: connection <refused>");
        assert_eq!(shown(text, &text[4..120], 4, 40), "...<github.com/google/uuid@v1.6.0: Get>...");
        assert_eq!(shown(text, "nothing", 4, 40), "go: github.com/google/uuid@v1.6.0: Ge...");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let text = "变量".repeat(40) + "未定义";
        assert_eq!(shown(&text, "未定义", 4, 30), "...量变量变量变量<未定义>");
        assert_eq!(shown(&text, "无", 4, 30), "变量变量变量变量变量变量变...");
    }

    #[test]
    fn wrapping() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("a http://example.com/very/long b", 10), ["a", "http://example.com/very/long", "b"]);
        assert_eq!(
            wrap("构建步骤运行在自己的网络中，那里没有代理。", 12),
            ["构建步骤运行", "在自己的网络", "中，那里没有", "代理。"]
        );
        assert_eq!(wrap("端口 3000 无人监听（回环）", 14), ["端口 3000 无人", "监听（回环）"]);
        assert_eq!(wrap("", 10), [""]);
    }
}
