//! What several renderers say alike.

use crate::model::{
    Confidence, Evidence, Finding, Fix, Outcome, Report, Severity, StepRef, TimelineEntry, TimelineState,
};
use crate::ui;
use crate::words::{Lang, Words};

/// The text with everything a terminal, a browser or an editor might obey instead of show replaced by something
/// visible: tabs become four spaces, line ends one; control characters their pictures, direction marks U+FFFD.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("    "),
            '\n' => out.push(' '),
            '\r' => {}
            _ => out.push(visible(c)),
        }
    }
    out
}

/// A character that is safe to show instead of `c`.
pub(super) fn visible(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        _ => c,
    }
}

/// `-` is how standard input is written on a command line, not how it is called.
pub(super) fn path_name(path: &str, lang: Lang) -> String {
    if path == "-" { ui::STDIN.get(lang).to_owned() } else { clean(path) }
}

pub(super) fn place(evidence: &Evidence, lang: Lang) -> String {
    format!("{}:{}", path_name(&evidence.path, lang), evidence.line)
}

/// `0.3 s`, `42 s`, `5 min 2 s`, `1 h 5 min`.
pub(super) fn duration(seconds: f64, lang: Lang) -> String {
    let s = if seconds.is_finite() { seconds.max(0.0) } else { 0.0 };
    // what would be rounded up to the next unit belongs to it
    if s < 0.005 {
        return ui::SECONDS.fill(lang, &["0"]);
    }
    if s < 0.095 {
        return ui::SECONDS.fill(lang, &[&format!("{s:.2}")]);
    }
    if s < 9.95 {
        return ui::SECONDS.fill(lang, &[&format!("{s:.1}")]);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative; saturates")]
    let whole = s.round() as u64;
    match whole {
        0..60 => ui::SECONDS.fill(lang, &[&whole.to_string()]),
        60..3600 if whole.is_multiple_of(60) => ui::WHOLE_MINUTES.fill(lang, &[&(whole / 60).to_string()]),
        60..3600 => ui::MINUTES.fill(lang, &[&(whole / 60).to_string(), &(whole % 60).to_string()]),
        _ => ui::HOURS.fill(lang, &[&(whole / 3600).to_string(), &(whole % 3600 / 60).to_string()]),
    }
}

/// ``stage `build`, step 4 of 9, failed after 0.3 s with exit code 1``. Only the failing step is ever described.
pub(super) fn step_sentence(step: &StepRef, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(stage) = &step.stage {
        parts.push(ui::STAGE.fill(lang, &[&clean(stage)]));
    }
    match (step.number, step.of) {
        (Some(n), Some(of)) => parts.push(ui::STEP_OF.fill(lang, &[&n.to_string(), &of.to_string()])),
        (Some(n), None) => parts.push(ui::STEP.fill(lang, &[&n.to_string()])),
        (None, _) => {}
    }
    if parts.is_empty() {
        parts.push(ui::A_STEP.get(lang).to_owned());
    }
    let seconds = step.seconds.filter(|s| s.is_finite()).map(|s| duration(s, lang));
    let code = step.exit_code.map(|c| c.to_string());
    parts.push(match (seconds, code) {
        (Some(s), Some(c)) => ui::FAILED_AFTER_WITH.fill(lang, &[&s, &c]),
        (Some(s), None) => ui::FAILED_AFTER.fill(lang, &[&s]),
        (None, Some(c)) => ui::FAILED_WITH.fill(lang, &[&c]),
        (None, None) => ui::FAILED.get(lang).to_owned(),
    });
    parts.join(ui::COMMA.get(lang))
}

/// The Dockerfile of the failing step, by its usual name when the log does not name it.
pub(super) fn dockerfile(step: &StepRef) -> &str {
    step.dockerfile.as_deref().unwrap_or("Dockerfile")
}

pub(super) fn severity(severity: Severity, lang: Lang) -> String {
    let words = match severity {
        Severity::Note => &ui::NOTE,
        Severity::Warning => &ui::WARNING,
        Severity::Error => &ui::ERROR,
    };
    words.get(lang).to_owned()
}

pub(super) fn confidence(confidence: Confidence, lang: Lang) -> String {
    let words = match confidence {
        Confidence::Possible => &ui::POSSIBLE,
        Confidence::Likely => &ui::LIKELY,
        Confidence::Verified => &ui::VERIFIED,
    };
    words.get(lang).to_owned()
}

/// `verified (the Dockerfile sets it, the log shows it)`.
pub(super) fn sure(finding: &Finding, lang: Lang) -> String {
    let name = confidence(finding.confidence, lang);
    let proof = match (finding.confidence, &finding.proof) {
        (_, Some(proof)) => clean(proof.get(lang)),
        (Confidence::Likely, None) => ui::LIKELY_PROOF.get(lang).to_owned(),
        (Confidence::Possible, None) => ui::POSSIBLE_PROOF.get(lang).to_owned(),
        (Confidence::Verified, None) => return name,
    };
    ui::BRACKETS.fill(lang, &[&name, &proof])
}

/// The reasoning; empty when it says no more than the title.
pub(super) fn why(finding: &Finding, lang: Lang) -> String {
    let (why, title) = (finding.why.get(lang), finding.title.get(lang));
    if why == title { String::new() } else { clean(why) }
}

/// `error[net-dns]: title`.
pub(super) fn head(finding: &Finding, lang: Lang) -> String {
    let title = clean(finding.title.get(lang));
    ui::HEAD.fill(lang, &[&severity(finding.severity, lang), finding.cause, &title])
}

/// The name of a fix, marked when it may change what the build produces. Advice that is neither a command nor an
/// edit changes nothing by itself.
pub(super) fn fix_title(fix: &Fix, lang: Lang) -> String {
    let title = clean(fix.title.get(lang));
    if fix.safe || fix.command.is_none() && fix.diff.is_none() {
        return title;
    }
    ui::BRACKETS.fill(lang, &[&title, ui::REVIEW_FIRST.get(lang)])
}

/// The answer when there is no finding.
pub(super) fn no_finding(report: &Report, lang: Lang) -> String {
    match report.outcome {
        Outcome::Failed => ui::UNEXPLAINED.get(lang).to_owned(),
        Outcome::Unknown => ui::UNCLEAR.fill(lang, &[&path_name(&report.input, lang)]),
        Outcome::Succeeded => succeeded(report, lang),
    }
}

/// `the build succeeded: 9 steps, 4 cached, 12 s`.
fn succeeded(report: &Report, lang: Lang) -> String {
    let steps = &report.timeline;
    if steps.is_empty() {
        return ui::SUCCEEDED.get(lang).to_owned();
    }
    let cached = steps.iter().filter(|e| e.state == TimelineState::Cached).count();
    let mut counts = step_count(steps.len(), lang);
    if cached > 0 {
        counts = ui::STEPS_CACHED.fill(lang, &[&counts, &cached.to_string()]);
    }
    match total_seconds(steps) {
        Some(total) => ui::SUCCEEDED_IN.fill(lang, &[&counts, &duration(total, lang)]),
        None => ui::PLAIN_HEAD.fill(lang, &[ui::SUCCEEDED.get(lang), &counts]),
    }
}

pub(super) fn step_count(n: usize, lang: Lang) -> String {
    if n == 1 { ui::ONE_STEP.get(lang).to_owned() } else { ui::STEPS_COUNT.fill(lang, &[&n.to_string()]) }
}

/// From the first start to the last end; without starts the sum of the durations; `None` when the log has no times.
pub(super) fn total_seconds(steps: &[TimelineEntry]) -> Option<f64> {
    let ends = steps.iter().filter_map(|e| Some(time(e.start)? + time(e.seconds).unwrap_or(0.0)));
    ends.reduce(f64::max).or_else(|| steps.iter().filter_map(|e| time(e.seconds)).reduce(|a, b| a + b))
}

/// A time that can be drawn or added up.
pub(super) fn time(seconds: Option<f64>) -> Option<f64> {
    seconds.filter(|s| s.is_finite() && *s >= 0.0)
}

pub(super) fn state(state: TimelineState, lang: Lang) -> String {
    let words = match state {
        TimelineState::Done => &ui::DONE,
        TimelineState::Cached => &ui::CACHED,
        TimelineState::Failed => &ui::FAILED,
        TimelineState::Canceled => &ui::CANCELED,
        TimelineState::Unknown => &ui::STATE_UNKNOWN,
    };
    words.get(lang).to_owned()
}

/// A failed step is never cached, so building again prints it again, and this way whole.
const PLAIN_BUILD: &str = "docker build --progress=plain . 2>&1 | seaworthy diagnose";

/// What to type next when nothing explains a failure: advice and command.
pub(super) fn next_steps(report: &Report) -> Vec<(&'static Words, &'static str)> {
    match report.outcome {
        Outcome::Failed => vec![(&ui::TRY_PLAIN, PLAIN_BUILD), (&ui::TRY_LAST, "seaworthy diagnose --last")],
        Outcome::Unknown => vec![(&ui::TRY_WHOLE, PLAIN_BUILD), (&ui::TRY_LAST, "seaworthy diagnose --last")],
        Outcome::Succeeded => vec![],
    }
}

/// The first `most` subjects and how many there are besides.
pub(super) fn subjects(finding: &Finding, most: usize, lang: Lang) -> String {
    let shown: Vec<String> = finding.subjects.iter().take(most).map(|s| clean(s)).collect();
    let list = shown.join(ui::LIST_COMMA.get(lang));
    match finding.subjects.len() - shown.len() {
        0 => list,
        rest => ui::AND_MORE.fill(lang, &[&list, &rest.to_string()]),
    }
}
