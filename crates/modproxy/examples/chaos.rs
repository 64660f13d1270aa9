//! Faults on purpose, and what came of them: `chaos [--kills 1000] [--requests 400] [--versitygw BIN]`
//!
//! In front stands a real server process, behind it an upstream that is dead, slow, cut, lying or flapping. Counted are
//! right answers, right refusals, and what must never be: wrong bytes with status 200, half files kept, cached
//! modules not served, a 404 for something that exists. Exit status 1 if any of the latter happened.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use support::{Process, free_address, get, option, our_binary, seaworthy, write_module};

/// What the upstream does now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mood {
    Good,
    Slow,
    Cut,
    Error,
    /// Other bytes of the same length.
    Changed,
    Truncated,
    Page,
    Reset,
    /// Any of the above, by chance.
    Flapping,
}

struct Upstream {
    address: SocketAddr,
    mood: Arc<RwLock<Mood>>,
    /// Milliseconds between pieces of 64 KiB.
    pace: Arc<AtomicU32>,
    asked: Arc<AtomicU64>,
}

impl Upstream {
    fn start(tree: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let this = Self {
            address: listener.local_addr().unwrap(),
            mood: Arc::new(RwLock::new(Mood::Good)),
            pace: Arc::default(),
            asked: Arc::default(),
        };
        let (mood, pace, asked) = (Arc::clone(&this.mood), Arc::clone(&this.pace), Arc::clone(&this.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tree, mood, pace) = (tree.clone(), Arc::clone(&mood), Arc::clone(&pace));
                asked.fetch_add(1, Ordering::Relaxed);
                std::thread::spawn(move || {
                    answer(stream, &tree, *mood.read().unwrap(), pace.load(Ordering::Relaxed))
                });
            }
        });
        this
    }

    fn set(&self, mood: Mood) {
        *self.mood.write().unwrap() = mood;
    }
}

fn answer(mut stream: TcpStream, tree: &Path, mood: Mood, pace: u32) -> std::io::Result<()> {
    const ALL: [Mood; 8] = [
        Mood::Good,
        Mood::Slow,
        Mood::Cut,
        Mood::Error,
        Mood::Changed,
        Mood::Truncated,
        Mood::Page,
        Mood::Reset,
    ];
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut path, mut range) = (String::new(), None);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if path.is_empty() {
            path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            range = text.trim().trim_end_matches('-').parse::<usize>().ok();
        }
    }
    let mood = if mood == Mood::Flapping { ALL[fastrand::usize(..ALL.len())] } else { mood };
    let Ok(mut body) = std::fs::read(tree.join(path.trim_start_matches('/'))) else {
        return stream.write_all(
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\nConnection: close\r\n\r\nnot found\n",
        );
    };
    let mut status = "200 OK";
    let mut extra = String::from("ETag: \"one\"\r\n");
    match mood {
        Mood::Reset => return Ok(()),
        Mood::Slow => std::thread::sleep(Duration::from_millis(1500)),
        Mood::Error => {
            status = ["500 Oops", "502 Bad Gateway", "503 Busy", "504 Late"][fastrand::usize(..4)];
            body = b"the upstream is unwell\n".to_vec();
        }
        Mood::Page => {
            body = b"<!doctype html><html>Sign in</html>".to_vec();
            extra = "Content-Type: text/html\r\n".into();
        }
        Mood::Changed => {
            let at = body.len() / 2;
            body[at] ^= 1;
            extra.clear();
        }
        Mood::Truncated => {
            body.truncate(body.len() * 2 / 3);
            extra.clear();
        }
        _ => {}
    }
    if let Some(start) =
        range.filter(|start| *start < body.len() && matches!(mood, Mood::Good | Mood::Cut | Mood::Slow))
    {
        extra.push_str(&format!("Content-Range: bytes {start}-{}/{}\r\n", body.len() - 1, body.len()));
        body.drain(..start);
        status = "206 Partial Content";
    }
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{extra}Connection: close\r\n\r\n",
        body.len()
    )?;
    let end = if mood == Mood::Cut { fastrand::usize(..body.len().max(1)) } else { body.len() };
    for piece in body[..end].chunks(64 << 10) {
        stream.write_all(piece)?;
        std::thread::sleep(Duration::from_millis(u64::from(pace)));
    }
    Ok(())
}

#[derive(Default)]
struct Tally {
    right: u64,
    /// Status to count.
    refused: BTreeMap<u16, u64>,
    cut: u64,
    wrong: u64,
    false_404: u64,
}

impl Tally {
    fn count(&mut self, result: std::io::Result<(u16, Vec<u8>)>, want: &[u8]) {
        match result {
            Ok((200, body)) if body == want => self.right += 1,
            Ok((200, _)) => self.wrong += 1,
            Ok((404 | 410, _)) => self.false_404 += 1,
            Ok((status, _)) => *self.refused.entry(status).or_default() += 1,
            Err(_) => self.cut += 1,
        }
    }

    /// Prints; gives the number of things that must not be.
    fn print(&self, name: &str) -> u64 {
        let refused: Vec<_> =
            self.refused.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        println!(
            "{name:<34} right {:>5}  refused {:>5} ({})  cut {:>4}  WRONG {}  FALSE 404 {}",
            self.right,
            self.refused.values().sum::<u64>(),
            refused.join(", "),
            self.cut,
            self.wrong,
            self.false_404
        );
        self.wrong + self.false_404
    }
}

struct World {
    work: tempfile::TempDir,
    tree: PathBuf,
    modules: Vec<(String, Vec<u8>)>,
    upstream: Upstream,
}

impl World {
    /// Settings of a server on a cache of this name, verifying against a go.sum of the true tree.
    fn settings(&self, cache: &str) -> String {
        format!(
            "cache = \"{}\"\nupstream = \"http://{}\"\nsumdb = \"off\"\nverify = \"gosum\"\ngosum = [\"{}\"]\nretries = 1\n\
             [timeouts]\nconnect = \"500ms\"\nheader = \"500ms\"\nidle-body = \"2s\"\n[breaker]\nfailures = 0\n",
            self.work.path().join(cache).display(),
            self.upstream.address,
            self.work.path().join("go.sum").display()
        )
    }

    fn server(&self, cache: &str) -> Process {
        seaworthy(&our_binary(), &self.settings(cache), self.work.path(), None).unwrap()
    }

    fn path(&self, number: usize) -> String {
        format!("/{}/@v/v1.0.0.zip", self.modules[number].0)
    }
}

fn main() {
    let number = |name: &str, default: u64| option(name).map_or(default, |text| text.parse().unwrap());
    let (kills, requests) = (number("--kills", 1000), number("--requests", 400));
    let work = tempfile::tempdir().unwrap();
    let tree = work.path().join("tree");
    let mut sums = String::new();
    let mut modules = Vec::new();
    for n in 0..24 {
        let module = format!("chaos.example/m{n}");
        // From a few kilobytes to some megabytes: below and above the size that is handed out while it comes.
        let zip = write_module(&tree, &module, "v1.0.0", 3000 << (n % 12));
        let hash = gomod::zip::Archive::from_slice(&zip).unwrap().h1().unwrap();
        let go_mod = gomod::dirhash::h1_go_mod(format!("module {module}\n").as_bytes());
        sums.push_str(&format!("{module} v1.0.0 {hash}\n{module} v1.0.0/go.mod {go_mod}\n"));
        modules.push((module, zip));
    }
    std::fs::write(work.path().join("go.sum"), sums).unwrap();
    let upstream = Upstream::start(tree.clone());
    let world = World { work, tree, modules, upstream };
    let mut bad = moods(&world, requests);
    bad += killed(&world, kills);
    bad += full_disk(&world);
    bad += replicas(&world);
    println!("{} of what must not be", bad);
    std::process::exit(i32::from(bad > 0));
}

/// Each mood: half of the modules are cached before, half are new.
fn moods(world: &World, requests: u64) -> u64 {
    let mut bad = 0;
    for mood in [
        Mood::Slow,
        Mood::Cut,
        Mood::Error,
        Mood::Changed,
        Mood::Truncated,
        Mood::Page,
        Mood::Reset,
        Mood::Flapping,
    ] {
        let cache = format!("cache-{mood:?}");
        let server = world.server(&cache);
        world.upstream.set(Mood::Good);
        let half = world.modules.len() / 2;
        for n in 0..half {
            get(server.address, &world.path(n)).unwrap();
        }
        world.upstream.set(mood);
        let (mut cached, mut new) = (Tally::default(), Tally::default());
        // What is slow takes its time: fewer of them.
        let count = if mood == Mood::Slow { requests / 10 } else { requests };
        for n in 0..count as usize {
            let n = n % world.modules.len();
            let tally = if n < half { &mut cached } else { &mut new };
            tally.count(get(server.address, &world.path(n)), &world.modules[n].1);
        }
        bad += cached.print(&format!("{mood:?}, cached")) + new.print(&format!("{mood:?}, not cached"));
        bad += cached.refused.values().sum::<u64>() + cached.cut;
        drop(server);
        bad += half_files(world, &world.work.path().join(cache));
    }
    bad
}

/// Every zip in a cache folder is whole. Gives the number of those that are not.
fn half_files(world: &World, cache: &Path) -> u64 {
    let mut broken = 0;
    for (module, zip) in &world.modules {
        if let Ok(kept) = std::fs::read(cache.join(module).join("@v/v1.0.0.zip"))
            && kept != *zip
        {
            broken += 1;
            println!("HALF OR WRONG FILE KEPT: {module}");
        }
    }
    broken
}

/// kill -9 at any moment of fetching and storing.
fn killed(world: &World, kills: u64) -> u64 {
    world.upstream.set(Mood::Good);
    let cache = world.work.path().join("cache-kill");
    let (mut broken, mut kept, mut leavings) = (0, 0_u64, 0_u64);
    for round in 0..kills {
        world.upstream.pace.store(fastrand::u32(0..4), Ordering::Relaxed);
        let mut server = world.server("cache-kill");
        let address = server.address;
        let clients: Vec<_> = (0..4)
            .map(|_| {
                let path = world.path(fastrand::usize(..world.modules.len()));
                std::thread::spawn(move || drop(get(address, &path)))
            })
            .collect();
        std::thread::sleep(Duration::from_micros(fastrand::u64(..150_000)));
        server.kill();
        for client in clients {
            client.join().unwrap();
        }
        broken += half_files(world, &cache);
        // Every now and then begin anew, so that there is something to write.
        if round % 10 == 9 {
            kept += count_zips(&cache);
            leavings += spools(&cache);
            std::fs::remove_dir_all(&cache).unwrap();
        }
    }
    world.upstream.pace.store(0, Ordering::Relaxed);
    // What is left is served right, and the leavings of the dead are swept.
    let server = world.server("cache-kill");
    let mut tally = Tally::default();
    for n in 0..world.modules.len() {
        tally.count(get(server.address, &world.path(n)), &world.modules[n].1);
    }
    let left = spools(&cache);
    println!(
        "kill -9: {kills} times, {kept} whole zips seen, {broken} half, at most {leavings} spool folders before a sweep, {left} after"
    );
    broken
        + tally.print("after the kills")
        + (world.modules.len() as u64 - tally.right)
        + left.saturating_sub(1)
}

fn count_zips(cache: &Path) -> u64 {
    let mut count = 0;
    let mut folders = vec![cache.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "zip") {
                count += 1;
            }
        }
    }
    count
}

fn spools(cache: &Path) -> u64 {
    std::fs::read_dir(cache.join(".tmp")).map_or(0, |entries| entries.count() as u64)
}

/// A cache of 6 MB in a file system of its own, in a mount namespace of its own.
fn full_disk(world: &World) -> u64 {
    let folder = world.work.path().join("full");
    std::fs::create_dir_all(&folder).unwrap();
    let address = free_address();
    let settings =
        world.settings("full/cache").replace("verify", &format!("listen = [\"{address}\"]\nverify"));
    let file = world.work.path().join("full.toml");
    std::fs::write(&file, settings).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=6m none {} && exec {} {}",
        folder.display(),
        our_binary().display(),
        file.display()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &script]).env("RUST_LOG", "off");
    let server = match Process::start("seaworthy", &mut command, address) {
        Ok(server) => server,
        Err(err) => {
            println!("full disk: skipped ({err}; needs the right to mount)");
            return 0;
        }
    };
    let mut tally = Tally::default();
    for _ in 0..2 {
        for n in 0..world.modules.len() {
            tally.count(get(server.address, &world.path(n)), &world.modules[n].1);
        }
    }
    let bytes: usize = world.modules.iter().map(|(_, zip)| zip.len()).sum();
    let metrics =
        get(server.address, "/metrics").map(|(_, body)| String::from_utf8_lossy(&body).into_owned());
    let errors = metrics.unwrap_or_default();
    let errors = errors.lines().find_map(|line| line.strip_prefix("seaworthy_proxy_store_errors_total "));
    println!(
        "full disk: {:.1} MB of modules, 6 MB of disk; it counted {} failed writes",
        bytes as f64 / 1e6,
        errors.unwrap_or("?")
    );
    tally.print("full disk") + tally.cut
}

/// Two servers on one bucket, both asked for everything at once.
fn replicas(world: &World) -> u64 {
    let Some(gateway) = option("--versitygw") else {
        println!(
            "two replicas on one bucket: skipped (--versitygw BIN, and this program built with the s3 feature)"
        );
        return 0;
    };
    let folder = world.work.path().join("s3");
    std::fs::create_dir_all(folder.join("bucket")).unwrap();
    let address = free_address();
    let mut command = Command::new(gateway);
    command
        .env("ROOT_ACCESS_KEY", "lab")
        .env("ROOT_SECRET_KEY", "laboratory")
        .args(["--port", &address.to_string(), "posix"])
        .arg(&folder);
    let _gateway = Process::start("versitygw", &mut command, address).unwrap();
    let start = || {
        let listen = free_address();
        let cache = world.work.path().join("cache-s3").display().to_string();
        let settings = world.settings("cache-s3").replace(&cache, "s3://bucket/modules");
        let file = world.work.path().join(format!("s3-{}.toml", listen.port()));
        std::fs::write(&file, format!("listen = [\"{listen}\"]\n{settings}")).unwrap();
        let mut command = Command::new(our_binary());
        command
            .arg(file)
            .env("AWS_ACCESS_KEY_ID", "lab")
            .env("AWS_SECRET_ACCESS_KEY", "laboratory")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ENDPOINT", format!("http://{address}"))
            .env("AWS_ALLOW_HTTP", "true");
        Process::start("seaworthy", &mut command, listen).unwrap()
    };
    let servers = [start(), start()];
    let mut tally = Tally::default();
    for round in 0..3 {
        world.upstream.set(if round == 1 { Mood::Flapping } else { Mood::Good });
        for n in 0..world.modules.len() {
            let asks: Vec<_> = (0..8)
                .map(|client| {
                    let (address, path) = (servers[client % 2].address, world.path(n));
                    std::thread::spawn(move || get(address, &path))
                })
                .collect();
            for ask in asks {
                tally.count(ask.join().unwrap(), &world.modules[n].1);
            }
        }
    }
    // A third one that has seen nothing, with the upstream dead, serves all of it.
    world.upstream.set(Mood::Reset);
    let third = start();
    for n in 0..world.modules.len() {
        tally.count(get(third.address, &world.path(n)), &world.modules[n].1);
    }
    let _ = &world.tree;
    tally.print("three replicas, one bucket") + tally.refused.values().sum::<u64>() + tally.cut
}
