//! A cleartext connection whose writes can come straight out of files.
//!
//! hyper has no way to say "send this file". Here a body that wants it yields slices of one static region of zeros
//! and notes in the connection's [`FileQueue`] which file they stand for; this stream sees the region's address in
//! what it is asked to write and calls sendfile(2) instead. Nothing is mapped or copied, and a large response costs
//! no memory of ours. It works because hyper hands vectored writes through uncopied (its queue strategy); a region
//! slice without a noted file ends the connection rather than send zeros.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use rustix::net::SendFlags;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// Most bytes one slice can stand for.
pub(crate) const REGION: usize = 1 << 20;
/// Never written, so it stays the kernel's shared zero page.
static ZEROS: [u8; REGION] = [0; REGION];

/// The address ranges of files that the next region slices stand for.
#[derive(Debug, Default)]
pub(crate) struct FileQueue(Mutex<VecDeque<Piece>>);

#[derive(Debug)]
struct Piece {
    file: Arc<File>,
    offset: u64,
    len: usize,
}

impl FileQueue {
    /// Notes a range of a file and gives the slice that stands for it.
    pub(crate) fn push(&self, file: Arc<File>, offset: u64, len: usize) -> Bytes {
        let len = len.min(REGION);
        self.lock().push_back(Piece { file, offset, len });
        Bytes::from_static(&ZEROS[..len])
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Piece>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stands_for_file(slice: &[u8]) -> bool {
    let start = ZEROS.as_ptr().addr();
    (start..start + REGION).contains(&slice.as_ptr().addr())
}

/// A TCP stream that resolves the region's slices. See the module's description.
#[derive(Debug)]
pub(crate) struct WireStream {
    tcp: TcpStream,
    queue: Arc<FileQueue>,
    stall: Stall,
}

/// Ends a connection whose client takes nothing for too long.
#[derive(Debug)]
struct Stall {
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stall {
    fn watch<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.timer = None;
            return result;
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.limit)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => {
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl WireStream {
    /// `patience`: how long a client may take nothing of what is sent to it.
    pub(crate) fn new(tcp: TcpStream, queue: Arc<FileQueue>, patience: Duration) -> Self {
        Self { tcp, queue, stall: Stall { limit: patience, timer: None } }
    }

    fn poll_sendfile(&self, cx: &mut Context<'_>, wanted: usize) -> Poll<io::Result<usize>> {
        let mut queue = self.queue.lock();
        let Some(piece) = queue.front_mut() else {
            return Poll::Ready(Err(io::Error::other("a file slice without its file")));
        };
        let count = piece.len.min(wanted);
        loop {
            ready!(self.tcp.poll_write_ready(cx))?;
            let mut offset = piece.offset;
            let sent = self.tcp.try_io(Interest::WRITABLE, || {
                rustix::fs::sendfile(&self.tcp, &piece.file, Some(&mut offset), count)
                    .map_err(io::Error::from)
            });
            match sent {
                Ok(0) => {
                    return Poll::Ready(Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "a file shrank while it was sent",
                    )));
                }
                Ok(sent) => {
                    piece.offset += sent as u64;
                    piece.len -= sent;
                    if piece.len == 0 {
                        queue.pop_front();
                    }
                    return Poll::Ready(Ok(sent));
                }
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
                Err(err) => return Poll::Ready(Err(err)),
            }
        }
    }

    /// Sends bytes that a file follows, without letting them leave in a packet of their own.
    fn poll_send_more(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.tcp.poll_write_ready(cx))?;
            let sent = self.tcp.try_io(Interest::WRITABLE, || {
                rustix::net::send(&self.tcp, bytes, SendFlags::MORE | SendFlags::NOSIGNAL)
                    .map_err(io::Error::from)
            });
            match sent {
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
                other => return Poll::Ready(other),
            }
        }
    }
}

impl AsyncRead for WireStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for WireStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = if stands_for_file(buf) {
            self.poll_sendfile(cx, buf.len())
        } else {
            Pin::new(&mut self.tcp).poll_write(cx, buf)
        };
        self.stall.watch(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let bufs = match bufs.iter().position(|slice| !slice.is_empty()) {
            Some(first) => &bufs[first..],
            None => return Poll::Ready(Ok(0)),
        };
        let result = match bufs.iter().position(|slice| !slice.is_empty() && stands_for_file(slice)) {
            None => Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs),
            Some(0) => self.poll_sendfile(cx, bufs[0].len()),
            Some(1) => self.poll_send_more(cx, &bufs[0]),
            Some(at) => Pin::new(&mut self.tcp).poll_write_vectored(cx, &bufs[..at]),
        };
        self.stall.watch(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
