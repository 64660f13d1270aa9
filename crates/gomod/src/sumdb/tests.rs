use std::collections::BTreeMap;
use std::future::{Future, ready};
use std::sync::Mutex;

use super::note::Signer;
use super::tile::{Plan, Tile, tile_data};
use super::tlog::*;
use super::*;
use crate::path::ModuleVersion;
use crate::pattern::Patterns;

fn signer() -> Signer {
    Signer::from_seed("example.com/db", &[7; 32]).unwrap()
}

fn log(size: u64) -> MemoryLog {
    branch(size, "")
}

/// A log whose records from number 3 on depend on the mark.
fn branch(size: u64, mark: &str) -> MemoryLog {
    let mut log = MemoryLog::new(signer());
    for n in 0..size {
        let mark = if n < 3 { "" } else { mark };
        log.add(&format!("example.com/M{n}"), "v1.0.0", &format!("h1:zip{n}{mark}="), "h1:mod=").unwrap();
    }
    log
}

#[derive(Debug, thiserror::Error)]
#[error("not there: {0}")]
struct Missing(String);

/// A database in memory, a cache in memory, and what was asked.
struct Peer {
    log: Mutex<MemoryLog>,
    cache: Mutex<BTreeMap<String, Vec<u8>>>,
    latest: Mutex<Vec<u8>>,
    asked: Mutex<Vec<String>>,
    conflicts: Mutex<usize>,
}

impl Peer {
    fn new(log: MemoryLog) -> Self {
        Peer {
            log: Mutex::new(log),
            cache: Mutex::default(),
            latest: Mutex::default(),
            asked: Mutex::default(),
            conflicts: Mutex::default(),
        }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Ops for Peer {
    type Error = Missing;

    fn fetch(&self, paths: Vec<String>) -> impl Future<Output = Vec<Result<Vec<u8>, Missing>>> + Send {
        let log = self.log.lock().unwrap();
        self.asked.lock().unwrap().extend(paths.iter().cloned());
        ready(paths.into_iter().map(|path| log.answer(&path).ok_or(Missing(path))).collect())
    }

    fn read_cache(&self, file: String) -> impl Future<Output = Option<Vec<u8>>> + Send {
        ready(self.cache.lock().unwrap().get(&file).cloned())
    }

    fn write_cache(&self, file: String, data: Vec<u8>) -> impl Future<Output = ()> + Send {
        self.cache.lock().unwrap().insert(file, data);
        ready(())
    }

    fn read_latest(&self, _: String) -> impl Future<Output = Result<Vec<u8>, Missing>> + Send {
        ready(Ok(self.latest.lock().unwrap().clone()))
    }

    fn write_latest(
        &self,
        _: String,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> impl Future<Output = Result<bool, Missing>> + Send {
        let mut conflicts = self.conflicts.lock().unwrap();
        let mut latest = self.latest.lock().unwrap();
        let ok = *latest == old && *conflicts == 0;
        *conflicts = conflicts.saturating_sub(1);
        if ok {
            *latest = new;
        }
        ready(Ok(ok))
    }
}

fn client(log: MemoryLog) -> Client<Peer> {
    Client::new(Peer::new(log), signer().verifier().clone(), Options::default())
}

fn module(n: u64) -> ModuleVersion {
    ModuleVersion::new(format!("example.com/M{n}"), "v1.0.0")
}

fn lookup(client: &Client<Peer>, n: u64) -> Result<String, String> {
    match poll_now(client.lookup(&module(n))).unwrap() {
        Ok(lines) => Ok(lines.join("; ")),
        Err(e) => Err(e.to_string()),
    }
}

#[test]
fn the_order_of_stored_hashes() {
    let mut index = 0;
    for n in 0..3000u64 {
        for level in 0..=n.trailing_ones() {
            assert_eq!(stored_index(level, n >> level), index);
            assert_eq!(split_stored_index(index), (level, n >> level));
            index += 1;
        }
        assert_eq!(stored_count(n + 1), index);
    }
}

#[test]
fn proofs() {
    let log = log(70);
    let read = |indexes: Vec<u64>| -> Vec<Hash> { indexes.into_iter().map(|i| stored(&log, i)).collect() };
    for size in 1..=70 {
        let tree = log.tree(size).unwrap();
        for n in 0..size {
            let proof = prove_record(size, n, &read(prove_record_indexes(size, n).unwrap())).unwrap();
            let record = stored(&log, stored_index(0, n));
            assert_eq!(check_record(&proof, tree, n, record), Ok(()));
            assert!(check_record(&proof, tree, n, Hash::empty()).is_err());
            let older = log.tree(n + 1).unwrap();
            let mut proof = prove_tree(size, n + 1, &read(prove_tree_indexes(size, n + 1).unwrap())).unwrap();
            assert_eq!(check_tree(&proof, tree, older), Ok(()));
            let wrong = Tree { hash: Hash::empty(), ..older };
            assert!(check_tree(&proof, tree, wrong).is_err());
            proof.push(Hash::empty());
            assert_eq!(check_tree(&proof, tree, older), Err(TlogError::Proof));
        }
        assert_eq!(prove_record_indexes(size, size), Err(TlogError::OutOfRange));
        assert_eq!(prove_tree_indexes(size, size + 1), Err(TlogError::OutOfRange));
    }
}

/// A stored hash, read out of tiles of height 1.
fn stored(log: &MemoryLog, index: u64) -> Hash {
    let (level, n) = split_stored_index(index);
    let tile = Tile { height: 1, level: Some(level as u8), number: n / 2, width: (n % 2) as u32 + 1 };
    let data = log.answer(&tile.to_string()).unwrap();
    Hash(data[data.len() - 32..].try_into().unwrap())
}

#[test]
fn tile_paths() {
    for (path, level, number, width) in [
        ("tile/4/0/001", Some(0), 1, 16),
        ("tile/4/0/001.p/5", Some(0), 1, 5),
        ("tile/3/5/x123/x456/078", Some(5), 123_456_078, 8),
        ("tile/3/5/x123/x456/078.p/2", Some(5), 123_456_078, 2),
        ("tile/1/0/x003/x057/500", Some(0), 3_057_500, 2),
        ("tile/8/data/x001/234.p/255", None, 1234, 255),
    ] {
        let tile = Tile::parse(path).unwrap();
        assert_eq!((tile.level, tile.number, tile.width), (level, number, width), "{path}");
        assert_eq!(tile.to_string(), path);
    }
    for bad in [
        "",
        "tile",
        "tile/8/0",
        "tile/8/0/",
        "tile/0/0/000",
        "tile/31/0/000",
        "tile/8/-1/000",
        "tile/8/64/000",
        "tile/8/0/1",
        "tile/8/0/x001",
        "tile/8/0/001/002",
        "tile/8/0/x000/001",
        "tile/8/0/001.p/256",
        "tile/8/0/001.p/0",
        "tile/8/0/001.p/05",
        "tile/8/0/001.p",
        "tile/08/0/001",
        "tile/8/0/1000",
        "tile/8/0/+01",
        "/tile/8/0/001",
        "tile/8/0/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert!(Tile::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn plans() {
    let log = log(300);
    for size in [1, 2, 3, 7, 8, 63, 64, 65, 255, 256, 257, 300] {
        let tree = log.tree(size).unwrap();
        for height in [1, 2, 3, 8] {
            for n in (0..size).step_by(7) {
                let index = stored_index(0, n);
                let plan = Plan::new(tree, height, &[index]).unwrap();
                let mut data: Vec<_> =
                    plan.tiles().iter().map(|tile| tile_data(tile, |index| stored(&log, index))).collect();
                assert_eq!(plan.verify(&data).unwrap(), [stored(&log, index)], "{size} {height} {n}");
                for i in 0..data.len() {
                    let last = data[i].len() - 1;
                    data[i][last] ^= 1;
                    assert!(plan.verify(&data).is_err(), "{size} {height} {n} {i}");
                    data[i][last] ^= 1;
                }
                data[0].pop();
                assert!(plan.verify(&data).is_err());
            }
            assert!(Plan::new(tree, height, &[stored_index(0, size)]).is_err());
        }
    }
}

#[test]
fn texts() {
    let hash = Hash::of_record(b"hello world");
    let text = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n";
    let tree = Tree { size: 123_456_789_012, hash };
    assert_eq!(tree.to_text(), text);
    assert_eq!(Tree::parse(text), Ok(tree));
    assert_eq!(Tree::parse(&format!("{text}JOE\nJOE")), Ok(tree));
    for bad in [
        format!("not-{text}"),
        text.replace("123456789012", "0xabcdef"),
        text.replace("123456789012", "0123"),
        text.replace("123456789012", "-1"),
        text.replace("123456789012", "9223372036854775807"),
        text.replace("HmuwBb0=", "HmuwBTOOBIG="),
        text.trim_end().to_owned(),
    ] {
        assert_eq!(Tree::parse(&bad), Err(TlogError::Tree), "{bad}");
    }
    let message = b"123456789012\nhello, world\n\njunk on end\x01\xff";
    let record = Record::parse(message).unwrap();
    assert_eq!((record.id, record.text, record.rest), (123_456_789_012, "hello, world\n", &message[27..]));
    assert_eq!(format_record(7, "a\n").as_deref(), Ok("7\na\n\n"));
    for bad in ["", "hello\nworld", "hello\n\nworld\n", "hello\x01world\n"] {
        assert!(format_record(7, bad).is_err(), "{bad:?}");
    }
    for bad in [&b""[..], b"7", b"x\na\n\n", b"7\na\n", b"-7\na\n\n", b"7\n\xff\n\n"] {
        assert!(Record::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn lookups() {
    let client = client(log(600));
    let wanted = "example.com/M5 v1.0.0 h1:zip5=; example.com/M5 v1.0.0/go.mod h1:mod=";
    assert_eq!(lookup(&client, 5).as_deref(), Ok(wanted));
    assert_eq!(
        client.ops().asked(),
        ["lookup/example.com/!m5@v1.0.0", "tile/8/1/000.p/2", "tile/8/0/002.p/88", "tile/8/0/000"]
    );
    assert_eq!(lookup(&client, 5).as_deref(), Ok(wanted));
    assert_eq!(client.ops().asked(), [""; 0]);
    let files: Vec<String> = client.ops().cache.lock().unwrap().keys().cloned().collect();
    assert_eq!(files[0], "example.com/db/lookup/example.com/!m5@v1.0.0");
    assert_eq!(
        lookup(&client, 600).unwrap_err(),
        "lookup/example.com/!m600@v1.0.0: not there: lookup/example.com/!m600@v1.0.0"
    );
    assert_eq!(poll_now(client.h1(&module(7), false)).unwrap().unwrap().as_deref(), Some("h1:zip7="));
    assert_eq!(poll_now(client.h1(&module(7), true)).unwrap().unwrap().as_deref(), Some("h1:mod="));
    // The database grows; the client follows, and what it stored is what it knows.
    *client.ops().log.lock().unwrap() = log(3000);
    assert_eq!(lookup(&client, 2999).map(|_| ()), Ok(()));
    let (tree, note) = poll_now(client.latest()).unwrap().unwrap();
    assert_eq!((tree.size, &note), (3000, &*client.ops().latest.lock().unwrap()));
}

#[test]
fn skipped_modules() {
    let options = Options { nosumdb: Patterns::parse("example.com"), trust_cache: false };
    let client = Client::new(Peer::new(log(1)), signer().verifier().clone(), options);
    assert_eq!(lookup(&client, 0).unwrap_err(), "skipped (listed in GONOSUMDB)");
    assert_eq!(client.ops().asked(), [""; 0]);
}

#[test]
fn a_database_that_forks() {
    let client = client(branch(20, "a"));
    lookup(&client, 5).unwrap();
    client.ops().cache.lock().unwrap().clear();
    *client.ops().log.lock().unwrap() = branch(25, "b");
    let e = lookup(&client, 6).unwrap_err();
    assert!(e.starts_with("SECURITY ERROR: checksum database misbehavior detected\n\nold database:"), "{e}");
    assert!(e.contains("proof of misbehavior:"), "{e}");
    // Also with trees of one size.
    *client.ops().log.lock().unwrap() = branch(20, "c");
    assert!(lookup(&client, 7).unwrap_err().starts_with("SECURITY ERROR"));
    // And what was known stays known.
    assert_eq!(poll_now(client.latest()).unwrap().unwrap().0, branch(20, "a").tree(20).unwrap());
}

#[test]
fn lies() {
    let client = client(log(20));
    let other = MemoryLog::new(Signer::from_seed("example.com/db", &[8; 32]).unwrap());
    let peer = client.ops();
    lookup(&client, 1).unwrap();
    let answer =
        |n: u64| peer.log.lock().unwrap().answer(&format!("lookup/example.com/!m{n}@v1.0.0")).unwrap();
    let check = |data: Vec<u8>| poll_now(client.verify_lookup(&data)).unwrap().map_err(|e| e.to_string());
    let text = String::from_utf8(answer(5)).unwrap();
    assert!(check(text.clone().into_bytes()).is_ok());
    assert_eq!(
        check(text.replace("zip5", "ZIP5").into_bytes()).unwrap_err(),
        "cannot authenticate record data in server response"
    );
    assert_eq!(
        check(text.replacen('5', "6", 1).into_bytes()).unwrap_err(),
        "cannot authenticate record data in server response"
    );
    assert_eq!(
        check(text.replacen('5', "20", 1).into_bytes()).unwrap_err(),
        "cannot validate record 20 in tree of size 20"
    );
    let (head, _) = text.split_once("\n\n").unwrap();
    let foreign = format!("{head}\n\n{}", other.sign(&Tree::empty()).unwrap());
    assert_eq!(
        check(foreign.into_bytes()).unwrap_err(),
        "reading tree note: note has no verifiable signatures"
    );
    assert_eq!(check(b"nonsense".to_vec()).unwrap_err(), "malformed record data");
}

#[test]
fn caches_that_are_broken() {
    let client = client(log(600));
    lookup(&client, 5).unwrap();
    client.ops().asked();
    for data in client.ops().cache.lock().unwrap().values_mut() {
        data[40] ^= 1;
    }
    assert!(lookup(&client, 5).is_ok());
    assert!(client.ops().asked().contains(&"lookup/example.com/!m5@v1.0.0".to_owned()));
    assert!(lookup(&client, 5).is_ok());
    assert_eq!(client.ops().asked(), [""; 0]);
}

#[test]
fn trusted_caches_need_no_database() {
    let options = Options { trust_cache: true, ..Options::default() };
    let warm = client(log(600));
    lookup(&warm, 5).unwrap();
    let peer = Peer::new(log(0));
    *peer.cache.lock().unwrap() = warm.ops().cache.lock().unwrap().clone();
    let client = Client::new(peer, signer().verifier().clone(), options);
    assert!(lookup(&client, 5).is_ok());
    assert_eq!(client.ops().asked(), [""; 0]);
}

#[test]
fn verified_tiles() {
    let client = client(log(600));
    let tile = |path: &str| poll_now(client.tile(&Tile::parse(path).unwrap())).unwrap().unwrap();
    let log = log(600);
    for path in [
        "tile/8/0/000",
        "tile/8/0/001",
        "tile/8/0/002.p/88",
        "tile/8/0/002.p/3",
        "tile/8/1/000.p/2",
        "tile/8/1/000.p/1",
    ] {
        assert_eq!(tile(path), log.answer(path), "{path}");
    }
    for path in ["tile/8/0/003", "tile/8/0/002.p/89", "tile/8/2/000.p/1", "tile/8/data/000", "tile/4/0/000"] {
        assert_eq!(tile(path), None, "{path}");
    }
}

#[test]
fn writers_in_parallel() {
    let client = client(log(20));
    *client.ops().conflicts.lock().unwrap() = 3;
    assert!(lookup(&client, 5).is_ok());
    assert!(!client.ops().latest.lock().unwrap().is_empty());
    let again = Client::new(Peer::new(log(30)), signer().verifier().clone(), Options::default());
    *again.ops().conflicts.lock().unwrap() = usize::MAX;
    assert_eq!(lookup(&again, 5).unwrap_err(), "example.com/db/latest: write conflict");
}

#[test]
fn settings() {
    let database = |text: &str| match Setting::parse(text) {
        Ok(Setting::Database(db)) => format!("{} at {}", db.name(), db.direct_url()),
        Ok(Setting::Off) => "off".to_owned(),
        Err(e) => e.to_string(),
    };
    let local = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";
    for (text, wanted) in [
        ("", "sum.golang.org at https://sum.golang.org"),
        ("off", "off"),
        ("sum.golang.org", "sum.golang.org at https://sum.golang.org"),
        ("sum.golang.org https://mirror.io/x/", "sum.golang.org at https://mirror.io/x"),
        ("sum.golang.google.cn", "sum.golang.org at https://sum.golang.google.cn"),
        (local, "localhost.localdev/sumdb at https://localhost.localdev/sumdb"),
        ("sum.golang.org a b", "invalid GOSUMDB: too many fields"),
        ("sum.example.org", "invalid GOSUMDB: malformed verifier id"),
    ] {
        assert_eq!(database(text), wanted, "{text}");
    }
    let odd = Signer::from_seed("exa?mple.com", &[7; 32]).unwrap().verifier().to_text();
    assert_eq!(database(&odd), "invalid sumdb name (must be host[/path]): exa?mple.com");
    let private = Patterns::parse("corp.io,golang.org");
    assert!(must_verify("a.b/c", &Setting::parse("").unwrap(), &private));
    assert!(!must_verify("corp.io/x", &Setting::parse("").unwrap(), &private));
    assert!(!must_verify("a.b/c", &Setting::Off, &private));
    assert!(must_verify("golang.org/toolchain", &Setting::Off, &private));
}
