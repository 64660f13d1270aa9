//! The policy at work: what a request for a module may see of it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::StreamExt as _;
use serde::Deserialize;

use crate::hot::{Hot, stored_bytes};
use crate::metrics::Served;
use crate::policy;
use crate::proxy::{Answer, Mode, Proxy};
use crate::refusal::Refusal;
use crate::respond::Lifetime;
use crate::route::{ModuleRequest, What};
use crate::store::Content;

/// Version times that are asked for at once.
const LOOKUPS: usize = 16;

#[derive(Deserialize)]
struct Info {
    #[serde(rename = "Version")]
    version: String,
    #[serde(rename = "Time")]
    time: Option<String>,
}

impl Proxy {
    /// Answers a request for something of a module, as far as the policy lets it be seen.
    pub(crate) async fn module_by_policy(self: &Arc<Self>, request: &ModuleRequest, mode: Mode) -> Answer {
        if self.gate.is_open() {
            return self.module(request, mode).await;
        }
        let refused = |refusal| Answer::Refused(Arc::new(refusal), None, Served::Refused);
        match &request.what {
            What::Info(version) | What::Mod(version) | What::Zip(version) => {
                match self.refused(&request.module, version, mode).await {
                    Some(refusal) => refused(refusal),
                    None => self.module(request, mode).await,
                }
            }
            What::List | What::Latest | What::Query(_) => {
                if let Some(refusal) = self.gate.refusal(&request.module, None) {
                    return refused(refusal);
                }
                let answer = self.module(request, Mode { head: false, ..mode }).await;
                self.filtered(request, answer, mode).await
            }
        }
    }

    /// Is this version hidden by a rule or its age?
    async fn refused(self: &Arc<Self>, module: &str, version: &str, mode: Mode) -> Option<Refusal> {
        if let Some(refusal) = self.gate.refusal(module, Some(version)) {
            return Some(refusal);
        }
        let wanted = self.gate.min_age(module)?;
        // A pseudo-version carries its time.
        let seconds = match gomod::version::pseudo::time(version) {
            Ok(seconds) => seconds,
            Err(_) => match self.version_time(module, version, mode).await {
                Ok(seconds) => seconds,
                Err(refusal) => return Some(refusal),
            },
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let age = Duration::from_secs(now.saturating_sub(u64::try_from(seconds).unwrap_or(0)));
        (age < wanted).then(|| policy::too_young(module, version, age, wanted))
    }

    async fn version_time(self: &Arc<Self>, module: &str, version: &str, mode: Mode) -> Result<i64, Refusal> {
        let unclear =
            |text: &str| Refusal::bad_gateway("proxy-bad-content", format!("{module}@{version}: {text}"));
        let key = key_of(module, version, "info").ok_or_else(|| unclear("no such version"))?;
        let what = What::Info(version.to_owned());
        let request = ModuleRequest { key, module: module.to_owned(), what };
        match self.module(&request, Mode { head: false, whole: true, ..mode }).await {
            Answer::File(hot, ..) => match &hot.content {
                Content::Bytes(bytes) => serde_json::from_slice::<Info>(bytes)
                    .ok()
                    .and_then(|info| gomod::time::parse_rfc3339(&info.time?))
                    .ok_or_else(|| unclear("its age is unknown, and this proxy serves versions by age")),
                _ => Err(unclear("its information is too large")),
            },
            Answer::Refused(refusal, ..) => Err((*refusal).clone()),
            _ => Err(unclear("its age is unknown")),
        }
    }

    async fn filtered(self: &Arc<Self>, request: &ModuleRequest, answer: Answer, mode: Mode) -> Answer {
        let Answer::File(hot, lifetime, served) = answer else { return answer };
        let Content::Bytes(body) = &hot.content else { return Answer::File(hot, lifetime, served) };
        if request.what == What::List {
            let text = String::from_utf8_lossy(body).into_owned();
            let kept = self.visible(&request.module, &text, mode).await;
            return Answer::File(
                made(&request.key, kept.join("\n") + if kept.is_empty() { "" } else { "\n" }),
                lifetime,
                served,
            );
        }
        let version = serde_json::from_slice::<Info>(body).map(|info| info.version).unwrap_or_default();
        let Some(refusal) = self.refused(&request.module, &version, mode).await else {
            return Answer::File(hot, lifetime, served);
        };
        if request.what == What::Latest
            && let Some(older) = self.latest_visible(request, mode).await
        {
            return Answer::File(older, Lifetime::For(Duration::ZERO), served);
        }
        Answer::Refused(Arc::new(refusal), None, Served::Refused)
    }

    /// The lines of a list that may be seen, in their order.
    async fn visible(self: &Arc<Self>, module: &str, list: &str, mode: Mode) -> Vec<String> {
        let lines: Vec<String> = list.lines().map(str::to_owned).collect();
        let checked = futures_util::stream::iter(lines).map(|line| async move {
            let version = line.split_whitespace().next().unwrap_or_default().to_owned();
            let seen = !version.is_empty() && self.refused(module, &version, mode).await.is_none();
            seen.then_some(line)
        });
        checked.buffered(LOOKUPS).filter_map(|line| async move { line }).collect().await
    }

    /// The information of the newest version that may be seen.
    async fn latest_visible(self: &Arc<Self>, request: &ModuleRequest, mode: Mode) -> Option<Arc<Hot>> {
        let folder = request.key.strip_suffix("/@latest")?;
        let list = ModuleRequest {
            key: format!("{folder}/@v/list"),
            module: request.module.clone(),
            what: What::List,
        };
        let Answer::File(hot, ..) = self.module(&list, Mode { head: false, ..mode }).await else {
            return None;
        };
        let Content::Bytes(body) = &hot.content else { return None };
        let mut lines = self.visible(&request.module, &String::from_utf8_lossy(body), mode).await;
        gomod::version::sort(&mut lines);
        let release = lines.iter().rev().find(|version| gomod::version::prerelease(version).is_empty());
        let version = release.or(lines.last())?.clone();
        let key = key_of(&request.module, &version, "info")?;
        let info = ModuleRequest { key, module: request.module.clone(), what: What::Info(version) };
        match self.module(&info, Mode { head: false, ..mode }).await {
            Answer::File(hot, ..) => Some(hot),
            _ => None,
        }
    }
}

/// The key of a version's file.
pub(crate) fn key_of(module: &str, version: &str, extension: &str) -> Option<String> {
    let module = gomod::path::escape_path(module).ok()?;
    let version = gomod::path::escape_version(version).ok()?;
    Some(format!("{module}/@v/{version}.{extension}"))
}

fn made(key: &str, text: String) -> Arc<Hot> {
    Arc::new(Hot::new(key, stored_bytes(Bytes::from(text)), None))
}
