//! The files of the project whose build failed, and what they say about a cause.
//!
//! [`Project`] reads through [`Files`], which the caller implements: bounded, lazily, never writing. A build is
//! only compared with files that it was made from: [`Project::facts`] finds the Dockerfile that holds the failing
//! instruction and whose other lines fit the log, or says nothing.

pub(crate) mod answer;
pub(crate) mod confirm;
mod facts;
mod site;
#[cfg(test)]
mod tests;
mod tree;
mod view;

pub use answer::{Answer, Confirmation};
pub use facts::Facts;

use std::cell::OnceCell;

use buildlog::Build;
use dockerfile::Dockerfile;

use tree::Tree;

/// The largest file that is read, in bytes.
pub const MOST_BYTES: u64 = 1 << 20;
/// Files and folders that are listed.
const MOST_ENTRIES: usize = 20_000;
/// Folders are searched for Dockerfiles down to this depth.
const DEPTH: usize = 3;
/// Dockerfiles that are looked at.
const MOST_DOCKERFILES: usize = 64;

/// Access to the project's files. Paths are relative to the project, with `/`; the project itself is the empty path.
/// An implementation never follows a link.
pub trait Files {
    /// The text of a file of at most [`MOST_BYTES`]; `None` when there is none or it is no text.
    fn read(&self, path: &str) -> Option<String>;
    /// What lies directly in a folder, at most `most` entries; nothing for what is no folder.
    fn entries(&self, folder: &str, most: usize) -> Vec<Entry>;
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// Its owner may execute it; `None` where the system does not know such a bit.
        executable: Option<bool>,
    },
    /// A link, or something stranger. It is not followed.
    Other,
}

/// A Dockerfile of the project.
#[derive(Debug)]
pub(crate) struct Doc {
    /// Its path.
    pub(crate) path: String,
    /// What it says.
    pub(crate) file: Dockerfile,
}

/// The project's files. They are read when a cause asks for them.
pub struct Project {
    files: Box<dyn Files>,
    docs: OnceCell<Vec<Doc>>,
    tree: OnceCell<Tree>,
}

impl std::fmt::Debug for Project {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Project")
    }
}

impl Project {
    /// A project whose files are read through `files`.
    #[must_use]
    pub fn new(files: impl Files + 'static) -> Self {
        Self { files: Box::new(files), docs: OnceCell::new(), tree: OnceCell::new() }
    }

    /// What the files say about this build; `None` when no Dockerfile of the project contains the instruction that
    /// failed, or when the log's other steps show that it speaks of another Dockerfile.
    #[must_use]
    pub fn facts(&self, build: &Build) -> Option<Facts<'_>> {
        let site = site::find(build, self)?;
        Some(Facts::new(self, site))
    }

    pub(crate) fn read(&self, path: &str) -> Option<String> {
        self.files.read(path).filter(|text| text.len() as u64 <= MOST_BYTES)
    }

    pub(crate) fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| Tree::walk(&*self.files, MOST_ENTRIES))
    }

    pub(crate) fn docs(&self) -> &[Doc] {
        self.docs.get_or_init(|| {
            tree::dockerfiles(&*self.files, DEPTH, MOST_DOCKERFILES)
                .into_iter()
                .filter_map(|path| {
                    let file = Dockerfile::parse(&self.read(&path)?);
                    Some(Doc { path, file })
                })
                .collect()
        })
    }
}
