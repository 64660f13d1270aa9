//! The files of a project, however they are stored.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Dir,
    /// A symbolic link: it is sent as such, never followed.
    Link,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without folders.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes; 0 for folders.
    pub len: u64,
    /// It may be executed.
    pub executable: bool,
}

/// Read-only access to a tree of files. Paths are relative to its root, with slashes; the root is `""`.
pub trait Tree {
    /// The text of a file, bytes that are no UTF-8 replaced. `None` when it is no file or cannot be read.
    fn read(&self, path: &str) -> Option<Cow<'_, str>>;
    /// What stands there, the link itself for links.
    fn entry(&self, path: &str) -> Option<Entry>;
    /// The entries of a folder, sorted by name; empty when it is none.
    fn list(&self, dir: &str) -> Vec<Entry>;
}

/// A tree in memory.
#[derive(Debug, Clone, Default)]
pub struct MemTree {
    files: BTreeMap<String, (String, bool)>,
}

impl MemTree {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Put a file there.
    pub fn put(&mut self, path: &str, text: impl Into<String>) {
        self.files.insert(path.trim_start_matches('/').to_owned(), (text.into(), false));
    }

    /// The files with their texts.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, (text, _))| (path.as_str(), text.as_str()))
    }

    /// Read the txtar form: `-- path --` lines, each followed by the file's text. Text before the first is a comment.
    #[must_use]
    pub fn from_txtar(text: &str) -> Self {
        let mut tree = Self::new();
        let mut current: Option<(String, String)> = None;
        for line in text.split_inclusive('\n') {
            let name = line.trim_end().strip_prefix("-- ").and_then(|l| l.strip_suffix(" --"));
            match (name, &mut current) {
                (Some(name), _) => {
                    if let Some((path, text)) = current.take() {
                        tree.put(&path, text);
                    }
                    current = Some((name.trim().to_owned(), String::new()));
                }
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => {}
            }
        }
        if let Some((path, text)) = current {
            tree.put(&path, text);
        }
        tree
    }
}

impl Tree for MemTree {
    fn read(&self, path: &str) -> Option<Cow<'_, str>> {
        self.files.get(path).map(|(text, _)| Cow::Borrowed(text.as_str()))
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        if let Some((text, executable)) = self.files.get(path) {
            return Some(Entry { name, kind: Kind::File, len: text.len() as u64, executable: *executable });
        }
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let is_dir = path.is_empty()
            || self.files.range(prefix.clone()..).next().is_some_and(|(k, _)| k.starts_with(&prefix));
        is_dir.then_some(Entry { name, kind: Kind::Dir, len: 0, executable: true })
    }

    fn list(&self, dir: &str) -> Vec<Entry> {
        let prefix = if dir.is_empty() { String::new() } else { format!("{dir}/") };
        let mut entries: Vec<Entry> = Vec::new();
        for (path, (text, executable)) in self.files.range(prefix.clone()..) {
            let Some(rest) = path.strip_prefix(&prefix) else { break };
            let entry = match rest.split_once('/') {
                Some((name, _)) => Entry { name: name.to_owned(), kind: Kind::Dir, len: 0, executable: true },
                None => Entry {
                    name: rest.to_owned(),
                    kind: Kind::File,
                    len: text.len() as u64,
                    executable: *executable,
                },
            };
            if entries.iter().all(|e| e.name != entry.name) {
                entries.push(entry);
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }
}

/// A folder on disk.
#[derive(Debug, Clone)]
pub struct DirTree {
    root: PathBuf,
}

impl DirTree {
    /// The tree below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }
}

#[cfg(unix)]
fn executable(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_: &std::fs::Metadata) -> bool {
    true
}

fn entry_of(name: String, meta: &std::fs::Metadata) -> Entry {
    let kind = match meta.file_type() {
        t if t.is_symlink() => Kind::Link,
        t if t.is_dir() => Kind::Dir,
        _ => Kind::File,
    };
    let len = if kind == Kind::File { meta.len() } else { 0 };
    Entry { name, kind, len, executable: executable(meta) }
}

impl Tree for DirTree {
    fn read(&self, path: &str) -> Option<Cow<'_, str>> {
        let bytes = std::fs::read(self.path(path)).ok()?;
        Some(Cow::Owned(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
        }))
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        let meta = std::fs::symlink_metadata(self.path(path)).ok()?;
        Some(entry_of(path.rsplit('/').next().unwrap_or(path).to_owned(), &meta))
    }

    fn list(&self, dir: &str) -> Vec<Entry> {
        let Ok(read) = std::fs::read_dir(self.path(dir)) else { return Vec::new() };
        let mut entries: Vec<Entry> = read
            .flatten()
            .filter_map(|e| {
                let name = e.file_name().into_string().ok()?;
                // The type comes with the listing; sizes are asked for where they matter.
                let kind = match e.file_type().ok()? {
                    t if t.is_symlink() => Kind::Link,
                    t if t.is_dir() => Kind::Dir,
                    _ => Kind::File,
                };
                Some(Entry { name, kind, len: 0, executable: false })
            })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        entries
    }
}
