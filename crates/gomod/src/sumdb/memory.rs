//! A checksum database in memory.

use std::collections::HashMap;

use super::note::{NoteError, Signer};
use super::tile::{Tile, tile_data};
use super::tlog::{
    Hash, TlogError, Tree, format_record, stored_hashes, stored_index, tree_hash, tree_hash_indexes,
};
use crate::path::{escape_path, escape_version, unescape_path, unescape_version};

/// A checksum database that keeps everything in memory: for tests, and for a few private modules.
#[derive(Debug)]
pub struct MemoryLog {
    signer: Signer,
    hashes: Vec<Hash>,
    records: Vec<String>,
    ids: HashMap<String, u64>,
}

impl MemoryLog {
    /// An empty database.
    pub fn new(signer: Signer) -> Self {
        Self { signer, hashes: Vec::new(), records: Vec::new(), ids: HashMap::new() }
    }

    /// The key that signs.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Adds the record of a module: the hashes of its zip and its `go.mod`.
    ///
    /// # Errors
    /// When path, version or hashes cannot stand in a record.
    pub fn add(&mut self, path: &str, version: &str, zip: &str, go_mod: &str) -> Result<u64, TlogError> {
        let text = format!("{path} {version} {zip}\n{path} {version}/go.mod {go_mod}\n");
        let id = self.records.len() as u64;
        format_record(id, &text)?;
        let (Ok(escaped_path), Ok(escaped_version)) = (escape_path(path), escape_version(version)) else {
            return Err(TlogError::Record);
        };
        let new = stored_hashes(id, Hash::of_record(text.as_bytes()), |index| self.hashes[index as usize]);
        debug_assert_eq!(self.hashes.len() as u64, stored_index(0, id));
        self.hashes.extend(new);
        self.records.push(text);
        self.ids.insert(format!("{escaped_path}@{escaped_version}"), id);
        Ok(id)
    }

    /// The tree of the first records.
    ///
    /// # Errors
    /// When there are not so many.
    pub fn tree(&self, size: u64) -> Result<Tree, TlogError> {
        if size > self.records.len() as u64 {
            return Err(TlogError::OutOfRange);
        }
        let hashes: Vec<Hash> =
            tree_hash_indexes(size).into_iter().map(|index| self.hashes[index as usize]).collect();
        Ok(Tree { size, hash: tree_hash(size, &hashes)? })
    }

    /// The signed note of a tree.
    ///
    /// # Errors
    /// Only when the key does not sign.
    pub fn sign(&self, tree: &Tree) -> Result<String, NoteError> {
        self.signer.sign(&tree.to_text())
    }

    /// The answer to a request, by its path without a leading slash (`latest`, `lookup/...`, `tile/...`); `None` for
    /// what is not there.
    pub fn answer(&self, path: &str) -> Option<Vec<u8>> {
        let size = self.records.len() as u64;
        let signed = || self.sign(&self.tree(size).ok()?).ok();
        if path == "latest" {
            return signed().map(String::into_bytes);
        }
        if let Some(module) = path.strip_prefix("lookup/") {
            let (escaped_path, escaped_version) = module.split_once('@')?;
            unescape_path(escaped_path).ok()?;
            unescape_version(escaped_version).ok()?;
            let id = *self.ids.get(module)?;
            let record = format_record(id, &self.records[id as usize]).ok()?;
            return Some(format!("{record}{}", signed()?).into_bytes());
        }
        let tile = Tile::parse(path).ok()?;
        let level = u32::from(tile.level.unwrap_or(0)) * u32::from(tile.height);
        let end = (tile.number << tile.height) + u64::from(tile.width);
        if end > size.checked_shr(level).unwrap_or(0) {
            return None;
        }
        if tile.level.is_none() {
            let start = (end - u64::from(tile.width)) as usize;
            let text: String = self.records[start..end as usize].iter().map(|r| format!("{r}\n")).collect();
            return Some(text.into_bytes());
        }
        Some(tile_data(&tile, |index| self.hashes[index as usize]))
    }
}
