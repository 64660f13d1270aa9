//! Files in a folder.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::{Content, Listed, SMALL, Spool, SpoolDir, Stored};

/// Folder of half-written files. No module path starts with a dot, so it collides with nothing.
const SPOOL: &str = ".tmp";

/// A store in a folder; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct DiskStore {
    root: Arc<PathBuf>,
    spools: SpoolDir,
}

impl DiskStore {
    /// Opens or makes the folder. A GOMODCACHE is recognised and its `cache/download` used.
    pub(crate) fn open_at(folder: &Path) -> io::Result<Self> {
        let download = folder.join("cache/download");
        let root = if download.is_dir() { download } else { folder.to_owned() };
        fs::create_dir_all(&root)?;
        let spools = SpoolDir::create(&root.join(SPOOL))?;
        Ok(Self { root: Arc::new(root), spools })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Keys come from checked routes; this is the last wall before the file system.
    fn path(&self, key: &str) -> io::Result<PathBuf> {
        let safe = key.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
            && !key.contains(['\0', '\\']);
        if safe {
            Ok(self.root.join(key))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "unsafe key"))
        }
    }

    pub(crate) fn open(&self, key: &str) -> io::Result<Option<Stored>> {
        let mut file = match File::open(self.path(key)?) {
            Ok(file) => file,
            Err(err) if matches!(err.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(err) => return Err(err),
        };
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Ok(None);
        }
        if key.ends_with(".zip") {
            touch(&file);
        }
        let size = meta.len();
        let content = if size <= SMALL {
            let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
            file.read_to_end(&mut bytes)?;
            Content::Bytes(Bytes::from(bytes))
        } else {
            Content::File(Arc::new(file))
        };
        Ok(Some(Stored { size, modified: meta.modified()?, content }))
    }

    pub(crate) fn commit(&self, spool: Spool, key: &str) -> io::Result<()> {
        spool.keep_as(&self.path(key)?)
    }

    pub(crate) fn replace(&self, key: &str, content: &[u8]) -> io::Result<()> {
        let target = self.path(key)?;
        let spool = self.spools.file()?;
        spool.file().as_ref().write_all(content)?;
        spool.keep_unsynced(&target)
    }

    pub(crate) fn remove(&self, key: &str) -> io::Result<()> {
        match fs::remove_file(self.path(key)?) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
            _ => Ok(()),
        }
    }

    pub(crate) fn spool(&self) -> io::Result<Spool> {
        self.spools.file()
    }

    pub(crate) fn list(&self, below: &str) -> io::Result<Vec<Listed>> {
        let start = if below.is_empty() { self.root.to_path_buf() } else { self.path(below)? };
        let mut found = Vec::new();
        let mut folders = vec![start];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(err) if matches!(err.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                    continue;
                }
                Err(err) => return Err(err),
            };
            for entry in entries {
                let entry = entry?;
                let path = entry.path();
                // Links are not followed: they could lead out of the cache or in circles.
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    // Bare clones are no files of the protocol either.
                    if entry.file_name() != SPOOL && entry.file_name() != ".vcs" {
                        folders.push(path);
                    }
                } else if kind.is_file()
                    && let Some(key) = path.strip_prefix(&*self.root).ok().and_then(Path::to_str)
                    && let Ok(meta) = entry.metadata()
                {
                    let modified = meta.modified()?;
                    let used = meta.accessed().map_or(modified, |accessed| accessed.max(modified));
                    found.push(Listed { key: key.to_owned(), size: meta.len(), used });
                }
            }
        }
        Ok(found)
    }
}

/// Notes the use of a file, whatever the mount's `atime` options are: the quota goes by it. A read-only cache stays as
/// it is.
fn touch(file: &File) {
    use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
    let at = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let _ = rustix::fs::futimens(
        file,
        &Timestamps { last_access: at(UTIME_NOW), last_modification: at(UTIME_OMIT) },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_leave_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let store = DiskStore::open_at(&dir.path().join("cache")).unwrap();
        fs::write(dir.path().join("secret"), "x").unwrap();
        for key in ["../secret", "a/../../secret", "/etc/passwd", "a//b", "./a", ""] {
            assert!(store.open(key).is_err(), "{key}");
        }
    }

    #[test]
    fn a_go_module_cache_is_used_at_its_download_folder() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("cache/download/example.com/m/@v/v1.0.0.mod");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "module example.com/m\n").unwrap();
        let store = DiskStore::open_at(dir.path()).unwrap();
        assert!(store.open("example.com/m/@v/v1.0.0.mod").unwrap().is_some());
        let keys: Vec<_> = store.list("").unwrap().into_iter().map(|listed| listed.key).collect();
        assert_eq!(keys, ["example.com/m/@v/v1.0.0.mod"]);
    }
}
