//! Warming a cache from go.sum files, without a listening server.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use futures_util::StreamExt as _;
use gomod::gosum::GoSum;

use crate::config::ServeConfig;
use crate::gate::key_of;
use crate::metrics::Served;
use crate::proxy::{Answer, Mode, Proxy};
use crate::route::{ModuleRequest, What};

/// Files fetched at once.
const AT_ONCE: usize = 16;

/// What a warm-up did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefetched {
    /// Files that were in the cache already.
    pub cached: u64,
    /// Files that were fetched.
    pub fetched: u64,
    /// What could not be had, and why.
    pub failed: Vec<(String, String)>,
}

/// Fetches everything that the go.sum texts list into the cache of `config`: `.info` and `.mod` of each version, and
/// the zips of those whose zip is listed. Policies are obeyed; verification is that of `config`. `progress` is told
/// each file's name and what became of it.
///
/// # Errors
/// When the cache cannot be opened. What cannot be fetched is in the result.
pub async fn prefetch(
    config: ServeConfig,
    go_sums: &[String],
    progress: impl Fn(&str, &Result<bool, String>),
) -> io::Result<Prefetched> {
    let proxy = Proxy::new(config)?;
    let mut wanted = BTreeSet::new();
    for line in go_sums.iter().flat_map(|text| GoSum::parse(text).lines) {
        let (path, version) = (line.module.path, line.module.version);
        wanted.insert((path.clone(), version.clone(), "info"));
        wanted.insert((path.clone(), version.clone(), "mod"));
        if !line.go_mod {
            wanted.insert((path, version, "zip"));
        }
    }
    let fetches = futures_util::stream::iter(wanted).map(|(path, version, extension)| {
        let proxy = Arc::clone(&proxy);
        async move {
            let Some(key) = key_of(&path, &version, extension) else {
                return (format!("{path}@{version}"), Err("no module version".to_owned()));
            };
            let what = match extension {
                "info" => What::Info(version),
                "mod" => What::Mod(version),
                _ => What::Zip(version),
            };
            let request = ModuleRequest { key: key.clone(), module: path, what };
            let mode = Mode { fetch: true, head: false, whole: true };
            let result = match proxy.module_by_policy(&request, mode).await {
                Answer::File(_, _, served) => Ok(matches!(served, Served::Memory | Served::Store)),
                Answer::Refused(refusal, ..) => Err(refusal.to_string()),
                Answer::Growing(..) | Answer::Exists(_) => Err("the fetch did not end".to_owned()),
            };
            (key, result)
        }
    });
    let mut fetches = fetches.buffer_unordered(AT_ONCE);
    let mut done = Prefetched::default();
    while let Some((key, result)) = fetches.next().await {
        progress(&key, &result);
        match result {
            Ok(true) => done.cached += 1,
            Ok(false) => done.fetched += 1,
            Err(reason) => done.failed.push((key, reason)),
        }
    }
    drop(fetches);
    // Files are handed out before they are durable; a process that ends now would lose the last ones.
    while proxy.in_flight() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    Ok(done)
}
