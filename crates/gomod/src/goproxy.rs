//! The GOPROXY setting: a list of servers and the words `direct` and `off`, where `,` moves on to the next entry
//! when a module is not there (404 and 410) and `|` after any failure.

use std::fmt;
use std::ops::Range;

/// What Go uses when GOPROXY is neither set in the environment nor in the `go env` file.
pub const DEFAULT: &str = "https://proxy.golang.org,direct";

/// A parsed GOPROXY list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyList {
    /// The entries that Go looks at, in order; never empty.
    pub entries: Vec<Entry>,
    /// What stands behind the first `direct` or `off`, which Go ignores: its place in the text, in bytes.
    pub ignored: Option<Range<usize>>,
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where modules come from.
    pub source: Source,
    /// When the next entry is asked.
    pub fallback: Fallback,
    /// Where the entry stands in the text, without the space around it, in bytes.
    pub span: Range<usize>,
}

/// Where modules come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A module proxy.
    Proxy(ProxyUrl),
    /// The modules' own version control servers.
    Direct,
    /// Nowhere: fetching fails.
    Off,
}

/// When the entry after this one is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Only when the module or version does not exist here (`,`, and the end of the list).
    NotFound,
    /// After any failure (`|`).
    AnyError,
}

/// How a request to an entry ended, as far as the choice of the next one goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 404 or 410: it does not exist.
    NotFound,
    /// Anything else: another status, no connection, a broken answer.
    Other,
}

impl Fallback {
    /// Whether the next entry is asked after this failure.
    pub fn continues(self, failure: Failure) -> bool {
        failure == Failure::NotFound || self == Fallback::AnyError
    }
}

/// Whether an HTTP status lets Go move on at a `,`.
pub fn failure_of_status(status: u16) -> Failure {
    if matches!(status, 404 | 410) { Failure::NotFound } else { Failure::Other }
}

/// A GOPROXY setting that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GoproxyError {
    /// Nothing but commas and spaces.
    #[error("GOPROXY list is not the empty string, but contains no entries")]
    NoEntries,
    /// An entry that is no URL of a proxy.
    #[error("{reason}: {entry}")]
    BadEntry {
        /// The entry, any password masked.
        entry: String,
        /// What is wrong with it.
        reason: UrlReason,
        /// Its place in the text, in bytes.
        span: Range<usize>,
    },
}

/// Why a text is no URL of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlReason {
    /// A word that is neither `direct` nor `off`, or a file path.
    #[error("invalid proxy URL missing scheme")]
    MissingScheme,
    /// Another scheme.
    #[error("invalid proxy URL scheme (must be https, http, file)")]
    UnknownScheme,
    /// A `file:` URL with a host, user, query or fragment; `file://path` instead of `file:///path`, mostly.
    #[error("invalid file:// proxy URL with non-path elements")]
    FileWithHost,
    /// A space or control character.
    #[error("invalid character in proxy URL")]
    BadCharacter,
    /// `%` without two hexadecimal digits.
    #[error("invalid URL escape in proxy URL")]
    BadEscape,
    /// A port that is no number.
    #[error("invalid port in proxy URL")]
    BadPort,
    /// A scheme that starts with a digit, or no scheme before the colon.
    #[error("invalid scheme in proxy URL")]
    BadScheme,
    /// An address in brackets that is not closed.
    #[error("missing ']' in host of proxy URL")]
    BadBrackets,
}

impl ProxyList {
    /// Reads a list as the `go` command does: spaces around entries and empty entries do not count, an entry with
    /// a dot, colon or slash but without `:/` is taken for an `https` address, and nothing after `direct` or `off`
    /// is looked at. An empty text is Go's [`DEFAULT`].
    ///
    /// # Errors
    /// When there is no entry, or one that is no proxy's URL.
    pub fn parse(text: &str) -> Result<Self, GoproxyError> {
        let text = if text.is_empty() { DEFAULT } else { text };
        let mut entries = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let end = text[at..].find([',', '|']).map_or(text.len(), |i| at + i);
            let fallback = if text[end..].starts_with('|') { Fallback::AnyError } else { Fallback::NotFound };
            let word = text[at..end].trim();
            let start = at + (text[at..end].len() - text[at..end].trim_start().len());
            let span = start..start + word.len();
            at = end + 1;
            if word.is_empty() {
                continue;
            }
            let last = match word {
                "off" => Some(Source::Off),
                "direct" => Some(Source::Direct),
                _ => None,
            };
            if let Some(source) = last {
                // Go stops here, so what separates the rest does not matter.
                entries.push(Entry { source, fallback: Fallback::NotFound, span });
                let rest = text.get(at..).unwrap_or("");
                let ignored = rest.chars().any(|c| !matches!(c, ',' | '|' | ' '));
                return Ok(Self { entries, ignored: ignored.then_some(at..text.len()) });
            }
            let url = ProxyUrl::parse_entry(word).map_err(|reason| GoproxyError::BadEntry {
                entry: redact(word),
                reason,
                span: span.clone(),
            })?;
            entries.push(Entry { source: Source::Proxy(url), fallback, span });
        }
        if entries.is_empty() { Err(GoproxyError::NoEntries) } else { Ok(Self { entries, ignored: None }) }
    }

    /// The proxies of the list, in order.
    pub fn proxies(&self) -> impl Iterator<Item = &ProxyUrl> {
        self.entries.iter().filter_map(|entry| match &entry.source {
            Source::Proxy(url) => Some(url),
            _ => None,
        })
    }
}

/// The list as Go reads it, passwords masked.
impl fmt::Display for ProxyList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, entry) in self.entries.iter().enumerate() {
            if i > 0 {
                f.write_str(match self.entries[i - 1].fallback {
                    Fallback::NotFound => ",",
                    Fallback::AnyError => "|",
                })?;
            }
            match &entry.source {
                Source::Proxy(url) => url.fmt(f)?,
                Source::Direct => f.write_str("direct")?,
                Source::Off => f.write_str("off")?,
            }
        }
        Ok(())
    }
}

/// The URL of a module proxy: `http`, `https` or `file`. Display and Debug mask the password; [`Self::as_str`]
/// does not.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyUrl {
    text: String,
    scheme: Scheme,
    /// `user:password`, as written.
    userinfo: Option<Range<usize>>,
    /// Host without port; brackets of an IPv6 address included.
    host: Range<usize>,
    port: Option<u16>,
    path: Range<usize>,
}

/// The schemes that Go takes for a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `https`
    Https,
    /// `http`
    Http,
    /// `file`: a folder laid out like a proxy
    File,
}

impl Scheme {
    /// The name before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Https => "https",
            Scheme::Http => "http",
            Scheme::File => "file",
        }
    }
}

impl ProxyUrl {
    /// Reads one entry of a GOPROXY list that is neither `direct` nor `off`; a bare host gets `https://`.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse_entry(word: &str) -> Result<Self, UrlReason> {
        let bare = word.contains(['.', ':', '/']) && !word.contains(":/") && !word.starts_with('/');
        if bare { Self::parse(&format!("https://{word}")) } else { Self::parse(word) }
    }

    /// Reads a complete URL.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, UrlReason> {
        if text.bytes().any(|b| b < 0x20 || b == 0x7f) {
            return Err(UrlReason::BadCharacter);
        }
        let (name, rest) = split_scheme(text)?;
        let scheme = match name.to_ascii_lowercase().as_str() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            "file" => Scheme::File,
            "" => return Err(UrlReason::MissingScheme),
            _ => return Err(UrlReason::UnknownScheme),
        };
        check_escapes(rest)?;
        let rest_at = text.len() - rest.len();
        let Some(after) = rest.strip_prefix("//") else {
            // `https:/path` and `https:path` name no host; Go finds that out when it connects.
            let path = rest_at..text.len();
            return Self::finish(text, scheme, None, rest_at..rest_at, None, path);
        };
        let authority = &after[..after.find(['/', '?', '#']).unwrap_or(after.len())];
        let authority_at = rest_at + 2;
        let (userinfo, host_port, host_at) = match authority.rfind('@') {
            Some(i) => (Some(authority_at..authority_at + i), &authority[i + 1..], authority_at + i + 1),
            None => (None, authority, authority_at),
        };
        if host_port.contains(|c: char| " \"<>\\^`{}|".contains(c)) {
            return Err(UrlReason::BadCharacter);
        }
        let host_len = if host_port.starts_with('[') {
            host_port.rfind(']').ok_or(UrlReason::BadBrackets)? + 1
        } else {
            host_port.rfind(':').unwrap_or(host_port.len())
        };
        let port = match host_port[host_len..].strip_prefix(':') {
            None if host_len == host_port.len() => None,
            None => return Err(UrlReason::BadPort),
            Some("") => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse::<u16>().map_err(|_| UrlReason::BadPort)?)
            }
            Some(_) => return Err(UrlReason::BadPort),
        };
        let path = authority_at + authority.len()..text.len();
        Self::finish(text, scheme, userinfo, host_at..host_at + host_len, port, path)
    }

    fn finish(
        text: &str,
        scheme: Scheme,
        userinfo: Option<Range<usize>>,
        host: Range<usize>,
        port: Option<u16>,
        path: Range<usize>,
    ) -> Result<Self, UrlReason> {
        let extra = text[path.clone()].find(['?', '#']);
        if scheme == Scheme::File && (userinfo.is_some() || !host.is_empty() || extra.is_some()) {
            return Err(UrlReason::FileWithHost);
        }
        let path = path.start..path.start + extra.unwrap_or(path.len());
        Ok(Self { text: text.to_owned(), scheme, userinfo, host, port, path })
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host as written, without port, with the brackets of an IPv6 address; empty for `file`.
    pub fn host(&self) -> &str {
        &self.text[self.host.clone()]
    }

    /// The port, or the scheme's own; `None` for `file`.
    pub fn port(&self) -> Option<u16> {
        self.port.or(match self.scheme {
            Scheme::Https => Some(443),
            Scheme::Http => Some(80),
            Scheme::File => None,
        })
    }

    /// `host` or `host:port`, as written.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host().to_owned(),
        }
    }

    /// The path, still escaped, as written.
    pub fn path(&self) -> &str {
        &self.text[self.path.clone()]
    }

    /// User and password as written (still escaped): secret.
    pub fn userinfo(&self) -> Option<(&str, Option<&str>)> {
        let text = &self.text[self.userinfo.clone()?];
        Some(match text.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        })
    }

    /// The URL in full, password included.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of a file below the proxy, as Go joins it: query and fragment of the proxy URL stay out. `relative`
    /// is an escaped path such as `golang.org/x/text/@v/list`, without a leading slash. Contains the user and
    /// password of the proxy URL.
    pub fn join(&self, relative: &str) -> String {
        let base = self.text[..self.path.end].trim_end_matches('/');
        format!("{base}/{relative}")
    }
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact(&self.text))
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({self})")
    }
}

/// The text with the password of a URL, if it has one, replaced by `xxxxx`, as Go prints URLs.
pub fn redact(url: &str) -> String {
    let start = url.find("://").map_or(0, |i| i + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |i| start + i);
    let Some(at) = url[start..end].rfind('@').map(|i| start + i) else { return url.to_owned() };
    match url[start..at].find(':') {
        Some(colon) => format!("{}:xxxxx{}", &url[..start + colon], &url[at..]),
        None => url.to_owned(),
    }
}

/// Splits `scheme:rest`; the scheme is empty when there is none.
fn split_scheme(text: &str) -> Result<(&str, &str), UrlReason> {
    for (i, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if i > 0 => {}
            ':' if i == 0 => return Err(UrlReason::BadScheme),
            ':' => return Ok((&text[..i], &text[i + 1..])),
            _ => break,
        }
    }
    // Without a scheme, a colon in the first segment is an error of its own in Go.
    let first = text.split('/').next().unwrap_or("");
    if first.contains(':') { Err(UrlReason::BadScheme) } else { Ok(("", text)) }
}

fn check_escapes(text: &str) -> Result<(), UrlReason> {
    let bytes = text.as_bytes();
    let ok = bytes
        .iter()
        .enumerate()
        .filter(|&(_, &b)| b == b'%')
        .all(|(i, _)| bytes.get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)));
    if ok { Ok(()) } else { Err(UrlReason::BadEscape) }
}

#[cfg(test)]
#[path = "goproxy_tests.rs"]
mod tests;
