//! The JSON form: the contract other programs build on. Keys, their order and their values only ever grow;
//! [`super::json_schema`] describes them.

use serde::Serialize;

use crate::model::{
    Confidence, Evidence, Finding, Fix, Location, Outcome, Report, Severity, Source, StepRef,
};
use crate::words::Lang;

/// Schema name of one report.
pub(crate) const REPORT: &str = "seaworthy.report/1";
/// Schema name of several reports.
pub(crate) const REPORTS: &str = "seaworthy.reports/1";

#[derive(Serialize)]
struct Many<'a> {
    schema: &'static str,
    reports: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    schema: &'static str,
    outcome: &'static str,
    step: Option<Step<'a>>,
    findings: Vec<Found<'a>>,
    excerpt: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    stage: Option<&'a str>,
    number: Option<u32>,
    of: Option<u32>,
    instruction: Option<&'a str>,
    line: Option<u32>,
    exit_code: Option<i64>,
    seconds: Option<f64>,
}

#[derive(Serialize)]
struct Found<'a> {
    cause: &'a str,
    title: &'a str,
    confidence: &'static str,
    severity: &'static str,
    evidence: Vec<Line<'a>>,
    location: Option<Place<'a>>,
    fixes: Vec<Mend<'a>>,
    count: u64,
    subjects: &'a [String],
}

#[derive(Serialize)]
struct Line<'a> {
    source: &'static str,
    path: &'a str,
    line: u64,
    text: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
}

#[derive(Serialize)]
struct Mend<'a> {
    title: &'a str,
    safe: bool,
    command: Option<&'a str>,
    diff: Option<&'a str>,
}

pub(super) fn render(reports: &[Report], lang: Lang) -> String {
    match reports {
        [report] => print(&one(report, lang)),
        _ => print(&Many { schema: REPORTS, reports: reports.iter().map(|r| one(r, lang)).collect() }),
    }
}

/// Serialising the structs above cannot fail: no map with odd keys, no foreign `Serialize`.
#[expect(clippy::expect_used, reason = "strings, numbers and lists always serialise")]
pub(super) fn print(value: &impl Serialize) -> String {
    let mut out = serde_json::to_string_pretty(value).expect("plain data serialises");
    out.push('\n');
    out
}

fn one(report: &Report, lang: Lang) -> One<'_> {
    One {
        schema: REPORT,
        outcome: outcome(report.outcome),
        step: report.step.as_ref().map(step),
        findings: report.findings.iter().map(|f| found(f, lang)).collect(),
        excerpt: report.excerpt.iter().map(line).collect(),
    }
}

fn step(step: &StepRef) -> Step<'_> {
    Step {
        stage: step.stage.as_deref(),
        number: step.number,
        of: step.of,
        instruction: step.instruction.as_deref(),
        line: step.line,
        exit_code: step.exit_code,
        // NaN and infinities have no JSON form
        seconds: step.seconds.filter(|s| s.is_finite()),
    }
}

fn found(finding: &Finding, lang: Lang) -> Found<'_> {
    Found {
        cause: finding.cause,
        title: finding.title.get(lang),
        confidence: confidence(finding.confidence),
        severity: severity(finding.severity),
        evidence: finding.evidence.iter().map(line).collect(),
        location: finding.location.as_ref().map(place),
        fixes: finding.fixes.iter().map(|f| mend(f, lang)).collect(),
        count: finding.count.max(1),
        subjects: &finding.subjects,
    }
}

fn line(evidence: &Evidence) -> Line<'_> {
    let source = match evidence.source {
        Source::Log => "log",
        Source::File => "file",
    };
    Line { source, path: &evidence.path, line: evidence.line, text: &evidence.text }
}

fn place(location: &Location) -> Place<'_> {
    Place {
        path: &location.path,
        line: location.line,
        column: location.column,
        end_line: location.end_line,
        end_column: location.end_column,
    }
}

fn mend(fix: &Fix, lang: Lang) -> Mend<'_> {
    Mend {
        title: fix.title.get(lang),
        safe: fix.safe,
        command: fix.command.as_deref(),
        diff: fix.diff.as_deref(),
    }
}

pub(super) const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "succeeded",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    }
}

pub(super) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Verified => "verified",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

pub(super) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
