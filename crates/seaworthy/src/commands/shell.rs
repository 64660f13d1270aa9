//! `seaworthy completions`, `man` and `help`: what is generated from the definition of the command line.

use crate::cli;
use crate::console::Console;
use crate::fault::Fault;
use crate::words::{self as w, plain, with};
use clap_complete::Shell;
use finding::exit;

/// Prints the completion script for `shell`.
pub(crate) fn completions(shell: Shell, console: Console) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(console.lang), "seaworthy", &mut script);
    print(console, &script)
}

/// Prints the manual page of the program, or of one of its commands.
pub(crate) fn man(name: Option<&str>, console: Console) -> u8 {
    let command = match find(name, console) {
        Ok(command) => command,
        Err(code) => return code,
    };
    let mut page = Vec::new();
    match clap_mangen::Man::new(command).render(&mut page) {
        Ok(()) => print(console, &page),
        // Writing into memory.
        Err(_) => exit::UNREADABLE,
    }
}

/// Prints help for the program, or for one of its commands.
pub(crate) fn help(name: Option<&str>, console: Console) -> u8 {
    match find(name, console) {
        Ok(mut command) => print(console, command.render_long_help().to_string().as_bytes()),
        Err(code) => code,
    }
}

fn find(name: Option<&str>, console: Console) -> Result<clap::Command, u8> {
    let mut program = cli::command(console.lang);
    program.build();
    let Some(name) = name else { return Ok(program) };
    let version = program.get_version().unwrap_or_default().to_owned();
    match program.find_subcommand(name) {
        // A manual page bears the full name.
        Some(command) => Ok(command.clone().version(version).name(format!("seaworthy-{name}"))),
        None => {
            let fault = Fault::usage(with(&w::UNKNOWN_COMMAND, &[plain(name)]), None);
            console.complain(&fault);
            Err(fault.exit_code())
        }
    }
}

fn print(console: Console, bytes: &[u8]) -> u8 {
    match console.print(&String::from_utf8_lossy(bytes)) {
        Ok(()) => exit::OK,
        Err(fault) => {
            console.complain(&fault);
            fault.exit_code()
        }
    }
}
