//! Lookups that trust nothing but the database's key.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::note::{self, NoteError, Verifier};
use super::tile::{HEIGHT, Plan, Tile, TileError};
use super::tlog::{
    Hash, Record, TlogError, Tree, check_tree, prove_tree, prove_tree_indexes, stored_index, tree_hash,
    tree_hash_indexes,
};
use crate::path::{ModuleVersion, PathError, VersionError, escape_path, escape_version};
use crate::pattern::Patterns;

/// How often a changed tree head is written when others write it too.
const MAX_CONFLICTS: usize = 100;

/// What the client has done for it: fetching from the database, and storing.
///
/// Names are relative and slash-separated, in the layout of Go's own cache: `NAME/lookup/...`, `NAME/tile/...` below
/// `cache/download/sumdb` of a module cache, and `NAME/latest` below `sumdb` of GOPATH's `pkg`. A database's name may
/// hold slashes. The client runs on any executor; see [`poll_now`] for none.
pub trait Ops: Sync {
    /// Why something could not be fetched or stored.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Fetches files of the database, at once if possible: `lookup/...`, `tile/...` and `latest`, below the URL of the
    /// database or of a proxy's `/sumdb/NAME`. Answers in the order of the paths; anything but status 200 is an error.
    fn fetch(&self, paths: Vec<String>) -> impl Future<Output = Vec<Result<Vec<u8>, Self::Error>>> + Send;

    /// Reads a file of the cache; an unreadable one counts as missing.
    fn read_cache(&self, file: String) -> impl Future<Output = Option<Vec<u8>>> + Send;

    /// Writes a verified file to the cache. Failing is no error: it is fetched again.
    fn write_cache(&self, file: String, data: Vec<u8>) -> impl Future<Output = ()> + Send;

    /// Reads the signed tree that was stored last; empty when there is none. Not a cache: losing it means trusting the
    /// database's next answer.
    fn read_latest(&self, file: String) -> impl Future<Output = Result<Vec<u8>, Self::Error>> + Send;

    /// Stores a signed tree in place of `old`, atomically. `false` when another one than `old` is stored.
    fn write_latest(
        &self,
        file: String,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;
}

/// How a client behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Modules that are not looked up (GONOSUMDB).
    pub nosumdb: Patterns,
    /// Takes lookups from the cache without checking them again, so that the cached ones work without the database.
    /// Go checks again; but who can write to the cache can usually write to the modules too.
    pub trust_cache: bool,
}

/// Why a lookup failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError<E: std::error::Error + 'static> {
    /// GONOSUMDB names the module.
    #[error("skipped (listed in GONOSUMDB)")]
    Skipped,
    /// The module's path is bad.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The version is bad.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The database, or the way to it, did not give a file.
    #[error("{path}: {source}")]
    Fetch {
        /// What was asked for.
        path: String,
        /// Why it did not come.
        source: E,
    },
    /// The last known tree could not be read or written.
    #[error("{file}: {source}")]
    Store {
        /// The file.
        file: String,
        /// Why.
        source: E,
    },
    /// Others kept writing the last known tree.
    #[error("{0}: write conflict")]
    Conflict(String),
    /// A signed note is bad.
    #[error("reading tree note: {0}")]
    Note(#[from] NoteError),
    /// A tree or record is malformed.
    #[error(transparent)]
    Log(#[from] TlogError),
    /// Tiles do not fit the tree: a broken answer, or one from another tree.
    #[error("checking tree#{size}: {source}")]
    Tiles {
        /// Size of the tree.
        size: u64,
        /// What does not fit.
        source: TileError,
    },
    /// The record's number is not in the tree that came with it.
    #[error("cannot validate record {id} in tree of size {size}")]
    OutsideTree {
        /// The record.
        id: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The tree holds another record under this number.
    #[error("cannot authenticate record data in server response")]
    WrongRecord,
    /// The database showed two histories that cannot both be true: it, or somebody in between, lies.
    #[error("{0}")]
    Fork(Box<Fork>),
}

/// Proof that a database signed two trees of which neither is the beginning of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The signed note of the smaller tree.
    pub older: String,
    /// The signed note of the larger tree.
    pub newer: String,
    /// The root that the larger tree gives to as many records as the smaller one has.
    pub found: Hash,
    /// The proof of that.
    pub proof: Vec<Hash>,
}

impl fmt::Display for Fork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indent = |text: &str| text.trim_end().replace('\n', "\n\t");
        write!(
            f,
            "SECURITY ERROR: checksum database misbehavior detected\n\nold database:\n\t{}",
            indent(&self.older)
        )?;
        write!(f, "\n\nnew database:\n\t{}\n\nproof of misbehavior:\n\t{}", indent(&self.newer), self.found)?;
        self.proof.iter().try_for_each(|hash| write!(f, "\n\t{hash}"))
    }
}

/// A client of one checksum database. Share it: it learns how far the database has come.
///
/// Lookups of the same module at the same time each ask the database; whoever serves many clients joins them first.
#[derive(Debug)]
pub struct Client<O> {
    ops: O,
    key: Verifier,
    options: Options,
    /// The largest tree seen, with its signed note; `None` before the stored one was read.
    latest: Mutex<Option<Head>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    tree: Tree,
    /// The signed note; empty for the empty tree.
    note: Vec<u8>,
}

/// When a tree was signed, seen from the one known so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Past,
    Now,
    Future,
}

type Outcome<T, O> = Result<T, LookupError<<O as Ops>::Error>>;

impl<O: Ops> Client<O> {
    /// A client of the database with this key.
    pub fn new(ops: O, key: Verifier, options: Options) -> Self {
        Self { ops, key, options, latest: Mutex::new(None) }
    }

    /// What fetches and stores for it.
    pub fn ops(&self) -> &O {
        &self.ops
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// The `go.sum` lines that the database has for a module, both of its zip and of its `go.mod`.
    ///
    /// # Errors
    /// When the module is skipped, nothing could be fetched, or anything does not fit.
    pub async fn lookup(&self, module: &ModuleVersion) -> Outcome<Vec<String>, O> {
        if self.options.nosumdb.matches(&module.path) {
            return Err(LookupError::Skipped);
        }
        let remote = format!("lookup/{}@{}", escape_path(&module.path)?, escape_version(&module.version)?);
        let file = self.file(&remote);
        if let Some(data) = self.ops.read_cache(file.clone()).await {
            let text = if self.options.trust_cache {
                Record::parse(&data).map(|record| record.text.to_owned()).map_err(LookupError::from)
            } else {
                self.verify_lookup(&data).await
            };
            match text {
                Ok(text) => return Ok(lines(&text)),
                Err(fork @ LookupError::Fork(_)) => return Err(fork),
                // A broken cache is no reason to fail: the database is asked again.
                Err(_) => {}
            }
        }
        let data = self.fetch(remote).await?;
        let text = self.verify_lookup(&data).await?;
        self.ops.write_cache(file, data).await;
        Ok(lines(&text))
    }

    /// The hash that the database has for a module's zip, or for its `go.mod`: of the kind `h1:`.
    ///
    /// # Errors
    /// As [`Self::lookup`].
    pub async fn h1(&self, module: &ModuleVersion, go_mod: bool) -> Outcome<Option<String>, O> {
        let suffix = if go_mod { "/go.mod" } else { "" };
        let prefix = format!("{} {}{suffix} h1:", module.path, module.version);
        let lines = self.lookup(module).await?;
        let found = lines.iter().find_map(|line| line.strip_prefix(&prefix));
        Ok(found.map(|code| format!("h1:{code}")))
    }

    /// Checks a lookup's answer (its record, its tree, and that the record is in the tree) and gives the record's text.
    ///
    /// # Errors
    /// When anything does not fit, or tiles could not be fetched.
    pub async fn verify_lookup(&self, data: &[u8]) -> Outcome<String, O> {
        let record = Record::parse(data)?;
        self.merge(record.rest).await?;
        let tree = self.head().await?.tree;
        if record.id >= tree.size {
            return Err(LookupError::OutsideTree { id: record.id, size: tree.size });
        }
        let hashes = self.hashes(tree, &[stored_index(0, record.id)]).await?;
        if hashes.first() == Some(&Hash::of_record(record.text.as_bytes())) {
            Ok(record.text.to_owned())
        } else {
            Err(LookupError::WrongRecord)
        }
    }

    /// Asks the database how far it has come, and makes sure that it kept what it had.
    ///
    /// # Errors
    /// When it cannot be asked, or the answer does not fit.
    pub async fn refresh(&self) -> Outcome<(), O> {
        let note = self.fetch("latest".to_owned()).await?;
        self.merge(&note).await
    }

    /// The largest tree that is known, and its signed note (empty for the empty tree).
    ///
    /// # Errors
    /// When the stored one cannot be read, or is bad.
    pub async fn latest(&self) -> Outcome<(Tree, Vec<u8>), O> {
        let head = self.head().await?;
        Ok((head.tree, head.note))
    }

    /// A verified tile of hashes, of the width asked for; asks how far the database has come if need be. `None` when
    /// the database has not come so far, and for tiles of records and of other heights, which nothing here can check.
    ///
    /// # Errors
    /// When anything could not be fetched, or does not fit.
    pub async fn tile(&self, tile: &Tile) -> Outcome<Option<Vec<u8>>, O> {
        let Some(level) = tile.level.filter(|_| tile.height == HEIGHT) else { return Ok(None) };
        let shift = u32::from(level) * u32::from(HEIGHT);
        let end = (tile.number << HEIGHT) + u64::from(tile.width);
        let has = |tree: &Tree| end <= tree.size.checked_shr(shift).unwrap_or(0);
        let mut tree = self.head().await?.tree;
        if !has(&tree) {
            self.refresh().await?;
            tree = self.head().await?.tree;
            if !has(&tree) {
                return Ok(None);
            }
        }
        let first = stored_index(shift, tile.number << HEIGHT);
        let (plan, data, _) = self.read(tree, &[first]).await?;
        Ok(plan.place(tile).and_then(|place| data[place].get(..tile.len())).map(<[u8]>::to_vec))
    }

    fn file(&self, path: &str) -> String {
        format!("{}/{path}", self.name())
    }

    fn guard(&self) -> MutexGuard<'_, Option<Head>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn fetch(&self, path: String) -> Outcome<Vec<u8>, O> {
        let mut answers = self.ops.fetch(vec![path.clone()]).await;
        match answers.pop() {
            Some(answer) => answer.map_err(|source| LookupError::Fetch { path, source }),
            None => Err(LookupError::Log(TlogError::Record)),
        }
    }

    /// The largest known tree; reads the stored one first.
    async fn head(&self) -> Outcome<Head, O> {
        if let Some(head) = self.guard().clone() {
            return Ok(head);
        }
        let stored = self.read_latest().await?;
        let mut head = Head { tree: Tree::empty(), note: Vec::new() };
        if !stored.is_empty() {
            head = Head { tree: self.open(&stored)?, note: stored };
        }
        // Another task may have been faster, and further.
        Ok(self.guard().get_or_insert(head).clone())
    }

    async fn read_latest(&self) -> Outcome<Vec<u8>, O> {
        let file = self.file("latest");
        self.ops.read_latest(file.clone()).await.map_err(|source| LookupError::Store { file, source })
    }

    fn open(&self, note: &[u8]) -> Outcome<Tree, O> {
        Ok(Tree::parse(&note::open(note, std::slice::from_ref(&self.key))?.text)?)
    }

    /// Takes a signed tree into account: it must be consistent with what is known, and becomes the known one if it is
    /// larger, in memory and in the store.
    async fn merge(&self, note: &[u8]) -> Outcome<(), O> {
        if self.merge_in_memory(note).await? != When::Future {
            return Ok(());
        }
        for _ in 0..MAX_CONFLICTS {
            let stored = self.read_latest().await?;
            if self.merge_in_memory(&stored).await? != When::Past {
                return Ok(());
            }
            let file = self.file("latest");
            let new = self.head().await?.note;
            let written = self.ops.write_latest(file.clone(), stored, new).await;
            if written.map_err(|source| LookupError::Store { file, source })? {
                return Ok(());
            }
        }
        Err(LookupError::Conflict(self.file("latest")))
    }

    async fn merge_in_memory(&self, note: &[u8]) -> Outcome<When, O> {
        let mut known = self.head().await?;
        if note.is_empty() {
            // Nobody signed the empty tree, and nobody needs to.
            return Ok(if known.tree.size == 0 { When::Now } else { When::Past });
        }
        let head = Head { tree: self.open(note)?, note: note.to_vec() };
        loop {
            if head.tree.size <= known.tree.size {
                self.check_same_history(&head, &known).await?;
                return Ok(if head.tree.size < known.tree.size { When::Past } else { When::Now });
            }
            self.check_same_history(&known, &head).await?;
            let mut latest = self.guard();
            match &*latest {
                Some(now) if *now != known => known = now.clone(),
                _ => {
                    *latest = Some(head);
                    return Ok(When::Future);
                }
            }
        }
    }

    /// Makes sure that the newer tree begins with the records of the older one.
    async fn check_same_history(&self, older: &Head, newer: &Head) -> Outcome<(), O> {
        if older.tree == newer.tree {
            return Ok(());
        }
        let (size, part) = (newer.tree.size, older.tree.size);
        let mut found = newer.tree.hash;
        // With equal sizes the two notes alone are the proof.
        let mut proof = Vec::new();
        if part < size {
            let hashes = self.hashes(newer.tree, &tree_hash_indexes(part)).await?;
            found = tree_hash(part, &hashes)?;
            if found == older.tree.hash {
                return Ok(());
            }
            let hashes = self.hashes(newer.tree, &prove_tree_indexes(size, part)?).await?;
            proof = prove_tree(size, part, &hashes)?;
            check_tree(&proof, newer.tree, Tree { size: part, hash: found })?;
        }
        let text = |head: &Head| String::from_utf8_lossy(&head.note).into_owned();
        Err(LookupError::Fork(Box::new(Fork { older: text(older), newer: text(newer), found, proof })))
    }

    /// Hashes of a tree, proven to be in it.
    async fn hashes(&self, tree: Tree, indexes: &[u64]) -> Outcome<Vec<Hash>, O> {
        if indexes.is_empty() {
            return Ok(Vec::new());
        }
        let (_, _, hashes) = self.read(tree, indexes).await?;
        Ok(hashes)
    }

    /// Reads and verifies the tiles that the hashes need. Cached ones that do not fit are fetched again, once.
    async fn read(&self, tree: Tree, indexes: &[u64]) -> Outcome<(Plan, Vec<Vec<u8>>, Vec<Hash>), O> {
        let failed = |source| LookupError::Tiles { size: tree.size, source };
        let plan = Plan::new(tree, HEIGHT, indexes).map_err(failed)?;
        let (data, cached) = self.read_tiles(plan.tiles(), true).await?;
        let (data, cached, hashes) = match plan.verify(&data) {
            Ok(hashes) => (data, cached, hashes),
            Err(_) if cached.contains(&true) => {
                let (data, cached) = self.read_tiles(plan.tiles(), false).await?;
                let hashes = plan.verify(&data).map_err(failed)?;
                (data, cached, hashes)
            }
            Err(e) => return Err(failed(e)),
        };
        for ((tile, bytes), _) in plan.tiles().iter().zip(&data).zip(&cached).filter(|(_, cached)| !**cached)
        {
            self.ops.write_cache(self.file(&tile.to_string()), bytes.clone()).await;
        }
        Ok((plan, data, hashes))
    }

    /// The bytes of tiles, unverified unless they come from the cache (second list).
    async fn read_tiles(&self, tiles: &[Tile], use_cache: bool) -> Outcome<(Vec<Vec<u8>>, Vec<bool>), O> {
        let mut data: Vec<Option<Vec<u8>>> = vec![None; tiles.len()];
        for (tile, slot) in tiles.iter().zip(&mut data).filter(|_| use_cache) {
            let mut found = self.ops.read_cache(self.file(&tile.to_string())).await;
            if found.is_none() && !tile.is_full() {
                // The full tile holds the partial one.
                found = self.ops.read_cache(self.file(&tile.full().to_string())).await;
            }
            *slot = found.and_then(|bytes| cut(bytes, tile));
        }
        let cached: Vec<bool> = data.iter().map(Option::is_some).collect();
        let missing = |data: &[Option<Vec<u8>>]| -> Vec<usize> {
            (0..tiles.len()).filter(|&i| data[i].is_none()).collect()
        };
        let wanted = missing(&data);
        let paths = wanted.iter().map(|&i| tiles[i].to_string()).collect::<Vec<_>>();
        let mut errors = Vec::new();
        if !paths.is_empty() {
            for (&i, answer) in wanted.iter().zip(self.ops.fetch(paths).await) {
                match answer {
                    Ok(bytes) => data[i] = Some(bytes),
                    Err(e) => errors.push((i, e)),
                }
            }
        }
        // A partial tile may be gone because the database has only the full one by now.
        let partial: Vec<usize> = missing(&data).into_iter().filter(|&i| !tiles[i].is_full()).collect();
        if !partial.is_empty() {
            let paths = partial.iter().map(|&i| tiles[i].full().to_string()).collect();
            for (&i, answer) in partial.iter().zip(self.ops.fetch(paths).await) {
                data[i] = answer.ok().and_then(|bytes| cut(bytes, &tiles[i]));
            }
        }
        if let Some((i, source)) = errors.into_iter().find(|(i, _)| data[*i].is_none()) {
            return Err(LookupError::Fetch { path: tiles[i].to_string(), source });
        }
        Ok((data.into_iter().map(Option::unwrap_or_default).collect(), cached))
    }
}

/// As many bytes as the tile has, if there are so many.
fn cut(mut bytes: Vec<u8>, tile: &Tile) -> Option<Vec<u8>> {
    let fits = bytes.len() >= tile.len();
    bytes.truncate(tile.len());
    fits.then_some(bytes)
}

/// The lines of a record.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Runs a future that never has to wait, such as a lookup over [`Ops`] that block. `None` when it had to wait.
pub fn poll_now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
