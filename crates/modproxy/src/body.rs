//! The bodies of our answers.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use http_body::{Frame, SizeHint};
use tokio::task::JoinHandle;

use crate::wire::{FileQueue, REGION};

/// A stream of pieces whose end without an error is the end of the body.
pub(crate) type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A response body.
pub(crate) enum Body {
    Empty,
    Bytes(Bytes),
    File(FileBody),
    /// With its length, when that is known.
    Pieces(Pieces, Option<u64>),
}

impl Body {
    pub(crate) fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(file) => Some(file.end - file.offset),
            Self::Pieces(_, len) => *len,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Self::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::File(file) => file.poll_piece(cx).map(|piece| piece.map(|piece| piece.map(Frame::data))),
            Self::Pieces(pieces, _) => {
                pieces.as_mut().poll_next(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::File(file) => file.offset == file.end,
            Self::Pieces(..) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.len().map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// Largest piece read from a file at once.
const PIECE: usize = 256 << 10;
/// Smallest piece, however many readers there are.
const MIN_PIECE: usize = 16 << 10;
/// What all readers together may hold in pieces.
const ALL_PIECES: usize = 24 << 20;
/// Idle buffers kept for the next readers.
const IDLE_BUFFERS: usize = 16;

static READERS: AtomicUsize = AtomicUsize::new(0);
static BUFFERS: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// A buffer that returns to the pool when the connection has sent it.
struct Pooled {
    buffer: Box<[u8]>,
    len: usize,
}

impl Pooled {
    fn new(len: usize) -> Self {
        let len = len.next_power_of_two().clamp(MIN_PIECE, PIECE);
        let mut idle = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
        let found = idle.iter().rposition(|buffer| buffer.len() == len);
        let buffer = found.map(|at| idle.swap_remove(at));
        drop(idle);
        Self { buffer: buffer.unwrap_or_else(|| vec![0; len].into_boxed_slice()), len: 0 }
    }
}

impl AsRef<[u8]> for Pooled {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let mut idle = BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_BUFFERS {
            idle.push(std::mem::take(&mut self.buffer));
        }
    }
}

/// A range of an open file.
pub(crate) struct FileBody {
    file: Arc<File>,
    offset: u64,
    end: u64,
    queue: Option<Arc<FileQueue>>,
    waiting: Option<JoinHandle<io::Result<Bytes>>>,
}

impl FileBody {
    /// `queue` is the connection's, if it can send files by itself.
    pub(crate) fn new(file: Arc<File>, start: u64, end: u64, queue: Option<Arc<FileQueue>>) -> Self {
        READERS.fetch_add(1, Ordering::Relaxed);
        Self { file, offset: start, end, queue, waiting: None }
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.offset == self.end {
            return Poll::Ready(None);
        }
        let left = usize::try_from(self.end - self.offset).unwrap_or(usize::MAX);
        if let Some(queue) = &self.queue {
            let piece = queue.push(Arc::clone(&self.file), self.offset, left.min(REGION));
            self.offset += piece.len() as u64;
            return Poll::Ready(Some(Ok(piece)));
        }
        let piece = match &mut self.waiting {
            Some(task) => {
                let done = ready!(Pin::new(task).poll(cx));
                self.waiting = None;
                done.unwrap_or_else(|err| Err(io::Error::other(err)))
            }
            None => {
                let share = (ALL_PIECES / READERS.load(Ordering::Relaxed).max(1)).clamp(MIN_PIECE, PIECE);
                // A power of two not above the share, so that pooled buffers fit.
                let len = left.min(1 << share.ilog2());
                match read_now(&self.file, self.offset, len) {
                    Some(piece) => piece,
                    None => {
                        let (file, offset) = (Arc::clone(&self.file), self.offset);
                        self.waiting = Some(tokio::task::spawn_blocking(move || read(&file, offset, len)));
                        return self.poll_piece(cx);
                    }
                }
            }
        };
        if let Ok(piece) = &piece {
            self.offset += piece.len() as u64;
        }
        Poll::Ready(Some(piece))
    }
}

impl Drop for FileBody {
    fn drop(&mut self) {
        READERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Reads what the page cache holds; `None` if the disk would have to be waited for.
fn read_now(file: &File, offset: u64, len: usize) -> Option<io::Result<Bytes>> {
    let mut pooled = Pooled::new(len);
    let mut slices = [io::IoSliceMut::new(&mut pooled.buffer[..len])];
    match rustix::io::preadv2(file, &mut slices, offset, rustix::io::ReadWriteFlags::NOWAIT) {
        Ok(0) => Some(Err(shrank())),
        Ok(read) => {
            pooled.len = read;
            Some(Ok(Bytes::from_owner(pooled)))
        }
        Err(rustix::io::Errno::AGAIN) => None,
        // Not every file system knows the flag.
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL) => None,
        Err(err) => Some(Err(err.into())),
    }
}

/// Reads up to `len` bytes at `offset`, waiting for the disk.
pub(crate) fn read(file: &File, offset: u64, len: usize) -> io::Result<Bytes> {
    use std::os::unix::fs::FileExt as _;
    let mut pooled = Pooled::new(len);
    let len = len.min(pooled.buffer.len());
    let read = file.read_at(&mut pooled.buffer[..len], offset)?;
    if read == 0 {
        return Err(shrank());
    }
    pooled.len = read;
    Ok(Bytes::from_owner(pooled))
}

fn shrank() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "a file shrank while it was sent")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;
    use std::io::Write as _;

    #[tokio::test]
    async fn a_file_body_gives_exactly_its_range() {
        let mut file = tempfile::tempfile().unwrap();
        let content: Vec<u8> = (0..700_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        file.write_all(&content).unwrap();
        let file = Arc::new(file);
        for (start, end) in [(0, 700_000), (1, 2), (300_000, 699_999), (5, 5)] {
            let body = Body::File(FileBody::new(Arc::clone(&file), start, end, None));
            let got = body.collect().await.unwrap().to_bytes();
            assert_eq!(&got[..], &content[start as usize..end as usize]);
        }
    }

    #[tokio::test]
    async fn a_file_that_shrinks_is_an_error_and_not_a_short_body() {
        let file = tempfile::tempfile().unwrap();
        let body = Body::File(FileBody::new(Arc::new(file), 0, 10, None));
        assert!(body.collect().await.is_err());
    }
}
