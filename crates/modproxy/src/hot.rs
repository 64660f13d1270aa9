//! What is asked for often: small files whole, larger ones as open files, both with their answer headers made once.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::HeaderValue;
use sha2::{Digest as _, Sha256};

use crate::store::{Content, Stored};

/// What an open file counts against the memory limit. It costs no memory of ours, but a descriptor.
const OPEN_FILE_WEIGHT: u32 = 48 << 10;
/// What the bookkeeping of an entry costs, roughly.
const ENTRY_WEIGHT: u32 = 512;

/// A file with the headers it is sent with.
#[derive(Debug)]
pub(crate) struct Hot {
    pub(crate) size: u64,
    pub(crate) modified: SystemTime,
    pub(crate) etag: HeaderValue,
    pub(crate) last_modified: HeaderValue,
    pub(crate) content_type: HeaderValue,
    pub(crate) content: Content,
}

impl Hot {
    /// `h1` is the content's Go hash, when it is known: the best validator, equal on every replica.
    pub(crate) fn new(key: &str, stored: Stored, h1: Option<&str>) -> Self {
        let etag = match (h1, &stored.content) {
            (Some(h1), _) => format!("\"{h1}\""),
            (None, Content::Bytes(bytes)) => digest_tag(bytes),
            (None, _) => {
                let seconds = stored
                    .modified
                    .duration_since(SystemTime::UNIX_EPOCH)
                    .map_or(0, |since| since.as_nanos());
                format!("\"{seconds:x}-{:x}\"", stored.size)
            }
        };
        let fallback = HeaderValue::from_static("\"-\"");
        Self {
            size: stored.size,
            modified: stored.modified,
            etag: HeaderValue::from_str(&etag).unwrap_or(fallback),
            last_modified: http_date(stored.modified),
            content_type: content_type(key),
            content: stored.content,
        }
    }
}

/// A strong entity tag of a small content.
pub(crate) fn digest_tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for byte in &digest[..16] {
        use std::fmt::Write as _;
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

pub(crate) fn http_date(time: SystemTime) -> HeaderValue {
    HeaderValue::from_str(&httpdate::fmt_http_date(time))
        .unwrap_or_else(|_| HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))
}

/// By the protocol's file names.
pub(crate) fn content_type(key: &str) -> HeaderValue {
    HeaderValue::from_static(match key.rsplit_once('.').map(|(_, extension)| extension) {
        Some("zip") => "application/zip",
        Some("info") => "application/json",
        _ if key.ends_with("/@latest") => "application/json",
        _ if key.starts_with("sumdb/") && key.contains("/tile/") => "application/octet-stream",
        _ => "text/plain; charset=utf-8",
    })
}

/// The memory tier.
#[derive(Debug)]
pub(crate) struct HotCache(moka::sync::Cache<Arc<str>, Arc<Hot>>);

impl HotCache {
    /// `limit` in bytes.
    pub(crate) fn new(limit: u64) -> Self {
        let cache = moka::sync::Cache::builder()
            .max_capacity(limit)
            .weigher(|key: &Arc<str>, hot: &Arc<Hot>| {
                let content = match &hot.content {
                    Content::Bytes(bytes) => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
                    _ => OPEN_FILE_WEIGHT,
                };
                content.saturating_add(ENTRY_WEIGHT).saturating_add(u32::try_from(key.len()).unwrap_or(0))
            })
            // Somebody else may tidy the folder: look again now and then.
            .time_to_live(std::time::Duration::from_secs(600))
            .build();
        Self(cache)
    }

    pub(crate) fn get(&self, key: &str) -> Option<Arc<Hot>> {
        self.0.get(key)
    }

    pub(crate) fn insert(&self, key: &str, hot: Arc<Hot>) {
        self.0.insert(key.into(), hot);
    }

    pub(crate) fn forget(&self, key: &str) {
        self.0.invalidate(key);
    }

    /// Entries and their weight.
    pub(crate) fn size(&self) -> (u64, u64) {
        (self.0.entry_count(), self.0.weighted_size())
    }
}

/// A small content that was just made or fetched.
pub(crate) fn stored_bytes(bytes: Bytes) -> Stored {
    Stored { size: bytes.len() as u64, modified: SystemTime::now(), content: Content::Bytes(bytes) }
}
