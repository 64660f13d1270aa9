//! What can be said about a fetched file without any database: is it complete, is it what was asked for.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use serde::Deserialize;

use crate::refusal::Refusal;

/// Size of a zip's end record without its comment.
const END_RECORD: u64 = 22;

/// A zip ends with a record that says where its directory is: a truncated one, or a page that is no zip at all, shows
/// here. Everything else about it is for the module zip rules and the checksum.
pub(crate) fn zip_is_complete(file: &File, size: u64) -> Result<(), String> {
    let tail_len = size.min(END_RECORD + 0xffff);
    let mut tail = vec![0; usize::try_from(tail_len).unwrap_or(0)];
    file.read_exact_at(&mut tail, size - tail_len).map_err(|err: io::Error| err.to_string())?;
    let number = |at: usize, bytes: usize| {
        tail[at..at + bytes].iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let last = tail.len().checked_sub(END_RECORD as usize).ok_or("not a valid zip file: too short")?;
    for at in (0..=last).rev() {
        if &tail[at..at + 4] != b"PK\x05\x06" {
            continue;
        }
        let comment = number(at + 20, 2);
        if at as u64 + END_RECORD + comment != tail_len {
            continue;
        }
        let (directory_size, directory_at) = (number(at + 12, 4), number(at + 16, 4));
        let end_at = size - tail_len + at as u64;
        // 64-bit archives say so with all ones; module zips are below 4 GiB, toolchains too.
        if directory_at != 0xffff_ffff && directory_at + directory_size > end_at {
            return Err("not a valid zip file: its directory lies outside".into());
        }
        return Ok(());
    }
    Err("not a valid zip file: no end of archive, truncated or something else".into())
}

/// An `.info` is JSON with the version that was asked for.
pub(crate) fn info(body: &[u8], version: &str) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Info {
        #[serde(rename = "Version")]
        version: String,
    }
    let info: Info = serde_json::from_slice(body).map_err(|err| format!("not version information: {err}"))?;
    if info.version == version { Ok(()) } else { Err(format!("names version {} instead", info.version)) }
}

/// Is this a web page rather than a text of the protocol? Upstreams and gateways do not always say `text/html`.
pub(crate) fn is_page(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = start[..start.len().min(15)].to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html") || start.starts_with(b"<head")
}

/// The shape of a body that is no file.
pub(crate) fn refuse_page_body(body: &[u8], what: &str) -> Result<(), Refusal> {
    if is_page(body) {
        let text = format!("{what}: a web page came in place of the file");
        return Err(Refusal::bad_gateway("net-sign-in-page", text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn truncated_and_foreign_files_are_no_zips() {
        let check = |content: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(content).unwrap();
            zip_is_complete(&file, content.len() as u64)
        };
        let mut empty = b"PK\x05\x06".to_vec();
        empty.extend([0; 18]);
        assert_eq!(check(&empty), Ok(()));
        let mut commented = empty.clone();
        commented[20] = 3;
        assert!(check(&commented).is_err());
        commented.extend(b"abc");
        assert_eq!(check(&commented), Ok(()));
        let mut outside = empty.clone();
        outside[12] = 1;
        assert!(check(&outside).is_err());
        assert!(check(b"<html>").is_err());
        assert!(check(b"").is_err());
        assert!(check(&empty[..21]).is_err());
    }

    #[test]
    fn info_names_the_version() {
        assert_eq!(info(br#"{"Version":"v1.0.0","Time":"2020-01-01T00:00:00Z"}"#, "v1.0.0"), Ok(()));
        assert!(info(br#"{"Version":"v1.0.1"}"#, "v1.0.0").unwrap_err().contains("v1.0.1"));
        assert!(info(b"<html>", "v1.0.0").is_err());
    }
}
