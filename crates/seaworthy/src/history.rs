//! The last failed build out of buildx's history.
//!
//! `docker buildx history` is the only program that `diagnose` starts. Which builds there were comes from `ls`, the
//! folder and the failing piece of the Dockerfile from `inspect`, the log from `logs --progress=rawjson`. What the three
//! print was tried with buildx 0.38 on BuildKit 0.34 and on the engine's own older ones.

use crate::fault::Fault;
use crate::words::{self as w, io_reason, plain, with};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use finding::Words;
use serde::Deserialize;
use std::cmp::Reverse;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A line of `history ls --format json`.
#[derive(Debug, Clone, Deserialize)]
struct Listed {
    /// `BUILDER/NODE/ID`.
    #[serde(rename = "ref")]
    reference: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    created_at: String,
}

/// What we need of `history inspect --format json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Inspected {
    /// Relative to the current folder, where that is shorter; empty or a URL if there is no folder.
    context: String,
    dockerfile: String,
    error: Option<InspectedError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct InspectedError {
    message: String,
    /// The piece of the Dockerfile that BuildKit shows below a failure, as base64. The log does not have it.
    sources: String,
}

/// What the history holds.
pub(crate) enum Last {
    /// The newest build that failed.
    Failed(Record),
    /// Builds, none of which failed; the newest one's name.
    Clean(String),
}

/// A failed build.
pub(crate) struct Record {
    /// `BUILDER/NODE/ID`.
    pub(crate) reference: String,
    /// What to say about it.
    pub(crate) remarks: Vec<Words>,
    /// Folder of the build, if it was a local one.
    pub(crate) context: Option<PathBuf>,
    builder: Option<String>,
    trailer: String,
}

impl Record {
    /// The bare id, which is what buildx wants back.
    fn id(&self) -> &str {
        bare_id(&self.reference)
    }
}

fn bare_id(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// The last failed build of `builder`, or of the current one.
///
/// # Errors
/// There is no docker, no history, or no build in it.
pub(crate) fn last_failed(builder: Option<&str>) -> Result<Last, Fault> {
    let listing = ask(builder, &["ls", "--format", "json"])?;
    let mut builds = parse_list(&listing)?;
    builds.sort_by_key(|build| Reverse(time_key(&build.created_at)));
    let Some(newest) = builds.first() else { return Err(Fault::no_history(w::HISTORY_EMPTY.clone())) };
    let Some(failed) = builds.iter().find(|build| build.status == "Error") else {
        return Ok(Last::Clean(newest.name.clone()));
    };
    let log = format!("docker buildx history logs {}", bare_id(&failed.reference));
    let mut remarks =
        vec![with(&w::FROM_HISTORY, &[plain(&failed.name), plain(&failed.created_at), plain(log)])];
    if newest.status == "Completed" {
        remarks.push(w::NEWER_SUCCEEDED.clone());
    }
    // Without it there is still the log.
    let details = ask(builder, &["inspect", "--format", "json", bare_id(&failed.reference)]);
    let details: Inspected =
        details.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(Last::Failed(Record {
        reference: failed.reference.clone(),
        remarks,
        context: local_folder(&details.context),
        builder: builder.map(str::to_owned),
        trailer: trailer(&details),
    }))
}

fn parse_list(text: &str) -> Result<Vec<Listed>, Fault> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    // A buildx without `history` prints its help instead.
    lines
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::NoHistory { why: w::NO_HISTORY_COMMAND.clone(), try_builders: false })
}

/// Go drops trailing zeros of the seconds, so texts of different length do not compare as they are.
fn time_key(time: &str) -> (String, String) {
    let time = time.trim_end_matches('Z');
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    (seconds.to_owned(), fraction.to_owned())
}

fn local_folder(context: &str) -> Option<PathBuf> {
    let path = PathBuf::from(context);
    (!context.is_empty() && path.is_dir()).then_some(path)
}

/// What BuildKit prints at the end of a failed build's output, and its history keeps beside the log.
fn trailer(details: &Inspected) -> String {
    let Some(error) = &details.error else { return String::new() };
    let snippet = BASE64_STANDARD
        .decode(&error.sources)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default();
    // The snippet names the file alone; the path from the context is more useful, and the same file.
    let snippet = match snippet.split_once(':') {
        Some((name, rest)) if !details.dockerfile.is_empty() && details.dockerfile.ends_with(name) => {
            format!("{}:{rest}", details.dockerfile)
        }
        _ => snippet,
    };
    let message = &error.message;
    if message.is_empty() { snippet } else { format!("{snippet}\nERROR: failed to solve: {message}\n") }
}

fn docker(builder: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(["buildx", "history"]).args(arguments).stdin(Stdio::null());
    if let Some(builder) = builder {
        command.args(["--builder", builder]);
    }
    command
}

/// Standard output of `docker buildx history ARGUMENTS`.
fn ask(builder: Option<&str>, arguments: &[&str]) -> Result<String, Fault> {
    let output = docker(builder, arguments).output().map_err(|error| not_started(&error))?;
    if !output.status.success() {
        return Err(refusal(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn not_started(error: &io::Error) -> Fault {
    let why = match error.kind() {
        io::ErrorKind::NotFound => w::NO_DOCKER.clone(),
        _ => with(&w::HISTORY_FAILED, &[io_reason(error)]),
    };
    Fault::NoHistory { why, try_builders: false }
}

/// What docker's own words mean.
fn refusal(said: &str) -> Fault {
    let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("?");
    let reason = plain(last.trim_start_matches("ERROR: "));
    let lower = said.to_lowercase();
    let any = |needles: &[&str]| needles.iter().any(|needle| lower.contains(needle));
    if any(&["unimplemented", "unknown method"]) {
        return Fault::no_history(w::NO_HISTORY_KEPT.clone());
    }
    let why = if any(&["unknown command", "is not a docker command", "unknown flag", "unrecognized command"])
    {
        w::NO_HISTORY_COMMAND.clone()
    } else if any(&[
        "cannot connect",
        "failed to connect",
        "connection refused",
        "no such host",
        "error during connect",
    ]) {
        with(&w::HISTORY_UNREACHABLE, &[reason])
    } else {
        with(&w::HISTORY_FAILED, &[reason])
    };
    Fault::NoHistory { why, try_builders: false }
}

/// The log of a build, as it comes from docker.
pub(crate) struct HistoryLog {
    child: Child,
    output: io::Chain<io::PipeReader, io::Cursor<Vec<u8>>>,
}

/// Starts reading the log of `record`.
///
/// # Errors
/// docker cannot be started.
pub(crate) fn log(record: &Record) -> Result<HistoryLog, Fault> {
    let start = || {
        let (reader, writer) = io::pipe()?;
        // buildx writes the log to standard error; were it to change its mind, standard output is read as well.
        let mut command = docker(record.builder.as_deref(), &["logs", "--progress=rawjson", record.id()]);
        let child = command.stdout(writer.try_clone()?).stderr(writer).spawn()?;
        let trailer = io::Cursor::new(format!("\n{}", record.trailer).into_bytes());
        Ok(HistoryLog { child, output: reader.chain(trailer) })
    };
    start().map_err(|error| not_started(&error))
}

impl Read for HistoryLog {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.output.read(buffer)
    }
}

impl HistoryLog {
    /// To be called when all has been read.
    ///
    /// # Errors
    /// docker did not give the whole log.
    pub(crate) fn finish(mut self) -> Result<(), Fault> {
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Fault::no_history(with(&w::HISTORY_FAILED, &[plain(status)]))),
            Err(error) => Err(Fault::no_history(with(&w::HISTORY_FAILED, &[io_reason(&error)]))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_ordered_by_time() {
        let mut times = ["2026-11-22T19:49:26.97Z", "2026-11-22T19:49:26.9734Z", "2026-11-22T19:49:26Z"];
        times.sort_by_key(|time| time_key(time));
        assert_eq!(times, ["2026-11-22T19:49:26Z", "2026-11-22T19:49:26.97Z", "2026-11-22T19:49:26.9734Z"]);
    }

    #[test]
    fn refusals_are_told_apart() {
        for (said, words) in [
            (
                "ERROR: rpc error: code = Unimplemented desc = unknown method ListenBuildHistory for service moby.buildkit.v1.Control\n",
                &w::NO_HISTORY_KEPT,
            ),
            (
                "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n",
                &w::NO_HISTORY_COMMAND,
            ),
            ("docker: 'buildx' is not a docker command.\nSee 'docker --help'\n", &w::NO_HISTORY_COMMAND),
        ] {
            assert_eq!(&refusal(said).words(), words, "{said}");
        }
        let said =
            "ERROR: Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?";
        assert!(refusal(said).words().en.contains("engine does not answer: Cannot connect"));
        assert!(
            refusal("ERROR: no builder \"x\" found").words().en.ends_with("history: no builder \"x\" found")
        );
    }
}
