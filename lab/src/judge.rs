//! Asking the program about a log, and judging its answer.

use crate::{Dialect, Recording, plain};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// The program to ask: `SEAWORTHY_BIN`, otherwise it is built out of this workspace.
///
/// # Errors
/// When it cannot be built; the text says why.
pub fn program() -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os("SEAWORTHY_BIN") {
        return Ok(path.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(crate::folder())
        .args(["build", "--quiet", "--package", "seaworthy", "--bin", "seaworthy"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("start cargo: {error}"))?;
    String::from_utf8_lossy(&built.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| "cargo built no seaworthy".into())
}

/// The report of `seaworthy diagnose --format json -` about a log, and the exit code.
///
/// # Errors
/// When the program cannot be run or prints no JSON.
pub fn diagnose(program: &Path, log: &[u8]) -> Result<(Value, i32), String> {
    let mut child = Command::new(program)
        .args(["diagnose", "--format", "json", "-"])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("start {}: {error}", program.display()))?;
    let stdin = child.stdin.take();
    let input = log.to_vec();
    let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let output = child.wait_with_output().map_err(|error| format!("wait for the program: {error}"))?;
    // a program that stops reading early has its reasons: its answer counts
    let _ = writer.join();
    let report = serde_json::from_slice(&output.stdout).map_err(|error| {
        format!("no report ({error}), {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim())
    })?;
    Ok((report, output.status.code().unwrap_or(-1)))
}

/// Whether a report gives a recording its cause, with the decisive line as first evidence, and its failing step.
///
/// # Errors
/// What is wrong with the report.
pub fn judge(recording: &Recording, report: &Value, exit_code: i32) -> Result<(), String> {
    let dialect = Dialect::ALL.into_iter().find(|d| d.name() == recording.dialect).unwrap_or(Dialect::Go);
    if recording.cause == "success" {
        // a builder says that it succeeded; the go command only stops talking
        if dialect != Dialect::Go && report["outcome"] != "succeeded" {
            return Err(format!("the build succeeded, it says outcome {}", report["outcome"]));
        }
        return quiet(report, exit_code);
    }
    let first = &report["findings"][0];
    let cause = first["cause"].as_str().unwrap_or("nothing");
    if cause != recording.cause && Some(cause) != recording.secondary.as_deref() {
        return Err(format!("the cause is {}, it found {cause}", recording.cause));
    }
    if report["outcome"] != "failed" || exit_code != 1 {
        return Err(format!(
            "outcome {} and exit code {exit_code} for an explained failure",
            report["outcome"]
        ));
    }
    let text = first["evidence"][0]["text"].as_str().unwrap_or_default();
    if !recording.decisive.is_empty() && !recording.decisive.iter().any(|d| text.contains(d.as_str())) {
        return Err(format!(
            "the decisive line has one of {:?}, its first evidence is {text:?}",
            recording.decisive
        ));
    }
    // inside a JSON object that spans lines the text is escaped
    let escaped = Value::from(text).to_string();
    let log = plain(dialect, &recording.log);
    let there = log.contains(text) || log.contains(escaped.trim_matches('"'));
    if dialect != Dialect::Dockerbuild && !there {
        return Err(format!("its first evidence is not in the log: {text:?}"));
    }
    if let Some(step) = &recording.step {
        let named = format!("{}/{}", report["step"]["number"], report["step"]["of"]);
        if named != *step {
            return Err(format!("step {step} failed, it says {named}"));
        }
    }
    Ok(())
}

/// Whether a report raises no alarm.
///
/// # Errors
/// What it says is wrong.
pub fn quiet(report: &Value, exit_code: i32) -> Result<(), String> {
    if let Some(first) = report["findings"].as_array().and_then(|all| all.first()) {
        return Err(format!("false alarm: {} because of {}", first["cause"], first["evidence"][0]["text"]));
    }
    // an outcome nobody can know is said so with exit code 3
    let codes: &[i32] = if report["outcome"] == "unknown" { &[0, 3] } else { &[0] };
    if report["outcome"] == "failed" || !codes.contains(&exit_code) {
        return Err(format!(
            "nothing failed, it says outcome {} and ends with {exit_code}",
            report["outcome"]
        ));
    }
    Ok(())
}
