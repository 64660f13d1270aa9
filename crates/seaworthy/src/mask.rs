//! Masking secrets, at the two places where text comes in: what a build printed, and what the project's files say.
//!
//! The log is masked before anybody looks at it, so no title, fix or subject can carry a secret out of it.

use buildlog::{Build, Line, Log, Step};
use finding::redact::{Redactor, redact};
use finding::{Evidence, Report, Source};
use std::borrow::Cow;

/// Masks all of a log that a report may show.
pub(crate) fn mask_log(log: &mut Log) {
    log.builds.iter_mut().for_each(mask_build);
}

fn mask_build(build: &mut Build) {
    mask_step(&mut build.outside);
    build.steps.iter_mut().for_each(mask_step);
    build.closing.iter_mut().for_each(|line| mask_text(&mut line.text));
    for (_, _, text) in build.snippet.iter_mut().flat_map(|snippet| &mut snippet.lines) {
        mask_text(text);
    }
}

fn mask_step(step: &mut Step) {
    mask_text(&mut step.instruction);
    step.error.iter_mut().for_each(|line| mask_text(&mut line.text));
    // Keys span lines.
    let mut redactor = Redactor::new();
    for Line { text, .. } in &mut step.lines {
        if let Cow::Owned(masked) = redactor.line(text) {
            *text = masked;
        }
    }
}

fn mask_text(text: &mut String) {
    if let Cow::Owned(masked) = redact(text) {
        *text = masked;
    }
}

/// Masks what reports quote from the project's files.
pub(crate) fn mask_files(reports: &mut [Report]) {
    for finding in reports.iter_mut().flat_map(|report| &mut report.findings) {
        let fixes = finding.fixes.iter_mut().flat_map(|fix| [&mut fix.command, &mut fix.diff]).flatten();
        for text in fixes {
            let lines = text.split('\n').map(redact);
            *text = lines.collect::<Vec<_>>().join("\n");
        }
        for words in [Some(&mut finding.title), finding.proof.as_mut()].into_iter().flatten() {
            for text in [&mut words.en, &mut words.zh] {
                if let Cow::Owned(masked) = redact(text) {
                    *text = masked.into();
                }
            }
        }
    }
    let evidence = reports.iter_mut().flat_map(|report| {
        report.findings.iter_mut().flat_map(|finding| &mut finding.evidence).chain(&mut report.excerpt)
    });
    evidence.filter(|evidence| evidence.source == Source::File).for_each(mask_evidence);
}

/// Masks what edits quote from the project's files.
pub(crate) fn mask_fixes(report: &mut Report) {
    let fixes = report.findings.iter_mut().flat_map(|finding| &mut finding.fixes);
    fixes.filter_map(|fix| fix.diff.as_mut()).for_each(mask_text);
}

fn mask_evidence(evidence: &mut Evidence) {
    let Cow::Owned(masked) = redact(&evidence.text) else { return };
    if let Some(mut highlight) = evidence.highlight.take() {
        // What is underlined moves with the text, unless it was the secret itself.
        let underlined = evidence.text.get(highlight.start..highlight.end).filter(|text| !text.is_empty());
        if let Some(start) = underlined.and_then(|text| masked.find(text)) {
            highlight.end = start + (highlight.end - highlight.start);
            highlight.start = start;
            evidence.highlight = Some(highlight);
        }
    }
    evidence.text = masked;
}

#[cfg(test)]
mod tests {
    use super::*;
    use finding::{Highlight, Words};

    #[test]
    fn no_part_of_a_log_keeps_its_secret() {
        let log = "#5 [1/2] RUN curl https://joe:hunter2@example.com/x\n\
                   #5 0.1 GITHUB_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\n\
                   #5 ERROR: process \"/bin/sh -c curl https://joe:hunter2@example.com/x\" did not complete successfully: exit code: 6\n\
                   ------\nDockerfile:2\n--------------------\n   2 | >>> RUN curl https://joe:hunter2@example.com/x\n--------------------\n\
                   ERROR: failed to solve: process \"/bin/sh -c curl https://joe:hunter2@example.com/x\" did not complete successfully: exit code: 6\n";
        let mut log = buildlog::read(log.as_bytes()).unwrap();
        assert!(format!("{log:?}").contains("hunter2"));
        mask_log(&mut log);
        let shown = format!("{log:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("ghp_0123"), "{shown}");
    }

    #[test]
    fn the_underline_follows_the_text() {
        let text = "ENV GOPROXY=https://joe:hunter2@proxy.example.com,off";
        let mark = |word: &str| {
            let start = text.find(word).unwrap();
            Some(Highlight { start, end: start + word.len(), label: Words::fixed("", "") })
        };
        let evidence = |highlight| Evidence {
            source: Source::File,
            path: "Dockerfile".to_owned(),
            line: 1,
            text: text.to_owned(),
            highlight,
        };
        let mut kept = evidence(mark("off"));
        mask_evidence(&mut kept);
        let highlight = kept.highlight.unwrap();
        assert_eq!(&kept.text[highlight.start..highlight.end], "off");
        let mut gone = evidence(mark("hunter2"));
        mask_evidence(&mut gone);
        assert_eq!(gone.highlight, None);
        assert!(!gone.text.contains("hunter2"), "{}", gone.text);
    }
}
