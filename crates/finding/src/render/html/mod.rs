//! One self-contained page: no script, no font, no picture from elsewhere, so that it can be kept as a build artefact
//! and opened under the strictest content security policy. Where even styles are forbidden it stays readable, and
//! the picture keeps its colours.

mod chart;
mod lanes;

use std::fmt::Write;

use super::common::{
    clean, dockerfile, duration, next_steps, no_finding, path_name, severity, state, step_sentence, subjects,
    sure, time, why,
};
use super::diff::{self, Kind};
use super::json::severity as severity_class;
use super::{RenderOptions, Rule};
use crate::model::{Evidence, Finding, Fix, Outcome, Report, Source, TimelineEntry, TimelineState};
use crate::ui;
use crate::words::Lang;

const STYLE: &str = include_str!("style.css");
/// Lines shown for one finding.
const MAX_LINES: usize = 12;
/// Steps in the list of the slowest.
const SLOWEST: usize = 8;

pub(super) fn render(reports: &[Report], rules: &[Rule], opts: &RenderOptions) -> String {
    let lang = opts.lang;
    let title = match reports {
        [report] => headline(report, lang),
        _ => ui::REPORT.get(lang).to_owned(),
    };
    let mut body = String::new();
    if reports.len() != 1 {
        overview(reports, lang, &mut body);
    }
    for (n, report) in reports.iter().enumerate() {
        let mut page = Page { lang, rules, number: n + 1, out: &mut body };
        page.report(report, reports.len() == 1);
    }
    let made = format!("seaworthy {}", opts.tool_version);
    let made = ui::MADE_BY.fill(lang, &[made.trim_end()]);
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}<footer>{}</footer>\n</body>\n</html>\n",
        lang.tag(),
        escape(&title),
        escape(&made),
    )
}

/// Text as text, in content and in attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

fn safe(text: &str) -> String {
    escape(&clean(text))
}

/// A sentence: what stands in backticks is code, where they come in pairs.
fn rich(text: &str) -> String {
    let text = safe(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text;
    }
    let part = |(n, part): (usize, &&str)| {
        if n % 2 == 0 { (*part).to_owned() } else { format!("<code>{part}</code>") }
    };
    parts.iter().enumerate().map(part).collect()
}

fn headline(report: &Report, lang: Lang) -> String {
    match report.findings.first() {
        Some(finding) => clean(finding.title.get(lang)),
        None => no_finding(report, lang),
    }
}

fn verdict_class(report: &Report) -> &'static str {
    match (report.findings.first(), report.outcome) {
        (Some(finding), _) => severity_class(finding.severity),
        (None, Outcome::Failed) => "error",
        (None, Outcome::Succeeded) => "good",
        (None, Outcome::Unknown) => "note",
    }
}

/// Several builds: a line each, leading to its section.
fn overview(reports: &[Report], lang: Lang, out: &mut String) {
    let count = |outcome| reports.iter().filter(|r| r.outcome == outcome).count().to_string();
    let counts = [
        reports.len().to_string(),
        count(Outcome::Failed),
        count(Outcome::Succeeded),
        count(Outcome::Unknown),
    ];
    let counts = ui::BUILDS.fill(lang, &counts.each_ref().map(String::as_str));
    let _ = write!(
        out,
        "<h1>{}</h1>\n<p>{}</p>\n<table>\n<tr><th>{}</th><th>{}</th><th></th></tr>\n",
        escape(ui::REPORT.get(lang)),
        escape(&counts),
        escape(ui::INPUT.get(lang)),
        escape(ui::CAUSE.get(lang)),
    );
    for (n, report) in reports.iter().enumerate() {
        let cause = report.findings.first().map(|f| format!("<code>{}</code>", f.cause)).unwrap_or_default();
        let _ = writeln!(
            out,
            "<tr><td class=\"name\"><a href=\"#r{}\">{}</a></td><td>{cause}</td><td>{}</td></tr>",
            n + 1,
            escape(&path_name(&report.input, lang)),
            escape(&headline(report, lang)),
        );
    }
    out.push_str("</table>\n");
}

struct Page<'a> {
    lang: Lang,
    rules: &'a [Rule],
    /// Which report of the page this is, from 1.
    number: usize,
    out: &'a mut String,
}

impl Page<'_> {
    fn push(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn report(&mut self, report: &Report, alone: bool) {
        let number = self.number;
        self.push(&format!("<section id=\"r{number}\">\n"));
        if !alone {
            let name = escape(&path_name(&report.input, self.lang));
            self.push(&format!("<h2>{name}</h2>\n"));
        }
        self.verdict(report, if alone { "h1" } else { "h2" });
        match report.findings.split_first() {
            Some((first, others)) => {
                self.step(report);
                self.finding(first);
                if !others.is_empty() {
                    let title = ui::OTHER_FINDINGS.fill(self.lang, &[&others.len().to_string()]);
                    self.push(&format!("<h2>{}</h2>\n", escape(&title)));
                    for finding in others {
                        let head = format!("{} [{}]", rich(finding.title.get(self.lang)), finding.cause);
                        self.push(&format!("<details><summary>{head}</summary>\n"));
                        self.finding(finding);
                        self.push("</details>\n");
                    }
                }
            }
            None => {
                if report.outcome == Outcome::Failed {
                    self.step(report);
                }
                if !report.excerpt.is_empty() {
                    let title = escape(ui::EXCERPT.get(self.lang));
                    self.push(&format!("<h3>{title}</h3>\n"));
                    self.lines(&report.excerpt, 0);
                }
                for (advice, command) in next_steps(report) {
                    let advice = escape(advice.get(self.lang));
                    self.push(&format!("<div class=\"fix\"><p>{advice}</p>\n"));
                    self.command(command);
                    self.push("</div>\n");
                }
            }
        }
        for remark in &report.remarks {
            let remark = rich(remark.get(self.lang));
            self.push(&format!("<p class=\"remark\">{remark}</p>\n"));
        }
        self.timeline(&report.timeline);
        self.push("</section>\n");
    }

    /// The answer, first and biggest.
    fn verdict(&mut self, report: &Report, heading: &str) {
        let class = verdict_class(report);
        let mut badge = String::new();
        if let Some(finding) = report.findings.first() {
            let uri = self.rules.iter().find(|r| r.id == finding.cause).and_then(|r| r.help_uri.as_deref());
            let id = match uri.filter(|u| u.starts_with("https://") || u.starts_with("http://")) {
                Some(uri) => format!("<a href=\"{}\">{}</a>", escape(uri), finding.cause),
                None => finding.cause.to_owned(),
            };
            badge = format!("<p class=\"badge\">{} [{id}]</p>\n", severity(finding.severity, self.lang));
        }
        let title = rich(&headline(report, self.lang));
        let input = escape(&path_name(&report.input, self.lang));
        let label = escape(&ui::PLAIN_HEAD.fill(self.lang, &[ui::INPUT.get(self.lang), ""]));
        self.push(&format!(
            "<div class=\"verdict {class}\">\n{badge}<{heading}>{title}</{heading}>\n<p class=\"soft\">{label}<span class=\"mono\">{input}</span></p>\n</div>\n"
        ));
    }

    fn step(&mut self, report: &Report) {
        let Some(step) = &report.step else { return };
        let sentence = rich(&step_sentence(step, self.lang));
        let file = step.line.map(|n| format!("<b>{}:{n}</b> ", safe(dockerfile(step)))).unwrap_or_default();
        let title = escape(ui::FAILING_STEP.get(self.lang));
        self.push(&format!("<h3>{title}</h3>\n<p class=\"place\">{file}{sentence}</p>\n"));
        if let Some(instruction) = &step.instruction {
            let number = step.line.map(|n| n.to_string()).unwrap_or_default();
            self.push(&format!(
                "<pre class=\"rows\"><span class=\"row hit\"><span class=\"n\">{number}</span> {}</span></pre>\n",
                safe(instruction)
            ));
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let title = escape(ui::EVIDENCE.get(self.lang));
        if !finding.evidence.is_empty() {
            self.push(&format!("<h3>{title}</h3>\n"));
        }
        self.lines(&finding.evidence, finding.count);
        let mut list = format!(
            "<dt>{}</dt><dd>{}</dd>\n",
            escape(ui::SURE.get(self.lang)),
            rich(&sure(finding, self.lang))
        );
        let why = rich(&why(finding, self.lang));
        if !why.is_empty() {
            let _ = writeln!(list, "<dt>{}</dt><dd>{why}</dd>", escape(ui::WHY.get(self.lang)));
        }
        if finding.count > 1 && finding.subjects.len() > 1 {
            let names = escape(&subjects(finding, 12, self.lang));
            let _ = writeln!(list, "<dt>{}</dt><dd>{names}</dd>", escape(ui::CONCERNS.get(self.lang)));
        }
        let more = format!("<code>seaworthy explain {}</code>", finding.cause);
        let _ = writeln!(list, "<dt>{}</dt><dd>{more}</dd>", escape(ui::MORE.get(self.lang)));
        self.push(&format!("<dl>\n{list}</dl>\n"));
        if !finding.fixes.is_empty() {
            let title = escape(ui::HOW_TO_MEND.get(self.lang));
            self.push(&format!("<h3>{title}</h3>\n"));
        }
        for fix in &finding.fixes {
            self.fix(fix, finding.location.as_ref().map(|l| l.line));
        }
    }

    /// Rows under the name of their file or log, in the order given; the first is the decisive one.
    fn lines(&mut self, evidence: &[Evidence], count: u64) {
        let shown = &evidence[..evidence.len().min(MAX_LINES)];
        let logs = shown.iter().filter(|e| e.source == Source::Log).count() as u64;
        let mut more = if logs > 0 && count > 1 { count.saturating_sub(logs) } else { 0 };
        for group in shown.chunk_by(|a, b| a.path == b.path && a.line < b.line) {
            let mut name = format!("<b>{}</b>", escape(&path_name(&group[0].path, self.lang)));
            if more > 0 && group[0].source == Source::Log {
                name = ui::MORE_LIKE_IT.fill(self.lang, &[&name, &more.to_string()]);
                more = 0;
            }
            self.push(&format!("<p class=\"place\">{name}</p>\n<pre class=\"rows\">"));
            for e in group {
                let row = marked(e, self.lang);
                self.push(&format!("<span class=\"row\"><span class=\"n\">{}</span> {row}</span>\n", e.line));
            }
            self.push("</pre>\n");
        }
    }

    fn fix(&mut self, fix: &Fix, first: Option<u64>) {
        let title = rich(fix.title.get(self.lang));
        let changes = fix.command.is_some() || fix.diff.is_some();
        let review = if fix.safe || !changes {
            String::new()
        } else {
            format!(
                " <span class=\"review\">{}</span>",
                escape(&ui::BRACKETS.fill(self.lang, &["", ui::REVIEW_FIRST.get(self.lang)]))
            )
        };
        self.push(&format!("<div class=\"fix\"><p>{title}{review}</p>\n"));
        if let Some(text) = &fix.diff {
            self.diff(text, first);
        }
        if let Some(command) = &fix.command {
            self.command(command);
        }
        self.push("</div>\n");
    }

    fn command(&mut self, command: &str) {
        let text: Vec<String> = command.lines().map(safe).collect();
        self.push(&format!(
            "<pre class=\"cmd\"><span class=\"prompt\">$ </span>{}</pre>\n",
            text.join("\n  ")
        ));
    }

    fn diff(&mut self, text: &str, first: Option<u64>) {
        for file in diff::parse(text, first) {
            if let Some(path) = file.path {
                self.push(&format!("<p class=\"place\"><b>{}</b></p>\n", safe(path)));
            }
            self.push("<pre class=\"rows\">");
            for line in file.hunks.iter().flatten() {
                let (class, sign) = match line.kind {
                    Kind::Keep => ("", " "),
                    Kind::Remove => (" del", "-"),
                    Kind::Add => (" add", "+"),
                };
                let number = line.number.map(|n| n.to_string()).unwrap_or_default();
                let text = safe(line.text);
                self.push(&format!(
                    "<span class=\"row{class}\"><span class=\"n\">{number}</span> {sign} {text}</span>\n"
                ));
            }
            self.push("</pre>\n");
        }
    }

    fn timeline(&mut self, steps: &[TimelineEntry]) {
        if steps.is_empty() {
            return;
        }
        let title = escape(ui::TIMELINE.get(self.lang));
        self.push(&format!("<h2>{title}</h2>\n"));
        match lanes::lay_out(steps) {
            Some(picture) => {
                let svg = chart::draw(steps, &picture, self.number, self.lang);
                self.push(&format!("<div class=\"chart\">\n{svg}</div>\n"));
                if !picture.has_starts {
                    let note = escape(ui::TIMELINE_NO_START.get(self.lang));
                    self.push(&format!("<p class=\"soft\">{note}</p>\n"));
                }
                self.slowest(steps);
            }
            None => {
                let note = escape(ui::TIMELINE_NO_TIMES.get(self.lang));
                self.push(&format!("<p class=\"soft\">{note}</p>\n"));
            }
        }
        let title = escape(&ui::ALL_STEPS.fill(self.lang, &[&steps.len().to_string()]));
        self.push(&format!("<details class=\"steps\"><summary>{title}</summary>\n"));
        self.table(steps.iter());
        self.push("</details>\n");
    }

    fn slowest(&mut self, steps: &[TimelineEntry]) {
        let mut timed: Vec<&TimelineEntry> =
            steps.iter().filter(|e| time(e.seconds).is_some_and(|s| s > 0.0)).collect();
        if timed.len() < 4 {
            return;
        }
        timed.sort_by(|a, b| time(b.seconds).unwrap_or(0.0).total_cmp(&time(a.seconds).unwrap_or(0.0)));
        timed.truncate(SLOWEST);
        let title = escape(ui::SLOWEST.get(self.lang));
        self.push(&format!("<h3>{title}</h3>\n"));
        self.table(timed.into_iter());
    }

    fn table<'e>(&mut self, steps: impl Iterator<Item = &'e TimelineEntry>) {
        let lang = self.lang;
        let [step, stage, start, took, how] =
            [&ui::STEP_LABEL, &ui::STAGE_COLUMN, &ui::START_COLUMN, &ui::TIME_COLUMN, &ui::STATE_COLUMN]
                .map(|w| escape(w.get(lang)));
        self.push(&format!(
            "<table>\n<tr><th>{step}</th><th>{stage}</th><th class=\"num\">{start}</th><th class=\"num\">{took}</th><th>{how}</th></tr>\n"
        ));
        for e in steps {
            let seconds = |s: Option<f64>| time(s).map(|s| escape(&duration(s, lang))).unwrap_or_default();
            self.push(&format!(
                "<tr class=\"{}\"><td class=\"name mono\">{}</td><td>{}</td><td class=\"num\">{}</td><td class=\"num\">{}</td><td>{}</td></tr>\n",
                state_class(e.state),
                safe(&e.name),
                safe(e.stage.as_deref().unwrap_or_default()),
                seconds(e.start),
                seconds(e.seconds),
                escape(&state(e.state, lang)),
            ));
        }
        self.push("</table>\n");
    }
}

/// A row's text with its highlight marked.
fn marked(evidence: &Evidence, lang: Lang) -> String {
    let text = &evidence.text;
    let Some(h) = &evidence.highlight else { return safe(text) };
    let (Some(before), Some(part), Some(after)) =
        (text.get(..h.start), text.get(h.start..h.end), text.get(h.end..))
    else {
        return safe(text);
    };
    let label = safe(h.label.get(lang));
    let label =
        if label.is_empty() { label } else { format!("<span class=\"label\"> \u{25c2} {label}</span>") };
    format!("{}<mark>{}</mark>{}{label}", safe(before), safe(part), safe(after))
}

pub(super) const fn state_class(state: TimelineState) -> &'static str {
    match state {
        TimelineState::Done => "done",
        TimelineState::Cached => "cached",
        TimelineState::Failed => "failed",
        TimelineState::Canceled => "canceled",
        TimelineState::Unknown => "unknown",
    }
}
