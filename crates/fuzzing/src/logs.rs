//! What builds print.

use crate::text;
use buildlog::{Log, chain as chains, downloads};
use finding::{Outcome, Source};

/// Unpacked input above this is not looked at further: a small gzip may hold gigabytes.
const MOST: u64 = 4 << 20;

/// [`buildlog::read()`] over any bytes: compressed, in any character set, any dialect, or a build record.
pub fn log(bytes: &[u8]) {
    let Ok(log) = buildlog::read(bytes) else { return };
    check(&log);
    // How the reader hands out the bytes must not matter.
    if bytes.len() < 4096 {
        let again = buildlog::read(Dribble(bytes)).map(|log| format!("{log:?}"));
        assert_eq!(again.ok(), Some(format!("{log:?}")), "a slow reader gives another log");
    }
}

fn check(log: &Log) {
    assert!(!log.builds.is_empty(), "a log without a build");
    for build in &log.builds {
        assert!(
            build.failed.is_none_or(|failed| failed < build.steps.len()),
            "the failed step does not exist"
        );
        for step in build.steps.iter().chain([&build.outside]) {
            for line in step.lines.iter().chain(&step.error) {
                // Build records have no lines of their own.
                let fits = log.lines == 0 || line.no <= log.lines;
                assert!(line.no >= 1 && fits, "line {} of {}", line.no, log.lines);
                assert!(!line.text.contains('\n'), "a line break within a line");
            }
        }
    }
}

/// Hands out seven bytes at a time.
struct Dribble<'a>(&'a [u8]);

impl std::io::Read for Dribble<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(buffer.len()).min(7);
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// The error chains of each line, and the downloads in all of it.
pub fn chain(bytes: &[u8]) {
    let downloads = downloads::read(bytes);
    let totals = downloads.totals();
    let counted = totals.present + totals.downloaded + totals.cached + totals.failed;
    assert_eq!(counted, downloads.modules.len());
    for line in bytes.split(|b| *b == b'\n') {
        let cleaned = buildlog::clean(line);
        let _ = buildlog::unwrap(&cleaned);
        let line = text(&cleaned);
        let joined: usize = chains::clauses(&line).iter().map(|c| c.len()).sum();
        assert!(joined <= line.len(), "clauses longer than their line");
        let _ = chains::module_ref(&line);
        let _ = chains::all_modules(&line).count();
        let _ = chains::url_in(&line);
        let _ = chains::position(&line);
        let _ = chains::Address::parse(&line);
        let _ = chains::classify_host(&line);
        if let Some(fault) = chains::fault(&line) {
            let _ = fault.is_loopback();
        }
    }
}

/// From any bytes to a diagnosis.
pub fn diagnose(bytes: &[u8]) {
    let Ok(log) = buildlog::read(bytes) else { return };
    if log.bytes > MOST {
        return;
    }
    for report in causes::diagnose("-", &log, None) {
        assert!(
            report.outcome == Outcome::Failed || report.findings.is_empty(),
            "an explanation of what did not fail: {report:?}"
        );
        for finding in &report.findings {
            assert!(causes::by_id(finding.cause).is_some(), "no such cause: {}", finding.cause);
            assert!(
                finding.count >= 1 && !finding.evidence.is_empty(),
                "a claim without evidence: {finding:?}"
            );
            for evidence in &finding.evidence {
                if evidence.source == Source::Log {
                    let fits = log.lines == 0 || evidence.line <= log.lines;
                    assert!(evidence.line >= 1 && fits, "evidence of no line: {evidence:?}");
                }
                if let Some(mark) = &evidence.highlight {
                    assert!(
                        evidence.text.get(mark.start..mark.end).is_some(),
                        "a mark outside: {evidence:?}"
                    );
                }
            }
        }
    }
}
