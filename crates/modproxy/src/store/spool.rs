//! Files that are being written. A [`Spool`] that is dropped is removed; only a commit keeps it. The folder of a
//! process is held by a file lock, so that the leavings of a killed process can be told from a living one's.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::FlockOperation;

/// This process's folder for half-written files.
#[derive(Debug, Clone)]
pub(crate) struct SpoolDir(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    next: AtomicU64,
    _lock: File,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Best effort: a folder that stays is swept by the next start.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl SpoolDir {
    /// Makes a folder of our own below `base` and sweeps those of dead processes.
    pub(crate) fn create(base: &Path) -> io::Result<Self> {
        fs::create_dir_all(base)?;
        sweep(base);
        loop {
            let path = base.join(format!("{:08x}", fastrand::u32(..)));
            match fs::create_dir(&path) {
                Ok(()) => {}
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(err) => return Err(err),
            }
            let lock = File::create(path.join("lock"))?;
            rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
            return Ok(Self(Arc::new(Inner { path, next: AtomicU64::new(0), _lock: lock })));
        }
    }

    /// A new empty file.
    pub(crate) fn file(&self) -> io::Result<Spool> {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let path = self.0.path.join(number.to_string());
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        Ok(Spool { file: Arc::new(file), path, kept: false, _dir: self.clone() })
    }
}

fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // A folder without a lock may be one that is being made; its owner's first file would fail, so leave the
        // young ones alone.
        let Ok(lock) = File::open(path.join("lock")) else {
            let old = entry
                .metadata()
                .and_then(|meta| meta.modified())
                .is_ok_and(|time| time.elapsed().is_ok_and(|age| age.as_secs() > 60));
            if old {
                let _ = fs::remove_dir_all(&path);
            }
            continue;
        };
        if rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_dir_all(&path);
        }
    }
}

/// A file that is being written. Removed when dropped, unless [`Spool::keep_as`] succeeded.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Arc<File>,
    path: PathBuf,
    kept: bool,
    _dir: SpoolDir,
}

impl Spool {
    /// For readers that follow the writing.
    pub(crate) fn file(&self) -> &Arc<File> {
        &self.file
    }

    /// Flushes to the disk, moves to `target` and makes the move durable.
    pub(crate) fn keep_as(mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        let parent = target.parent().ok_or_else(|| io::Error::other("a stored file needs a folder"))?;
        let created = create_dirs(parent)?;
        fs::rename(&self.path, target)?;
        self.kept = true;
        sync_dir(parent)?;
        for dir in created {
            sync_dir(&dir)?;
        }
        Ok(())
    }

    /// Moves to `target` without waiting for the disk.
    pub(crate) fn keep_unsynced(mut self, target: &Path) -> io::Result<()> {
        let parent = target.parent().ok_or_else(|| io::Error::other("a stored file needs a folder"))?;
        create_dirs(parent)?;
        fs::rename(&self.path, target)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Makes the folder and gives the existing folders whose entries changed.
fn create_dirs(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut missing = Vec::new();
    let mut at = path;
    while !at.is_dir() {
        missing.push(at.to_owned());
        match at.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => at = parent,
            _ => break,
        }
    }
    if missing.is_empty() {
        return Ok(missing);
    }
    fs::create_dir_all(path)?;
    Ok(missing.iter().filter_map(|dir| dir.parent().map(Path::to_owned)).collect())
}

fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_file_leaves_nothing_and_a_kept_one_stays() {
        let dir = tempfile::tempdir().unwrap();
        let spools = SpoolDir::create(&dir.path().join(".tmp")).unwrap();
        drop(spools.file().unwrap());
        let target = dir.path().join("a/b/c");
        spools.file().unwrap().keep_as(&target).unwrap();
        assert!(target.exists());
        let own = fs::read_dir(dir.path().join(".tmp")).unwrap().next().unwrap().unwrap().path();
        let names: Vec<_> = fs::read_dir(own).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["lock"]);
    }

    #[test]
    fn the_leavings_of_a_dead_process_are_swept_and_a_living_ones_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let dead = dir.path().join("dead");
        fs::create_dir(&dead).unwrap();
        fs::write(dead.join("lock"), "").unwrap();
        fs::write(dead.join("0"), "half").unwrap();
        let living = SpoolDir::create(dir.path()).unwrap();
        let file = living.file().unwrap();
        assert!(!dead.exists());
        let _second = SpoolDir::create(dir.path()).unwrap();
        assert!(file.path.exists());
    }
}
