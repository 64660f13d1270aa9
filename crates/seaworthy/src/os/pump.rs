//! Moving a command's output on, byte for byte, as it comes.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

/// Bytes read at once; the size of a pipe on Linux.
const CHUNK: usize = 64 * 1024;
/// After the command has ended: how long silence has to last to be taken for the end of its output, when something
/// that it left running in the background still holds the other end.
const SILENCE: Duration = Duration::from_millis(150);
/// After the command has ended: this many reads empty any pipe or terminal buffer; what comes later was printed by a
/// background process.
const LAST_READS: u64 = 32;

/// One stream of a command, read and passed on by a thread.
pub(crate) struct Pump {
    state: Arc<State>,
    done: mpsc::Receiver<()>,
}

#[derive(Default)]
struct State {
    /// Chunks passed on.
    moved: AtomicU64,
    /// Waiting for the command to print; otherwise waiting for whoever reads us.
    reading: AtomicBool,
}

impl Pump {
    /// Starts moving bytes; `see` gets each chunk after it was written. When nobody reads the destination any more the
    /// source is closed, so that the command finds out as it would without us.
    pub(crate) fn start(
        mut source: impl Read + Send + 'static,
        mut destination: File,
        mut see: impl FnMut(&[u8]) + Send + 'static,
    ) -> io::Result<Self> {
        let state = Arc::new(State::default());
        let (end, done) = mpsc::channel();
        let shared = Arc::clone(&state);
        thread::Builder::new().name("output".into()).spawn(move || {
            let mut buffer = vec![0; CHUNK];
            loop {
                shared.reading.store(true, Ordering::SeqCst);
                let read = source.read(&mut buffer);
                shared.reading.store(false, Ordering::SeqCst);
                match read {
                    Ok(0) => break,
                    Ok(length) => {
                        let written = write_through(&mut destination, &buffer[..length]);
                        see(&buffer[..length]);
                        shared.moved.fetch_add(1, Ordering::SeqCst);
                        if written.is_err() {
                            break;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    // A pseudo-terminal without a command on it answers with an error (EIO) instead of an end.
                    Err(_) => break,
                }
            }
            drop((source, see));
            let _ = end.send(());
        })?;
        Ok(Self { state, done })
    }

    /// Waits until everything that the ended command printed has been passed on, however slow the reader is.
    pub(crate) fn finish(self) {
        let at_end = self.state.moved.load(Ordering::SeqCst);
        let mut before = at_end;
        while self.done.recv_timeout(SILENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            let now = self.state.moved.load(Ordering::SeqCst);
            let silent = now == before && self.state.reading.load(Ordering::SeqCst);
            if silent || now - at_end > LAST_READS {
                return;
            }
            before = now;
        }
    }
}

/// Writes all of `bytes`, also to a terminal that some other program has set to non-blocking.
///
/// # Errors
/// The destination is closed or broken.
pub(crate) fn write_through(destination: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match destination.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(2))
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
