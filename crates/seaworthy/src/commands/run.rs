//! `seaworthy run -- COMMAND`: the command as if we were not there, and an explanation if it fails.

use crate::args::ReportArgs;
use crate::capture::{self, Capture};
use crate::console::{Console, Stream};
use crate::engine;
use crate::fault::Fault;
use crate::os::{self, Interrupted, Pump, Signals};
use crate::report::Reporter;
use crate::settings::Settings;
use crate::words::{self as w, io_reason, plain, with};
use finding::{Outcome, Report, exit};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

/// What reports call the command's output.
const INPUT: &str = "build output";

/// Why there is no exit code of the command.
enum Trouble {
    /// It did not start.
    NotStarted(io::Error),
    /// It did, but we lost it.
    Ours(io::Error),
}

/// Runs the command; gives the exit code.
pub(crate) fn execute(command: &[OsString], args: &ReportArgs, settings: &Settings) -> u8 {
    let reporter = Reporter::new(args, settings);
    // A command that changes folders must not change where we look.
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let (capture, captured) = capture::channel();
    let interrupted = Arc::new(Interrupted::default());
    let (code, reports) = thread::scope(|scope| {
        let options = reporter.diagnosis(&here);
        let diagnosis = scope.spawn(move || engine::diagnose(INPUT, captured, options));
        let code = start(command, &capture, &interrupted);
        capture.close();
        (code, diagnosis.join())
    });
    let code = match code {
        Ok(code) => code,
        Err(trouble) => return explain_trouble(trouble, command, settings.console),
    };
    let reports = match reports {
        Ok(Ok(reports)) => agree(reports, code),
        _ if code == 0 => Vec::new(),
        _ => {
            settings.console.complain(&Fault::DiagnosisFailed);
            Vec::new()
        }
    };
    if code != 0 && !interrupted.get() && !reports.is_empty() {
        reporter.publish(&reports, Stream::Err);
    } else {
        for fault in reporter.write_files(&reports) {
            settings.console.complain(&fault);
        }
    }
    u8::try_from(code).unwrap_or(exit::FOUND)
}

/// The command's own word on its success settles what its output leaves open.
fn agree(mut reports: Vec<Report>, code: i32) -> Vec<Report> {
    if code != 0 && reports.iter().all(|report| report.outcome != Outcome::Failed) {
        // Of several builds the last is the one that ended the command.
        if let Some(last) = reports.last_mut() {
            last.outcome = Outcome::Failed;
        }
    }
    for report in reports.iter_mut().filter(|report| report.outcome == Outcome::Unknown && code == 0) {
        report.outcome = Outcome::Succeeded;
    }
    reports
}

fn start(command: &[OsString], capture: &Capture, interrupted: &Arc<Interrupted>) -> Result<i32, Trouble> {
    let signals = Signals::catch().map_err(Trouble::Ours)?;
    if let Some(terminal) = os::shared_terminal() {
        // The only error once the command runs is one of waiting for it, which cannot happen to a child of ours.
        return os::spawn_on_terminal(terminal, command, signals, interrupted, capture.whole())
            .map_err(Trouble::NotStarted);
    }
    let [program, arguments @ ..] = command else {
        return Err(Trouble::NotStarted(io::ErrorKind::NotFound.into()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Trouble::NotStarted)?;
    let forwarding = signals.forward_to(&child, interrupted).map_err(Trouble::Ours)?;
    let mut pumps = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let destination = os::unbuffered_stdout().map_err(Trouble::Ours)?;
        pumps.push(Pump::start(stdout, destination, capture.lines()).map_err(Trouble::Ours)?);
    }
    if let Some(stderr) = child.stderr.take() {
        let destination = os::unbuffered_stderr().map_err(Trouble::Ours)?;
        pumps.push(Pump::start(stderr, destination, capture.lines()).map_err(Trouble::Ours)?);
    }
    let status = forwarding.wait(&mut child).map_err(Trouble::Ours)?;
    pumps.into_iter().for_each(Pump::finish);
    Ok(os::exit_code(status))
}

fn explain_trouble(trouble: Trouble, command: &[OsString], console: Console) -> u8 {
    let name = plain(command.first().map(|name| Path::new(name).display().to_string()).unwrap_or_default());
    let (words, code) = match trouble {
        Trouble::NotStarted(error) => {
            let code = os::exit_code_of(&error);
            if code == exit::RUN_NOT_FOUND {
                (with(&w::NOT_FOUND, &[name]), code)
            } else {
                (with(&w::NOT_STARTABLE, &[name, io_reason(&error)]), code)
            }
        }
        Trouble::Ours(error) => (with(&w::RUN_TROUBLE, &[io_reason(&error)]), exit::RUN_INTERNAL),
    };
    console.complain(&Fault::usage(words, None));
    code
}
