//! The transparent log under the checksum database: a Merkle tree of records (RFC 6962), its proofs, and the order in
//! which its hashes are stored.
//!
//! Nothing here reads anything: a function says which hashes it needs, another one takes them.

use std::fmt;

use base64::Engine;
use sha2::{Digest, Sha256};

use super::note::BASE64;

/// A hash in the tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of a tree without records.
    pub fn empty() -> Self {
        Hash(Sha256::digest(b"").into())
    }

    /// The hash of a record's text.
    pub fn of_record(text: &[u8]) -> Self {
        Hash(Sha256::new().chain_update([0]).chain_update(text).finalize().into())
    }

    /// The hash of an inner node.
    pub fn of_node(left: Hash, right: Hash) -> Self {
        Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Reads the base64 form.
    pub fn parse(text: &str) -> Option<Self> {
        BASE64.decode(text).ok()?.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// A tree's size and root: what the database signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// How many records it has.
    pub size: u64,
    /// Its root.
    pub hash: Hash,
}

/// More records than any number here may count to.
const MAX_SIZE: u64 = 1 << 60;
const TREE_TITLE: &str = "go.sum database tree";

/// A text that is no tree, record or proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlogError {
    /// Not the text of a tree.
    #[error("malformed tree note")]
    Tree,
    /// Not a record as lookups answer it.
    #[error("malformed record data")]
    Record,
    /// The proof does not prove it.
    #[error("invalid transparency proof")]
    Proof,
    /// The sizes and numbers do not go together.
    #[error("number outside of the tree")]
    OutOfRange,
}

impl Tree {
    /// The tree without records.
    pub fn empty() -> Self {
        Self { size: 0, hash: Hash::empty() }
    }

    /// Reads the text of a signed tree; what follows its third line is left for the future.
    ///
    /// # Errors
    /// [`TlogError::Tree`].
    pub fn parse(text: &str) -> Result<Self, TlogError> {
        let mut lines = text.splitn(4, '\n');
        let (title, size, hash) = (lines.next(), lines.next(), lines.next());
        if title != Some(TREE_TITLE) || lines.next().is_none() || text.len() > 1_000_000 {
            return Err(TlogError::Tree);
        }
        let size = size.and_then(parse_number).filter(|n| *n <= MAX_SIZE).ok_or(TlogError::Tree)?;
        let hash = hash.and_then(Hash::parse).ok_or(TlogError::Tree)?;
        Ok(Self { size, hash })
    }

    /// The text to sign.
    pub fn to_text(&self) -> String {
        format!("{TREE_TITLE}\n{}\n{}\n", self.size, self.hash)
    }
}

/// A decimal number written the one way.
fn parse_number(text: &str) -> Option<u64> {
    let n: u64 = text.parse().ok()?;
    (n.to_string() == text).then_some(n)
}

/// A lookup's answer: a record, and the signed tree that it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The record's number.
    pub id: u64,
    /// Its text: lines of `go.sum`.
    pub text: &'a str,
    /// What follows: the signed note of a tree.
    pub rest: &'a [u8],
}

impl<'a> Record<'a> {
    /// Reads a lookup's answer.
    ///
    /// # Errors
    /// [`TlogError::Record`].
    pub fn parse(message: &'a [u8]) -> Result<Self, TlogError> {
        let bad = TlogError::Record;
        let line = message.iter().position(|&b| b == b'\n').ok_or(bad)?;
        let id = std::str::from_utf8(&message[..line]).ok().and_then(|t| t.parse().ok()).ok_or(bad)?;
        let body = &message[line + 1..];
        let end = body.windows(2).position(|w| w == b"\n\n").ok_or(bad)?;
        let text = std::str::from_utf8(&body[..=end]).map_err(|_| bad)?;
        if !is_record_text(text) {
            return Err(bad);
        }
        Ok(Self { id, text, rest: &body[end + 2..] })
    }
}

/// A record as lookups answer it, without the tree behind it.
///
/// # Errors
/// When the text has control characters, a blank line, or no newline at its end.
pub fn format_record(id: u64, text: &str) -> Result<String, TlogError> {
    if is_record_text(text) { Ok(format!("{id}\n{text}\n")) } else { Err(TlogError::Record) }
}

fn is_record_text(text: &str) -> bool {
    text.ends_with('\n') && !text.contains("\n\n") && !text.contains(|c: char| c < ' ' && c != '\n')
}

/// Where the hash with this level and number is stored.
pub fn stored_index(level: u32, n: u64) -> u64 {
    let mut leaf = n;
    for _ in 0..level {
        leaf = 2 * leaf + 1;
    }
    let mut index = 0;
    while leaf > 0 {
        index += leaf;
        leaf >>= 1;
    }
    index + u64::from(level)
}

/// Level and number of the hash that is stored there: the inverse of [`stored_index`].
pub fn split_stored_index(index: u64) -> (u32, u64) {
    let mut n = index / 2;
    let mut start = stored_index(0, n);
    loop {
        let next = start + 1 + u64::from((n + 1).trailing_zeros());
        if next > index {
            break;
        }
        n += 1;
        start = next;
    }
    let level = (index - start) as u32;
    (level, n >> level)
}

/// How many hashes a tree of this size stores.
pub fn stored_count(size: u64) -> u64 {
    match size.checked_sub(1) {
        None => 0,
        Some(last) => stored_index(0, last) + 1 + u64::from(last.trailing_ones()),
    }
}

/// The hashes to store for record number `n`, from [`stored_index`]`(0, n)` on. `stored` gives earlier ones.
pub fn stored_hashes(n: u64, record: Hash, mut stored: impl FnMut(u64) -> Hash) -> Vec<Hash> {
    let mut out = vec![record];
    let mut hash = record;
    for level in 0..n.trailing_ones() {
        // The left neighbour of each subtree that this record completes.
        hash = Hash::of_node(stored(stored_index(level, (n >> level) - 1)), hash);
        out.push(hash);
    }
    out
}

/// The largest power of two below `n`, and its logarithm; 1 for `n` up to 2.
fn power_below(n: u64) -> (u64, u32) {
    let log = if n <= 2 { 0 } else { (n - 1).ilog2() };
    (1 << log, log)
}

/// Where the roots of the full subtrees are stored that make up the records from `lo` to `hi`.
pub(super) fn subtree_indexes(mut lo: u64, hi: u64, need: &mut Vec<u64>) {
    while lo < hi {
        let (k, level) = power_below(hi - lo + 1);
        need.push(stored_index(level, lo >> level));
        lo += k;
    }
}

/// The hash over the records from `lo` to `hi`, taking as many hashes as [`subtree_indexes`] names.
fn subtree_hash(mut lo: u64, hi: u64, hashes: &mut &[Hash]) -> Option<Hash> {
    let mut count = 0;
    while lo < hi {
        lo += power_below(hi - lo + 1).0;
        count += 1;
    }
    let (own, rest) = hashes.split_at_checked(count)?;
    *hashes = rest;
    own.iter().rev().copied().reduce(|right, left| Hash::of_node(left, right))
}

/// The indexes of the hashes that [`tree_hash`] takes.
pub fn tree_hash_indexes(size: u64) -> Vec<u64> {
    let mut need = Vec::new();
    subtree_indexes(0, size, &mut need);
    need
}

/// The root of the tree of the first `size` records.
///
/// # Errors
/// When there are not as many hashes as [`tree_hash_indexes`] names.
pub fn tree_hash(size: u64, mut hashes: &[Hash]) -> Result<Hash, TlogError> {
    if size == 0 {
        return Ok(Hash::empty());
    }
    let hash = subtree_hash(0, size, &mut hashes).ok_or(TlogError::OutOfRange)?;
    if hashes.is_empty() { Ok(hash) } else { Err(TlogError::OutOfRange) }
}

/// The indexes of the hashes that [`prove_record`] takes.
///
/// # Errors
/// When the tree has no such record.
pub fn prove_record_indexes(size: u64, n: u64) -> Result<Vec<u64>, TlogError> {
    if n >= size {
        return Err(TlogError::OutOfRange);
    }
    let mut need = Vec::new();
    record_indexes(0, size, n, &mut need);
    Ok(need)
}

fn record_indexes(lo: u64, hi: u64, n: u64, need: &mut Vec<u64>) {
    if lo + 1 == hi {
        return;
    }
    let middle = lo + power_below(hi - lo).0;
    if n < middle {
        record_indexes(lo, middle, n, need);
        subtree_indexes(middle, hi, need);
    } else {
        subtree_indexes(lo, middle, need);
        record_indexes(middle, hi, n, need);
    }
}

/// The proof that the tree of this size holds its record number `n`.
///
/// # Errors
/// When the tree has no such record, or the hashes are not those of [`prove_record_indexes`].
pub fn prove_record(size: u64, n: u64, mut hashes: &[Hash]) -> Result<Vec<Hash>, TlogError> {
    fn walk(lo: u64, hi: u64, n: u64, hashes: &mut &[Hash]) -> Option<Vec<Hash>> {
        if lo + 1 == hi {
            return Some(Vec::new());
        }
        let middle = lo + power_below(hi - lo).0;
        let (mut proof, other);
        if n < middle {
            proof = walk(lo, middle, n, hashes)?;
            other = subtree_hash(middle, hi, hashes)?;
        } else {
            other = subtree_hash(lo, middle, hashes)?;
            proof = walk(middle, hi, n, hashes)?;
        }
        proof.push(other);
        Some(proof)
    }
    if n >= size {
        return Err(TlogError::OutOfRange);
    }
    let proof = walk(0, size, n, &mut hashes).ok_or(TlogError::OutOfRange)?;
    if hashes.is_empty() { Ok(proof) } else { Err(TlogError::OutOfRange) }
}

/// Checks that the tree holds a record with this hash as its number `n`.
///
/// # Errors
/// When the proof does not prove it.
pub fn check_record(proof: &[Hash], tree: Tree, n: u64, record: Hash) -> Result<(), TlogError> {
    fn run(proof: &[Hash], lo: u64, hi: u64, n: u64, record: Hash) -> Option<Hash> {
        if lo + 1 == hi {
            return proof.is_empty().then_some(record);
        }
        let (&other, proof) = proof.split_last()?;
        let middle = lo + power_below(hi - lo).0;
        Some(if n < middle {
            Hash::of_node(run(proof, lo, middle, n, record)?, other)
        } else {
            Hash::of_node(other, run(proof, middle, hi, n, record)?)
        })
    }
    if n >= tree.size {
        return Err(TlogError::OutOfRange);
    }
    if run(proof, 0, tree.size, n, record) == Some(tree.hash) { Ok(()) } else { Err(TlogError::Proof) }
}

/// The indexes of the hashes that [`prove_tree`] takes.
///
/// # Errors
/// When the older tree is empty or larger.
pub fn prove_tree_indexes(size: u64, older: u64) -> Result<Vec<u64>, TlogError> {
    fn walk(lo: u64, hi: u64, n: u64, need: &mut Vec<u64>) {
        if n == hi {
            if lo > 0 {
                subtree_indexes(lo, hi, need);
            }
            return;
        }
        let middle = lo + power_below(hi - lo).0;
        if n <= middle {
            walk(lo, middle, n, need);
            subtree_indexes(middle, hi, need);
        } else {
            subtree_indexes(lo, middle, need);
            walk(middle, hi, n, need);
        }
    }
    if older == 0 || older > size {
        return Err(TlogError::OutOfRange);
    }
    let mut need = Vec::new();
    walk(0, size, older, &mut need);
    Ok(need)
}

/// The proof that the tree of this size begins with the records of an older one.
///
/// # Errors
/// When the older tree is empty or larger, or the hashes are not those of [`prove_tree_indexes`].
pub fn prove_tree(size: u64, older: u64, mut hashes: &[Hash]) -> Result<Vec<Hash>, TlogError> {
    fn walk(lo: u64, hi: u64, n: u64, hashes: &mut &[Hash]) -> Option<Vec<Hash>> {
        if n == hi {
            return Some(if lo == 0 { Vec::new() } else { vec![subtree_hash(lo, hi, hashes)?] });
        }
        let middle = lo + power_below(hi - lo).0;
        let (mut proof, other);
        if n <= middle {
            proof = walk(lo, middle, n, hashes)?;
            other = subtree_hash(middle, hi, hashes)?;
        } else {
            other = subtree_hash(lo, middle, hashes)?;
            proof = walk(middle, hi, n, hashes)?;
        }
        proof.push(other);
        Some(proof)
    }
    if older == 0 || older > size {
        return Err(TlogError::OutOfRange);
    }
    let proof = walk(0, size, older, &mut hashes).ok_or(TlogError::OutOfRange)?;
    if hashes.is_empty() { Ok(proof) } else { Err(TlogError::OutOfRange) }
}

/// Checks that a tree begins with the records of an older one.
///
/// # Errors
/// When the proof does not prove it.
pub fn check_tree(proof: &[Hash], tree: Tree, older: Tree) -> Result<(), TlogError> {
    fn run(proof: &[Hash], lo: u64, hi: u64, n: u64, old: Hash) -> Option<(Hash, Hash)> {
        if n == hi {
            return match (lo, proof) {
                (0, []) => Some((old, old)),
                (1.., [one]) => Some((*one, *one)),
                _ => None,
            };
        }
        let (&other, proof) = proof.split_last()?;
        let middle = lo + power_below(hi - lo).0;
        Some(if n <= middle {
            let (old, new) = run(proof, lo, middle, n, old)?;
            (old, Hash::of_node(new, other))
        } else {
            let (old, new) = run(proof, middle, hi, n, old)?;
            (Hash::of_node(other, old), Hash::of_node(other, new))
        })
    }
    if older.size == 0 || older.size > tree.size {
        return Err(TlogError::OutOfRange);
    }
    let proven = run(proof, 0, tree.size, older.size, older.hash);
    if proven == Some((older.hash, tree.hash)) { Ok(()) } else { Err(TlogError::Proof) }
}
