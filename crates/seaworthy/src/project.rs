//! The project that a command looks at.

use crate::args::ProjectArgs;
use crate::fault::Fault;
use crate::words::{self as w, io_reason, plain, with};
use checks::{DirTree, Options, Project};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A project's folder, known to be one.
pub(crate) struct Opened {
    /// As it was named.
    pub(crate) folder: PathBuf,
    /// Its files.
    pub(crate) tree: DirTree,
}

/// Opens the folder that was named, or the current one.
///
/// # Errors
/// There is no such folder, or it may not be read.
pub(crate) fn open(folder: Option<&Path>) -> Result<Opened, Fault> {
    let folder = folder.unwrap_or(Path::new(".")).to_owned();
    // Fails for what is no folder, too.
    fs::read_dir(&folder).map_err(|error| Fault::read(&folder, &error))?;
    Ok(Opened { tree: DirTree::new(&folder), folder })
}

impl Opened {
    /// What checks are told by the command line.
    pub(crate) fn options(args: &ProjectArgs) -> Options {
        let plain = |path: &String| path.trim_start_matches("./").to_owned();
        Options {
            dockerfiles: args.dockerfiles.iter().map(plain).collect(),
            context: args.context.as_deref().map(|path| {
                let path = path.trim_start_matches("./").trim_end_matches('/');
                if path == "." { String::new() } else { path.to_owned() }
            }),
            ..Options::default()
        }
    }

    /// The Dockerfiles that are meant: those that were named, or all.
    ///
    /// # Errors
    /// There is none, or not the one that was named.
    pub(crate) fn dockerfiles(&self, project: &Project<'_>, options: &Options) -> Result<Vec<String>, Fault> {
        let unreadable = |reason| Fault::Read { what: plain(self.folder.display()), reason };
        if let Some(missing) = options.dockerfiles.iter().find(|path| !project.dockerfiles.contains(path)) {
            return Err(unreadable(with(&w::NOT_IN_PROJECT, &[plain(missing)])));
        }
        match (options.dockerfiles.is_empty(), project.dockerfiles.is_empty()) {
            (false, _) => Ok(options.dockerfiles.clone()),
            (true, false) => Ok(project.dockerfiles.clone()),
            (true, true) => Err(unreadable(w::NO_DOCKERFILE.clone())),
        }
    }

    /// A path of the project as somebody at the current folder would type it.
    pub(crate) fn typed(&self, path: &str) -> String {
        let folder = self.folder.strip_prefix(".").unwrap_or(&self.folder);
        folder.join(path).to_string_lossy().into_owned()
    }

    /// Where a file of the project is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }
}

/// Writes a file whole or not at all; permissions of one that is there stay, and links keep leading to it.
///
/// # Errors
/// The folder or the file cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let attempt = || -> io::Result<()> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.seaworthy", std::process::id()));
        let beside = folder.join(name);
        let written = fs::write(&beside, text)
            .and_then(|()| match fs::metadata(&path) {
                Ok(metadata) => fs::set_permissions(&beside, metadata.permissions()),
                Err(_) => Ok(()),
            })
            .and_then(|()| fs::rename(&beside, &path));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    };
    attempt().map_err(|error| Fault::Write { what: plain(path.display()), reason: io_reason(&error) })
}
