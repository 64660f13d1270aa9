//! SARIF 2.1.0, as code scanning services read it: own structs for the few objects we need.

use serde::Serialize;
use serde_json::{Value, json};

use super::common::{
    clean, dockerfile, fix_title, next_steps, no_finding, path_name, step_sentence, sure, why,
};
use super::diff::{self, Kind};
use super::json::{confidence, outcome, print, severity};
use super::{RenderOptions, Rule};
use crate::model::{Evidence, Finding, Location, Outcome, Report, Source};
use crate::ui;
use crate::words::Lang;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Name and version of our fingerprint; a change of what goes into it needs a new version.
const FINGERPRINT: &str = "seaworthyFinding/v1";

/// Places besides the first; two hundred alike help nobody.
const MAX_RELATED: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Value,
    locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Value>,
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Value>,
    properties: Value,
}

pub(super) fn render(reports: &[Report], rules: &[Rule], opts: &RenderOptions) -> String {
    let lang = opts.lang;
    let results: Vec<SarifResult<'_>> = reports
        .iter()
        .flat_map(|report| report.findings.iter().map(move |f| result(report, f, rules, lang)))
        .collect();
    let notes: Vec<Value> = reports.iter().flat_map(|r| notifications(r, lang)).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if !notes.is_empty() {
        invocation["toolExecutionNotifications"] = notes.into();
    }
    let mut driver = json!({
        "name": "seaworthy",
        "rules": rules.iter().map(|r| rule(r, lang)).collect::<Vec<_>>(),
    });
    if !opts.tool_version.is_empty() {
        driver["semanticVersion"] = opts.tool_version.as_str().into();
    }
    print(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "language": lang.tag(),
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    }))
}

fn rule(rule: &Rule, lang: Lang) -> Value {
    let mut value = json!({
        "id": rule.id,
        "name": pascal_case(rule.id),
        "shortDescription": { "text": clean(rule.title.get(lang)) },
        "fullDescription": { "text": rule.explanation.get(lang) },
        "help": { "text": rule.explanation.get(lang) },
        "defaultConfiguration": { "level": severity(rule.severity) },
    });
    if let Some(uri) = &rule.help_uri {
        value["helpUri"] = uri.as_ref().into();
    }
    value
}

/// `net-dns` is `NetDns` where a name is wanted.
fn pascal_case(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for word in id.split('-') {
        let mut chars = word.chars();
        out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

fn result<'a>(report: &'a Report, finding: &'a Finding, rules: &[Rule], lang: Lang) -> SarifResult<'a> {
    // the place to look at first: where to edit, else a file that proves it, else the failing line, else the log
    let files = finding.evidence.iter().filter(|e| e.source == Source::File);
    let logs = finding.evidence.iter().filter(|e| e.source == Source::Log);
    let mut places = Vec::new();
    places.extend(finding.location.as_ref().map(place));
    places.extend(files.map(evidence));
    places.extend(report.step.as_ref().and_then(|step| {
        let line = step.line?;
        Some(with_message(physical(dockerfile(step), region(line.into())), &step_sentence(step, lang)))
    }));
    places.extend(logs.map(evidence));
    let mut places = places.into_iter();
    let first = places.next().unwrap_or_else(|| with_uri(&report.input));
    let related = places
        .take(MAX_RELATED)
        .enumerate()
        .map(|(n, mut place)| {
            place["id"] = (n + 1).into();
            place
        })
        .collect();
    SarifResult {
        rule_id: finding.cause,
        rule_index: rules.iter().position(|r| r.id == finding.cause),
        level: severity(finding.severity),
        message: json!({ "text": message(finding, lang) }),
        locations: vec![first],
        related_locations: related,
        partial_fingerprints: json!({ FINGERPRINT: fingerprint(report, finding) }),
        fixes: finding.fixes.iter().filter_map(|f| fix(f, finding.location.as_ref(), lang)).collect(),
        properties: json!({
            "confidence": confidence(finding.confidence),
            "outcome": outcome(report.outcome),
            "input": report.input,
            "count": finding.count,
            "subjects": finding.subjects,
        }),
    }
}

/// Title, why, how sure, what to type: the services show nothing else of a result.
fn message(finding: &Finding, lang: Lang) -> String {
    let mut out = clean(finding.title.get(lang));
    let why = why(finding, lang);
    if !why.is_empty() {
        out.push_str("\n\n");
        out.push_str(&why);
    }
    out.push_str("\n\n");
    out.push_str(&ui::PLAIN_HEAD.fill(lang, &[ui::SURE.get(lang), &sure(finding, lang)]));
    for fix in &finding.fixes {
        out.push_str("\n\n");
        out.push_str(&ui::PLAIN_HEAD.fill(lang, &[ui::HELP.get(lang), &fix_title(fix, lang)]));
        for text in [fix.diff.as_deref(), fix.command.as_deref()].into_iter().flatten() {
            out.push('\n');
            out.push_str(text.trim_end());
        }
    }
    out
}

/// What our own trouble with an input looks like: failures nothing explains, inputs without an end, remarks.
fn notifications(report: &Report, lang: Lang) -> Vec<Value> {
    let mut notes = Vec::new();
    if report.findings.is_empty() && report.outcome != Outcome::Succeeded {
        let level = if report.outcome == Outcome::Failed { "error" } else { "warning" };
        let mut text = no_finding(report, lang);
        for (advice, command) in next_steps(report) {
            text.push_str(&format!("\n{}", ui::PLAIN_HEAD.fill(lang, &[advice.get(lang), command])));
        }
        let mut places: Vec<Value> = report
            .step
            .iter()
            .filter_map(|s| {
                Some(with_message(physical(dockerfile(s), region(s.line?.into())), &step_sentence(s, lang)))
            })
            .collect();
        places.extend(report.excerpt.iter().map(evidence));
        if places.is_empty() {
            places.push(with_uri(&report.input));
        }
        notes.push(json!({ "level": level, "message": { "text": text }, "locations": places }));
    }
    notes.extend(report.remarks.iter().map(|remark| {
        let text = ui::PLAIN_HEAD.fill(lang, &[&path_name(&report.input, lang), &clean(remark.get(lang))]);
        json!({ "level": "note", "message": { "text": text } })
    }));
    notes
}

fn physical(path: &str, region: Value) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region } })
}

fn with_uri(path: &str) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) } } })
}

fn with_message(mut place: Value, text: &str) -> Value {
    place["message"] = json!({ "text": text });
    place
}

fn region(line: u64) -> Value {
    json!({ "startLine": line.max(1) })
}

fn place(location: &Location) -> Value {
    physical(
        &location.path,
        json!({
            "startLine": location.line.max(1),
            "startColumn": location.column.max(1),
            "endLine": location.end_line.max(1),
            "endColumn": location.end_column.max(1),
        }),
    )
}

/// A line of a file or log; what it says is its snippet and, as the services show messages only, its message.
fn evidence(evidence: &Evidence) -> Value {
    let mut region = region(evidence.line);
    region["snippet"] = json!({ "text": evidence.text });
    if let Some(h) = &evidence.highlight
        && let (Some(before), Some(part)) = (evidence.text.get(..h.start), evidence.text.get(h.start..h.end))
        && evidence.source == Source::File
    {
        let start = before.chars().count() + 1;
        region["startColumn"] = start.into();
        region["endColumn"] = (start + part.chars().count()).into();
    }
    with_message(physical(&evidence.path, region), &clean(&evidence.text))
}

/// A path as a URI reference: percent-encoded, `/` between folders. Standard input has no path.
fn uri(path: &str) -> String {
    if path == "-" {
        return "stdin".to_owned();
    }
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    } else if path.as_bytes().get(1) == Some(&b':') {
        out.push_str("file:///");
    }
    for (n, b) in path.bytes().enumerate() {
        // a colon in the first folder of a relative path would make it a scheme
        if b.is_ascii_alphanumeric()
            || b"-._~/".contains(&b)
            || b == b':' && n == 1 && out.starts_with("file:")
        {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// The same finding in the next build's log has the same fingerprint: line numbers, times, counts and all subjects but
/// the first stay out of it, as they differ from run to run.
fn fingerprint(report: &Report, finding: &Finding) -> String {
    let step = report.step.as_ref();
    let parts = [
        finding.cause,
        finding.location.as_ref().map_or("", |l| &l.path),
        step.and_then(|s| s.dockerfile.as_deref()).unwrap_or(""),
        step.and_then(|s| s.instruction.as_deref()).unwrap_or(""),
        finding.subjects.first().map_or("", String::as_str),
    ];
    // FNV-1a: stable for ever, and nobody gains from a collision
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.iter().flat_map(|p| p.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// A fix that is an edit whose lines are known; commands stand in the message.
fn fix(fix: &crate::model::Fix, location: Option<&Location>, lang: Lang) -> Option<Value> {
    let files = diff::parse(fix.diff.as_deref()?, location.map(|l| l.line));
    let mut changes = Vec::new();
    for file in files {
        let path = file.path.or(location.map(|l| l.path.as_str()))?;
        let replacements: Vec<Value> =
            file.hunks.iter().map(|hunk| replacements(hunk)).collect::<Option<Vec<_>>>()?.concat();
        if replacements.is_empty() {
            return None;
        }
        changes.push(json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements }));
    }
    if changes.is_empty() {
        return None;
    }
    Some(json!({ "description": { "text": fix_title(fix, lang) }, "artifactChanges": changes }))
}

/// Each run of removed and added lines as one replacement of whole lines; `None` when their numbers are not known.
fn replacements(hunk: &[diff::Line<'_>]) -> Option<Vec<Value>> {
    let mut out = Vec::new();
    for run in hunk.chunk_by(|a, b| (a.kind == Kind::Keep) == (b.kind == Kind::Keep)) {
        if run[0].kind == Kind::Keep {
            continue;
        }
        let start = run.iter().filter_map(|l| l.old).min()?.max(1);
        let removed = run.iter().filter(|l| l.kind == Kind::Remove).count() as u64;
        let added: String =
            run.iter().filter(|l| l.kind == Kind::Add).map(|l| format!("{}\n", l.text)).collect();
        let mut replacement = json!({
            "deletedRegion": { "startLine": start, "startColumn": 1, "endLine": start + removed, "endColumn": 1 },
        });
        if !added.is_empty() {
            replacement["insertedContent"] = json!({ "text": added });
        }
        out.push(replacement);
    }
    Some(out)
}
