//! GOSUMDB.

use super::note::{NoteError, Verifier};
use crate::gover::TOOLCHAIN_MODULE;
use crate::pattern::Patterns;

/// Databases whose key need not be given, and their keys, as built into `cmd/go`.
pub const KNOWN_KEYS: [(&str, &str); 1] =
    [("sum.golang.org", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")];

/// The mirror of sum.golang.org inside China, which is a name of its own in GOSUMDB.
const CHINA: &str = "sum.golang.google.cn";

/// A GOSUMDB setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `off`: nothing is looked up.
    Off,
    /// A database.
    Database(Database),
}

/// A checksum database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its key, which holds its name.
    pub key: Verifier,
    /// The URL to reach it at instead of the one of its name; proxies are then not asked.
    pub url: Option<String>,
}

/// A GOSUMDB setting that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSetting {
    /// More than a key and a URL.
    #[error("invalid GOSUMDB: too many fields")]
    TooManyFields,
    /// The key is neither a known name nor a key.
    #[error("invalid GOSUMDB: {0}")]
    Key(#[from] NoteError),
    /// The key's name is no `host` or `host/path`.
    #[error("invalid sumdb name (must be host[/path]): {0}")]
    Name(String),
}

impl Setting {
    /// Reads a setting: `off`, a known name or key, and perhaps a URL behind it. An empty text is `sum.golang.org`,
    /// Go's own default.
    ///
    /// # Errors
    /// When Go refuses it.
    pub fn parse(text: &str) -> Result<Self, BadSetting> {
        if text == "off" {
            return Ok(Setting::Off);
        }
        let china = format!("{} https://{CHINA}", KNOWN_KEYS[0].0);
        let text = if text == CHINA { &china } else { text };
        let mut fields = text.split_whitespace();
        let name = fields.next().unwrap_or(KNOWN_KEYS[0].0);
        let url = fields.next();
        if fields.next().is_some() {
            return Err(BadSetting::TooManyFields);
        }
        let key = KNOWN_KEYS.iter().find(|known| known.0 == name).map_or(name, |known| known.1);
        let key = Verifier::parse(key)?;
        if !is_host_and_path(key.name()) {
            return Err(BadSetting::Name(key.name().to_owned()));
        }
        Ok(Setting::Database(Database { key, url: url.map(|url| url.trim_end_matches('/').to_owned()) }))
    }
}

impl Database {
    /// Its name, `host` or `host/path`: the part of proxy paths between `/sumdb/` and the request.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// The URL below which it answers `/lookup/...` itself.
    pub fn direct_url(&self) -> String {
        self.url.clone().unwrap_or_else(|| format!("https://{}", self.name()))
    }
}

/// Whether a name can stand in a URL as it is.
fn is_host_and_path(name: &str) -> bool {
    let host = name.split('/').next().unwrap_or(name);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:[]/@!$&'()*,;=".contains(c);
    !host.is_empty() && !host.contains('@') && !name.ends_with('/') && name.chars().all(plain)
}

/// Whether `go` looks a module up: not with GOSUMDB off or for what GONOSUMDB names, but toolchains always, because
/// they are in no `go.sum`.
pub fn must_verify(module_path: &str, setting: &Setting, nosumdb: &Patterns) -> bool {
    module_path == TOOLCHAIN_MODULE || (*setting != Setting::Off && !nosumdb.matches(module_path))
}
