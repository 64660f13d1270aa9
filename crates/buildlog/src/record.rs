//! BuildKit's build records (`.dockerbuild`, `docker buildx history export`): a tar of an OCI layout whose manifests
//! hold the status stream, the error and where it happened (`solver/llbsolver/history`).

use std::collections::HashMap;
use std::io::Read;

use serde::Deserialize;

use crate::assemble::Assembler;
use crate::model::{Log, Snippet};
use crate::read::ReadError;
use crate::solve::{Solve, Vertex};
use crate::wire::{self, Field};

/// A blob larger than this is not a record's.
const LARGEST_BLOB: u64 = 512 * 1024 * 1024;
const STATUS: &str = "application/vnd.buildkit.status.v0";
const ERROR: &str = "application/vnd.googleapis.google.rpc.status+proto";

#[derive(Debug, Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
}

#[derive(Debug, Deserialize)]
struct Manifest {
    layers: Vec<Descriptor>,
}

/// A tar archive's magic.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

/// Reads the record's builds.
pub(crate) fn read(reader: impl Read) -> Result<Log, ReadError> {
    let blobs = unpack(reader)?;
    let index: Index = json(blobs.get("index.json"), "it has no index.json")?;
    let mut log = Log::default();
    for manifest in &index.manifests {
        let manifest: Manifest =
            json(blob(&blobs, &manifest.digest), "its index names a manifest that is not in it")?;
        let mut assembler = Assembler::default();
        let mut bytes = 0;
        for layer in manifest.layers.iter().filter(|l| l.media_type == STATUS) {
            let stream =
                blob(&blobs, &layer.digest).ok_or(ReadError::NoRecord("its status stream is not in it"))?;
            bytes += stream.len() as u64;
            status_stream(stream, &mut assembler);
        }
        for layer in manifest.layers.iter().filter(|l| l.media_type == ERROR) {
            if let Some(error) = blob(&blobs, &layer.digest) {
                let (message, snippet) = error_status(error);
                assembler.closing(&message, snippet);
            }
        }
        let read = assembler.finish(bytes);
        log.builds.extend(read.builds);
        log.lines += read.lines;
        log.bytes += read.bytes;
    }
    if log.builds.is_empty() {
        return Err(ReadError::NoRecord("its index is empty"));
    }
    Ok(log)
}

fn json<T: for<'a> Deserialize<'a>>(bytes: Option<&Vec<u8>>, missing: &'static str) -> Result<T, ReadError> {
    serde_json::from_slice(bytes.ok_or(ReadError::NoRecord(missing))?)
        .map_err(|_| ReadError::NoRecord(missing))
}

fn blob<'a>(blobs: &'a HashMap<String, Vec<u8>>, digest: &str) -> Option<&'a Vec<u8>> {
    blobs.get(&format!("blobs/{}", digest.replace(':', "/")))
}

/// All files of a tar archive by name (POSIX ustar, which is what BuildKit writes).
fn unpack(mut reader: impl Read) -> Result<HashMap<String, Vec<u8>>, ReadError> {
    let mut files = HashMap::new();
    let mut header = [0u8; 512];
    loop {
        match reader.read_exact(&mut header) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(e) => return Err(e.into()),
        }
        if header.iter().all(|b| *b == 0) {
            break;
        }
        let text = |range: std::ops::Range<usize>| {
            let field = &header[range];
            let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
            String::from_utf8_lossy(&field[..end]).trim().to_owned()
        };
        let size = u64::from_str_radix(&text(124..136), 8).unwrap_or(u64::MAX);
        if size > LARGEST_BLOB {
            return Err(ReadError::NoRecord("a file in it is too large"));
        }
        let mut body = Vec::new();
        reader.by_ref().take(size).read_to_end(&mut body)?;
        let padding = size.next_multiple_of(512) - size;
        std::io::copy(&mut reader.by_ref().take(padding), &mut std::io::sink())?;
        files.insert(text(0..100).trim_start_matches("./").to_owned(), body);
    }
    Ok(files)
}

/// The stream: messages of type `StatusResponse`, each behind its length in four bytes, little endian.
fn status_stream(mut stream: &[u8], sink: &mut Assembler) {
    let mut solve = Solve::default();
    let mut line = 0;
    while let Some((length, rest)) = stream.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some(message) = rest.get(..length) else { break };
        stream = &rest[length..];
        let mut ends = Vec::new();
        for (number, field) in wire::fields(message) {
            match (number, field) {
                (1, Field::Bytes(vertex)) => {
                    let vertex = vertex_of(vertex);
                    // Its output may stand behind its end in one message.
                    if vertex.completed.is_some() {
                        let mut begun = Vertex { completed: None, ..vertex.clone() };
                        begun.error.clear();
                        solve.vertex(line + 1, &begun, sink);
                        ends.push(vertex);
                    } else {
                        solve.vertex(line + 1, &vertex, sink);
                    }
                }
                (3, Field::Bytes(log)) => {
                    let (mut digest, mut time, mut data) = (String::new(), None, &[][..]);
                    for (number, field) in wire::fields(log) {
                        match (number, field) {
                            (1, Field::Bytes(text)) => digest = String::from_utf8_lossy(text).into_owned(),
                            (2, Field::Bytes(stamp)) => time = Some(seconds(stamp)),
                            (4, Field::Bytes(bytes)) => data = bytes,
                            _ => {}
                        }
                    }
                    for piece in data.split_inclusive(|b| *b == b'\n') {
                        line += 1;
                        solve.output(line, &digest, time, piece, sink);
                    }
                }
                _ => {}
            }
        }
        for vertex in ends {
            solve.vertex(line + 1, &vertex, sink);
        }
    }
    solve.flush(line, sink);
}

fn vertex_of(message: &[u8]) -> Vertex {
    let mut vertex = Vertex::default();
    for (number, field) in wire::fields(message) {
        match (number, field) {
            (1, Field::Bytes(text)) => vertex.digest = String::from_utf8_lossy(text).into_owned(),
            (3, Field::Bytes(text)) => vertex.name = String::from_utf8_lossy(text).into_owned(),
            (4, Field::Number(cached)) => vertex.cached = cached != 0,
            (5, Field::Bytes(stamp)) => vertex.started = Some(seconds(stamp)),
            (6, Field::Bytes(stamp)) => vertex.completed = Some(seconds(stamp)),
            (7, Field::Bytes(text)) => vertex.error = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    vertex
}

/// google.protobuf.Timestamp
fn seconds(message: &[u8]) -> f64 {
    let (mut whole, mut nanos) = (0, 0);
    for (number, field) in wire::fields(message) {
        match (number, field) {
            (1, Field::Number(n)) => whole = n,
            (2, Field::Number(n)) => nanos = n,
            _ => {}
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of this era fit")]
    let seconds = whole as f64 + nanos as f64 / 1e9;
    seconds
}

#[derive(Debug, Deserialize)]
struct ErrorSource {
    info: Option<SourceInfo>,
    #[serde(default)]
    ranges: Vec<SourceRange>,
}

#[derive(Debug, Deserialize)]
struct SourceInfo {
    filename: Option<String>,
}

#[derive(Debug, Deserialize)]
struct SourceRange {
    start: Option<SourcePosition>,
}

#[derive(Debug, Deserialize)]
struct SourcePosition {
    line: Option<u32>,
}

/// google.rpc.Status: the message, and BuildKit's note of the place in the Dockerfile among its details.
fn error_status(message: &[u8]) -> (String, Option<Snippet>) {
    let (mut text, mut snippet) = (String::new(), None);
    for (number, field) in wire::fields(message) {
        match (number, field) {
            (2, Field::Bytes(bytes)) => text = String::from_utf8_lossy(bytes).into_owned(),
            (3, Field::Bytes(any)) => {
                let value = wire::fields(any).find_map(|(n, f)| match (n, f) {
                    (2, Field::Bytes(value)) => Some(value),
                    _ => None,
                });
                if let Some(source) = value.and_then(|v| serde_json::from_slice::<ErrorSource>(v).ok())
                    && let Some(path) = source.info.and_then(|i| i.filename)
                    && let Some(line) =
                        source.ranges.first().and_then(|r| r.start.as_ref()).and_then(|s| s.line)
                {
                    snippet = Some(Snippet { path, line, lines: Vec::new() });
                }
            }
            _ => {}
        }
    }
    (text, snippet)
}
