//! Recorded logs: `recordings/NAME/DIALECT.log.gz` beside `recordings/NAME/facts.json`; the logs of builds that did
//! not fail are lines of JSON in one file, `recordings/successes.jsonl.gz`.

use crate::{Error, folder};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

/// What one recording must be given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
struct Fact {
    cause: String,
    secondary: Option<String>,
    decisive: Vec<String>,
    exit_code: i32,
    step: Option<String>,
}

/// A log of a build that failed for a known cause (or, with cause `success`, that did not fail).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The scenario.
    pub scenario: String,
    /// The dialect, with a suffix when a scenario has several logs in one (`go`, `go-mod-download-json`).
    pub dialect: String,
    /// The true cause, by construction; `success` when there is none.
    pub cause: String,
    /// A cause that is acceptable too.
    pub secondary: Option<String>,
    /// Texts of which the decisive line contains one; empty: not stated.
    pub decisive: Vec<String>,
    /// How the recorded command ended.
    pub exit_code: i32,
    /// The failing step as the builder numbers it, `8/15`, where the log shows it.
    pub step: Option<String>,
    /// What was printed.
    pub log: Vec<u8>,
}

/// A log without a failure, from whatever tool.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Success {
    /// What made it.
    pub name: String,
    /// What was printed.
    pub log: String,
}

fn packed(data: &[u8], path: &Path) -> Result<(), Error> {
    let file = File::create(path).map_err(Error::io("write", path))?;
    let mut encoder = GzEncoder::new(file, Compression::best());
    encoder.write_all(data).and_then(|()| encoder.finish().map(drop)).map_err(Error::io("write", path))
}

fn unpacked(path: &Path) -> Result<Vec<u8>, Error> {
    let mut data = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    GzDecoder::new(file).read_to_end(&mut data).map_err(Error::io("read", path))?;
    Ok(data)
}

fn facts(path: &Path) -> Result<BTreeMap<String, Fact>, Error> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    serde_json::from_slice(&text).map_err(|source| Error::Facts { path: path.to_path_buf(), source })
}

/// Stores one recording in its scenario's folder, replacing an earlier one of the same dialect.
///
/// # Errors
/// When the files cannot be written.
pub fn store_recording(recording: &Recording) -> Result<(), Error> {
    let folder = folder().join("recordings").join(&recording.scenario);
    fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
    packed(&recording.log, &folder.join(format!("{}.log.gz", recording.dialect)))?;
    let path = folder.join("facts.json");
    let mut all = if path.exists() { facts(&path)? } else { BTreeMap::new() };
    all.insert(
        recording.dialect.clone(),
        Fact {
            cause: recording.cause.clone(),
            secondary: recording.secondary.clone(),
            decisive: recording.decisive.clone(),
            exit_code: recording.exit_code,
            step: recording.step.clone(),
        },
    );
    write_facts(&path, &all)
}

/// Every recording, by scenario and dialect.
///
/// # Errors
/// When a file is missing or damaged.
pub fn recordings() -> Result<Vec<Recording>, Error> {
    let root = folder().join("recordings");
    let mut all = Vec::new();
    for scenario in recorded_scenarios()? {
        let folder = root.join(&scenario);
        for (dialect, fact) in facts(&folder.join("facts.json"))? {
            let log = unpacked(&folder.join(format!("{dialect}.log.gz")))?;
            all.push(Recording {
                scenario: scenario.clone(),
                dialect,
                cause: fact.cause,
                secondary: fact.secondary,
                decisive: fact.decisive,
                exit_code: fact.exit_code,
                step: fact.step,
                log,
            });
        }
    }
    Ok(all)
}

/// Removes what a scenario's folder holds besides these recordings.
///
/// # Errors
/// When the files cannot be read or written.
pub fn keep_recordings(scenario: &str, dialects: &[String]) -> Result<(), Error> {
    let folder = folder().join("recordings").join(scenario);
    let path = folder.join("facts.json");
    let mut all = facts(&path)?;
    let gone: Vec<String> = all.keys().filter(|d| !dialects.contains(d)).cloned().collect();
    for dialect in gone {
        all.remove(&dialect);
        let log = folder.join(format!("{dialect}.log.gz"));
        if log.exists() {
            fs::remove_file(&log).map_err(Error::io("remove", &log))?;
        }
    }
    write_facts(&path, &all)
}

fn write_facts(path: &Path, all: &BTreeMap<String, Fact>) -> Result<(), Error> {
    let mut text =
        serde_json::to_vec_pretty(all).map_err(|source| Error::Facts { path: path.to_path_buf(), source })?;
    text.push(b'\n');
    fs::write(path, text).map_err(Error::io("write", path))
}

/// The scenarios that have recordings.
///
/// # Errors
/// When the folder cannot be listed.
pub fn recorded_scenarios() -> Result<Vec<String>, Error> {
    let root = folder().join("recordings");
    let mut names: Vec<String> = fs::read_dir(&root)
        .map_err(Error::io("list", &root))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("facts.json").is_file())
        .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Stores the logs without failures, replacing the archive.
///
/// # Errors
/// When the file cannot be written.
pub fn store_successes(all: &[Success]) -> Result<(), Error> {
    let path = folder().join("recordings/successes.jsonl.gz");
    let mut lines = Vec::new();
    for one in all {
        serde_json::to_writer(&mut lines, one)
            .map_err(|source| Error::Facts { path: path.clone(), source })?;
        lines.push(b'\n');
    }
    packed(&lines, &path)
}

/// The logs without failures; empty when there is no archive.
///
/// # Errors
/// When the archive is damaged.
pub fn successes() -> Result<Vec<Success>, Error> {
    let path = folder().join("recordings/successes.jsonl.gz");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let file = File::open(&path).map_err(Error::io("read", &path))?;
    BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| {
            let line = line.map_err(Error::io("read", &path))?;
            serde_json::from_str(&line).map_err(|source| Error::Facts { path: path.clone(), source })
        })
        .collect()
}
