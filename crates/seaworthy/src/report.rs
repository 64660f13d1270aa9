//! Reports on their way out: rendered, shown, written.

use crate::args::{ReportArgs, ReportFile};
use crate::console::{Console, Stream};
use crate::engine::{self, Options, ProjectFolder};
use crate::fault::Fault;
use crate::settings::Settings;
use finding::{Format, Report, Rule, exit, render};
use std::fs;
use std::path::Path;

/// How reports are to be shown.
pub(crate) struct Reporter<'a> {
    console: Console,
    format: Format,
    files: &'a [ReportFile],
    redact: bool,
    project: Option<&'a Path>,
    rules: Vec<Rule>,
}

impl<'a> Reporter<'a> {
    /// What holds for one command.
    pub(crate) fn new(args: &'a ReportArgs, settings: &Settings) -> Self {
        Self {
            console: settings.console,
            format: args.format.or(settings.format).unwrap_or(Format::Text),
            files: &args.files,
            redact: !args.no_redact,
            project: args.project.as_deref(),
            rules: engine::rules(),
        }
    }

    /// How to diagnose. The project's folder is the one that was given, or else `guess`.
    pub(crate) fn diagnosis(&self, guess: &'a Path) -> Options<'a> {
        let project = self.project.map_or(ProjectFolder::Guessed(guess), ProjectFolder::Given);
        Options { project, redact: self.redact }
    }

    /// The form of the main output.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Shows reports on `stream` and writes the report files; gives the exit code.
    pub(crate) fn publish(&self, reports: &[Report], stream: Stream) -> u8 {
        let code = reports.iter().map(engine::exit_code).max().unwrap_or(0);
        code.max(self.show(reports, stream))
    }

    /// The same for reports that are not about a build's success: the exit code says whether they could be written.
    pub(crate) fn show(&self, reports: &[Report], stream: Stream) -> u8 {
        let shown = render(reports, self.format, &self.rules, &self.console.render_options(Some(stream)));
        let printed = match stream {
            Stream::Out => self.console.print(&shown),
            Stream::Err => {
                // Set apart from what the command printed.
                let gap = if self.format == Format::Text { "\n" } else { "" };
                self.console.print_error(&format!("{gap}{shown}"));
                Ok(())
            }
        };
        let mut code = exit::OK;
        for fault in printed.err().into_iter().chain(self.write_files(reports)) {
            self.console.complain(&fault);
            code = code.max(fault.exit_code());
        }
        code
    }

    /// Writes the report files; gives what went wrong.
    pub(crate) fn write_files(&self, reports: &[Report]) -> Vec<Fault> {
        let options = self.console.render_options(None);
        let write = |file: &ReportFile| {
            let text = render(reports, file.format, &self.rules, &options);
            fs::write(&file.path, text).err().map(|error| Fault::write(&file.path, &error))
        };
        self.files.iter().filter_map(write).collect()
    }
}
