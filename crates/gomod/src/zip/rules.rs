//! Which names and sizes may stand in a module zip.

use std::collections::HashMap;

use super::{MAX_GO_MOD, MAX_LICENSE, MAX_ZIP, ZipError};
use crate::gover;
use crate::path::{PathError, case_key, check_file_path};

/// What became of each file: every one is in exactly one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Files that belong into the zip.
    pub valid: Vec<String>,
    /// Files that do not, and why not; this is normal.
    pub omitted: Vec<FileError>,
    /// Files that make a zip impossible or invalid, and why.
    pub invalid: Vec<FileError>,
    /// Whether the valid files together have more than [`MAX_ZIP`] bytes.
    pub too_large: bool,
}

impl Checked {
    /// Nothing, or the error that the files make.
    ///
    /// # Errors
    /// [`ZipError::ContentsTooLarge`] or [`ZipError::Invalid`].
    pub fn ok(&self) -> Result<(), ZipError> {
        if self.too_large {
            Err(ZipError::ContentsTooLarge)
        } else if !self.invalid.is_empty() {
            Err(ZipError::Invalid(self.invalid.clone()))
        } else {
            Ok(())
        }
    }
}

/// A file and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FileError {
    /// Its name; what is no UTF-8 is replaced.
    pub path: String,
    /// What is wrong.
    pub reason: EntryError,
}

/// What is wrong with a file of a zip, or why it is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// An entry whose name does not begin with `module@version/`.
    #[error("path does not have prefix {0:?}")]
    Prefix(String),
    /// `a//b`, `a/./b` or `a/../b`.
    #[error("file path is not clean")]
    NotClean,
    /// `/a`.
    #[error("file path is not relative")]
    NotRelative,
    /// The name has characters or elements that no file in a module may have.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two names differ by case only.
    #[error("case-insensitive file name collision: {0:?} and {1:?}")]
    CaseCollision(String, String),
    /// A name is a file here and a folder there.
    #[error("entry {0:?} is both a file and a directory")]
    FileAndFolder(String),
    /// A file occurs twice.
    #[error("multiple entries for file {0:?}")]
    Duplicate(String),
    /// A `go.mod` below the root: it would be another module.
    #[error("go.mod file not in module root directory")]
    NestedGoMod,
    /// `GO.MOD` or the like in the root.
    #[error("go.mod files must have lowercase names")]
    GoModCase,
    /// The `go.mod` has more than [`MAX_GO_MOD`] bytes.
    #[error("go.mod file too large (max size is {MAX_GO_MOD} bytes)")]
    GoModSize,
    /// The `LICENSE` has more than [`MAX_LICENSE`] bytes.
    #[error("LICENSE file too large (max size is {MAX_LICENSE} bytes)")]
    LicenseSize,
    /// The file could not be looked at.
    #[error("{0}")]
    Io(String),
    /// Left out: the folder of a version control system.
    #[error("directory is a version control repository")]
    VersionControl,
    /// Left out: a vendored package.
    #[error("file is in vendor directory")]
    Vendored,
    /// Left out: a file of another module.
    #[error("file is in another module")]
    OtherModule,
    /// Left out: the folder of another module.
    #[error("directory is in another module")]
    OtherModuleFolder,
    /// Left out: the note that `hg archive` adds.
    #[error("file is inserted by 'hg archive' and is always omitted")]
    HgArchival,
    /// Left out: a symbolic link.
    #[error("file is a symbolic link")]
    Symlink,
    /// Left out: neither a file nor a link, such as a device.
    #[error("not a regular file")]
    NotRegular,
}

/// Whether a path is as short as it can be: no empty, `.` or inner `..` element.
pub(super) fn is_clean(path: &str) -> bool {
    if path == "/" || path == "." {
        return true;
    }
    let (rooted, rest) = match path.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, path),
    };
    let mut climbing = !rooted;
    rest.split('/').all(|element| {
        climbing &= element == "..";
        !element.is_empty() && element != "." && (element != ".." || climbing)
    })
}

/// Whether a file lies in a package below a `vendor` folder, by the rules of the module's Go version: from 1.24 on
/// `vendor/modules.txt` counts too, and an old mistake with nested `vendor` folders is gone.
pub(super) fn is_vendored(name: &str, go_version: &str) -> bool {
    let new = gover::compare(&gover::lang(go_version).unwrap_or_default(), "1.24").is_ge();
    if new && name == "vendor/modules.txt" {
        return true;
    }
    const INNER: &str = "/vendor/";
    let rest = if let Some(rest) = name.strip_prefix("vendor/") {
        rest
    } else if let Some(at) = name.find(INNER) {
        // Before 1.24 the length of "/vendor/" was skipped from the start of the name, wherever it stood. The sums
        // of published modules depend on that.
        let skip = if new { at + INNER.len() } else { INNER.len() };
        return name.as_bytes()[skip..].contains(&b'/');
    } else {
        return false;
    };
    rest.contains('/')
}

/// Finds names that differ by case only, occur twice, or are both file and folder.
///
/// The names are kept as a tree of elements, so that memory grows with the bytes of the names even when they are
/// deep.
#[derive(Default)]
pub(super) struct Collisions {
    nodes: HashMap<(u32, Box<str>), Node>,
}

struct Node {
    id: u32,
    /// The element as first seen, when that differs from its folded form.
    spelled: Option<Box<str>>,
    folder: bool,
}

impl Collisions {
    /// Adds a clean, relative name.
    pub(super) fn add(&mut self, path: &str, folder: bool) -> Result<(), EntryError> {
        let mut parent = 0;
        let mut end = 0;
        let mut rest = Some(path);
        while let Some(now) = rest {
            let (element, next) = match now.split_once('/') {
                Some((element, next)) => (element, Some(next)),
                None => (now, None),
            };
            rest = next;
            let start = end;
            end += element.len();
            let is_folder = next.is_some() || folder;
            let key = case_key(element);
            let fresh_id = self.nodes.len() as u32 + 1;
            match self.nodes.get(&(parent, key.as_str().into())) {
                None => {
                    let spelled = (key != element).then(|| element.into());
                    self.nodes.insert(
                        (parent, key.into_boxed_str()),
                        Node { id: fresh_id, spelled, folder: is_folder },
                    );
                    parent = fresh_id;
                }
                Some(node) => {
                    let spelled = node.spelled.as_deref().unwrap_or(&key);
                    if spelled != element {
                        let other = format!("{}{spelled}", &path[..start]);
                        return Err(EntryError::CaseCollision(other, path[..end].to_owned()));
                    }
                    if node.folder != is_folder {
                        return Err(EntryError::FileAndFolder(path[..end].to_owned()));
                    }
                    if !is_folder {
                        return Err(EntryError::Duplicate(path[..end].to_owned()));
                    }
                    parent = node.id;
                }
            }
            end += 1;
        }
        Ok(())
    }
}

/// The rules for one entry of a zip, by its name below the prefix. `Ok(None)` for a folder, else its size counts.
pub(super) fn check_entry(name: &str, size: u64, seen: &mut Collisions) -> Result<bool, EntryError> {
    let (name, folder) = match name.strip_suffix('/') {
        Some(name) => (name, true),
        None => (name, false),
    };
    if !is_clean(name) {
        return Err(EntryError::NotClean);
    }
    check_file_path(name)?;
    seen.add(name, folder)?;
    if folder {
        return Ok(false);
    }
    let base = name.rsplit('/').next().unwrap_or(name);
    if case_key(base) == "go.mod" {
        if base != name {
            return Err(EntryError::NestedGoMod);
        }
        if name != "go.mod" {
            return Err(EntryError::GoModCase);
        }
    }
    check_size(name, size)?;
    Ok(true)
}

/// The rules for the sizes of single files.
pub(super) fn check_size(name: &str, size: u64) -> Result<(), EntryError> {
    match name {
        "go.mod" if size > MAX_GO_MOD => Err(EntryError::GoModSize),
        "LICENSE" if size > MAX_LICENSE => Err(EntryError::LicenseSize),
        _ => Ok(()),
    }
}

/// Adds a size to a total that may not pass [`MAX_ZIP`].
pub(super) fn add_size(total: &mut u64, size: u64) -> bool {
    match total.checked_add(size) {
        Some(sum) if sum <= MAX_ZIP => {
            *total = sum;
            true
        }
        _ => false,
    }
}
