//! The one place with `unsafe`: what neither `std` nor `rustix` offers without it.
//!
//! Four things, each a few lines around one system call: making a pseudo-terminal the controlling terminal of a
//! child between fork and exec, asking how a signal is handled, handling signals by writing them down in a pipe, and
//! letting the kernel's own default action of SIGTSTP stop this process (only the kernel knows whether somebody is
//! there to continue it).
#![expect(unsafe_code, reason = "system calls that have no safe wrapper; see each SAFETY note")]

use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::Arc;
use std::{mem, ptr};

/// Makes the child a session leader whose controlling terminal is its standard input.
pub(super) fn lead_session_on_stdin(command: &mut Command) {
    let hook = || {
        rustix::process::setsid()?;
        rustix::process::ioctl_tiocsctty(rustix::stdio::stdin())?;
        Ok(())
    };
    // SAFETY: the hook runs in the forked child and makes two system calls; it neither allocates nor locks.
    unsafe { command.pre_exec(hook) };
}

/// From now on each of `signals` is written into the returned pipe; see [`Caught`].
pub(super) fn catch(signals: impl Iterator<Item = libc::c_int>) -> io::Result<Caught> {
    let (reader, writer) = io::pipe()?;
    rustix::io::ioctl_fionbio(&writer, true)?;
    let writer = Arc::new(writer);
    for signal in signals {
        let writer = Arc::clone(&writer);
        let handler = move |info: &libc::siginfo_t| {
            let alone = if sent_by_process(info.si_code) { ALONE } else { 0 };
            // A full pipe holds 65536 signals that nobody has looked at yet: one more is no news.
            let _ = rustix::io::write(&*writer, &[u8::try_from(signal).unwrap_or(0) | alone]);
        };
        // SAFETY: the handler makes one system call, write(2); it neither allocates nor locks.
        unsafe { signal_hook_registry::register_sigaction(signal, handler) }?;
    }
    Ok(Caught(reader))
}

/// Marks a signal that a process sent; signal numbers are below it.
const ALONE: u8 = 0x80;

/// Did a process send the signal (`kill`), as opposed to the kernel on behalf of the terminal?
fn sent_by_process(code: libc::c_int) -> bool {
    if cfg!(any(target_os = "linux", target_os = "android")) { code <= 0 } else { code == 0x10001 }
}

/// Signals that have arrived and will arrive.
pub(super) struct Caught(io::PipeReader);

impl Iterator for Caught {
    /// The signal, and whether a process sent it to us (so nobody else may have got it).
    type Item = (libc::c_int, bool);

    fn next(&mut self) -> Option<Self::Item> {
        let mut byte = [0];
        self.0.read_exact(&mut byte).ok()?;
        Some((libc::c_int::from(byte[0] & !ALONE), byte[0] & ALONE != 0))
    }
}

/// The present action for `signal`.
fn action(signal: libc::c_int) -> io::Result<libc::sigaction> {
    // SAFETY: a zeroed sigaction is a valid value to be overwritten; a null new action only queries.
    unsafe {
        let mut now: libc::sigaction = mem::zeroed();
        if libc::sigaction(signal, ptr::null(), &raw mut now) == 0 {
            Ok(now)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

/// Is `signal` ignored, as `nohup` and shells arrange it for background commands?
pub(super) fn ignored(signal: libc::c_int) -> bool {
    action(signal).is_ok_and(|action| action.sa_sigaction == libc::SIG_IGN)
}

/// Stops this process as SIGTSTP would if nobody handled it, and returns when it is continued.
///
/// The kernel skips the stop where nobody could continue the process (an orphaned process group).
pub(super) fn stop_by_default() -> io::Result<()> {
    let ours = action(libc::SIGTSTP)?;
    let mut default = ours;
    default.sa_sigaction = libc::SIG_DFL;
    default.sa_flags = 0;
    // SAFETY: both actions are complete values, one read from the kernel and one with the default handler. While
    // the default stands, SIGTSTP stops the process, which is what is wanted.
    unsafe {
        if libc::sigaction(libc::SIGTSTP, &raw const default, ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        libc::raise(libc::SIGTSTP);
        if libc::sigaction(libc::SIGTSTP, &raw const ours, ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
