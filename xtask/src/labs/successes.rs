//! Logs of commands that succeed, out of real tools: none of them may raise an alarm.

use super::record::clean;
use super::world::{ENGINE_CLIENT, World};
use crate::run::{checked, has};
use anyhow::{Context, Result, bail};
use lab::Success;
use serde::Deserialize;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    log: Vec<Entry>,
}

/// A command that succeeds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// Images to run it in; none: this machine.
    #[serde(default)]
    images: Vec<String>,
    /// A folder of `lab/projects` to run it in.
    project: Option<String>,
    /// A program that must be there.
    needs: Option<String>,
    run: String,
}

/// Runs every command of `lab/successes.toml` whose tools are there and stores what they print. A command without its
/// tools keeps the log it had.
pub(crate) fn main(world: &World, only: &[String]) -> Result<()> {
    let path = lab::folder().join("successes.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let list: List = toml::from_str(&text).with_context(|| format!("parse {}", path.display()))?;
    let mut all = lab::successes()?;
    let mut wrong = 0;
    for entry in list.log.iter().filter(|e| only.is_empty() || only.contains(&e.name)) {
        if let Some(program) = entry.needs.as_ref().filter(|p| !has(p)) {
            println!("skipped {}: no {program} on this machine", entry.name);
            continue;
        }
        let places =
            if entry.images.is_empty() { vec![None] } else { entry.images.iter().map(Some).collect() };
        for place in places {
            let name = match place {
                Some(image) => format!("{}@{image}", entry.name),
                None => entry.name.clone(),
            };
            match run(world, entry, place.map(String::as_str)) {
                Ok(log) => {
                    println!("ok    {name} ({} bytes)", log.len());
                    all.retain(|one| one.name != name);
                    all.push(Success { name, log });
                }
                Err(error) => {
                    wrong += 1;
                    println!("WRONG {name}: {error:#}");
                }
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    lab::store_successes(&all)?;
    println!("{} logs without a failure", all.len());
    if wrong > 0 {
        bail!("{wrong} command(s) did not succeed");
    }
    Ok(())
}

/// A log longer than this keeps its first and last part.
const LIMIT: usize = 60_000;

fn run(world: &World, entry: &Entry, image: Option<&str>) -> Result<String> {
    let folder = Path::new("/tmp/seaworthy-lab").join(format!("success-{}", entry.name));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    if let Some(project) = &entry.project {
        let from = lab::folder().join("projects").join(project);
        checked(Command::new("cp").arg("-r").arg(from.join(".")).arg(&folder))?;
    }
    let path = folder.with_extension("log");
    let file = File::create(&path)?;
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "240"]);
    match image {
        Some(image) => command
            .args([ENGINE_CLIENT, "run", "--rm", "--workdir=/src"])
            .arg(format!("--volume={}:/src", folder.display()))
            .arg(format!("--volume={}:/root/.cache/go-build", world.go_cache(image).display()))
            .args([image, "sh", "-c", &entry.run]),
        None => command.args(["sh", "-c", &entry.run]).env("CI", "true").env_remove("CARGO_TARGET_DIR"),
    };
    let status = command
        .current_dir(&folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()?;
    let log = fs::read(&path)?;
    fs::remove_file(&path)?;
    fs::remove_dir_all(&folder)?;
    let log = String::from_utf8_lossy(&clean(world, &log)?).into_owned();
    if !status.success() {
        let tail: Vec<&str> = log.lines().rev().take(5).collect();
        bail!("ended with {status}: {}", tail.into_iter().rev().collect::<Vec<_>>().join(" | "));
    }
    if log.len() <= LIMIT {
        return Ok(log);
    }
    let lines: Vec<&str> = log.lines().collect();
    let (mut head, mut size) = (0, 0);
    while size < LIMIT / 2 {
        size += lines[head].len() + 1;
        head += 1;
    }
    let (mut tail, mut size) = (lines.len(), 0);
    while size < LIMIT / 2 && tail > head {
        tail -= 1;
        size += lines[tail].len() + 1;
    }
    Ok([&lines[..head], &lines[tail..]].concat().join("\n") + "\n")
}
