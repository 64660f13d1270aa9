//! Systems without Unix terminals and signals: pipes only. Ctrl-C reaches every process of the console by itself.

use super::Interrupted;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::windows::io::AsHandle as _;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

/// The terminal that standard input, output and error have in common. There is none to know about here.
pub(crate) enum Terminal {}

/// Always none: the command gets pipes.
pub(crate) fn shared_terminal() -> Option<Terminal> {
    None
}

/// Cannot be called: there is no [`Terminal`].
pub(crate) fn spawn_on_terminal(
    terminal: Terminal,
    _: &[OsString],
    _: Signals,
    _: &Arc<Interrupted>,
    _: impl FnMut(&[u8]) + Send + 'static,
) -> io::Result<i32> {
    match terminal {}
}

/// Signals are the console's business here.
pub(crate) struct Signals;

impl Signals {
    /// Nothing to prepare.
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self)
    }

    /// Nothing to forward.
    pub(crate) fn forward_to(self, _: &Child, _: &Arc<Interrupted>) -> io::Result<Forwarding> {
        Ok(Forwarding)
    }
}

/// A command that is being waited for.
pub(crate) struct Forwarding;

impl Forwarding {
    /// Waits for the command.
    pub(crate) fn wait(self, child: &mut Child) -> io::Result<ExitStatus> {
        child.wait()
    }
}

/// Standard output as it is.
pub(crate) fn unbuffered_stdout() -> io::Result<File> {
    Ok(File::from(io::stdout().as_handle().try_clone_to_owned()?))
}

/// Standard error as it is.
pub(crate) fn unbuffered_stderr() -> io::Result<File> {
    Ok(File::from(io::stderr().as_handle().try_clone_to_owned()?))
}

/// The code to exit with after a command that ended with `status`.
pub(crate) fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

/// The code for a command that `std` could not start.
pub(crate) fn exit_code_of(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::NotFound => finding::exit::RUN_NOT_FOUND,
        _ => finding::exit::RUN_NOT_STARTABLE,
    }
}

/// Cannot be told without blocking: yes.
pub(crate) fn content_within(_: Duration) -> bool {
    true
}

/// Unknown.
pub(crate) fn width() -> Option<u16> {
    None
}
