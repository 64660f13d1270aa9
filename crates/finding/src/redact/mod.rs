//! Masking secrets in lines that are shown or stored.
//!
//! What is masked: passwords in URLs, credentials in HTTP headers, tokens whose form is known (GitHub, GitLab, AWS,
//! npm, Docker, Slack, Google, PyPI, JWT), private keys, and values whose name says that they are secret
//! (`NPM_TOKEN=`, `"password":`, `--token`, netrc's `password`, `&sig=`). Everything else stays character for
//! character: sums, digests, versions and commit ids have no such form and no such name.
//!
//! Nothing is compiled at start-up, and a line that cannot hold a secret is looked at once, byte by byte.

mod rules;
mod triggers;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// What a secret is replaced by.
pub const MASK: &str = "***";

/// `line` with its secrets replaced by [`MASK`]; borrowed when there is none. Doing it twice changes nothing.
///
/// Private keys that span lines need the memory of a [`Redactor`].
#[must_use]
pub fn redact(line: &str) -> Cow<'_, str> {
    if !triggers::may_hold_secret(line.as_bytes()) {
        return Cow::Borrowed(line);
    }
    mask(line, rules::find(line))
}

/// Masks line after line, and knows when it is inside a private key.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    /// Lines of the key seen so far; `None` outside a key.
    key: Option<u32>,
}

/// No key is longer (16384 bits of RSA take 200 lines of base64); an unfinished one must not hide the rest of a log.
const LONGEST_KEY: u32 = 260;

impl Redactor {
    /// One that is outside any key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next line, masked.
    pub fn line<'a>(&mut self, line: &'a str) -> Cow<'a, str> {
        if let Some(seen) = self.key {
            let text = line.trim();
            if text.contains("-----END ") || seen >= LONGEST_KEY || !rules::is_key_body(text) {
                self.key = None;
            } else {
                self.key = Some(seen + 1);
                let from = line.len() - line.trim_start().len();
                let whole = from..from + text.len();
                return mask(line, std::iter::once(whole).collect());
            }
        }
        if rules::opens_key(line) {
            self.key = Some(0);
        }
        redact(line)
    }
}

/// Replaces `spans`, in whatever order and however they overlap.
fn mask(line: &str, mut spans: Vec<Range<usize>>) -> Cow<'_, str> {
    spans.retain(|s| !s.is_empty() && !line[s.clone()].starts_with(MASK));
    if spans.is_empty() {
        return Cow::Borrowed(line);
    }
    spans.sort_by_key(|s| (s.start, s.end));
    let mut out = String::with_capacity(line.len());
    let mut done = 0;
    for span in spans {
        if span.end <= done {
            continue;
        }
        if span.start >= done {
            out.push_str(&line[done..span.start]);
            out.push_str(MASK);
        }
        done = span.end;
    }
    out.push_str(&line[done..]);
    Cow::Owned(out)
}

/// A text that must not be seen: neither `Display` nor `Debug` shows it.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}
