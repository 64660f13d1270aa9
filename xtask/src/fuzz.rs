//! `cargo xtask fuzz [NAME]`: the fuzz targets of `fuzz/`, for a bounded time of CPU each, two at once.

use crate::run;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

/// What to fuzz, and for how long.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Targets; without any, all of them.
    names: Vec<String>,
    /// Minutes of CPU for each target.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Targets at once.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Install cargo-fuzz if it is missing.
    #[arg(long)]
    setup: bool,
}

/// Ticks in a second of CPU in `/proc/PID/stat`: fixed by Linux for programs, whatever the kernel counts in.
const TICKS: f64 = 100.0;

/// The targets are what `fuzz/fuzz_targets/` holds: one file each.
fn targets() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(run::root().join("fuzz/fuzz_targets"))
        .into_iter()
        .flatten()
        .filter_map(|e| Some(e.ok()?.file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    names.sort();
    names
}

pub(crate) fn main(args: &Args) -> Result<()> {
    let all = targets();
    if let Some(unknown) = args.names.iter().find(|name| !all.contains(name)) {
        bail!("no fuzz target is called {unknown:?}; there are: {}", all.join(", "));
    }
    let wanted = if args.names.is_empty() { all } else { args.names.clone() };
    if let Some(missing) = missing(args.setup)? {
        println!("skipped: {missing}");
        return Ok(());
    }
    let binaries = build()?;
    let mut waiting = wanted.into_iter();
    let mut running: Vec<Running> = Vec::new();
    let mut found = Vec::new();
    loop {
        while running.len() < args.jobs.max(1)
            && let Some(name) = waiting.next()
        {
            println!("{name}: fuzzing for {} minute(s) of CPU", args.minutes);
            running.push(Running::start(&binaries, name)?);
        }
        if running.is_empty() {
            break;
        }
        thread::sleep(Duration::from_millis(500));
        let mut still = Vec::new();
        for mut one in running {
            match one.look(args.minutes * 60.0)? {
                State::Running => still.push(one),
                State::Over => println!("{}: nothing found ({})", one.name, one.last_words()),
                State::Found => {
                    println!("{}: FOUND SOMETHING, see {}", one.name, one.log.display());
                    found.push(one.name);
                }
            }
        }
        running = still;
    }
    if !found.is_empty() {
        bail!(
            "found something: {}. The inputs are in fuzz/artifacts/; once mended, keep them in fuzz/corpus/",
            found.join(", ")
        );
    }
    Ok(())
}

/// What fuzzing lacks on this machine.
fn missing(setup: bool) -> Result<Option<&'static str>> {
    if !run::succeeds(Command::new("cargo").args(["+nightly", "--version"])) {
        return Ok(Some("fuzzing needs a nightly toolchain (rustup toolchain install nightly)"));
    }
    let there = || run::succeeds(Command::new("cargo").args(["fuzz", "--version"]));
    if !there() && setup {
        run::checked(Command::new("cargo").args(["install", "--locked", "cargo-fuzz"]))?;
    }
    Ok((!there()).then_some("fuzzing needs cargo-fuzz (cargo xtask fuzz --setup installs it)"))
}

/// Builds all targets with the address sanitizer; the folder they are in.
fn build() -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), PathBuf::from);
    let target = target.join("fuzz");
    run::checked(
        Command::new("cargo")
            .current_dir(run::root())
            .args(["+nightly", "fuzz", "build", "--target-dir"])
            .arg(&target)
            // Set by the toolchain that runs this program.
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO"),
    )?;
    let triple = fs::read_dir(&target)
        .context("list the fuzz targets' folder")?
        .filter_map(|entry| Some(entry.ok()?.path().join("release")))
        .find(|folder| folder.join(targets().first().map_or("", String::as_str)).is_file());
    triple.context("cargo-fuzz left no programs")
}

enum State {
    Running,
    Over,
    Found,
}

struct Running {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Running {
    fn start(binaries: &Path, name: String) -> Result<Self> {
        let work = binaries.join("work").join(&name);
        let artifacts = run::root().join("fuzz/artifacts").join(&name);
        for folder in [&work, &artifacts] {
            fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        }
        let log = work.with_extension("log");
        let output = fs::File::create(&log).with_context(|| format!("create {}", log.display()))?;
        let child = Command::new(binaries.join(&name))
            // New inputs go to the first folder; those kept in the repository are only read.
            .arg(&work)
            .arg(run::root().join("fuzz/corpus").join(&name))
            .arg(format!("-artifact_prefix={}/", artifacts.display()))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-max_len=32768", "-print_final_stats=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            .spawn()
            .with_context(|| format!("start fuzzing {name}"))?;
        Ok(Self { name, child, log })
    }

    /// Ends the target when it has had its time. It never ends by itself unless it found something.
    fn look(&mut self, seconds: f64) -> Result<State> {
        if self.child.try_wait().with_context(|| format!("wait for {}", self.name))?.is_some() {
            return Ok(State::Found);
        }
        if cpu_seconds(self.child.id()).is_none_or(|used| used < seconds) {
            return Ok(State::Running);
        }
        self.child.kill().with_context(|| format!("end {}", self.name))?;
        self.child.wait().with_context(|| format!("wait for {}", self.name))?;
        Ok(State::Over)
    }

    /// The last line of libFuzzer's own figures.
    fn last_words(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines()
            .rev()
            .find(|l| l.starts_with('#'))
            .unwrap_or("no figures")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Seconds of CPU that a process has used: fields 14 and 15 of its `stat`.
fn cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS)
}
