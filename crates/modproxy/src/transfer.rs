//! Carrying a cache over an air gap: out into a tar archive, in from one. The archive's names are the protocol's paths,
//! so it can also be unpacked by hand and served with `file://`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use gomod::ModuleVersion;
use gomod::gosum::GoSum;
use gomod::zip::Archive;

use crate::check;
use crate::gate::key_of;
use crate::mutable;
use crate::route::{Route, What, route};
use crate::store::{Content, DiskStore};

/// What an import or export moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transferred {
    /// Files moved.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What was left out, and why.
    pub skipped: Vec<(String, String)>,
}

/// Writes the files of a disk cache to a tar archive: everything, or only what go.sum texts list (then without lists,
/// queries and databases' trees that belong to no module of them).
///
/// # Errors
/// When the cache cannot be read or the archive not be written.
pub fn export(cache: &Path, go_sums: &[String], archive: impl Write) -> io::Result<Transferred> {
    let store = DiskStore::open_at(cache)?;
    let mut wanted: Option<std::collections::BTreeSet<String>> = None;
    if !go_sums.is_empty() {
        let mut keys = std::collections::BTreeSet::new();
        for line in go_sums.iter().flat_map(|text| GoSum::parse(text).lines) {
            let (path, version) = (&line.module.path, &line.module.version);
            let extensions: &[&str] =
                if line.go_mod { &["info", "mod"] } else { &["info", "mod", "zip", "ziphash"] };
            keys.extend(extensions.iter().filter_map(|extension| key_of(path, version, extension)));
        }
        wanted = Some(keys);
    }
    let mut listed = store.list("")?;
    listed.sort_by(|a, b| a.key.cmp(&b.key));
    let mut tar = tar::Builder::new(archive);
    let mut done = Transferred::default();
    for listed in listed {
        let from_database = listed.key.starts_with("sumdb/") || listed.key.starts_with(".sumdb/");
        let is_wanted = wanted.as_ref().is_none_or(|keys| from_database || keys.contains(&listed.key));
        if !is_wanted || listed.key.starts_with(".pins/") || listed.key.ends_with(".lock") {
            continue;
        }
        // Removed since it was listed.
        let Some(stored) = store.open(&listed.key)? else { continue };
        let mut header = tar::Header::new_gnu();
        header.set_size(stored.size);
        header.set_mode(0o644);
        let time = stored.modified.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
        header.set_mtime(time.as_secs());
        match stored.content {
            Content::Bytes(bytes) => tar.append_data(&mut header, &listed.key, &bytes[..])?,
            Content::File(file) => tar.append_data(&mut header, &listed.key, (&*file).take(stored.size))?,
            #[cfg(feature = "s3")]
            Content::Remote(_) => continue,
        }
        done.files += 1;
        done.bytes += stored.size;
    }
    tar.into_inner()?.flush()?;
    Ok(done)
}

/// Takes the files of a tar archive into a disk cache. Every name must be one of the protocol, every zip must obey Go's
/// rules for its module and version, and its hash is computed anew; what does not is skipped and reported. A file
/// that is there already stays.
///
/// # Errors
/// When the archive is damaged or the cache cannot be written.
pub fn import(cache: &Path, archive: impl Read) -> io::Result<Transferred> {
    let store = DiskStore::open_at(cache)?;
    let mut done = Transferred::default();
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let name = name.trim_start_matches("./").to_owned();
        // Made anew beside its zip.
        if name.ends_with(".ziphash") {
            continue;
        }
        let mut skip = |reason: String| done.skipped.push((name.clone(), reason));
        let plain =
            name.strip_prefix(mutable::FOLDER).map_or(name.as_str(), |rest| rest.trim_start_matches('/'));
        let routed = route(&format!("/{plain}"));
        let marker = name.starts_with("sumdb/") && name.ends_with("/.supported");
        let tree = name.starts_with(".sumdb/") && name.ends_with("/latest");
        let known = matches!(routed, Route::Module(_) | Route::Sumdb(_)) || marker || tree;
        if !known {
            skip("not a file of a module proxy".into());
            continue;
        }
        match store.open(&name) {
            Ok(None) => {}
            Ok(Some(_)) => continue,
            Err(err) => {
                skip(err.to_string());
                continue;
            }
        }
        let spool = store.spool()?;
        let bytes = io::copy(&mut entry, &mut spool.file().as_ref())?;
        let mut hash = None;
        if let Route::Module(request) = &routed {
            match inspect(spool.file(), bytes, &request.module, &request.what) {
                Ok(found) => hash = found,
                Err(reason) => {
                    skip(reason);
                    continue;
                }
            }
        }
        store.commit(spool, &name)?;
        if let (Some(hash), Some(stem)) = (hash, name.strip_suffix(".zip")) {
            store.replace(&format!("{stem}.ziphash"), hash.as_bytes())?;
        }
        done.files += 1;
        done.bytes += bytes;
    }
    Ok(done)
}

/// Gives the hash of a zip.
fn inspect(file: &File, size: u64, module: &str, what: &What) -> Result<Option<String>, String> {
    match what {
        What::Zip(version) => {
            let file = file.try_clone().map_err(|err| err.to_string())?;
            let archive = Archive::from_file(file).map_err(|err| err.to_string())?;
            let verified =
                archive.verify(&ModuleVersion::new(module, version)).map_err(|err| err.to_string())?;
            Ok(Some(verified.h1))
        }
        What::Info(version) => {
            use std::os::unix::fs::FileExt as _;
            let mut body = vec![0; usize::try_from(size.min(1 << 20)).unwrap_or(0)];
            file.read_exact_at(&mut body, 0).map_err(|err| err.to_string())?;
            check::info(&body, version).map(|()| None)
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(dir: &Path, name: &str, content: &[u8]) {
        let path = dir.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[test]
    fn a_cache_crosses_the_gap_and_foreign_files_do_not() {
        let from = tempfile::tempdir().unwrap();
        let zip = {
            let source = tempfile::tempdir().unwrap();
            put(source.path(), "go.mod", b"module example.com/m\n");
            let module = ModuleVersion::new("example.com/m", "v1.0.0");
            gomod::zip::create_from_dir(Vec::new(), &module, source.path()).unwrap()
        };
        put(from.path(), "example.com/m/@v/v1.0.0.zip", &zip);
        put(from.path(), "example.com/m/@v/v1.0.0.info", br#"{"Version":"v1.0.0"}"#);
        put(from.path(), "example.com/m/@v/v1.0.0.lock", b"");
        put(from.path(), "example.com/m/@v/list", b"v1.0.0\n");
        put(from.path(), "example.com/n/@v/v1.0.0.zip", &zip);
        let mut archive = Vec::new();
        let out = export(from.path(), &[], &mut archive).unwrap();
        assert_eq!(out.files, 4);
        // Somebody adds what does not belong there.
        let mut builder = tar::Builder::new(&mut archive);
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        builder.append_data(&mut header, "notes.txt", &b"x"[..]).unwrap();
        drop(builder);
        let end = archive.len();
        assert!(end > 0);
        let to = tempfile::tempdir().unwrap();
        let taken = import(to.path(), &archive[..]).unwrap();
        assert_eq!(taken.files, 3);
        let skipped: Vec<_> = taken.skipped.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(skipped, ["example.com/n/@v/v1.0.0.zip"]);
        assert!(to.path().join("example.com/m/@v/v1.0.0.ziphash").exists());
        // Again: everything is there.
        assert_eq!(import(to.path(), &archive[..]).unwrap().files, 0);
        let mut some = Vec::new();
        let sums = "example.com/m v1.0.0 h1:x\n".to_owned();
        assert_eq!(export(from.path(), &[sums], &mut some).unwrap().files, 2);
    }
}
