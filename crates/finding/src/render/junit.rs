//! JUnit XML: a suite for each build, a test case for each step, so that a CI system shows the failing step with its
//! cause as a failing test. The writer is our own: four elements need no library.

use super::common::{clean, head, no_finding, path_name, step_sentence, time, total_seconds};
use super::{RenderOptions, text};
use crate::model::{Outcome, Report, TimelineState};
use crate::ui;
use crate::words::Lang;

pub(super) fn render(reports: &[Report], opts: &RenderOptions) -> String {
    let mut suites = String::new();
    let mut total = Counts::default();
    for report in reports {
        let (suite, counts) = suite(report, opts);
        suites.push_str(&suite);
        total.tests += counts.tests;
        total.failures += counts.failures;
        total.skipped += counts.skipped;
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"seaworthy\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{suites}</testsuites>\n",
        total.tests, total.failures, total.skipped
    )
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    skipped: usize,
}

/// How a case went.
enum Verdict {
    Passed,
    Failed,
    Skipped(String),
}

fn suite(report: &Report, opts: &RenderOptions) -> (String, Counts) {
    let lang = opts.lang;
    let mut cases = String::new();
    let mut counts = Counts::default();
    let mut add = |name: &str, class: &str, seconds: Option<f64>, verdict: Verdict| {
        counts.tests += 1;
        let body = match verdict {
            Verdict::Passed => String::new(),
            Verdict::Failed => {
                counts.failures += 1;
                failure(report, opts)
            }
            Verdict::Skipped(why) => {
                counts.skipped += 1;
                format!("      <skipped message=\"{}\"/>\n", escape(&why))
            }
        };
        let time = seconds.map(|s| format!(" time=\"{s:.3}\"")).unwrap_or_default();
        let head = format!("    <testcase name=\"{}\" classname=\"{}\"{time}", escape(name), escape(class));
        cases.push_str(&if body.is_empty() {
            format!("{head}/>\n")
        } else {
            format!("{head}>\n{body}    </testcase>\n")
        });
    };
    for entry in &report.timeline {
        let class = entry.stage.as_deref().unwrap_or("build");
        let verdict = match entry.state {
            TimelineState::Done | TimelineState::Cached => Verdict::Passed,
            TimelineState::Failed if report.outcome != Outcome::Succeeded => Verdict::Failed,
            TimelineState::Failed => Verdict::Passed,
            TimelineState::Canceled => Verdict::Skipped(ui::CANCELED.get(lang).to_owned()),
            TimelineState::Unknown => Verdict::Skipped(ui::STATE_UNKNOWN.get(lang).to_owned()),
        };
        add(&entry.name, class, time(entry.seconds), verdict);
    }
    let shown = report.timeline.iter().any(|e| e.state == TimelineState::Failed);
    if report.timeline.is_empty() || !shown && report.outcome != Outcome::Succeeded {
        let (name, class, seconds) = whole(report, lang);
        let verdict = match report.outcome {
            Outcome::Succeeded => Verdict::Passed,
            Outcome::Failed => Verdict::Failed,
            Outcome::Unknown if report.findings.is_empty() => Verdict::Skipped(no_finding(report, lang)),
            Outcome::Unknown => Verdict::Failed,
        };
        add(&name, &class, seconds, verdict);
    }
    let time = total_seconds(&report.timeline).map(|s| format!(" time=\"{s:.3}\"")).unwrap_or_default();
    let out: String = report.remarks.iter().map(|r| format!("{}\n", clean(r.get(lang)))).collect();
    let out =
        if out.is_empty() { out } else { format!("    <system-out>{}</system-out>\n", escape_text(&out)) };
    let suite = format!(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"{time}>\n{cases}{out}  </testsuite>\n",
        escape(&path_name(&report.input, lang)),
        counts.tests,
        counts.failures,
        counts.skipped,
    );
    (suite, counts)
}

/// The case that stands for the failing step, or the build, when the timeline does not show it.
fn whole(report: &Report, lang: Lang) -> (String, String, Option<f64>) {
    let Some(step) = &report.step else { return ("build".to_owned(), "build".to_owned(), None) };
    let name = step.instruction.clone().unwrap_or_else(|| step_sentence(step, lang));
    (name, step.stage.clone().unwrap_or_else(|| "build".to_owned()), time(step.seconds))
}

fn failure(report: &Report, opts: &RenderOptions) -> String {
    let (kind, message) = match report.findings.first() {
        Some(finding) => (finding.cause, head(finding, opts.lang)),
        None => ("unexplained", no_finding(report, opts.lang)),
    };
    let plain =
        RenderOptions { color: false, hyperlinks: false, width: Some(100), quiet: false, ..opts.clone() };
    let body = text::render(std::slice::from_ref(report), &[], &plain);
    format!(
        "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
        escape(kind),
        escape(&message),
        escape_text(&body)
    )
}

/// For an attribute.
fn escape(text: &str) -> String {
    escape_text(&clean(text)).replace('"', "&quot;")
}

/// For content; characters XML cannot hold are gone.
fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}
