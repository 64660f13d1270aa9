//! Checksum databases through us: answered from the cache where nothing can change, passed on where it can. A client
//! verifies what it gets here against the database's key, so nobody has to trust this cache.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;
use url::Url;

use crate::fetch::small;
use crate::hot::{Hot, stored_bytes};
use crate::metrics::Served;
use crate::mutable::Record;
use crate::proxy::{Answer, Best, Mode, Proxy, Source};
use crate::refusal::Refusal;
use crate::respond::Lifetime;
use crate::route::SumdbRequest;
use crate::store::Content;
use crate::upstream::Upstream;

/// Go's tiles are 256 hashes of 32 bytes.
const TILE_WIDTH: usize = 256;
const HASH: usize = 32;
const MAX_ANSWER: u64 = 4 << 20;
/// How long "the newest tree" may be kept.
const LATEST: Duration = Duration::from_secs(60);

/// What is asked of a database.
#[derive(Debug, PartialEq, Eq)]
enum Ask {
    Supported,
    Latest,
    Lookup,
    /// Hashes in it; `None` for a data tile.
    Tile(Option<usize>),
}

/// Only names that a client can mean become file names here.
fn classify(rest: &str) -> Option<Ask> {
    match rest {
        "supported" => return Some(Ask::Supported),
        "latest" => return Some(Ask::Latest),
        _ => {}
    }
    if let Some(module) = rest.strip_prefix("lookup/") {
        let (path, version) = module.split_once('@')?;
        let path = gomod::path::unescape_path(path).ok()?;
        let version = gomod::path::unescape_version(version).ok()?;
        return (!path.is_empty() && gomod::version::is_canonical(&version)).then_some(Ask::Lookup);
    }
    let mut parts = rest.strip_prefix("tile/")?.split('/').peekable();
    let number = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    (parts.next()? == "8").then_some(())?;
    let level = parts.next()?;
    let data = level == "data";
    (data || (number(level) && level.len() <= 2)).then_some(())?;
    // x001/x234/067, and .p/W behind the last for a partial one.
    while let Some(part) = parts.next() {
        if let Some(index) = part.strip_suffix(".p") {
            let width: usize = parts.next()?.parse().ok()?;
            let good = number(index)
                && index.len() == 3
                && (1..TILE_WIDTH).contains(&width)
                && parts.next().is_none();
            return good.then_some(Ask::Tile((!data).then_some(width)));
        }
        if parts.peek().is_none() {
            let good = number(part) && part.len() == 3;
            return good.then_some(Ask::Tile((!data).then_some(TILE_WIDTH)));
        }
        (part.len() == 4 && part.starts_with('x') && number(&part[1..])).then_some(())?;
    }
    None
}

/// Is this body what was asked for, as far as its shape tells? Keeps a lying upstream from filling the cache.
fn shape_is_right(ask: &Ask, body: &[u8], name: &str) -> bool {
    match ask {
        Ask::Tile(Some(width)) => body.len() == width * HASH,
        Ask::Tile(None) => !body.is_empty(),
        Ask::Lookup | Ask::Latest => {
            let Ok(text) = std::str::from_utf8(body) else { return false };
            // A signed note: text, empty line, signature lines with the database's name.
            text.contains("go.sum database tree\n") && text.contains(&format!("\n\n\u{2014} {name} "))
        }
        Ask::Supported => true,
    }
}

impl Proxy {
    /// Answers a request to a checksum database.
    pub(crate) async fn sumdb(self: &Arc<Self>, request: &SumdbRequest, mode: Mode) -> Answer {
        let Some(ask) = classify(&request.rest) else {
            let text = format!("not found: not a path of a checksum database: {}", request.rest);
            return Answer::Refused(Arc::new(Refusal::not_found(text)), None, Served::Refused);
        };
        let result = match ask {
            Ask::Supported => self.sumdb_supported(&request.name, mode).await,
            Ask::Latest => self.sumdb_latest(request, mode).await,
            Ask::Lookup | Ask::Tile(_) => self.sumdb_blob(request, ask, mode).await,
        };
        result.unwrap_or_else(|refusal| {
            let served = if refusal.is_not_found() { Served::Negative } else { Served::Failed };
            Answer::Refused(refusal, None, served)
        })
    }

    /// A database of our own settings: known without asking anybody.
    fn sumdb_is_ours(&self, name: &str) -> bool {
        self.config.sumdb.as_ref().is_some_and(|sumdb| sumdb.name == name)
    }

    async fn sumdb_supported(self: &Arc<Self>, name: &str, mode: Mode) -> Result<Answer, Arc<Refusal>> {
        let known = self.sumdb_is_ours(name) || self.supports.get(name) == Some(true);
        let supported = known || {
            // Once used, always known: what is cached below a name works without the upstream.
            let cached = self.store.open(&format!("sumdb/{name}/.supported")).await.ok().flatten().is_some();
            cached || (mode.fetch && !self.config.offline && self.sumdb_source(name).await?.is_some())
        };
        if !supported {
            let text = format!("not found: no checksum database {name} here");
            return Err(Arc::new(Refusal::not_found(text)));
        }
        let hot = Hot::new("supported", stored_bytes(Bytes::new()), None);
        Ok(Answer::File(Arc::new(hot), Lifetime::For(Duration::from_secs(600)), Served::Memory))
    }

    /// The upstream that passes requests to the database on. `None`: there is none.
    async fn sumdb_source(self: &Arc<Self>, name: &str) -> Result<Option<Arc<Upstream>>, Arc<Refusal>> {
        let mut best = Best::default();
        for (source, fallback) in &self.sources {
            let Source::Proxy(upstream) = source else { break };
            let known = format!("{} {name}", upstream.shown());
            match self.supports.get(&known) {
                Some(true) => return Ok(Some(Arc::clone(upstream))),
                Some(false) => continue,
                None => {}
            }
            let path = format!("sumdb/{name}/supported");
            match small(upstream, &path, None, 64 << 10, self.patience(), &self.metrics).await {
                Ok(_) => {
                    self.supports.insert(known, true);
                    self.supports.insert(name.to_owned(), true);
                    let marker = format!("sumdb/{name}/.supported");
                    if let Err(err) = self.store.replace(&marker, Bytes::from_static(b"yes\n")).await {
                        self.store_failed(&marker, &err);
                    }
                    return Ok(Some(Arc::clone(upstream)));
                }
                Err(refusal) => {
                    if refusal.is_not_found() {
                        self.supports.insert(known, false);
                    }
                    if !best.offer(refusal, source, *fallback) {
                        break;
                    }
                }
            }
        }
        let refusal = best.worst();
        // "No upstream at all" and "not there" are both a plain no.
        if refusal.is_not_found() || refusal.cause == "goproxy-config" {
            return Ok(None);
        }
        Err(Arc::new(unreachable(refusal)))
    }

    /// Asks whoever can answer for the database.
    pub(crate) async fn sumdb_ask(self: &Arc<Self>, name: &str, rest: &str) -> Result<Bytes, Arc<Refusal>> {
        let own = self.config.sumdb.as_ref().filter(|sumdb| sumdb.name == name);
        if let Some(url) = own.and_then(|sumdb| sumdb.url.as_ref()) {
            return self.sumdb_direct(url, rest).await;
        }
        match self.sumdb_source(name).await {
            Ok(Some(upstream)) => {
                let path = format!("sumdb/{name}/{rest}");
                let answer = small(&upstream, &path, None, MAX_ANSWER, self.patience(), &self.metrics).await;
                answer
                    .map(|answer| answer.unwrap_or_default().0)
                    .map_err(|refusal| Arc::new(unreachable(refusal)))
            }
            // Nobody passes it on: a database we know is reached at its own address, as `go` does.
            Ok(None) if own.is_some() => match Url::parse(&format!("https://{name}")) {
                Ok(url) => self.sumdb_direct(&url, rest).await,
                Err(err) => {
                    Err(Arc::new(Refusal::unavailable("sumdb-unreachable", format!("{name}: {err}"))))
                }
            },
            Ok(None) => {
                Err(Arc::new(Refusal::not_found(format!("not found: no checksum database {name} here"))))
            }
            Err(refusal) => Err(refusal),
        }
    }

    async fn sumdb_direct(self: &Arc<Self>, url: &Url, rest: &str) -> Result<Bytes, Arc<Refusal>> {
        let database = self.sumdb_database(url).map_err(Arc::new)?;
        let answer = small(&database, rest, None, MAX_ANSWER, self.patience(), &self.metrics).await;
        answer.map(|answer| answer.unwrap_or_default().0).map_err(|refusal| Arc::new(unreachable(refusal)))
    }

    async fn sumdb_latest(
        self: &Arc<Self>,
        request: &SumdbRequest,
        mode: Mode,
    ) -> Result<Answer, Arc<Refusal>> {
        let key = format!("sumdb/{}/latest", request.name);
        let old = self.records.get(&self.store, &key).await;
        let may_ask = mode.fetch && !self.config.offline;
        if let Some(record) = &old
            && (!may_ask || record.age(SystemTime::now()) < LATEST)
        {
            return Ok(Answer::File(record.hot(&key), Lifetime::For(LATEST), Served::Memory));
        }
        if !may_ask {
            return Err(Arc::new(Refusal::not_found("not found: not in the cache")));
        }
        let checked = self.sumdb_ask(&request.name, &request.rest).await.and_then(|body| {
            if shape_is_right(&Ask::Latest, &body, &request.name) { Ok(body) } else { Err(strange(request)) }
        });
        match (checked, old) {
            (Ok(body), _) => {
                let record = self.remember(&key, Record::new(StatusCode::OK, body, None, None)).await;
                Ok(Answer::File(record.hot(&key), Lifetime::For(LATEST), Served::Fetched))
            }
            (Err(refusal), Some(record)) if !refusal.is_not_found() => {
                Ok(Answer::File(record.hot(&key), Lifetime::For(Duration::ZERO), Served::Stale))
            }
            (Err(refusal), _) => Err(refusal),
        }
    }

    async fn sumdb_blob(
        self: &Arc<Self>,
        request: &SumdbRequest,
        ask: Ask,
        mode: Mode,
    ) -> Result<Answer, Arc<Refusal>> {
        let key = format!("sumdb/{}/{}", request.name, request.rest);
        if let Some((hot, served)) = self.cached(&key).await.map_err(Arc::new)? {
            return Ok(Answer::File(hot, Lifetime::Forever, served));
        }
        if let Some(hot) = self.tile_from_larger(&key, &ask).await {
            return Ok(Answer::File(hot, Lifetime::Forever, Served::Store));
        }
        if !mode.fetch || self.config.offline {
            return Err(Arc::new(Refusal::not_found(format!("not found: {key} is not in the cache"))));
        }
        let (proxy, request, name) = (Arc::clone(self), request.clone(), key.clone());
        let (result, started) = self
            .blobs
            .run(&key, move || async move {
                let body = proxy.sumdb_ask(&request.name, &request.rest).await?;
                if !shape_is_right(&ask, &body, &request.name) {
                    return Err(strange(&request));
                }
                let keep = ask != Ask::Lookup
                    || proxy.database_vouches(&request.name, &body).await.map_err(Arc::new)?;
                let hot = Arc::new(Hot::new(&name, stored_bytes(body.clone()), None));
                if keep {
                    proxy.hot.insert(&name, Arc::clone(&hot));
                    if let Err(err) = proxy.store_bytes(&name, &body).await {
                        proxy.store_failed(&name, &err);
                    }
                }
                Ok(hot)
            })
            .await;
        let hot = result.unwrap_or_else(|| Err(Arc::new(Refusal::unavailable("", "internal error"))))?;
        let served = if started { Served::Fetched } else { Served::Coalesced };
        Ok(Answer::File(hot, Lifetime::Forever, served))
    }

    /// A partial tile is the beginning of the full one.
    async fn tile_from_larger(&self, key: &str, ask: &Ask) -> Option<Arc<Hot>> {
        let Ask::Tile(Some(width)) = ask else { return None };
        let (full, _) = key.split_once(".p/")?;
        let (hot, _) = self.cached(full).await.ok()??;
        match &hot.content {
            Content::Bytes(bytes) if bytes.len() == TILE_WIDTH * HASH => {
                let hot = Arc::new(Hot::new(key, stored_bytes(bytes.slice(..width * HASH)), None));
                self.hot.insert(key, Arc::clone(&hot));
                Some(hot)
            }
            _ => None,
        }
    }

    /// The client for a database that is reached at its own address.
    fn sumdb_database(&self, url: &Url) -> Result<Arc<Upstream>, Refusal> {
        self.databases.get(url).map_err(|err| {
            Refusal::unavailable("sumdb-unreachable", format!("cannot set up a client for {url}: {err}"))
        })
    }
}

/// Whatever went wrong on the way to a database, the name of the trouble is the database; the reason stays in the
/// text. A certificate or a name that cannot be resolved is told by its own id in the text.
fn unreachable(refusal: Refusal) -> Refusal {
    if refusal.is_not_found() {
        return refusal;
    }
    let status = match refusal.status {
        StatusCode::GATEWAY_TIMEOUT => StatusCode::GATEWAY_TIMEOUT,
        StatusCode::BAD_GATEWAY => StatusCode::BAD_GATEWAY,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let message = format!("{}: {}", refusal.cause, refusal.message);
    Refusal { status, cause: "sumdb-unreachable", message, ..refusal }
}

fn strange(request: &SumdbRequest) -> Arc<Refusal> {
    let text =
        format!("sumdb/{}/{}: the answer is not what a checksum database says", request.name, request.rest);
    Arc::new(Refusal::bad_gateway("proxy-bad-content", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_a_client_can_mean() {
        for (rest, want) in [
            ("supported", Some(Ask::Supported)),
            ("latest", Some(Ask::Latest)),
            ("lookup/golang.org/x/net@v0.1.0", Some(Ask::Lookup)),
            ("lookup/github.com/!burnt!sushi/toml@v1.0.0", Some(Ask::Lookup)),
            ("lookup/golang.org/x/net@master", None),
            ("lookup/golang.org/x/net", None),
            ("tile/8/0/000", Some(Ask::Tile(Some(256)))),
            ("tile/8/0/x123/067", Some(Ask::Tile(Some(256)))),
            ("tile/8/0/x123/x004/067.p/3", Some(Ask::Tile(Some(3)))),
            ("tile/8/data/x123/067", Some(Ask::Tile(None))),
            ("tile/8/0/x123/067.p/256", None),
            ("tile/8/0/x123/067.p/0", None),
            ("tile/8/0/x123/067.p", None),
            ("tile/8/0/x123/067.p/3/4", None),
            ("tile/9/0/000", None),
            ("tile/8/0/1", None),
            ("tile/8/0/x12/000", None),
            ("tile/8/0", None),
            ("other", None),
        ] {
            assert_eq!(classify(rest), want, "{rest}");
        }
    }
}
