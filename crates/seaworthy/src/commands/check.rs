//! `seaworthy check`: what will break the build, before it.

use crate::args::Check;
use crate::console::Stream;
use crate::fault::Fault;
use crate::mask;
use crate::project::{self, Opened};
use crate::report::Reporter;
use crate::settings::Settings;
use crate::words::{self as w, plain, with};
use checks::Project;
use finding::{Format, Report, Severity, exit};

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &Check, settings: &Settings) -> u8 {
    let console = settings.console;
    let (report, dockerfiles) = match look(args) {
        Ok(found) => found,
        Err(fault) => {
            console.complain(&fault);
            return fault.exit_code();
        }
    };
    let reporter = Reporter::new(&args.report, settings);
    let found = args.fail_on.is_some_and(|bar| report.findings.iter().any(|f| reaches(f.severity, bar)));
    let code = if found { exit::FOUND } else { exit::OK };
    let reports = [report];
    // The words of an empty report are about a build's log.
    if reports[0].findings.is_empty() && matches!(reporter.format(), Format::Text) {
        console.note(&with(&w::CLEAN, &[plain(dockerfiles)]));
        let faults = reporter.write_files(&reports);
        faults.iter().for_each(|fault| console.complain(fault));
        return faults.iter().map(Fault::exit_code).max().unwrap_or(code);
    }
    code.max(reporter.show(&reports, Stream::Out))
}

fn reaches(severity: Severity, bar: Severity) -> bool {
    let rank = |severity| match severity {
        Severity::Error => 2,
        Severity::Warning => 1,
        Severity::Note => 0,
    };
    rank(severity) >= rank(bar)
}

/// The report, and how many Dockerfiles it is about.
fn look(args: &Check) -> Result<(Report, usize), Fault> {
    let opened = project::open(args.project.folder.as_deref())?;
    let project = Project::scan(&opened.tree);
    let mut options = Opened::options(&args.project);
    options.persona = args.persona;
    options.no_ignores = args.no_ignores;
    let dockerfiles = opened.dockerfiles(&project, &options)?.len();
    let checked = checks::check(&project, &options);
    let mut report = checks::report(&opened.folder.to_string_lossy(), &checked);
    for finding in &mut report.findings {
        if let Some(location) = &mut finding.location {
            location.path = opened.typed(&location.path);
        }
        for evidence in &mut finding.evidence {
            evidence.path = opened.typed(&evidence.path);
        }
    }
    if !args.report.no_redact {
        mask::mask_files(std::slice::from_mut(&mut report));
        mask::mask_fixes(&mut report);
    }
    Ok((report, dockerfiles))
}
