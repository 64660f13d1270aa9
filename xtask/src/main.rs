//! Developer tasks: `cargo xtask test|bench|lab|fuzz|generate`. Each has its own file; what other parts of the
//! project add (a live suite, a benchmark, a fuzz target, a generated file) is one entry in that file's registry.

// A developer tool talks to the developer.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod fuzz;
mod generate;
mod labs;
mod live;
mod run;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Developer tasks of Seaworthy.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the hermetic tests, then the live ones this machine has the peers for.
    Test(test::Args),
    /// Measure something, by name.
    Bench(bench::Args),
    /// The lab: a container world, and scenarios of failing builds recorded in it.
    Lab(labs::Args),
    /// Fuzz the parsers.
    Fuzz(fuzz::Args),
    /// Write everything that is generated.
    Generate(generate::Args),
}

fn main() -> ExitCode {
    let done = match Args::parse().task {
        Task::Test(args) => test::main(&args),
        Task::Bench(args) => bench::main(&args),
        Task::Lab(args) => labs::main(&args),
        Task::Fuzz(args) => fuzz::main(&args),
        Task::Generate(args) => generate::main(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
