//! `cargo xtask bench diagnose`: how fast the released program explains a log, as a whole process.

use super::{Bench, log};
use crate::run;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufWriter, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

pub(super) const BENCH: Bench = Bench {
    name: "diagnose",
    about: "a 1 MB and a 1 GB log through the release binary, beside ripgrep; start-up",
    run: bench,
};

const MEGABYTE: u64 = 1_000_000;
/// Bars: what the project promises.
const SMALL_MILLIS: f64 = 15.0;
const LARGE_MEGABYTES_PER_SECOND: f64 = 500.0;
const LARGE_RSS_KILOBYTES: u64 = 64 * 1024;
const START_MILLIS: f64 = 5.0;
/// `diagnose` found and explained a failure.
const EXPLAINED: i32 = 1;

/// A folder that goes when the benchmark ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Default)]
struct Table {
    rows: Vec<[String; 3]>,
    broken: Vec<String>,
}

impl Table {
    fn row(&mut self, what: &str, measured: String, bar: &str, kept: bool) {
        let verdict = match (bar.is_empty(), kept) {
            (true, _) => String::new(),
            (false, true) => format!("{bar}: yes"),
            (false, false) => format!("{bar}: NO"),
        };
        if !bar.is_empty() && !kept {
            self.broken.push(format!("{what}: {measured}, promised {bar}"));
        }
        self.rows.push([what.to_owned(), measured, verdict]);
    }
}

fn bench() -> Result<()> {
    println!("building the release binary");
    let binary = release_binary()?;
    let scratch = Scratch(env::temp_dir().join(format!("seaworthy-bench-{}", std::process::id())));
    fs::create_dir_all(&scratch.0).context("create a temporary folder")?;
    let (small, large) = (scratch.0.join("1MB.log"), scratch.0.join("1GB.log"));
    for (path, size) in [(&small, MEGABYTE), (&large, 1000 * MEGABYTE)] {
        println!("writing {} bytes to {}", size, path.display());
        let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
        log::write(BufWriter::with_capacity(1 << 20, file), size).context("write the log")?;
    }

    let mut table = Table::default();
    let seaworthy = |file: &Path| {
        let mut command = Command::new(&binary);
        command.args(["diagnose", "--color", "never"]).arg(file).current_dir(&scratch.0);
        command
    };
    let start = median(51, || Ok(timed(Command::new(&binary).arg("--version"), 0)?.0))?;
    let nothing = median(51, || Ok(timed(&mut Command::new("/bin/true"), 0)?.0))?;
    let above = millis(start) - millis(nothing);
    table.row(
        "start-up above /bin/true, median of 51",
        format!("{above:.2} ms ({:.2} - {:.2})", millis(start), millis(nothing)),
        &format!("<= {START_MILLIS} ms"),
        above <= START_MILLIS,
    );

    let took = millis(median(21, || Ok(timed(&mut seaworthy(&small), EXPLAINED)?.0))?);
    table.row(
        "1 MB log, median of 21",
        format!("{took:.2} ms"),
        &format!("<= {SMALL_MILLIS} ms"),
        took <= SMALL_MILLIS,
    );

    warm(&large)?;
    let size = fs::metadata(&large).context("size of the log")?.len();
    let mut resident = 0;
    let took = median(5, || {
        let (took, peak) = timed(&mut seaworthy(&large), EXPLAINED)?;
        resident = resident.max(peak);
        Ok(took)
    })?;
    let speed = size as f64 / 1e6 / took.as_secs_f64();
    table.row(
        "1 GB log, median of 5",
        format!("{speed:.0} MB/s ({:.2} s)", took.as_secs_f64()),
        &format!(">= {LARGE_MEGABYTES_PER_SECOND} MB/s"),
        speed >= LARGE_MEGABYTES_PER_SECOND,
    );
    table.row(
        "1 GB log, largest resident memory seen",
        format!("{:.1} MB", resident as f64 / 1024.0),
        &format!("<= {} MB", LARGE_RSS_KILOBYTES / 1024),
        resident > 0 && resident <= LARGE_RSS_KILOBYTES,
    );
    match ripgrep() {
        Ok(rg) => {
            let literals = scratch.0.join("literals");
            fs::write(&literals, self::literals()?).context("write the literals")?;
            let search = median(5, || {
                let mut command = Command::new(&rg);
                command.args(["--no-config", "--no-mmap", "--count", "--fixed-strings", "--file"]);
                Ok(timed(command.arg(&literals).arg(&large), 0)?.0)
            })?;
            let rg_speed = size as f64 / 1e6 / search.as_secs_f64();
            table.row("ripgrep, the same literals, median of 5", format!("{rg_speed:.0} MB/s"), "", true);
            table.row("speed as a share of ripgrep's", format!("{:.2}", speed / rg_speed), "", true);
        }
        Err(error) => println!("skipped: ripgrep is not there and cannot be installed ({error:#})"),
    }
    if run::has("valgrind") {
        for (what, command) in [
            ("start-up, instructions", Command::new(&binary).arg("--version")),
            ("1 MB log, instructions", &mut seaworthy(&small)),
        ] {
            table.row(what, format!("{:.1} million", instructions(command)? as f64 / 1e6), "", true);
        }
    } else {
        println!("skipped: counting instructions needs valgrind");
    }

    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\nload average: {}\n", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
    for [what, measured, verdict] in &table.rows {
        println!("{what:<42} {measured:>26}   {verdict}");
    }
    if !table.broken.is_empty() {
        bail!("promises broken (is the machine doing something else?):\n  {}", table.broken.join("\n  "));
    }
    Ok(())
}

/// Builds the program as users do and says where it is.
fn release_binary() -> Result<PathBuf> {
    let messages =
        run::output(
            Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
                .current_dir(run::root())
                .args(["build", "--release", "--locked", "--bin", "seaworthy", "--message-format", "json"]),
        )?;
    let executable = messages.lines().rev().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message.get("executable")?.as_str().map(PathBuf::from)
    });
    executable.context("cargo names no executable")
}

/// Wall time of a whole process, and the peak of its resident memory in kilobytes as last seen while it ran.
fn timed(command: &mut Command, expected: i32) -> Result<(Duration, u64)> {
    let shown = format!("{command:?}");
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("start {shown}"))?;
    let status = format!("/proc/{}/status", child.id());
    // A thread of its own, so that waiting for the child is not late by the pause between two looks.
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        loop {
            thread::sleep(Duration::from_millis(10));
            match high_water(&status) {
                Some(now) => peak = now,
                None => return peak,
            }
        }
    });
    let status = child.wait().with_context(|| format!("wait for {shown}"))?;
    let took = start.elapsed();
    ensure!(status.code() == Some(expected), "{shown} ended with {status}, not with exit code {expected}");
    Ok((took, watcher.join().unwrap_or(0)))
}

/// `VmHWM` of a process; `None` when it is over.
fn high_water(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn median(times: usize, mut measure: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let mut all = (0..times).map(|_| measure()).collect::<Result<Vec<_>>>()?;
    all.sort();
    Ok(all[times / 2])
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Reads a file once, so that it is in the page cache.
fn warm(path: &Path) -> Result<()> {
    let mut file = File::open(path).with_context(|| format!("open {}", path.display()))?;
    let mut buffer = vec![0; 1 << 20];
    while file.read(&mut buffer).with_context(|| format!("read {}", path.display()))? > 0 {}
    Ok(())
}

/// ripgrep: from PATH, or installed below `target/`.
fn ripgrep() -> Result<PathBuf> {
    if let Some(rg) = run::find("rg") {
        return Ok(rg);
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), PathBuf::from);
    let (tools, rg) = (target.join("tools"), target.join("tools/bin/rg"));
    if !rg.is_file() {
        println!("installing ripgrep into {}", tools.display());
        run::checked(
            Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
                .args(["install", "--quiet", "--locked", "ripgrep", "--root"])
                .arg(&tools),
        )?;
    }
    Ok(rg)
}

/// What the catalogue searches for, a literal a line.
fn literals() -> Result<String> {
    run::output(
        Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).current_dir(run::root()).args([
            "run",
            "--quiet",
            "--locked",
            "--package",
            "seaworthy-causes",
            "--example",
            "literals",
        ]),
    )
}

/// Instructions that a process executes, by valgrind's count.
fn instructions(command: &Command) -> Result<u64> {
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null())
        .output()
        .context("start valgrind")?;
    let text = String::from_utf8_lossy(&out.stderr);
    let count = text.lines().find_map(|l| l.split_once("Collected : ")?.1.trim().parse().ok());
    count.with_context(|| format!("valgrind counted nothing: {}", text.lines().last().unwrap_or_default()))
}
