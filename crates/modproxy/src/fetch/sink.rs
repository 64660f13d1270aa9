//! Where a body goes while it comes: memory for small kinds, a growing file for zips. When the disk is full a zip goes
//! on in anonymous memory, within limits, so that clients are served though nothing can be kept.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use super::flight::Flight;
use crate::refusal::Refusal;
use crate::store::{Spool, Store};

/// What all zips that found the disk full may take in memory together.
const VOLATILE_LIMIT: u64 = 256 << 20;
static VOLATILE: AtomicU64 = AtomicU64::new(0);

/// A share of the memory for files that found no disk.
#[derive(Debug, Default)]
pub(crate) struct Volatile(u64);

impl Volatile {
    fn grow(&mut self, bytes: u64) -> bool {
        if VOLATILE.fetch_add(bytes, Ordering::Relaxed) + bytes > VOLATILE_LIMIT {
            VOLATILE.fetch_sub(bytes, Ordering::Relaxed);
            return false;
        }
        self.0 += bytes;
        true
    }
}

impl Drop for Volatile {
    fn drop(&mut self) {
        VOLATILE.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// A body being received.
#[derive(Debug)]
pub(crate) enum Sink<'a> {
    Memory {
        bytes: Vec<u8>,
        limit: u64,
    },
    Growing {
        file: Arc<File>,
        spool: Option<Spool>,
        volatile: Volatile,
        len: u64,
        limit: u64,
        flight: &'a Flight,
    },
}

impl<'a> Sink<'a> {
    pub(crate) fn memory(limit: u64) -> Self {
        Self::Memory { bytes: Vec::new(), limit }
    }

    pub(crate) fn growing(store: &Store, limit: u64, flight: &'a Flight) -> Result<Self, Refusal> {
        let (file, spool) = match store.spool() {
            Ok(spool) => (Arc::clone(spool.file()), Some(spool)),
            Err(err) if err.kind() == io::ErrorKind::StorageFull => {
                (Arc::new(anonymous().map_err(no_room)?), None)
            }
            Err(err) => return Err(no_room(err)),
        };
        flight.update(|progress| {
            progress.file = Some(Arc::clone(&file));
            progress.written = 0;
            progress.total = None;
        });
        Ok(Self::Growing { file, spool, volatile: Volatile::default(), len: 0, limit, flight })
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory { bytes, .. } => bytes.len() as u64,
            Self::Growing { len, .. } => *len,
        }
    }

    pub(crate) fn limit(&self) -> u64 {
        match self {
            Self::Memory { limit, .. } | Self::Growing { limit, .. } => *limit,
        }
    }

    /// The length the upstream promises for the whole.
    pub(crate) fn expect(&self, total: u64) {
        if let Self::Growing { flight, .. } = self {
            flight.update(|progress| progress.total = Some(total));
        }
    }

    /// Takes a piece; the caller has checked the limit.
    pub(crate) fn append(&mut self, piece: &Bytes) -> Result<(), Refusal> {
        match self {
            Self::Memory { bytes, .. } => bytes.extend_from_slice(piece),
            Self::Growing { file, spool, volatile, len, flight, .. } => {
                if let Err(err) = file.write_all_at(piece, *len) {
                    if err.kind() != io::ErrorKind::StorageFull || spool.is_none() {
                        return Err(no_room(err));
                    }
                    tracing::error!("the cache's disk is full: this file is served without being kept");
                    let memory = anonymous().map_err(no_room)?;
                    if !volatile.grow(*len + piece.len() as u64) {
                        return Err(no_room(err));
                    }
                    copy(file, &memory, *len).map_err(no_room)?;
                    memory.write_all_at(piece, *len).map_err(no_room)?;
                    // Readers of the half-written file are cut; they have had little of it.
                    *file = Arc::new(memory);
                    *spool = None;
                    let file = Arc::clone(file);
                    flight.update(|progress| progress.file = Some(file));
                } else if spool.is_none() && !volatile.grow(piece.len() as u64) {
                    return Err(no_room(io::ErrorKind::StorageFull.into()));
                }
                *len += piece.len() as u64;
                let written = *len;
                flight.update(|progress| progress.written = written);
            }
        }
        Ok(())
    }

    /// Is `piece` what was already received at `at`?
    pub(crate) fn agrees(&self, at: u64, piece: &[u8]) -> bool {
        match self {
            Self::Memory { bytes, .. } => usize::try_from(at)
                .ok()
                .and_then(|at| bytes.get(at..at + piece.len()))
                .is_some_and(|have| have == piece),
            Self::Growing { file, .. } => {
                let mut have = vec![0; piece.len()];
                file.read_exact_at(&mut have, at).is_ok() && have == piece
            }
        }
    }
}

impl From<Bytes> for Sink<'_> {
    fn from(bytes: Bytes) -> Self {
        Self::Memory { limit: bytes.len() as u64, bytes: bytes.into() }
    }
}

fn anonymous() -> io::Result<File> {
    Ok(File::from(rustix::fs::memfd_create("seaworthy", rustix::fs::MemfdFlags::CLOEXEC)?))
}

fn copy(from: &File, to: &File, len: u64) -> io::Result<()> {
    let mut buffer = vec![0; 256 << 10];
    let mut at = 0;
    while at < len {
        let count = usize::try_from(len - at).unwrap_or(usize::MAX).min(buffer.len());
        from.read_exact_at(&mut buffer[..count], at)?;
        to.write_all_at(&buffer[..count], at)?;
        at += count as u64;
    }
    Ok(())
}

pub(crate) fn no_room(err: io::Error) -> Refusal {
    match err.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Refusal::unavailable("fs-no-space", format!("the proxy has no room to fetch this: {err}"))
        }
        io::ErrorKind::PermissionDenied => {
            Refusal::unavailable("fs-permission", format!("the proxy may not write its cache: {err}"))
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            Refusal::unavailable("fs-read-only", format!("the proxy cannot write its cache: {err}"))
        }
        _ => Refusal::unavailable("cache-corrupt", format!("the proxy cannot use its cache: {err}")),
    }
}
