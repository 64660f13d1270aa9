//! Files in a bucket of an S3-compatible store. Any number of servers can share one without locks: a file is put with
//! "only if it is not there yet", so what one of them wrote is never replaced by another; larger ones are written in
//! parts, which the store makes visible at once when all are there.

use std::io;
use std::path::Path as FsPath;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, WriteMultipart,
};

use super::{Content, Listed, SMALL, Spool, SpoolDir, Stored};
use crate::body::Pieces;

/// Files up to this size are put in one conditional request, and are in memory meanwhile.
const WHOLE: u64 = 8 << 20;
/// Size of the parts of larger ones, and how many are under way.
const PART: usize = 8 << 20;
const PARTS: usize = 2;

/// A store in a bucket; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct BucketStore {
    store: Arc<dyn ObjectStore>,
    shown: String,
    prefix: String,
    spools: SpoolDir,
}

fn failed(err: object_store::Error) -> io::Error {
    let kind = match &err {
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            io::ErrorKind::PermissionDenied
        }
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, err)
}

impl BucketStore {
    /// Endpoint, region and credentials come from the usual `AWS_...` variables.
    pub(crate) fn open_at(bucket: &str, prefix: &str, spool: &FsPath) -> io::Result<Self> {
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(failed)?;
        Self::over(Arc::new(store), format!("s3://{bucket}/{prefix}"), prefix, spool)
    }

    pub(super) fn over(
        store: Arc<dyn ObjectStore>,
        shown: String,
        prefix: &str,
        spool: &FsPath,
    ) -> io::Result<Self> {
        let spools = SpoolDir::create(&spool.join("seaworthy-spool"))?;
        Ok(Self { store, shown, prefix: prefix.to_owned(), spools })
    }

    pub(crate) fn describe(&self) -> String {
        self.shown.clone()
    }

    fn path(&self, key: &str) -> io::Result<Path> {
        let full = if self.prefix.is_empty() { key.to_owned() } else { format!("{}/{key}", self.prefix) };
        Path::parse(full).map_err(|err| io::Error::new(io::ErrorKind::InvalidInput, err))
    }

    pub(crate) async fn open(&self, key: &str) -> io::Result<Option<Stored>> {
        // One request tells the size and brings all of a small file.
        let options = GetOptions { range: Some(GetRange::Bounded(0..SMALL)), ..GetOptions::default() };
        let found = match self.store.get_opts(&self.path(key)?, options).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(err) => return Err(failed(err)),
        };
        let size = found.meta.size;
        let modified = SystemTime::from(found.meta.last_modified);
        let content = if size <= SMALL {
            Content::Bytes(found.bytes().await.map_err(failed)?)
        } else {
            Content::Remote(key.to_owned())
        };
        Ok(Some(Stored { size, modified, content }))
    }

    /// A range of a file, as it comes.
    pub(crate) fn pieces(&self, key: &str, start: u64, end: u64) -> Pieces {
        let (this, key) = (self.clone(), key.to_owned());
        let opened = async move {
            let options = GetOptions { range: Some(GetRange::Bounded(start..end)), ..GetOptions::default() };
            let found = this.store.get_opts(&this.path(&key)?, options).await.map_err(failed)?;
            Ok::<_, io::Error>(found.into_stream().map_err(failed))
        };
        Box::pin(futures_util::stream::once(opened).try_flatten())
    }

    pub(crate) async fn read(&self, key: &str) -> io::Result<Bytes> {
        self.store.get(&self.path(key)?).await.map_err(failed)?.bytes().await.map_err(failed)
    }

    pub(crate) async fn commit(&self, spool: Spool, key: &str) -> io::Result<()> {
        let path = self.path(key)?;
        let file = Arc::clone(spool.file());
        let size = file.metadata()?.len();
        let read = move |at: u64, len: u64| {
            use std::os::unix::fs::FileExt as _;
            let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
            file.read_exact_at(&mut bytes, at).map(|()| Bytes::from(bytes))
        };
        if size <= WHOLE {
            let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
            return match self.store.put_opts(&path, PutPayload::from_bytes(read(0, size)?), options).await {
                // Another server was faster; its file passed the same checks.
                Ok(_)
                | Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                    Ok(())
                }
                Err(err) => Err(failed(err)),
            };
        }
        match self.store.head(&path).await {
            Ok(_) => return Ok(()),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(err) => return Err(failed(err)),
        }
        let upload = self.store.put_multipart(&path).await.map_err(failed)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut at = 0;
        while at < size {
            let len = (size - at).min(PART as u64);
            let sent = match upload.wait_for_capacity(PARTS).await {
                Ok(()) => read(at, len),
                Err(err) => Err(failed(err)),
            };
            match sent {
                Ok(piece) => upload.put(piece),
                Err(err) => {
                    let _ = upload.abort().await;
                    return Err(err);
                }
            }
            at += len;
        }
        upload.finish().await.map(drop).map_err(failed)
    }

    pub(crate) async fn replace(&self, key: &str, content: Bytes) -> io::Result<()> {
        self.store.put(&self.path(key)?, PutPayload::from_bytes(content)).await.map(drop).map_err(failed)
    }

    pub(crate) async fn remove(&self, key: &str) -> io::Result<()> {
        match self.store.delete(&self.path(key)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(err) => Err(failed(err)),
        }
    }

    pub(crate) async fn list(&self, below: &str) -> io::Result<Vec<Listed>> {
        let from = if below.is_empty() { self.prefix.clone() } else { self.path(below)?.to_string() };
        let from = (!from.is_empty()).then(|| Path::parse(from)).transpose();
        let from = from.map_err(|err| io::Error::new(io::ErrorKind::InvalidInput, err))?;
        let mut found = Vec::new();
        let mut listing = self.store.list(from.as_ref());
        while let Some(meta) = listing.next().await {
            let meta = meta.map_err(failed)?;
            let key = meta.location.as_ref();
            let key = key.strip_prefix(&self.prefix).unwrap_or(key).trim_start_matches('/').to_owned();
            // A bucket does not know when something was read last.
            found.push(Listed { key, size: meta.size, used: SystemTime::from(meta.last_modified) });
        }
        Ok(found)
    }

    pub(crate) fn spool(&self) -> io::Result<Spool> {
        self.spools.file()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn spool(store: &BucketStore, content: &[u8]) -> Spool {
        let spool = store.spool().unwrap();
        spool.file().as_ref().write_all(content).unwrap();
        spool
    }

    #[tokio::test]
    async fn the_first_of_two_servers_wins_and_large_files_come_back_by_range() {
        let dir = tempfile::tempdir().unwrap();
        let memory = Arc::new(object_store::memory::InMemory::new());
        let server =
            || BucketStore::over(Arc::clone(&memory) as _, String::new(), "some/prefix", dir.path()).unwrap();
        let (one, two) = (server(), server());
        let key = "example.com/!m/@v/v1.0.0+incompatible.mod";
        assert!(one.open(key).await.unwrap().is_none());
        one.commit(spool(&one, b"first"), key).await.unwrap();
        two.commit(spool(&two, b"second"), key).await.unwrap();
        assert_eq!(two.read(key).await.unwrap(), "first");
        let large: Vec<u8> = (0..20_000_000_u32).map(|n| (n % 253) as u8).collect();
        one.commit(spool(&one, &large), "example.com/m/@v/v1.0.0.zip").await.unwrap();
        let stored = two.open("example.com/m/@v/v1.0.0.zip").await.unwrap().unwrap();
        assert_eq!(stored.size, large.len() as u64);
        let Content::Remote(name) = stored.content else { panic!("large files stay in the bucket") };
        let mut got = Vec::new();
        let mut pieces = two.pieces(&name, 1000, 15_000_000);
        while let Some(piece) = pieces.next().await {
            got.extend_from_slice(&piece.unwrap());
        }
        assert!(got == large[1000..15_000_000]);
        let mut keys: Vec<_> = two.list("").await.unwrap().into_iter().map(|listed| listed.key).collect();
        keys.sort();
        assert_eq!(keys, [key, "example.com/m/@v/v1.0.0.zip"]);
        two.remove(key).await.unwrap();
        two.remove(key).await.unwrap();
        assert!(one.open(key).await.unwrap().is_none());
    }
}
