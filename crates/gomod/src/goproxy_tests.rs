use super::*;

fn shown(text: &str) -> String {
    match ProxyList::parse(text) {
        Ok(list) => list.to_string(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn lists() {
    for (text, wanted) in [
        ("", "https://proxy.golang.org,direct"),
        ("off", "off"),
        ("https://a.b", "https://a.b"),
        ("https://a.b|http://c.d:8080/x,direct", "https://a.b|http://c.d:8080/x,direct"),
        (" https://a.b , ,, direct ", "https://a.b,direct"),
        ("direct,https://a.b", "direct"),
        ("https://a.b,off,direct", "https://a.b,off"),
        ("proxy.corp.io", "https://proxy.corp.io"),
        ("localhost:3000/x", "https://localhost:3000/x"),
        ("file:///srv/mod", "file:///srv/mod"),
        ("https://user:secret@a.b/", "https://user:xxxxx@a.b/"),
        ("https://[::1]:80", "https://[::1]:80"),
        (",", "error: GOPROXY list is not the empty string, but contains no entries"),
        (" ", "error: GOPROXY list is not the empty string, but contains no entries"),
        ("none", "error: invalid proxy URL missing scheme: none"),
        ("/srv/mod", "error: invalid proxy URL missing scheme: /srv/mod"),
        ("ftp://a.b", "error: invalid proxy URL scheme (must be https, http, file): ftp://a.b"),
        ("file://srv/mod", "error: invalid file:// proxy URL with non-path elements: file://srv/mod"),
        ("https://a b/", "error: invalid character in proxy URL: https://a b/"),
        ("https://a.b:x/", "error: invalid port in proxy URL: https://a.b:x/"),
        ("https://a.b/%zz", "error: invalid URL escape in proxy URL: https://a.b/%zz"),
        ("1a://b/", "error: invalid scheme in proxy URL: 1a://b/"),
    ] {
        assert_eq!(shown(text), wanted, "{text:?}");
    }
}

#[test]
fn places() {
    let text = " https://a.b | direct,https://c.d";
    let list = ProxyList::parse(text).unwrap();
    let words: Vec<_> = list.entries.iter().map(|e| &text[e.span.clone()]).collect();
    assert_eq!(words, ["https://a.b", "direct"]);
    assert_eq!(list.ignored.map(|span| &text[span]), Some("https://c.d"));
    let Err(GoproxyError::BadEntry { span, .. }) = ProxyList::parse("https://a.b,nope") else { panic!() };
    assert_eq!(span, 12..16);
}

#[test]
fn urls() {
    let url = ProxyUrl::parse("https://me:p%40ss@a.b:8443/go/?x=1#y").unwrap();
    assert_eq!((url.host(), url.port(), url.path()), ("a.b", Some(8443), "/go/"));
    assert_eq!(url.authority(), "a.b:8443");
    assert_eq!(url.userinfo(), Some(("me", Some("p%40ss"))));
    assert_eq!(url.join("x.y/@v/list"), "https://me:p%40ss@a.b:8443/go/x.y/@v/list");
    assert_eq!(format!("{url:?}"), "ProxyUrl(https://me:xxxxx@a.b:8443/go/?x=1#y)");
    assert_eq!(ProxyUrl::parse("http://a.b").unwrap().port(), Some(80));
    assert_eq!(ProxyUrl::parse("file:///srv").unwrap().join("x"), "file:///srv/x");
}

#[test]
fn when_the_next_one_is_asked() {
    assert!(Fallback::NotFound.continues(failure_of_status(404)));
    assert!(Fallback::NotFound.continues(failure_of_status(410)));
    assert!(!Fallback::NotFound.continues(failure_of_status(403)));
    assert!(Fallback::AnyError.continues(failure_of_status(503)));
}
