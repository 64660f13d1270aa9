//! What an operator can do and see at `/-/`: state, refresh, purge, pin.

use std::sync::Arc;

use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::json;

use crate::body::Body;
use crate::gate::key_of;
use crate::handler::Peer;
use crate::metrics::Served;
use crate::page;
use crate::proxy::Proxy;
use crate::refusal::Refusal;
use crate::respond::{self, Asked};
use crate::route::{Kind, ModuleRequest, What};

/// Pinned names in the store, one a line: module, or module@version.
pub(crate) const PINS: &str = ".pins/list";

/// Answers a request below `/-/`. `may_change`: the client may do more than look.
pub(crate) async fn answer(
    proxy: &Arc<Proxy>,
    asked: &Asked<'_>,
    request: &Request<Incoming>,
    peer: &Peer,
    action: &str,
    may_change: bool,
) -> Response<Body> {
    let reading = matches!(*asked.method, Method::GET | Method::HEAD);
    match (action, reading) {
        ("", true) => {
            let host = request.headers().get(http::header::HOST).and_then(|host| host.to_str().ok());
            let html = page::render(proxy, host.unwrap_or("localhost:3000")).await;
            let mut response = respond::text(asked, StatusCode::OK, html_type(), html.into());
            response.headers_mut().insert(
                http::header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'"),
            );
            return response;
        }
        ("status", true) => return json_text(asked, StatusCode::OK, &status(proxy)),
        _ => {}
    }
    let known = matches!(action, "refresh" | "purge" | "pin" | "unpin");
    if !known {
        return respond::refusal(asked, &Refusal::not_found("not found: nothing here"), None);
    }
    if *asked.method != Method::POST {
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "", "POST it");
        return respond::refusal(asked, &refusal, None);
    }
    // A web page somewhere must not make a browser on this machine do this.
    let foreign = request.headers().get(http::header::ORIGIN).is_some();
    if !may_change || foreign {
        let text =
            format!("{} may not do this: an admin token, or a connection from this machine", peer.address);
        return respond::refusal(asked, &Refusal::new(StatusCode::FORBIDDEN, "", text), None);
    }
    let query = request.uri().query().unwrap_or_default();
    let (mut module, mut version) = (None, None);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "module" => module = Some(value.into_owned()),
            "version" => version = Some(value.into_owned()),
            _ => {}
        }
    }
    let Some(module) = module.filter(|module| gomod::path::check_path(module).is_ok()) else {
        let refusal =
            Refusal::new(StatusCode::BAD_REQUEST, "", "want ?module=PATH and maybe &version=VERSION");
        return respond::refusal(asked, &refusal, None);
    };
    let done = match action {
        "refresh" => refresh(proxy, &module).await,
        "purge" => purge(proxy, &module, version.as_deref()).await,
        pin => set_pin(proxy, &module, version.as_deref(), pin == "pin").await,
    };
    match done {
        Ok(text) => json_text(asked, StatusCode::OK, &text),
        Err(refusal) => respond::refusal(asked, &refusal, None),
    }
}

fn html_type() -> HeaderValue {
    HeaderValue::from_static("text/html; charset=utf-8")
}

fn json_text(asked: &Asked<'_>, status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    let kind = HeaderValue::from_static("application/json");
    respond::text(asked, status, kind, format!("{value:#}\n").into())
}

/// The state as data.
pub(crate) fn status(proxy: &Proxy) -> serde_json::Value {
    let (hits, requests) = proxy.metrics.hit_ratio();
    let upstreams: Vec<_> = proxy
        .upstreams()
        .map(|upstream| {
            json!({
                "url": upstream.shown(),
                "breaker": upstream.standing().name(),
                "last_fault": upstream.last_fault().map(|fault| fault.to_string()),
            })
        })
        .collect();
    let kinds: serde_json::Map<_, _> = Kind::ALL
        .iter()
        .map(|kind| {
            let count = |served| proxy.metrics.count(*kind, served);
            let value = json!({
                "memory": count(Served::Memory), "store": count(Served::Store), "fetched": count(Served::Fetched),
                "coalesced": count(Served::Coalesced), "stale": count(Served::Stale),
                "negative": count(Served::Negative), "refused": count(Served::Refused),
                "failed": count(Served::Failed),
            });
            (kind.name().to_owned(), value)
        })
        .collect();
    let (entries, weight) = proxy.hot.size();
    json!({
        "cache": proxy.store.describe(),
        "offline": proxy.config.offline,
        "requests": requests,
        "hits": hits,
        "in_flight": proxy.in_flight(),
        "memory": { "entries": entries, "bytes": weight },
        "served": kinds,
        "upstreams": upstreams,
        "failures": proxy.failures.recent().iter().map(|failure| json!({
            "key": failure.key, "cause": failure.cause, "message": failure.message, "count": failure.count,
        })).collect::<Vec<_>>(),
    })
}

/// Asks the upstreams anew for what may have changed of a module, and forgets what was said not to exist.
async fn refresh(proxy: &Arc<Proxy>, module: &str) -> Result<serde_json::Value, Refusal> {
    let escaped = gomod::path::escape_path(module).map_err(|err| Refusal::not_found(err.to_string()))?;
    let folder = format!("{escaped}/@v");
    let mut forgotten = 0;
    for listed in proxy.store.list(&format!("{}/{folder}", crate::mutable::FOLDER)).await.unwrap_or_default()
    {
        if let Some(key) = listed.key.strip_prefix(crate::mutable::FOLDER) {
            let key = key.trim_start_matches('/');
            if !key.ends_with("/list") {
                let _ = proxy.records.forget(&proxy.store, key).await;
                forgotten += 1;
            }
        }
    }
    let ask = |key: String, what| ModuleRequest { key, module: module.to_owned(), what };
    let list = proxy.refresh(&ask(format!("{folder}/list"), What::List)).await;
    let latest = proxy.refresh(&ask(format!("{escaped}/@latest"), What::Latest)).await;
    let told = |result: Result<Arc<crate::mutable::Record>, Arc<Refusal>>| match result {
        Ok(record) => json!(record.status.as_u16()),
        Err(refusal) => json!(refusal.to_string()),
    };
    Ok(json!({ "module": module, "list": told(list), "latest": told(latest), "forgotten": forgotten }))
}

/// Removes what is cached of a module or of one version of it.
async fn purge(
    proxy: &Arc<Proxy>,
    module: &str,
    version: Option<&str>,
) -> Result<serde_json::Value, Refusal> {
    let escaped = gomod::path::escape_path(module).map_err(|err| Refusal::not_found(err.to_string()))?;
    let folder = format!("{escaped}/@v");
    let prefix = match version {
        Some(version) => {
            let version =
                gomod::path::escape_version(version).map_err(|err| Refusal::not_found(err.to_string()))?;
            format!("{folder}/{version}.")
        }
        None => format!("{folder}/"),
    };
    let mut removed = Vec::new();
    for below in [folder.clone(), format!("{}/{folder}", crate::mutable::FOLDER)] {
        for listed in proxy.store.list(&below).await.map_err(crate::fetch::no_room)? {
            let name = listed.key.strip_prefix(crate::mutable::FOLDER).unwrap_or(&listed.key);
            let name = name.trim_start_matches('/').to_owned();
            if name.starts_with(&prefix) {
                proxy.hot.forget(&name);
                proxy.store.remove(&listed.key).await.map_err(crate::fetch::no_room)?;
                let _ = proxy.records.forget(&proxy.store, &name).await;
                removed.push(listed.key);
            }
        }
    }
    let list = format!("{folder}/list");
    let _ = proxy.records.forget(&proxy.store, &list).await;
    let _ = proxy.records.forget(&proxy.store, &format!("{escaped}/@latest")).await;
    Ok(json!({ "module": module, "version": version, "removed": removed }))
}

async fn set_pin(
    proxy: &Arc<Proxy>,
    module: &str,
    version: Option<&str>,
    pin: bool,
) -> Result<serde_json::Value, Refusal> {
    let name = match version {
        Some(version) => {
            key_of(module, version, "zip").ok_or_else(|| Refusal::not_found("no such version"))?;
            format!("{module}@{version}")
        }
        None => module.to_owned(),
    };
    let _one_at_a_time = proxy.pins.lock().await;
    let mut pins = proxy.pinned().await;
    pins.retain(|pinned| *pinned != name);
    if pin {
        pins.push(name.clone());
    }
    let text = pins.join("\n") + "\n";
    proxy.store.replace(PINS, text.into()).await.map_err(crate::fetch::no_room)?;
    Ok(json!({ "pinned": pins }))
}

impl Proxy {
    /// The names that the quota leaves alone.
    pub(crate) async fn pinned(&self) -> Vec<String> {
        let Ok(Some(stored)) = self.store.open(PINS).await else { return Vec::new() };
        match stored.content {
            crate::store::Content::Bytes(bytes) => String::from_utf8_lossy(&bytes)
                .lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        }
    }
}
