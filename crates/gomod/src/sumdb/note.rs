//! Signed notes: a text, a blank line, and one line a signature. The checksum database signs its tree heads so.
//!
//! Behaviour of `golang.org/x/mod/sumdb/note`.

use std::collections::HashSet;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};

/// Go does not mind set bits behind the last byte.
pub(super) const BASE64: GeneralPurpose =
    GeneralPurpose::new(&ALPHABET, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The byte in front of an Ed25519 key.
const ED25519_MARK: u8 = 1;
/// Begins each signature line.
const DASH: &str = "\u{2014} ";
/// A note with more signatures is refused.
const MAX_SIGNATURES: usize = 100;

/// Why a note or key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The text is no key: `name+hash+base64`.
    #[error("malformed verifier id")]
    MalformedKey,
    /// The key is of a kind that is not known.
    #[error("unknown verifier algorithm")]
    UnknownAlgorithm,
    /// The hash in the key's text is not that of name and key.
    #[error("invalid verifier hash")]
    KeyHash,
    /// The text is no signed note.
    #[error("malformed note")]
    Malformed,
    /// A signature by a known key does not fit the text.
    #[error("invalid signature for key {name}+{hash:08x}")]
    InvalidSignature {
        /// The key's name.
        name: String,
        /// The key's hash.
        hash: u32,
    },
    /// No signature is by a known key.
    #[error("note has no verifiable signatures")]
    Unverified,
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    hash: u32,
    key: [u8; 32],
}

impl Verifier {
    /// Reads a key such as `sum.golang.org+033de0ae+Ac4z...`.
    ///
    /// # Errors
    /// When it is none, of an unknown kind, or does not fit its own hash.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::MalformedKey);
        };
        let key = BASE64.decode(key).map_err(|_| NoteError::MalformedKey)?;
        let (hash, key) = check_key(name, hash, &key)?;
        if hash != key_hash(name, &key) {
            return Err(NoteError::KeyHash);
        }
        Ok(Self { name: name.to_owned(), hash, key })
    }

    /// The name: of a checksum database, `host` or `host/path`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the key's hash.
    pub fn key_hash(&self) -> u32 {
        self.hash
    }

    /// Whether the signature is one of the message by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.key).verify(message, signature).is_ok()
    }

    /// The key as [`Self::parse`] reads it.
    pub fn to_text(&self) -> String {
        format!("{}+{:08x}+{}", self.name, self.hash, BASE64.encode(marked(&self.key)))
    }
}

/// A private key with its name. Debug shows the name only.
pub struct Signer {
    verifier: Verifier,
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}+{:08x})", self.verifier.name, self.verifier.hash)
    }
}

impl Signer {
    /// Reads a key such as `PRIVATE+KEY+name+hash+base64`.
    ///
    /// # Errors
    /// When it is none, of an unknown kind, or does not fit its own hash.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text.strip_prefix("PRIVATE+KEY+").ok_or(NoteError::MalformedKey)?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(hash), Some(seed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::MalformedKey);
        };
        let seed = BASE64.decode(seed).map_err(|_| NoteError::MalformedKey)?;
        let (hash, seed) = check_key(name, hash, &seed)?;
        let signer = Self::from_seed(name, &seed)?;
        if signer.verifier.hash == hash { Ok(signer) } else { Err(NoteError::KeyHash) }
    }

    /// The key that a secret seed gives.
    ///
    /// # Errors
    /// When the name is none.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if !is_valid_name(name) {
            return Err(NoteError::MalformedKey);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::MalformedKey)?;
        let key: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| NoteError::MalformedKey)?;
        let verifier = Verifier { name: name.to_owned(), hash: key_hash(name, &key), key };
        Ok(Self { verifier, pair })
    }

    /// The public key.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The text as a note with one signature.
    ///
    /// # Errors
    /// When the text does not end in a newline.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        if !text.ends_with('\n') {
            return Err(NoteError::Malformed);
        }
        let mut signature = self.verifier.hash.to_be_bytes().to_vec();
        signature.extend_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        Ok(format!("{text}\n{DASH}{} {}\n", self.verifier.name, BASE64.encode(signature)))
    }
}

/// A note with at least one good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The signed text, with its last newline.
    pub text: String,
    /// The names and key hashes of the good signatures.
    pub signed_by: Vec<(String, u32)>,
}

/// Opens a note: every signature by a known key must be good, and there must be one.
///
/// # Errors
/// When it is none, a signature is bad, or no key is known.
pub fn open(message: &[u8], known: &[Verifier]) -> Result<Note, NoteError> {
    let message = std::str::from_utf8(message).map_err(|_| NoteError::Malformed)?;
    if message.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Malformed);
    }
    let split = message.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, signatures) = (&message[..=split], &message[split + 2..]);
    let signatures = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
    let mut seen = HashSet::new();
    let mut signed_by = Vec::new();
    for (number, line) in signatures.split('\n').enumerate() {
        let (name, code) =
            line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NoteError::Malformed)?;
        let bytes = BASE64.decode(code).map_err(|_| NoteError::Malformed)?;
        let Some((hash, signature)) = bytes.split_first_chunk::<4>() else {
            return Err(NoteError::Malformed);
        };
        if !is_valid_name(name) || signature.is_empty() || number >= MAX_SIGNATURES {
            return Err(NoteError::Malformed);
        }
        let hash = u32::from_be_bytes(*hash);
        let Some(verifier) = known.iter().find(|v| v.name == name && v.hash == hash) else { continue };
        if !seen.insert((name, hash)) {
            continue;
        }
        if !verifier.verify(text.as_bytes(), signature) {
            return Err(NoteError::InvalidSignature { name: name.to_owned(), hash });
        }
        signed_by.push((name.to_owned(), hash));
    }
    if signed_by.is_empty() {
        Err(NoteError::Unverified)
    } else {
        Ok(Note { text: text.to_owned(), signed_by })
    }
}

fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// Hash and key of a key's parts.
fn check_key(name: &str, hash: &str, key: &[u8]) -> Result<(u32, [u8; 32]), NoteError> {
    let hex = hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let hash = u32::from_str_radix(hash, 16).map_err(|_| NoteError::MalformedKey)?;
    if !hex || !is_valid_name(name) {
        return Err(NoteError::MalformedKey);
    }
    match key.split_first() {
        Some((&ED25519_MARK, key)) => Ok((hash, key.try_into().map_err(|_| NoteError::MalformedKey)?)),
        Some(_) => Err(NoteError::UnknownAlgorithm),
        None => Err(NoteError::MalformedKey),
    }
}

fn marked(key: &[u8; 32]) -> Vec<u8> {
    let mut out = vec![ED25519_MARK];
    out.extend_from_slice(key);
    out
}

fn key_hash(name: &str, key: &[u8; 32]) -> u32 {
    let sum = Sha256::new().chain_update(name).chain_update("\n").chain_update(marked(key)).finalize();
    u32::from_be_bytes([sum[0], sum[1], sum[2], sum[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the module tests of cmd/go.
    const KEY: &str = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";

    fn signer() -> Signer {
        Signer::from_seed("example.com/db", &[7; 32]).unwrap()
    }

    #[test]
    fn keys() {
        let verifier = Verifier::parse(KEY).unwrap();
        assert_eq!((verifier.name(), verifier.key_hash()), ("localhost.localdev/sumdb", 0xc67));
        assert_eq!(verifier.to_text(), KEY);
        assert_eq!(
            Verifier::parse(super::super::KNOWN_KEYS[0].1).map(|v| v.name),
            Ok("sum.golang.org".into())
        );
        for (bad, e) in [
            ("", NoteError::MalformedKey),
            ("name", NoteError::MalformedKey),
            ("name+00000c67+", NoteError::MalformedKey),
            ("na me+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6", NoteError::MalformedKey),
            (
                "localhost.localdev/sumdb+c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6",
                NoteError::MalformedKey,
            ),
            (
                "localhost.localdev/sumdb+00000c68+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6",
                NoteError::KeyHash,
            ),
            (
                "localhost.localdev/other+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6",
                NoteError::KeyHash,
            ),
            ("x+00000c67+AsTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6", NoteError::UnknownAlgorithm),
        ] {
            assert_eq!(Verifier::parse(bad), Err(e), "{bad}");
        }
    }

    #[test]
    fn notes() {
        let signer = signer();
        let known = [signer.verifier().clone()];
        let note = signer.sign("text\n\nmore\n").unwrap();
        let opened = open(note.as_bytes(), &known).unwrap();
        assert_eq!(opened.text, "text\n\nmore\n");
        assert_eq!(opened.signed_by, [("example.com/db".to_owned(), signer.verifier().key_hash())]);
        assert_eq!(open(note.as_bytes(), &[]), Err(NoteError::Unverified));
        let other = note.replace("more", "less");
        assert!(matches!(open(other.as_bytes(), &known), Err(NoteError::InvalidSignature { .. })));
        let line = note.lines().last().unwrap();
        let twice = format!("{note}{line}\n{DASH}other.io AAAAAAAA\n");
        assert_eq!(open(twice.as_bytes(), &known).map(|n| n.signed_by.len()), Ok(1));
        for bad in [
            String::new(),
            "text\n".to_owned(),
            note.trim_end().to_owned(),
            note.replace(DASH, "- "),
            note.replace("text", "te\u{1}xt"),
            format!("{note}{DASH}x AAAA\n"),
            format!("{note}{DASH}x y z\n"),
            format!("{note}{}", format!("{DASH}x AAAAAAAA\n").repeat(100)),
        ] {
            assert_eq!(open(bad.as_bytes(), &known), Err(NoteError::Malformed), "{bad:?}");
        }
        assert_eq!(signer.sign("no newline"), Err(NoteError::Malformed));
    }

    #[test]
    fn the_signing_key_of_cmd_go() {
        // The private half of KEY, public in cmd/go's own tests.
        let signer = Signer::parse(
            "PRIVATE+KEY+localhost.localdev/sumdb+00000c67+AXu6+oaVaOYuQOFrf1V59JK1owcFlJcHwwXHDfDGxSPk",
        )
        .unwrap();
        assert_eq!(signer.verifier().to_text(), KEY);
        assert_eq!(format!("{signer:?}"), "Signer(localhost.localdev/sumdb+00000c67)");
    }
}
