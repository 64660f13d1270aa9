//! Where the rooms meet: a log goes in, reports come out.

use crate::files::Folder;
use crate::mask;
use causes::Cause;
use finding::{Outcome, Report, Rule, Severity, exit};
use std::io::{self, Read};
use std::path::Path;

/// How to diagnose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'a> {
    /// Files that may confirm or refute a cause.
    pub(crate) project: ProjectFolder<'a>,
    /// Mask secrets?
    pub(crate) redact: bool,
}

/// Reads `log` to its end and explains every build in it. `name` is what reports call the input.
///
/// # Errors
/// The reader fails, or what it gives is damaged.
pub(crate) fn diagnose(name: &str, log: impl Read, options: Options<'_>) -> io::Result<Vec<Report>> {
    let mut log = buildlog::read(log).map_err(|error| match error {
        buildlog::ReadError::Io(error) => error,
        buildlog::ReadError::NoRecord(_) => io::Error::new(io::ErrorKind::InvalidData, error),
    })?;
    if options.redact {
        mask::mask_log(&mut log);
    }
    let mut reports = causes::diagnose(name, &log, options.project.facts().as_ref());
    if options.redact {
        mask::mask_files(&mut reports);
    }
    Ok(reports)
}

/// Where to look for the files of the project.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProjectFolder<'a> {
    /// The user says so.
    Given(&'a Path),
    /// A guess; counts only if a Dockerfile in it contains the failing instruction.
    Guessed(&'a Path),
}

impl ProjectFolder<'_> {
    /// The project, if there is a folder. Nothing is read yet. The catalogue believes neither of them before a
    /// Dockerfile in it is seen to contain the failing instruction.
    fn facts(self) -> Option<causes::Project> {
        let (Self::Given(folder) | Self::Guessed(folder)) = self;
        (!folder.as_os_str().is_empty()).then(|| causes::Project::new(Folder::new(folder)))
    }
}

/// The catalogue as renderers want it, with what only checks find.
pub(crate) fn rules() -> Vec<Rule> {
    let only_checked = checks::ALL.iter().filter(|check| causes::by_id(check.id).is_none());
    let of_check = |check: &&checks::Check| Rule {
        id: check.id,
        title: check.summary.clone(),
        explanation: check.summary.clone(),
        severity: Severity::Warning,
        help_uri: None,
    };
    causes::catalogue().iter().copied().map(rule).chain(only_checked.map(of_check)).collect()
}

fn rule(cause: &Cause) -> Rule {
    Rule {
        id: cause.id,
        title: cause.title.clone(),
        explanation: cause.explanation.clone(),
        severity: cause.severity,
        help_uri: None,
    }
}

/// The name of a severity in JSON.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The exit code that a report asks for.
pub(crate) fn exit_code(report: &Report) -> u8 {
    match (report.outcome, report.findings.is_empty()) {
        (Outcome::Succeeded, _) => exit::OK,
        (Outcome::Failed | Outcome::Unknown, false) => exit::FOUND,
        (Outcome::Failed | Outcome::Unknown, true) => exit::UNEXPLAINED,
    }
}
