//! `seaworthy diagnose`: explains logs, build records, or the last failed build.

use crate::args::Diagnose;
use crate::console::Stream;
use crate::engine::{self, Options};
use crate::fault::Fault;
use crate::history::{self, Last};
use crate::inputs::{self, STDIN};
use crate::report::Reporter;
use crate::settings::Settings;
use crate::words::{self as w, io_reason, plain, with};
use finding::{Outcome, Report, exit};
use std::io::Read;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs the command; gives the exit code.
pub(crate) fn execute(args: &Diagnose, settings: &Settings) -> u8 {
    let console = settings.console;
    let reporter = Reporter::new(&args.report, settings);
    let results = if !args.inputs.is_empty() {
        read_all(&inputs::expand(&args.inputs), &reporter)
    } else {
        let offered = if args.last { Ok(None) } else { inputs::offered_stdin(console) };
        vec![match offered {
            Ok(Some(stdin)) => explain(STDIN, stdin, reporter.diagnosis(Path::new("."))),
            Ok(None) => from_history(args, settings, &reporter),
            Err(fault) => Err(fault),
        }]
    };
    let (mut reports, mut code) = (Vec::new(), exit::OK);
    for result in results {
        match result {
            Ok(found) => reports.extend(found),
            Err(fault) => {
                console.complain(&fault);
                code = code.max(fault.exit_code());
            }
        }
    }
    if reports.is_empty() {
        return code;
    }
    code.max(reporter.publish(&reports, Stream::Out))
}

type Explained = Result<Vec<Report>, Fault>;

/// Explains one input; a bug on one log does not cost the others.
fn explain(name: &str, log: impl Read, options: Options<'_>) -> Explained {
    let outcome = catch_unwind(AssertUnwindSafe(|| engine::diagnose(name, log, options)));
    let what = || if name == STDIN { w::STDIN.clone() } else { plain(name) };
    match outcome {
        Ok(Ok(reports)) => Ok(reports),
        Ok(Err(error)) => Err(Fault::Read { what: what(), reason: io_reason(&error) }),
        Err(_) => Err(Fault::DiagnosisFailed),
    }
}

/// Explains all inputs, several at a time; the results are in the inputs' order.
fn read_all(inputs: &[Result<PathBuf, Fault>], reporter: &Reporter<'_>) -> Vec<Explained> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(inputs.len());
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(inputs.len()));
    let work = || {
        while let Some((index, input)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, inputs.get(i)?)))
        {
            let Ok(path) = input else { continue };
            let explained = inputs::open(path)
                .and_then(|log| explain(&path.to_string_lossy(), log, reporter.diagnosis(Path::new("."))));
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, explained));
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for (index, input) in inputs.iter().enumerate() {
        if let Err(fault) = input {
            done.push((index, Err(fault.clone())));
        }
    }
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, explained)| explained).collect()
}

fn from_history(args: &Diagnose, settings: &Settings, reporter: &Reporter<'_>) -> Explained {
    let builder = args.builder.as_deref().or(settings.builder.as_deref());
    let record = match history::last_failed(builder)? {
        Last::Failed(record) => record,
        Last::Clean(newest) => {
            let remarks = vec![with(&w::HISTORY_CLEAN, &[plain(&newest)])];
            return Ok(vec![Report {
                input: newest,
                outcome: Outcome::Succeeded,
                remarks,
                ..Report::default()
            }]);
        }
    };
    let mut log = history::log(&record)?;
    let folder = record.context.as_deref().unwrap_or(Path::new("."));
    let mut reports = explain(&record.reference, &mut log, reporter.diagnosis(folder))?;
    log.finish()?;
    for report in &mut reports {
        report.remarks.splice(0..0, record.remarks.iter().cloned());
    }
    Ok(reports)
}
