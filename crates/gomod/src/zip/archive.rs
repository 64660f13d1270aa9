//! Reading a module zip.

use std::io::{BufReader, Read};

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ReaderAt, ZipArchive, ZipLocator};
use sha2::{Digest, Sha256};

use super::rules::{Checked, Collisions, EntryError, FileError, add_size, check_entry};
use super::{MAX_GO_MOD, MAX_ZIP, ZipError, format_error};
use crate::dirhash;
use crate::path::{ModuleVersion, check};
use crate::version;

/// Size of the end record of a zip.
const END_LEN: u64 = 22;
/// Size of the locator of the 64-bit end record.
const LOCATOR_LEN: u64 = 20;
/// How far from the end Go looks for the end record.
const SEARCH: u64 = 65 * 1024;
/// Directory records are read with this; the longest has three fields of 64 KiB.
const BUFFER: usize = 46 + 3 * 65_536;
/// So many bad entries are reported; the rest is only refused.
const MAX_REPORTED: usize = 100;

/// What a zip may cost in memory beside Go's own limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most entries.
    pub entries: u64,
    /// The most bytes of all names together.
    pub name_bytes: u64,
}

/// Half a million entries with 64 MiB of names, about ten times what the largest known modules have.
impl Default for Limits {
    fn default() -> Self {
        Self { entries: 500_000, name_bytes: 64 << 20 }
    }
}

/// A zip file whose outer form has been checked.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    directory_end: u64,
    limits: Limits,
}

/// What a pass over a whole zip found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The `h1:` hash of the zip.
    pub h1: String,
    /// How many files it has.
    pub files: u64,
    /// The bytes of all files together.
    pub unpacked: u64,
    /// The `go.mod` in it, if there is one. It need not be the one that proxies serve: modules without one get a
    /// made-up one there.
    pub go_mod: Option<Vec<u8>>,
}

struct Entry {
    name: Vec<u8>,
    wayfinder: rawzip::ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    /// Where its local header begins.
    offset: u64,
    size: u64,
    crc: u32,
    has_descriptor: bool,
}

impl Archive<rawzip::FileReader> {
    /// Opens a file with the default [`Limits`].
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn from_file(file: std::fs::File) -> Result<Self, ZipError> {
        let size = file.metadata().map_err(ZipError::io("read size of zip"))?.len();
        Self::open(rawzip::FileReader::from(file), size, Limits::default())
    }
}

impl<'a> Archive<std::io::Cursor<&'a [u8]>> {
    /// Opens a zip in memory with the default [`Limits`].
    ///
    /// # Errors
    /// As [`Archive::open`].
    pub fn from_slice(bytes: &'a [u8]) -> Result<Self, ZipError> {
        Self::open(std::io::Cursor::new(bytes), bytes.len() as u64, Limits::default())
    }
}

impl<R: ReaderAt> Archive<R> {
    /// Opens a zip of a known size: finds its directory, and makes sure that there is only one way to see it.
    ///
    /// # Errors
    /// When it is larger than [`MAX_ZIP`], no zip, ambiguous, has more entries than the limits allow, or cannot be
    /// read.
    pub fn open(reader: R, size: u64, limits: Limits) -> Result<Self, ZipError> {
        if size > MAX_ZIP {
            return Err(ZipError::TooLarge { size });
        }
        let end = End::find(&reader, size)?;
        let mut buffer = vec![0; 4096];
        let zip = ZipLocator::new()
            .max_search_space(SEARCH)
            .locate_in_reader(reader, &mut buffer, size)
            .map_err(|(_, e)| format_error(e))?;
        if zip.eocd_offset() != end.offset
            || zip.directory_offset() != end.directory
            || zip.entries_hint() != end.entries
        {
            return Err(ZipError::Ambiguous("its directory can be read in two ways"));
        }
        if end.entries > limits.entries {
            return Err(too_many(limits));
        }
        Ok(Self { zip, directory_end: end.directory_end, limits })
    }

    /// Checks names and sizes against Go's rules without reading the contents.
    ///
    /// # Errors
    /// When module and version are bad, or the directory cannot be read. Bad entries are in the result.
    pub fn check(&self, module: &ModuleVersion) -> Result<Checked, ZipError> {
        let (checked, _) = self.check_entries(module)?;
        Ok(checked)
    }

    /// Applies all of Go's rules, reads every file once, and computes the hash.
    ///
    /// # Errors
    /// The first thing wrong: module, entries, contents that do not fit their descriptions, or reading.
    pub fn verify(&self, module: &ModuleVersion) -> Result<Verified, ZipError> {
        let (checked, entries) = self.check_entries(module)?;
        checked.ok()?;
        let go_mod_name = format!("{module}/go.mod");
        let mut go_mod = None;
        let (mut files, mut unpacked) = (0, 0);
        let mut sums = Vec::with_capacity(entries.len());
        for entry in entries {
            if !entry.name.ends_with(b"/") {
                files += 1;
                unpacked += entry.size;
            }
            let sum = if entry.name == go_mod_name.as_bytes() {
                let content = self.content(&entry)?;
                let sum = dirhash::sum(&content);
                go_mod = Some(content);
                sum
            } else {
                self.sum(&entry)?
            };
            sums.push((entry.name, sum));
        }
        Ok(Verified { h1: dirhash::h1(sums)?, files, unpacked, go_mod })
    }

    /// The hash alone, whatever the names are.
    ///
    /// # Errors
    /// When a name occurs twice or holds a newline, contents do not fit their descriptions or have more than
    /// [`MAX_ZIP`] bytes, or reading fails.
    pub fn h1(&self) -> Result<String, ZipError> {
        let mut entries = self.entries()?;
        let mut total = 0;
        if !entries.iter().all(|entry| add_size(&mut total, entry.size)) {
            return Err(ZipError::ContentsTooLarge);
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        if entries.windows(2).any(|pair| pair[0].name == pair[1].name) {
            return Err(ZipError::Ambiguous("a name occurs twice"));
        }
        // In the order of the file, so that it is read from front to back.
        entries.sort_by_key(|entry| entry.offset);
        let mut sums = Vec::with_capacity(entries.len());
        for entry in entries {
            let sum = self.sum(&entry)?;
            sums.push((entry.name, sum));
        }
        Ok(dirhash::h1(sums)?)
    }

    /// The `go.mod` of the module in the zip, read alone.
    ///
    /// # Errors
    /// When it is larger than [`MAX_GO_MOD`], does not fit its description, or cannot be read.
    pub fn go_mod(&self, module: &ModuleVersion) -> Result<Option<Vec<u8>>, ZipError> {
        let name = format!("{module}/go.mod");
        match self.entries()?.iter().find(|entry| entry.name == name.as_bytes()) {
            None => Ok(None),
            Some(entry) if entry.size > MAX_GO_MOD => {
                Err(ZipError::Invalid(vec![FileError { path: name, reason: EntryError::GoModSize }]))
            }
            Some(entry) => self.content(entry).map(Some),
        }
    }

    /// Hands each file to `visit`: its name below the prefix of the module, and its content. The content must be
    /// read to its end, or its sum stays unchecked. All of Go's rules are applied first.
    ///
    /// # Errors
    /// As [`Self::verify`], and what `visit` gives.
    pub fn for_each_file(
        &self,
        module: &ModuleVersion,
        mut visit: impl FnMut(&str, &mut dyn Read) -> std::io::Result<()>,
    ) -> Result<(), ZipError> {
        let (checked, entries) = self.check_entries(module)?;
        checked.ok()?;
        let skip = module.to_string().len() + 1;
        for entry in entries.iter().filter(|entry| !entry.name.ends_with(b"/")) {
            let name = String::from_utf8_lossy(&entry.name).into_owned();
            let mut reader = self.reader(entry)?;
            visit(&name[skip..], &mut reader).map_err(|e| reader.explain(&name, e))?;
        }
        Ok(())
    }

    fn check_entries(&self, module: &ModuleVersion) -> Result<(Checked, Vec<Entry>), ZipError> {
        let canonical = version::canonical_module(&module.version).unwrap_or_default();
        if canonical != module.version {
            return Err(ZipError::NotCanonical { version: module.version.clone(), canonical });
        }
        check(&module.path, &module.version)?;
        let prefix = format!("{module}/");
        let mut checked = Checked::default();
        let mut seen = Collisions::default();
        let mut total = 0;
        let entries = self.entries()?;
        for entry in &entries {
            let shown = String::from_utf8_lossy(&entry.name);
            let outcome = match std::str::from_utf8(&entry.name) {
                Err(_) => Err(EntryError::Path(crate::path::PathError {
                    kind: crate::path::PathKind::File,
                    path: shown.clone().into_owned(),
                    reason: crate::path::PathReason::InvalidUtf8,
                })),
                Ok(name) => match name.strip_prefix(&prefix) {
                    None => Err(EntryError::Prefix(prefix.clone())),
                    Some("") => continue,
                    Some(name) => check_entry(name, entry.size, &mut seen),
                },
            };
            match outcome {
                Ok(true) => {
                    checked.too_large |= !add_size(&mut total, entry.size);
                    checked.valid.push(shown.into_owned());
                }
                Ok(false) => {}
                Err(reason) if checked.invalid.len() < MAX_REPORTED => {
                    checked.invalid.push(FileError { path: shown.into_owned(), reason });
                }
                Err(_) => {}
            }
        }
        Ok((checked, entries))
    }

    fn entries(&self) -> Result<Vec<Entry>, ZipError> {
        let mut buffer = vec![0; BUFFER];
        let mut records = self.zip.entries(&mut buffer);
        let mut out = Vec::new();
        let mut names = 0;
        while let Some(record) = records.next_entry().map_err(format_error)? {
            let name = record.file_path().as_bytes().to_vec();
            names += name.len() as u64;
            if names > self.limits.name_bytes || out.len() as u64 >= self.limits.entries {
                return Err(too_many(self.limits));
            }
            out.push(Entry {
                name,
                wayfinder: record.wayfinder(),
                method: record.compression_method(),
                offset: record.local_header_offset(),
                size: record.uncompressed_size_hint(),
                crc: record.crc32(),
                has_descriptor: record.flags().has_data_descriptor(),
            });
        }
        if out.len() as u64 != self.zip.entries_hint() {
            return Err(ZipError::Ambiguous("its directory has another number of entries than it says"));
        }
        Ok(out)
    }

    fn reader(&self, entry: &Entry) -> Result<Content<'_, R>, ZipError> {
        let found = self.zip.get_entry(entry.wayfinder).map_err(format_error)?;
        if found.compressed_data_range().1 > self.directory_end {
            return Err(ZipError::Format("content reaches beyond the file".to_owned()));
        }
        let raw = BufReader::with_capacity(64 << 10, found.reader());
        let inner = match entry.method {
            _ if entry.name.ends_with(b"/") => Inner::Folder,
            CompressionMethod::STORE => Inner::Stored(raw),
            CompressionMethod::DEFLATE => Inner::Deflated(DeflateDecoder::new(raw)),
            _ => return Err(content_error(&entry.name, "unsupported compression algorithm")),
        };
        let crc = match entry.has_descriptor {
            true if !matches!(inner, Inner::Folder) => Some(entry.crc),
            // Without a descriptor a zero stands for "not known", as it does for Go.
            _ => (entry.crc != 0).then_some(entry.crc),
        };
        Ok(Content { inner, left: entry.size, crc, running: rawzip::Crc32::new(), fault: None })
    }

    fn sum(&self, entry: &Entry) -> Result<dirhash::FileSum, ZipError> {
        let mut reader = self.reader(entry)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(hash.finalize().into()),
                Ok(n) => hash.update(&buffer[..n]),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(reader.explain(&String::from_utf8_lossy(&entry.name), e)),
            }
        }
    }

    /// The content of a small entry. Grows with what is there, not with what the zip claims.
    fn content(&self, entry: &Entry) -> Result<Vec<u8>, ZipError> {
        let mut reader = self.reader(entry)?;
        let mut out = Vec::new();
        match reader.read_to_end(&mut out) {
            Ok(_) => Ok(out),
            Err(e) => Err(reader.explain(&String::from_utf8_lossy(&entry.name), e)),
        }
    }
}

fn too_many(limits: Limits) -> ZipError {
    ZipError::TooManyEntries { entries: limits.entries, name_bytes: limits.name_bytes }
}

fn content_error(name: &[u8], reason: &'static str) -> ZipError {
    ZipError::Content { path: String::from_utf8_lossy(name).into_owned(), reason }
}

/// The unpacked content of an entry: never more than its description says, checked at its end.
struct Content<'a, R> {
    inner: Inner<'a, R>,
    left: u64,
    crc: Option<u32>,
    running: rawzip::Crc32,
    fault: Option<&'static str>,
}

enum Inner<'a, R> {
    Folder,
    Stored(BufReader<rawzip::ZipReader<&'a R>>),
    Deflated(DeflateDecoder<BufReader<rawzip::ZipReader<&'a R>>>),
}

impl<R: ReaderAt> Content<'_, R> {
    fn explain(&self, name: &str, source: std::io::Error) -> ZipError {
        match (self.fault, source.kind()) {
            (Some(reason), _) => ZipError::Content { path: name.to_owned(), reason },
            (None, std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData) => {
                ZipError::Content { path: name.to_owned(), reason: "corrupt deflate stream" }
            }
            (None, std::io::ErrorKind::UnexpectedEof) => {
                ZipError::Content { path: name.to_owned(), reason: "content ends too early" }
            }
            _ => ZipError::Io { operation: format!("read {name}"), source },
        }
    }

    fn fail<T>(&mut self, reason: &'static str) -> std::io::Result<T> {
        self.fault = Some(reason);
        Err(std::io::Error::new(std::io::ErrorKind::InvalidData, reason))
    }
}

impl<R: ReaderAt> Read for Content<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let n = match &mut self.inner {
            Inner::Folder => 0,
            Inner::Stored(reader) => reader.read(buffer)?,
            Inner::Deflated(reader) => reader.read(buffer)?,
        };
        if n as u64 > self.left {
            return self.fail("content is larger than its declared size");
        }
        self.left -= n as u64;
        self.running.update(&buffer[..n]);
        if n == 0 {
            if self.left > 0 {
                return self.fail("content is smaller than its declared size");
            }
            if self.crc.is_some_and(|crc| crc != self.running.checksum()) {
                return self.fail("checksum error");
            }
        }
        Ok(n)
    }
}

/// The end of a zip, read as strictly as possible.
struct End {
    offset: u64,
    directory: u64,
    directory_end: u64,
    entries: u64,
}

impl End {
    fn find<R: ReaderAt>(reader: &R, size: u64) -> Result<Self, ZipError> {
        let no_zip = || ZipError::Format("missing end of central directory".to_owned());
        let start = size.saturating_sub(SEARCH);
        let mut tail = vec![0; (size - start) as usize];
        reader.read_exact_at(&mut tail, start).map_err(ZipError::io("read end of zip"))?;
        let at = tail
            .windows(END_LEN as usize)
            .rposition(|window| window.starts_with(b"PK\x05\x06"))
            .ok_or_else(no_zip)?;
        let record = &tail[at..];
        let offset = start + at as u64;
        let comment = u64::from(u16_at(record, 20));
        if offset + END_LEN + comment != size {
            return Err(ZipError::Ambiguous("bytes behind its end, or a truncated end"));
        }
        let (records, length, directory) =
            (u64::from(u16_at(record, 10)), u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
        let locator = offset.checked_sub(LOCATOR_LEN).map(|at| {
            let mut bytes = [0; LOCATOR_LEN as usize];
            reader.read_exact_at(&mut bytes, at).map(|()| bytes)
        });
        let locator = locator.transpose().map_err(ZipError::io("read end of zip"))?;
        let locator = locator.filter(|bytes| bytes.starts_with(b"PK\x06\x07"));
        let needs_64 = records == 0xffff || directory == 0xffff_ffff || length == 0xffff_ffff;
        let end = match locator {
            Some(_) if !needs_64 => {
                return Err(ZipError::Ambiguous("a 64-bit end that is not needed"));
            }
            None if needs_64 => return Err(no_zip()),
            None => End { offset, directory, directory_end: offset, entries: records },
            Some(locator) => {
                let at = u64_at(&locator, 8);
                let mut bytes = [0; 56];
                if u32_at(&locator, 4) != 0 || u32_at(&locator, 16) != 1 || at > offset {
                    return Err(no_zip());
                }
                reader.read_exact_at(&mut bytes, at).map_err(ZipError::io("read end of zip"))?;
                if !bytes.starts_with(b"PK\x06\x06") {
                    return Err(no_zip());
                }
                if u64_at(&bytes, 40).checked_add(u64_at(&bytes, 48)) != Some(at) {
                    return Err(ZipError::Ambiguous("its directory does not lie in front of its end"));
                }
                End { offset, directory: u64_at(&bytes, 48), directory_end: at, entries: u64_at(&bytes, 32) }
            }
        };
        if !needs_64 && directory.checked_add(length) != Some(offset) {
            return Err(ZipError::Ambiguous("its directory does not lie in front of its end"));
        }
        Ok(end)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
