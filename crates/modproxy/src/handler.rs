//! One request: who asks, for what, and what is sent back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RANGE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use tokio::sync::watch;

use crate::admin;
use crate::body::Body;
use crate::hot::Hot;
use crate::metrics::Served;
use crate::proxy::{Answer, Mode, Proxy};
use crate::refusal::Refusal;
use crate::respond::{self, Asked, Lifetime};
use crate::route::{Kind, ModuleRequest, Route, decode, route};
#[cfg(feature = "s3")]
use crate::store::Content;
use crate::wire::FileQueue;

/// The other end of a connection.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Set if files can be sent straight from the disk.
    pub(crate) queue: Option<Arc<FileQueue>>,
}

/// Answers requests.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) proxy: Arc<Proxy>,
    stopping: watch::Receiver<bool>,
}

impl Handler {
    pub(crate) fn new(proxy: Arc<Proxy>, stopping: watch::Receiver<bool>) -> Self {
        Self { proxy, stopping }
    }

    pub(crate) async fn handle(&self, request: Request<Incoming>, peer: &Arc<Peer>) -> Response<Body> {
        let start = Instant::now();
        let response = self.answer(&request, peer).await;
        if let Some(length) = body_length(&response) {
            self.proxy.metrics.sent_bytes.inc_by(length);
        }
        if self.proxy.config.access_log {
            tracing::info!(
                target: "access",
                client = %peer.address,
                method = %request.method(),
                path = request.uri().path(),
                status = response.status().as_u16(),
                bytes = body_length(&response),
                micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
            );
        }
        response
    }

    async fn answer(&self, request: &Request<Incoming>, peer: &Arc<Peer>) -> Response<Body> {
        let proxy = &self.proxy;
        // Slices that stand for files are for HTTP/1 on this very connection only.
        let queue = peer.queue.as_ref().filter(|_| request.version() <= Version::HTTP_11);
        let asked = Asked {
            method: request.method(),
            headers: request.headers(),
            queue,
            private: !proxy.config.clients.is_empty(),
        };
        let Some(path) = decode(request.uri().path()) else {
            return self.invalid(&asked, "damaged percent escapes in the path");
        };
        let readable = matches!(*asked.method, Method::GET | Method::HEAD);
        // The hot path: no parsing, no waiting. Rules and tokens are looked at below.
        if readable
            && proxy.clients.is_open()
            && proxy.gate.is_open()
            && let Some(key) = path.strip_prefix('/')
            && let Some(hot) = proxy.hot.get(key)
            && let Some(kind) = kind_of(key)
        {
            proxy.metrics.request(kind, Served::Memory);
            return self.file(&asked, &hot, Lifetime::Forever);
        }
        let (path, cached_only) = match path.strip_prefix("/cached-only/") {
            Some(rest) => (format!("/{rest}").into(), true),
            None => (path, false),
        };
        let mode = Mode {
            fetch: !cached_only && !disables_fetch(request),
            head: asked.method == Method::HEAD,
            whole: asked.headers.contains_key(RANGE),
        };
        let route = route(&path);
        let client = proxy.clients.identify(asked.headers);
        let open = proxy.clients.is_open() || matches!(route, Route::Healthz | Route::Readyz);
        if !open && client.is_none() {
            return crate::clients::unknown(&asked);
        }
        if let Route::Admin(action) = &route {
            let local = proxy.clients.is_open() && peer.address.ip().to_canonical().is_loopback();
            let may_change = proxy.config.open_admin || local || client.is_some_and(|client| client.admin);
            return admin::answer(proxy, &asked, request, peer, action, may_change).await;
        }
        if !readable {
            return self.method_not_allowed(&asked);
        }
        match route {
            Route::Module(module) => {
                if let Some(client) = client.filter(|client| !client.may_read(&module.module)) {
                    let text = format!("{}: {} may not read this module here", module.module, client.name);
                    let refusal = Refusal::new(StatusCode::FORBIDDEN, "proxy-forbidden", text);
                    return self.send(
                        &asked,
                        module.what.kind(),
                        Answer::Refused(Arc::new(refusal), None, Served::Refused),
                    );
                }
                self.module(&asked, &module, mode).await
            }
            Route::Sumdb(sumdb) => {
                let answer = proxy.sumdb(&sumdb, mode).await;
                self.send(&asked, Kind::Sumdb, answer)
            }
            Route::Healthz => respond::text(&asked, StatusCode::OK, text_type(), "ok\n".into()),
            Route::Readyz => self.ready(&asked).await,
            Route::Metrics => {
                let kind =
                    HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
                respond::text(&asked, StatusCode::OK, kind, proxy.metrics.render().into())
            }
            Route::Root | Route::Admin(_) => {
                let mut response = respond::text(&asked, StatusCode::FOUND, text_type(), "see /-/\n".into());
                response.headers_mut().insert(http::header::LOCATION, HeaderValue::from_static("/-/"));
                response
            }
            Route::Invalid(reason) => self.invalid(&asked, &reason),
        }
    }

    async fn module(&self, asked: &Asked<'_>, request: &ModuleRequest, mode: Mode) -> Response<Body> {
        let answer = self.proxy.module_by_policy(request, mode).await;
        self.send(asked, request.what.kind(), answer)
    }

    fn send(&self, asked: &Asked<'_>, kind: Kind, answer: Answer) -> Response<Body> {
        let metrics = &self.proxy.metrics;
        match answer {
            Answer::File(hot, lifetime, served) => {
                metrics.request(kind, served);
                self.file(asked, &hot, lifetime)
            }
            Answer::Growing(pieces, length, served) => {
                metrics.request(kind, served);
                let mut response = Response::new(Body::Pieces(pieces, length));
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
                if let Some(length) = length {
                    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
                }
                response
            }
            Answer::Exists(length) => {
                metrics.request(kind, Served::Fetched);
                let mut response = Response::new(Body::Empty);
                if let Some(length) = length {
                    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
                }
                response
            }
            Answer::Refused(refusal, lifetime, served) => {
                metrics.request(kind, served);
                metrics.refusal(refusal.cause);
                respond::refusal(asked, &refusal, lifetime)
            }
        }
    }

    fn file(&self, asked: &Asked<'_>, hot: &Arc<Hot>, lifetime: Lifetime) -> Response<Body> {
        #[cfg(feature = "s3")]
        if let Content::Remote(key) = &hot.content
            && let Some((start, end)) = respond::sent_range(asked, hot)
            && let Some(pieces) = self.proxy.store.pieces(key, start, end)
        {
            let mut response = respond::file(asked, hot, lifetime);
            *response.body_mut() = Body::Pieces(pieces, Some(end - start));
            return response;
        }
        respond::file(asked, hot, lifetime)
    }

    async fn ready(&self, asked: &Asked<'_>) -> Response<Body> {
        if *self.stopping.borrow() {
            let body = "stopping\n".into();
            return respond::text(asked, StatusCode::SERVICE_UNAVAILABLE, text_type(), body);
        }
        match self.proxy.store.probe().await {
            Ok(()) => respond::text(asked, StatusCode::OK, text_type(), "ready\n".into()),
            Err(err) => {
                // It goes on serving what is cached, so it stays in the pool.
                let body = format!("ready, but the cache cannot be written: {err}\n");
                respond::text(asked, StatusCode::OK, text_type(), body.into())
            }
        }
    }

    fn invalid(&self, asked: &Asked<'_>, reason: &str) -> Response<Body> {
        // What cannot be a module does not exist: 404, as every proxy says, so that `go` may look elsewhere.
        respond::refusal(asked, &Refusal::not_found(format!("not found: {reason}")), None)
    }

    fn method_not_allowed(&self, asked: &Asked<'_>) -> Response<Body> {
        let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "", "only GET and HEAD here");
        let mut response = respond::refusal(asked, &refusal, None);
        response.headers_mut().insert(http::header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        response
    }
}

fn text_type() -> HeaderValue {
    HeaderValue::from_static("text/plain; charset=utf-8")
}

fn body_length(response: &Response<Body>) -> Option<u64> {
    response.body().len()
}

/// What a key in memory is: only immutable files are there.
fn kind_of(key: &str) -> Option<Kind> {
    if key.starts_with("sumdb/") {
        return Some(Kind::Sumdb);
    }
    match key.rsplit_once('.')?.1 {
        "mod" => Some(Kind::Mod),
        "info" => Some(Kind::Info),
        "zip" => Some(Kind::Zip),
        _ => None,
    }
}

fn disables_fetch(request: &Request<Incoming>) -> bool {
    request
        .headers()
        .get("disable-module-fetch")
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}
