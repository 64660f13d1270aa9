//! The project's folder as the catalogue reads it: bounded, never through a link, never written to.

use causes::{Entry, EntryKind, Files, MOST_BYTES};
use std::fs::{self, Metadata};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

/// A folder on this machine.
#[derive(Debug)]
pub(crate) struct Folder {
    top: PathBuf,
}

impl Folder {
    /// The project in `top`.
    pub(crate) fn new(top: &Path) -> Self {
        Self { top: top.to_owned() }
    }

    /// The place of `path`, unless it or a folder above it is a link, or it lies outside.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let mut place = self.top.clone();
        for part in Path::new(path).components() {
            let Component::Normal(part) = part else { return None };
            place.push(part);
            if fs::symlink_metadata(&place).ok()?.file_type().is_symlink() {
                return None;
            }
        }
        Some(place)
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> Option<String> {
        let place = self.place(path)?;
        // A pipe or device would keep us waiting.
        if !fs::symlink_metadata(&place).ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        fs::File::open(place).ok()?.take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= MOST_BYTES).then(|| String::from_utf8(bytes).ok()).flatten()
    }

    fn entries(&self, folder: &str, most: usize) -> Vec<Entry> {
        let Some(entries) = self.place(folder).and_then(|place| fs::read_dir(place).ok()) else {
            return Vec::new();
        };
        let entry = |entry: fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            // Of the entry itself, not of what a link points to.
            let metadata = entry.metadata().ok()?;
            let kind = if metadata.is_dir() {
                EntryKind::Folder
            } else if metadata.is_file() {
                EntryKind::File { executable: executable(&metadata) }
            } else {
                EntryKind::Other
            };
            Some(Entry { name, kind })
        };
        entries.filter_map(Result::ok).filter_map(entry).take(most).collect()
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not know")]
fn executable(metadata: &Metadata) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> Option<bool> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_and_paths_outside_are_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "x").unwrap();
        let top = tempfile::tempdir().unwrap();
        fs::create_dir(top.path().join("in")).unwrap();
        fs::write(top.path().join("in/file"), "text").unwrap();
        fs::write(top.path().join("bytes"), [0xff, 0xfe]).unwrap();
        std::os::unix::fs::symlink(outside.path(), top.path().join("link")).unwrap();
        std::os::unix::fs::symlink("in/file", top.path().join("near")).unwrap();
        let folder = Folder::new(top.path());
        assert_eq!(folder.read("in/file").as_deref(), Some("text"));
        for path in ["link/secret", "near", "../secret", "/etc/hostname", "bytes", "in", "gone"] {
            assert_eq!(folder.read(path), None, "{path}");
        }
        let mut kinds: Vec<String> =
            folder.entries("", 10).into_iter().map(|e| format!("{} {:?}", e.name, e.kind)).collect();
        kinds.sort();
        let file = "File { executable: Some(false) }";
        assert_eq!(
            kinds,
            [format!("bytes {file}"), "in Folder".into(), "link Other".into(), "near Other".into()]
        );
        assert!(folder.entries("link", 10).is_empty());
    }
}
