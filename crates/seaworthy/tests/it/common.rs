//! A world of its own for each test: an empty home and work folder, nothing of the environment that started us.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The built program.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_seaworthy");

/// The output of a real build of which `go mod download` failed; the program's own example.
pub(crate) const FAILED: &str = include_str!("../../src/commands/example.log");

/// The environment in which the program runs.
pub(crate) struct World {
    folder: tempfile::TempDir,
    path: String,
}

impl World {
    /// One with nothing in it and no docker.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        let path = folder.path().join("bin").to_string_lossy().into_owned();
        Self { folder, path }
    }

    /// The same with the system's commands, but still without its docker if it has one.
    pub(crate) fn with_system_commands(mut self) -> Self {
        for name in ["sh", "cat", "sleep", "printf", "env", "yes", "stty", "kill", "seq", "head"] {
            let found = ["/bin", "/usr/bin"]
                .map(|folder| Path::new(folder).join(name))
                .into_iter()
                .find(|f| f.exists());
            if let Some(found) = found {
                std::os::unix::fs::symlink(found, self.folder.path().join("bin").join(name)).unwrap();
            }
        }
        self.path = self.folder.path().join("bin").to_string_lossy().into_owned();
        self
    }

    /// Writes a file into the work folder; returns its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.work().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Puts a program called `name` on the path: a shell script.
    pub(crate) fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The folder in which the program runs.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The program, ready to be started, with nothing on standard input.
    pub(crate) fn command<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).env_clear().current_dir(self.work()).stdin(Stdio::null());
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    /// The whole environment.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        let home = self.folder.path().join("home").to_string_lossy().into_owned();
        [("PATH", self.path.clone()), ("HOME", home), ("LC_ALL", "C.UTF-8".to_owned())]
    }

    /// Runs the program to its end.
    pub(crate) fn run<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Seen {
        self.seen(self.command(arguments).output().unwrap())
    }

    /// Runs the program to its end with `input` on a pipe.
    pub(crate) fn run_with<I: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
        input: impl AsRef<[u8]>,
    ) -> Seen {
        let mut child = start(self.command(arguments).stdin(Stdio::piped()));
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_vec();
        // A program that does not read all of it is no fault of the test.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        self.seen(output)
    }

    fn seen(&self, output: Output) -> Seen {
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&*self.folder.path().to_string_lossy(), "[world]")
        };
        Seen { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// Starts a command with its outputs on pipes.
pub(crate) fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What came out of the program.
#[must_use = "snapshot the output or assert the exit code"]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or_else(|| "signal".to_owned(), |code| code.to_string());
        writeln!(f, "exit code: {code}\n--- stdout\n{}--- stderr\n{}", self.out, self.err)
    }
}
