//! The proxy proper: from a request of the protocol to an answer, by way of memory, the store and the upstreams.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use gomod::pattern::Patterns;
use gomod::sumdb::Client;
use http::{HeaderValue, StatusCode};

use crate::body::Pieces;
use crate::check;
use crate::clients::Clients;
use crate::config::{CacheLocation, Fallback, ServeConfig, Target};
use crate::database::DatabaseOps;
use crate::direct::Direct;
use crate::fetch::{Flight, Flights, Landing, Once, Patience, Sink, Volatile, download, no_room, small};
use crate::hot::{Hot, HotCache, stored_bytes};
use crate::metrics::{Metrics, Served};
use crate::mutable::{Record, Records};
use crate::notes::Notes;
use crate::policy::Gate;
use crate::refusal::Refusal;
use crate::respond::Lifetime;
use crate::route::{ModuleRequest, What};
use crate::store::{Content, DiskStore, Spool, Store, Stored};
use crate::upstream::{Question, Upstream};
use crate::verify::Verifier;

/// Go's own limit for a go.mod.
const MAX_MOD: u64 = 16 << 20;
const MAX_INFO: u64 = 1 << 20;
/// Lists of modules with a version a commit reach a few megabytes.
const MAX_LIST: u64 = 64 << 20;

/// Where modules come from.
#[derive(Debug)]
pub(crate) enum Source {
    Proxy(Arc<Upstream>),
    Direct,
    Off,
}

/// A running proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) config: ServeConfig,
    pub(crate) store: Store,
    pub(crate) hot: HotCache,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) records: Records,
    pub(crate) sources: Vec<(Source, Fallback)>,
    pub(crate) verifier: Verifier,
    /// Set once, right after the proxy exists: it asks through the proxy.
    database: OnceLock<Client<DatabaseOps>>,
    direct: Direct,
    pub(crate) gate: Gate,
    pub(crate) clients: Clients,
    pub(crate) failures: Notes,
    /// Held while the list of pins changes.
    pub(crate) pins: tokio::sync::Mutex<()>,
    flights: Flights,
    refreshes: Once<Result<Arc<Record>, Arc<Refusal>>>,
    pub(crate) blobs: Once<Result<Arc<Hot>, Arc<Refusal>>>,
    noproxy: Patterns,
    fresh_by_pattern: Vec<(Patterns, Duration)>,
    /// Clients for databases reached at their own address.
    pub(crate) databases: Databases,
    pub(crate) supports: moka::sync::Cache<String, bool>,
}

/// Clients by base address, made when first needed.
#[derive(Debug)]
pub(crate) struct Databases {
    config: ServeConfig,
    metrics: Arc<Metrics>,
    made: Mutex<HashMap<url::Url, Arc<Upstream>>>,
}

impl Databases {
    fn new(config: &ServeConfig, metrics: &Arc<Metrics>) -> Self {
        Self { config: config.clone(), metrics: Arc::clone(metrics), made: Mutex::default() }
    }

    pub(crate) fn get(&self, url: &url::Url) -> io::Result<Arc<Upstream>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(upstream) = made.get(url) {
            return Ok(Arc::clone(upstream));
        }
        let upstream = Arc::new(Upstream::new(url, &self.config, &self.metrics)?);
        made.insert(url.clone(), Arc::clone(&upstream));
        Ok(upstream)
    }
}

/// How a request is answered.
pub(crate) enum Answer {
    File(Arc<Hot>, Lifetime, Served),
    /// Pieces of a file that is still being fetched.
    Growing(Pieces, Option<u64>, Served),
    /// For HEAD: it exists, with this length.
    Exists(Option<u64>),
    /// With the time for which a "not found" may be believed.
    Refused(Arc<Refusal>, Option<Duration>, Served),
}

/// What a request permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mode {
    /// Ask upstreams for what is not here.
    pub(crate) fetch: bool,
    /// No body is wanted.
    pub(crate) head: bool,
    /// Do not start before the file is complete (a range of it is wanted).
    pub(crate) whole: bool,
}

/// What becomes of a fetched file after it was handed out.
enum Keep {
    Bytes(Bytes),
    Spool(Spool),
    /// The disk was full: its share of memory, until everybody who waits has it.
    Nothing(Volatile),
}

struct Fetched {
    hot: Arc<Hot>,
    keep: Keep,
    h1: Option<String>,
}

impl Proxy {
    pub(crate) fn new(config: ServeConfig) -> io::Result<Arc<Self>> {
        let metrics = Arc::new(Metrics::new());
        let store = match &config.cache {
            CacheLocation::Disk(folder) => Store::Disk(DiskStore::open_at(folder)?),
            #[cfg(feature = "s3")]
            CacheLocation::S3 { bucket, prefix } => {
                Store::Bucket(crate::store::BucketStore::open_at(bucket, prefix, &config.spool)?)
            }
            #[cfg(not(feature = "s3"))]
            CacheLocation::S3 { .. } => {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "this build has no s3 support: build it with the s3 feature",
                ));
            }
        };
        let mut sources = Vec::new();
        for entry in &config.upstreams {
            let source = match &entry.target {
                Target::Proxy(url) => Source::Proxy(Arc::new(Upstream::new(url, &config, &metrics)?)),
                Target::Direct => Source::Direct,
                Target::Off => Source::Off,
            };
            sources.push((source, entry.fallback));
        }
        let databases = Databases::new(&config, &metrics);
        let gate =
            Gate::new(&config.policy).map_err(|err| io::Error::new(io::ErrorKind::InvalidInput, err))?;
        let verifier = Verifier::new(&config)?;
        let proxy = Arc::new(Self {
            database: OnceLock::new(),
            direct: Direct::new(&config)?,
            gate,
            clients: Clients::new(&config.clients),
            failures: Notes::default(),
            pins: tokio::sync::Mutex::default(),
            hot: HotCache::new(config.memory),
            records: Records::new(config.memory / 4),
            flights: Flights::default(),
            refreshes: Once::default(),
            blobs: Once::default(),
            noproxy: Patterns::parse(&config.no_proxy),
            fresh_by_pattern: config
                .freshness
                .by_pattern
                .iter()
                .map(|(pattern, time)| (Patterns::parse(pattern), *time))
                .collect(),
            supports: moka::sync::Cache::builder()
                .max_capacity(1000)
                .time_to_live(Duration::from_secs(600))
                .build(),
            databases,
            config,
            store,
            metrics,
            sources,
            verifier,
        });
        if let Some(client) = crate::database::client(&proxy, &proxy.config)? {
            let _ = proxy.database.set(client);
        }
        Ok(proxy)
    }

    pub(crate) fn database_client(&self) -> Option<&Client<DatabaseOps>> {
        self.database.get()
    }

    /// Downloads under way.
    pub(crate) fn in_flight(&self) -> usize {
        self.flights.len()
    }

    pub(crate) fn upstreams(&self) -> impl Iterator<Item = &Arc<Upstream>> {
        self.sources.iter().filter_map(|(source, _)| match source {
            Source::Proxy(upstream) => Some(upstream),
            _ => None,
        })
    }

    pub(crate) fn patience(&self) -> Patience {
        Patience { retries: self.config.retries, deadline: Instant::now() + self.config.timeouts.total }
    }

    /// Answers a request for something of a module.
    pub(crate) async fn module(self: &Arc<Self>, request: &ModuleRequest, mode: Mode) -> Answer {
        if request.what.is_immutable() {
            self.immutable(request, mode).await
        } else {
            self.mutable(request, mode).await
        }
    }

    /// Looks into memory and the store.
    pub(crate) async fn cached(&self, key: &str) -> Result<Option<(Arc<Hot>, Served)>, Refusal> {
        if let Some(hot) = self.hot.get(key) {
            return Ok(Some((hot, Served::Memory)));
        }
        let stored = self.store.open(key).await.map_err(|err| {
            self.metrics.store_errors.inc();
            tracing::error!(key, %err, "cannot read the cache");
            no_room(err)
        })?;
        let Some(stored) = stored else { return Ok(None) };
        let h1 = self.known_h1(key, &stored).await;
        let hot = Arc::new(Hot::new(key, stored, h1.as_deref()));
        self.hot.insert(key, Arc::clone(&hot));
        Ok(Some((hot, Served::Store)))
    }

    /// The `.ziphash` beside a large zip.
    async fn known_h1(&self, key: &str, stored: &Stored) -> Option<String> {
        if matches!(stored.content, Content::Bytes(_)) {
            return None;
        }
        let sidecar = format!("{}.ziphash", key.strip_suffix(".zip")?);
        match self.store.open(&sidecar).await.ok()??.content {
            Content::Bytes(bytes) => {
                let text = std::str::from_utf8(&bytes).ok()?.trim();
                (text.starts_with("h1:") && text.len() < 100).then(|| text.to_owned())
            }
            _ => None,
        }
    }

    async fn immutable(self: &Arc<Self>, request: &ModuleRequest, mode: Mode) -> Answer {
        match self.cached(&request.key).await {
            Ok(Some((hot, served))) => return Answer::File(hot, Lifetime::Forever, served),
            Ok(None) => {}
            Err(refusal) => return Answer::Refused(Arc::new(refusal), None, Served::Failed),
        }
        let negative = self.records.get(&self.store, &request.key).await;
        if let Some(record) = &negative
            && record.age(SystemTime::now()) < self.config.freshness.not_found
        {
            let left = self.config.freshness.not_found;
            return Answer::Refused(Arc::new(record.as_refusal()), Some(left), Served::Negative);
        }
        if !mode.fetch || self.config.offline {
            return self.not_here(request);
        }
        if mode.head {
            return self.peek(request).await;
        }
        let (waiter, started) =
            self.flights.join(&request.key, |flight| self.depart(request.clone(), flight));
        let served = if started { Served::Fetched } else { Served::Coalesced };
        match waiter.land(mode.whole).await {
            Landing::Done(hot) => Answer::File(hot, Lifetime::Forever, served),
            Landing::Growing(pieces, total) => Answer::Growing(pieces, total, served),
            Landing::Refused(refusal) if refusal.is_not_found() => {
                Answer::Refused(refusal, Some(self.config.freshness.not_found), served)
            }
            // Known not to exist a while ago, and nobody can be asked now: still the best answer there is.
            Landing::Refused(refusal) => match negative {
                Some(record) if record.age(SystemTime::now()) < self.config.freshness.stale_if_error => {
                    Answer::Refused(Arc::new(record.as_refusal()), Some(Duration::ZERO), Served::Stale)
                }
                _ => Answer::Refused(refusal, None, Served::Failed),
            },
        }
    }

    fn not_here(&self, request: &ModuleRequest) -> Answer {
        let why =
            if self.config.offline { "this proxy is offline and" } else { "fetching was not wanted and" };
        let refusal = Refusal::not_found(format!("not found: {why} {} is not in its cache", request.key));
        Answer::Refused(Arc::new(refusal), Some(Duration::ZERO), Served::Negative)
    }

    /// HEAD of what is not cached: no byte is fetched that nobody asked for.
    async fn peek(self: &Arc<Self>, request: &ModuleRequest) -> Answer {
        let mut best = Best::default();
        for (source, fallback) in self.sources_for(&request.module) {
            let result = match source {
                Source::Proxy(upstream) => {
                    let question = Question { head: true, ..Question::default() };
                    upstream.ask(&request.key, question).await.map(|reply| reply.length)
                }
                Source::Direct => Err(Refusal::not_found("not cached")),
                Source::Off => Err(off()),
            };
            match result {
                Ok(length) => return Answer::Exists(length),
                Err(refusal) => {
                    if !best.offer(refusal, source, *fallback) {
                        break;
                    }
                }
            }
        }
        Answer::Refused(Arc::new(best.worst()), None, Served::Failed)
    }

    /// Where this module comes from. GONOPROXY modules come from their repository whatever the list says.
    fn sources_for(&self, module: &str) -> &[(Source, Fallback)] {
        const DIRECT: &[(Source, Fallback)] = &[(Source::Direct, Fallback::NotFound)];
        if self.noproxy.matches(module) { DIRECT } else { &self.sources }
    }

    /// Starts the task that fetches a file.
    fn depart(self: &Arc<Self>, request: ModuleRequest, flight: Arc<Flight>) {
        struct Finish(Arc<Proxy>, String);
        impl Drop for Finish {
            fn drop(&mut self) {
                self.0.flights.finish(&self.1);
            }
        }
        let proxy = Arc::clone(self);
        tokio::spawn(async move {
            let _finish = Finish(Arc::clone(&proxy), request.key.clone());
            let start = Instant::now();
            match proxy.fetch_file(&request, &flight).await {
                Ok(fetched) => {
                    proxy.failures.fetched(&request.key, start.elapsed());
                    let in_memory = matches!(fetched.keep, Keep::Bytes(_));
                    let on_disk = matches!(fetched.keep, Keep::Spool(_)) && proxy.store.keeps_open_files();
                    if in_memory || on_disk {
                        proxy.hot.insert(&request.key, Arc::clone(&fetched.hot));
                    }
                    flight.update(|progress| progress.end = Some(Ok(fetched.hot)));
                    proxy.keep(&request, fetched.keep, fetched.h1).await;
                }
                Err(refusal) => {
                    if refusal.is_not_found() {
                        proxy.remember(&request.key, Record::of_refusal(&refusal)).await;
                    } else {
                        tracing::warn!(key = request.key, %refusal, "cannot fetch");
                        proxy.failures.failed(&request.key, &refusal);
                    }
                    flight.update(|progress| progress.end = Some(Err(Arc::new(refusal))));
                }
            }
        });
    }

    async fn keep(&self, request: &ModuleRequest, keep: Keep, h1: Option<String>) {
        let result = match keep {
            Keep::Bytes(bytes) => self.store_bytes(&request.key, &bytes).await,
            Keep::Spool(spool) => self.store.commit(spool, &request.key).await,
            Keep::Nothing(_volatile) => {
                // Those who wait hold the file; the share of memory is given back a little before they end.
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(())
            }
        };
        if let Err(err) = result {
            self.store_failed(&request.key, &err);
            return;
        }
        // As in Go's own cache; worth nothing before the zip is there, so it comes after.
        if let (Some(h1), Some(stem)) = (h1, request.key.strip_suffix(".zip"))
            && let Err(err) = self.store.replace(&format!("{stem}.ziphash"), Bytes::from(h1)).await
        {
            self.store_failed(&request.key, &err);
        }
    }

    /// Stores a small immutable file durably.
    pub(crate) async fn store_bytes(&self, key: &str, bytes: &Bytes) -> io::Result<()> {
        use std::io::Write as _;
        let spool = self.store.spool()?;
        spool.file().as_ref().write_all(bytes)?;
        self.store.commit(spool, key).await
    }

    pub(crate) fn store_failed(&self, key: &str, err: &io::Error) {
        self.metrics.store_errors.inc();
        tracing::error!(key, %err, "cannot write the cache: served without being kept");
    }

    pub(crate) async fn remember(&self, key: &str, record: Record) -> Arc<Record> {
        let record = Arc::new(record);
        if let Err(err) = self.records.put(&self.store, key, Arc::clone(&record)).await {
            self.store_failed(key, &err);
        }
        record
    }

    async fn fetch_file(
        self: &Arc<Self>,
        request: &ModuleRequest,
        flight: &Flight,
    ) -> Result<Fetched, Refusal> {
        let mut best = Best::default();
        for (source, fallback) in self.sources_for(&request.module) {
            let result = match source {
                Source::Proxy(upstream) => self.fetch_from(upstream, request, flight).await,
                Source::Direct => self.fetch_direct(request, flight).await,
                Source::Off => Err(off()),
            };
            match result {
                Ok(fetched) => return Ok(fetched),
                Err(refusal) => {
                    if !best.offer(refusal, source, *fallback) {
                        break;
                    }
                }
            }
        }
        Err(best.worst())
    }

    async fn fetch_from(
        self: &Arc<Self>,
        upstream: &Arc<Upstream>,
        request: &ModuleRequest,
        flight: &Flight,
    ) -> Result<Fetched, Refusal> {
        let limit = match &request.what {
            What::Zip(_) => self.config.max_zip,
            What::Mod(_) => MAX_MOD,
            _ => MAX_INFO,
        };
        let mut sink = match request.what {
            What::Zip(_) => Sink::growing(&self.store, limit, flight)?,
            _ => Sink::memory(limit),
        };
        download(upstream, &request.key, &mut sink, self.patience(), &self.metrics).await?;
        let what = format!("GET {}/{}", upstream.shown(), request.key);
        self.inspect(request, sink, &what).await
    }

    async fn fetch_direct(
        self: &Arc<Self>,
        request: &ModuleRequest,
        flight: &Flight,
    ) -> Result<Fetched, Refusal> {
        let what = format!("direct {}", request.key);
        let sink = match &request.what {
            What::Zip(version) => {
                let mut sink = Sink::growing(&self.store, self.config.max_zip, flight)?;
                let scratch = self.store.spool().map_err(no_room)?;
                if let Sink::Growing { file, len, .. } = &mut sink {
                    *len = self.direct.zip(&request.module, version, Arc::clone(file), scratch).await?;
                }
                sink
            }
            What::Mod(version) => self.direct.go_mod(&request.module, version).await?.into(),
            What::Info(version) => self.direct.info(&request.module, version).await?.into(),
            _ => return Err(Refusal::not_found("not found")),
        };
        self.inspect(request, sink, &what).await
    }

    /// Checks a complete file; nothing that fails here is kept, or handed out in whole.
    async fn inspect(
        self: &Arc<Self>,
        request: &ModuleRequest,
        sink: Sink<'_>,
        what: &str,
    ) -> Result<Fetched, Refusal> {
        let bad = |reason: String| Refusal::bad_gateway("proxy-bad-content", format!("{what}: {reason}"));
        match sink {
            Sink::Memory { bytes, .. } => {
                let bytes = Bytes::from(bytes);
                check::refuse_page_body(&bytes, what)?;
                match &request.what {
                    What::Info(version) => check::info(&bytes, version).map_err(bad)?,
                    What::Mod(version) => self.verify_mod(&request.module, version, &bytes).await?,
                    _ => {}
                }
                let hot = Arc::new(Hot::new(&request.key, stored_bytes(bytes.clone()), None));
                Ok(Fetched { hot, keep: Keep::Bytes(bytes), h1: None })
            }
            Sink::Growing { file, spool, volatile, len, .. } => {
                check::zip_is_complete(&file, len).map_err(bad)?;
                let h1 = match &request.what {
                    What::Zip(version) => self.verify_zip(&request.module, version, &file).await?,
                    _ => None,
                };
                let content = Content::File(file);
                let stored = Stored { size: len, modified: SystemTime::now(), content };
                let hot = Arc::new(Hot::new(&request.key, stored, h1.as_deref()));
                let keep = spool.map_or(Keep::Nothing(volatile), Keep::Spool);
                Ok(Fetched { hot, keep, h1 })
            }
        }
    }

    fn time_to_live(&self, request: &ModuleRequest, found: bool) -> Duration {
        if let Some((_, time)) =
            self.fresh_by_pattern.iter().find(|(pattern, _)| pattern.matches(&request.module))
        {
            return *time;
        }
        let freshness = &self.config.freshness;
        match &request.what {
            _ if !found => freshness.not_found,
            What::List => freshness.list,
            What::Latest => freshness.latest,
            _ => freshness.query,
        }
    }

    fn of_record(&self, request: &ModuleRequest, record: &Record, served: Served, ttl: Duration) -> Answer {
        if record.is_found() {
            Answer::File(record.hot(&request.key), Lifetime::For(ttl), served)
        } else {
            let served = if served == Served::Memory { Served::Negative } else { served };
            Answer::Refused(Arc::new(record.as_refusal()), Some(ttl), served)
        }
    }

    async fn mutable(self: &Arc<Self>, request: &ModuleRequest, mode: Mode) -> Answer {
        let freshness = &self.config.freshness;
        let record = self.records.get(&self.store, &request.key).await;
        if let Some(record) = &record {
            let ttl = self.time_to_live(request, record.is_found());
            let age = record.age(SystemTime::now());
            if age < ttl || !mode.fetch || self.config.offline {
                return self.of_record(request, record, Served::Memory, ttl);
            }
            // Old, but just a little: given at once, and renewed behind it. A "not found" is not given so: what was
            // pushed a minute ago is asked for again and again.
            if record.is_found() && age < ttl.saturating_add(freshness.stale_while_revalidate) {
                self.refreshes.start(&request.key, || self.renewal(request, Some(Arc::clone(record))));
                return self.of_record(request, record, Served::Stale, Duration::ZERO);
            }
        }
        if !mode.fetch || self.config.offline {
            return match self.cached_versions(request).await {
                Some(hot) => Answer::File(hot, Lifetime::For(Duration::ZERO), Served::Store),
                None => self.not_here(request),
            };
        }
        let (result, started) =
            self.refreshes.run(&request.key, || self.renewal(request, record.clone())).await;
        let served = if started { Served::Fetched } else { Served::Coalesced };
        let refusal = match result {
            Some(Ok(record)) => {
                return self.of_record(
                    request,
                    &record,
                    served,
                    self.time_to_live(request, record.is_found()),
                );
            }
            Some(Err(refusal)) => refusal,
            None => Arc::new(Refusal::unavailable("", "internal error: the fetch ended without a result")),
        };
        if let Some(record) = record
            && record.age(SystemTime::now()) < freshness.stale_if_error
        {
            return self.of_record(request, &record, Served::Stale, Duration::ZERO);
        }
        match self.cached_versions(request).await {
            Some(hot) => Answer::File(hot, Lifetime::For(Duration::ZERO), Served::Stale),
            None => Answer::Refused(refusal, None, Served::Failed),
        }
    }

    /// The work of getting a new answer to what may change. Owned, so that it outlives the request.
    fn renewal(
        self: &Arc<Self>,
        request: &ModuleRequest,
        old: Option<Arc<Record>>,
    ) -> impl Future<Output = Result<Arc<Record>, Arc<Refusal>>> + Send + 'static {
        let (proxy, request) = (Arc::clone(self), request.clone());
        async move {
            let start = Instant::now();
            match proxy.fetch_mutable(&request, old.as_deref()).await {
                Ok(record) => {
                    proxy.failures.fetched(&request.key, start.elapsed());
                    if request.what == What::List && record.is_found() {
                        // For whoever serves the folder with a plain file server.
                        let _ = proxy.store.replace(&request.key, record.body.clone()).await;
                    }
                    Ok(proxy.remember(&request.key, record).await)
                }
                Err(refusal) if refusal.is_not_found() => {
                    Ok(proxy.remember(&request.key, Record::of_refusal(&refusal)).await)
                }
                Err(refusal) => {
                    tracing::warn!(key = request.key, %refusal, "cannot fetch");
                    proxy.failures.failed(&request.key, &refusal);
                    Err(Arc::new(refusal))
                }
            }
        }
    }

    /// Gets a new answer now, whatever is kept. For `POST /-/refresh`.
    pub(crate) async fn refresh(
        self: &Arc<Self>,
        request: &ModuleRequest,
    ) -> Result<Arc<Record>, Arc<Refusal>> {
        let (result, _) = self.refreshes.run(&request.key, || self.renewal(request, None)).await;
        result.unwrap_or_else(|| Err(Arc::new(Refusal::unavailable("", "internal error"))))
    }

    async fn fetch_mutable(
        self: &Arc<Self>,
        request: &ModuleRequest,
        old: Option<&Record>,
    ) -> Result<Record, Refusal> {
        let mut best = Best::default();
        let sources = self.sources_for(&request.module);
        // Several upstreams have several validators; only one can be asked "still this?".
        let tag = match (sources, old) {
            ([(Source::Proxy(_), _)], Some(old)) if old.is_found() => old.etag.as_ref(),
            _ => None,
        };
        for (at, (source, fallback)) in sources.iter().enumerate() {
            let result = match source {
                Source::Proxy(upstream) => {
                    let next = match sources.get(at + 1) {
                        Some((Source::Proxy(next), _)) => Some(next),
                        _ => None,
                    };
                    self.ask_mutable(upstream, next, request, tag, old).await
                }
                Source::Direct => self.direct_mutable(request).await,
                Source::Off => Err(off()),
            };
            match result {
                Ok(record) => return Ok(record),
                Err(refusal) => {
                    if !best.offer(refusal, source, *fallback) {
                        break;
                    }
                }
            }
        }
        Err(best.worst())
    }

    async fn direct_mutable(&self, request: &ModuleRequest) -> Result<Record, Refusal> {
        let body = match &request.what {
            What::List => self.direct.list(&request.module).await?,
            What::Latest => self.direct.latest(&request.module).await?,
            What::Query(revision) => self.direct.info(&request.module, revision).await?,
            _ => return Err(Refusal::not_found("not found")),
        };
        Ok(Record::new(StatusCode::OK, body, None, None))
    }

    async fn ask_mutable(
        &self,
        upstream: &Arc<Upstream>,
        next: Option<&Arc<Upstream>>,
        request: &ModuleRequest,
        tag: Option<&HeaderValue>,
        old: Option<&Record>,
    ) -> Result<Record, Refusal> {
        let ask = |upstream| small(upstream, &request.key, tag, MAX_LIST, self.patience(), &self.metrics);
        let answer = match (self.config.hedge_after, next) {
            (Some(after), Some(next)) => {
                let first = ask(upstream);
                tokio::pin!(first);
                match tokio::time::timeout(after, &mut first).await {
                    Ok(answer) => answer?,
                    Err(_) => {
                        self.metrics.hedged.inc();
                        let second = ask(next);
                        tokio::pin!(second);
                        // The first good answer wins; a bad one waits for the other.
                        tokio::select! {
                            answer = &mut first => match answer { Ok(answer) => answer, Err(_) => second.await? },
                            answer = &mut second => match answer { Ok(answer) => answer, Err(_) => first.await? },
                        }
                    }
                }
            }
            _ => ask(upstream).await?,
        };
        match (answer, old) {
            (Some((body, headers)), _) => {
                let what = format!("GET {}/{}", upstream.shown(), request.key);
                check::refuse_page_body(&body, &what)?;
                let header = |name| headers.get(name).cloned();
                let (content_type, etag) = (header(http::header::CONTENT_TYPE), header(http::header::ETAG));
                Ok(Record::new(StatusCode::OK, body, content_type, etag))
            }
            (None, Some(old)) => Ok(old.renewed()),
            (None, None) => Err(Refusal::bad_gateway("proxy-bad-content", "304 to an unconditional request")),
        }
    }

    /// When nobody can be asked: the versions that are in the cache are a true answer, though maybe not all of it.
    async fn cached_versions(&self, request: &ModuleRequest) -> Option<Arc<Hot>> {
        let folder = match &request.what {
            What::List => request.key.strip_suffix("/list")?.to_owned(),
            What::Latest => format!("{}/@v", request.key.strip_suffix("/@latest")?),
            _ => return None,
        };
        let mut versions: Vec<String> = Vec::new();
        for listed in self.store.list(&folder).await.ok()? {
            let name = listed.key.strip_prefix(&folder)?.trim_start_matches('/');
            if let Some(version) = name.strip_suffix(".info")
                && let Ok(version) = gomod::path::unescape_version(version)
                && gomod::version::is_canonical(&version)
            {
                versions.push(version);
            }
        }
        gomod::version::sort(&mut versions);
        if request.what == What::Latest {
            let release = versions.iter().rev().find(|v| gomod::version::prerelease(v).is_empty());
            let latest = release.or(versions.last())?;
            let escaped = gomod::path::escape_version(latest).ok()?;
            return self.cached(&format!("{folder}/{escaped}.info")).await.ok()?.map(|(hot, _)| hot);
        }
        versions.retain(|version| !gomod::version::is_pseudo(version));
        if versions.is_empty() {
            return None;
        }
        let body = versions.join("\n") + "\n";
        Some(Arc::new(Hot::new(&request.key, stored_bytes(Bytes::from(body)), None)))
    }
}

fn off() -> Refusal {
    Refusal::not_found("not found: module lookup disabled by GOPROXY=off")
}

/// Of several refusals the one that tells most, by Go's own order: direct's, then a proxy's real error, then
/// "not found".
#[derive(Debug, Default)]
pub(crate) struct Best {
    refusal: Option<Refusal>,
    rank: u8,
}

impl Best {
    /// Takes a source's refusal. True if the next source may be asked.
    pub(crate) fn offer(&mut self, refusal: Refusal, source: &Source, fallback: Fallback) -> bool {
        let not_found = refusal.is_not_found();
        let rank = match source {
            Source::Direct => 2,
            _ if not_found => 0,
            _ => 1,
        };
        if self.refusal.is_none() || rank >= self.rank {
            self.rank = rank;
            self.refusal = Some(refusal);
        }
        not_found || fallback == Fallback::AnyError
    }

    pub(crate) fn worst(self) -> Refusal {
        self.refusal.unwrap_or_else(|| {
            Refusal::unavailable(
                "goproxy-config",
                "no upstream is configured: this proxy serves its cache only",
            )
        })
    }
}
