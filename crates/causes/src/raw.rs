//! Logs without any builder's structure: nothing in them says that a command failed, so more is asked of a message.
//!
//! Programs print error texts while all is well (tests, histories, retries, reports). A message counts when a tool
//! says it in its own form, and when nothing ordinary comes after it.

use crate::clue::{Message, Scene};
use crate::engine::is_failure_mark;

/// Heads of lines by which tools begin their own error messages.
const HEADS: &[&str] = &[
    "go: ",
    "go get",
    "go build",
    "go mod",
    "go install",
    "go list",
    "go run",
    "go test",
    "go vendor",
    "# ",
    "fatal: ",
    "vet: ",
    "docker.errors.",
    "requests.exceptions.",
    "error: ",
    "error ",
    "Error: ",
    "Error:",
    "ERROR: ",
    "ERROR:",
    "E: ",
    "W: Failed",
    "Err:",
    "curl: ",
    "wget: ",
    "git: ",
    "ssh: ",
    "remote: ",
    "npm ",
    "docker: ",
    "failed to ",
    "Failed to ",
    "can't load package",
    "cannot ",
    "Cannot ",
    "package ",
    "verifying ",
    "make: ",
    "make[",
    "/bin/sh: ",
    "/bin/bash: ",
    "sh: ",
    "bash: ",
    "exec ",
    "exec: ",
    "standard_init",
    "build ",
    "build cache",
    "cgo: ",
    "COPY failed",
    "ADD failed",
    "dial ",
    "Get \"",
    "Get http",
    "unable to ",
    "Unable to ",
    "toomanyrequests",
    "Host key",
    "Permission denied",
    "Got permission",
    "error[",
    "ERROR ",
    "[ERROR]",
    "[FATAL]",
    "FATA",
    "FAIL\t",
    "FAIL",
    "--- FAIL",
    "import ",
    "imports ",
    "module ",
    "missing ",
    "inconsistent",
    "malformed",
    "flag provided",
    "unknown flag",
    "unknown command",
    "usage: ",
    "invalid ",
    "SECURITY ERROR",
    "zip: ",
    "proxyconnect",
    "x509: ",
    "dockerfile parse",
    "Dockerfile parse",
    "Error parsing",
    "Error response",
    "denied: ",
    "unauthorized",
    "manifest ",
    "no matching manifest",
    "pull access denied",
    "OCI runtime",
    "docker-",
    "chmod: ",
    "mkdir: ",
    "cp: ",
    "cat: ",
    "touch: ",
    "env: ",
    "/usr/bin/env",
    "/usr/bin/ld",
    "ld: ",
    "collect2",
    "gcc: ",
    "configure: error",
    "CMake Error",
    "qemu",
    "Killed",
    "signal: ",
    "fork/exec",
    "panic: ",
    "pattern ",
    "no required module",
    "updates to go",
    "found packages",
    "named files",
    "stat ",
    "open ",
    "mkdir ",
    "write ",
    "read ",
    "link: ",
    "compile: ",
    "level=error",
    "time=\"",
    "warning: ",
    "WARNING: ",
    "Submodule",
    "Cloning into",
    "could not ",
    "Could not ",
    "couldn't ",
    "GOPROXY",
    "directory ",
    "$GOPATH",
    "executor failed",
    "Step ",
    "ERRO",
    "[!]",
    "➤ ",
    "> ",
    "✗",
    "×",
    "Traceback",
    "BUILD FAILURE",
    "FAILURE: ",
    "Execution failed",
    "npm",
    "yarn",
    "version ",
    "bad ",
    "broken ",
    "parsing ",
    "errors parsing",
];

/// The message stands in a tool's own form: at the start of its line, behind a source position or a module.
pub(crate) fn is_tool_message(scene: &Scene<'_>, index: usize, span: Option<(usize, usize)>) -> bool {
    let text = scene.messages[index].text;
    let trimmed = text.trim_start();
    if HEADS.iter().any(|head| trimmed.starts_with(head)) {
        return true;
    }
    let indent = text.len() - trimmed.len();
    span.is_some_and(|(start, _)| start <= indent)
        && !matches!(trimmed.split(' ').next(), Some("no" | "No" | "known"))
        || buildlog::chain::position(trimmed).is_some()
        || trimmed.split(": ").next().is_some_and(|head| {
            !head.contains(' ') && (head.contains('@') || head.contains('/'))
                || head.contains(".go:")
                || head.starts_with('/')
                || head.ends_with(".sh")
        })
        || (text.contains(" go: ") && index + 2 >= scene.messages.len())
        || text.contains(">> ")
        || (indent > 0 && hangs_on_a_tool(scene, index, indent))
}

/// An indented line belongs to the last one above that is less indented.
fn hangs_on_a_tool(scene: &Scene<'_>, index: usize, indent: usize) -> bool {
    scene.messages[..index]
        .iter()
        .rev()
        .take(400)
        .map(|m| m.text)
        .find(|t| !t.trim().is_empty() && t.len() - t.trim_start().len() < indent)
        .is_none_or(|head| {
            let head = head.trim_start();
            HEADS.iter().any(|h| head.starts_with(h))
                || head.contains('@')
                || head.ends_with(':')
                || head.ends_with(" imports")
                || head.ends_with(" tested by")
                || head.contains(": ")
        })
}

/// Something ordinary comes after message `from`: whatever it says, work went on.
pub(crate) fn goes_on_after(scene: &Scene<'_>, from: usize) -> bool {
    let behind = &scene.messages[from + 1..];
    // What a person typed next, and what that printed, is another command's.
    let behind = &behind[..behind.iter().position(|m| m.echo).unwrap_or(behind.len())];
    if behind.iter().any(|m| is_failure_mark(m.text)) {
        return false;
    }
    let Some(last) = behind.iter().rev().find(|m| !m.text.trim().is_empty()) else { return false };
    is_ordinary(last)
}

/// A line that neither complains nor belongs to a complaint.
fn is_ordinary(message: &Message<'_>) -> bool {
    const COMPLAINTS: [&str; 38] = [
        "curl",
        "secure connection",
        "terminated",
        "web page",
        "rror",
        "fail",
        "Fail",
        "FAIL",
        "fatal",
        "FATAL",
        "annot ",
        "an't ",
        "denied",
        "not found",
        "o such",
        "exit ",
        "Exit",
        "code",
        "For more information",
        "Confirm the import",
        "private repository",
        "Please",
        "and the repository exists",
        "see ",
        "See ",
        "http",
        "To ",
        "go help",
        "nvalid",
        "nknown",
        "issing",
        "equires",
        "unable",
        "Unable",
        "***",
        "bort",
        "illed",
        "refused",
    ];
    let text = message.text;
    !message.echo
        && !text.starts_with([' ', '\t', '{', '}', '"'])
        && !text.trim_start().starts_with("go: ")
        && !text.starts_with("section_")
        && !COMPLAINTS.iter().any(|word| text.contains(word))
        && buildlog::chain::position(text).is_none()
}
