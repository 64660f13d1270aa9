use super::*;

/// Go's own cases, and some more.
const NETRC: &str = "
machine incomplete
password none

machine api.github.com
  login user
  password pwd

machine incomlete.host
  login justlogin

machine test.host
login user2
password pwd2

machine oneline login user3 password pwd3

machine ignore.host macdef ignore
  login nobody
  password nothing

machine hasmacro.too macdef ignore-next-lines login user4 password pwd4
  login nobody
  password nothing

machine oneline login second password second

default
login anonymous
password gopher@golang.org

machine after.default
login oops
password too-late-in-file
";

#[test]
fn netrc_files() {
    let logins = parse_netrc(NETRC);
    let shown: Vec<_> =
        logins.iter().map(|l| format!("{} {} {}", l.machine, l.login, l.password.expose())).collect();
    assert_eq!(
        shown,
        [
            "api.github.com user pwd",
            "test.host user2 pwd2",
            "oneline user3 pwd3",
            "hasmacro.too user4 pwd4",
            "oneline second second"
        ]
    );
    assert!(!format!("{logins:?}").contains("pwd"));
    let mut store = Store::default();
    store.set_netrc(&logins);
    let header = |url: &str| store.find(url).map(|h| h[0].1.expose().to_owned());
    assert_eq!(header("https://oneline/x/y?z"), Some("Basic dXNlcjM6cHdkMw==".into()));
    assert_eq!(header("https://oneline"), Some("Basic dXNlcjM6cHdkMw==".into()));
    assert_eq!(header("http://oneline/x"), None);
    assert_eq!(header("https://other/oneline"), None);
    assert_eq!(header("https://oneline:8443/x"), None);
}

#[test]
fn goauth_settings() {
    assert_eq!(parse_goauth(""), Ok(vec![Method::Netrc]));
    assert_eq!(parse_goauth("off"), Ok(vec![]));
    let command = Method::Command { words: vec!["my auth".into(), "-x".into()] };
    assert_eq!(
        parse_goauth("'my auth' -x; git /home/me ;netrc"),
        Ok(vec![command, Method::Git { dir: "/home/me".into() }, Method::Netrc])
    );
    for (bad, e) in [
        ("netrc;", BadGoAuth::Empty),
        ("off;netrc", BadGoAuth::OffWithOthers),
        ("git", BadGoAuth::GitDir),
        ("git here", BadGoAuth::GitDir),
        ("'x", BadGoAuth::Quote(UnterminatedQuote('\''))),
    ] {
        assert_eq!(parse_goauth(bad), Err(e), "{bad}");
    }
}

fn output(text: &str) -> String {
    match parse_command_output(text) {
        Ok(list) => {
            let headers =
                |h: &Headers| h.iter().map(|(n, v)| format!(" {n}={}", v.expose())).collect::<String>();
            list.iter().map(|(url, h)| format!("{url}{};", headers(h))).collect()
        }
        Err(e) => e.to_string(),
    }
}

#[test]
fn command_outputs() {
    for (text, wanted) in [
        ("", ""),
        ("https://example.com\n\n\n", "example.com;"),
        (
            "https://example.com\nhttps://hello.com/x\n\nAuthorization: Basic a\nAuthorization: Basic b\n\n\
             https://third.com\n\nData: Test567 \n\n",
            "example.com Authorization=Basic a Authorization=Basic b;\
             hello.com/x Authorization=Basic a Authorization=Basic b;third.com Data=Test567;",
        ),
        ("https://a.b\n\nX: 1\n\nhttps://a.b\n\nX: 2\n\n", "a.b X=2;"),
        ("https://a.b\nAuthorization: Basic a\n\n", "invalid format: missing empty line after headers"),
        ("Authorization: Basic a\n\n", "invalid format: missing empty line after headers"),
        ("https://a.b\n", "invalid format: missing empty line after URLs"),
        ("https://a.b", "invalid format: missing empty line after URLs"),
        ("https://a.b\n\n", "invalid format: missing empty line after headers"),
        ("https://a.b\n\nX: 1\nhttps://c.d\n\nX: 2\n\n", "invalid format: invalid header line 4"),
        ("https://a.b\n X: 1\n", "could not parse URL in line 2"),
        ("https://a.b\n\nX: 1\n X: 2\n", "invalid format: invalid header line 4"),
        ("https://a.b\n\nX: 1\n\tX: 2\n\n", "invalid format: invalid header line 4"),
        (" https://a.b\n\nX: 1\n\n", "could not parse URL in line 1"),
        ("https://a.b\n\n\nX: 1\n\n", "invalid format: missing empty line after headers"),
        ("https://a.b\n\nX: a\u{1}b\n\n", "invalid format: invalid header line 3"),
    ] {
        assert_eq!(output(text), wanted, "{text:?}");
    }
    assert_eq!(
        command_input("HTTP/1.1", "401 Unauthorized", [("A", "1"), ("B", "2")]),
        "HTTP/1.1 401 Unauthorized\nA: 1\nB: 2\n\n"
    );
}

#[test]
fn git_credentials() {
    let read = |text: &str| {
        let (prefix, login) = parse_git_credential(text);
        format!(
            "{prefix} {}",
            login.map_or(String::new(), |l| format!("{}:{}", l.login, l.password.expose()))
        )
    };
    for (text, wanted) in [
        (
            "protocol=https\nhost=example.com\nusername=bob\npassword=secr3t\n",
            "https://example.com bob:secr3t",
        ),
        (
            "protocol=https\nhost=example.com\npath=myrepo\nusername=bob\npassword=a=b\n",
            "https://example.com/myrepo bob:a=b",
        ),
        ("url=https://example.com/x\nusername=bob\npassword=p\n", "https://example.com/x bob:p"),
        ("protocol=https\nhost=example.com\nusername=b\npassword=p\nurl=\n", "https://example.com b:p"),
        ("", " "),
    ] {
        assert_eq!(read(text), wanted, "{text:?}");
    }
}

#[test]
fn the_longest_prefix_wins() {
    let mut store = Store::default();
    let header = |v: &str| vec![("A".to_owned(), Secret::new(v))];
    store.set("https://example.com/", header("host"));
    store.set("example.com/x/y", header("path"));
    let find = |store: &Store, url: &str| store.find(url).map(|h| h[0].1.expose().to_owned());
    assert_eq!(find(&store, "https://example.com/x/y/z"), Some("path".into()));
    assert_eq!(find(&store, "https://example.com/x/yz"), Some("host".into()));
    assert_eq!(find(&store, "https://example.com.evil/x"), None);
    store.set("example.com/x/y", vec![]);
    assert_eq!(find(&store, "https://example.com/x/y/z"), Some("host".into()));
}
