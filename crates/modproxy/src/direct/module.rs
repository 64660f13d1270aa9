//! A module in a repository: which tags are its versions, what a revision is called, its files.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use gomod::ModuleVersion;
use gomod::path::{matches_path_major, path_major_prefix, split_path_version};
use gomod::version;
use gomod::version::pseudo::{self, Pseudo};
use gomod::zip::{FileKind, SourceFile};
use serde_json::json;

use super::discover::Place;
use super::repo::{Commit, Repo};
use crate::refusal::Refusal;

/// A module and where it is.
#[derive(Debug)]
pub(crate) struct Source {
    module: String,
    /// `/v2`, `.v3`, or nothing.
    major: String,
    /// Folder in the repository, without the major version's own.
    folder: String,
    /// What its tags begin with: `sub/dir/`.
    tag_prefix: String,
    repo: Arc<Repo>,
}

/// A revision with its name as a version.
#[derive(Debug)]
struct Found {
    version: String,
    commit: Commit,
    reference: Option<String>,
}

fn unknown(module: &str, what: &str, why: impl std::fmt::Display) -> Refusal {
    Refusal::not_found(format!("not found: {module}@{what}: {why}"))
}

impl Source {
    pub(super) fn new(module: &str, place: &Place, repo: Arc<Repo>) -> Result<Self, Refusal> {
        let (stem, major) = split_path_version(module)
            .ok_or_else(|| Refusal::not_found(format!("not found: {module}: malformed module path")))?;
        let below =
            |path: &str| path.strip_prefix(&place.root).map(|rest| rest.trim_start_matches('/').to_owned());
        // gopkg.in's .v1 belongs to the repository's name.
        let inside = below(stem).or_else(|| below(module)).unwrap_or_default();
        let inside = if module == place.root { String::new() } else { inside };
        let folder = [place.folder.as_str(), inside.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/");
        // Tags are prefixed by the folder below the root that the name shows.
        let tag_prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Ok(Self { module: module.to_owned(), major: major.to_owned(), folder, tag_prefix, repo })
    }

    /// The version that a tag is for this module, `+incompatible` left out of account.
    fn version_of_tag<'t>(&self, tag: &'t str) -> Option<&'t str> {
        let version = tag.strip_prefix(&self.tag_prefix)?;
        let canonical = version::canonical(version)?;
        (canonical == version && !version::is_pseudo(version)).then_some(version)
    }

    pub(super) async fn versions(&self) -> Result<Vec<String>, Refusal> {
        let refs = self.repo.refs().await?;
        let mut compatible = Vec::new();
        let mut incompatible = Vec::new();
        for tag in refs.keys().filter_map(|name| name.strip_prefix("refs/tags/")) {
            let Some(version) = self.version_of_tag(tag) else { continue };
            if matches_path_major(version, &self.major) {
                compatible.push(version.to_owned());
            } else if self.major.is_empty() && self.tag_prefix.is_empty() {
                incompatible.push(version.to_owned());
            }
        }
        version::sort(&mut compatible);
        version::sort(&mut incompatible);
        // Once a module has a go.mod, its later majors have paths of their own.
        let modular = match compatible.last() {
            Some(last) => self.has_go_mod(last).await?,
            None => false,
        };
        if !modular {
            let mut seen: Option<(String, bool)> = None;
            for version in incompatible.iter().rev() {
                let major = version::major(version).to_owned();
                let without = match &seen {
                    Some((known, without)) if *known == major => *without,
                    _ => !self.has_go_mod(version).await?,
                };
                seen = Some((major, without));
                if without {
                    compatible.push(format!("{version}+incompatible"));
                }
            }
            version::sort(&mut compatible);
        }
        Ok(compatible)
    }

    async fn has_go_mod(&self, tag_version: &str) -> Result<bool, Refusal> {
        let refs = self.repo.refs().await?;
        let name = format!("refs/tags/{}{tag_version}", self.tag_prefix);
        let Some(hash) = refs.get(&name) else { return Ok(false) };
        let commit = self.repo.commit_of_ref(&name, hash).await?;
        Ok(self.repo.file(&commit.hash, &self.inside("go.mod")).await?.is_some())
    }

    fn inside(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }

    pub(super) async fn latest(&self) -> Result<Bytes, Refusal> {
        let versions = self.versions().await?;
        let release = versions.iter().rev().find(|version| version::prerelease(version).is_empty());
        match release.or(versions.last()) {
            Some(version) => self.info(version).await,
            None => self.info("HEAD").await,
        }
    }

    pub(super) async fn info(&self, revision: &str) -> Result<Bytes, Refusal> {
        let found = self.resolve(revision).await?;
        // That it is this module there must be true before it gets a name.
        self.code_folder(&found).await?;
        let mut origin = json!({ "VCS": "git", "URL": self.repo.url, "Hash": found.commit.hash });
        if !self.folder.is_empty() {
            origin["Subdir"] = json!(self.folder);
        }
        if let Some(reference) = &found.reference {
            origin["Ref"] = json!(reference);
        }
        let time = gomod::time::format_rfc3339(found.commit.time);
        let info = json!({ "Version": found.version, "Time": time, "Origin": origin });
        Ok(Bytes::from(info.to_string()))
    }

    pub(super) async fn go_mod(&self, version: &str) -> Result<Bytes, Refusal> {
        let found = self.resolve(version).await?;
        let (_, text) = self.code_folder(&found).await?;
        // A module without one gets the shortest that names it, as go makes it.
        let made = || format!("module {}\n", gomod::modfile::auto_quote(&self.module)).into_bytes();
        Ok(Bytes::from(text.unwrap_or_else(made)))
    }

    /// The folder with the module's code, and its go.mod. A major version may have a folder of its own.
    async fn code_folder(&self, found: &Found) -> Result<(String, Option<Vec<u8>>), Refusal> {
        let hash = &found.commit.hash;
        let own = self.repo.file(hash, &self.inside("go.mod")).await?;
        let declared = |text: &Option<Vec<u8>>| {
            text.as_ref().and_then(|text| gomod::modfile::module_path(&String::from_utf8_lossy(text)))
        };
        if version::is_incompatible(&found.version) {
            if own.is_some() {
                let why = format!(
                    "a module with a go.mod has major version {} in its path",
                    version::major(&found.version)
                );
                return Err(unknown(&self.module, &found.version, why));
            }
            return Ok((self.folder.clone(), None));
        }
        if !self.major.starts_with('/') {
            return Ok((self.folder.clone(), own));
        }
        if declared(&own).as_deref() == Some(&self.module) {
            return Ok((self.folder.clone(), own));
        }
        let folder = self.inside(&self.major[1..]);
        let other = self.repo.file(hash, &format!("{folder}/go.mod")).await?;
        if declared(&other).as_deref() == Some(&self.module) {
            return Ok((folder, other));
        }
        let why = match declared(&own) {
            Some(path) => format!("its go.mod says module {path}"),
            None => "missing go.mod with this module path".to_owned(),
        };
        Err(unknown(&self.module, &found.version, why))
    }

    async fn resolve(&self, revision: &str) -> Result<Found, Refusal> {
        if let Some(parsed) = Pseudo::parse(revision) {
            return self.resolve_pseudo(revision, &parsed).await;
        }
        let refs = self.repo.refs().await?;
        if version::is_canonical(revision) {
            let bare = revision.strip_suffix("+incompatible").unwrap_or(revision);
            let name = format!("refs/tags/{}{bare}", self.tag_prefix);
            if let Some(hash) = refs.get(&name) {
                let commit = self.repo.commit_of_ref(&name, hash).await?;
                let fits = matches_path_major(revision, &self.major);
                // v2.0.0 of a path without /v2 is v2.0.0+incompatible, if it has no go.mod.
                let version = match fits {
                    true => revision.to_owned(),
                    false if self.major.is_empty() => format!("{bare}+incompatible"),
                    false => {
                        return Err(unknown(
                            &self.module,
                            revision,
                            "does not fit the module path's major version",
                        ));
                    }
                };
                return Ok(Found { version, commit, reference: Some(name) });
            }
            return Err(unknown(
                &self.module,
                revision,
                format!("unknown revision {}{bare}", self.tag_prefix),
            ));
        }
        let name = [
            "HEAD".to_owned(),
            format!("refs/heads/{revision}"),
            format!("refs/tags/{revision}"),
            format!("refs/tags/{}{revision}", self.tag_prefix),
        ]
        .into_iter()
        .find(|name| (name != "HEAD" || revision == "HEAD") && refs.contains_key(name));
        let commit = match &name {
            Some(name) => {
                self.repo.fetch_all().await?;
                self.repo.commit(&refs[name]).await?
            }
            None => {
                let hex = revision.len() >= 7
                    && revision.len() <= 64
                    && revision.bytes().all(|b| b.is_ascii_hexdigit());
                if !hex {
                    return Err(unknown(&self.module, revision, format!("unknown revision {revision}")));
                }
                match self.repo.commit(revision).await {
                    Ok(commit) => commit,
                    Err(_) => {
                        self.repo.fetch_all().await?;
                        self.repo.commit(revision).await?
                    }
                }
            }
        };
        self.name_of(commit, name.filter(|name| name != "HEAD")).await
    }

    /// What a commit is called: its tag, or a pseudo-version after the newest tag before it.
    async fn name_of(&self, commit: Commit, reference: Option<String>) -> Result<Found, Refusal> {
        self.repo.fetch_all().await?;
        let refs = self.repo.refs().await?;
        let tags = self.repo.tags_before(&commit.hash).await?;
        let mut before: Vec<&str> = tags
            .iter()
            .filter_map(|tag| self.version_of_tag(tag))
            .filter(|version| matches_path_major(version, &self.major))
            .collect();
        version::sort(&mut before);
        let here = before.iter().rev().find(|version| {
            refs.get(&format!("refs/tags/{}{version}", self.tag_prefix)) == Some(&commit.hash)
        });
        if let Some(version) = here {
            let reference = Some(format!("refs/tags/{}{version}", self.tag_prefix));
            return Ok(Found { version: (*version).to_owned(), commit, reference });
        }
        let base = before.last().copied().unwrap_or_default();
        let short = &commit.hash[..12];
        let version = pseudo::make(path_major_prefix(&self.major), base, commit.time, short);
        Ok(Found { version, commit, reference })
    }

    /// A pseudo-version must say the truth about its commit: its time, its name, and the tag it comes after.
    async fn resolve_pseudo(&self, text: &str, parsed: &Pseudo<'_>) -> Result<Found, Refusal> {
        let bad = |why: String| unknown(&self.module, text, format!("invalid pseudo-version: {why}"));
        if !matches_path_major(text, &self.major) {
            return Err(bad("does not fit the module path's major version".into()));
        }
        let commit = match self.repo.commit(parsed.rev).await {
            Ok(commit) => commit,
            Err(_) => {
                self.repo.fetch_all().await?;
                self.repo
                    .commit(parsed.rev)
                    .await
                    .map_err(|_| bad(format!("unknown revision {}", parsed.rev)))?
            }
        };
        if parsed.time() != Some(commit.time) {
            let time = gomod::time::format_rfc3339(commit.time);
            return Err(bad(format!("does not match version-control timestamp (expected {time})")));
        }
        if commit.hash.get(..12) != Some(parsed.rev) {
            return Err(bad(format!("revision is not the first 12 characters of {}", commit.hash)));
        }
        if let Some(base) = parsed.base().map_err(bad)? {
            let bare = base.strip_suffix("+incompatible").unwrap_or(&base);
            let name = format!("refs/tags/{}{bare}", self.tag_prefix);
            let refs = self.repo.refs().await?;
            let Some(tag) = refs.get(&name) else {
                return Err(bad(format!("preceding tag ({}{bare}) not found", self.tag_prefix)));
            };
            self.repo.fetch_all().await?;
            if *tag == commit.hash || !self.repo.is_ancestor(tag, &commit.hash).await {
                return Err(bad(format!(
                    "revision {} is not a descendent of preceding tag ({bare})",
                    parsed.rev
                )));
            }
        }
        Ok(Found { version: text.to_owned(), commit, reference: None })
    }

    /// Writes the zip into `out`; `scratch` takes the repository's files meanwhile. Gives the zip's size.
    pub(super) async fn zip(
        &self,
        version: &str,
        out: Arc<File>,
        scratch: crate::store::Spool,
    ) -> Result<u64, Refusal> {
        let found = self.resolve(version).await?;
        let (folder, _) = self.code_folder(&found).await?;
        let tar = scratch.file().try_clone().map_err(crate::fetch::no_room)?;
        self.repo.archive(&found.commit.hash, &folder, tar).await?;
        // A module in a folder takes the repository's licence along if it has none.
        let licence = match folder.is_empty() {
            true => None,
            false => self.repo.file(&found.commit.hash, "LICENSE").await?,
        };
        let module = ModuleVersion::new(&self.module, version);
        let written =
            tokio::task::spawn_blocking(move || make_zip(&module, &folder, &scratch, licence, &out)).await;
        let failed = |err: &dyn std::fmt::Display| {
            Refusal::bad_gateway(
                "proxy-bad-content",
                format!("making the zip of {}@{version}: {err}", self.module),
            )
        };
        match written {
            Ok(Ok(size)) => Ok(size),
            Ok(Err(err)) => Err(failed(&err)),
            Err(err) => Err(failed(&err)),
        }
    }
}

/// A file inside a tar, or one that is added.
struct Packed {
    path: String,
    kind: FileKind,
    content: Content,
}

enum Content {
    Slice(Arc<File>, u64, u64),
    Bytes(Vec<u8>),
}

impl SourceFile for Packed {
    fn path(&self) -> &str {
        &self.path
    }

    fn kind(&self) -> io::Result<FileKind> {
        Ok(self.kind)
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match &self.content {
            Content::Bytes(bytes) => Box::new(&bytes[..]),
            Content::Slice(file, at, len) => Box::new(Slice { file, at: *at, left: *len }),
        })
    }
}

struct Slice<'f> {
    file: &'f File,
    at: u64,
    left: u64,
}

impl Read for Slice<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        use std::os::unix::fs::FileExt as _;
        let wanted = buf.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut buf[..wanted], self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

fn make_zip(
    module: &ModuleVersion,
    folder: &str,
    scratch: &crate::store::Spool,
    licence: Option<Vec<u8>>,
    out: &File,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let tar_file = Arc::clone(scratch.file());
    let mut reader = tar_file.try_clone()?;
    reader.seek(SeekFrom::Start(0))?;
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut files = Vec::new();
    for entry in tar::Archive::new(io::BufReader::new(reader)).entries()? {
        let entry = entry?;
        let path = String::from_utf8(entry.path_bytes().into_owned())?;
        let Some(path) = path.strip_prefix(&prefix).filter(|path| !path.is_empty()) else { continue };
        let kind = match entry.header().entry_type() {
            tar::EntryType::Regular | tar::EntryType::Continuous => FileKind::Regular(entry.size()),
            tar::EntryType::Directory | tar::EntryType::XGlobalHeader => continue,
            tar::EntryType::Symlink => FileKind::Symlink,
            _ => FileKind::Other,
        };
        let content = Content::Slice(Arc::clone(&tar_file), entry.raw_file_position(), entry.size());
        files.push(Packed { path: path.to_owned(), kind, content });
    }
    if let Some(licence) = licence
        && !files.iter().any(|file| file.path == "LICENSE")
    {
        let kind = FileKind::Regular(licence.len() as u64);
        files.push(Packed { path: "LICENSE".into(), kind, content: Content::Bytes(licence) });
    }
    let mut writer = io::BufWriter::new(out.try_clone()?);
    writer.seek(SeekFrom::Start(0))?;
    let writer = gomod::zip::create(writer, module, &files)?;
    let mut file = writer.into_inner().map_err(|err| err.into_error())?;
    Ok(file.stream_position()?)
}
