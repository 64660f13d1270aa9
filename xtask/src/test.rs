//! `cargo xtask test [--setup]`: everything hermetic, then the live suites whose peers are there.

use crate::{labs, live, run};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// First install and start what is missing (Debian, as root): packages and the lab's container world.
    #[arg(long)]
    setup: bool,
    /// Only the hermetic tests.
    #[arg(long, conflicts_with = "live")]
    hermetic: bool,
    /// Only this live suite (repeatable).
    #[arg(long, value_name = "SUITE")]
    live: Vec<String>,
}

#[derive(Default)]
struct Total {
    passed: usize,
    failed: usize,
    skipped: usize,
}

pub(crate) fn main(args: &Args) -> Result<()> {
    for name in &args.live {
        if !live::ALL.iter().any(|s| s.name == name) {
            let names: Vec<_> = live::ALL.iter().map(|s| s.name).collect();
            bail!("no live suite is called {name:?}; there are: {}", names.join(", "));
        }
    }
    if args.setup {
        labs::setup().context("setup")?;
    }
    let mut total = Total::default();
    if args.live.is_empty() {
        hermetic(&mut total)?;
    }
    if !args.hermetic {
        for suite in
            live::ALL.iter().filter(|s| args.live.is_empty() || args.live.iter().any(|n| n == s.name))
        {
            run_suite(suite, &mut total);
        }
    }
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed > 0 {
        bail!("{} test(s) failed", total.failed);
    }
    Ok(())
}

/// `cargo test --workspace`, its output passed on, its result lines added up.
fn hermetic(total: &mut Total) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut child = Command::new(cargo)
        .current_dir(run::root())
        .args(["test", "--workspace", "--no-fail-fast"])
        .stdout(Stdio::piped())
        .spawn()
        .context("start cargo test")?;
    let before = total.failed;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.context("read cargo test's output")?;
            println!("{line}");
            if let Some((passed, failed, ignored)) = result_line(&line) {
                total.passed += passed;
                total.failed += failed;
                total.skipped += ignored;
            }
        }
    }
    if !child.wait().context("wait for cargo test")?.success() && total.failed == before {
        println!("cargo test failed before it ran all tests");
        total.failed += 1;
    }
    Ok(())
}

/// The counts of libtest's `test result: ok. 3 passed; 0 failed; 1 ignored; ...`.
fn result_line(line: &str) -> Option<(usize, usize, usize)> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let number = |what: &str| {
        counts.split(';').find_map(|part| part.trim().strip_suffix(what)?.trim().parse::<usize>().ok())
    };
    Some((number("passed")?, number("failed")?, number("ignored")?))
}

fn run_suite(suite: &live::Suite, total: &mut Total) {
    println!("\nlive suite {}: {}", suite.name, suite.about);
    let missing: Vec<String> = suite.needs.iter().filter_map(|need| need.missing()).collect();
    if !missing.is_empty() {
        println!("  skipped: {} (as root on Debian: cargo xtask test --setup)", missing.join(", "));
        total.skipped += 1;
        return;
    }
    let start = Instant::now();
    let tally = (suite.run)().unwrap_or_else(|error| live::Tally {
        failed: vec![("the suite itself".into(), format!("{error:#}"))],
        ..live::Tally::default()
    });
    for (name, why) in &tally.failed {
        println!("  FAILED {name}: {why}");
    }
    for (name, why) in &tally.skipped {
        println!("  skipped {name}: {why}");
    }
    println!(
        "  {} passed, {} failed, {} skipped in {:.1} s",
        tally.passed,
        tally.failed.len(),
        tally.skipped.len(),
        start.elapsed().as_secs_f64()
    );
    total.passed += tally.passed;
    total.failed += tally.failed.len();
    total.skipped += tally.skipped.len();
}

#[cfg(test)]
mod tests {
    use super::result_line;

    #[test]
    fn libtest_result_lines_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(result_line(line), Some((12, 3, 1)));
        assert_eq!(result_line("test parses ... ok"), None);
    }
}
