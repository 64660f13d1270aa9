//! Fetching: each file once, resumed, retried, kept only when it is right; the right status codes.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Answer, Front, MOD, Upstream, eventually, files, large_zip, modules, quick, small_zip};
use seaworthy_modproxy::{Fallback, Target, UpstreamEntry};

#[tokio::test]
async fn every_file_is_fetched_once_and_on_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let front = Front::start(quick(dir.path(), &upstream)).await;
    for _ in 0..3 {
        let got = front.get("/example.com/m/@v/v1.0.0.mod").await;
        assert_eq!((got.status, got.text()), (200, MOD));
        assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
    }
    assert_eq!(upstream.paths(), ["/example.com/m/@v/v1.0.0.mod"]);
    let got = front.get("/example.com/m/@v/v1.0.0.zip").await;
    assert_eq!(got.bytes(), small_zip("v1.0.0"));
    eventually(|| files(dir.path()).len() == 2).await;
    assert_eq!(files(dir.path()), ["example.com/m/@v/v1.0.0.mod", "example.com/m/@v/v1.0.0.zip"]);
}

#[tokio::test]
async fn the_cache_serves_when_the_upstream_is_gone_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(
        |asked, before| if before == 0 { modules(&asked.path) } else { Answer::status(500, "") },
    );
    let paths = [
        "@v/list",
        "@latest",
        "@v/v1.0.0.info",
        "@v/v1.0.0.mod",
        "@v/v1.0.0.zip",
        "@v/main.info",
        "@v/v9.0.0.info",
    ];
    let mut config = quick(dir.path(), &upstream);
    let mut first = Vec::new();
    {
        let front = Front::start(config.clone()).await;
        for path in paths {
            first.push(front.get(&format!("/example.com/m/{path}")).await);
        }
        eventually(|| files(dir.path()).iter().any(|name| name.ends_with("v1.0.0.zip"))).await;
    }
    // Everything that may change is too old at once.
    config.freshness.list = Duration::ZERO;
    config.freshness.latest = Duration::ZERO;
    config.freshness.query = Duration::ZERO;
    config.freshness.not_found = Duration::ZERO;
    config.freshness.stale_while_revalidate = Duration::ZERO;
    config.retries = 0;
    let front = Front::start(config).await;
    for (path, first) in paths.iter().zip(&first) {
        let again = front.get(&format!("/example.com/m/{path}")).await;
        assert_eq!((again.status, again.bytes()), (first.status, first.bytes()), "{path}");
    }
    assert_eq!(first.last().unwrap().status, 404);
}

#[tokio::test]
async fn a_herd_is_one_request_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(5);
    let body = zip.clone();
    let upstream = Upstream::start(move |asked, _| Answer {
        delay: Duration::from_millis(100),
        ..if asked.path.ends_with(".zip") { Answer::ok(body.clone()) } else { modules(&asked.path) }
    });
    let front = std::sync::Arc::new(Front::start(quick(dir.path(), &upstream)).await);
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..64 {
        let front = std::sync::Arc::clone(&front);
        clients.spawn(async move {
            let file = ["@v/v1.0.0.mod", "@v/v1.0.0.zip", "@v/list", "@v/v7.0.0.info"][number % 4];
            let got = front.get(&format!("/example.com/m/{file}")).await;
            (file, got.status, got.bytes().to_vec())
        });
    }
    while let Some(got) = clients.join_next().await {
        let (file, status, body) = got.unwrap();
        match file {
            "@v/v1.0.0.zip" => assert!(status == 200 && body == zip),
            "@v/v7.0.0.info" => assert_eq!(status, 404),
            _ => assert_eq!(status, 200),
        }
    }
    assert_eq!(upstream.asked().len(), 4);
}

#[tokio::test]
async fn a_client_that_leaves_does_not_cancel_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(3);
    let body = zip.clone();
    let upstream =
        Upstream::start(move |_, _| Answer { pace: Duration::from_millis(10), ..Answer::ok(body.clone()) });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    let path = "/example.com/m/@v/v1.0.0.zip";
    let left = tokio::time::timeout(Duration::from_millis(100), front.get(path)).await;
    assert!(left.is_err());
    assert_eq!(front.get(path).await.bytes(), zip);
    assert_eq!(upstream.count(path), 1);
}

#[tokio::test]
async fn a_broken_body_is_resumed_where_it_broke() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(5);
    let body = zip.clone();
    let upstream = Upstream::start(move |asked, before| {
        let mut answer = Answer::ok(body.clone()).header("ETag", "\"one\"").ranged(asked);
        if before < 3 {
            answer.cut = Some(1_000_000);
        }
        answer
    });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.zip").await.bytes(), zip);
    let asked = upstream.asked();
    assert_eq!(asked.len(), 4);
    assert!(asked[3].headers["range"].starts_with("bytes=") && asked[3].headers["if-range"] == "\"one\"");
}

#[tokio::test]
async fn a_server_without_ranges_is_asked_anew_and_compared() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(3);
    let body = zip.clone();
    let upstream = Upstream::start(move |_, before| {
        let mut answer = Answer::ok(body.clone());
        answer.cut = (before == 0).then_some(1_000_000);
        answer
    });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.zip").await.bytes(), zip);
}

#[tokio::test]
async fn other_bytes_after_a_break_are_never_mixed_in() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(3);
    let upstream = Upstream::start(move |_, before| {
        let mut body = zip.clone();
        body[1000] ^= u8::try_from(before).unwrap();
        let mut answer = Answer::ok(body);
        answer.cut = (before == 0).then_some(1_000_000);
        answer
    });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    let got = front.get("/example.com/m/@v/v1.0.0.zip").await;
    assert!(got.status == 502 || got.body.is_err());
    assert_eq!(files(dir.path()), Vec::<String>::new());
}

#[tokio::test]
async fn statuses_say_whose_fault_it_is() {
    for (upstream_says, we_say, text) in [
        (404, 404, "not found: no such thing\n"),
        (410, 410, "gone, it says\n"),
        (403, 403, "curation says no\n"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let upstream = Upstream::start(move |_, _| Answer::status(upstream_says, text));
        let front = Front::start(quick(dir.path(), &upstream)).await;
        for path in ["/example.com/m/@v/v1.0.0.zip", "/example.com/m/@v/list"] {
            let got = front.get(path).await;
            assert_eq!((got.status, got.text()), (we_say, text), "{path}");
        }
    }
    for (upstream_says, we_say, cause) in [
        (500, 502, "proxy-server-error: GET http://"),
        (502, 502, "proxy-server-error: "),
        (503, 503, "proxy-server-error: "),
        (504, 504, "proxy-server-error: "),
        (429, 503, "proxy-server-error: "),
        (401, 502, "auth-private-module: "),
        (418, 502, "proxy-server-error: "),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let upstream = Upstream::start(move |_, _| Answer::status(upstream_says, "the upstream's own words"));
        let mut config = quick(dir.path(), &upstream);
        config.retries = 0;
        let front = Front::start(config).await;
        for path in ["/example.com/m/@v/v1.0.0.mod", "/example.com/m/@v/v1.0.0.zip", "/example.com/m/@latest"]
        {
            let got = front.get(path).await;
            assert_eq!(got.status, we_say, "{path} {upstream_says}");
            assert!(got.text().starts_with(cause), "{}", got.text());
            assert!(got.text().ends_with("\nthe upstream's own words\n"), "{}", got.text());
            assert_eq!(got.header("content-type"), "text/plain; charset=utf-8");
            assert_eq!(got.header("cache-control"), "no-store");
        }
    }
}

#[tokio::test]
async fn an_upstream_that_cannot_be_reached_is_no_404() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, _| modules(&asked.path));
    let mut config = quick(dir.path(), &upstream);
    // A port nobody listens on: bound and given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    config.upstreams[0].target = Target::Proxy(format!("http://{free}").parse().unwrap());
    config.retries = 1;
    let front = Front::start(config.clone()).await;
    let got = front.get("/example.com/m/@v/v1.0.0.mod").await;
    assert_eq!(got.status, 502);
    assert!(got.text().starts_with("net-refused: GET http://127.0.0.1:"), "{}", got.text());
    // With `|` another one helps, with `,` it does not.
    config.upstreams[0].fallback = Fallback::AnyError;
    config
        .upstreams
        .push(UpstreamEntry { target: Target::Proxy(upstream.url()), fallback: Fallback::NotFound });
    let front = Front::start(config).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.status, 200);
}

#[tokio::test]
async fn a_hanging_upstream_is_a_504_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|_, _| Answer { delay: Duration::from_secs(20), ..Answer::ok("") });
    let mut config = quick(dir.path(), &upstream);
    config.timeouts.header = Duration::from_millis(200);
    config.timeouts.connect = Duration::from_millis(200);
    config.retries = 0;
    let front = Front::start(config).await;
    let got = front.get("/example.com/m/@v/v1.0.0.mod").await;
    assert_eq!(got.status, 504);
    assert!(got.text().starts_with("net-timeout: "), "{}", got.text());
}

#[tokio::test]
async fn passing_faults_are_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let upstream = Upstream::start(|asked, before| match before {
        0 => Answer::status(503, "busy"),
        1 => Answer { cut: Some(3), ..modules(&asked.path) },
        _ => modules(&asked.path),
    });
    let front = Front::start(quick(dir.path(), &upstream)).await;
    assert_eq!(front.get("/example.com/m/@v/v1.0.0.mod").await.text(), MOD);
    assert_eq!(front.get("/example.com/m/@v/list").await.text(), "v1.0.0\nv1.1.0\n");
}

#[tokio::test]
async fn what_is_not_what_was_asked_for_is_neither_served_nor_kept() {
    let page = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let html = || Answer::ok(page).header("Content-Type", "text/html; charset=utf-8");
    let plain = || Answer::ok(page).header("Content-Type", "text/plain");
    let zip = || Answer::ok(small_zip("v1.0.0"));
    let truncated = || {
        let mut answer = Answer::ok(small_zip("v1.0.0"));
        answer.body.truncate(100);
        answer
    };
    let cases: Vec<(&str, Answer, &str)> = vec![
        ("v1.0.0.mod", html(), "net-sign-in-page"),
        ("v1.0.0.mod", plain(), "net-sign-in-page"),
        ("v1.0.0.info", plain(), "net-sign-in-page"),
        ("list", html(), "net-sign-in-page"),
        ("list", plain(), "net-sign-in-page"),
        ("v1.0.0.zip", html(), "net-sign-in-page"),
        ("v1.0.0.zip", plain(), "proxy-bad-content"),
        ("v1.0.0.zip", truncated(), "proxy-bad-content"),
        ("v1.0.0.zip", Answer { no_length: true, cut: Some(200), ..zip() }, "proxy-bad-content"),
        ("v1.0.0.info", Answer::ok("{\"Version\":\"v1.0.1\"}"), "proxy-bad-content"),
        ("v1.0.0.info", Answer::ok("{"), "proxy-bad-content"),
    ];
    for (file, answer, cause) in cases {
        let dir = tempfile::tempdir().unwrap();
        let upstream = Upstream::start(move |_, _| answer.clone());
        let mut config = quick(dir.path(), &upstream);
        config.retries = 0;
        let front = Front::start(config).await;
        let got = front.get(&format!("/example.com/m/@v/{file}")).await;
        assert_eq!(got.status, 502, "{file} {cause}");
        assert!(got.text().starts_with(cause), "{}", got.text());
        assert_eq!(files(dir.path()), Vec::<String>::new(), "{file} {cause}");
    }
}

#[tokio::test]
async fn a_zip_above_the_limit_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let zip = large_zip(3);
    let upstream =
        Upstream::start(move |_, before| Answer { no_length: before > 0, ..Answer::ok(zip.clone()) });
    let mut config = quick(dir.path(), &upstream);
    config.max_zip = 1 << 20;
    let front = Front::start(config).await;
    for _ in 0..2 {
        let got = front.get("/example.com/m/@v/v1.0.0.zip").await;
        assert!(got.status == 502 && got.text().contains("larger than 1048576 bytes"), "{}", got.text());
    }
}
