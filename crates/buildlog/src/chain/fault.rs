//! Faults on the way to another machine, in every tool's wording: Go's net, net/http and crypto/x509, libcurl and
//! git (OpenSSL and GnuTLS builds), wget (GNU and BusyBox), apt, apk, ssh, Node and Windows' Winsock.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::address::{Address, AddressClass, classify_host};
use super::parts::url_in;

/// What went wrong between two machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A name was not resolved, for whatever reason.
    Lookup,
    /// The certificate's issuer is not trusted.
    UnknownAuthority,
    /// The certificate is expired or not yet valid.
    Expired,
    /// The certificate is for another name.
    Hostname,
    /// The HTTP proxy in between refused, or its setting is wrong.
    Proxy,
    /// Plain HTTP where TLS was expected.
    PlainHttp,
    /// Nothing listens there.
    Refused,
    /// No route.
    Unreachable,
    /// The TLS handshake did not finish in time.
    HandshakeTimeout,
    /// The connection broke half way.
    Interrupted,
    /// No answer in time.
    Timeout,
    /// libcurl's "Couldn't connect to server": refused, or no route.
    NotConnected,
    /// An HTTP status of 400 or above.
    Status(u16),
}

/// One fault, with what the message says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// The host that was asked: of the URL, the lookup, or the tool's own words.
    pub host: Option<String>,
    /// The address of the connection that failed.
    pub address: Option<Address>,
    /// The message speaks of the connection to an HTTP proxy (`proxyconnect tcp`).
    pub to_proxy: bool,
    /// Byte range of the decisive words.
    pub span: (usize, usize),
}

impl Fault {
    /// The connection went, or should have gone, to this machine or container itself.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match &self.address {
            Some(address) => address.class == AddressClass::Loopback,
            None => self.host.as_deref().is_some_and(|h| classify_host(h) == AddressClass::Loopback),
        }
    }
}

use FaultKind::{
    Expired, HandshakeTimeout, Hostname, Interrupted, Lookup, NotConnected, PlainHttp, Proxy, Refused,
    Timeout, UnknownAuthority, Unreachable,
};

/// Wordings, matched anywhere in a line without regard to case.
const WORDINGS: &[(&str, FaultKind)] = &[
    // names
    ("no such host", Lookup),
    ("server misbehaving", Lookup),
    ("could not resolve", Lookup),
    ("couldn't resolve", Lookup),
    ("couldn&#39;t resolve", Lookup),
    ("temporary failure resolving", Lookup),
    ("temporary failure in name resolution", Lookup),
    ("unable to resolve host", Lookup),
    ("bad address '", Lookup),
    ("bad address \"", Lookup),
    ("dns lookup error", Lookup),
    ("dns: ", Lookup),
    ("temporary error (try again later)", Lookup),
    ("name or service not known", Lookup),
    ("name does not resolve", Lookup),
    ("nodename nor servname provided", Lookup),
    ("getaddrinfo enotfound", Lookup),
    ("getaddrinfo eai_again", Lookup),
    ("no such host is known", Lookup),
    ("unknownhostexception", Lookup),
    // trust
    ("certificate signed by unknown authority", UnknownAuthority),
    ("certificate is not trusted", UnknownAuthority),
    ("unable to get local issuer certificate", UnknownAuthority),
    ("unable to get issuer cert", UnknownAuthority),
    ("unable to verify the first certificate", UnknownAuthority),
    ("self signed certificate", UnknownAuthority),
    ("self-signed certificate", UnknownAuthority),
    ("server certificate verification failed", UnknownAuthority),
    ("certificate verification failed", UnknownAuthority),
    ("certificate verify failed", UnknownAuthority),
    ("unable to locally verify the issuer", UnknownAuthority),
    ("failed to load system roots and no roots provided", UnknownAuthority),
    ("peer's certificate issuer is not recognized", UnknownAuthority),
    ("peer's certificate issuer has been marked", UnknownAuthority),
    ("certificate issuer is unknown", UnknownAuthority),
    ("tls: unknown certificate authority", UnknownAuthority),
    ("certificate is not standards compliant", UnknownAuthority),
    ("tlsv1 alert unknown ca", UnknownAuthority),
    ("error setting certificate verify locations", UnknownAuthority),
    ("error adding trust anchors from file", UnknownAuthority),
    ("unable to find valid certification path", UnknownAuthority),
    ("certificate has expired", Expired),
    ("certificate is not yet valid", Expired),
    ("uses expired certificate", Expired),
    ("expired certificate", Expired),
    ("certificate chain uses not yet valid certificate", Expired),
    ("is not valid yet", Expired),
    ("certificate is valid for", Hostname),
    ("certificate is not valid for any names", Hostname),
    ("no alternative certificate subject name matches", Hostname),
    ("doesn't contain any ip sans", Hostname),
    ("certificate relies on legacy common name", Hostname),
    ("does not match target host name", Hostname),
    ("doesn't match requested host name", Hostname),
    ("no certificate subject alternative name matches", Hostname),
    ("certificate does not match hostname", Hostname),
    ("hostname mismatch", Hostname),
    ("certificate subject name", Hostname),
    // proxies
    ("proxy authentication required", Proxy),
    ("from proxy after connect", Proxy),
    ("connect tunnel failed", Proxy),
    ("proxy connect aborted", Proxy),
    ("error connecting to proxy", Proxy),
    ("proxy tunneling failed", Proxy),
    ("socks connect tcp", Proxy),
    ("proxy: unknown scheme", Proxy),
    ("unsupported proxy syntax", Proxy),
    ("unsupported proxy scheme", Proxy),
    ("invalid proxy url", Proxy),
    ("error parsing proxy url", Proxy),
    ("invalid proxy address", Proxy),
    // plain HTTP
    ("server gave http response to https client", PlainHttp),
    ("first record does not look like a tls handshake", PlainHttp),
    ("wrong version number", PlainHttp),
    ("exceeded the maximum permissible length", PlainHttp),
    ("unexpected tls packet was received", PlainHttp),
    ("packet length too long", PlainHttp),
    // connections
    ("connection refused", Refused),
    ("actively refused", Refused),
    ("econnrefused", Refused),
    ("no route to host", Unreachable),
    ("network is unreachable", Unreachable),
    ("network unreachable", Unreachable),
    ("host is unreachable", Unreachable),
    ("host unreachable", Unreachable),
    ("cannot assign requested address", Unreachable),
    ("requested address is not valid in its context", Unreachable),
    ("attempted to an unreachable", Unreachable),
    ("ehostunreach", Unreachable),
    ("enetunreach", Unreachable),
    ("tls handshake timeout", HandshakeTimeout),
    ("ssl connection timeout", HandshakeTimeout),
    ("connection reset by peer", Interrupted),
    ("connection was reset", Interrupted),
    ("econnreset", Interrupted),
    ("unexpected eof", Interrupted),
    ("unexpected end of file", Interrupted),
    ("stream error: stream id", Interrupted),
    ("server sent goaway", Interrupted),
    ("client connection lost", Interrupted),
    ("server closed idle connection", Interrupted),
    ("transport connection broken", Interrupted),
    ("broken pipe", Interrupted),
    ("early eof", Interrupted),
    ("rpc failed; curl", Interrupted),
    ("rpc failed; result", Interrupted),
    ("was not closed cleanly", Interrupted),
    ("remote end hung up unexpectedly", Interrupted),
    ("tls connection was non-properly terminated", Interrupted),
    ("gnutls recv error", Interrupted),
    ("gnutls_handshake() failed", Interrupted),
    ("ssl_error_syscall", Interrupted),
    ("ssl_read: ", Interrupted),
    ("openssl ssl_connect: ", Interrupted),
    ("unknown ssl protocol error", Interrupted),
    ("forcibly closed by the remote host", Interrupted),
    ("transfer closed with", Interrupted),
    ("unexpected disconnect while reading", Interrupted),
    ("empty reply from server", Interrupted),
    ("connection closed by remote host", Interrupted),
    ("connection was aborted", Interrupted),
    ("bad record mac", Interrupted),
    ("use of closed network connection", Interrupted),
    ("the handshake operation timed out", HandshakeTimeout),
    ("i/o timeout", Timeout),
    ("context deadline exceeded", Timeout),
    ("deadlineexceeded", Timeout),
    ("client.timeout", Timeout),
    ("request canceled while waiting for connection", Timeout),
    ("timeout awaiting response headers", Timeout),
    ("connection timed out", Timeout),
    ("connect timed out", Timeout),
    ("operation timed out", Timeout),
    ("operation too slow", Timeout),
    ("timeout was reached", Timeout),
    ("download timed out", Timeout),
    ("connection timeout", Timeout),
    ("did not properly respond after a period of time", Timeout),
    ("semaphore timeout period has expired", Timeout),
    ("etimedout", Timeout),
    ("read timed out", Timeout),
    ("timed out waiting for", Timeout),
    ("couldn't connect to server", NotConnected),
    ("could not connect to server", NotConnected),
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(WORDINGS.iter().map(|(w, _)| *w))
        .ok()
});

/// Rank of a kind when one message holds several wordings: what is nearest to the root comes first.
fn rank(kind: FaultKind) -> u8 {
    match kind {
        Lookup => 0,
        UnknownAuthority | Hostname => 2,
        Expired => 1,
        Proxy => 3,
        PlainHttp => 4,
        Refused => 5,
        Unreachable => 6,
        HandshakeTimeout => 7,
        Timeout => 8,
        Interrupted => 9,
        NotConnected => 10,
        FaultKind::Status(_) => 11,
    }
}

/// The network fault that `text` reports, if it reports one.
#[must_use]
pub fn fault(text: &str) -> Option<Fault> {
    let mut best: Option<(FaultKind, usize, usize)> = None;
    if let Some((start, end)) = go_lookup(text) {
        best = Some((Lookup, start, end));
    } else if let Some(automaton) = &*AUTOMATON {
        for found in automaton.find_overlapping_iter(text) {
            let kind = WORDINGS[found.pattern().as_usize()].1;
            if !plausible(text, kind, found.start(), found.end()) {
                continue;
            }
            if best.is_none_or(|(b, ..)| rank(kind) < rank(b)) {
                best = Some((kind, found.start(), found.end()));
            }
        }
    }
    // TLS answers of a proxy are the proxy's fault.
    let to_proxy =
        text.contains("proxyconnect tcp") || text.contains("Proxy CONNECT") || text.contains("to proxy");
    if best.is_none() {
        best = end_of_stream(text).or_else(|| status(text)).or_else(|| reason_phrase(text));
    }
    let (mut kind, start, end) = best?;
    if to_proxy && kind == PlainHttp {
        kind = Proxy;
    }
    let address = dialled(text);
    let host = host_of(text, kind);
    Some(Fault { kind, host, address, to_proxy, span: (start, end) })
}

/// Wordings that mean something only in the right surroundings.
fn plausible(text: &str, kind: FaultKind, start: usize, end: usize) -> bool {
    let word = text[start..end].to_ascii_lowercase();
    match word.as_str() {
        // `lookup` chains are taken apart before; `dns: ` is apk's, at the end of its own message.
        "dns: " => text.contains("DNS: transient error") || text.contains("DNS: name does not exist"),
        "unexpected end of file" => {
            text.contains("curl") || text.contains("TLS") || text.contains("SSL") || text.contains("http")
        }
        "unexpected eof" => {
            // A shell or a parser says the same of a script.
            !text.contains("unexpected EOF while looking")
                && !text.contains("syntax error")
                && !text.contains("parsing")
                && !text.contains("found EOF")
                && !text.contains("expected")
                || text.contains("://")
        }
        "is not valid yet" => text.contains("Release file"),
        "broken pipe" => text.contains("write tcp") || text.contains("://") || text.contains("RPC failed"),
        "deadlineexceeded" => text.contains("DeadlineExceeded:"),
        "certificate subject name" => text.contains("does not match"),
        "could not resolve" => resolves_a_host(&text[end..]),
        "certificate verification failed" => !text.contains("expired") && !text.contains("does not match"),
        "server certificate verification failed" => kind == UnknownAuthority && !text.contains("has expired"),
        "certificate verify failed" => {
            !text.contains("certificate has expired")
                && !text.to_ascii_lowercase().contains("hostname mismatch")
        }
        _ => true,
    }
}

/// Maven and npm "could not resolve" dependencies; only a host is meant here.
fn resolves_a_host(rest: &str) -> bool {
    let rest = rest.trim_start();
    let lower = rest.get(..rest.len().min(16)).unwrap_or("").to_ascii_lowercase();
    lower.starts_with("host")
        || lower.starts_with("proxy")
        || (lower.starts_with('\'')
            && rest[1..].find('\'').is_some_and(|e| {
                rest[1..=e].contains('.') && !rest[1..=e].contains('/') && !rest[1..=e].contains(':')
            }))
}

/// Go: `lookup HOST on RESOLVER: ...` and `lookup HOST: ...`, whatever follows.
fn go_lookup(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("lookup ") {
        let start = from + found;
        from = start + 7;
        if start > 0 && !matches!(text.as_bytes()[start - 1], b' ' | b'(') {
            continue;
        }
        let rest = &text[from..];
        let end = rest.find([' ', ':']).unwrap_or(rest.len());
        let host = &rest[..end];
        let after = &rest[end..];
        let named = !host.is_empty()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        if named
            && (after.starts_with(" on ") || after.starts_with(": "))
            && (host.contains('.')
                || after.contains(":53")
                || after.contains("no such host")
                || after.contains("server misbehaving"))
        {
            return Some((start, start + 7 + end));
        }
    }
    None
}

/// `...": EOF` at the end of a request.
fn end_of_stream(text: &str) -> Option<(FaultKind, usize, usize)> {
    let trimmed = text.trim_end().trim_end_matches(')');
    let at = trimmed.strip_suffix(": EOF")?.len();
    let request = ["Get ", "Post ", "Head ", "read ", "Put ", "dial ", "proxyconnect", "do request"]
        .iter()
        .any(|w| trimmed.contains(w));
    request.then_some((Interrupted, at + 2, at + 5))
}

/// An HTTP status of 400 or above, in one of the shapes tools print it.
fn status(text: &str) -> Option<(FaultKind, usize, usize)> {
    if !has_status_digits(text.as_bytes()) {
        return None;
    }
    const MARKS: [&str; 21] = [
        "returned error: ",
        "unexpected status code ",
        "unexpected status code: ",
        "unexpected HTTP status: ",
        "unexpected HTTP status code: ",
        "unexpected http status code: ",
        "response status code ",
        "status code: ",
        "status code ",
        "awaiting response... ",
        "ERROR ",
        "server returned error: HTTP/1.1 ",
        "HTTP/1.1 ",
        "HTTP error ",
        "HTTP Error ",
        "HTTP code ",
        "status: ",
        "unexpected status: ",
        "status code from registry ",
        "bad response code: ",
        "Response: ",
    ];
    for mark in MARKS {
        if let Some(at) = text.find(mark) {
            let start = at + mark.len();
            // The code may stand behind the URL: `unexpected status code https://...: 429 Too Many`.
            if let Some(code) = three_digits(&text[start..]) {
                return Some((FaultKind::Status(code), start, start + 3));
            }
        }
    }
    // `reading URL: 404 Not Found`, `...: 503 Service Unavailable`
    let mut from = 0;
    while let Some(found) = text[from..].find(": ") {
        let start = from + found + 2;
        from = start;
        if let Some(code) = three_digits(&text[start..])
            && has_reason(&text[start + 3..], code)
        {
            return Some((FaultKind::Status(code), start, start + 3));
        }
    }
    None
}

/// Somewhere stand three digits that can be a status of 400 or above.
fn has_status_digits(text: &[u8]) -> bool {
    memchr::memchr2_iter(b'4', b'5', text).any(|i| {
        i > 0
            && !text[i - 1].is_ascii_digit()
            && text.get(i + 1..i + 3).is_some_and(|d| d.iter().all(u8::is_ascii_digit))
    })
}

fn three_digits(text: &str) -> Option<u16> {
    let digits = text.get(..3)?;
    let code: u16 = digits.parse().ok()?;
    let bounded = text.as_bytes().get(3).is_none_or(|b| !b.is_ascii_digit());
    (bounded && (400..=599).contains(&code)).then_some(code)
}

fn has_reason(after: &str, code: u16) -> bool {
    let after = after.trim_start();
    let reason: &[&str] = match code {
        400 => &["Bad Request"],
        401 => &["Unauthorized", "Authorization Required"],
        403 => &["Forbidden"],
        404 => &["Not Found"],
        405 => &["Method Not Allowed"],
        407 => &["Proxy Auth"],
        408 => &["Request Time"],
        410 => &["Gone"],
        418 | 451 => &[""],
        429 => &["Too Many"],
        500 => &["Internal"],
        501 => &["Not Impl"],
        502 => &["Bad Gateway", "Proxy Error"],
        503 => &["Service", "Backend"],
        504 => &["Gateway"],
        _ => &[],
    };
    reason.is_empty() || reason.iter().any(|r| after.starts_with(r)) || after.is_empty()
}

/// Go prints a refused CONNECT as a bare reason phrase: `Get "https://...": Forbidden`.
fn reason_phrase(text: &str) -> Option<(FaultKind, usize, usize)> {
    let trimmed = text.trim_end().trim_end_matches(')');
    for phrase in [
        "Forbidden",
        "Service Unavailable",
        "Method Not Allowed",
        "Bad Gateway",
        "Gateway Timeout",
        "Gateway Time-out",
        "Not Found",
        "Bad Request",
        "Internal Server Error",
        "Proxy Authentication Required",
        "Unauthorized",
        "Not Implemented",
        "Connection established",
    ] {
        if let Some(head) = trimmed.strip_suffix(phrase)
            && (head.ends_with("\": ") || head.ends_with("=1: "))
            && head.contains("https://")
        {
            return Some((Proxy, head.len(), trimmed.len()));
        }
    }
    None
}

/// The address behind `dial tcp`, `read tcp ...->`, `connect to`, `port`.
fn dialled(text: &str) -> Option<Address> {
    if let Some(at) = text.find("->") {
        let rest = &text[at + 2..];
        let end = rest.find([' ', ')']).unwrap_or(rest.len());
        if let Some(address) = Address::parse(&rest[..end])
            && address.port.is_some()
        {
            return Some(address);
        }
    }
    for mark in [
        "dial tcp ",
        "dial tcp4 ",
        "dial tcp6 ",
        "dial udp ",
        "connect tcp ",
        "connect to ",
        "Connecting to ",
    ] {
        if let Some(at) = text.find(mark) {
            let rest = &text[at + mark.len()..];
            let mut words = rest.split_whitespace();
            let mut word = words.next()?;
            if word.starts_with("lookup") {
                return None;
            }
            // Windows prints the local name first; curl: `Failed to connect to HOST port N`.
            word = word.trim_end_matches(':');
            let mut address = Address::parse(word)?;
            if address.port.is_none() && words.next() == Some("port") {
                address.port = words.next().and_then(|p| p.trim_end_matches([':', ';']).parse().ok());
            }
            return Some(address);
        }
    }
    None
}

/// The host the message is about.
fn host_of(text: &str, kind: FaultKind) -> Option<String> {
    if kind == Lookup {
        if let Some((start, end)) = go_lookup(text) {
            return Some(text[start + 7..end].to_owned());
        }
        for mark in [
            "Could not resolve host: ",
            "Couldn't resolve host: ",
            "Couldn't resolve host '",
            "Could not resolve proxy: ",
            "Could not resolve hostname ",
            "Temporary failure resolving '",
            "Could not resolve '",
            "bad address '",
            "bad address \"",
            "unable to resolve host address '",
            "unable to resolve host address ‘",
            "unable to resolve host address “",
            "ENOTFOUND ",
            "EAI_AGAIN ",
            "host='",
        ] {
            if let Some(at) = text.find(mark) {
                let rest = &text[at + mark.len()..];
                let end = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
                    .unwrap_or(rest.len());
                if end > 0 {
                    return Some(rest[..end].to_owned());
                }
            }
        }
    }
    if let Some(url) = url_in(text) {
        return Some(url.host.to_owned());
    }
    dialled(text).map(|a| a.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_of_many_tools() {
        for (text, kind, host) in [
            (
                r#"go: x@v1: Get "https://proxy.golang.org/x": dial tcp: lookup proxy.golang.org on 10.0.0.1:53: read udp 1.1.1.1:5->10.0.0.1:53: i/o timeout"#,
                Lookup,
                "proxy.golang.org",
            ),
            (r#"Get "https://p.example/x": dial tcp 1.2.3.4:443: i/o timeout"#, Timeout, "p.example"),
            (
                r#"Get "http://localhost:3000/x": dial tcp [::1]:3000: connect: connection refused"#,
                Refused,
                "localhost",
            ),
            (
                r#"Get "https://a.b/x": proxyconnect tcp: tls: first record does not look like a TLS handshake"#,
                Proxy,
                "a.b",
            ),
            (r#"Get "https://a.b/x": http: server gave HTTP response to HTTPS client"#, PlainHttp, "a.b"),
            (
                r#"Get "https://a.b/x": x509: certificate has expired or is not yet valid: current time x"#,
                Expired,
                "a.b",
            ),
            (r#"Get "https://a.b/x": x509: certificate is valid for c.d, not a.b"#, Hostname, "a.b"),
            (
                r#"Get "https://a.b/x": tls: failed to verify certificate: x509: certificate signed by unknown authority"#,
                UnknownAuthority,
                "a.b",
            ),
            (r#"Get "https://a.b/x": EOF"#, Interrupted, "a.b"),
            (r#"Get "https://a.b/x": Forbidden"#, Proxy, "a.b"),
            ("reading https://a.b/x.mod: 503 Service Unavailable", FaultKind::Status(503), "a.b"),
            ("fatal: unable to access 'https://a.b/x/': Could not resolve host: a.b", Lookup, "a.b"),
            (
                "fatal: unable to access 'https://a.b/x/': The requested URL returned error: 403",
                FaultKind::Status(403),
                "a.b",
            ),
            ("wget: bad address 'a.b'", Lookup, "a.b"),
            ("Temporary failure resolving 'deb.debian.org'", Lookup, "deb.debian.org"),
        ] {
            let found = fault(text).unwrap_or_else(|| panic!("nothing in {text}"));
            assert_eq!((found.kind, found.host.as_deref()), (kind, Some(host)), "{text}");
        }
        for text in [
            "go: downloading x v1",
            "undefined: lookup table",
            "sh: 1: Syntax error: unexpected EOF",
            "Could not resolve dependencies for project x",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }
}
