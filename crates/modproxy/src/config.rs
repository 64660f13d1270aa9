//! Everything `serve` can be told, resolved: no file, variable or flag is looked at after this.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

pub use gomod::credentials::Secret;

/// Where fetched files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CacheLocation {
    /// A folder in the layout of `$GOMODCACHE/cache/download`. A folder that is itself a GOMODCACHE (it holds
    /// `cache/download`) is used at that place.
    Disk(PathBuf),
    /// A bucket of an S3-compatible store (needs the `s3` feature).
    S3 {
        /// Bucket name.
        bucket: String,
        /// Prefix of every key, without slashes at its ends; may be empty.
        prefix: String,
    },
}

impl CacheLocation {
    /// Understands `s3://BUCKET/PREFIX` and folder names.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("s3://") {
            Some(rest) => {
                let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
                Self::S3 { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() }
            }
            None => Self::Disk(PathBuf::from(text)),
        }
    }
}

/// What fetched content is held against before it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// The checksum database. Modules that match GONOSUMDB are not verified.
    #[default]
    Sumdb,
    /// The go.sum files named by `gosum`; a module they do not list is refused.
    Gosum,
    /// Nothing: content is checked for completeness only.
    Off,
}

/// How the next upstream is reached when one fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// `,`: only when the module or version does not exist there.
    NotFound,
    /// `|`: on any error.
    AnyError,
}

/// Where one entry of the upstream list leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another module proxy.
    Proxy(url::Url),
    /// The module's own repository.
    Direct,
    /// Nothing further is asked.
    Off,
}

/// One entry of the upstream list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamEntry {
    /// Where it leads.
    pub target: Target,
    /// When the entry after it is tried.
    pub fallback: Fallback,
}

/// Which database verification trusts and where it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumdbConfig {
    /// The verifier key: `NAME+HASH+KEY`.
    pub key: String,
    /// Name of the database: what `/sumdb/NAME/` says.
    pub name: String,
    /// A URL given beside the name: used instead of the upstreams.
    pub url: Option<url::Url>,
}

/// Time limits of one upstream request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until TCP and TLS are up. Default 10 s.
    pub connect: Duration,
    /// From sending the request to the answer's header. Default 60 s: a proxy may have to clone first.
    pub header: Duration,
    /// Between two pieces of a body. Default 30 s.
    pub idle_body: Duration,
    /// For the whole fetch of a file, retries and resumptions included. Default 15 min.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            header: Duration::from_secs(60),
            idle_body: Duration::from_secs(30),
            total: Duration::from_secs(900),
        }
    }
}

/// When an upstream is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerConfig {
    /// Faults in a row that open it; 0 switches the breaker off. Default 5.
    pub failures: u32,
    /// How long it stays open at first; doubles with every failed trial up to `max_open`. Default 5 s.
    pub open: Duration,
    /// Default 60 s.
    pub max_open: Duration,
}

impl Default for BreakerConfig {
    fn default() -> Self {
        Self { failures: 5, open: Duration::from_secs(5), max_open: Duration::from_secs(60) }
    }
}

/// How long answers that may change are taken as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// `@v/list`. Default 60 s.
    pub list: Duration,
    /// `@latest`. Default 60 s.
    pub latest: Duration,
    /// Branches, commits and other queries. Default 60 s.
    pub query: Duration,
    /// 404 and 410. Default 60 s.
    pub not_found: Duration,
    /// After the time above the old answer is still given at once while a new one is fetched behind it. Default 5 min.
    pub stale_while_revalidate: Duration,
    /// When upstreams fail, an old answer is given for this long. Default 30 days.
    pub stale_if_error: Duration,
    /// Other times for some modules: GOPRIVATE-style pattern list to time to live of all of the above kinds.
    pub by_pattern: Vec<(String, Duration)>,
}

impl Default for Freshness {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            list: minute,
            latest: minute,
            query: minute,
            not_found: minute,
            stale_while_revalidate: Duration::from_secs(300),
            stale_if_error: Duration::from_secs(30 * 24 * 3600),
            by_pattern: Vec::new(),
        }
    }
}

/// Credentials for one upstream host. They are sent to this host only, and never after a redirect to another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// `Authorization: Basic`.
    Basic {
        /// User name.
        user: String,
        /// Password or access token.
        password: Secret,
    },
    /// `Authorization: Bearer`.
    Bearer(Secret),
}

/// TLS of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// PEM chain.
    pub certificate: PathBuf,
    /// PEM private key.
    pub key: PathBuf,
    /// PEM bundle: clients must show a certificate of one of these authorities.
    pub client_ca: Option<PathBuf>,
}

/// Who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientToken {
    /// For logs.
    pub name: String,
    /// Sent as `Authorization: Bearer`, or as the password of basic auth.
    pub token: Secret,
    /// User name for basic auth; any name when empty.
    pub user: Option<String>,
    /// GOPRIVATE-style patterns of modules it may read; empty: all.
    pub modules: Vec<String>,
    /// May purge, refresh, pin, delete.
    pub admin: bool,
}

/// What a policy rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyAction {
    /// Served.
    Allow,
    /// Refused with 403 and the reason.
    Deny,
}

/// One rule; the first that matches decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRule {
    /// What to do.
    pub action: PolicyAction,
    /// GOPRIVATE-style pattern list.
    pub modules: String,
    /// Version range: comparators separated by spaces (all must hold): `>=v1.2.0 <v1.3.0`; empty: every version.
    pub versions: String,
    /// Shown to the user.
    pub reason: String,
}

/// Which modules and versions are served.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// In order; no match: allowed.
    pub rules: Vec<PolicyRule>,
    /// Versions whose `.info` time is younger are hidden and refused.
    pub min_age: Option<Duration>,
    /// GOPRIVATE-style pattern list of modules that `min_age` leaves alone.
    pub min_age_except: String,
}

impl Policy {
    /// Nothing is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.min_age.is_none()
    }
}

/// The resolved settings of a server. `ServeConfig::default()` is what `seaworthy serve` runs with on a machine that
/// sets nothing.
#[derive(Debug, Clone)]
pub struct ServeConfig {
    /// Addresses to listen on. Default `127.0.0.1:3000`. Port 0 picks a free one.
    pub listen: Vec<String>,
    /// Default `./seaworthy-cache`; the command line sets the user's cache folder.
    pub cache: CacheLocation,
    /// Where half-fetched files live when the cache is a bucket. Default: the system's temporary folder.
    pub spool: PathBuf,
    /// In the order they are asked. Default `https://proxy.golang.org,direct`.
    pub upstreams: Vec<UpstreamEntry>,
    /// The database `verify = sumdb` trusts; `None` is `--sumdb off`: nothing is verified, `/sumdb/NAME/` still passes.
    pub sumdb: Option<SumdbConfig>,
    /// Default `sumdb`.
    pub verify: Verify,
    /// go.sum files for `verify = gosum`.
    pub gosum: Vec<PathBuf>,
    /// GONOSUMDB pattern list: modules that are not verified.
    pub no_sumdb: String,
    /// GONOPROXY pattern list: modules fetched from their repository, whatever the list says.
    pub no_proxy: String,
    /// GOINSECURE pattern list: modules that may be fetched without TLS.
    pub insecure: String,
    /// Serve what is cached, ask nobody.
    pub offline: bool,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Further tries after a fault that another try may mend. Default 3.
    pub retries: u32,
    /// Circuit breaker.
    pub breaker: BreakerConfig,
    /// How often a failing upstream is looked at without waiting for clients; 0: never. Default 5 s.
    pub health_interval: Duration,
    /// Ask the next upstream too when one has not answered after this time. Default: never.
    pub hedge_after: Option<Duration>,
    /// Requests in flight to one upstream. Default 64.
    pub upstream_concurrency: usize,
    /// `git` processes at once for `direct`. Default 4.
    pub vcs_concurrency: usize,
    /// The git command. Default `git`.
    pub git: PathBuf,
    /// Environment of the git command beyond what the server itself has.
    pub vcs_env: BTreeMap<String, String>,
    /// Times to live.
    pub freshness: Freshness,
    /// By host name (`host` or `host:port`).
    pub credentials: BTreeMap<String, Credential>,
    /// PEM files with further authorities to trust towards upstreams.
    pub upstream_ca: Vec<PathBuf>,
    /// PEM certificate and key shown to upstreams that ask, by host.
    pub client_certificates: BTreeMap<String, (PathBuf, PathBuf)>,
    /// Bytes the cache may take; the least recently used zips go first. Default: no limit.
    pub quota: Option<u64>,
    /// Bytes of memory for small hot files. Default 24 MiB.
    pub memory: u64,
    /// Send cached files with sendfile(2) on cleartext connections. Default on.
    pub sendfile: bool,
    /// TLS towards clients.
    pub tls: Option<TlsConfig>,
    /// Empty: everybody may read.
    pub clients: Vec<ClientToken>,
    /// May everybody who can connect purge, refresh and delete? Default: only over loopback connections and admin tokens.
    pub open_admin: bool,
    /// Modules and versions that are served.
    pub policy: Policy,
    /// Connections at once; further ones wait in the kernel's queue. Default 4096.
    pub max_connections: usize,
    /// Time for a request's header to arrive. Default 10 s.
    pub header_timeout: Duration,
    /// A response that cannot be written for this long is given up. Default 60 s.
    pub write_timeout: Duration,
    /// Time for running responses after a stop is asked. Default 30 s.
    pub drain: Duration,
    /// Largest zip that is fetched. Default 500 MiB, Go's own limit.
    pub max_zip: u64,
    /// One line a request at tracing target `access`. Default off.
    pub access_log: bool,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            listen: vec!["127.0.0.1:3000".into()],
            cache: CacheLocation::Disk(PathBuf::from("seaworthy-cache")),
            spool: std::env::temp_dir(),
            upstreams: Vec::new(),
            sumdb: None,
            verify: Verify::Sumdb,
            gosum: Vec::new(),
            no_sumdb: String::new(),
            no_proxy: String::new(),
            insecure: String::new(),
            offline: false,
            timeouts: Timeouts::default(),
            retries: 3,
            breaker: BreakerConfig::default(),
            health_interval: Duration::from_secs(5),
            hedge_after: None,
            upstream_concurrency: 64,
            vcs_concurrency: 4,
            git: PathBuf::from("git"),
            vcs_env: BTreeMap::new(),
            freshness: Freshness::default(),
            credentials: BTreeMap::new(),
            upstream_ca: Vec::new(),
            client_certificates: BTreeMap::new(),
            quota: None,
            memory: 24 << 20,
            sendfile: true,
            tls: None,
            clients: Vec::new(),
            open_admin: false,
            policy: Policy::default(),
            max_connections: 4096,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(60),
            drain: Duration::from_secs(30),
            max_zip: 500 << 20,
            access_log: false,
        }
    }
}

impl ServeConfig {
    /// A server in `cache` that asks one module proxy and verifies nothing: the start of most tests.
    #[must_use]
    pub fn for_upstream(cache: impl Into<PathBuf>, upstream: url::Url) -> Self {
        Self {
            listen: vec!["127.0.0.1:0".into()],
            cache: CacheLocation::Disk(cache.into()),
            upstreams: vec![UpstreamEntry { target: Target::Proxy(upstream), fallback: Fallback::NotFound }],
            verify: Verify::Off,
            ..Self::default()
        }
    }
}
