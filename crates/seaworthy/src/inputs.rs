//! From operands to things that can be read.

use crate::console::Console;
use crate::fault::Fault;
use crate::os;
use crate::words as w;
use std::fs::{self, File, FileType, Metadata};
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The operand, and the path in reports, of standard input.
pub(crate) const STDIN: &str = "-";
/// After this long on an empty pipe we say what we are waiting for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Ends of the names of logs.
const EXTENSIONS: [&str; 9] = ["log", "txt", "out", "err", "json", "jsonl", "ndjson", "html", "dockerbuild"];
/// Ends that may follow those.
const PACKED: [&str; 2] = ["gz", "zst"];
/// Logs without an extension, as CI systems call them.
const NAMES: [&str; 7] = ["log", "stdout", "stderr", "output", "console", "consoleText", "trace"];

/// Replaces folders by the logs inside, in order; what cannot be read is a fault in its place.
pub(crate) fn expand(operands: &[PathBuf]) -> Vec<Result<PathBuf, Fault>> {
    let mut inputs = Vec::new();
    for operand in operands {
        if operand.as_os_str() == STDIN || !operand.is_dir() {
            inputs.push(Ok(operand.clone()));
            continue;
        }
        let before = inputs.len();
        walk(operand, &mut inputs);
        if inputs.len() == before {
            inputs.push(Err(Fault::NoLogsInside(operand.clone())));
        }
    }
    inputs
}

fn walk(folder: &Path, inputs: &mut Vec<Result<PathBuf, Fault>>) {
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return inputs.push(Err(Fault::read(folder, &error))),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        // Of the entry itself: links are not followed, so the walk ends.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), inputs),
            Ok(kind) if kind.is_file() && has_log_name(&name) => inputs.push(Ok(entry.path())),
            _ => {}
        }
    }
}

fn has_log_name(name: &str) -> bool {
    let unpacked = match name.rsplit_once('.') {
        Some((stem, end)) if PACKED.contains(&end) => stem,
        _ => name,
    };
    match unpacked.rsplit_once('.') {
        Some((_, end)) => EXTENSIONS.iter().any(|extension| extension.eq_ignore_ascii_case(end)),
        None => NAMES.contains(&unpacked),
    }
}

/// Opens an input.
///
/// # Errors
/// There is no such file, it may not be read, or it is a folder.
pub(crate) fn open(input: &Path) -> Result<Box<dyn Read>, Fault> {
    if input.as_os_str() == STDIN {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(input).map_err(|error| Fault::read(input, &error))?;
    Ok(Box::new(file))
}

/// Standard input, if it is there to be read: a file, or a pipe with content.
///
/// A pipe is waited for, since builds take their time; after a while we say so.
///
/// # Errors
/// Standard input is broken.
pub(crate) fn offered_stdin(console: Console) -> Result<Option<Box<dyn Read>>, Fault> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let Ok(metadata) = stdin_metadata() else { return Ok(None) };
    if metadata.is_file() {
        return Ok(Some(Box::new(stdin.lock())));
    }
    if !may_bring_content(metadata.file_type()) {
        return Ok(None);
    }
    if !os::content_within(PATIENCE) {
        console.note(&w::WAITING);
    }
    let mut first = vec![0; 64 * 1024];
    let mut stdin = stdin.lock();
    let length = loop {
        match stdin.read(&mut first) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Fault::Read { what: w::STDIN.clone(), reason: w::io_reason(&error) });
            }
            Ok(length) => break length,
        }
    };
    first.truncate(length);
    Ok((length > 0).then(|| Box::new(io::Cursor::new(first).chain(stdin)) as Box<dyn Read>))
}

#[cfg(unix)]
fn stdin_metadata() -> io::Result<Metadata> {
    use std::os::fd::AsFd as _;
    File::from(io::stdin().as_fd().try_clone_to_owned()?).metadata()
}

#[cfg(windows)]
fn stdin_metadata() -> io::Result<Metadata> {
    use std::os::windows::io::AsHandle as _;
    File::from(io::stdin().as_handle().try_clone_to_owned()?).metadata()
}

/// `/dev/null` and the like bring nothing.
#[cfg(unix)]
fn may_bring_content(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo() || kind.is_socket()
}

#[cfg(windows)]
fn may_bring_content(_: FileType) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs() {
        for name in [
            "build.log",
            "1_build.TXT",
            "x.log.gz",
            "a.ndjson.zst",
            "r.dockerbuild",
            "consoleText",
            "trace.gz",
        ] {
            assert!(has_log_name(name), "{name}");
        }
        for name in ["Dockerfile", "main.go", "app.tar.gz", "LICENSE", "gz", "go.sum"] {
            assert!(!has_log_name(name), "{name}");
        }
    }

    #[test]
    fn folders_are_walked_in_order() {
        let top = tempfile::tempdir().unwrap();
        for file in ["b/2.log", "b/1.log", "a.txt", "b/.hidden.log", ".git/x.log", "b/main.go", "c/z/y.json"]
        {
            let path = top.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::create_dir(top.path().join("empty")).unwrap();
        let found: Vec<String> =
            expand(&[top.path().into(), top.path().join("empty"), "-".into(), "gone.log".into()])
                .into_iter()
                .map(|input| match input {
                    Ok(path) => path.strip_prefix(top.path()).unwrap_or(&path).to_string_lossy().into_owned(),
                    Err(fault) => fault.words().en.replace(&*top.path().to_string_lossy(), "TOP"),
                })
                .collect();
        let faults = "cannot read TOP/empty: no file in it has a log's name";
        assert_eq!(found, ["a.txt", "b/1.log", "b/2.log", "c/z/y.json", faults, "-", "gone.log"]);
    }
}
