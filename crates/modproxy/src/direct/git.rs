//! Running git: never asking anybody, with a time limit, credentials out of the command line.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use http::StatusCode;
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::config::{Credential, ServeConfig};
use crate::refusal::Refusal;

/// The git command and how it is run.
#[derive(Debug)]
pub(crate) struct Git {
    pub(super) command: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) permits: Semaphore,
    pub(super) limit: Duration,
}

/// What git is told by variables. Credentials go to their own host only: git matches the URL of `http.URL.extraHeader`.
pub(crate) fn environment(config: &ServeConfig) -> BTreeMap<String, String> {
    let mut out = config.vcs_env.clone();
    let mut set = |name: &str, value: &str| {
        out.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    };
    set("GIT_TERMINAL_PROMPT", "0");
    set("GCM_INTERACTIVE", "never");
    set("GIT_SSH_COMMAND", "ssh -o ControlMaster=no -o BatchMode=yes");
    set("LC_ALL", "C");
    let mut settings = Vec::new();
    for (host, credential) in &config.credentials {
        let header = match credential {
            Credential::Basic { user, password } => {
                let pair = format!("{user}:{}", password.expose());
                format!("Authorization: Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
            }
            Credential::Bearer(token) => format!("Authorization: Bearer {}", token.expose()),
        };
        settings.push((format!("http.https://{host}/.extraHeader"), header));
    }
    if let Some(ca) = config.upstream_ca.first() {
        settings.push(("http.sslCAInfo".to_owned(), ca.display().to_string()));
    }
    // A repository's files must come out the same on every machine.
    settings.push(("core.autocrlf".to_owned(), "input".to_owned()));
    settings.push(("core.eol".to_owned(), "lf".to_owned()));
    out.insert("GIT_CONFIG_COUNT".to_owned(), settings.len().to_string());
    for (number, (name, value)) in settings.into_iter().enumerate() {
        out.insert(format!("GIT_CONFIG_KEY_{number}"), name);
        out.insert(format!("GIT_CONFIG_VALUE_{number}"), value);
    }
    out
}

impl Git {
    /// Runs git in `folder` and gives what it printed.
    pub(super) async fn run<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        insecure: bool,
        arguments: &[S],
    ) -> Result<Vec<u8>, Refusal> {
        self.run_into(folder, insecure, arguments, Stdio::piped()).await
    }

    /// Runs git with its output going to `output`.
    pub(super) async fn run_into<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        insecure: bool,
        arguments: &[S],
        output: Stdio,
    ) -> Result<Vec<u8>, Refusal> {
        let _permit = self.permits.acquire().await;
        let what = format!(
            "git {}",
            arguments.iter().map(|word| word.as_ref().to_string_lossy()).collect::<Vec<_>>().join(" ")
        );
        let child = Command::new(&self.command)
            .args(arguments)
            .current_dir(folder)
            .envs(&self.environment)
            // What Go's GOVCS and GOINSECURE permit; `ext::` and file URLs never come from a network.
            .env("GIT_ALLOW_PROTOCOL", if insecure { "https:ssh:http:git" } else { "https:ssh" })
            .env_remove("GIT_DIR")
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|err| match err.kind() {
                std::io::ErrorKind::NotFound => Refusal::bad_gateway(
                    "tool-git-missing",
                    format!("the proxy has no git command ({}) for direct fetches", self.command.display()),
                ),
                _ => Refusal::unavailable("", format!("cannot run {what}: {err}")),
            })?;
        let done = match tokio::time::timeout(self.limit, child.wait_with_output()).await {
            Ok(done) => done.map_err(|err| Refusal::unavailable("", format!("cannot run {what}: {err}")))?,
            Err(_) => return Err(crate::upstream::fault::timeout(&what, "took too long in all")),
        };
        if done.status.success() {
            return Ok(done.stdout);
        }
        Err(refusal_of(&what, &String::from_utf8_lossy(&done.stderr)))
    }
}

/// From git's own words to the cause. What hosts say for "private" and for "not there" is the same; it counts as "not
/// there", as `go` takes it, and git's words are passed on.
fn refusal_of(what: &str, said: &str) -> Refusal {
    let text = said.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    let low = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| low.contains(word));
    let bad = |cause| Refusal::bad_gateway(cause, format!("{what}: {text}"));
    if has(&["could not resolve host", "temporary failure in name resolution", "could not resolve hostname"])
    {
        bad("net-dns")
    } else if has(&["timed out", "timeout"]) {
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, "net-timeout", format!("{what}: {text}"))
    } else if has(&["certificate has expired", "not yet valid"]) {
        bad("tls-expired-or-clock")
    } else if has(&[
        "certificate subject name",
        "no alternative certificate subject name",
        "does not match target host",
    ]) {
        bad("tls-hostname")
    } else if has(&["certificate", "ssl"]) && !has(&["authentication failed"]) {
        bad("tls-unknown-authority")
    } else if has(&["permission denied (publickey", "host key verification failed", "agent refused"]) {
        bad("auth-ssh")
    } else if has(&["connection refused", "couldn't connect", "failed to connect"]) {
        bad("net-refused")
    } else if has(&["no route to host", "network is unreachable"]) {
        bad("net-unreachable")
    } else if has(&["early eof", "connection reset", "hung up", "rpc failed", "unexpected disconnect"]) {
        bad("net-interrupted")
    } else if has(&["no space left"]) {
        Refusal::unavailable("fs-no-space", format!("{what}: {text}"))
    } else if has(&[
        "authentication failed",
        "could not read username",
        "could not read password",
        "error: 401",
        "error: 403",
    ]) {
        Refusal::not_found(format!("not found: auth-private-module: {what}: {text}"))
    } else if has(&[
        "not found",
        "does not exist",
        "does not appear to be a git repository",
        "couldn't find remote ref",
        "error: 404",
    ]) {
        Refusal::not_found(format!("not found: {what}: {text}"))
    } else {
        bad("proxy-server-error")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gits_words_have_causes() {
        for (said, status, cause) in [
            ("fatal: unable to access 'https://x/': Could not resolve host: x", 502, "net-dns"),
            ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", 404, ""),
            ("remote: Repository not found.\nfatal: repository 'https://x/' not found", 404, ""),
            (
                "fatal: unable to access 'https://x/': Failed to connect to x port 443: Connection refused",
                502,
                "net-refused",
            ),
            (
                "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.",
                502,
                "auth-ssh",
            ),
            (
                "fatal: unable to access 'https://x/': server certificate verification failed. CAfile: none",
                502,
                "tls-unknown-authority",
            ),
            (
                "fatal: unable to access 'https://x/': The requested URL returned error: 503",
                502,
                "proxy-server-error",
            ),
        ] {
            let refusal = refusal_of("git ls-remote", said);
            assert_eq!((refusal.status.as_u16(), refusal.cause), (status, cause), "{said}");
        }
    }
}
