use std::future::ready;
use std::sync::Mutex;

use super::*;
use crate::sumdb::poll_now;

#[test]
fn paths() {
    let module = || "github.com/Go/x".to_owned();
    let file = |version: &str, kind| Request::File { module: module(), version: version.into(), kind };
    let sumdb = |name: &str, request| Request::Sumdb { name: name.into(), request };
    for (path, request) in [
        ("github.com/!go/x/@v/list", Request::List { module: module() }),
        ("github.com/!go/x/@latest", Request::Latest { module: module() }),
        ("github.com/!go/x/@v/v1.0.0-!r!c1.info", file("v1.0.0-RC1", FileKind::Info)),
        ("github.com/!go/x/@v/main.info", file("main", FileKind::Info)),
        ("github.com/!go/x/@v/v1.0.0.mod", file("v1.0.0", FileKind::Mod)),
        ("github.com/!go/x/@v/v2.0.0+incompatible.zip", file("v2.0.0+incompatible", FileKind::Zip)),
        ("sumdb/sum.golang.org/supported", sumdb("sum.golang.org", SumdbRequest::Supported)),
        ("sumdb/localhost.localdev/sumdb/latest", sumdb("localhost.localdev/sumdb", SumdbRequest::Latest)),
        (
            "sumdb/a.b/c/lookup/github.com/!go/x@v1.0.0",
            sumdb("a.b/c", SumdbRequest::Lookup { module: module(), version: "v1.0.0".into() }),
        ),
        (
            "sumdb/a.b/tile/8/0/x001/234.p/5",
            sumdb("a.b", SumdbRequest::Tile(Tile::parse("tile/8/0/x001/234.p/5").unwrap())),
        ),
    ] {
        assert_eq!(Request::parse(path).unwrap(), request, "{path}");
        assert_eq!(request.path().unwrap(), path);
    }
    for bad in [
        "",
        "x",
        "github.com/Go/x/@v/list",
        "github.com/!go/x/@v/",
        "github.com/!go/x/@v/v1.0.0",
        "github.com/!go/x/@v/v1.0.0.tar",
        "github.com/!go/x/@v/main.mod",
        "github.com/!go/x/@v/v1.zip",
        "github.com/!go/x/@v/../x.info",
        "github.com/!go/../x/@v/list",
        "/a.b/@v/list",
        "a.b//c/@v/list",
        "sumdb/",
        "sumdb/supported",
        "sumdb//supported",
        "sumdb/a/../b/latest",
        "sumdb/a.b/other",
        "sumdb/a.b/tile/8/0/1",
        "sumdb/a.b/lookup/x",
        "x/@v/list",
        "a.b/@v/@v/list",
    ] {
        assert!(Request::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_never_changes() {
    for (path, wanted) in [
        ("a.b/@v/list", false),
        ("a.b/@latest", false),
        ("a.b/@v/main.info", false),
        ("a.b/@v/v1.info", false),
        ("a.b/@v/v1.0.0.info", true),
        ("a.b/@v/v1.0.0.zip", true),
        ("sumdb/a.b/latest", false),
        ("sumdb/a.b/supported", false),
        ("sumdb/a.b/lookup/a.b@v1.0.0", true),
        ("sumdb/a.b/tile/8/0/000.p/1", true),
    ] {
        assert_eq!(Request::parse(path).unwrap().is_immutable(), wanted, "{path}");
    }
}

#[test]
fn answers() {
    let info = br#"{"Version":"v1.0.0","Time":"2006-01-02T15:04:05Z","Origin":{"VCS":"git"}}"#;
    let parsed = Info::parse_for(info, "a.b/c", "v1.0.0").unwrap();
    assert_eq!((parsed.version.as_str(), parsed.unix_time()), ("v1.0.0", Some(1_136_214_245)));
    assert!(Info::parse_for(info, "a.b/c", "main").is_ok());
    assert_eq!(
        Info::parse_for(info, "a.b/c", "v1.0.1").unwrap_err().to_string(),
        "proxy returned info for version v1.0.0 instead of requested version"
    );
    assert!(Info::parse_for(info, "a.b/c", "v2.0.0").is_ok(), "not a version of this module");
    assert!(Info::parse(b"<html>").is_err() && Info::parse(b"{}").is_err());
    let list =
        "v1.10.0\nv1.9.0 2020-01-01T00:00:00Z\nnothing\n\nv0.0.0-20060102150405-abcdefabcdef\nv1.9.0-pre\n";
    assert_eq!(parse_list(list), ["v1.9.0-pre", "v1.9.0", "v1.10.0"]);
    assert_eq!(latest_of_list(list), Some("v1.9.0"));
    assert_eq!(latest_of_list("v1.0.0\n"), None);
}

/// Answers by host: the first label is the status.
struct Fake(Mutex<Vec<String>>);

impl Transport for Fake {
    type Body = String;
    type Error = String;

    fn get(
        &self,
        proxy: &ProxyUrl,
        path: &str,
    ) -> impl Future<Output = Result<String, (Failure, String)>> + Send {
        self.0.lock().unwrap().push(proxy.join(path));
        let status: u16 = proxy.host()[1..4].parse().unwrap();
        ready(match status {
            200 => Ok(proxy.host().to_owned()),
            status => {
                Err((crate::goproxy::failure_of_status(status), format!("{status} of {}", proxy.host())))
            }
        })
    }
}

#[test]
fn the_walk() {
    let request = Request::List { module: "a.b/c".into() };
    let path = request.path().unwrap();
    for (list, wanted) in [
        ("https://s200.a,https://s200.b", "s200.a"),
        ("https://s404.a,https://s410.b,https://s200.c", "s200.c"),
        ("https://s500.a,https://s200.b", "error: 500 of s500.a"),
        ("https://s500.a|https://s200.b", "s200.b"),
        ("https://s500.a|https://s404.b", "error: 500 of s500.a"),
        ("https://s404.a,https://s404.b", "error: 404 of s404.b"),
        ("https://s403.a,direct", "error: 403 of s403.a"),
        ("https://s404.a,direct", "direct"),
        ("https://s404.a,off", "off"),
        ("direct", "direct"),
    ] {
        let fake = Fake(Mutex::default());
        let parsed = ProxyList::parse(list).unwrap();
        let found = poll_now(fetch(&parsed, &Patterns::default(), &request, &path, &fake)).unwrap();
        let shown = match found {
            Ok(Found::Answer { body, .. }) => body,
            Ok(Found::Direct) => "direct".to_owned(),
            Ok(Found::Off) => "off".to_owned(),
            Err(e) => format!("error: {e}"),
        };
        assert_eq!(shown, wanted, "{list}");
    }
    let fake = Fake(Mutex::default());
    let list = ProxyList::parse("https://s200.a/x/").unwrap();
    let private = Patterns::parse("a.b");
    let found = poll_now(fetch(&list, &private, &request, &path, &fake)).unwrap();
    assert!(matches!(found, Ok(Found::Direct)));
    assert!(poll_now(fetch(&list, &Patterns::default(), &request, &path, &fake)).unwrap().is_ok());
    assert_eq!(*fake.0.lock().unwrap(), ["https://s200.a/x/a.b/c/@v/list"]);
}
