//! Unix: signals are forwarded, and a command may get a pseudo-terminal of its own.

use super::{Interrupted, raw};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitIdOptions, kill_process, kill_process_group};
use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The signals that reach us but are meant for the command.
const FORWARDED: [i32; 9] = [
    libc::SIGINT,
    libc::SIGTERM,
    libc::SIGHUP,
    libc::SIGQUIT,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGTSTP,
    libc::SIGCONT,
    libc::SIGWINCH,
];

/// Signals caught from now on; they wait until there is a command to forward them to.
pub(crate) struct Signals(raw::Caught);

impl Signals {
    /// Starts catching. What is ignored stays ignored, for us and for the command, as `nohup` intends.
    pub(crate) fn catch() -> io::Result<Self> {
        raw::catch(FORWARDED.into_iter().filter(|signal| !raw::ignored(*signal))).map(Self)
    }

    /// Forwards to a command that shares our process group.
    ///
    /// A signal of the terminal (Ctrl-C, Ctrl-Z) has reached the command already, because the terminal signals the
    /// whole group: only what a process sent to us alone goes on.
    pub(crate) fn forward_to(self, child: &Child, interrupted: &Arc<Interrupted>) -> io::Result<Forwarding> {
        let target = Target::new(child);
        let (forwarding, interrupted) = (Forwarding(target.clone()), Arc::clone(interrupted));
        let signals = self.0;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for (signal, alone) in signals {
                note_stop(signal, &interrupted);
                match signal {
                    libc::SIGCONT => target.kill(Signal::CONT),
                    libc::SIGWINCH if !alone => {}
                    libc::SIGTSTP => {
                        if alone {
                            target.kill(Signal::TSTP);
                        }
                        let _ = raw::stop_by_default();
                    }
                    _ if !alone => {}
                    _ => Signal::from_named_raw(signal).into_iter().for_each(|signal| target.kill(signal)),
                }
            }
        })?;
        Ok(forwarding)
    }
}

/// Forwarding goes on until the command has ended.
pub(crate) struct Forwarding(Target);

impl Forwarding {
    /// Waits for the command; signals that come later are not sent to whoever got its process id.
    pub(crate) fn wait(self, child: &mut Child) -> io::Result<ExitStatus> {
        if let Some(pid) = Pid::from_child_opt(child) {
            retry(|| {
                rustix::process::waitid(
                    rustix::process::WaitId::Pid(pid),
                    WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
                )
            })?;
        }
        self.0.forget();
        child.wait()
    }
}

/// A running command, until it is waited for.
#[derive(Clone)]
struct Target(Arc<Mutex<Option<Pid>>>);

impl Target {
    fn new(child: &Child) -> Self {
        Self(Arc::new(Mutex::new(Pid::from_child_opt(child))))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A command that is gone is no error.
    fn kill(&self, signal: Signal) {
        if let Some(pid) = *self.lock() {
            let _ = kill_process(pid, signal);
        }
    }

    fn kill_group(&self, signal: Signal) {
        if let Some(pid) = *self.lock() {
            let _ = kill_process_group(pid, signal);
        }
    }

    fn pid(&self) -> Option<Pid> {
        *self.lock()
    }

    fn forget(&self) {
        *self.lock() = None;
    }
}

/// `Pid::from_child` without its panic on an id that cannot be.
trait FromChild: Sized {
    fn from_child_opt(child: &Child) -> Option<Self>;
}

impl FromChild for Pid {
    fn from_child_opt(child: &Child) -> Option<Self> {
        i32::try_from(child.id()).ok().and_then(Self::from_raw)
    }
}

fn note_stop(signal: i32, interrupted: &Interrupted) {
    if matches!(signal, libc::SIGINT | libc::SIGTERM | libc::SIGHUP | libc::SIGQUIT) {
        interrupted.set();
    }
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> rustix::io::Result<T> {
    loop {
        match call() {
            Err(rustix::io::Errno::INTR) => {}
            other => return other,
        }
    }
}

/// The code to exit with after a command that ended with `status`: its own, or 128 + the signal that ended it.
pub(crate) fn exit_code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1)
}

/// The code for a command that could not be started, as `env` and shells have it.
pub(crate) fn exit_code_of(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::NotFound => finding::exit::RUN_NOT_FOUND,
        _ => finding::exit::RUN_NOT_STARTABLE,
    }
}

/// Does standard input have something to read, or its end, within `patience`?
pub(crate) fn content_within(patience: Duration) -> bool {
    let stdin = io::stdin();
    let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
    let timeout = Timespec::try_from(patience).ok();
    retry(|| poll(&mut fds, timeout.as_ref())).map_or(true, |ready| ready > 0)
}

/// Columns of the terminal on standard output or error.
pub(crate) fn width() -> Option<u16> {
    let columns = |fd: &dyn FdLike| termios::tcgetwinsize(fd.fd()).ok().map(|size| size.ws_col);
    columns(&io::stdout()).or_else(|| columns(&io::stderr())).filter(|columns| *columns > 0)
}

trait FdLike {
    fn fd(&self) -> rustix::fd::BorrowedFd<'_>;
}

impl<T: AsFd> FdLike for T {
    fn fd(&self) -> rustix::fd::BorrowedFd<'_> {
        self.as_fd()
    }
}

/// Standard output without `std`'s buffer: bytes go on as they come.
pub(crate) fn unbuffered_stdout() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Standard error as a file.
pub(crate) fn unbuffered_stderr() -> io::Result<File> {
    Ok(File::from(io::stderr().as_fd().try_clone_to_owned()?))
}

/// The terminal that standard input, output and error have in common, with us in its foreground.
pub(crate) struct Terminal {
    modes: Termios,
}

/// The common terminal, if there is one. In the background there is none to take: reading or setting it would stop us.
pub(crate) fn shared_terminal() -> Option<Terminal> {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let device = |fd: &dyn FdLike| {
        termios::isatty(fd.fd()).then(|| rustix::fs::fstat(fd.fd()).ok()).flatten().map(|stat| stat.st_rdev)
    };
    let same = device(&stdin)?;
    if device(&stdout) != Some(same) || device(&stderr) != Some(same) || !in_foreground() {
        return None;
    }
    Some(Terminal { modes: termios::tcgetattr(stdin).ok()? })
}

fn in_foreground() -> bool {
    termios::tcgetpgrp(io::stdin()).is_ok_and(|group| group == rustix::process::getpgrp())
}

impl Terminal {
    /// Every key and byte passes as it is: the command's own terminal does the editing, echoing and signalling.
    /// In the background nothing is touched, the terminal belongs to somebody else then.
    fn pass_everything(&self) {
        if in_foreground() {
            let mut raw = self.modes.clone();
            raw.make_raw();
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw);
        }
    }

    fn restore(&self) {
        if in_foreground() {
            let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.modes);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.restore();
    }
}

fn copy_size(to: impl AsFd) {
    if let Ok(size) = termios::tcgetwinsize(io::stdin()) {
        let _ = termios::tcsetwinsize(to, size);
    }
}

/// Runs `command` on a pseudo-terminal that behaves as `terminal` does and returns the code to exit with. `see` gets
/// every byte that the command prints, after it went to the terminal.
///
/// # Errors
/// The command cannot be started, or the system has no pseudo-terminal left.
pub(crate) fn spawn_on_terminal(
    terminal: Terminal,
    command: &[OsString],
    signals: Signals,
    interrupted: &Arc<Interrupted>,
    see: impl FnMut(&[u8]) + Send + 'static,
) -> io::Result<i32> {
    let (master, slave) = open_pair(&terminal)?;
    let child = {
        let mut builder = Command::new(&command[0]);
        builder.args(&command[1..]);
        builder.stdin(slave.try_clone()?).stdout(slave.try_clone()?).stderr(Stdio::from(slave));
        raw::lead_session_on_stdin(&mut builder);
        builder.spawn()?
        // The builder's own ends of the pseudo-terminal close here, so that the last one is the command's.
    };
    let target = Target::new(&child);
    terminal.pass_everything();
    let terminal = Arc::new(terminal);

    let output = super::Pump::start(File::from(master.try_clone()?), unbuffered_stdout()?, see)?;
    forward_keys(File::from(master.try_clone()?), target.clone(), Arc::clone(interrupted))?;
    forward_from_terminal(signals, master.try_clone()?, target.clone(), &terminal, interrupted)?;
    let code = wait_with_stops(&target, &terminal, &master)?;
    output.finish();
    // The signal thread may hold the terminal for ever, so dropping is not what restores it here.
    terminal.restore();
    Ok(code)
}

fn open_pair(terminal: &Terminal) -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    // Where it cannot be had with the opening (macOS) this keeps the command from inheriting our end.
    rustix::io::fcntl_setfd(&master, rustix::io::FdFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::CLOEXEC;
    let slave = rustix::fs::open(&*name, flags, rustix::fs::Mode::empty())?;
    termios::tcsetattr(&slave, OptionalActions::Now, &terminal.modes)?;
    copy_size(&slave);
    Ok((master, slave))
}

/// What the user types goes to the command.
fn forward_keys(mut master: File, target: Target, interrupted: Arc<Interrupted>) -> io::Result<()> {
    thread::Builder::new().name("keys".into()).spawn(move || {
        let mut stdin = io::stdin().lock();
        let mut buffer = [0; 4096];
        loop {
            match stdin.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => {
                    let keys = &buffer[..length];
                    let pressed = control_keys(&master, &target, keys);
                    if pressed.interrupt {
                        interrupted.set();
                    }
                    if super::write_through(&mut master, keys).is_err() {
                        return;
                    }
                    if pressed.suspend {
                        target.kill_group(Signal::STOP);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    thread::sleep(Duration::from_millis(2));
                }
                Err(_) => return,
            }
        }
    })?;
    Ok(())
}

#[derive(Default)]
struct Pressed {
    interrupt: bool,
    suspend: bool,
}

/// What the command's terminal will make of `keys`, while the command itself is in that terminal's foreground.
///
/// The command leads its session, so nobody inside could continue it, and the kernel does not stop such a process on
/// Ctrl-Z. We do it instead, unless the command deals with the key in its own way.
fn control_keys(master: &File, target: &Target, keys: &[u8]) -> Pressed {
    let mut pressed = Pressed::default();
    if !keys.iter().any(|key| *key < 0x20) {
        return pressed;
    }
    let (Ok(modes), Some(pid)) = (termios::tcgetattr(master), target.pid()) else { return pressed };
    if !modes.local_modes.contains(LocalModes::ISIG) || termios::tcgetpgrp(master) != Ok(pid) {
        return pressed;
    }
    let is_pressed =
        |code: SpecialCodeIndex| modes.special_codes[code] != 0 && keys.contains(&modes.special_codes[code]);
    pressed.interrupt = is_pressed(SpecialCodeIndex::VINTR) || is_pressed(SpecialCodeIndex::VQUIT);
    pressed.suspend = is_pressed(SpecialCodeIndex::VSUSP) && leaves_stop_to_kernel(pid);
    pressed
}

/// Does the process neither catch nor ignore SIGTSTP? Yes, where the system does not tell.
fn leaves_stop_to_kernel(pid: Pid) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())) else {
        return true;
    };
    let bit = 1_u64 << (libc::SIGTSTP - 1);
    !status
        .lines()
        .filter_map(|line| line.strip_prefix("SigCgt:").or_else(|| line.strip_prefix("SigIgn:")))
        .filter_map(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .any(|mask| mask & bit != 0)
}

/// The command is in another session: whatever signal we get has not reached it.
fn forward_from_terminal(
    signals: Signals,
    master: OwnedFd,
    target: Target,
    terminal: &Arc<Terminal>,
    interrupted: &Arc<Interrupted>,
) -> io::Result<()> {
    let (terminal, interrupted) = (Arc::clone(terminal), Arc::clone(interrupted));
    thread::Builder::new().name("signals".into()).spawn(move || {
        for (signal, _) in signals.0 {
            note_stop(signal, &interrupted);
            match signal {
                libc::SIGWINCH => copy_size(&master),
                // A terminal that is gone concerns everybody on it.
                libc::SIGHUP => target.kill_group(Signal::HUP),
                libc::SIGTSTP => target.kill_group(Signal::STOP),
                libc::SIGCONT => {
                    terminal.pass_everything();
                    copy_size(&master);
                    target.kill_group(Signal::CONT);
                }
                _ => Signal::from_named_raw(signal).into_iter().for_each(|signal| target.kill(signal)),
            }
        }
    })?;
    Ok(())
}

/// Waits for the command's end. When it is stopped, so are we, with the terminal as the shell left it.
fn wait_with_stops(target: &Target, terminal: &Terminal, master: &OwnedFd) -> io::Result<i32> {
    use rustix::process::{WaitId, waitid, waitpid};
    let Some(pid) = target.pid() else { return Err(io::Error::other("process id out of range")) };
    loop {
        let wanted = WaitIdOptions::EXITED | WaitIdOptions::STOPPED;
        let Some(status) = retry(|| waitid(WaitId::Pid(pid), wanted | WaitIdOptions::NOWAIT))? else {
            continue;
        };
        if status.stopped() {
            // Takes the notice off the queue, which NOWAIT left there.
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
            terminal.restore();
            raw::stop_by_default()?;
            terminal.pass_everything();
            copy_size(master);
            target.kill_group(Signal::CONT);
            continue;
        }
        target.forget();
        let Some((_, status)) = retry(|| waitpid(Some(pid), rustix::process::WaitOptions::empty()))? else {
            continue;
        };
        let signal = status.terminating_signal().map(|signal| 128 + signal);
        return Ok(status.exit_status().or(signal).unwrap_or(1));
    }
}
