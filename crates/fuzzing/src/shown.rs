//! What people and programs see.

use crate::{parts, text};
use finding::redact::{Redactor, redact};
use finding::{
    Confidence, Evidence, Finding, Fix, Format, Highlight, Lang, Location, Outcome, RenderOptions, Report,
    Severity, Source, StepRef, TimelineEntry, TimelineState, Words, render as rendered,
};

/// Masking, then every renderer in every language, over a report made of the input's parts.
pub fn render(bytes: &[u8]) {
    let text = text(bytes);
    let mut redactor = Redactor::new();
    for line in text.lines() {
        let _ = redact(line);
        let _ = redactor.line(line);
    }
    let reports = reports(&text);
    let rules = [finding::Rule {
        id: "net-dns",
        title: Words::new("a title", "标题"),
        explanation: Words::new("an explanation", "说明"),
        severity: Severity::Error,
        help_uri: None,
    }];
    for count in [1, reports.len()] {
        for &format in Format::all() {
            for lang in Lang::ALL {
                for (width, color) in [(None, false), (Some(40), true)] {
                    let opts = RenderOptions {
                        lang,
                        color,
                        hyperlinks: color,
                        width,
                        quiet: false,
                        tool_version: "0".into(),
                    };
                    check(format, &rendered(&reports[..count], format, &rules, &opts), color);
                }
            }
        }
    }
}

fn check(format: Format, out: &str, color: bool) {
    match format {
        Format::Json | Format::Sarif => {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(out) {
                panic!("{format} is not JSON: {error}\n{out}");
            }
        }
        Format::Text if !color => {
            assert!(!out.contains('\x1b'), "a terminal would obey this: {out:?}");
        }
        _ => {}
    }
}

/// Two reports whose texts are the parts of the input, in turn.
fn reports(text: &str) -> Vec<Report> {
    let mut turn = parts(text).cycle();
    let mut next = || turn.next().unwrap_or_default().to_owned();
    let number = text.len() as u64;
    let words = |text: String| Words::new(text.clone(), text);
    let mut evidence = |source, line| {
        let text = next().replace('\n', " ");
        let middle = text.floor_char_boundary(text.len() / 2);
        let highlight = Highlight { start: middle, end: text.len(), label: words(next()) };
        Evidence { source, path: next(), line, text, highlight: Some(highlight) }
    };
    let (first, second, third) =
        (evidence(Source::Log, number.max(1)), evidence(Source::File, 6), evidence(Source::File, 9));
    let finding = Finding {
        cause: "net-dns",
        title: words(next()),
        why: words(next()),
        confidence: Confidence::Verified,
        proof: Some(words(next())),
        severity: Severity::Error,
        evidence: vec![first.clone(), second.clone(), third],
        location: Some(Location {
            path: second.path.clone(),
            line: 6,
            column: 1 + number % 50,
            end_line: 6 + number % 3,
            end_column: 1 + number % 7,
        }),
        fixes: vec![
            Fix { title: words(next()), safe: true, command: Some(next()), diff: None },
            Fix { title: words(next()), safe: false, command: None, diff: Some(next()) },
        ],
        count: number.max(1),
        subjects: vec![next(), next()],
    };
    let step = StepRef {
        stage: Some(next()),
        number: Some(4),
        of: Some(9),
        instruction: Some(next()),
        line: Some(6),
        dockerfile: Some(next()),
        exit_code: Some(1),
        seconds: Some(number as f64 / 7.0),
    };
    let timeline =
        [TimelineState::Done, TimelineState::Cached, TimelineState::Failed, TimelineState::Unknown]
            .into_iter()
            .enumerate()
            .map(|(i, state)| TimelineEntry {
                name: next(),
                stage: Some(next()),
                start: (i != 3).then_some(i as f64 * number as f64),
                seconds: (i != 2).then_some(number as f64),
                state,
            })
            .collect();
    let explained = Report {
        input: next(),
        outcome: Outcome::Failed,
        step: Some(step),
        findings: vec![finding.clone(), finding],
        excerpt: Vec::new(),
        timeline,
        remarks: vec![words(next())],
    };
    let unexplained =
        Report { input: next(), outcome: Outcome::Failed, excerpt: vec![first, second], ..Report::default() };
    vec![explained, unexplained]
}
