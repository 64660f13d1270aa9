//! Serving: conditions, ranges, large files by both ways of sending, hostile clients, rules, the operator's actions.

#![allow(clippy::unwrap_used)]

mod common;

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use common::{Answer, Front, MOD, Upstream, eventually, files, large_zip, modules, quick};
use reqwest::Method;
use seaworthy_modproxy::{ClientToken, Policy, PolicyAction, PolicyRule, Secret, ServeConfig};

fn put(dir: &std::path::Path, name: &str, content: &[u8]) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// A proxy that has a cache and nobody to ask.
async fn alone(dir: &std::path::Path, change: impl FnOnce(&mut ServeConfig)) -> Front {
    let upstream = Upstream::start(|_, _| Answer::status(500, ""));
    let mut config = quick(dir, &upstream);
    config.offline = true;
    change(&mut config);
    Front::start(config).await
}

#[tokio::test]
async fn conditions_and_ranges() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(1);
    put(dir.path(), "example.com/m/@v/v1.0.0.zip", &zip);
    put(dir.path(), "example.com/m/@v/v1.0.0.mod", MOD.as_bytes());
    for sendfile in [true, false] {
        let front = alone(dir.path(), |config| config.sendfile = sendfile).await;
        for (path, content) in
            [("/example.com/m/@v/v1.0.0.zip", &zip[..]), ("/example.com/m/@v/v1.0.0.mod", MOD.as_bytes())]
        {
            let got = front.get(path).await;
            assert_eq!(got.bytes(), content);
            assert_eq!(got.header("cache-control"), "public, max-age=604800, immutable");
            let (etag, modified) = (got.header("etag").to_owned(), got.header("last-modified").to_owned());
            for (name, value, status) in [
                ("if-none-match", etag.as_str(), 304),
                ("if-none-match", "*", 304),
                ("if-none-match", "\"x\", W/\"y\"", 200),
                ("if-modified-since", &modified, 304),
                ("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT", 200),
            ] {
                let got = front.get_with(path, &[(name, value)]).await;
                assert_eq!(got.status, status, "{path} {name}: {value}");
                assert_eq!(got.bytes().is_empty(), status == 304);
            }
            let size = content.len();
            for (range, status, part) in [
                ("bytes=0-0", 206, &content[..1]),
                ("bytes=10-", 206, &content[10..]),
                ("bytes=-5", 206, &content[size - 5..]),
                ("bytes=99999999-", 416, &[]),
            ] {
                let got = front.get_with(path, &[("range", range)]).await;
                assert_eq!((got.status, got.bytes()), (status, part), "{path} {range}");
            }
            let got = front.get_with(path, &[("range", "bytes=1-2"), ("if-range", "\"old\"")]).await;
            assert_eq!((got.status, got.bytes().len()), (200, size));
            let head = front.send(Method::HEAD, path, &[]).await;
            assert_eq!((head.status, head.header("content-length")), (200, size.to_string().as_str()));
        }
    }
}

#[tokio::test]
async fn many_clients_get_large_files_right_on_connections_that_stay() {
    let dir = tempfile::tempdir().unwrap();
    let zip = std::sync::Arc::new(large_zip(9));
    put(dir.path(), "example.com/m/@v/v1.0.0.zip", &zip);
    put(dir.path(), "example.com/m/@v/v1.0.0.mod", MOD.as_bytes());
    for sendfile in [true, false] {
        let front = std::sync::Arc::new(alone(dir.path(), |config| config.sendfile = sendfile).await);
        let mut clients = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (front, zip) = (std::sync::Arc::clone(&front), std::sync::Arc::clone(&zip));
            clients.spawn(async move {
                for _ in 0..3 {
                    assert!(front.get("/example.com/m/@v/v1.0.0.zip").await.bytes() == zip.as_slice());
                    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.text(), MOD);
                }
            });
        }
        while let Some(done) = clients.join_next().await {
            done.unwrap();
        }
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order_and_whole() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(2);
    put(dir.path(), "example.com/m/@v/v1.0.0.zip", &zip);
    put(dir.path(), "example.com/m/@v/v1.0.0.mod", MOD.as_bytes());
    let front = alone(dir.path(), |_| {}).await;
    let mut stream = std::net::TcpStream::connect(front.address).unwrap();
    let ask =
        |file: &str, end: &str| format!("GET /example.com/m/@v/{file} HTTP/1.1\r\nHost: x\r\n{end}\r\n");
    let all = ask("v1.0.0.mod", "")
        + &ask("v1.0.0.zip", "")
        + &ask("v1.0.0.mod", "")
        + &ask("v1.0.0.zip", "Connection: close\r\n");
    stream.write_all(all.as_bytes()).unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap();
    let mut rest = &answer[..];
    for content in [MOD.as_bytes(), &zip, MOD.as_bytes(), &zip] {
        let head = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        assert!(rest.starts_with(b"HTTP/1.1 200"));
        assert!(&rest[head..head + content.len()] == content);
        rest = &rest[head + content.len()..];
    }
    assert!(rest.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_requests_are_refused_and_cost_little() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "secret", b"top secret");
    let cache = dir.path().join("cache");
    put(&cache, "example.com/m/@v/v1.0.0.mod", MOD.as_bytes());
    let front = alone(&cache, |config| config.header_timeout = Duration::from_millis(500)).await;
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/example.com/m/@v/..%2f..%2f..%2f..%2f..%2fsecret",
        "/example.com/%2e%2e/%2e%2e/secret/@v/list",
        "/example.com/m/@v/v1.0.0%00.mod",
        "/sumdb/../../secret",
        "/sumdb/x/lookup/../../../../secret@v1.0.0",
        "/sumdb/x/tile/8/0/../../../../../secret",
        "/.tmp/@v/list",
        "//etc/passwd",
        "/example.com/m/@v/%zz.info",
        "/example.com/m/@v/v1.0.0.mod/",
        "/example.com/M/@v/list",
    ] {
        let answer =
            front.raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(!answer.contains("top secret"));
    }
    let huge = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    assert!(front.raw(huge.as_bytes()).starts_with("HTTP/1.1 431"));
    let many = (0..500).map(|n| format!("X-{n}: y\r\n")).collect::<String>();
    assert!(
        front.raw(format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).starts_with("HTTP/1.1 431")
    );
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a/".repeat(5000));
    assert!(front.raw(long.as_bytes()).starts_with("HTTP/1.1 404"));
    assert!(front.raw(b"POST /example.com/m/@v/list HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").starts_with("HTTP/1.1 405"));
    // A header that never ends is cut off.
    let start = Instant::now();
    let mut stream = std::net::TcpStream::connect(front.address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let ended = tokio::task::spawn_blocking(move || {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    });
    ended.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "example.com/m/@v/v1.0.0.zip", &large_zip(30));
    let front = alone(dir.path(), |config| config.write_timeout = Duration::from_millis(300)).await;
    let mut stream = std::net::TcpStream::connect(front.address).unwrap();
    stream.write_all(b"GET /example.com/m/@v/v1.0.0.zip HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let got = tokio::task::spawn_blocking(move || {
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        all.len()
    });
    assert!(got.await.unwrap() < 30 << 20);
}

#[tokio::test]
async fn nothing_is_fetched_when_the_client_does_not_want_it() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let front = Front::start(quick(dir.path(), &upstream)).await;
    let path = "/example.com/m/@v/v1.0.0.mod";
    let got = front.get_with(path, &[("Disable-Module-Fetch", "true")]).await;
    assert_eq!(got.status, 404);
    assert_eq!(front.get(&format!("/cached-only{path}")).await.status, 404);
    assert_eq!(upstream.paths(), Vec::<String>::new());
    assert_eq!(front.get(path).await.status, 200);
    assert_eq!(front.get(&format!("/cached-only{path}")).await.text(), MOD);
    // HEAD asks whether it is there and fetches nothing.
    let head = front.send(Method::HEAD, "/example.com/m/@v/v1.0.0.zip", &[]).await;
    assert_eq!(head.status, 200);
    assert_eq!(upstream.asked().last().unwrap().method, "HEAD");
    assert_eq!(front.send(Method::HEAD, "/example.com/m/@v/v7.0.0.zip", &[]).await.status, 404);
}

#[tokio::test]
async fn lists_are_kept_for_a_while_and_refreshed_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, before| match (asked.path.as_str(), before) {
        ("/example.com/m/@v/list", 1..) => Answer::ok("v1.0.0\nv1.1.0\nv1.2.0\n"),
        ("/example.com/m/@v/v1.2.0.info", 0) => Answer::not_found(),
        ("/example.com/m/@v/v1.2.0.info", _) => Answer::ok("{\"Version\":\"v1.2.0\"}"),
        (path, _) => modules(path),
    });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    for _ in 0..5 {
        assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\nv1.1.0\n");
        assert_eq!(front.get("/example.com/m/@v/v1.2.0.info").await.status, 404);
    }
    assert_eq!(upstream.asked().len(), 2);
    let got = front.send(Method::POST, "/-/refresh?module=example.com/m", &[]).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\nv1.1.0\nv1.2.0\n");
    assert_eq!(front.get("/example.com/m/@v/v1.2.0.info").await.status, 200);
    let foreign = [("Origin", "http://evil.example")];
    assert_eq!(front.send(Method::POST, "/-/refresh?module=example.com/m", &foreign).await.status, 403);
}

#[tokio::test]
async fn an_old_list_is_given_at_once_while_a_new_one_is_fetched() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|_, before| Answer {
        delay: if before == 0 { Duration::ZERO } else { Duration::from_millis(300) },
        ..Answer::ok(format!("v1.0.{before}\n"))
    });
    let mut config = quick(dir.path(), &upstream);
    config.freshness.list = Duration::from_millis(50);
    let front = Front::start(config).await;
    assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\n");
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\n");
    assert!(start.elapsed() < Duration::from_millis(250));
    eventually(|| upstream.asked().len() == 2).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_ne!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\n");
}

#[tokio::test]
async fn purge_removes_a_version_and_what_is_known_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let front = Front::start(quick(dir.path(), &upstream)).await;
    for file in ["v1.0.0.mod", "v1.0.0.zip", "v1.1.0.mod", "list"] {
        front.get(&format!("/example.com/m/@v/{file}")).await;
    }
    eventually(|| files(dir.path()).len() >= 5).await;
    let got = front.send(Method::POST, "/-/purge?module=example.com/m&version=v1.0.0", &[]).await;
    assert_eq!(got.status, 200, "{}", got.text());
    let left = files(dir.path());
    assert!(left.contains(&"example.com/m/@v/v1.1.0.mod".to_owned()), "{left:?}");
    assert!(!left.iter().any(|name| name.contains("v1.0.0")), "{left:?}");
    front.get("/example.com/m/@v/v1.0.0.mod").await;
    assert_eq!(upstream.count("/example.com/m/@v/v1.0.0.mod"), 2);
}

#[tokio::test]
async fn tokens_open_their_modules_only() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let mut config = quick(dir.path(), &upstream);
    let client = |name: &str, modules: &[&str], admin| ClientToken {
        name: name.into(),
        token: Secret::new(format!("{name}-token")),
        user: None,
        modules: modules.iter().map(|module| (*module).to_owned()).collect(),
        admin,
    };
    config.clients = vec![client("all", &[], true), client("other", &["other.example/*"], false)];
    let front = Front::start(config).await;
    let path = "/example.com/m/@v/list";
    let got = front.get(path).await;
    assert_eq!((got.status, got.header("www-authenticate")), (401, "Basic realm=\"seaworthy\""));
    for (header, status) in [
        ("Bearer all-token", 200),
        ("bearer all-token", 200),
        ("Basic YW55Om90aGVyLXRva2Vu", 403),
        ("Bearer other-token", 403),
        ("Bearer wrong", 401),
        ("Basic !!!", 401),
    ] {
        assert_eq!(front.get_with(path, &[("Authorization", header)]).await.status, status, "{header}");
    }
    let got = front.get_with(path, &[("Authorization", "Bearer all-token")]).await;
    assert!(got.header("cache-control").starts_with("private"));
    assert_eq!(front.get("/healthz").await.status, 200);
    assert_eq!(front.get("/metrics").await.status, 401);
    let refresh = "/-/refresh?module=example.com/m";
    for (token, status) in [("Bearer all-token", 200), ("Bearer other-token", 403)] {
        assert_eq!(front.send(Method::POST, refresh, &[("Authorization", token)]).await.status, status);
    }
}

#[tokio::test]
async fn rules_hold_for_lists_as_well_as_files() {
    let dir = tempfile::tempdir().unwrap();
    let now = seaworthy_now();
    let upstream = Upstream::start(move |asked, _| match asked.path.as_str() {
        "/example.com/m/@v/v1.2.0.info" => {
            Answer::ok(format!("{{\"Version\":\"v1.2.0\",\"Time\":\"{now}\"}}"))
        }
        "/example.com/m/@v/v0.9.0.info" => {
            Answer::ok("{\"Version\":\"v0.9.0\",\"Time\":\"2019-01-01T00:00:00Z\"}")
        }
        "/example.com/m/@latest" => Answer::ok(format!("{{\"Version\":\"v1.2.0\",\"Time\":\"{now}\"}}")),
        "/example.com/m/@v/list" => Answer::ok("v0.9.0\nv1.0.0\nv1.1.0\nv1.2.0\n"),
        path => modules(path),
    });
    let mut config = quick(dir.path(), &upstream);
    let rule = |modules: &str, versions: &str| PolicyRule {
        action: PolicyAction::Deny,
        modules: modules.into(),
        versions: versions.into(),
        reason: "CVE-2020-0001".into(),
    };
    config.policy = Policy {
        rules: vec![rule("example.com/m", "=v1.1.0"), rule("evil.example", "")],
        min_age: Some(Duration::from_secs(24 * 3600)),
        min_age_except: String::new(),
    };
    let front = Front::start(config).await;
    assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v0.9.0\nv1.0.0\n");
    assert!(front.get("/example.com/m/@latest").await.text().contains("v1.0.0"));
    for (path, text) in [
        ("/example.com/m/@v/v1.1.0.zip", "proxy-forbidden: example.com/m@v1.1.0: CVE-2020-0001\n"),
        ("/evil.example/@v/list", "proxy-forbidden: evil.example: CVE-2020-0001\n"),
        (
            "/example.com/m/@v/v1.2.0.mod",
            "proxy-forbidden: example.com/m@v1.2.0 is 0 h old; this proxy serves versions after 24 h\n",
        ),
    ] {
        let got = front.get(path).await;
        assert_eq!((got.status, got.text()), (403, text), "{path}");
    }
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.text(), MOD);
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.text(), MOD);
}

fn seaworthy_now() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    gomod::time::format_rfc3339(i64::try_from(now).unwrap())
}

#[tokio::test]
async fn the_page_and_the_metrics_show_what_happened() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| match asked.path.as_str() {
        "/example.com/<b>" => Answer::ok(""),
        "/broken.example/m/@v/list" => Answer::status(500, "<script>alert(1)</script>"),
        path => modules(path),
    });
    let mut config = quick(dir.path(), &upstream);
    config.retries = 0;
    let front = Front::start(config).await;
    front.get("/example.com/m/@v/v1.0.0.mod").await;
    front.get("/example.com/m/@v/v1.0.0.mod").await;
    front.get("/broken.example/m/@v/list").await;
    let metrics = front.get("/metrics").await.text().to_owned();
    for line in [
        "seaworthy_proxy_requests_total{kind=\"mod\",served=\"memory\"} 1",
        "seaworthy_proxy_requests_total{kind=\"mod\",served=\"fetched\"} 1",
        "seaworthy_proxy_refusals_total{cause=\"proxy-server-error\"} 1",
        &format!("seaworthy_proxy_upstream_breaker{{upstream=\"http://{}\"}} 0", upstream.address),
    ] {
        assert!(metrics.contains(line), "{line}\n{metrics}");
    }
    let page = front.get("/-/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("broken.example/m/@v/list") && page.text().contains("proxy-server-error"));
    assert!(!page.text().contains("<script>"));
    let status: serde_json::Value = serde_json::from_str(front.get("/-/status").await.text()).unwrap();
    assert_eq!(status["served"]["mod"]["memory"], 1);
    assert_eq!(status["failures"][0]["cause"], "proxy-server-error");
    assert_eq!(front.get("/readyz").await.text(), "ready\n");
}
