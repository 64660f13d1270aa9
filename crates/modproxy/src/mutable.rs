//! Answers that may change: lists, latest, queries, what a database's newest tree is, and that something does not
//! exist. They are kept with the time they were fetched, in memory and in the store.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::hot::{Hot, stored_bytes};
use crate::refusal::Refusal;
use crate::store::{Content, Store};

/// Folder of the records in the store. No module path starts with a dot.
pub(crate) const FOLDER: &str = ".mutable";

/// One kept answer: 200, 404 or 410.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    pub(crate) content_type: Option<HeaderValue>,
    /// The upstream's, to ask it whether anything changed.
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) fetched: SystemTime,
    ready: OnceLock<Arc<Hot>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// Milliseconds since 1970.
    fetched: u64,
}

impl Record {
    /// An answer that came just now.
    pub(crate) fn new(
        status: StatusCode,
        body: Bytes,
        content_type: Option<HeaderValue>,
        etag: Option<HeaderValue>,
    ) -> Self {
        Self { status, body, content_type, etag, fetched: SystemTime::now(), ready: OnceLock::new() }
    }

    /// The same answer, confirmed just now.
    pub(crate) fn renewed(&self) -> Self {
        Self { fetched: SystemTime::now(), ..self.clone() }
    }

    /// The found body, ready to be sent.
    pub(crate) fn hot(&self, key: &str) -> Arc<Hot> {
        let hot = self.ready.get_or_init(|| {
            let mut stored = stored_bytes(self.body.clone());
            stored.modified = self.fetched;
            Arc::new(Hot::new(key, stored, None))
        });
        Arc::clone(hot)
    }

    pub(crate) fn age(&self, now: SystemTime) -> Duration {
        // A clock that went back must not make old answers fresh for ever.
        now.duration_since(self.fetched).unwrap_or(Duration::MAX)
    }

    pub(crate) fn is_found(&self) -> bool {
        self.status == StatusCode::OK
    }

    /// The refusal a 404 or 410 was.
    pub(crate) fn as_refusal(&self) -> Refusal {
        let mut refusal = Refusal::not_found("not found");
        refusal.status = self.status;
        refusal.with_upstream(self.body.clone(), self.content_type.clone())
    }

    pub(crate) fn of_refusal(refusal: &Refusal) -> Self {
        let (body, content_type) = refusal.body();
        Self::new(refusal.status, body, Some(content_type), None)
    }

    fn encode(&self) -> Bytes {
        let text = |value: &Option<HeaderValue>| Some(value.as_ref()?.to_str().ok()?.to_owned());
        let fetched = self.fetched.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
        let head = Head {
            status: self.status.as_u16(),
            content_type: text(&self.content_type),
            etag: text(&self.etag),
            fetched: u64::try_from(fetched).unwrap_or(0),
        };
        let mut out = serde_json::to_vec(&head).unwrap_or_default();
        out.push(b'\n');
        out.extend_from_slice(&self.body);
        Bytes::from(out)
    }

    fn decode(text: &Bytes) -> Option<Self> {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&text[..end]).ok()?;
        let value = |text: Option<String>| HeaderValue::from_str(&text?).ok();
        Some(Self {
            status: StatusCode::from_u16(head.status).ok()?,
            body: text.slice(end + 1..),
            content_type: value(head.content_type),
            etag: value(head.etag),
            fetched: SystemTime::UNIX_EPOCH + Duration::from_millis(head.fetched),
            ready: OnceLock::new(),
        })
    }
}

/// The kept answers.
#[derive(Debug)]
pub(crate) struct Records(moka::sync::Cache<Arc<str>, Arc<Record>>);

impl Records {
    pub(crate) fn new(limit: u64) -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(limit)
                .weigher(|key: &Arc<str>, record: &Arc<Record>| {
                    u32::try_from(key.len() + record.body.len() + 256).unwrap_or(u32::MAX)
                })
                .build(),
        )
    }

    /// The kept answer, whatever its age. A damaged record counts as absent.
    pub(crate) async fn get(&self, store: &Store, key: &str) -> Option<Arc<Record>> {
        if let Some(record) = self.0.get(key) {
            return Some(record);
        }
        let stored = store.open(&name(key)).await.ok()??;
        let text = match stored.content {
            Content::Bytes(bytes) => bytes,
            Content::File(file) => {
                use std::os::unix::fs::FileExt as _;
                let mut bytes = vec![0; usize::try_from(stored.size).ok()?];
                file.read_exact_at(&mut bytes, 0).ok()?;
                Bytes::from(bytes)
            }
            #[cfg(feature = "s3")]
            Content::Remote(_) => store.read(&stored).await.ok()?,
        };
        let record = Arc::new(Record::decode(&text)?);
        self.0.insert(key.into(), Arc::clone(&record));
        Some(record)
    }

    /// Keeps an answer. That the store cannot take it is reported, not fatal.
    pub(crate) async fn put(&self, store: &Store, key: &str, record: Arc<Record>) -> std::io::Result<()> {
        let text = record.encode();
        self.0.insert(key.into(), record);
        store.replace(&name(key), text).await
    }

    pub(crate) async fn forget(&self, store: &Store, key: &str) -> std::io::Result<()> {
        self.0.invalidate(key);
        store.remove(&name(key)).await
    }
}

/// A record's name in the store. Names of a folder and a file must not collide (`a/@v/list` and `a/@v/list/...`
/// cannot both exist in the protocol), so the key can stay readable.
fn name(key: &str) -> String {
    format!("{FOLDER}/{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_the_store_byte_for_byte() {
        let body = Bytes::from_static(b"not found: x\n\n\xff\x00");
        let text = HeaderValue::from_static("text/plain; charset=UTF-8");
        let mut record = Record::new(StatusCode::GONE, body, Some(text), None);
        record.fetched = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        let again = Record::decode(&record.encode()).unwrap();
        assert_eq!(
            (again.status, &again.body, &again.content_type, again.fetched),
            (record.status, &record.body, &record.content_type, record.fetched)
        );
        assert!(Record::decode(&Bytes::from_static(b"{}")).is_none());
        assert!(Record::decode(&Bytes::from_static(b"")).is_none());
    }
}
