//! Warming a cache from go.sum, the quota, and pins.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Answer, Front, MOD, Upstream, eventually, files, modules, noise_zip, quick};
use reqwest::Method;

#[tokio::test]
async fn a_go_sum_fills_the_cache_and_what_fails_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let sums = "example.com/m v1.0.0 h1:x\nexample.com/m v1.0.0/go.mod h1:x\nexample.com/m v1.1.0/go.mod h1:x\n\
                example.com/gone v1.0.0/go.mod h1:x\n";
    let config = quick(dir.path(), &upstream);
    let done = seaworthy_modproxy::prefetch(config.clone(), &[sums.into()], |_, _| {}).await.unwrap();
    assert_eq!((done.fetched, done.cached), (5, 0));
    let failed: Vec<_> = done.failed.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(failed.len(), 2, "{failed:?}");
    let have: Vec<_> =
        files(dir.path()).into_iter().filter(|name| name.starts_with("example.com/m/")).collect();
    assert_eq!(have.len(), 5, "{have:?}");
    let done = seaworthy_modproxy::prefetch(config, &[sums.into()], |_, _| {}).await.unwrap();
    assert_eq!((done.fetched, done.cached), (0, 5));
}

#[tokio::test]
async fn the_quota_takes_the_zips_used_longest_ago_and_spares_the_pinned() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..10 {
        let folder = dir.path().join(format!("example.com/m{number}/@v"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("v1.0.0.zip"), noise_zip(&format!("example.com/m{number}"), 100_000))
            .unwrap();
        std::fs::write(folder.join("v1.0.0.mod"), MOD).unwrap();
        // Older and older: m9 was used last, m0 longest ago.
        let when = std::time::SystemTime::now() - std::time::Duration::from_secs(1000 - number * 100);
        let file = std::fs::File::open(folder.join("v1.0.0.zip")).unwrap();
        file.set_times(std::fs::FileTimes::new().set_accessed(when).set_modified(when)).unwrap();
    }
    std::fs::create_dir_all(dir.path().join(".pins")).unwrap();
    std::fs::write(dir.path().join(".pins/list"), "example.com/m1\n").unwrap();
    let upstream = Upstream::start(|_, _| Answer::not_found());
    let mut config = quick(dir.path(), &upstream);
    config.offline = true;
    // m0 is used now, before the walk can see it.
    {
        let front = Front::start(config.clone()).await;
        assert_eq!(front.get("/example.com/m0/@v/v1.0.0.zip").await.status, 200);
        let got = front.send(Method::POST, "/-/pin?module=example.com/m2&version=v1.0.0", &[]).await;
        assert_eq!(got.status, 200);
    }
    config.quota = Some(600_000);
    let front = Front::start(config).await;
    let zips = || files(dir.path()).into_iter().filter(|name| name.ends_with(".zip")).collect::<Vec<_>>();
    eventually(|| zips().len() == 5).await;
    let kept: Vec<_> = zips().iter().map(|name| name["example.com/".len()..][..2].to_owned()).collect();
    assert_eq!(kept, ["m0", "m1", "m2", "m8", "m9"]);
    assert_eq!(files(dir.path()).iter().filter(|name| name.ends_with(".mod")).count(), 10);
    assert!(front.get("/metrics").await.text().contains("seaworthy_proxy_evicted_total 5"));
}
