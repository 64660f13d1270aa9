//! One upstream module proxy: requests with time limits, its breaker, its credentials.

mod breaker;
pub(crate) mod fault;
pub(crate) mod tls;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, IF_RANGE, RANGE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use prometheus_client::metrics::counter::Counter;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

use crate::config::{Credential, ServeConfig, Timeouts};
use crate::metrics::Metrics;
use crate::refusal::Refusal;
use breaker::Breaker;
pub(crate) use breaker::Standing;

/// How we name ourselves to upstreams.
const USER_AGENT: &str = concat!("seaworthy/", env!("CARGO_PKG_VERSION"));

/// A module proxy we ask.
#[derive(Debug)]
pub(crate) struct Upstream {
    base: Url,
    shown: String,
    client: reqwest::Client,
    authorization: Option<HeaderValue>,
    timeouts: Timeouts,
    breaker: Breaker,
    permits: Arc<Semaphore>,
    metrics: Arc<Metrics>,
    bytes: Counter,
    last_fault: Mutex<Option<Refusal>>,
}

/// What is asked of an upstream beside the path.
#[derive(Debug, Default, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) head: bool,
    /// Go on at this byte, if the content is still the one with this validator.
    pub(crate) resume: Option<(u64, Option<HeaderValue>)>,
    pub(crate) if_none_match: Option<&'a HeaderValue>,
}

/// An answer whose header has come: 200, 206 or 304.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Of the body that follows, when it is told.
    pub(crate) length: Option<u64>,
    source: Source,
    what: String,
    idle: Duration,
    upstream: Arc<Upstream>,
    concluded: bool,
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug)]
enum Source {
    Http(reqwest::Response),
    File(std::fs::File),
}

impl Upstream {
    pub(crate) fn new(base: &Url, config: &ServeConfig, metrics: &Arc<Metrics>) -> io::Result<Self> {
        let mut base = base.clone();
        let host = match (base.host_str(), base.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            _ => String::new(),
        };
        let by_host = |name: &str| config.credentials.get(name);
        let credential = by_host(&host).or_else(|| by_host(base.host_str().unwrap_or("")));
        let decoded =
            |text: &str| crate::route::decode(text).map_or(text.to_owned(), |text| text.into_owned());
        let authorization = if base.username().is_empty() && base.password().is_none() {
            credential.map(header_of)
        } else {
            Some(basic(&decoded(base.username()), &decoded(base.password().unwrap_or(""))))
        };
        // From here on the address can be shown to anybody.
        let _ = base.set_username("");
        let _ = base.set_password(None);
        let identity = config
            .client_certificates
            .get(&host)
            .or_else(|| config.client_certificates.get(base.host_str().unwrap_or("")));
        let tls = tls::client_config(&config.upstream_ca, identity)?;
        let client = client_builder(config.timeouts.connect, tls).build().map_err(io::Error::other)?;
        let shown = base.as_str().trim_end_matches('/').to_owned();
        let bytes = metrics.upstream_bytes(&shown);
        metrics.breaker(&shown, 0);
        Ok(Self {
            base,
            client,
            authorization,
            timeouts: config.timeouts,
            breaker: Breaker::new(config.breaker),
            permits: Arc::new(Semaphore::new(config.upstream_concurrency.max(1))),
            metrics: Arc::clone(metrics),
            bytes,
            last_fault: Mutex::new(None),
            shown,
        })
    }

    /// The address without credentials.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    pub(crate) fn standing(&self) -> Standing {
        self.breaker.standing()
    }

    pub(crate) fn last_fault(&self) -> Option<Refusal> {
        self.last_fault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for `path` (relative, decoded). Everything but 200, 206 and 304 becomes a refusal.
    pub(crate) async fn ask(self: &Arc<Self>, path: &str, question: Question<'_>) -> Result<Reply, Refusal> {
        let what = format!("GET {}/{path}", self.shown);
        self.breaker.admit(Instant::now()).map_err(|wait| self.left_alone(&what, wait))?;
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| Refusal::unavailable("net-interrupted", "the server is stopping"))?;
        if self.base.scheme() == "file" {
            return self.ask_file(path, what, permit);
        }
        let start = Instant::now();
        let answer = tokio::time::timeout(
            self.timeouts.connect + self.timeouts.header,
            self.request(path, &question).send(),
        )
        .await;
        let seconds = start.elapsed().as_secs_f64();
        let response = match answer {
            Ok(Ok(response)) => response,
            Ok(Err(err)) => {
                let refusal = fault::from_reqwest(&err, &what);
                self.metrics.upstream(&self.shown, "unreachable", seconds);
                return Err(self.failed(refusal));
            }
            Err(_) => {
                self.metrics.upstream(&self.shown, "timeout", seconds);
                let note = format!("no answer within {} s", self.timeouts.header.as_secs());
                return Err(self.failed(fault::timeout(&what, &note)));
            }
        };
        let status = response.status();
        self.metrics.upstream(&self.shown, outcome(status), seconds);
        let mut reply = Reply {
            status,
            headers: response.headers().clone(),
            length: response.content_length(),
            source: Source::Http(response),
            what,
            idle: self.timeouts.idle_body,
            upstream: Arc::clone(self),
            concluded: false,
            _permit: permit,
        };
        match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED => Ok(reply),
            _ => {
                // The status is known; what became of the text matters little.
                let text =
                    reply.bytes(crate::refusal::MAX_UPSTREAM_TEXT as u64 * 16).await.unwrap_or_default();
                reply.concluded = true;
                Err(self.refused(status, text, &reply))
            }
        }
    }

    fn request(&self, path: &str, question: &Question<'_>) -> reqwest::RequestBuilder {
        let method = if question.head { Method::HEAD } else { Method::GET };
        let mut request = self.client.request(method, self.url(path));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some((at, validator)) = &question.resume {
            request = request.header(RANGE, format!("bytes={at}-"));
            if let Some(validator) = validator {
                request = request.header(IF_RANGE, validator.clone());
            }
        }
        if let Some(tag) = question.if_none_match {
            request = request.header(IF_NONE_MATCH, tag.clone());
        }
        request
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let mut joined = url.path().trim_end_matches('/').to_owned();
        joined.push('/');
        escape(path, &mut joined);
        url.set_path(&joined);
        url
    }

    fn ask_file(
        self: &Arc<Self>,
        path: &str,
        what: String,
        permit: OwnedSemaphorePermit,
    ) -> Result<Reply, Refusal> {
        let folder = self.base.to_file_path().unwrap_or_default();
        let file = std::fs::File::open(folder.join(path)).map_err(|err| match err.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                Refusal::not_found(format!("not found: {what}: {err}"))
            }
            _ => Refusal::bad_gateway("fs-permission", format!("{what}: {err}")),
        })?;
        let length = file.metadata().ok().map(|meta| meta.len());
        Ok(Reply {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            length,
            source: Source::File(file),
            what,
            idle: self.timeouts.idle_body,
            upstream: Arc::clone(self),
            concluded: false,
            _permit: permit,
        })
    }

    fn refused(&self, status: StatusCode, text: Bytes, reply: &Reply) -> Refusal {
        let content_type = reply.headers.get(CONTENT_TYPE).cloned();
        let message = format!("{}: the upstream answered {status}", reply.what);
        let refusal = match status.as_u16() {
            404 | 410 => {
                self.succeeded();
                let mut refusal = Refusal::not_found(format!("not found: {message}"));
                refusal.status = status;
                return refusal.with_upstream(text, content_type);
            }
            // A gatekeeper's answer is for the user's eyes.
            403 => {
                self.succeeded();
                return Refusal::new(StatusCode::FORBIDDEN, "proxy-forbidden", message)
                    .with_upstream(text, content_type);
            }
            401 => Refusal::bad_gateway("auth-private-module", message),
            407 => Refusal::bad_gateway("net-proxy-env", message),
            429 | 503 => Refusal::unavailable("proxy-server-error", message).retryable(),
            504 => Refusal::new(StatusCode::GATEWAY_TIMEOUT, "proxy-server-error", message).retryable(),
            500..=599 => Refusal::bad_gateway("proxy-server-error", message).retryable(),
            _ => Refusal::bad_gateway("proxy-server-error", message),
        };
        let mut refusal = refusal.with_upstream(text, content_type);
        refusal.retry_after =
            reply.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        // 429 says that we ask too much, not that it is broken.
        if status.is_server_error() { self.failed(refusal) } else { refusal }
    }

    fn left_alone(&self, what: &str, wait: Duration) -> Refusal {
        let seconds = wait.as_secs() + 1;
        let mut refusal = match self.last_fault() {
            Some(last) => {
                let message = format!("{what}: not asked again for {seconds} s after: {}", last.message);
                Refusal { message, ..last }
            }
            None => {
                Refusal::unavailable("proxy-server-error", format!("{what}: not asked again for {seconds} s"))
            }
        };
        refusal.retry_after = Some(seconds);
        refusal.retryable = false;
        refusal
    }

    fn failed(&self, refusal: Refusal) -> Refusal {
        if self.breaker.failure(Instant::now()) {
            tracing::warn!(upstream = self.shown, fault = %refusal, "upstream is left alone for a while");
            self.metrics.breaker(&self.shown, 2);
        }
        *self.last_fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal.clone());
        refusal
    }

    fn succeeded(&self) {
        if self.breaker.standing() != Standing::Closed {
            tracing::info!(upstream = self.shown, "upstream works again");
            self.metrics.breaker(&self.shown, 0);
        }
        self.breaker.success();
    }

    /// While the breaker is not closed: looks whether the upstream answers at all, so that the first client after an
    /// outage need not find out.
    pub(crate) async fn check(self: &Arc<Self>) {
        if self.standing() == Standing::Closed {
            return;
        }
        let question = Question { head: true, ..Question::default() };
        let answer = self.ask("", question).await;
        if let Ok(mut reply) = answer {
            reply.conclude();
        }
        // A refusal below 500 has closed the breaker on its way here; a fault has opened it again.
    }
}

fn outcome(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..=399 => "ok",
        404 | 410 => "not-found",
        400..=499 => "refused",
        _ => "server-error",
    }
}

/// A client that follows redirects, but never from TLS to cleartext. Credentials do not follow to other hosts.
pub(crate) fn client_builder(connect: Duration, tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    let redirects = reqwest::redirect::Policy::custom(|attempt| {
        if attempt.previous().len() > 10 {
            return attempt.error("more than 10 redirects");
        }
        let unsafe_step = attempt.previous().last().is_some_and(|last| last.scheme() == "https")
            && attempt.url().scheme() != "https";
        if unsafe_step { attempt.error("redirected from https to http") } else { attempt.follow() }
    });
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(connect)
        .redirect(redirects)
        .pool_idle_timeout(Duration::from_secs(60))
        .tcp_nodelay(true)
        .tls_backend_preconfigured(tls)
}

fn header_of(credential: &Credential) -> HeaderValue {
    match credential {
        Credential::Basic { user, password } => basic(user, password.expose()),
        Credential::Bearer(token) => sensitive(&format!("Bearer {}", token.expose())),
    }
}

fn basic(user: &str, password: &str) -> HeaderValue {
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    sensitive(&format!("Basic {encoded}"))
}

fn sensitive(text: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// As Go's `url.PathEscape`, slashes kept: upstreams see what a `go` command would send.
fn escape(path: &str, out: &mut String) {
    use std::fmt::Write as _;
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'~' | b'$' | b'&' | b'+' | b'/' | b':' | b'=' | b'@' => {
                out.push(char::from(byte))
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

impl Reply {
    /// The next piece of the body; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Refusal> {
        let piece = match &mut self.source {
            Source::File(file) => {
                use std::io::Read as _;
                let mut piece = Vec::new();
                file.take(256 << 10).read_to_end(&mut piece).map_err(|err| {
                    Refusal::bad_gateway("proxy-bad-content", format!("{}: {err}", self.what))
                })?;
                (!piece.is_empty()).then(|| Bytes::from(piece))
            }
            Source::Http(response) => match tokio::time::timeout(self.idle, response.chunk()).await {
                Ok(Ok(piece)) => piece,
                Ok(Err(err)) => {
                    self.concluded = true;
                    return Err(self.upstream.failed(fault::from_reqwest(&err, &self.what)));
                }
                Err(_) => {
                    self.concluded = true;
                    let note = format!("the body stopped coming for {} s", self.idle.as_secs());
                    return Err(self.upstream.failed(fault::timeout(&self.what, &note)));
                }
            },
        };
        match &piece {
            Some(piece) => {
                self.upstream.bytes.inc_by(piece.len() as u64);
            }
            None => self.conclude(),
        }
        Ok(piece)
    }

    /// The whole body, if it is not larger than `limit`.
    pub(crate) async fn bytes(&mut self, limit: u64) -> Result<Bytes, Refusal> {
        let mut all = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if all.len() as u64 + piece.len() as u64 > limit {
                return Err(self.too_large(limit));
            }
            all.extend_from_slice(&piece);
        }
        Ok(Bytes::from(all))
    }

    pub(crate) fn too_large(&self, limit: u64) -> Refusal {
        Refusal::bad_gateway("proxy-bad-content", format!("{}: larger than {limit} bytes", self.what))
    }

    /// For messages: operation and object.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    fn conclude(&mut self) {
        if !self.concluded {
            self.concluded = true;
            self.upstream.succeeded();
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        // Its header was good; that we lost interest is not its fault.
        self.conclude();
    }
}
