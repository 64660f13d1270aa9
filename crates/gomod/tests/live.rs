//! Real modules, from the module cache and through the module proxy. Needs `go`, `curl` and the network:
//! `cargo test -p seaworthy-gomod --test live -- --ignored --nocapture`.

#![allow(clippy::print_stdout, reason = "tests say what they counted")]

use std::collections::HashMap;
use std::fs;
use std::future::{Future, ready};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

use seaworthy_gomod::modfile::{GoMod, Mode, text_of};
use seaworthy_gomod::path::{unescape_path, unescape_version};
use seaworthy_gomod::sumdb::note::Verifier;
use seaworthy_gomod::sumdb::{Client, KNOWN_KEYS, Ops, Options, poll_now};
use seaworthy_gomod::zip::Archive;
use seaworthy_gomod::{ModuleVersion, dirhash};

/// Modules of all sorts: tiny, large, with a major version, incompatible, with upper case, with odd files, without go.mod.
const MODULES: [&str; 12] = [
    "rsc.io/quote@v1.5.2",
    "golang.org/x/text@v0.21.0",
    "golang.org/x/tools@v0.28.0",
    "github.com/BurntSushi/toml@v1.4.0",
    "github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.16.0",
    "gopkg.in/yaml.v3@v3.0.1",
    "github.com/docker/docker@v27.3.1+incompatible",
    "k8s.io/api@v0.31.3",
    "github.com/google/go-cmp@v0.6.0",
    "github.com/pkg/errors@v0.9.1",
    "github.com/davecgh/go-spew@v1.1.2-0.20180830191138-d8f796af33cc",
    "github.com/prometheus/client_golang@v1.20.5",
];

fn go(args: &[&str]) -> String {
    let output = Command::new("go").args(args).current_dir("/").output().expect("run go");
    assert!(output.status.success(), "go {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("go prints text").trim().to_owned()
}

fn zips(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            zips(&path, found);
        } else if path.extension().is_some_and(|e| e == "zip") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "reads the module cache"]
fn the_module_cache() {
    let cache = PathBuf::from(go(&["env", "GOMODCACHE"])).join("cache/download");
    let mut files = Vec::new();
    zips(&cache, &mut files);
    let start = Instant::now();
    let (mut bytes, mut go_mods) = (0, 0);
    for file in &files {
        let below = file.strip_prefix(&cache).expect("below the cache").to_str().expect("UTF-8");
        let (path, version) = below.split_once("/@v/").expect("the layout of the cache");
        let version = version.strip_suffix(".zip").expect("a zip");
        let module = ModuleVersion::new(
            unescape_path(path).expect("path"),
            unescape_version(version).expect("version"),
        );
        let archive = Archive::from_file(fs::File::open(file).expect("open zip"));
        let verified = archive.and_then(|a| a.verify(&module)).unwrap_or_else(|e| panic!("{module}: {e}"));
        let known = fs::read_to_string(file.with_extension("ziphash")).unwrap_or_default();
        if !known.is_empty() {
            assert_eq!(verified.h1, known.trim(), "{module}");
        }
        bytes += verified.unpacked;
        if let Ok(go_mod) = fs::read(file.with_extension("mod")) {
            GoMod::parse(&text_of(&go_mod), Mode::Dependency).unwrap_or_else(|e| panic!("{module}: {e}"));
            go_mods += 1;
        }
    }
    println!("{} zips with {bytes} bytes, {go_mods} go.mod files in {:?}", files.len(), start.elapsed());
}

/// Fetches with curl; caches and remembers the tree in memory.
#[derive(Default)]
struct Curl {
    base: String,
    cache: Mutex<HashMap<String, Vec<u8>>>,
    latest: Mutex<Vec<u8>>,
    fetched: Mutex<usize>,
}

impl Ops for Curl {
    type Error = std::io::Error;

    fn fetch(&self, paths: Vec<String>) -> impl Future<Output = Vec<Result<Vec<u8>, std::io::Error>>> + Send {
        *self.fetched.lock().expect("lock") += paths.len();
        let one = |path: String| {
            let url = format!("{}/{path}", self.base);
            let output = Command::new("curl").args(["-sSfL", "--max-time", "60", &url]).output()?;
            if output.status.success() {
                Ok(output.stdout)
            } else {
                Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
            }
        };
        ready(paths.into_iter().map(one).collect())
    }

    fn read_cache(&self, file: String) -> impl Future<Output = Option<Vec<u8>>> + Send {
        ready(self.cache.lock().expect("lock").get(&file).cloned())
    }

    fn write_cache(&self, file: String, data: Vec<u8>) -> impl Future<Output = ()> + Send {
        self.cache.lock().expect("lock").insert(file, data);
        ready(())
    }

    fn read_latest(&self, _: String) -> impl Future<Output = Result<Vec<u8>, std::io::Error>> + Send {
        ready(Ok(self.latest.lock().expect("lock").clone()))
    }

    fn write_latest(
        &self,
        _: String,
        old: Vec<u8>,
        new: Vec<u8>,
    ) -> impl Future<Output = Result<bool, std::io::Error>> + Send {
        let mut latest = self.latest.lock().expect("lock");
        let same = *latest == old;
        if same {
            *latest = new;
        }
        ready(Ok(same))
    }
}

#[test]
#[ignore = "needs the network"]
fn the_module_proxy_and_the_checksum_database() {
    let proxy = go(&["env", "GOPROXY"]);
    let proxy = proxy.split([',', '|']).next().expect("a proxy").trim_end_matches('/');
    let ops = Curl { base: format!("{proxy}/sumdb/sum.golang.org"), ..Curl::default() };
    let client = Client::new(ops, Verifier::parse(KNOWN_KEYS[0].1).expect("key"), Options::default());
    for text in MODULES {
        let (path, version) = text.split_once('@').expect("a version");
        let module = ModuleVersion::new(path, version);
        let json = go(&["mod", "download", "-json", text]);
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let field =
            |name: &str| json[name].as_str().unwrap_or_else(|| panic!("{text}: no {name}")).to_owned();
        let verified = Archive::from_file(fs::File::open(field("Zip")).expect("open zip"))
            .and_then(|archive| archive.verify(&module))
            .unwrap_or_else(|e| panic!("{text}: {e}"));
        let go_mod = dirhash::h1_go_mod(&fs::read(field("GoMod")).expect("read go.mod"));
        assert_eq!((verified.h1.clone(), go_mod.clone()), (field("Sum"), field("GoModSum")), "{text}");
        let known = |go_mod| {
            poll_now(client.h1(&module, go_mod)).expect("no waiting").unwrap_or_else(|e| panic!("{e}"))
        };
        assert_eq!(known(false), Some(verified.h1), "{text}");
        assert_eq!(known(true), Some(go_mod), "{text}");
        println!("{text}: {} files, {} bytes", verified.files, verified.unpacked);
    }
    let (tree, _) = poll_now(client.latest()).expect("no waiting").expect("a tree");
    println!("tree of {} records, {} requests", tree.size, client.ops().fetched.lock().expect("lock"));
}
