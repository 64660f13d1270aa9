//! The output of a running command on its way to the diagnosis: streamed, never kept.
//!
//! Nothing is stored: the reader parses while the build runs, so memory stays bounded and a full disk, a frequent reason
//! for a failing build, cannot break the diagnosis too.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Chunks on their way at most; each is no bigger than the pump's buffer plus a carried line.
const IN_FLIGHT: usize = 64;
/// A line without end (a progress bar drawn with carriage returns) is carried up to here.
const LONGEST_CARRY: usize = 64 * 1024;

/// The writing side, shared by the streams of one command.
#[derive(Clone)]
pub(crate) struct Capture(Arc<Mutex<Option<SyncSender<Vec<u8>>>>>);

/// A pair of connected ends.
pub(crate) fn channel() -> (Capture, Captured) {
    let (sender, receiver) = sync_channel(IN_FLIGHT);
    (Capture(Arc::new(Mutex::new(Some(sender)))), Captured { receiver, chunk: Vec::new(), read: 0 })
}

impl Capture {
    /// For the only stream of a command.
    pub(crate) fn whole(&self) -> impl FnMut(&[u8]) + Send + 'static {
        let capture = self.clone();
        move |bytes| capture.send(bytes.to_vec())
    }

    /// For one of several streams: hands on whole lines, so that the streams do not cut each other's lines apart.
    pub(crate) fn lines(&self) -> impl FnMut(&[u8]) + Send + 'static {
        let mut carried = Carried { capture: self.clone(), bytes: Vec::new() };
        move |bytes| carried.add(bytes)
    }

    /// No more output counts, whoever still holds the other streams.
    pub(crate) fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn send(&self, bytes: Vec<u8>) {
        let mut sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The reader is gone only if it panicked: the command's output goes on without it.
        if sender.as_ref().is_some_and(|sender| sender.send(bytes).is_err()) {
            *sender = None;
        }
    }
}

struct Carried {
    capture: Capture,
    bytes: Vec<u8>,
}

impl Carried {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let whole = match self.bytes.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if self.bytes.len() > LONGEST_CARRY => self.bytes.len(),
            None => return,
        };
        let rest = self.bytes.split_off(whole);
        self.capture.send(std::mem::replace(&mut self.bytes, rest));
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        if !self.bytes.is_empty() {
            self.bytes.push(b'\n');
            self.capture.send(std::mem::take(&mut self.bytes));
        }
    }
}

/// The reading side. It ends when all streams have ended or the capture is closed.
pub(crate) struct Captured {
    receiver: Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    read: usize,
}

impl Read for Captured {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.chunk.len() {
            let Ok(chunk) = self.receiver.recv() else { return Ok(0) };
            (self.chunk, self.read) = (chunk, 0);
        }
        let length = buffer.len().min(self.chunk.len() - self.read);
        buffer[..length].copy_from_slice(&self.chunk[self.read..self.read + length]);
        self.read += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_do_not_cut_each_others_lines() {
        let (capture, mut captured) = channel();
        {
            let (mut out, mut err) = (capture.lines(), capture.lines());
            out(b"building ");
            err(b"warning: x\nerr");
            out(b"a\nbuilding b");
            err(b"or\n");
        }
        capture.close();
        let mut text = String::new();
        captured.read_to_string(&mut text).unwrap();
        // The unfinished line comes last, with an end.
        assert_eq!(text, "warning: x\nbuilding a\nerror\nbuilding b\n");
    }

    #[test]
    fn a_line_without_end_is_not_kept_for_ever() {
        let (capture, mut captured) = channel();
        let mut out = capture.lines();
        out(&vec![b'.'; LONGEST_CARRY + 1]);
        let mut buffer = [0; 8];
        assert_eq!(captured.read(&mut buffer).unwrap(), 8);
    }

    #[test]
    fn a_reader_that_is_gone_does_not_stop_the_writer() {
        let (capture, captured) = channel();
        drop(captured);
        let mut out = capture.whole();
        for _ in 0..IN_FLIGHT * 2 {
            out(b"line\n");
        }
    }
}
