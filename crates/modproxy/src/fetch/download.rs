//! One file from one upstream, however often the connection breaks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::Sink;
use crate::metrics::Metrics;
use crate::refusal::Refusal;
use crate::upstream::{Question, Reply, Upstream};

/// A body that breaks this often is given up, even if each piece brought something.
const MAX_RESUMPTIONS: u32 = 20;

/// How much trouble a fetch puts up with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Further tries after one that brought nothing.
    pub(crate) retries: u32,
    /// The end of all tries.
    pub(crate) deadline: Instant,
}

impl Patience {
    /// How long to wait before the next try; `None`: no further try.
    fn next(&self, refusal: &Refusal, tries: u32) -> Option<Duration> {
        if !refusal.retryable || tries > self.retries {
            return None;
        }
        let base = 100_u64 << (tries.saturating_sub(1)).min(6);
        let wait = Duration::from_millis(base / 2 + fastrand::u64(0..=base));
        // Whoever says when to come back is obeyed if that is soon.
        let wait = match refusal.retry_after {
            Some(seconds) if seconds > 5 => return None,
            Some(seconds) => wait.max(Duration::from_secs(seconds)),
            None => wait,
        };
        (Instant::now() + wait < self.deadline).then_some(wait)
    }
}

/// Fetches `path` into `sink`.
pub(crate) async fn download(
    upstream: &Arc<Upstream>,
    path: &str,
    sink: &mut Sink<'_>,
    patience: Patience,
    metrics: &Metrics,
) -> Result<(), Refusal> {
    let (mut tries, mut resumptions) = (0, 0);
    let mut state = Resume::default();
    loop {
        let before = sink.len();
        let left = patience.deadline.saturating_duration_since(Instant::now());
        let result = match tokio::time::timeout(left, attempt(upstream, path, sink, &mut state)).await {
            Ok(result) => result,
            Err(_) => {
                let what = format!("GET {}/{path}", upstream.shown());
                Err(Refusal {
                    retryable: false,
                    ..crate::upstream::fault::timeout(&what, "took too long in all")
                })
            }
        };
        let Err(refusal) = result else { return Ok(()) };
        if sink.len() > before {
            tries = 0;
            resumptions += 1;
        } else {
            tries += 1;
        }
        let Some(wait) = patience.next(&refusal, tries).filter(|_| resumptions <= MAX_RESUMPTIONS) else {
            return Err(refusal);
        };
        if sink.len() > 0 {
            metrics.resumed.inc()
        } else {
            metrics.retried.inc()
        };
        tracing::debug!(%refusal, got = sink.len(), "trying again");
        tokio::time::sleep(wait).await;
    }
}

/// What is known of a half-received file.
#[derive(Debug, Default)]
struct Resume {
    validator: Option<HeaderValue>,
    /// The upstream does not do ranges, or its content changed.
    whole: bool,
}

async fn attempt(
    upstream: &Arc<Upstream>,
    path: &str,
    sink: &mut Sink<'_>,
    state: &mut Resume,
) -> Result<(), Refusal> {
    let have = sink.len();
    let resume = (have > 0 && !state.whole).then(|| (have, state.validator.clone()));
    let asked_range = resume.is_some();
    let mut reply = match upstream.ask(path, Question { resume, ..Question::default() }).await {
        Ok(reply) => reply,
        // Nothing left behind what we have, or no ranges there: take it from the start.
        Err(refusal) if asked_range && refusal.message.contains("answered 416") => {
            state.whole = true;
            return Err(refusal.retryable());
        }
        Err(refusal) => return Err(refusal),
    };
    let mut at = match reply.status {
        StatusCode::OK => 0,
        StatusCode::PARTIAL_CONTENT if asked_range && starts_at(&reply.headers, have) => have,
        _ => {
            state.whole = true;
            let text = format!("{}: an answer {} to another question", reply.what(), reply.status);
            return Err(Refusal::bad_gateway("proxy-bad-content", text).retryable());
        }
    };
    refuse_page(&reply)?;
    if let Some(length) = reply.length {
        let total = at + length;
        if total > sink.limit() {
            return Err(reply.too_large(sink.limit()));
        }
        sink.expect(total);
    }
    state.validator = validator(&reply.headers).or(state.validator.take());
    while let Some(piece) = reply.chunk().await? {
        at = take(sink, at, &piece, &reply)?;
    }
    if at < have {
        let text = format!("{}: shorter than it was before", reply.what());
        return Err(Refusal::bad_gateway("proxy-bad-content", text));
    }
    Ok(())
}

/// Puts a piece that starts at `at` into the sink, comparing what overlaps. Gives the end of the piece.
fn take(sink: &mut Sink<'_>, at: u64, piece: &Bytes, reply: &Reply) -> Result<u64, Refusal> {
    let end = at + piece.len() as u64;
    if end > sink.limit() {
        return Err(reply.too_large(sink.limit()));
    }
    let have = sink.len();
    let known = usize::try_from(have.saturating_sub(at)).unwrap_or(usize::MAX).min(piece.len());
    if known > 0 && !sink.agrees(at, &piece[..known]) {
        let text = format!("{}: other bytes than before the connection broke", reply.what());
        return Err(Refusal::bad_gateway("proxy-bad-content", text));
    }
    if known < piece.len() {
        sink.append(&piece.slice(known..))?;
    }
    Ok(end)
}

/// A small body in whole, with tries again; `None` for "not modified".
pub(crate) async fn small(
    upstream: &Arc<Upstream>,
    path: &str,
    if_none_match: Option<&HeaderValue>,
    limit: u64,
    patience: Patience,
    metrics: &Metrics,
) -> Result<Option<(Bytes, HeaderMap)>, Refusal> {
    let mut tries = 0;
    loop {
        let attempt = async {
            let question = Question { if_none_match, ..Question::default() };
            let mut reply = upstream.ask(path, question).await?;
            if reply.status == StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            refuse_page(&reply)?;
            let body = reply.bytes(limit).await?;
            Ok(Some((body, reply.headers.clone())))
        };
        let left = patience.deadline.saturating_duration_since(Instant::now());
        let refusal = match tokio::time::timeout(left, attempt).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(refusal)) => refusal,
            Err(_) => {
                let what = format!("GET {}/{path}", upstream.shown());
                return Err(crate::upstream::fault::timeout(&what, "took too long in all"));
            }
        };
        tries += 1;
        let Some(wait) = patience.next(&refusal, tries) else { return Err(refusal) };
        metrics.retried.inc();
        tokio::time::sleep(wait).await;
    }
}

/// No file of the protocol is a web page: one that comes with status 200 is a sign-in, block or error page.
fn refuse_page(reply: &Reply) -> Result<(), Refusal> {
    let is_page = reply
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if !is_page {
        return Ok(());
    }
    let text = format!("{}: a web page came with status {} in place of the file", reply.what(), reply.status);
    Err(Refusal::bad_gateway("net-sign-in-page", text))
}

/// A strong validator: without one a changed content could not be told.
fn validator(headers: &HeaderMap) -> Option<HeaderValue> {
    match headers.get(ETAG) {
        Some(tag) if !tag.as_bytes().starts_with(b"W/") => Some(tag.clone()),
        _ => headers.get(LAST_MODIFIED).cloned(),
    }
}

fn starts_at(headers: &HeaderMap, at: u64) -> bool {
    let range = headers.get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    range.and_then(|range| range.strip_prefix("bytes ")?.split_once('-')?.0.parse().ok()) == Some(at)
}
