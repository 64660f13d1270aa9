//! Credentials as the `go` command finds them: GOAUTH, with `.netrc`, `git credential` and commands of one's own.
//!
//! Reading files and running commands is the caller's; here is what their contents mean. As in Go, credentials are for
//! `https` only.

use std::collections::HashMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::goenv::{UnterminatedQuote, split_quoted};

/// A text that is not shown: Display and Debug give asterisks.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for where it must go.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A login of a `.netrc` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The host, with a port if it has one in the file.
    pub machine: String,
    /// The user.
    pub login: String,
    /// The password or token.
    pub password: Secret,
}

impl Login {
    /// The value of an `Authorization` header.
    pub fn basic(&self) -> Secret {
        let pair = format!("{}:{}", self.login, self.password.expose());
        Secret(format!("Basic {}", STANDARD.encode(pair)))
    }
}

/// Reads a `.netrc` file as Go does: machines with login and password, in order, of which the first one for a host
/// counts. `default` is not used, and everything behind a line that ends in it is passed over.
pub fn parse_netrc(text: &str) -> Vec<Login> {
    let mut out = Vec::new();
    let (mut machine, mut login, mut password) = ("", "", "");
    let mut in_macro = false;
    for line in text.split('\n') {
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        for pair in fields.chunks(2) {
            let [name, value] = *pair else {
                if pair == ["default"] {
                    return out;
                }
                continue;
            };
            match name {
                "machine" => (machine, login, password) = (value, "", ""),
                "login" => login = value,
                "password" => password = value,
                "macdef" => in_macro = true,
                _ => {}
            }
            if !machine.is_empty() && !login.is_empty() && !password.is_empty() {
                out.push(Login {
                    machine: machine.to_owned(),
                    login: login.to_owned(),
                    password: Secret::new(password),
                });
                (machine, login, password) = ("", "", "");
            }
        }
    }
    out
}

/// One of the ways in a GOAUTH setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// `netrc`: the file at `$NETRC` or in the home folder.
    Netrc,
    /// `git DIR`: `git credential fill`, run in this folder.
    Git {
        /// An absolute path.
        dir: String,
    },
    /// A command that prints credentials: see [`parse_command_output`]. It is run without an argument first; after a
    /// failed request it gets the URL as its last argument and the answer ([`command_input`]) as its input.
    Command {
        /// Program and arguments.
        words: Vec<String>,
    },
}

/// A GOAUTH setting that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadGoAuth {
    /// Nothing between two semicolons.
    #[error("GOAUTH encountered an empty command")]
    Empty,
    /// `off` beside others.
    #[error("GOAUTH=off cannot be combined with other authentication commands")]
    OffWithOthers,
    /// `git` without an absolute folder.
    #[error("GOAUTH=git dir method requires an absolute path to the git working directory")]
    GitDir,
    /// A quote without its end.
    #[error("cannot parse GOAUTH command: {0}")]
    Quote(#[from] UnterminatedQuote),
}

/// Reads a GOAUTH setting: methods separated by semicolons, the first one that has credentials for a URL counts. `off`
/// gives none; an empty text is `netrc`, Go's own default.
///
/// # Errors
/// When Go refuses it.
pub fn parse_goauth(text: &str) -> Result<Vec<Method>, BadGoAuth> {
    let text = if text.is_empty() { "netrc" } else { text };
    let commands: Vec<&str> = text.split(';').map(str::trim).collect();
    let mut methods = Vec::new();
    for command in &commands {
        let fields: Vec<&str> = command.split_whitespace().collect();
        match fields[..] {
            [] => return Err(BadGoAuth::Empty),
            ["off", ..] if commands.len() > 1 => return Err(BadGoAuth::OffWithOthers),
            ["off", ..] => {}
            ["netrc", ..] => methods.push(Method::Netrc),
            ["git", dir]
                if dir.starts_with('/') || dir.get(1..3).is_some_and(|s| s == ":\\" || s == ":/") =>
            {
                methods.push(Method::Git { dir: dir.to_owned() });
            }
            ["git", ..] => return Err(BadGoAuth::GitDir),
            _ => methods.push(Method::Command { words: split_quoted(command)? }),
        }
    }
    Ok(methods)
}

/// Headers to send, in order; a name may occur more than once.
pub type Headers = Vec<(String, Secret)>;

/// Output of a GOAUTH command that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadOutput {
    /// The blank line behind the URLs is missing.
    #[error("invalid format: missing empty line after URLs")]
    AfterUrls,
    /// The blank line behind the headers is missing.
    #[error("invalid format: missing empty line after headers")]
    AfterHeaders,
    /// A line that should be a URL. Not quoted here: it may be a header with a secret.
    #[error("could not parse URL in line {0}")]
    Url(usize),
    /// A line that should be a header. Not quoted here: it may hold a secret.
    #[error("invalid format: invalid header line {0}")]
    Header(usize),
}

/// Reads the output of a GOAUTH command: blocks of URLs, a blank line, headers, a blank line.
///
/// # Errors
/// When it has another form.
pub fn parse_command_output(text: &str) -> Result<Vec<(String, Headers)>, BadOutput> {
    let mut out: Vec<(String, Headers)> = Vec::new();
    let mut lines = text.split_inclusive('\n').enumerate();
    // Only lines with their newline count.
    let mut next = |missing: BadOutput| {
        let (number, line) = lines.next().ok_or(missing.clone())?;
        Ok((number + 1, line.strip_suffix('\n').ok_or(missing)?))
    };
    let mut rest = text.matches('\n').count() + usize::from(!text.is_empty() && !text.ends_with('\n'));
    while rest > 0 {
        let mut urls = Vec::new();
        loop {
            let (number, line) = next(BadOutput::AfterUrls)?;
            rest -= 1;
            if line.is_empty() {
                break;
            }
            if !is_url(line) {
                return Err(BadOutput::Url(number));
            }
            urls.push(line.strip_prefix("https://").unwrap_or(line).to_owned());
        }
        let mut headers = Headers::new();
        loop {
            let (number, line) = next(BadOutput::AfterHeaders)?;
            rest -= 1;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").ok_or(BadOutput::Header(number))?;
            let value = value.trim();
            if !is_header_name(name) || value.chars().any(|c| c.is_ascii_control() && c != '\t') {
                return Err(BadOutput::Header(number));
            }
            headers.push((name.to_owned(), Secret::new(value)));
        }
        for url in urls {
            out.retain(|(known, _)| *known != url);
            out.push((url, headers.clone()));
        }
    }
    Ok(out)
}

/// A URL with a scheme, or an absolute path, without spaces in front or control characters.
fn is_url(line: &str) -> bool {
    if line.bytes().any(|b| b < b' ' || b == 0x7f) {
        return false;
    }
    let scheme = line.split(':').next().unwrap_or("");
    let has_scheme = line.contains(':')
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    line.starts_with('/') || has_scheme
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// What a GOAUTH command gets as its input after a failed request: status line and headers of the answer.
pub fn command_input<'a>(
    protocol: &str,
    status: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let headers: String = headers.into_iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    format!("{protocol} {status}\n{headers}\n")
}

/// What `git credential fill` printed: the URL prefix that it is for, and the login.
pub fn parse_git_credential(text: &str) -> (String, Option<Login>) {
    let (mut protocol, mut host, mut path, mut user, mut password) = ("", "", "", "", "");
    let mut url = None;
    for line in text.lines() {
        match line.trim().split_once('=') {
            Some(("protocol", value)) => (protocol, url) = (value, None),
            Some(("host", value)) => (host, url) = (value, None),
            Some(("path", value)) => (path, url) = (value, None),
            Some(("username", value)) => user = value,
            Some(("password", value)) => password = value,
            Some(("url", value)) if is_url(value) => url = Some(value),
            _ => {}
        }
    }
    let prefix = match url {
        Some(url) => url.to_owned(),
        None if host.is_empty() => return (String::new(), None),
        None => format!("{protocol}://{host}{}{path}", if path.is_empty() { "" } else { "/" }),
    };
    let login = Login { machine: host.to_owned(), login: user.to_owned(), password: Secret::new(password) };
    (prefix, (!user.is_empty() || !password.is_empty()).then_some(login))
}

/// The input of `git credential fill` for a URL.
pub fn git_credential_input(url: &str) -> String {
    format!("url={url}\n")
}

/// Credentials by URL prefix: the longest prefix at a slash wins.
#[derive(Clone, Debug, Default)]
pub struct Store {
    by_prefix: HashMap<String, Headers>,
}

impl Store {
    /// Remembers headers for a prefix (`host` or `https://host/path`); no headers forget it.
    pub fn set(&mut self, prefix: &str, headers: Headers) {
        let key = key_of(prefix);
        if headers.is_empty() {
            self.by_prefix.remove(key);
        } else {
            self.by_prefix.insert(key.to_owned(), headers);
        }
    }

    /// Remembers the logins of a `.netrc` file; of several for one host the first counts.
    pub fn set_netrc(&mut self, logins: &[Login]) {
        for login in logins.iter().rev() {
            self.set(&login.machine, vec![("Authorization".to_owned(), login.basic())]);
        }
    }

    /// The headers for a URL. None for anything but `https`: credentials must not travel in the clear.
    pub fn find(&self, url: &str) -> Option<&Headers> {
        url.strip_prefix("https://")?;
        let mut prefix = key_of(url);
        loop {
            if let Some(headers) = self.by_prefix.get(prefix) {
                return Some(headers);
            }
            prefix = &prefix[..prefix.rfind('/')?];
        }
    }
}

fn key_of(prefix: &str) -> &str {
    let prefix = prefix.strip_prefix("https://").unwrap_or(prefix);
    prefix.strip_suffix('/').unwrap_or(prefix)
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
