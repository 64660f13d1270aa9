//! The real `go` command through the proxy: downloads, builds, the checksum database, and what it shows a user when
//! something is wrong. Skipped, and said so, where there is no `go`.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use common::{Answer, Front, MOD, Upstream, modules, quick, small_zip};
use gomod::sumdb::MemoryLog;
use gomod::sumdb::note::Signer;
use seaworthy_modproxy::{SumdbConfig, Verify};

const DATABASE: &str = "sum.test";

/// Runs go in a folder; its own world is `home`. Gives success and what it printed.
fn go(folder: &Path, home: &Path, proxy: &str, key: &str, arguments: &[&str]) -> (bool, String) {
    let out = Command::new("go")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("GOPATH", home.join("go"))
        .env("GOCACHE", home.join("cache"))
        .env("GOENV", "off")
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-modcacherw")
        .env("GOPROXY", proxy)
        .env("GOSUMDB", key)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.success(), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn go_downloads_builds_and_reads_our_errors() {
    if Command::new("go").arg("version").output().is_err() {
        eprintln!("skipped: no go command");
        return;
    }
    let mut log = MemoryLog::new(Signer::from_seed(DATABASE, &[9; 32]).unwrap());
    let key = log.signer().verifier().to_text();
    for version in ["v1.0.0", "v1.1.0"] {
        let zip = small_zip(version);
        let hash = gomod::zip::Archive::from_slice(&zip).unwrap().h1().unwrap();
        log.add("example.com/m", version, &hash, &gomod::dirhash::h1_go_mod(MOD.as_bytes())).unwrap();
    }
    let broken = Arc::new(Mutex::new(false));
    let (log, switch) = (Mutex::new(log), Arc::clone(&broken));
    let upstream = Upstream::start(move |asked, _| {
        if *switch.lock().unwrap() {
            return Answer::status(500, "the upstream's disk is on fire");
        }
        match asked.path.strip_prefix(&format!("/sumdb/{DATABASE}/")) {
            Some("supported") => Answer::ok(""),
            Some(rest) => log.lock().unwrap().answer(rest).map_or(Answer::not_found(), Answer::ok),
            None => modules(&asked.path),
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let mut config = quick(&dir.path().join("cache"), &upstream);
    config.verify = Verify::Sumdb;
    config.sumdb = Some(SumdbConfig { key: key.clone(), name: DATABASE.into(), url: None });
    config.retries = 0;
    let front = Front::start(config).await;
    let proxy = front.url("");
    let work = dir.path().join("work");
    std::fs::create_dir_all(&work).unwrap();
    std::fs::write(work.join("go.mod"), "module example.com/app\n\ngo 1.21\n").unwrap();
    let main = "package main\n\nimport \"example.com/m\"\n\nfunc main() { println(m.Version) }\n";
    std::fs::write(work.join("main.go"), main).unwrap();
    let home = dir.path().join("home");
    let run = |home: &Path, arguments: &[&str]| go(&work, home, &proxy, &key, arguments);
    let (good, text) = run(&home, &["get", "example.com/m@latest"]);
    assert!(good, "{text}");
    assert!(text.contains("added example.com/m v1.1.0"), "{text}");
    let (good, text) = run(&home, &["build", "-o", "app", "."]);
    assert!(good, "{text}");
    assert!(std::fs::read_to_string(work.join("go.sum")).unwrap().contains("example.com/m v1.1.0 h1:"));
    let (good, text) = run(&home, &["list", "-m", "-versions", "example.com/m"]);
    assert!(good && text.contains("v1.0.0 v1.1.0"), "{text}");
    // Everything again in a fresh world, with the upstream broken: from the cache, database included.
    *broken.lock().unwrap() = true;
    let fresh = dir.path().join("fresh");
    std::fs::remove_file(work.join("go.sum")).unwrap();
    let (good, text) = run(&fresh, &["mod", "tidy"]);
    assert!(good, "{text}");
    let (good, text) = run(&fresh, &["build", "-o", "app", "."]);
    assert!(good, "{text}");
    // What is not cached: the user reads the cause and the upstream's own words in the log.
    let (good, text) = run(&fresh, &["get", "example.com/m@v1.0.0"]);
    assert!(!good);
    assert!(text.contains("proxy-server-error: GET http://") && text.contains("disk is on fire"), "{text}");
    // The cache folder itself is a GOPROXY.
    let plain = format!("file://{}", dir.path().join("cache").display());
    let (good, text) =
        go(&work, &dir.path().join("plain"), &plain, "off", &["mod", "download", "example.com/m"]);
    assert!(good, "{text}");
}
