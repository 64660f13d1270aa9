//! Verification: what the checksum database or go.sum does not vouch for is neither kept nor handed out in whole.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};

use common::{Answer, Front, MOD, Upstream, eventually, files, large_zip, modules, quick, small_zip, zip_of};
use gomod::sumdb::MemoryLog;
use gomod::sumdb::note::Signer;
use seaworthy_modproxy::{ServeConfig, SumdbConfig, Verify};

const DATABASE: &str = "sum.test/db";

struct World {
    dir: tempfile::TempDir,
    upstream: Upstream,
    config: ServeConfig,
}

fn h1(zip: &[u8]) -> String {
    gomod::zip::Archive::from_slice(zip).unwrap().h1().unwrap()
}

/// An upstream with `example.com/m` and a database below `/sumdb/`, which can be switched off; `lie` may change its
/// answers about modules.
fn world(
    zip: Vec<u8>,
    lie: impl Fn(&str, Answer) -> Answer + Send + Sync + 'static,
) -> (World, Arc<Mutex<bool>>) {
    let mut log = MemoryLog::new(Signer::from_seed(DATABASE, &[7; 32]).unwrap());
    let key = log.signer().verifier().to_text();
    for number in 0..300 {
        log.add("filler.example/m", &format!("v0.0.{number}"), "h1:x", "h1:y").unwrap();
    }
    log.add("example.com/m", "v1.0.0", &h1(&zip), &gomod::dirhash::h1_go_mod(MOD.as_bytes())).unwrap();
    let up = Arc::new(Mutex::new(true));
    let (log, switch) = (Mutex::new(log), Arc::clone(&up));
    let upstream = Upstream::start(move |asked, _| {
        if let Some(rest) = asked.path.strip_prefix(&format!("/sumdb/{DATABASE}/")) {
            if !*switch.lock().unwrap() {
                return Answer::status(503, "database is down");
            }
            if rest == "supported" {
                return Answer::ok("");
            }
            let rest = rest.replace("%21", "!");
            return log.lock().unwrap().answer(&rest).map_or(Answer::not_found(), Answer::ok);
        }
        let answer = match asked.path.as_str() {
            "/example.com/m/@v/v1.0.0.zip" => Answer::ok(zip.clone()),
            path => modules(path),
        };
        lie(&asked.path, answer)
    });
    let dir = tempfile::tempdir().unwrap();
    let mut config = quick(dir.path(), &upstream);
    config.verify = Verify::Sumdb;
    config.sumdb = Some(SumdbConfig { key, name: DATABASE.into(), url: None });
    config.retries = 0;
    (World { dir, upstream, config }, up)
}

#[tokio::test]
async fn what_the_database_knows_is_served_and_the_rest_is_not() {
    let (world, _) = world(small_zip("v1.0.0"), |_, answer| answer);
    let front = Front::start(world.config.clone()).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.zip").await.bytes(), small_zip("v1.0.0"));
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.text(), MOD);
    let got = front.get("/example.com/m/@v/v1.1.0.mod").await;
    assert_eq!(got.status, 502);
    assert!(got.text().starts_with("goprivate-missing: verifying example.com/m@v1.1.0: "), "{}", got.text());
    eventually(|| files(world.dir.path()).iter().any(|name| name.ends_with(".ziphash"))).await;
    let hash = std::fs::read_to_string(world.dir.path().join("example.com/m/@v/v1.0.0.ziphash")).unwrap();
    assert_eq!(hash, h1(&small_zip("v1.0.0")));
    // Told to leave it alone, the proxy does.
    let mut config = world.config.clone();
    config.no_sumdb = "example.com".into();
    let front = Front::start(config).await;
    assert_eq!(front.get("/example.com/m/@v/v1.1.0.mod").await.text(), MOD);
}

#[tokio::test]
async fn lies_are_told_apart_and_never_kept() {
    let changed =
        zip_of("example.com/m", "v1.0.0", &[("go.mod", MOD.as_bytes()), ("m.go", b"package evil\n")]);
    let outside = zip_of("example.com/other", "v1.0.0", &[("m.go", b"package m\n")]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("v1.0.0.zip", changed, "sum-mismatch"),
        ("v1.0.0.zip", outside, "proxy-bad-content"),
        ("v1.0.0.mod", b"module example.com/m\n\nrequire evil.example v1.0.0\n".to_vec(), "sum-mismatch"),
    ];
    for (file, body, cause) in cases {
        let path = format!("/example.com/m/@v/{file}");
        let lied = path.clone();
        let (world, _) =
            world(
                small_zip("v1.0.0"),
                move |path, answer| {
                    if path == lied { Answer::ok(body.clone()) } else { answer }
                },
            );
        let front = Front::start(world.config.clone()).await;
        for _ in 0..2 {
            let got = front.get(&path).await;
            assert_eq!(got.status, 502, "{cause}");
            assert!(got.text().starts_with(cause), "{}", got.text());
        }
        assert!(!files(world.dir.path()).iter().any(|name| name.starts_with("example.com")), "{cause}");
    }
}

#[tokio::test]
async fn a_large_lie_is_cut_before_its_end() {
    let good = large_zip(5);
    let mut bad = good.clone();
    let at = bad.len() / 2;
    bad[at] ^= 1;
    let (world, _) = world(
        good,
        move |path, answer| if path.ends_with(".zip") { Answer::ok(bad.clone()) } else { answer },
    );
    let front = Front::start(world.config.clone()).await;
    let got = front.get("/example.com/m/@v/v1.0.0.zip").await;
    assert!(got.body.is_err() || got.status == 502);
    assert!(!files(world.dir.path()).iter().any(|name| name.ends_with(".zip")));
}

#[tokio::test]
async fn a_dead_database_is_503_for_what_is_new_and_nothing_for_what_is_cached() {
    let (world, up) = world(small_zip("v1.0.0"), |_, answer| answer);
    let front = Front::start(world.config.clone()).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.status, 200);
    *up.lock().unwrap() = false;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.status, 200);
    let got = front.get("/example.com/m/@v/v1.1.0.mod").await;
    assert_eq!(got.status, 503);
    assert!(got.text().starts_with("sumdb-unreachable: "), "{}", got.text());
    // Its lookup is cached and verified again without the database.
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.zip").await.status, 200);
    let name = format!("/sumdb/{DATABASE}");
    assert_eq!(front.get(&format!("{name}/supported")).await.status, 200);
    assert_eq!(front.get(&format!("{name}/lookup/example.com/m@v1.0.0")).await.status, 200);
    assert_eq!(front.get(&format!("{name}/lookup/example.com/m@v1.1.0")).await.status, 503);
}

#[tokio::test]
async fn databases_pass_through_and_work_offline_once_cached() {
    let (world, up) = world(small_zip("v1.0.0"), |_, answer| answer);
    let mut config = world.config.clone();
    config.verify = Verify::Off;
    config.sumdb = None;
    {
        let front = Front::start(config.clone()).await;
        assert_eq!(front.get("/sumdb/unknown.example/supported").await.status, 404);
        let name = format!("/sumdb/{DATABASE}");
        for path in
            ["supported", "latest", "lookup/example.com/m@v1.0.0", "tile/8/0/000", "tile/8/0/001.p/45"]
        {
            for _ in 0..2 {
                assert_eq!(front.get(&format!("{name}/{path}")).await.status, 200, "{path}");
            }
        }
        // A part of a tile that is there whole is cut from it.
        assert_eq!(front.get(&format!("{name}/tile/8/0/000.p/3")).await.bytes().len(), 96);
        let asked = world.upstream.paths().iter().filter(|path| path.contains(DATABASE)).count();
        assert_eq!(asked, 5);
    }
    *up.lock().unwrap() = false;
    config.offline = true;
    let front = Front::start(config).await;
    for path in ["supported", "latest", "lookup/example.com/m@v1.0.0", "tile/8/0/000"] {
        assert_eq!(front.get(&format!("/sumdb/{DATABASE}/{path}")).await.status, 200, "{path}");
    }
    assert_eq!(front.get("/sumdb/unknown.example/supported").await.status, 404);
}

#[tokio::test]
async fn go_sum_files_can_be_the_measure() {
    let (world, _) = world(small_zip("v1.0.0"), |_, answer| answer);
    let sums = world.dir.path().join("go.sum");
    let hash = gomod::dirhash::h1_go_mod(MOD.as_bytes());
    let text = format!(
        "example.com/m v1.0.0/go.mod {hash}\nexample.com/m v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    );
    std::fs::write(&sums, text).unwrap();
    let mut config = world.config.clone();
    config.verify = Verify::Gosum;
    config.gosum = vec![sums];
    let front = Front::start(config).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.status, 200);
    let got = front.get("/example.com/m/@v/v1.0.0.zip").await;
    assert!(got.status == 502 && got.text().starts_with("sum-mismatch: "), "{}", got.text());
    let got = front.get("/example.com/m/@v/v1.1.0.mod").await;
    assert!(got.status == 403 && got.text().starts_with("sum-missing: "), "{}", got.text());
}
