//! The command line: arguments, settings, wiring. What is done is done in the other crates.

mod args;
mod capture;
mod cli;
mod commands;
mod console;
mod engine;
mod env;
mod fault;
mod files;
mod history;
mod inputs;
mod mask;
mod os;
mod project;
mod report;
mod settings;
mod text;
mod usage;
mod words;

use crate::args::{Args, Color, Command};
use crate::console::Console;
use crate::fault::Fault;
use crate::words::{self as w, plain, with};
use clap::error::ErrorKind;
use finding::{Format, exit};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = settings::early_lang(cli::typed_lang(&arguments));
    let code = match cli::parse(&arguments, lang) {
        Ok(args) => execute(&args, lang),
        Err(error) => answer(&error, &arguments, Console { lang, color: Color::Auto, quiet: false }),
    };
    ExitCode::from(code)
}

fn execute(args: &Args, lang: finding::Lang) -> u8 {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let settings = match settings::resolve(args, &folder) {
        Ok(settings) => settings,
        Err(fault) => {
            let color = args.color.unwrap_or_default();
            Console { lang, color, quiet: args.quiet }.complain(&fault);
            return own_code(matches!(args.command, Command::Run { .. }), fault.exit_code());
        }
    };
    let console = settings.console;
    match &args.command {
        Command::Diagnose(args) => commands::diagnose::execute(args, &settings),
        Command::Run { command, report } => commands::run::execute(command, report, &settings),
        Command::Explain { cause, format } => {
            commands::catalogue::explain(cause, format.unwrap_or(Format::Text), console)
        }
        Command::Causes { format } => commands::catalogue::list(format.unwrap_or(Format::Text), console),
        Command::Example(args) => commands::example::execute(args, &settings),
        Command::Completions(shell) => commands::shell::completions(*shell, console),
        Command::Man(name) => commands::shell::man(name.as_deref(), console),
        Command::Help(name) => commands::shell::help(name.as_deref(), console),
        Command::Check(args) => commands::check::execute(args, &settings),
        Command::Fix { project, apply, allow_unsafe } => {
            commands::fix::execute(project, *apply, *allow_unsafe, console)
        }
        Command::Init(args) => commands::init::execute(args, console),
        Command::Context { project, format } => {
            commands::context::execute(project, format.unwrap_or(Format::Text), console)
        }
        Command::ContextWhy { project, path } => commands::context::why(project, path, console),
        Command::Stages { project, form } => commands::stages::execute(project, *form, console),
        #[cfg(unix)]
        Command::Proxy(args) => commands::proxy::execute(args, console),
        Command::Downloads { input, format } => {
            commands::downloads::execute(input.as_deref(), format.unwrap_or(Format::Text), console)
        }
    }
}

/// `run` leaves every code but 125 to the command.
fn own_code(run: bool, code: u8) -> u8 {
    if run { exit::RUN_INTERNAL } else { code }
}

/// Help, version, or what is wrong with the command line.
fn answer(error: &clap::Error, arguments: &[OsString], console: Console) -> u8 {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match console.print(&error.to_string()) {
            Ok(()) => exit::OK,
            Err(fault) => fault.exit_code(),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            console.print_error(&error.to_string());
            exit::USAGE
        }
        _ => {
            let run = cli::names_run(arguments);
            let mut complaint = usage::complaint(error);
            complaint.hints.push(with(&w::SEE_HELP, &[plain("seaworthy")]));
            let fault = Fault::Usage(complaint);
            console.complain(&fault);
            own_code(run, fault.exit_code())
        }
    }
}
