//! From bytes to a [`Log`]: compression, character sets, lines.

use std::io::{BufReader, Read};

use crate::assemble::Assembler;
use crate::clean::is_plain;
use crate::model::Log;

/// Why an input cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The reader failed, or compressed data is damaged.
    #[error("cannot read the log")]
    Io(#[from] std::io::Error),
    /// A build record lacks what makes it one.
    #[error("this archive is no build record: {0}")]
    NoRecord(&'static str),
}

/// Bytes asked of the reader at once.
const BLOCK: usize = 256 * 1024;
/// A line is cut behind this many bytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// Reads a log in any dialect, plain or compressed (gzip, Zstandard), UTF-8, UTF-16 or GBK, or a BuildKit build
/// record (`.dockerbuild`).
///
/// Memory is bounded whatever the input's size: of very long steps the beginning, the end and the suspicious lines
/// are kept.
///
/// # Errors
/// When the reader fails or compressed data is damaged. Any text is accepted.
pub fn read(reader: impl Read) -> Result<Log, ReadError> {
    decode(Box::new(reader), 3)
}

/// Takes off compression, which may be nested `depth` times.
fn decode<'a>(mut reader: Box<dyn Read + 'a>, depth: u8) -> Result<Log, ReadError> {
    let mut head = Vec::with_capacity(BLOCK);
    fill(&mut reader, &mut head, 64 * 1024)?;
    if depth > 0 && head.starts_with(&[0x1f, 0x8b]) {
        let whole = std::io::Cursor::new(head).chain(reader);
        return decode(
            Box::new(BufReader::with_capacity(BLOCK, flate2::read::MultiGzDecoder::new(whole))),
            depth - 1,
        );
    }
    if depth > 0 && head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        let whole = std::io::Cursor::new(head).chain(reader);
        let inner = ruzstd::decoding::StreamingDecoder::new(whole)
            .map_err(|e| std::io::Error::new(std::io::ErrorKind::InvalidData, e.to_string()))?;
        return decode(Box::new(inner), depth - 1);
    }
    if crate::record::is_tar(&head) {
        return crate::record::read(std::io::Cursor::new(head).chain(reader));
    }
    text(head, reader)
}

fn fill(reader: &mut impl Read, into: &mut Vec<u8>, at_least: usize) -> std::io::Result<()> {
    let missing = at_least.saturating_sub(into.len());
    reader.by_ref().take(missing as u64).read_to_end(into)?;
    Ok(())
}

fn text(head: Vec<u8>, reader: impl Read) -> Result<Log, ReadError> {
    match charset(&head) {
        None => Ok(lines(head, reader)?),
        Some(encoding) => {
            let whole = std::io::Cursor::new(head).chain(reader);
            Ok(lines(
                Vec::new(),
                Transcoder {
                    inner: whole,
                    decoder: encoding.new_decoder(),
                    out: Vec::new(),
                    at: 0,
                    over: false,
                },
            )?)
        }
    }
}

/// The character set of a text that is not UTF-8.
fn charset(head: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    if head.starts_with(&[0xff, 0xfe]) {
        return Some(encoding_rs::UTF_16LE);
    }
    if head.starts_with(&[0xfe, 0xff]) {
        return Some(encoding_rs::UTF_16BE);
    }
    let sample = &head[..head.len().min(4096)];
    if sample.len() >= 16 {
        let odd = sample.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
        let even = sample.iter().step_by(2).filter(|b| **b == 0).count();
        if odd * 4 > sample.len() / 2 * 3 && even * 8 < sample.len() {
            return Some(encoding_rs::UTF_16LE);
        }
        if even * 4 > sample.len() / 2 * 3 && odd * 8 < sample.len() {
            return Some(encoding_rs::UTF_16BE);
        }
    }
    let bad = match std::str::from_utf8(head) {
        Ok(_) => return None,
        // A character cut by the end of the block is no proof.
        Err(e) if e.error_len().is_none() => return None,
        Err(e) => e.valid_up_to(),
    };
    // GBK: two bytes a character. Mixed garbage stays what it is.
    let line_start = memchr::memrchr(b'\n', &head[..bad]).map_or(0, |i| i + 1);
    let line_end = memchr::memchr(b'\n', &head[bad..]).map_or(head.len(), |i| bad + i);
    let (_, malformed) = encoding_rs::GBK.decode_without_bom_handling(&head[line_start..line_end]);
    (!malformed).then_some(encoding_rs::GBK)
}

/// Turns another character set into UTF-8 while it is read.
struct Transcoder<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    out: Vec<u8>,
    at: usize,
    over: bool,
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at == self.out.len() && !self.over {
            let mut raw = vec![0; 32 * 1024];
            let n = self.inner.read(&mut raw)?;
            self.over = n == 0;
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 4 + 16);
            self.out.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&raw[..n], &mut self.out, self.over);
            self.out.truncate(written);
            self.at = 0;
        }
        let n = buffer.len().min(self.out.len() - self.at);
        buffer[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

fn lines(head: Vec<u8>, mut reader: impl Read) -> std::io::Result<Log> {
    let mut assembler = Assembler::default();
    let mut bytes = 0u64;
    let mut buffer = head;
    let mut carried = buffer.len();
    buffer.resize(buffer.len().max(BLOCK) + BLOCK, 0);
    let mut over = false;
    let mut skipping = false;
    bytes += carried as u64;
    loop {
        if !over {
            let n = match reader.read(&mut buffer[carried..]) {
                Ok(n) => n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            bytes += n as u64;
            carried += n;
            over = n == 0;
        }
        let filled = &buffer[..carried];
        let end = match memchr::memrchr(b'\n', filled) {
            Some(at) => at + 1,
            None if over => carried,
            None if carried >= LONGEST_LINE => carried,
            None => {
                if carried == buffer.len() {
                    buffer.resize(buffer.len() * 2, 0);
                }
                continue;
            }
        };
        let block = &filled[..end];
        let plain = is_plain(block);
        let mut start = 0;
        for at in memchr::memchr_iter(b'\n', block) {
            if skipping {
                skipping = false;
            } else {
                assembler.line(&block[start..at], plain);
            }
            start = at + 1;
        }
        if start < end {
            if !skipping {
                assembler.line(&block[start..end], plain);
            }
            // What follows of an endless line is passed over up to its end.
            skipping = !over;
        }
        buffer.copy_within(end..carried, 0);
        carried -= end;
        if over && carried == 0 {
            break;
        }
    }
    Ok(assembler.finish(bytes))
}
