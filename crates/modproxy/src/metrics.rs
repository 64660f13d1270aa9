//! Counters, in Prometheus' text form at `/metrics`. What is counted on the hot path is resolved to its counter once.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use crate::route::Kind;

/// How a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Served {
    /// From memory or an open file.
    Memory,
    /// From the store.
    Store,
    /// Fetched for this request.
    Fetched,
    /// By a fetch that another request had started.
    Coalesced,
    /// An old answer, because upstreams fail or while a new one is fetched.
    Stale,
    /// Known not to exist.
    Negative,
    /// Refused by a policy, an unknown path, missing rights.
    Refused,
    /// Could not be answered.
    Failed,
}

impl Served {
    const ALL: [Self; 8] = [
        Self::Memory,
        Self::Store,
        Self::Fetched,
        Self::Coalesced,
        Self::Stale,
        Self::Negative,
        Self::Refused,
        Self::Failed,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Store => "store",
            Self::Fetched => "fetched",
            Self::Coalesced => "coalesced",
            Self::Stale => "stale",
            Self::Negative => "negative",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Answered without asking an upstream.
    pub(crate) fn is_hit(self) -> bool {
        matches!(self, Self::Memory | Self::Store | Self::Stale | Self::Negative)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    kind: &'static str,
    served: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct UpstreamLabels {
    upstream: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    upstream: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CauseLabels {
    cause: &'static str,
}

/// All counters of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Vec<Counter>,
    refusals: Family<CauseLabels, Counter>,
    upstream_requests: Family<OutcomeLabels, Counter>,
    upstream_bytes: Family<UpstreamLabels, Counter>,
    upstream_seconds: Family<UpstreamLabels, Histogram>,
    upstream_up: Family<UpstreamLabels, Gauge>,
    pub(crate) sent_bytes: Counter,
    pub(crate) connections: Gauge,
    pub(crate) resumed: Counter,
    pub(crate) retried: Counter,
    pub(crate) hedged: Counter,
    pub(crate) evicted: Counter,
    pub(crate) evicted_bytes: Counter,
    pub(crate) store_errors: Counter,
    pub(crate) cache_bytes: Gauge<f64, AtomicU64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("seaworthy_proxy");
        let requests = Family::<RequestLabels, Counter>::default();
        registry.register("requests", "Requests by what was asked and how it was served", requests.clone());
        let mut resolved = Vec::new();
        for kind in Kind::ALL {
            for served in Served::ALL {
                let labels = RequestLabels { kind: kind.name(), served: served.name() };
                resolved.push(requests.get_or_create(&labels).clone());
            }
        }
        let refusals = Family::<CauseLabels, Counter>::default();
        registry.register("refusals", "Requests that could not be answered, by cause", refusals.clone());
        let upstream_requests = Family::<OutcomeLabels, Counter>::default();
        registry.register("upstream_requests", "Requests to upstreams by outcome", upstream_requests.clone());
        let upstream_bytes = Family::<UpstreamLabels, Counter>::default();
        registry.register("upstream_body_bytes", "Bytes of bodies from upstreams", upstream_bytes.clone());
        let upstream_seconds = Family::<UpstreamLabels, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.005, 2.0, 14))
        });
        registry.register_with_unit(
            "upstream_header",
            "Time until an upstream's answer began",
            Unit::Seconds,
            upstream_seconds.clone(),
        );
        let upstream_up = Family::<UpstreamLabels, Gauge>::default();
        registry.register(
            "upstream_breaker",
            "Circuit breaker of an upstream: 0 closed (works), 1 half-open, 2 open (left alone)",
            upstream_up.clone(),
        );
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let sent_bytes = counter("sent_bytes", "Bytes of bodies promised to clients");
        let resumed = counter("resumed", "Broken bodies that were resumed");
        let retried = counter("retried", "Requests to upstreams that were tried again");
        let hedged = counter("hedged", "Second requests sent because the first was slow");
        let evicted = counter("evicted", "Files removed to keep the quota");
        let evicted_bytes = counter("evicted_bytes", "Bytes removed to keep the quota");
        let store_errors = counter("store_errors", "Failures to read or write the cache");
        let connections = Gauge::default();
        registry.register("connections", "Open client connections", connections.clone());
        let cache_bytes = Gauge::<f64, AtomicU64>::default();
        registry.register("cache_bytes", "Bytes in the cache, as last counted", cache_bytes.clone());
        Self {
            registry,
            requests: resolved,
            refusals,
            upstream_requests,
            upstream_bytes,
            upstream_seconds,
            upstream_up,
            sent_bytes,
            connections,
            resumed,
            retried,
            hedged,
            evicted,
            evicted_bytes,
            store_errors,
            cache_bytes,
        }
    }

    pub(crate) fn request(&self, kind: Kind, served: Served) {
        self.requests[kind as usize * Served::ALL.len() + served as usize].inc();
    }

    /// Requests of a kind served in a way, so far.
    pub(crate) fn count(&self, kind: Kind, served: Served) -> u64 {
        self.requests[kind as usize * Served::ALL.len() + served as usize].get()
    }

    pub(crate) fn refusal(&self, cause: &'static str) {
        let cause = if cause.is_empty() { "not-found" } else { cause };
        self.refusals.get_or_create(&CauseLabels { cause }).inc();
    }

    pub(crate) fn upstream(&self, name: &str, outcome: &'static str, seconds: f64) {
        self.upstream_requests.get_or_create(&OutcomeLabels { upstream: name.to_owned(), outcome }).inc();
        self.upstream_seconds.get_or_create(&UpstreamLabels { upstream: name.to_owned() }).observe(seconds);
    }

    /// The counter of one upstream's body bytes.
    pub(crate) fn upstream_bytes(&self, name: &str) -> Counter {
        self.upstream_bytes.get_or_create(&UpstreamLabels { upstream: name.to_owned() }).clone()
    }

    pub(crate) fn breaker(&self, name: &str, level: i64) {
        self.upstream_up.get_or_create(&UpstreamLabels { upstream: name.to_owned() }).set(level);
    }

    /// Hits and all requests so far.
    pub(crate) fn hit_ratio(&self) -> (u64, u64) {
        let (mut hits, mut all) = (0, 0);
        for kind in Kind::ALL {
            for served in Served::ALL {
                let count = self.count(kind, served);
                all += count;
                if served.is_hit() {
                    hits += count;
                }
            }
        }
        (hits, all)
    }

    /// The text form.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}
