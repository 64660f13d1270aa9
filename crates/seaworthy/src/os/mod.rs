//! Everything that differs between operating systems: terminals, signals, process status.
//!
//! The rest of the program is plain `std`. A system without its own file here gets `other`, where `run` passes
//! output through pipes and signals reach the command without our help.

#[cfg(unix)]
mod raw;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    Signals, content_within, exit_code, exit_code_of, shared_terminal, spawn_on_terminal, unbuffered_stderr,
    unbuffered_stdout, width,
};

#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub(crate) use other::{
    Signals, content_within, exit_code, exit_code_of, shared_terminal, spawn_on_terminal, unbuffered_stderr,
    unbuffered_stdout, width,
};

mod pump;
pub(crate) use pump::{Pump, write_through};

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user or the system asked the running command to stop: Ctrl-C, a termination signal, a closed terminal.
/// A build that was told to stop has not failed, so it is not diagnosed.
#[derive(Debug, Default)]
pub(crate) struct Interrupted(AtomicBool);

impl Interrupted {
    /// Remembers that a stop was asked for.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Was a stop asked for?
    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
