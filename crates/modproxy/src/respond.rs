//! From a stored file or a refusal to an HTTP answer: conditions, ranges, caching headers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::body::{Body, FileBody};
use crate::hot::Hot;
use crate::refusal::Refusal;
use crate::store::Content;
use crate::wire::FileQueue;

/// What of a request shapes its answer.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    pub(crate) headers: &'a HeaderMap,
    /// Set if the connection can send files by itself.
    pub(crate) queue: Option<&'a Arc<FileQueue>>,
    /// Answers differ by client, so caches in between must not share them.
    pub(crate) private: bool,
}

/// How long caches in between may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Never changes.
    Forever,
    /// May change after this time.
    For(Duration),
}

impl Lifetime {
    fn header(self, private: bool) -> HeaderValue {
        match (self, private) {
            (Self::Forever, false) => HeaderValue::from_static("public, max-age=604800, immutable"),
            (Self::Forever, true) => HeaderValue::from_static("private, max-age=604800, immutable"),
            (Self::For(time), _) => {
                let scope = if private { "private" } else { "public" };
                HeaderValue::from_str(&format!("{scope}, max-age={}", time.as_secs()))
                    .unwrap_or_else(|_| HeaderValue::from_static("no-cache"))
            }
        }
    }
}

/// The answer with a file, or a part of it, or the news that the client has it already.
pub(crate) fn file(asked: &Asked<'_>, hot: &Arc<Hot>, lifetime: Lifetime) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    let headers = response.headers_mut();
    headers.insert(ETAG, hot.etag.clone());
    headers.insert(LAST_MODIFIED, hot.last_modified.clone());
    headers.insert(CACHE_CONTROL, lifetime.header(asked.private));
    if unchanged(asked.headers, hot) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(CONTENT_TYPE, hot.content_type.clone());
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let (start, end) = match range(asked.headers, hot) {
        Part::Whole => (0, hot.size),
        Part::Range(start, end) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let text = format!("bytes {start}-{}/{}", end - 1, hot.size);
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(CONTENT_RANGE, value);
            }
            (start, end)
        }
        Part::Beyond => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            if let Ok(value) = HeaderValue::from_str(&format!("bytes */{}", hot.size)) {
                response.headers_mut().insert(CONTENT_RANGE, value);
            }
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            return response;
        }
    };
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(end - start));
    if asked.method != Method::HEAD {
        *response.body_mut() = match &hot.content {
            Content::Bytes(bytes) => match (usize::try_from(start), usize::try_from(end)) {
                (Ok(start), Ok(end)) => Body::Bytes(bytes.slice(start..end)),
                _ => Body::Empty,
            },
            Content::File(file) => {
                Body::File(FileBody::new(Arc::clone(file), start, end, asked.queue.map(Arc::clone)))
            }
            #[cfg(feature = "s3")]
            // The caller turns remote contents into pieces before it comes here.
            Content::Remote(_) => Body::Empty,
        };
    }
    response
}

/// The range of `hot` that [`file`] will send: for contents that are not at hand.
#[cfg(feature = "s3")]
pub(crate) fn sent_range(asked: &Asked<'_>, hot: &Hot) -> Option<(u64, u64)> {
    if asked.method == Method::HEAD || unchanged(asked.headers, hot) {
        return None;
    }
    match range(asked.headers, hot) {
        Part::Whole => Some((0, hot.size)),
        Part::Range(start, end) => Some((start, end)),
        Part::Beyond => None,
    }
}

/// An answer that is made on the spot.
pub(crate) fn text(
    asked: &Asked<'_>,
    status: StatusCode,
    content_type: HeaderValue,
    body: Bytes,
) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    if asked.method != Method::HEAD {
        *response.body_mut() = Body::Bytes(body);
    }
    response
}

/// The answer with a refusal. `lifetime` is set for what is known not to exist.
pub(crate) fn refusal(asked: &Asked<'_>, refusal: &Refusal, lifetime: Option<Duration>) -> Response<Body> {
    let (body, content_type) = refusal.body();
    let mut response = text(asked, refusal.status, content_type, body);
    let headers = response.headers_mut();
    headers.insert(
        CACHE_CONTROL,
        lifetime
            .map_or(HeaderValue::from_static("no-store"), |time| Lifetime::For(time).header(asked.private)),
    );
    headers.insert(http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(seconds) = refusal.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn unchanged(headers: &HeaderMap, hot: &Hot) -> bool {
    if let Some(tags) = headers.get(IF_NONE_MATCH) {
        let etag = hot.etag.as_bytes();
        return tags.as_bytes().split(|byte| *byte == b',').any(|tag| {
            let tag = tag.trim_ascii();
            tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag
        });
    }
    let Some(since) = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    since.as_bytes() == hot.last_modified.as_bytes()
        || httpdate::parse_http_date(since).is_ok_and(|since| {
            // Whole seconds: the header has no more.
            hot.modified <= since + Duration::from_millis(999)
        })
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// Start, end (exclusive); never empty.
    Range(u64, u64),
    Beyond,
}

fn range(headers: &HeaderMap, hot: &Hot) -> Part {
    let Some(value) = headers.get(RANGE) else { return Part::Whole };
    if let Some(condition) = headers.get(IF_RANGE)
        && condition != hot.etag
        && condition != hot.last_modified
    {
        return Part::Whole;
    }
    value.to_str().map_or(Part::Whole, |value| parse_range(value, hot.size))
}

/// One range is understood; lists of them and other units get the whole, which is allowed.
fn parse_range(value: &str, size: u64) -> Part {
    let Some(spec) = value.strip_prefix("bytes=").filter(|spec| !spec.contains(',')) else {
        return Part::Whole;
    };
    let Some((start, end)) = spec.split_once('-') else { return Part::Whole };
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (start.trim(), end.trim()) {
        ("", last) => match number(last) {
            Some(0) => Part::Beyond,
            Some(_) if size == 0 => Part::Beyond,
            Some(count) => Part::Range(size.saturating_sub(count), size),
            None => Part::Whole,
        },
        (start, "") => match number(start) {
            Some(start) if start < size => Part::Range(start, size),
            Some(_) => Part::Beyond,
            None => Part::Whole,
        },
        (start, end) => match (number(start), number(end)) {
            (Some(start), Some(end)) if start > end => Part::Whole,
            (Some(start), Some(_)) if start >= size => Part::Beyond,
            (Some(start), Some(end)) => Part::Range(start, end.saturating_add(1).min(size)),
            _ => Part::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (value, want) in [
            ("bytes=0-9", Part::Range(0, 10)),
            ("bytes=90-", Part::Range(90, 100)),
            ("bytes=90-1000", Part::Range(90, 100)),
            ("bytes=-10", Part::Range(90, 100)),
            ("bytes=-1000", Part::Range(0, 100)),
            ("bytes=100-", Part::Beyond),
            ("bytes=-0", Part::Beyond),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=99999999999999999999-", Part::Whole),
            ("lines=1-2", Part::Whole),
            ("bytes=", Part::Whole),
        ] {
            assert_eq!(parse_range(value, 100), want, "{value}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Part::Beyond);
    }
}
