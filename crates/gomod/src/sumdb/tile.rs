//! Tiles: the hashes of the tree in pieces that can be fetched and cached, and the check that they belong to a tree.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::tlog::{Hash, TlogError, Tree, split_stored_index, stored_index, subtree_indexes};

/// Bytes of a hash.
const HASH_LEN: usize = 32;

/// A tile of the largest height with this number still counts its records without overflow.
const MAX_NUMBER: u64 = 1 << 30;

/// The height of the tiles that checksum databases serve.
pub const HEIGHT: u8 = 8;

/// The place of a tile: its hashes are `width` hashes of one level of the tree, side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// How many levels of the tree it stands for: 1 to 30. A full tile has `1 << height` hashes.
    pub height: u8,
    /// The level of tiles, from 0 at the records; `None` for the records' texts themselves.
    pub level: Option<u8>,
    /// Its number in its level.
    pub number: u64,
    /// How many hashes it has.
    pub width: u32,
}

/// A text that is no path of a tile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed tile path {0:?}")]
pub struct BadTilePath(pub String);

impl Tile {
    /// Reads a path such as `tile/8/0/x001/234` or `tile/8/0/x001/234.p/5`.
    ///
    /// # Errors
    /// When it is none, or one written in another way than the one.
    pub fn parse(path: &str) -> Result<Self, BadTilePath> {
        let tile = Self::parse_loosely(path).filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| BadTilePath(path.to_owned()))
    }

    fn parse_loosely(path: &str) -> Option<Self> {
        let mut parts: Vec<&str> = path.strip_prefix("tile/")?.split('/').collect();
        let height: u8 = parts.first()?.parse().ok().filter(|h| (1..=30).contains(h))?;
        let level = match *parts.get(1)? {
            "data" => None,
            level => Some(level.parse().ok().filter(|l| *l <= 63)?),
        };
        let mut width = 1 << height;
        if let [.., number, partial] = &mut parts[..]
            && let Some(whole) = number.strip_suffix(".p")
        {
            width = partial.parse().ok().filter(|w| (1..width).contains(w))?;
            *number = whole;
            parts.pop();
        }
        let digits = parts.get(2..).filter(|digits| !digits.is_empty())?;
        let number = digits.iter().try_fold(0u64, |n, digits| {
            let digits: u64 =
                digits.strip_prefix('x').unwrap_or(digits).parse().ok().filter(|d| *d < 1000)?;
            n.checked_mul(1000)?.checked_add(digits).filter(|n| *n <= MAX_NUMBER)
        })?;
        Some(Self { height, level, number, width })
    }

    /// How many hashes a tile of this height has when it is full.
    pub fn full_width(&self) -> u32 {
        1 << self.height
    }

    /// The full tile at this place.
    pub fn full(&self) -> Self {
        Self { width: self.full_width(), ..*self }
    }

    /// Whether it is full, so that it never changes.
    pub fn is_full(&self) -> bool {
        self.width == self.full_width()
    }

    /// The bytes of its hashes.
    pub fn len(&self) -> usize {
        self.width as usize * HASH_LEN
    }

    /// Never: a tile has at least one hash.
    pub fn is_empty(&self) -> bool {
        self.width == 0
    }

    /// The place of a stored hash in the tiles of this height: the least tile that holds it, and the bytes of the tile
    /// that it is computed from.
    fn of_index(height: u8, index: u64) -> (Self, Range<usize>) {
        let (level, n) = split_stored_index(index);
        let h = u32::from(height);
        let tile_level = level / h;
        let inner = level % h;
        let number = n << inner >> h;
        let n = n - (number << h >> inner);
        let width = (n + 1) << inner;
        let tile = Self { height, level: Some(tile_level as u8), number, width: width as u32 };
        (tile, (n << inner) as usize * HASH_LEN..width as usize * HASH_LEN)
    }

    /// The tile `up` levels above that covers this one, as wide as it is in a tree of this size; with 0 the tile
    /// itself in that tree.
    fn parent(self, up: u8, size: u64) -> Option<Self> {
        let h = u32::from(self.height);
        let level = self.level?.checked_add(up)?;
        let number = self.number.checked_shr(u32::from(up) * h).unwrap_or(0);
        let hashes = size.checked_shr(u32::from(level) * h).unwrap_or(0);
        let width = hashes.saturating_sub(number << h).min(u64::from(self.full_width()));
        (width > 0).then_some(Self { height: self.height, level: Some(level), number, width: width as u32 })
    }

    /// The hash at a stored index, from this tile's bytes.
    fn hash_at(&self, data: &[u8], index: u64) -> Option<Hash> {
        let (least, range) = Self::of_index(self.height, index);
        if (least.level, least.number) != (self.level, self.number) || least.width > self.width {
            return None;
        }
        data.get(range).map(fold)
    }
}

/// The path in a checksum database, without a leading slash.
impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tile/{}/", self.height)?;
        match self.level {
            Some(level) => write!(f, "{level}/")?,
            None => f.write_str("data/")?,
        }
        let mut groups = vec![self.number % 1000];
        let mut n = self.number / 1000;
        while n > 0 {
            groups.push(n % 1000);
            n /= 1000;
        }
        for (i, group) in groups.iter().enumerate().rev() {
            if i > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// The hash over hashes side by side; their number is a power of two.
fn fold(data: &[u8]) -> Hash {
    match <[u8; HASH_LEN]>::try_from(data) {
        Ok(hash) => Hash(hash),
        Err(_) => {
            // Halves on the edge of a hash, whatever the length.
            let half = data.len() / HASH_LEN / 2 * HASH_LEN;
            if half == 0 {
                return Hash::empty();
            }
            Hash::of_node(fold(&data[..half]), fold(&data[half..]))
        }
    }
}

/// Which tiles are needed to read hashes of a tree in a way that proves that they are in it.
#[derive(Clone, Debug)]
pub struct Plan {
    tree: Tree,
    tiles: Vec<Tile>,
    /// The roots of the full subtrees, and the tile that each is in.
    roots: Vec<(u64, usize)>,
    /// The wanted hashes, and the tile that each is in.
    wanted: Vec<(u64, usize)>,
}

/// Tiles that do not prove what they should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TileError {
    /// A tile has too few or too many bytes.
    #[error("{tile} has {found} bytes, not {}", .tile.len())]
    Length {
        /// The tile.
        tile: Tile,
        /// How many bytes it has.
        found: usize,
    },
    /// The tiles do not give the tree's root, or not that of the tile above: one of them is wrong.
    #[error("downloaded inconsistent tile")]
    Inconsistent,
    /// A wanted hash is not in the tree.
    #[error(transparent)]
    OutOfRange(#[from] TlogError),
}

impl Plan {
    /// Plans for the hashes with these stored indexes, in tiles of this height.
    ///
    /// # Errors
    /// When a hash is not in the tree, and when there are no tiles of this height (1 to 30).
    pub fn new(tree: Tree, height: u8, indexes: &[u64]) -> Result<Self, TileError> {
        let out_of_range = TileError::OutOfRange(TlogError::OutOfRange);
        if !(1..=30).contains(&height) {
            return Err(out_of_range);
        }
        let mut plan = Self { tree, tiles: Vec::new(), roots: Vec::new(), wanted: Vec::new() };
        let mut known: HashMap<Tile, usize> = HashMap::new();
        let mut roots = Vec::new();
        subtree_indexes(0, tree.size, &mut roots);
        for index in roots {
            let tile = Tile::of_index(height, index).0.parent(0, tree.size).ok_or(out_of_range.clone())?;
            let place = *known.entry(tile).or_insert_with(|| {
                plan.tiles.push(tile);
                plan.tiles.len() - 1
            });
            plan.roots.push((index, place));
        }
        for &index in indexes {
            if index >= stored_index(0, tree.size) {
                return Err(out_of_range);
            }
            let tile = Tile::of_index(height, index).0;
            // Up to the first tile that is planned already, then down again: parents come before children.
            let mut chain = Vec::new();
            let mut up = 0;
            let place = loop {
                let parent = tile.parent(up, tree.size).ok_or(out_of_range.clone())?;
                match known.get(&parent) {
                    Some(&place) => break place,
                    None => chain.push(parent),
                }
                up += 1;
            };
            let mut place = place;
            for parent in chain.into_iter().rev() {
                plan.tiles.push(parent);
                place = plan.tiles.len() - 1;
                known.insert(parent, place);
            }
            plan.wanted.push((index, place));
        }
        Ok(plan)
    }

    /// The tiles to read.
    pub fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Checks the bytes of the tiles, in the order of [`Self::tiles`], against the tree, and gives the wanted hashes.
    /// Only what passed may be cached.
    ///
    /// # Errors
    /// When a tile has the wrong length, or they do not fit the tree.
    pub fn verify<D: AsRef<[u8]>>(&self, data: &[D]) -> Result<Vec<Hash>, TileError> {
        if data.len() != self.tiles.len() {
            return Err(TileError::Inconsistent);
        }
        for (tile, bytes) in self.tiles.iter().zip(data) {
            let found = bytes.as_ref().len();
            if found != tile.len() {
                return Err(TileError::Length { tile: *tile, found });
            }
        }
        let hash_at = |index: u64, place: usize| {
            self.tiles[place].hash_at(data[place].as_ref(), index).ok_or(TileError::Inconsistent)
        };
        let roots = self.roots.iter().map(|&(index, place)| hash_at(index, place));
        let roots = roots.collect::<Result<Vec<_>, _>>()?;
        if super::tlog::tree_hash(self.tree.size, &roots)? != self.tree.hash {
            return Err(TileError::Inconsistent);
        }
        // The tiles of the roots are proven now; each other one is full, and its parent comes before it.
        let proven = self.roots.iter().map(|&(_, place)| place + 1).max().unwrap_or(0);
        let places: HashMap<Tile, usize> = self.tiles.iter().enumerate().map(|(i, t)| (*t, i)).collect();
        for (place, tile) in self.tiles.iter().enumerate().skip(proven) {
            let parent = tile.parent(1, self.tree.size).ok_or(TileError::Inconsistent)?;
            let above = places.get(&parent).filter(|above| **above < place).ok_or(TileError::Inconsistent)?;
            let level = u32::from(parent.level.unwrap_or(0)) * u32::from(parent.height);
            let wanted = hash_at(stored_index(level, tile.number), *above)?;
            if !tile.is_full() || fold(data[place].as_ref()) != wanted {
                return Err(TileError::Inconsistent);
            }
        }
        self.wanted.iter().map(|&(index, place)| hash_at(index, place)).collect()
    }

    /// The place of a tile in [`Self::tiles`], in the width that the tree has it.
    pub(super) fn place(&self, tile: &Tile) -> Option<usize> {
        self.tiles.iter().position(|t| (t.level, t.number) == (tile.level, tile.number))
    }
}

/// The hashes of a tile of a tree whose stored hashes are at hand, for serving it.
pub fn tile_data(tile: &Tile, mut stored: impl FnMut(u64) -> Hash) -> Vec<u8> {
    let level = u32::from(tile.level.unwrap_or(0)) * u32::from(tile.height);
    let start = tile.number << tile.height;
    (0..u64::from(tile.width)).flat_map(|i| stored(stored_index(level, start + i)).0).collect()
}
