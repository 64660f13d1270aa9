//! The form for people at a terminal: what is wrong, where, the proof, how sure, what to type.

mod layout;
mod many;
mod paint;
mod snippet;

use std::ops::Range;

use annotate_snippets::{Level, Renderer};
use layout::wrap;
use paint::{Paint, Style};
use snippet::{Pen, Row, digits};

use super::common::{
    clean, dockerfile, fix_title, head, next_steps, no_finding, place, step_sentence, subjects, sure, why,
};
use super::diff::{self, Kind};
use super::{RenderOptions, Rule};
use crate::model::{Evidence, Finding, Fix, Location, Outcome, Report, Severity, Source};
use crate::ui;
use crate::words::{Lang, Words};

/// Columns when the output is no terminal.
const DEFAULT_WIDTH: usize = 120;
/// Sentences are not set wider than can be read with ease.
const PROSE: usize = 100;
/// Log lines shown for one finding; the rest is in the JSON form.
const MAX_LOG_LINES: usize = 5;
/// Fixes shown for one finding; the rest is on the cause's page.
const MAX_FIXES: usize = 3;
/// Hosts, modules or files named.
const MAX_SUBJECTS: usize = 4;

pub(super) fn render(reports: &[Report], rules: &[Rule], opts: &RenderOptions) -> String {
    match reports {
        [] => String::new(),
        [report] => one(report, rules, opts),
        _ => many::render(reports, rules, opts),
    }
}

/// What all parts of one report share.
struct Page<'a> {
    lang: Lang,
    paint: Paint,
    opts: &'a RenderOptions,
    rules: &'a [Rule],
    columns: usize,
    /// Columns of the widest line number.
    gutter: usize,
    out: String,
}

/// What the rows of a finding, or of an excerpt, are made from.
struct Proof<'a> {
    evidence: &'a [Evidence],
    /// Errors of this kind in all.
    count: u64,
    location: Option<&'a Location>,
    level: Level<'static>,
}

impl<'a> Proof<'a> {
    fn lines(evidence: &'a [Evidence], level: Level<'static>) -> Self {
        Self { evidence, count: 0, location: None, level }
    }
}

fn columns(opts: &RenderOptions) -> usize {
    opts.width.unwrap_or(DEFAULT_WIDTH).clamp(40, 400)
}

fn one(report: &Report, rules: &[Rule], opts: &RenderOptions) -> String {
    let failed = report.outcome == Outcome::Failed;
    if opts.quiet && !failed && report.findings.is_empty() {
        return String::new();
    }
    let gutter = widest_number(report);
    let paint = Paint { color: opts.color };
    let mut page =
        Page { lang: opts.lang, paint, opts, rules, columns: columns(opts), gutter, out: String::new() };
    match report.findings.split_first() {
        Some((first, others)) => {
            page.finding(report, first);
            if !opts.quiet {
                page.others(others);
            }
        }
        None => page.without_finding(report),
    }
    if !opts.quiet {
        for remark in &report.remarks {
            let remark = clean(remark.get(opts.lang));
            page.head(
                Severity::Note,
                ui::PLAIN_HEAD.fill(opts.lang, &[ui::NOTE.get(opts.lang), &remark]),
                None,
            );
        }
    }
    page.out
}

/// Columns of the widest line number the first finding shows, so that all its parts align.
fn widest_number(report: &Report) -> usize {
    let evidence = report.findings.first().map_or(&report.excerpt, |f| &f.evidence);
    let step = report.step.as_ref().and_then(|s| s.line).unwrap_or(0);
    let place = report.findings.first().and_then(|f| Some(f.location.as_ref()?.line)).unwrap_or(0);
    let widest = shown_evidence(evidence).map(|e| e.line).max().unwrap_or(0).max(step.into()).max(place);
    digits(usize::try_from(widest).unwrap_or(usize::MAX))
}

/// Project files, and the first few log lines.
fn shown_evidence(evidence: &[Evidence]) -> impl Iterator<Item = &Evidence> {
    let files = evidence.iter().filter(|e| e.source == Source::File);
    files.chain(evidence.iter().filter(|e| e.source == Source::Log).take(MAX_LOG_LINES))
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// The first line of a finding or remark, broken at the terminal's edge.
    fn head(&mut self, severity: Severity, text: String, id: Option<&str>) {
        let room = if self.opts.width.is_some() { self.columns } else { usize::MAX };
        let link = id.and_then(|id| self.rules.iter().find(|r| r.id == id)?.help_uri.as_deref());
        for (n, line) in wrap_hanging(&text, room, 4).into_iter().enumerate() {
            let line = if n == 0 {
                self.paint.head(severity, &line, id, link.filter(|_| self.opts.hyperlinks))
            } else {
                self.paint.style(Style::Bold, &line)
            };
            self.line(&line);
        }
    }

    fn finding(&mut self, report: &Report, finding: &Finding) {
        self.head(finding.severity, head(finding, self.lang), Some(finding.cause));
        let proof = Proof {
            evidence: &finding.evidence,
            count: finding.count,
            location: finding.location.as_ref(),
            level: level(finding.severity),
        };
        self.places(report, &proof);
        self.note(&ui::SURE, &sure(finding, self.lang));
        let why = why(finding, self.lang);
        if !why.is_empty() {
            self.note(&ui::WHY, &why);
        }
        if finding.count > 1 && finding.subjects.len() > 1 {
            self.note(&ui::CONCERNS, &subjects(finding, MAX_SUBJECTS, self.lang));
        }
        let first = finding.location.as_ref().map(|l| l.line);
        for fix in finding.fixes.iter().take(MAX_FIXES) {
            self.fix(fix, first);
        }
        let more = match finding.fixes.len().saturating_sub(MAX_FIXES) {
            0 => format!("seaworthy explain {}", finding.cause),
            rest => ui::EXPLAIN_MORE.fill(self.lang, &[finding.cause, &rest.to_string()]),
        };
        self.note(&ui::MORE, &more);
    }

    /// Where it failed and what proves it: the Dockerfile first, then other files, then the log.
    fn places(&mut self, report: &Report, proof: &Proof<'_>) {
        let &Proof { evidence, count, location, .. } = proof;
        let renderer = if self.opts.color { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(usize::MAX / 4).hyperlink(false);
        let pen = Pen { renderer, level: proof.level.clone(), gutter: self.gutter, columns: self.columns };
        let mut arrow = "-->";
        let mut files: Vec<&Evidence> = evidence.iter().filter(|e| e.source == Source::File).collect();
        if let Some(step) = &report.step {
            let path = dockerfile(step);
            let (mut rows, rest) = files.into_iter().partition::<Vec<_>, _>(|e| same_file(&e.path, path));
            files = rest;
            rows.sort_by_key(|e| e.line);
            let mut rows: Vec<Row<'_>> = rows.into_iter().map(|e| self.row(e, false)).collect();
            let here = step.line.map(u64::from);
            self.add_failing_row(&mut rows, here, step.instruction.as_deref());
            let sentence = step_sentence(step, self.lang);
            let heading = match here {
                Some(line) => format!("{}:{line}  {sentence}", clean(path)),
                None => sentence,
            };
            self.place(arrow, &heading, &rows, &pen);
            arrow = ":::";
        }
        files.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        for group in files.chunk_by(|a, b| a.path == b.path) {
            let rows: Vec<Row<'_>> = group.iter().map(|e| self.row(e, arrow == "-->")).collect();
            self.place(arrow, &place(group[0], self.lang), &rows, &pen);
            arrow = ":::";
        }
        if arrow == "-->"
            && let Some(location) = location
        {
            let heading = format!("{}:{}:{}", clean(&location.path), location.line, location.column);
            self.place(arrow, &heading, &[], &pen);
            arrow = ":::";
        }
        let logs: Vec<&Evidence> = evidence.iter().filter(|e| e.source == Source::Log).collect();
        let Some(decisive) = logs.first().copied() else { return };
        let mut shown: Vec<&Evidence> = logs.iter().copied().take(MAX_LOG_LINES).collect();
        shown.sort_by(|a, b| {
            (a.path != decisive.path, &a.path, a.line).cmp(&(b.path != decisive.path, &b.path, b.line))
        });
        shown.dedup_by(|a, b| a.path == b.path && a.line == b.line);
        let more = count.saturating_sub(shown.len() as u64);
        for group in shown.chunk_by(|a, b| a.path == b.path) {
            let mut heading = place(group[0], self.lang);
            if more > 0 && count > 1 && group[0].path == decisive.path {
                heading = ui::MORE_LIKE_IT.fill(self.lang, &[&heading, &more.to_string()]);
            }
            let rows: Vec<Row<'_>> = group.iter().map(|e| self.row(e, std::ptr::eq(*e, decisive))).collect();
            self.place(arrow, &heading, &rows, &pen);
            arrow = ":::";
        }
    }

    fn place(&mut self, arrow: &str, heading: &str, rows: &[Row<'_>], pen: &Pen<'_>) {
        let pad = " ".repeat(self.gutter);
        let arrow = self.paint.style(Style::Gutter, arrow);
        let indent = self.gutter + 4;
        let room = self.opts.width.map_or(usize::MAX, |_| self.columns - indent);
        for (n, line) in wrap(heading, room).into_iter().enumerate() {
            let lead = if n == 0 { format!("{pad}{arrow} ") } else { " ".repeat(indent) };
            self.line(&format!("{lead}{line}"));
        }
        if rows.is_empty() {
            return;
        }
        let mut drawn = String::new();
        pen.draw(rows, &mut drawn);
        // the last underline needs no empty row after it
        self.out.push_str(&drawn);
    }

    fn row<'e>(&self, evidence: &'e Evidence, primary: bool) -> Row<'e> {
        let (highlight, label) = match &evidence.highlight {
            Some(h) if h.start < h.end => (Some(h.start..h.end), clean(h.label.get(self.lang))),
            _ => (None, String::new()),
        };
        Row { line: Some(evidence.line), text: &evidence.text, highlight, label, primary }
    }

    /// Marks the row of the failing instruction, or adds it in its place.
    fn add_failing_row<'e>(&self, rows: &mut Vec<Row<'e>>, line: Option<u64>, instruction: Option<&'e str>) {
        let label = ui::FAILED_HERE.get(self.lang).to_owned();
        if line.is_some()
            && let Some(row) = rows.iter_mut().find(|r| r.line == line)
        {
            row.primary = true;
            if row.highlight.is_none() {
                row.highlight = Some(self.whole(row.text));
                row.label = label;
            }
            return;
        }
        let Some(text) = instruction else { return };
        let row = Row { line, text, highlight: Some(self.whole(text)), label, primary: true };
        match line {
            Some(_) => rows.insert(rows.partition_point(|r| r.line < line), row),
            None => rows.push(row),
        }
    }

    /// What to underline of an instruction: all of it, or its keyword when it is too long for the line.
    fn whole(&self, text: &str) -> Range<usize> {
        let label = layout::width(ui::FAILED_HERE.get(self.lang));
        if layout::width(text) + label + self.gutter + 5 <= self.columns {
            return 0..text.len();
        }
        0..text.find(char::is_whitespace).unwrap_or(text.len())
    }

    /// `   = why: ...`, wrapped under itself.
    fn note(&mut self, label: &Words, text: &str) {
        let label = label.get(self.lang);
        let lead = ui::PLAIN_HEAD.fill(self.lang, &[label, ""]);
        let indent = self.gutter + 3 + layout::width(&lead);
        let room = self.columns.min(PROSE).saturating_sub(indent).max(20);
        let pad = " ".repeat(self.gutter + 1);
        for (n, line) in wrap(text, room).into_iter().enumerate() {
            let line = if n == 0 {
                format!(
                    "{pad}{} {}{line}",
                    self.paint.style(Style::Gutter, "="),
                    self.paint.style(Style::Bold, &lead)
                )
            } else {
                format!("{}{line}", " ".repeat(indent))
            };
            self.line(&line);
        }
    }

    fn fix(&mut self, fix: &Fix, first: Option<u64>) {
        let title = fix_title(fix, self.lang);
        self.advice(&title);
        if let Some(text) = fix.diff.as_deref().filter(|d| !d.trim().is_empty()) {
            self.diff(text, first);
        }
        if let Some(command) = fix.command.as_deref().filter(|c| !c.trim().is_empty()) {
            self.command(command);
        }
    }

    /// `help: ...`
    fn advice(&mut self, title: &str) {
        let lead = ui::PLAIN_HEAD.fill(self.lang, &[ui::HELP.get(self.lang), ""]);
        let indent = layout::width(&lead);
        let room = self.columns.min(PROSE).saturating_sub(indent).max(20);
        for (n, line) in wrap(title, room).into_iter().enumerate() {
            let line = if n == 0 {
                format!("{}{line}", self.paint.style(Style::Help, &lead))
            } else {
                format!("{}{line}", " ".repeat(indent))
            };
            self.line(&line);
        }
    }

    /// Never broken: it is there to be copied.
    fn command(&mut self, command: &str) {
        let pad = " ".repeat(self.gutter + 1);
        for (n, line) in command.lines().enumerate() {
            let prompt = if n == 0 { "$" } else { " " };
            let prompt = self.paint.style(Style::Gutter, prompt);
            self.line(&format!("{pad}{prompt} {}", clean(line)));
        }
    }

    /// Nor is a diff.
    fn diff(&mut self, text: &str, first: Option<u64>) {
        let bar = self.paint.style(Style::Gutter, &format!("{} |", " ".repeat(self.gutter)));
        for file in diff::parse(text, first) {
            match file.path {
                Some(path) => {
                    let arrow = self.paint.style(Style::Gutter, &format!("{}-->", " ".repeat(self.gutter)));
                    self.line(&format!("{arrow} {}", clean(path)));
                }
                None => self.line(&bar),
            }
            for (n, hunk) in file.hunks.iter().enumerate() {
                if n > 0 {
                    self.line(&self.paint.style(Style::Gutter, "..."));
                }
                for line in hunk {
                    let number = line.number.map(|n| n.to_string()).unwrap_or_default();
                    let (sign, style) = match line.kind {
                        Kind::Keep => ("|", Style::Gutter),
                        Kind::Remove => ("-", Style::Removed),
                        Kind::Add => ("+", Style::Added),
                    };
                    let text = clean(line.text);
                    let body = if line.kind == Kind::Keep { text } else { self.paint.style(style, &text) };
                    let number = self.paint.style(Style::Gutter, &format!("{number:>w$}", w = self.gutter));
                    self.line(&format!("{number} {} {body}", self.paint.style(style, sign)));
                }
            }
        }
    }

    /// The findings after the first, a line each.
    fn others(&mut self, others: &[Finding]) {
        if others.is_empty() {
            return;
        }
        let title = ui::PLAIN_HEAD.fill(self.lang, &[ui::ALSO.get(self.lang), ""]);
        let title = self.paint.style(Style::Bold, title.trim_end());
        self.line(&title);
        for finding in others {
            let mut after = super::common::confidence(finding.confidence, self.lang);
            if let Some(evidence) = finding.evidence.first() {
                after = [after, place(evidence, self.lang)].join(ui::COMMA.get(self.lang));
            }
            let text = ui::BRACKETS.fill(self.lang, &[&head(finding, self.lang), &after]);
            let room = if self.opts.width.is_some() { self.columns - 2 } else { usize::MAX };
            for line in wrap_hanging(&text, room, 4) {
                self.line(&format!("  {line}"));
            }
        }
    }

    fn without_finding(&mut self, report: &Report) {
        let answer = no_finding(report, self.lang);
        let severity = if report.outcome == Outcome::Failed { Severity::Error } else { Severity::Note };
        if report.outcome == Outcome::Succeeded {
            return self.line(&answer);
        }
        let name = super::common::severity(severity, self.lang);
        self.head(severity, ui::PLAIN_HEAD.fill(self.lang, &[&name, &answer]), None);
        if report.outcome == Outcome::Failed {
            self.places(report, &Proof::lines(&report.excerpt, Level::ERROR));
            let why =
                if report.excerpt.is_empty() { &ui::UNEXPLAINED_NO_LINES } else { &ui::UNEXPLAINED_WHY };
            self.note(&ui::WHY, why.get(self.lang));
        } else if !report.excerpt.is_empty() {
            self.places(report, &Proof::lines(&report.excerpt, Level::NOTE));
        }
        for (advice, command) in next_steps(report) {
            self.advice(advice.get(self.lang));
            self.command(command);
        }
    }
}

fn wrap_hanging(text: &str, columns: usize, indent: usize) -> Vec<String> {
    let mut lines = wrap(text, columns);
    if lines.len() > 1 {
        let rest = text[lines[0].len()..].trim_start();
        let rest = wrap(rest, columns.saturating_sub(indent).max(20));
        lines.truncate(1);
        lines.extend(rest.into_iter().map(|l| format!("{}{l}", " ".repeat(indent))));
    }
    lines
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Whether two spellings name one file: `./Dockerfile` and `Dockerfile`.
fn same_file(a: &str, b: &str) -> bool {
    let bare = |p: &str| p.trim_start_matches("./").replace('\\', "/");
    bare(a) == bare(b)
}
