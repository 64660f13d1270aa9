//! The `h1:` hash of a set of files, as in `go.sum`: SHA-256 over a sorted list of the files' own SHA-256 sums and
//! names. How the files are stored, their times and modes do not count.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The SHA-256 sum of a file.
pub type FileSum = [u8; 32];

/// A name that cannot be hashed: it holds a newline, which separates the names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("file name {0:?} holds a newline and cannot be hashed")]
pub struct NewlineInName(pub String);

/// The hash of files given as name and sum, in any order.
///
/// # Errors
/// When a name holds a newline.
pub fn h1<N: AsRef<[u8]>>(files: impl IntoIterator<Item = (N, FileSum)>) -> Result<String, NewlineInName> {
    let mut files: Vec<(N, FileSum)> = files.into_iter().collect();
    files.sort_by(|a, b| a.0.as_ref().cmp(b.0.as_ref()));
    let mut all = Sha256::new();
    for (name, sum) in &files {
        let name = name.as_ref();
        if name.contains(&b'\n') {
            return Err(NewlineInName(String::from_utf8_lossy(name).into_owned()));
        }
        let mut line = String::with_capacity(66);
        for byte in sum {
            line.push(char::from(HEX[usize::from(byte >> 4)]));
            line.push(char::from(HEX[usize::from(byte & 15)]));
        }
        line.push_str("  ");
        all.update(line.as_bytes());
        all.update(name);
        all.update(b"\n");
    }
    Ok(format!("h1:{}", STANDARD.encode(all.finalize())))
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The sum of a file's content.
pub fn sum(content: &[u8]) -> FileSum {
    Sha256::digest(content).into()
}

/// The hash of a `go.mod`, as in the `/go.mod` lines of `go.sum`.
pub fn h1_go_mod(content: &[u8]) -> String {
    // The name holds no newline, so that this cannot fail.
    h1([("go.mod", sum(content))]).unwrap_or_default()
}

/// Whether the text has the form of an `h1:` hash: 32 bytes in base64.
pub fn is_h1(hash: &str) -> bool {
    hash.strip_prefix("h1:").is_some_and(|code| STANDARD.decode(code).is_ok_and(|bytes| bytes.len() == 32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        assert_eq!(h1_go_mod(b""), crate::gosum::EMPTY_GO_MOD);
        // golang.org/x/text v0.3.0, as in every go.sum that names it.
        assert_eq!(
            h1_go_mod(b"module golang.org/x/text\n"),
            "h1:NqM8EUOU14njkJ3fqMW+pc6Ldnwhi/IjpwHt7yyuwOQ="
        );
        assert!(h1([("a\nb", [0; 32])]).is_err());
        assert!(is_h1(crate::gosum::EMPTY_GO_MOD));
        assert!(!is_h1("h1:AAA=") && !is_h1("h2:NqM8EUOU14njkJ3fqMW+pc6Ldnwhi/IjpwHt7yyuwOQ="));
    }

    #[test]
    fn the_order_of_files_does_not_count() {
        let files = [("b", sum(b"2")), ("a", sum(b"1")), ("a/b", sum(b"3"))];
        let mut turned = files;
        turned.reverse();
        assert_eq!(h1(files), h1(turned));
    }
}
