//! GitHub Actions workflow commands: each line becomes an annotation on the run and, when it names a file, on the
//! change.

use super::common::{clean, dockerfile, fix_title, next_steps, no_finding, place, step_sentence, sure, why};
use crate::model::{Finding, Outcome, Report, Severity, Source};
use crate::ui;
use crate::words::Lang;

pub(super) fn render(reports: &[Report], lang: Lang) -> String {
    let mut out = String::new();
    for report in reports {
        for finding in &report.findings {
            out.push_str(&annotation(report, finding, lang));
        }
        if report.findings.is_empty() && report.outcome != Outcome::Succeeded {
            out.push_str(&unexplained(report, lang));
        }
        for remark in &report.remarks {
            out.push_str(&command("notice", &[], &clean(remark.get(lang))));
        }
    }
    out
}

fn annotation(report: &Report, finding: &Finding, lang: Lang) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = match &finding.location {
        Some(l) => {
            let mut all = vec![("file", l.path.clone()), ("line", l.line.to_string())];
            all.push(("endLine", l.end_line.to_string()));
            if l.line == l.end_line {
                // GitHub takes columns only within one line, and the last one inclusively
                all.push(("col", l.column.to_string()));
                all.push(("endColumn", l.end_column.saturating_sub(1).max(l.column).to_string()));
            }
            all
        }
        None => file_line(report, finding),
    };
    properties.push(("title", format!("{}: {}", finding.cause, clean(finding.title.get(lang)))));
    let mut message = clean(finding.title.get(lang));
    let mut line = |text: &str| {
        message.push('\n');
        message.push_str(text);
    };
    if let Some(step) = &report.step {
        line(&step_sentence(step, lang));
    }
    if let Some(evidence) = finding.evidence.iter().find(|e| e.source == Source::Log) {
        line(&ui::PLAIN_HEAD.fill(lang, &[&place(evidence, lang), &clean(&evidence.text)]));
    }
    line(&ui::PLAIN_HEAD.fill(lang, &[ui::SURE.get(lang), &sure(finding, lang)]));
    let why = why(finding, lang);
    if !why.is_empty() {
        line(&ui::PLAIN_HEAD.fill(lang, &[ui::WHY.get(lang), &why]));
    }
    for fix in &finding.fixes {
        line(&ui::PLAIN_HEAD.fill(lang, &[ui::HELP.get(lang), &fix_title(fix, lang)]));
        for text in [fix.diff.as_deref(), fix.command.as_deref()].into_iter().flatten() {
            text.lines().for_each(|l| line(&format!("    {}", clean(l))));
        }
    }
    command(kind, &properties, &message)
}

/// The file an annotation stands at when there is no place to edit: one that proves it, or the failing instruction.
fn file_line(report: &Report, finding: &Finding) -> Vec<(&'static str, String)> {
    if let Some(e) = finding.evidence.iter().find(|e| e.source == Source::File) {
        return vec![("file", e.path.clone()), ("line", e.line.to_string()), ("endLine", e.line.to_string())];
    }
    match report.step.as_ref().and_then(|s| Some((s, s.line?))) {
        Some((step, line)) => vec![
            ("file", dockerfile(step).to_owned()),
            ("line", line.to_string()),
            ("endLine", line.to_string()),
        ],
        None => vec![],
    }
}

fn unexplained(report: &Report, lang: Lang) -> String {
    let failed = report.outcome == Outcome::Failed;
    let mut properties = vec![];
    let mut message = String::new();
    if let Some(step) = &report.step {
        message.push_str(&step_sentence(step, lang));
        if let Some(line) = step.line {
            let line = line.to_string();
            properties =
                vec![("file", dockerfile(step).to_owned()), ("line", line.clone()), ("endLine", line)];
        }
    }
    for evidence in &report.excerpt {
        message.push('\n');
        message.push_str(&ui::PLAIN_HEAD.fill(lang, &[&place(evidence, lang), &clean(&evidence.text)]));
    }
    for (advice, command) in next_steps(report) {
        message.push_str(&format!("\n{}\n    {command}", advice.get(lang)));
    }
    properties.push(("title", no_finding(report, lang)));
    command(if failed { "error" } else { "warning" }, &properties, message.trim_start())
}

/// `::error file=...,line=...::message`, escaped as the runner unescapes it.
fn command(kind: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{kind}{space}{}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
