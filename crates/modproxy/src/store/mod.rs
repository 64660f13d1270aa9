//! Where files are kept. Keys are the protocol's own paths (`github.com/x/y/@v/v1.0.0.zip`), so the disk form is the
//! layout of `$GOMODCACHE/cache/download`: a Go cache can be dropped in, and `file://` or nginx can serve it.

mod disk;
#[cfg(feature = "s3")]
mod object;
mod spool;

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

pub(crate) use disk::DiskStore;
#[cfg(feature = "s3")]
pub(crate) use object::BucketStore;
pub(crate) use spool::{Spool, SpoolDir};

/// Files up to this size are read whole and may live in memory.
pub(crate) const SMALL: u64 = 64 << 10;

/// A stored file, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) size: u64,
    pub(crate) modified: SystemTime,
    pub(crate) content: Content,
}

/// How the bytes of a stored file are reached.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Bytes(Bytes),
    File(Arc<File>),
    /// In the bucket: read by range.
    #[cfg(feature = "s3")]
    Remote(String),
}

/// One stored name, as found by a walk.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) size: u64,
    /// Last use, as far as the storage knows it.
    pub(crate) used: SystemTime,
}

/// The storage behind a server.
#[derive(Debug)]
pub(crate) enum Store {
    Disk(DiskStore),
    #[cfg(feature = "s3")]
    Bucket(BucketStore),
}

impl Store {
    /// Looks a file up. An error is never "absent": only `Ok(None)` is.
    pub(crate) async fn open(&self, key: &str) -> io::Result<Option<Stored>> {
        match self {
            // Inline: opening is a few microseconds, a hop to another thread costs more (measured 9 to 16 times nginx).
            Self::Disk(disk) => disk.open(key),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.open(key).await,
        }
    }

    /// Makes a finished spool file the stored one. It is durable when this returns; a name that exists already keeps
    /// its content if the storage can tell (a bucket), and gets equal content otherwise.
    pub(crate) async fn commit(&self, spool: Spool, key: &str) -> io::Result<()> {
        match self {
            Self::Disk(disk) => {
                let (disk, key) = (disk.clone(), key.to_owned());
                tokio::task::spawn_blocking(move || disk.commit(spool, &key))
                    .await
                    .map_err(io::Error::other)?
            }
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.commit(spool, key).await,
        }
    }

    /// Stores or replaces a small file at once, without waiting for the disk: for what can be fetched again.
    pub(crate) async fn replace(&self, key: &str, content: Bytes) -> io::Result<()> {
        match self {
            Self::Disk(disk) => {
                let (disk, key) = (disk.clone(), key.to_owned());
                tokio::task::spawn_blocking(move || disk.replace(&key, &content))
                    .await
                    .map_err(io::Error::other)?
            }
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.replace(key, content).await,
        }
    }

    /// Removes a file; one that is absent is no error.
    pub(crate) async fn remove(&self, key: &str) -> io::Result<()> {
        match self {
            Self::Disk(disk) => disk.remove(key),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.remove(key).await,
        }
    }

    /// All names below a folder (`""`: everything), temporary files left out.
    pub(crate) async fn list(&self, below: &str) -> io::Result<Vec<Listed>> {
        match self {
            Self::Disk(disk) => {
                let (disk, below) = (disk.clone(), below.to_owned());
                tokio::task::spawn_blocking(move || disk.list(&below)).await.map_err(io::Error::other)?
            }
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.list(below).await,
        }
    }

    /// A place for a file that is being fetched.
    pub(crate) fn spool(&self) -> io::Result<Spool> {
        match self {
            Self::Disk(disk) => disk.spool(),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.spool(),
        }
    }

    /// Reads a whole file that is not at hand.
    #[cfg(feature = "s3")]
    pub(crate) async fn read(&self, stored: &Stored) -> io::Result<Bytes> {
        match (self, &stored.content) {
            (Self::Bucket(bucket), Content::Remote(key)) => bucket.read(key).await,
            (_, Content::Bytes(bytes)) => Ok(bytes.clone()),
            _ => Err(io::Error::other("not a remote file")),
        }
    }

    /// Pieces of a file that is not at hand.
    #[cfg(feature = "s3")]
    pub(crate) fn pieces(&self, key: &str, start: u64, end: u64) -> Option<crate::body::Pieces> {
        match self {
            Self::Bucket(bucket) => Some(bucket.pieces(key, start, end)),
            Self::Disk(_) => None,
        }
    }

    /// A file in memory or open stays right after it was committed. (A bucket's spool file is gone by then, and
    /// holding it open would hold its disk space.)
    pub(crate) fn keeps_open_files(&self) -> bool {
        matches!(self, Self::Disk(_))
    }

    /// For pages and logs.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Disk(disk) => disk.root().display().to_string(),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.describe(),
        }
    }

    /// Fails if nothing can be stored now.
    pub(crate) async fn probe(&self) -> io::Result<()> {
        match self {
            Self::Disk(disk) => disk.spool().map(drop),
            #[cfg(feature = "s3")]
            Self::Bucket(bucket) => bucket.open(".probe").await.map(drop),
        }
    }
}
