//! `cargo xtask generate [--check]`: every file that is written by a program, from one place.
//!
//! The generators run the project's own programs instead of linking them, so that this tool builds, and can repair
//! the list of causes, while the catalogue does not.

mod catalogue;
mod command_line;
mod pages;
mod stdlib;

use crate::run;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to do with the generated files.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when a file is not what would be written.
    #[arg(long)]
    check: bool,
}

/// A generated file: its path from the repository's root, and its content.
pub(crate) type Generated = (String, Vec<u8>);

/// What a generator has to say.
pub(crate) enum Output {
    /// The files.
    Files(Vec<Generated>),
    /// What it reads is not on this machine: why.
    Skipped(String),
}

/// A family of generated files. To add one: write its module and name it in `ALL`.
pub(crate) struct Generator {
    /// For messages.
    pub(crate) name: &'static str,
    /// Folders, from the root, in which every file is this generator's; others in them are stale.
    pub(crate) owns: &'static [&'static str],
    /// Makes the files.
    pub(crate) make: fn() -> Result<Output>,
}

/// In the order they must run: what a later one builds may contain what an earlier one wrote.
const ALL: &[Generator] =
    &[stdlib::GENERATOR, catalogue::GENERATOR, pages::CAUSES, pages::SCHEMA, command_line::GENERATOR];

pub(crate) fn main(args: &Args) -> Result<()> {
    let root = run::root();
    let (mut same, mut differ) = (0, Vec::new());
    for generator in ALL {
        let output = (generator.make)().with_context(|| format!("generate {}", generator.name))?;
        let files = match output {
            Output::Files(files) => files,
            Output::Skipped(why) => {
                println!("skipped {}: {why}", generator.name);
                continue;
            }
        };
        let mut stale = in_folders(&root, generator.owns)?;
        for (path, content) in files {
            stale.remove(&path);
            let file = root.join(&path);
            if fs::read(&file).is_ok_and(|now| now == content) {
                same += 1;
                continue;
            }
            if !args.check {
                if let Some(folder) = file.parent() {
                    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
                }
                fs::write(&file, &content).with_context(|| format!("write {path}"))?;
            }
            differ.push(path);
        }
        for path in stale {
            if !args.check {
                fs::remove_file(root.join(&path)).with_context(|| format!("remove {path}"))?;
            }
            differ.push(format!("{path} (is to go)"));
        }
    }
    if args.check && !differ.is_empty() {
        bail!("out of date, run `cargo xtask generate`:\n  {}", differ.join("\n  "));
    }
    for path in &differ {
        println!("wrote {path}");
    }
    println!("generated files: {same} up to date, {} written", differ.len());
    Ok(())
}

/// The files directly in these folders, as paths from the root.
fn in_folders(root: &Path, folders: &[&str]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let entry = entry.with_context(|| format!("list {folder}"))?;
            if entry.path().is_file() {
                found.insert(format!("{folder}/{}", entry.file_name().to_string_lossy()));
            }
        }
    }
    Ok(found)
}

/// `cargo run` of one of the workspace's programs, without its build's messages.
fn cargo_run(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(run::root()).args(["run", "--quiet", "--locked"]).args(args);
    command
}

/// A folder under `target` to put intermediate files in; emptied.
fn scratch(name: &str) -> Result<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), PathBuf::from);
    let folder = target.join("generate").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    Ok(folder)
}
