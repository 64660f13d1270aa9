//! From what was typed, the settings file and Go's own variables to a [`ServeConfig`]. What is given in an earlier
//! one of these wins; nothing here reads a file, a variable or the clock: the caller hands everything in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::config::{
    CacheLocation, ClientToken, Credential, Fallback, Policy, PolicyAction, PolicyRule, Secret, ServeConfig,
    SumdbConfig, Target, TlsConfig, UpstreamEntry, Verify,
};

/// Settings that make no sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// The settings file is not valid.
    #[error("settings file: {0}")]
    File(#[from] toml::de::Error),
    /// A value is malformed.
    #[error("setting `{name}`: {reason}")]
    Value {
        /// Of the option, as in the settings file.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

fn bad(name: &'static str, reason: impl std::fmt::Display) -> OptionsError {
    OptionsError::Value { name, reason: reason.to_string() }
}

/// The settings file, and equally what was typed: everything is optional.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ServeOptions {
    /// Addresses to listen on: `127.0.0.1:3000`.
    pub listen: Option<Vec<String>>,
    /// Folder, or `s3://BUCKET/PREFIX`.
    pub cache: Option<String>,
    /// A list as GOPROXY takes it.
    pub upstream: Option<String>,
    /// `NAME`, `KEY`, `NAME URL`, as GOSUMDB takes it, or `off`.
    pub sumdb: Option<String>,
    /// `sumdb`, `gosum` or `off`.
    pub verify: Option<String>,
    /// go.sum files for `verify = "gosum"`.
    pub gosum: Option<Vec<PathBuf>>,
    /// As GOPRIVATE: the default of the next two.
    pub private: Option<String>,
    /// As GONOPROXY.
    pub no_proxy: Option<String>,
    /// As GONOSUMDB.
    pub no_sumdb: Option<String>,
    /// As GOINSECURE.
    pub insecure: Option<String>,
    /// Ask nobody.
    pub offline: Option<bool>,
    /// Further tries after a fault that may pass.
    pub retries: Option<u32>,
    /// `200ms`: ask a second upstream if the first is slower.
    pub hedge_after: Option<String>,
    /// Requests in flight to one upstream.
    pub upstream_concurrency: Option<usize>,
    /// `git` processes at once.
    pub vcs_concurrency: Option<usize>,
    /// The git command.
    pub git: Option<PathBuf>,
    /// PEM files with authorities to trust towards upstreams.
    pub upstream_ca: Option<Vec<PathBuf>>,
    /// `10GiB`.
    pub quota: Option<String>,
    /// Memory for small hot files: `24MiB`.
    pub memory: Option<String>,
    /// Largest zip: `500MiB`.
    pub max_zip: Option<String>,
    /// Send files with sendfile(2).
    pub sendfile: Option<bool>,
    /// Connections at once.
    pub max_connections: Option<usize>,
    /// `10s`
    pub header_timeout: Option<String>,
    /// `60s`
    pub write_timeout: Option<String>,
    /// `30s`
    pub drain: Option<String>,
    /// A line a request.
    pub access_log: Option<bool>,
    /// Everybody may purge and refresh.
    pub open_admin: Option<bool>,
    /// Versions younger than this are hidden: `3d`.
    pub min_age: Option<String>,
    /// Pattern list of modules that `min-age` leaves alone.
    pub min_age_except: Option<String>,
    /// Limits towards upstreams.
    pub timeouts: TimeoutOptions,
    /// Circuit breaker.
    pub breaker: BreakerOptions,
    /// Times to live.
    pub fresh: FreshOptions,
    /// TLS towards clients.
    pub tls: Option<TlsOptions>,
    /// Who may ask.
    pub client: Vec<ClientOptions>,
    /// Policy, in order.
    pub rule: Vec<RuleOptions>,
    /// Credentials by upstream host.
    pub credentials: BTreeMap<String, CredentialOptions>,
}

/// See [`crate::Timeouts`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[allow(missing_docs)]
pub struct TimeoutOptions {
    pub connect: Option<String>,
    pub header: Option<String>,
    pub idle_body: Option<String>,
    pub total: Option<String>,
}

/// See [`crate::BreakerConfig`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[allow(missing_docs)]
pub struct BreakerOptions {
    pub failures: Option<u32>,
    pub open: Option<String>,
    pub max_open: Option<String>,
    /// How often a failing upstream is looked at; `0s`: never.
    pub health_interval: Option<String>,
}

/// See [`crate::Freshness`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[allow(missing_docs)]
pub struct FreshOptions {
    pub list: Option<String>,
    pub latest: Option<String>,
    pub query: Option<String>,
    pub not_found: Option<String>,
    pub stale_while_revalidate: Option<String>,
    pub stale_if_error: Option<String>,
    /// Pattern list to time.
    pub patterns: BTreeMap<String, String>,
}

/// See [`TlsConfig`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct TlsOptions {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub client_ca: Option<PathBuf>,
}

/// See [`ClientToken`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct ClientOptions {
    pub name: String,
    pub token: String,
    pub user: Option<String>,
    #[serde(default)]
    pub modules: Vec<String>,
    #[serde(default)]
    pub admin: bool,
}

/// See [`PolicyRule`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs)]
pub struct RuleOptions {
    /// `allow` or `deny`.
    pub action: String,
    pub modules: String,
    #[serde(default)]
    pub versions: String,
    #[serde(default)]
    pub reason: String,
}

/// Credentials and certificates for one upstream host.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[allow(missing_docs)]
pub struct CredentialOptions {
    pub user: Option<String>,
    pub password: Option<String>,
    pub token: Option<String>,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// What the `go` command's settings say on this machine (environment first, then the `go env` file). Used where the
/// server is not told otherwise.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct GoSettings {
    pub goproxy: Option<String>,
    pub gosumdb: Option<String>,
    pub goprivate: Option<String>,
    pub gonoproxy: Option<String>,
    pub gonosumdb: Option<String>,
    pub goinsecure: Option<String>,
    /// Logins of the user's netrc, by host.
    pub netrc: BTreeMap<String, (String, Secret)>,
}

impl GoSettings {
    /// From a lookup such as `|name| std::env::var(name).ok()`, with the `go env` file behind it.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| lookup(name).filter(|value| !value.is_empty());
        Self {
            goproxy: get("GOPROXY"),
            gosumdb: get("GOSUMDB"),
            goprivate: get("GOPRIVATE"),
            gonoproxy: get("GONOPROXY"),
            gonosumdb: get("GONOSUMDB"),
            goinsecure: get("GOINSECURE"),
            netrc: BTreeMap::new(),
        }
    }
}

impl GoSettings {
    /// Adds the logins of a netrc file's text.
    #[must_use]
    pub fn with_netrc(mut self, text: &str) -> Self {
        for login in gomod::credentials::parse_netrc(text) {
            // The first one for a host counts.
            self.netrc.entry(login.machine).or_insert((login.login, login.password));
        }
        self
    }
}

impl ServeOptions {
    /// Reads a settings file's text.
    ///
    /// # Errors
    /// When it is no TOML, or holds a key that does not exist.
    pub fn from_toml(text: &str) -> Result<Self, OptionsError> {
        Ok(toml::from_str(text)?)
    }

    /// What is given here wins over `other`; lists are not joined.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        macro_rules! first {
            ($($field:ident),* $(,)?) => { Self {
                $($field: self.$field.or(other.$field),)*
                timeouts: TimeoutOptions {
                    connect: self.timeouts.connect.or(other.timeouts.connect),
                    header: self.timeouts.header.or(other.timeouts.header),
                    idle_body: self.timeouts.idle_body.or(other.timeouts.idle_body),
                    total: self.timeouts.total.or(other.timeouts.total),
                },
                breaker: BreakerOptions {
                    failures: self.breaker.failures.or(other.breaker.failures),
                    open: self.breaker.open.or(other.breaker.open),
                    max_open: self.breaker.max_open.or(other.breaker.max_open),
                    health_interval: self.breaker.health_interval.or(other.breaker.health_interval),
                },
                fresh: FreshOptions {
                    list: self.fresh.list.or(other.fresh.list),
                    latest: self.fresh.latest.or(other.fresh.latest),
                    query: self.fresh.query.or(other.fresh.query),
                    not_found: self.fresh.not_found.or(other.fresh.not_found),
                    stale_while_revalidate:
                        self.fresh.stale_while_revalidate.or(other.fresh.stale_while_revalidate),
                    stale_if_error: self.fresh.stale_if_error.or(other.fresh.stale_if_error),
                    patterns: if self.fresh.patterns.is_empty() { other.fresh.patterns } else { self.fresh.patterns },
                },
                client: if self.client.is_empty() { other.client } else { self.client },
                rule: if self.rule.is_empty() { other.rule } else { self.rule },
                credentials: if self.credentials.is_empty() { other.credentials } else { self.credentials },
            } };
        }
        first!(
            listen,
            cache,
            upstream,
            sumdb,
            verify,
            gosum,
            private,
            no_proxy,
            no_sumdb,
            insecure,
            offline,
            retries,
            hedge_after,
            upstream_concurrency,
            vcs_concurrency,
            git,
            upstream_ca,
            quota,
            memory,
            max_zip,
            sendfile,
            max_connections,
            header_timeout,
            write_timeout,
            drain,
            access_log,
            open_admin,
            min_age,
            min_age_except,
            tls,
        )
    }

    /// Fills in Go's settings and our defaults. The second value is what the user should be told (an upstream that
    /// is this very server, say).
    ///
    /// # Errors
    /// When a value is malformed.
    pub fn resolve(self, go: &GoSettings) -> Result<(ServeConfig, Vec<String>), OptionsError> {
        let mut warnings = Vec::new();
        let mut config = ServeConfig::default();
        set(&mut config.listen, self.listen);
        if let Some(cache) = &self.cache {
            config.cache = CacheLocation::parse(cache);
        }
        let told = self.upstream.is_some();
        let list = self.upstream.or_else(|| go.goproxy.clone()).unwrap_or_default();
        config.upstreams = upstreams(&list, &config.listen, &mut warnings)?;
        if config.upstreams.is_empty() && !told {
            config.upstreams = upstreams(gomod::goproxy::DEFAULT, &config.listen, &mut warnings)?;
        }
        let database = self.sumdb.or_else(|| go.gosumdb.clone()).unwrap_or_else(|| "sum.golang.org".into());
        config.sumdb = sumdb(&database)?;
        config.verify = match self.verify.as_deref() {
            // GOSUMDB=off is the user's word on verification, too.
            None if config.sumdb.is_none() => Verify::Off,
            None | Some("sumdb") => Verify::Sumdb,
            Some("gosum") => Verify::Gosum,
            Some("off") => Verify::Off,
            Some(other) => return Err(bad("verify", format!("`{other}`: want sumdb, gosum or off"))),
        };
        if config.verify == Verify::Sumdb && config.sumdb.is_none() {
            config.verify = Verify::Off;
        }
        set(&mut config.gosum, self.gosum);
        if config.verify == Verify::Gosum && config.gosum.is_empty() {
            return Err(bad("gosum", "verify = \"gosum\" needs at least one go.sum file"));
        }
        let private = self.private.or_else(|| go.goprivate.clone()).unwrap_or_default();
        config.no_proxy = self.no_proxy.or_else(|| go.gonoproxy.clone()).unwrap_or_else(|| private.clone());
        config.no_sumdb = self.no_sumdb.or_else(|| go.gonosumdb.clone()).unwrap_or(private);
        config.insecure = self.insecure.or_else(|| go.goinsecure.clone()).unwrap_or_default();
        set(&mut config.offline, self.offline);
        set(&mut config.retries, self.retries);
        set(&mut config.upstream_concurrency, self.upstream_concurrency);
        set(&mut config.vcs_concurrency, self.vcs_concurrency);
        set(&mut config.git, self.git);
        set(&mut config.upstream_ca, self.upstream_ca);
        set(&mut config.sendfile, self.sendfile);
        set(&mut config.max_connections, self.max_connections);
        set(&mut config.access_log, self.access_log);
        set(&mut config.open_admin, self.open_admin);
        config.hedge_after = optional("hedge-after", self.hedge_after, duration)?;
        config.quota = optional("quota", self.quota, size)?;
        set(&mut config.memory, optional("memory", self.memory, size)?);
        set(&mut config.max_zip, optional("max-zip", self.max_zip, size)?);
        for (name, text, target) in [
            ("header-timeout", self.header_timeout, &mut config.header_timeout),
            ("write-timeout", self.write_timeout, &mut config.write_timeout),
            ("drain", self.drain, &mut config.drain),
            ("timeouts.connect", self.timeouts.connect, &mut config.timeouts.connect),
            ("timeouts.header", self.timeouts.header, &mut config.timeouts.header),
            ("timeouts.idle-body", self.timeouts.idle_body, &mut config.timeouts.idle_body),
            ("timeouts.total", self.timeouts.total, &mut config.timeouts.total),
            ("breaker.open", self.breaker.open, &mut config.breaker.open),
            ("breaker.max-open", self.breaker.max_open, &mut config.breaker.max_open),
            ("breaker.health-interval", self.breaker.health_interval, &mut config.health_interval),
            ("fresh.list", self.fresh.list, &mut config.freshness.list),
            ("fresh.latest", self.fresh.latest, &mut config.freshness.latest),
            ("fresh.query", self.fresh.query, &mut config.freshness.query),
            ("fresh.not-found", self.fresh.not_found, &mut config.freshness.not_found),
            (
                "fresh.stale-while-revalidate",
                self.fresh.stale_while_revalidate,
                &mut config.freshness.stale_while_revalidate,
            ),
            ("fresh.stale-if-error", self.fresh.stale_if_error, &mut config.freshness.stale_if_error),
        ] {
            set(target, optional(name, text, duration)?);
        }
        set(&mut config.breaker.failures, self.breaker.failures);
        for (patterns, text) in self.fresh.patterns {
            let time = duration(&text).map_err(|reason| bad("fresh.patterns", reason))?;
            config.freshness.by_pattern.push((patterns, time));
        }
        config.tls = self.tls.map(|tls| TlsConfig {
            certificate: tls.certificate,
            key: tls.key,
            client_ca: tls.client_ca,
        });
        config.clients = self.client.into_iter().map(client).collect();
        config.policy = Policy {
            rules: self.rule.into_iter().map(rule).collect::<Result<_, _>>()?,
            min_age: optional("min-age", self.min_age, duration)?,
            min_age_except: self.min_age_except.unwrap_or_default(),
        };
        for (host, (user, password)) in &go.netrc {
            let credential = Credential::Basic { user: user.clone(), password: password.clone() };
            config.credentials.insert(host.clone(), credential);
        }
        for (host, credential) in self.credentials {
            credentials(host, credential, &mut config)?;
        }
        Ok((config, warnings))
    }
}

fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn optional<T>(
    name: &'static str,
    text: Option<String>,
    parse: fn(&str) -> Result<T, String>,
) -> Result<Option<T>, OptionsError> {
    text.map(|text| parse(&text).map_err(|reason| bad(name, reason))).transpose()
}

/// `150ms`, `10s`, `5m`, `2h`, `7d`, or several: `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no duration: want 150ms, 10s, 5m, 2h or 7d");
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
        let unit = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |end| digits + end);
        let millis: u64 = match &rest[digits..unit] {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(wrong()),
        };
        total = number
            .checked_mul(millis)
            .and_then(|millis| total.checked_add(Duration::from_millis(millis)))
            .ok_or_else(wrong)?;
        rest = &rest[unit..];
    }
    Ok(total)
}

/// `512`, `24MiB`, `10GB`.
fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size: want 500MiB, 10GB or bytes");
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let factor: u64 = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        _ => return Err(wrong()),
    };
    number.checked_mul(factor).ok_or_else(wrong)
}

fn upstreams(
    list: &str,
    listen: &[String],
    warnings: &mut Vec<String>,
) -> Result<Vec<UpstreamEntry>, OptionsError> {
    let parsed = gomod::goproxy::ProxyList::parse(list).map_err(|err| bad("upstream", err))?;
    let mut entries = Vec::new();
    for entry in parsed.entries {
        let fallback = match entry.fallback {
            gomod::goproxy::Fallback::NotFound => Fallback::NotFound,
            gomod::goproxy::Fallback::AnyError => Fallback::AnyError,
        };
        let target = match entry.source {
            gomod::goproxy::Source::Direct => Target::Direct,
            gomod::goproxy::Source::Off => Target::Off,
            gomod::goproxy::Source::Proxy(proxy) => {
                let url = url::Url::parse(proxy.as_str()).map_err(|err| {
                    bad("upstream", format!("{}: {err}", gomod::goproxy::redact(proxy.as_str())))
                })?;
                if listen.iter().any(|address| is_this_server(&url, address)) {
                    warnings.push(format!("upstream {proxy} is this server itself: left out"));
                    continue;
                }
                Target::Proxy(url)
            }
        };
        entries.push(UpstreamEntry { target, fallback });
    }
    Ok(entries)
}

/// The address is one we listen on. Other names of this machine cannot be told without asking the network.
fn is_this_server(url: &url::Url, listen: &str) -> bool {
    let Some((host, port)) = listen.rsplit_once(':') else { return false };
    if url.port_or_known_default().map(|port| port.to_string()).as_deref() != Some(port)
        || url.scheme() == "file"
    {
        return false;
    }
    let theirs = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    let ours = host.trim_matches(['[', ']']);
    let loops = |name: &str| {
        name == "localhost"
            || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
    };
    theirs == ours || (loops(theirs) && loops(ours))
}

fn sumdb(text: &str) -> Result<Option<SumdbConfig>, OptionsError> {
    use gomod::sumdb::{KNOWN_KEYS, Setting};
    let Setting::Database(database) = Setting::parse(text).map_err(|err| bad("sumdb", err))? else {
        return Ok(None);
    };
    let url = database.url.as_deref().map(url::Url::parse).transpose().map_err(|err| bad("sumdb", err))?;
    let name = database.name().to_owned();
    let known = KNOWN_KEYS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key);
    let typed = text.split_whitespace().next().unwrap_or_default();
    let key = if typed.contains('+') { typed } else { known.unwrap_or(typed) };
    Ok(Some(SumdbConfig { key: key.to_owned(), name, url }))
}

fn client(options: ClientOptions) -> ClientToken {
    ClientToken {
        name: options.name,
        token: Secret::new(options.token),
        user: options.user,
        modules: options.modules,
        admin: options.admin,
    }
}

fn rule(options: RuleOptions) -> Result<PolicyRule, OptionsError> {
    let action = match options.action.as_str() {
        "allow" => PolicyAction::Allow,
        "deny" => PolicyAction::Deny,
        other => return Err(bad("rule.action", format!("`{other}`: want allow or deny"))),
    };
    crate::policy::VersionRange::parse(&options.versions).map_err(|reason| bad("rule.versions", reason))?;
    Ok(PolicyRule { action, modules: options.modules, versions: options.versions, reason: options.reason })
}

fn credentials(
    host: String,
    options: CredentialOptions,
    config: &mut ServeConfig,
) -> Result<(), OptionsError> {
    match (options.user, options.password, options.token) {
        (None, None, Some(token)) => {
            config.credentials.insert(host.clone(), Credential::Bearer(Secret::new(token)));
        }
        (Some(user), Some(password), None) | (Some(user), None, Some(password)) => {
            let password = Secret::new(password);
            config.credentials.insert(host.clone(), Credential::Basic { user, password });
        }
        (None, None, None) => {}
        _ => return Err(bad("credentials", format!("{host}: want user and password, or token"))),
    }
    match (options.certificate, options.key) {
        (Some(certificate), Some(key)) => {
            config.client_certificates.insert(host, (certificate, key));
        }
        (None, None) => {}
        _ => return Err(bad("credentials", format!("{host}: want certificate and key together"))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(options: ServeOptions, go: &GoSettings) -> (ServeConfig, Vec<String>) {
        options.resolve(go).unwrap()
    }

    #[test]
    fn nothing_told_means_gos_own_defaults() {
        let (config, warnings) = resolve(ServeOptions::default(), &GoSettings::default());
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(config.upstreams.len(), 2);
        assert_eq!(config.upstreams[1].target, Target::Direct);
        assert_eq!(config.verify, Verify::Sumdb);
        assert_eq!(config.sumdb.unwrap().name, "sum.golang.org");
        assert_eq!(config.listen, ["127.0.0.1:3000"]);
    }

    #[test]
    fn gos_variables_are_understood_and_options_win() {
        let go = GoSettings {
            goproxy: Some("http://localhost:3000|https://proxy.example|direct".into()),
            gosumdb: Some("off".into()),
            goprivate: Some("corp.example".into()),
            ..GoSettings::default()
        };
        let (config, warnings) = resolve(ServeOptions::default(), &go);
        assert_eq!(warnings, ["upstream http://localhost:3000 is this server itself: left out"]);
        assert_eq!(config.upstreams.len(), 2);
        assert_eq!(config.upstreams[0].fallback, Fallback::AnyError);
        assert_eq!((config.verify, config.sumdb), (Verify::Off, None));
        assert_eq!((config.no_proxy.as_str(), config.no_sumdb.as_str()), ("corp.example", "corp.example"));
        let options =
            ServeOptions { upstream: Some("off".into()), no_proxy: Some("x".into()), ..Default::default() };
        let (config, _) = resolve(options, &go);
        assert_eq!(config.upstreams[0].target, Target::Off);
        assert_eq!(config.no_proxy, "x");
    }

    #[test]
    fn only_ourselves_means_gos_default_list() {
        let go = GoSettings { goproxy: Some("http://127.0.0.1:3000".into()), ..GoSettings::default() };
        let (config, warnings) = resolve(ServeOptions::default(), &go);
        assert_eq!((config.upstreams.len(), warnings.len()), (2, 1));
    }

    #[test]
    fn a_settings_file() {
        let options = ServeOptions::from_toml(
            r#"
            listen = ["0.0.0.0:8080"]
            cache = "s3://modules/go/"
            quota = "10GiB"
            min-age = "3d"
            [timeouts]
            connect = "1s500ms"
            [[client]]
            name = "ci"
            token = "t0k3n"
            modules = ["corp.example/*"]
            [[rule]]
            action = "deny"
            modules = "evil.example"
            versions = ">=v1.2.0 <v1.3.0"
            reason = "CVE-0"
            [credentials."proxy.corp.example"]
            user = "u"
            password = "p"
            "#,
        )
        .unwrap();
        let (config, _) = resolve(options, &GoSettings::default());
        assert_eq!(config.cache, CacheLocation::S3 { bucket: "modules".into(), prefix: "go".into() });
        assert_eq!(config.quota, Some(10 << 30));
        assert_eq!(config.timeouts.connect, Duration::from_millis(1500));
        assert_eq!(config.policy.min_age, Some(Duration::from_secs(3 * 86_400)));
        assert!(!format!("{config:?}").contains("t0k3n"), "secrets are masked");
        let go = GoSettings::default().with_netrc("machine git.corp.example login me password s3cret\n");
        let (config, _) = resolve(ServeOptions::default(), &go);
        assert!(
            matches!(&config.credentials["git.corp.example"], Credential::Basic { user, .. } if user == "me")
        );
    }

    #[test]
    fn the_settings_file_that_is_shipped_says_the_defaults() {
        let text = include_str!("../../../deploy/proxy/settings.toml");
        let (shipped, _) = resolve(ServeOptions::from_toml(text).unwrap(), &GoSettings::default());
        let (default, _) = resolve(ServeOptions::default(), &GoSettings::default());
        let shipped = ServeConfig { cache: default.cache.clone(), ..shipped };
        assert_eq!(format!("{shipped:?}"), format!("{default:?}"));
        // What is commented out is spelt right, too.
        let open: String = text
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with('[') || rest.contains(" = ") || rest.starts_with('"') => {
                    format!("{rest}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        ServeOptions::from_toml(&open).unwrap();
    }

    #[test]
    fn mistakes_name_the_setting() {
        for (text, want) in [
            ("verify = \"maybe\"", "setting `verify`: `maybe`: want sumdb, gosum or off"),
            ("quota = \"lots\"", "setting `quota`: `lots` is no size: want 500MiB, 10GB or bytes"),
            ("drain = \"30\"", "setting `drain`: `30` is no duration: want 150ms, 10s, 5m, 2h or 7d"),
            ("verify = \"gosum\"", "setting `gosum`: verify = \"gosum\" needs at least one go.sum file"),
        ] {
            let err = ServeOptions::from_toml(text).unwrap().resolve(&GoSettings::default()).unwrap_err();
            assert_eq!(err.to_string(), want);
        }
        assert!(ServeOptions::from_toml("lisen = []").is_err());
    }
}
