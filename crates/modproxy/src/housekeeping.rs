//! What is done without being asked: looking at failing upstreams, counting the cache, keeping the quota.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::mutable;
use crate::notes::Counted;
use crate::proxy::Proxy;
use crate::store::Listed;

/// How often the store is walked when there is a quota; ten times rarer without.
const WALK: Duration = Duration::from_secs(60);
/// Eviction goes down to this share of the quota, so that it need not start again at once.
const LOW_WATER: f64 = 0.9;

/// Runs until it is aborted.
pub(crate) async fn run(proxy: Arc<Proxy>) {
    let health = async {
        let interval = proxy.config.health_interval;
        if interval.is_zero() || proxy.config.offline {
            std::future::pending::<()>().await;
        }
        loop {
            tokio::time::sleep(interval.max(Duration::from_millis(10))).await;
            for upstream in proxy.upstreams() {
                upstream.check().await;
            }
        }
    };
    let walk = async {
        loop {
            let start = Instant::now();
            if let Err(err) = tidy(&proxy).await {
                proxy.metrics.store_errors.inc();
                tracing::error!(%err, "cannot walk the cache");
            }
            // A walk over a large cache takes a while: at most a fiftieth of the time goes into it.
            let rest = if proxy.config.quota.is_some() { WALK } else { WALK * 10 };
            tokio::time::sleep(rest.max(start.elapsed() * 50)).await;
        }
    };
    tokio::join!(health, walk);
}

/// Counts what is stored, and removes the least recently used zips while there is more than the quota allows.
pub(crate) async fn tidy(proxy: &Arc<Proxy>) -> io::Result<()> {
    let mut all = proxy.store.list("").await?;
    forget_old_records(proxy, &all).await;
    let mut total: u64 = all.iter().map(|listed| listed.size).sum();
    let modules: HashSet<_> = all
        .iter()
        .filter(|listed| !listed.key.starts_with('.') && !listed.key.starts_with("sumdb/"))
        .filter_map(|listed| listed.key.split_once("/@v/"))
        .map(|(module, _)| module)
        .collect();
    let zips = all.iter().filter(|listed| listed.key.ends_with(".zip")).count();
    proxy.failures.count(Counted { modules: modules.len() as u64, zips: zips as u64, bytes: total });
    proxy.metrics.cache_bytes.set(total as f64);
    let Some(quota) = proxy.config.quota.filter(|quota| total > *quota) else { return Ok(()) };
    let pinned: HashSet<String> = proxy.pinned().await.into_iter().collect();
    all.retain(|listed| listed.key.ends_with(".zip") && !is_pinned(&listed.key, &pinned));
    all.sort_by_key(|listed| listed.used);
    let target = (quota as f64 * LOW_WATER) as u64;
    for listed in all {
        if total <= target {
            break;
        }
        proxy.hot.forget(&listed.key);
        proxy.store.remove(&listed.key).await?;
        if let Some(stem) = listed.key.strip_suffix(".zip") {
            proxy.store.remove(&format!("{stem}.ziphash")).await?;
        }
        tracing::info!(key = listed.key, bytes = listed.size, "removed to keep the quota");
        proxy.metrics.evicted.inc();
        proxy.metrics.evicted_bytes.inc_by(listed.size);
        total -= listed.size.min(total);
    }
    proxy.metrics.cache_bytes.set(total as f64);
    if total > quota {
        tracing::warn!(total, quota, "the quota cannot be kept: what is left is pinned or small");
    }
    Ok(())
}

fn is_pinned(key: &str, pinned: &HashSet<String>) -> bool {
    let Some((module, file)) = key.split_once("/@v/") else { return false };
    let Ok(module) = gomod::path::unescape_path(module) else { return false };
    if pinned.contains(&module) {
        return true;
    }
    let version = file.strip_suffix(".zip").and_then(|version| gomod::path::unescape_version(version).ok());
    version.is_some_and(|version| pinned.contains(&format!("{module}@{version}")))
}

/// Answers that are too old to be given even when everything fails.
async fn forget_old_records(proxy: &Arc<Proxy>, all: &[Listed]) {
    let limit = proxy.config.freshness.stale_if_error;
    for listed in all {
        if listed.key.starts_with(mutable::FOLDER) && listed.used.elapsed().is_ok_and(|age| age > limit) {
            let _ = proxy.store.remove(&listed.key).await;
        }
    }
}
