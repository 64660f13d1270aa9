//! Why a request cannot be answered, in the catalogue's words.
//!
//! Go prints the body of a proxy's error answer in the user's build log, so this text is the proxy's only way to
//! explain itself. It starts with a stable cause id, then says what happened; what an upstream itself said follows.

use bytes::Bytes;
use http::StatusCode;

/// Longest piece of an upstream's own error text that is kept (Go shows eight lines of it).
pub(crate) const MAX_UPSTREAM_TEXT: usize = 4096;

/// An upstream's own body and its content type.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// As it came, up to a limit.
    pub(crate) body: Bytes,
    /// Its content type.
    pub(crate) content_type: Option<http::HeaderValue>,
}

/// An answer that is not what was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{status} {cause}: {message}")]
pub(crate) struct Refusal {
    /// 404 and 410 only for what does not exist; 403 for policies; 502, 503, 504 for everything else.
    pub(crate) status: StatusCode,
    /// Id of the cause in the catalogue (`net-timeout`); empty for a plain "not found".
    pub(crate) cause: &'static str,
    /// One line without a trailing newline: operation, object, and the innermost reason.
    pub(crate) message: String,
    /// The upstream's own body: sent alone for 403, 404 and 410 (Go's own wording must survive), after the message otherwise.
    pub(crate) upstream: Option<Box<Said>>,
    /// Seconds after which a retry makes sense.
    pub(crate) retry_after: Option<u64>,
    /// Another try at the same place may succeed.
    pub(crate) retryable: bool,
}

impl Refusal {
    /// A refusal of our own making.
    pub(crate) fn new(status: StatusCode, cause: &'static str, message: impl Into<String>) -> Self {
        Self { status, cause, message: message.into(), upstream: None, retry_after: None, retryable: false }
    }

    /// The thing does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "", message)
    }

    pub(crate) fn bad_gateway(cause: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, cause, message)
    }

    pub(crate) fn unavailable(cause: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, cause, message)
    }

    pub(crate) fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    pub(crate) fn with_upstream(mut self, body: Bytes, content_type: Option<http::HeaderValue>) -> Self {
        self.upstream = Some(Box::new(Said { body, content_type }));
        self
    }

    /// Says that the thing does not exist, so that the next upstream may be asked.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self.status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }

    /// The body to send and its content type.
    pub(crate) fn body(&self) -> (Bytes, http::HeaderValue) {
        const TEXT: http::HeaderValue = http::HeaderValue::from_static("text/plain; charset=utf-8");
        let verbatim = self.is_not_found() || self.status == StatusCode::FORBIDDEN;
        if verbatim
            && let Some(said) = &self.upstream
            && !said.body.is_empty()
        {
            // The type is the upstream's too: Go shows text/plain bodies only.
            return (said.body.clone(), said.content_type.clone().unwrap_or(TEXT));
        }
        let mut text = String::new();
        if !self.cause.is_empty() {
            text.push_str(self.cause);
            text.push_str(": ");
        }
        text.push_str(&self.message);
        text.push('\n');
        if let Some(said) = &self.upstream {
            let shown = String::from_utf8_lossy(&said.body[..said.body.len().min(MAX_UPSTREAM_TEXT)]);
            let shown = shown.trim();
            if !shown.is_empty() {
                text.push_str(shown);
                text.push('\n');
            }
        }
        (Bytes::from(text), TEXT)
    }
}
