//! `seaworthy example`: the log of a real failed build, explained.

use crate::args::ReportArgs;
use crate::console::Stream;
use crate::engine;
use crate::fault::Fault;
use crate::report::Reporter;
use crate::settings::Settings;
use std::path::Path;

/// Printed by `docker build --progress=plain` (BuildKit 0.34) on a service whose Dockerfile names a module proxy on the
/// developer's own machine.
const LOG: &str = include_str!("example.log");
/// Its name in the report.
const NAME: &str = "example.log";

/// Explains the log; gives 0 unless that fails, since nothing of the user's is wrong.
pub(crate) fn execute(args: &ReportArgs, settings: &Settings) -> u8 {
    let reporter = Reporter::new(args, settings);
    // An empty path is no folder: this project's files have nothing to do with the example.
    let Ok(reports) = engine::diagnose(NAME, LOG.as_bytes(), reporter.diagnosis(Path::new(""))) else {
        settings.console.complain(&Fault::DiagnosisFailed);
        return Fault::DiagnosisFailed.exit_code();
    };
    match reporter.publish(&reports, Stream::Out) {
        finding::exit::FOUND => finding::exit::OK,
        code => code,
    }
}
