//! What lies where in a project: bounded walks.

use std::collections::BTreeMap;

use super::{EntryKind, Files};

/// Folders that hold no source of a build: results, caches, other projects' files.
const SKIPPED: [&str; 5] = ["node_modules", "vendor", "target", "testdata", "__pycache__"];
/// Folders that are looked into for Dockerfiles.
const MOST_FOLDERS: usize = 500;

/// Every file and folder.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    entries: BTreeMap<String, EntryKind>,
    /// False when there are more than were listed: then nothing can be said to be absent.
    complete: bool,
}

impl Tree {
    /// Lists everything, the nearest first; of `.git` only itself.
    pub(crate) fn walk(files: &dyn Files, most: usize) -> Self {
        let mut tree = Self { entries: BTreeMap::new(), complete: true };
        let mut open = std::collections::VecDeque::from([String::new()]);
        while let Some(folder) = open.pop_front() {
            let room = most.saturating_sub(tree.entries.len());
            if room == 0 {
                tree.complete = false;
                break;
            }
            let entries = files.entries(&folder, room + 1);
            tree.complete &= entries.len() <= room;
            for entry in entries.into_iter().take(room) {
                let path = join(&folder, &entry.name);
                if entry.kind == EntryKind::Folder && entry.name != ".git" {
                    open.push_back(path.clone());
                }
                tree.entries.insert(path, entry.kind);
            }
        }
        tree
    }

    pub(crate) fn kind(&self, path: &str) -> Option<EntryKind> {
        if path.is_empty() { Some(EntryKind::Folder) } else { self.entries.get(path).copied() }
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.kind(path).is_some()
    }

    /// Surely not there: neither the path nor a link above it, in a tree that was listed whole.
    pub(crate) fn lacks(&self, path: &str) -> bool {
        self.complete
            && !self.has(path)
            && !above(path)
                .any(|p| self.kind(p) == Some(EntryKind::Other) || p.rsplit('/').next() == Some(".git"))
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        self.kind(path) == Some(EntryKind::Folder)
    }

    pub(crate) fn is_file(&self, path: &str) -> bool {
        matches!(self.kind(path), Some(EntryKind::File { .. }))
    }

    /// Paths of all files and folders.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Names of what lies directly in `folder`.
    pub(crate) fn inside<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths().filter_map(move |p| {
            let rest = if folder.is_empty() { p } else { p.strip_prefix(folder)?.strip_prefix('/')? };
            (!rest.contains('/')).then_some(rest)
        })
    }

    /// Go source lies directly in `folder`.
    pub(crate) fn has_go(&self, folder: &str) -> bool {
        self.inside(folder).any(|n| n.ends_with(".go") && !n.ends_with("_test.go"))
    }
}

/// Paths that may be Dockerfiles, the nearest first.
pub(crate) fn dockerfiles(files: &dyn Files, depth: usize, most: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut level = vec![String::new()];
    let mut folders = 0;
    for _ in 0..=depth {
        let mut next = Vec::new();
        for folder in level {
            folders += 1;
            if folders > MOST_FOLDERS {
                return found;
            }
            let mut entries = files.entries(&folder, 2000);
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            for entry in entries {
                let path = join(&folder, &entry.name);
                match entry.kind {
                    EntryKind::File { .. } if is_dockerfile(&entry.name) => found.push(path),
                    EntryKind::Folder
                        if !SKIPPED.contains(&&*entry.name)
                            && (!entry.name.starts_with('.') || entry.name == ".docker") =>
                    {
                        next.push(path);
                    }
                    _ => {}
                }
                if found.len() >= most {
                    return found;
                }
            }
        }
        level = next;
    }
    found
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("ignore") {
        return false;
    }
    ["dockerfile", "containerfile"].iter().any(|word| {
        lower == *word
            || lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(['.', '-', '_']))
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

/// `folder/name`, without the slash when the folder is the project.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The folder a path lies in; empty at the top.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// A path without `.` and `..`. `None` when it leaves its root, unless the path is absolute.
pub(crate) fn tidy(path: &str) -> Option<String> {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() && !absolute {
                    return None;
                }
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    Some(if absolute { format!("/{joined}") } else { joined })
}

/// `path` as a step in `folder` means it.
pub(crate) fn resolve(folder: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    tidy(&format!("/{whole}")).unwrap_or(whole)
}

/// What follows `folder` in `path`; empty when they are the same.
pub(crate) fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix('/').or(folder.is_empty().then_some(rest))
}
