//! Making a module zip.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use super::ZipError;
use super::rules::{Checked, Collisions, EntryError, FileError, add_size, check_size, is_clean, is_vendored};
use crate::modfile::{GoMod, Mode, text_of};
use crate::path::{ModuleVersion, case_key, check, check_file_path};
use crate::version;

/// A file that may go into a zip.
pub trait SourceFile {
    /// Its slash-separated path below the module's root.
    fn path(&self) -> &str;

    /// What it is, not following links.
    ///
    /// # Errors
    /// When that cannot be found out.
    fn kind(&self) -> io::Result<FileKind>;

    /// Opens its content; only asked of regular files.
    ///
    /// # Errors
    /// When it cannot be opened.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file and its size in bytes.
    Regular(u64),
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Other,
}

/// Sorts files into those that belong into a module zip, those that are left out (other modules, vendored packages,
/// links), and those that make a zip impossible. Of the contents only the root `go.mod` is read, for its Go version.
pub fn check_files<F: SourceFile>(files: &[F]) -> Checked {
    check_with_sizes(files).0
}

/// [`check_files`], with the numbers and sizes of the valid files.
fn check_with_sizes<F: SourceFile>(files: &[F]) -> (Checked, Vec<(usize, u64)>) {
    let mut report = Report::default();
    let mut module_folders = HashSet::new();
    let mut go_version = String::new();
    for file in files {
        let (folder, base) = split(file.path());
        if case_key(base) != "go.mod" {
            continue;
        }
        match file.kind() {
            Err(e) => report.invalid(file.path(), EntryError::Io(e.to_string())),
            Ok(FileKind::Regular(_)) => {
                module_folders.insert(folder);
                if file.path() == "go.mod" {
                    go_version = read_go_version(file);
                }
            }
            Ok(_) => {}
        }
    }
    let in_other_module = |path: &str| {
        let mut folder = split(path).0;
        while !folder.is_empty() {
            if module_folders.contains(folder) {
                return true;
            }
            folder = split(&folder[..folder.len() - 1]).0;
        }
        false
    };
    let mut seen = Collisions::default();
    let mut total = 0;
    let mut valid = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let path = file.path();
        if !is_clean(path) {
            report.invalid(path, EntryError::NotClean);
        } else if path.starts_with('/') {
            report.invalid(path, EntryError::NotRelative);
        } else if is_vendored(path, &go_version) {
            report.omitted(path, EntryError::Vendored);
        } else if in_other_module(path) {
            report.omitted(path, EntryError::OtherModule);
        } else if path == ".hg_archival.txt" {
            report.omitted(path, EntryError::HgArchival);
        } else if let Err(e) = check_file_path(path) {
            report.invalid(path, e.into());
        } else if path != "go.mod" && path.to_lowercase() == "go.mod" {
            report.invalid(path, EntryError::GoModCase);
        } else {
            let kind = match file.kind() {
                Ok(kind) => kind,
                Err(e) => {
                    report.invalid(path, EntryError::Io(e.to_string()));
                    continue;
                }
            };
            if let Err(e) = seen.add(path, kind == FileKind::Folder) {
                report.invalid(path, e);
                continue;
            }
            let size = match kind {
                FileKind::Regular(size) => size,
                FileKind::Symlink => {
                    report.omitted(path, EntryError::Symlink);
                    continue;
                }
                FileKind::Folder | FileKind::Other => {
                    report.omitted(path, EntryError::NotRegular);
                    continue;
                }
            };
            report.checked.too_large |= !add_size(&mut total, size);
            match check_size(path, size) {
                Err(e) => report.invalid(path, e),
                Ok(()) => {
                    report.checked.valid.push(path.to_owned());
                    valid.push((number, size));
                }
            }
        }
    }
    (report.checked, valid)
}

/// The lists; each path is reported once.
#[derive(Default)]
struct Report {
    checked: Checked,
    named: HashSet<String>,
}

impl Report {
    fn invalid(&mut self, path: &str, reason: EntryError) {
        if self.named.insert(path.to_owned()) {
            self.checked.invalid.push(FileError { path: path.to_owned(), reason });
        }
    }

    fn omitted(&mut self, path: &str, reason: EntryError) {
        if self.named.insert(path.to_owned()) {
            self.checked.omitted.push(FileError { path: path.to_owned(), reason });
        }
    }
}

/// The folder, with its slash, and the rest.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |i| i + 1))
}

fn read_go_version(file: &impl SourceFile) -> String {
    let mut bytes = Vec::new();
    let read = file.open().and_then(|reader| reader.take(super::MAX_GO_MOD).read_to_end(&mut bytes));
    if read.is_ok() { go_version_of(&bytes) } else { String::new() }
}

fn go_version_of(go_mod: &[u8]) -> String {
    let file = GoMod::parse(&text_of(go_mod), Mode::Dependency);
    file.ok().and_then(|file| file.go).map_or(String::new(), |go| go.version)
}

/// Writes the zip of a module made of the files that belong into it. The same files give the same bytes.
///
/// # Errors
/// When module and version are bad, a file breaks the rules, changes its size meanwhile, or reading or writing fails.
pub fn create<W: Write, F: SourceFile>(w: W, module: &ModuleVersion, files: &[F]) -> Result<W, ZipError> {
    let canonical = version::canonical_module(&module.version).unwrap_or_default();
    if canonical != module.version {
        return Err(ZipError::NotCanonical { version: module.version.clone(), canonical });
    }
    check(&module.path, &module.version)?;
    let (checked, valid) = check_with_sizes(files);
    checked.ok()?;
    let mut zip = ZipArchiveWriter::new(w);
    for (number, size) in valid {
        let file = &files[number];
        let name = format!("{module}/{}", file.path());
        let failed = |e: rawzip::Error| match e.into_kind() {
            rawzip::ErrorKind::IO(source) => ZipError::Io { operation: format!("write {name}"), source },
            kind => ZipError::Io {
                operation: format!("write {name}"),
                source: io::Error::other(kind.to_string()),
            },
        };
        let path = rawzip::path::EntryPath::verbatim(name.as_bytes());
        let (mut entry, config) =
            zip.new_file(path).compression_method(CompressionMethod::DEFLATE).start().map_err(failed)?;
        let encoder = DeflateEncoder::new(&mut entry, flate2::Compression::default());
        let mut writer = config.wrap(encoder);
        let reader = file.open().map_err(ZipError::io(format!("open {}", file.path())))?;
        let copied = io::copy(&mut reader.take(size + 1), &mut writer)
            .map_err(ZipError::io(format!("copy {}", file.path())))?;
        if copied != size {
            return Err(ZipError::Content {
                path: file.path().to_owned(),
                reason: "file changed its size while it was read",
            });
        }
        let (encoder, descriptor) = writer.finish().map_err(failed)?;
        encoder.finish().map_err(ZipError::io(format!("write {name}")))?;
        entry.finish(descriptor).map_err(failed)?;
    }
    zip.finish().map_err(|e| ZipError::Io {
        operation: "write directory of zip".to_owned(),
        source: io::Error::other(e.to_string()),
    })
}

/// A file of a folder, found by [`list_dir`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirFile {
    /// Where it is.
    pub location: PathBuf,
    /// Its slash-separated path below the folder.
    pub path: String,
    /// What it was when it was found.
    pub kind: FileKind,
}

impl SourceFile for DirFile {
    fn path(&self) -> &str {
        &self.path
    }

    fn kind(&self) -> io::Result<FileKind> {
        Ok(self.kind)
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(fs::File::open(&self.location)?))
    }
}

/// The files below a folder that may go into a zip, in order, and what is left out already: folders of version control
/// systems and of other modules, vendored packages, links.
///
/// # Errors
/// When a folder cannot be listed.
pub fn list_dir(dir: &Path) -> Result<(Vec<DirFile>, Vec<FileError>), ZipError> {
    let go_version = fs::read(dir.join("go.mod")).map(|bytes| go_version_of(&bytes)).unwrap_or_default();
    let mut walk = Walk { go_version, files: Vec::new(), omitted: Vec::new() };
    walk.folder(dir, "")?;
    Ok((walk.files, walk.omitted))
}

struct Walk {
    go_version: String,
    files: Vec<DirFile>,
    omitted: Vec<FileError>,
}

impl Walk {
    fn folder(&mut self, dir: &Path, prefix: &str) -> Result<(), ZipError> {
        let failed = || ZipError::io(format!("list {}", dir.display()));
        let mut entries =
            fs::read_dir(dir).map_err(failed())?.collect::<Result<Vec<_>, _>>().map_err(failed())?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let location = entry.path();
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let meta = fs::symlink_metadata(&location)
                .map_err(ZipError::io(format!("read status of {}", location.display())))?;
            let omit = |reason| FileError { path: path.clone(), reason };
            if is_vendored(&path, &self.go_version) {
                // As in Go, the folders below are still walked, and each file is named.
                self.omitted.push(omit(EntryError::Vendored));
                if !meta.is_dir() {
                    continue;
                }
            }
            if meta.is_dir() {
                let version_control =
                    matches!(&*entry.file_name().to_string_lossy(), ".bzr" | ".git" | ".hg" | ".svn");
                if version_control {
                    self.omitted.push(omit(EntryError::VersionControl));
                } else if fs::symlink_metadata(location.join("go.mod")).is_ok_and(|m| !m.is_dir()) {
                    self.omitted.push(omit(EntryError::OtherModuleFolder));
                } else {
                    self.folder(&location, &format!("{path}/"))?;
                }
            } else if meta.is_file() {
                self.files.push(DirFile { location, path, kind: FileKind::Regular(meta.len()) });
            } else {
                self.omitted.push(omit(EntryError::NotRegular));
            }
        }
        Ok(())
    }
}

/// Writes the zip of the module in a folder.
///
/// # Errors
/// As [`list_dir`] and [`create`].
pub fn create_from_dir<W: Write>(w: W, module: &ModuleVersion, dir: &Path) -> Result<W, ZipError> {
    create(w, module, &list_dir(dir)?.0)
}
