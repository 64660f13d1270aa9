//! `cargo xtask bench NAME`: measurements that are part of what the project promises. They are for people to
//! run on a machine that does nothing else: no test is ever timed.

mod diagnose;
mod log;

use anyhow::{Result, bail};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of the benchmark; without it, the names are listed.
    name: Option<String>,
}

/// One benchmark. To add one: write its module and name it in `ALL`.
pub(crate) struct Bench {
    /// What is typed.
    pub(crate) name: &'static str,
    /// What it measures, in a line.
    pub(crate) about: &'static str,
    /// Measures, prints the figures, fails when a promised limit is broken.
    pub(crate) run: fn() -> Result<()>,
}

const ALL: &[Bench] = &[diagnose::BENCH];

pub(crate) fn main(args: &Args) -> Result<()> {
    let list = || ALL.iter().map(|b| format!("\n  {:<16} {}", b.name, b.about)).collect::<String>();
    match &args.name {
        None => println!("benchmarks:{}", list()),
        Some(name) => match ALL.iter().find(|b| b.name == name) {
            Some(bench) => (bench.run)()?,
            None => bail!("no benchmark is called {name:?}; there are:{}", list()),
        },
    }
    Ok(())
}
