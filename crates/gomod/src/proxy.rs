//! The GOPROXY protocol: the paths of requests, what their answers mean, and the walk over a list of proxies.
//!
//! Sending requests is the caller's: see [`Transport`].

use std::fmt;
use std::future::Future;

use serde::Deserialize;

use crate::goproxy::{Entry, Failure, ProxyList, ProxyUrl, Source};
use crate::path::{ModuleError, escape_path, escape_version, unescape_path, unescape_version};
use crate::pattern::Patterns;
use crate::sumdb::tile::Tile;
use crate::time::{UnixTime, parse_rfc3339};
use crate::version::{self, pseudo};

/// A request to a proxy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// `MODULE/@v/list`: the tagged versions.
    List {
        /// The module's path, not escaped.
        module: String,
    },
    /// `MODULE/@latest`: the version to take when there is no list.
    Latest {
        /// The module's path, not escaped.
        module: String,
    },
    /// `MODULE/@v/VERSION.info`, `.mod` or `.zip`.
    File {
        /// The module's path, not escaped.
        module: String,
        /// The version, not escaped; for `.info` it may be a branch or a commit.
        version: String,
        /// Which of the files.
        kind: FileKind,
    },
    /// `sumdb/NAME/...`: a request to a checksum database.
    Sumdb {
        /// The database's name, `host` or `host/path`.
        name: String,
        /// What is asked of it.
        request: SumdbRequest,
    },
}

/// The files of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Version and time, as JSON.
    Info,
    /// The `go.mod`.
    Mod,
    /// The content.
    Zip,
}

impl FileKind {
    /// The end of the path, with its dot.
    pub fn suffix(self) -> &'static str {
        match self {
            FileKind::Info => ".info",
            FileKind::Mod => ".mod",
            FileKind::Zip => ".zip",
        }
    }
}

/// A request to a checksum database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SumdbRequest {
    /// `supported`: whether the proxy passes requests to the database on. The proxy itself answers.
    Supported,
    /// `latest`: the newest signed tree.
    Latest,
    /// `lookup/MODULE@VERSION`.
    Lookup {
        /// The module's path, not escaped.
        module: String,
        /// The version, not escaped.
        version: String,
    },
    /// `tile/...`.
    Tile(Tile),
}

/// A path that is no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadRequest {
    /// It has none of the forms.
    #[error("no module proxy request")]
    Form,
    /// Its module or version is none.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// `.mod` and `.zip` are there for canonical versions only.
    #[error("version {0:?} is not canonical")]
    NotCanonical(String),
}

impl Request {
    /// Reads a path below the proxy's own, without a leading slash, percent-decoded.
    ///
    /// # Errors
    /// When it is no request. A proxy answers 404 to that.
    pub fn parse(path: &str) -> Result<Self, BadRequest> {
        if let Some(rest) = path.strip_prefix("sumdb/") {
            return parse_sumdb(rest);
        }
        if let Some(module) = path.strip_suffix("/@latest") {
            return Ok(Request::Latest { module: unescape_path(module)? });
        }
        // The last one: a module's path cannot hold an @, but what is checked need not be a module's path.
        let (module, file) = path.rsplit_once("/@v/").ok_or(BadRequest::Form)?;
        if file == "list" {
            return Ok(Request::List { module: unescape_path(module)? });
        }
        let kinds = [FileKind::Info, FileKind::Mod, FileKind::Zip];
        let found = kinds.into_iter().find_map(|kind| Some((kind, file.strip_suffix(kind.suffix())?)));
        let (kind, escaped) = found.ok_or(BadRequest::Form)?;
        let (module, version) = (unescape_path(module)?, unescape_version(escaped)?);
        if kind != FileKind::Info && !version::is_canonical(&version) {
            return Err(BadRequest::NotCanonical(version));
        }
        Ok(Request::File { module, version, kind })
    }

    /// The path, escaped, without a leading slash.
    ///
    /// # Errors
    /// When module or version are none.
    pub fn path(&self) -> Result<String, ModuleError> {
        let version_error = |path: &str| {
            let path = path.to_owned();
            move |source| ModuleError::Version { path, source }
        };
        Ok(match self {
            Request::List { module } => format!("{}/@v/list", escape_path(module)?),
            Request::Latest { module } => format!("{}/@latest", escape_path(module)?),
            Request::File { module, version, kind } => {
                let version = escape_version(version).map_err(version_error(module))?;
                format!("{}/@v/{version}{}", escape_path(module)?, kind.suffix())
            }
            Request::Sumdb { name, request } => match request {
                SumdbRequest::Supported => format!("sumdb/{name}/supported"),
                SumdbRequest::Latest => format!("sumdb/{name}/latest"),
                SumdbRequest::Tile(tile) => format!("sumdb/{name}/{tile}"),
                SumdbRequest::Lookup { module, version } => {
                    let version = escape_version(version).map_err(version_error(module))?;
                    format!("sumdb/{name}/lookup/{}@{version}", escape_path(module)?)
                }
            },
        })
    }

    /// The module that is asked for; of a checksum database only in lookups.
    pub fn module(&self) -> Option<&str> {
        match self {
            Request::List { module }
            | Request::Latest { module }
            | Request::File { module, .. }
            | Request::Sumdb { request: SumdbRequest::Lookup { module, .. }, .. } => Some(module),
            Request::Sumdb { .. } => None,
        }
    }

    /// Whether the answer never changes once it is there: files of canonical versions, lookups, full tiles and, because
    /// they are the beginning of full ones, partial tiles too.
    pub fn is_immutable(&self) -> bool {
        match self {
            Request::List { .. } | Request::Latest { .. } => false,
            Request::File { version, .. } => version::is_canonical(version),
            Request::Sumdb { request, .. } => {
                matches!(request, SumdbRequest::Lookup { .. } | SumdbRequest::Tile(_))
            }
        }
    }
}

/// `NAME/supported` and so on. The name may hold slashes, so that the end decides.
fn parse_sumdb(rest: &str) -> Result<Request, BadRequest> {
    let found = |name: &str, request| {
        let ok = !name.is_empty() && !name.split('/').any(|part| matches!(part, "" | "." | ".."));
        if ok { Ok(Request::Sumdb { name: name.to_owned(), request }) } else { Err(BadRequest::Form) }
    };
    if let Some(name) = rest.strip_suffix("/supported") {
        return found(name, SumdbRequest::Supported);
    }
    if let Some(name) = rest.strip_suffix("/latest") {
        return found(name, SumdbRequest::Latest);
    }
    if let Some(at) = rest.find("/lookup/") {
        let (name, module) = (&rest[..at], &rest[at + "/lookup/".len()..]);
        let (module, version) = module.split_once('@').ok_or(BadRequest::Form)?;
        let (module, version) = (unescape_path(module)?, unescape_version(version)?);
        return found(name, SumdbRequest::Lookup { module, version });
    }
    let at = rest.find("/tile/").ok_or(BadRequest::Form)?;
    let tile = Tile::parse(&rest[at + 1..]).map_err(|_| BadRequest::Form)?;
    found(&rest[..at], SumdbRequest::Tile(tile))
}

/// The content of an `.info` file or of `@latest`. What it says beyond that (`Origin`) matters to `go`, so that a proxy
/// passes the bytes on as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Info {
    /// The version: the canonical one of what was asked for.
    pub version: String,
    /// The commit's time, RFC 3339.
    #[serde(default)]
    pub time: Option<String>,
}

/// An `.info` answer that Go refuses.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadInfo {
    /// Not JSON, or without a version.
    #[error("invalid response from proxy: {0}")]
    Json(#[from] serde_json::Error),
    /// Another version than the canonical one that was asked for.
    #[error("proxy returned info for version {0} instead of requested version")]
    OtherVersion(String),
}

impl Info {
    /// Reads an answer.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadInfo> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// Reads the answer to a request for this version, which must be the same if it is canonical and fits the module.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn parse_for(bytes: &[u8], module: &str, wanted: &str) -> Result<Self, BadInfo> {
        let info = Self::parse(bytes)?;
        let exact = version::is_canonical(wanted) && crate::path::check(module, wanted).is_ok();
        if exact && info.version != wanted { Err(BadInfo::OtherVersion(info.version)) } else { Ok(info) }
    }

    /// The commit's time in seconds since 1970.
    pub fn unix_time(&self) -> Option<UnixTime> {
        parse_rfc3339(self.time.as_deref()?)
    }
}

/// The versions of a `list` answer: the first word of each line that is a version and no pseudo-version, sorted.
pub fn parse_list(text: &str) -> Vec<&str> {
    let words = text.split('\n').filter_map(|line| line.split_whitespace().next());
    let mut versions: Vec<&str> = words.filter(|v| version::is_valid(v) && !version::is_pseudo(v)).collect();
    version::sort(&mut versions);
    versions
}

/// The newest version of a `list` answer by time, which Go takes when a proxy has no `@latest`: the time is the second
/// word of a line, or that of a pseudo-version; other lines do not count.
pub fn latest_of_list(text: &str) -> Option<&str> {
    let mut best: Option<(UnixTime, &str)> = None;
    for line in text.split('\n') {
        let mut words = line.split_whitespace();
        let Some(v) = words.next().filter(|v| version::is_valid(v)) else { continue };
        let time = match words.next() {
            Some(time) => parse_rfc3339(time),
            None => pseudo::time(v).ok(),
        };
        if let Some(time) = time
            && best.is_none_or(|(newest, _)| newest < time)
        {
            best = Some((time, v));
        }
    }
    best.map(|(_, v)| v)
}

/// Sends a request to one proxy.
pub trait Transport: Sync {
    /// An answer: bytes, a stream, a file.
    type Body;
    /// Why there is none.
    type Error: fmt::Display;

    /// Gets a path below a proxy; its full URL is [`ProxyUrl::join`]. Anything but status 200 is a failure, of which
    /// only 404 and 410 are [`Failure::NotFound`].
    fn get(
        &self,
        proxy: &ProxyUrl,
        path: &str,
    ) -> impl Future<Output = Result<Self::Body, (Failure, Self::Error)>> + Send;
}

/// Where the walk over a list ended.
#[derive(Debug)]
pub enum Found<B> {
    /// A proxy answered.
    Answer {
        /// The answer.
        body: B,
        /// Which entry of the list gave it.
        entry: usize,
    },
    /// The list says `direct`, or GONOPROXY names the module: its own version control server has the answer.
    Direct,
    /// The list says `off`.
    Off,
}

/// The walk over a list ended at a failure.
#[derive(Debug)]
pub struct NotFetched<E> {
    /// The failures in order, each with its entry of the list; never empty.
    pub failures: Vec<(usize, Failure, E)>,
}

impl<E> NotFetched<E> {
    /// The failure that Go shows: the last one that is not "not found", else the last one.
    pub fn shown(&self) -> &(usize, Failure, E) {
        let failures = &self.failures;
        let other = failures.iter().rposition(|(_, failure, _)| *failure == Failure::Other);
        &failures[other.unwrap_or(failures.len() - 1)]
    }

    /// Whether every proxy said that it does not exist.
    pub fn is_not_found(&self) -> bool {
        self.failures.iter().all(|(_, failure, _)| *failure == Failure::NotFound)
    }
}

impl<E: fmt::Display> fmt::Display for NotFetched<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().2.fmt(f)
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for NotFetched<E> {}

/// Walks over a list as Go does: each proxy is asked in turn, `,` moving on after [`Failure::NotFound`] and `|` after
/// any failure, until one answers or the list says `direct` or `off`.
///
/// # Errors
/// When the walk ends at a proxy that failed.
pub async fn fetch<T: Transport>(
    list: &ProxyList,
    noproxy: &Patterns,
    request: &Request,
    path: &str,
    transport: &T,
) -> Result<Found<T::Body>, NotFetched<T::Error>> {
    if request.module().is_some_and(|module| noproxy.matches(module)) {
        return Ok(Found::Direct);
    }
    let mut failures = Vec::new();
    for (entry, Entry { source, fallback, .. }) in list.entries.iter().enumerate() {
        let proxy = match source {
            Source::Proxy(proxy) => proxy,
            Source::Direct => return Ok(Found::Direct),
            Source::Off => return Ok(Found::Off),
        };
        match transport.get(proxy, path).await {
            Ok(body) => return Ok(Found::Answer { body, entry }),
            Err((failure, e)) => {
                failures.push((entry, failure, e));
                if !fallback.continues(failure) {
                    break;
                }
            }
        }
    }
    Err(NotFetched { failures })
}

#[cfg(test)]
#[path = "proxy_tests.rs"]
mod tests;
