//! Rows of a file or log with their line numbers and underlines, in rustc's manner.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::layout::{fit, width};

/// Lines that lie further apart than this are drawn as two blocks.
const GAP: u64 = 200;

/// One row to show.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    /// 1-based; `None` when it is not known.
    pub(super) line: Option<u64>,
    pub(super) text: &'a str,
    pub(super) highlight: Option<Range<usize>>,
    pub(super) label: String,
    /// Whether this is what failed, rather than what led to it.
    pub(super) primary: bool,
}

/// How rows are drawn.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    pub(super) renderer: Renderer,
    pub(super) level: Level<'a>,
    /// Columns of the line numbers.
    pub(super) gutter: usize,
    /// Columns of the whole.
    pub(super) columns: usize,
}

impl Pen<'_> {
    /// Draws `rows`, which are in the order of their lines, onto `out`.
    pub(super) fn draw(&self, rows: &[Row<'_>], out: &mut String) {
        for block in rows.chunk_by(|a, b| near(a.line, b.line)) {
            self.draw_block(block, out);
        }
    }

    fn draw_block(&self, rows: &[Row<'_>], out: &mut String) {
        let Some(first) = rows.first() else { return };
        // "41 | " and one column to spare at the edge
        let columns = self.columns.saturating_sub(self.gutter + 4);
        let mut source = String::new();
        let mut marks = Vec::new();
        let mut line = first.line;
        for row in rows {
            while line < row.line {
                source.push('\n');
                line = line.map(|n| n + 1);
            }
            let fitted = fit(row.text, row.highlight.clone(), 1 + width(&row.label), columns);
            let start = source.len();
            source.push_str(&fitted.text);
            // an underline that says nothing beside the decisive one is noise
            match fitted.highlight.filter(|_| row.primary || !row.label.is_empty()) {
                Some(h) => {
                    let kind = if row.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                    let mark = kind.span(start + h.start..start + h.end);
                    marks.push(if row.label.is_empty() { mark } else { mark.label(row.label.clone()) });
                }
                None => marks.push(AnnotationKind::Visible.span(start..source.len())),
            }
            source.push('\n');
            line = line.map(|n| n + 1);
        }
        let start = first.line.and_then(|n| usize::try_from(n).ok());
        let snippet = Snippet::source(source)
            .line_start(start.unwrap_or(1))
            .line_numbering(start.is_some())
            .annotations(marks);
        let group = Group::with_level(self.level.clone()).element(snippet);
        let drawn = self.renderer.render(&[group]);
        // each block brings the gutter its own numbers need; all are moved to the widest one
        let own = start.map_or(0, |n| digits(n.saturating_add(rows_span(rows))));
        let pad = " ".repeat(self.gutter.saturating_sub(own));
        for line in drawn.lines() {
            out.push_str(&pad);
            out.push_str(line);
            out.push('\n');
        }
    }
}

fn near(a: Option<u64>, b: Option<u64>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if b > a && b - a <= GAP)
}

fn rows_span(rows: &[Row<'_>]) -> usize {
    let line = |row: Option<&Row<'_>>| row.and_then(|r| r.line).unwrap_or(0);
    usize::try_from(line(rows.last()).saturating_sub(line(rows.first()))).unwrap_or(0)
}

/// Columns of a line number.
pub(super) fn digits(n: usize) -> usize {
    n.checked_ilog10().map_or(1, |d| d as usize + 1)
}
