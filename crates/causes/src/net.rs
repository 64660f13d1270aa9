//! Whose fault a network fault is.
//!
//! The same words (`i/o timeout`, `403 Forbidden`) have different causes depending on who was asked for what: a module
//! proxy, the checksum database, a version control host, an image registry, a package mirror. This is the one place
//! that decides; the causes ask [`blames`].

use buildlog::chain::{AddressClass, Fault, FaultKind, classify_host};

use crate::cause::Verdict;
use crate::clue::{Clue, Origin};

/// Who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A GOPROXY server, for a module.
    ModuleProxy,
    /// The checksum database, directly or through a proxy.
    SumDb,
    /// A vanity import path's page (`?go-get=1`).
    ImportPage,
    /// A version control host, by git or its like.
    Vcs,
    /// An image registry.
    Registry,
    /// A server of Go toolchains.
    Toolchain,
    /// Anything else, by curl, wget, apt, apk or Go.
    Other,
}

/// Who was asked by the request that this message speaks of.
pub(crate) fn asked(clue: &Clue<'_>) -> Asked {
    let text = clue.own_text();
    if text.contains("/sumdb/")
        || text.contains("://sum.golang.org")
        || text.contains("://sum.golang.google.cn")
        || text.contains("lookup sum.golang.")
        || (text.contains("verifying ")
            && text.contains("://")
            && (text.contains("/lookup/") || text.contains("/tile/") || text.contains("/latest")))
    {
        return Asked::SumDb;
    }
    if text.contains("/@v/") || text.contains("/@latest") {
        return Asked::ModuleProxy;
    }
    if text.contains("go-get=1") || text.contains("https fetch") || text.contains("http/https fetch") {
        return Asked::ImportPage;
    }
    if is_pull(clue) {
        return Asked::Registry;
    }
    let head = clue.head();
    let vcs = |t: &str| {
        t.contains("git ls-remote")
            || t.contains("git fetch")
            || t.contains("git clone")
            || t.contains("unable to access '")
            || t.trim_start().starts_with("fatal:")
            || t.trim_start().starts_with("error: RPC failed")
            || t.contains("hg clone")
            || t.contains("in /go/pkg/mod/cache/vcs/")
            || t.contains("/cache/vcs/")
            || t.contains("ssh: connect to host")
    };
    if vcs(text) || vcs(head) {
        return Asked::Vcs;
    }
    if text.contains("golang.org/toolchain") || text.contains("go.dev/dl") && text.contains("download go1") {
        return Asked::Toolchain;
    }
    Asked::Other
}

/// The message is about fetching an image.
pub(crate) fn is_pull(clue: &Clue<'_>) -> bool {
    const MARKS: [&str; 31] = [
        "failed to resolve source metadata",
        "failed to load cache key",
        "failed to solve with frontend",
        "load metadata for",
        "httpReadSeeker",
        "failed to authorize",
        "failed to fetch oauth token",
        "failed to fetch anonymous token",
        "failed to do request: Head",
        "failed to do request: Get",
        "failed to copy: ",
        "pull access denied",
        "Error response from daemon",
        "error response from daemon",
        "error pulling image",
        "error creating build container",
        "unexpected status from HEAD request",
        "unexpected status from GET request",
        "received unexpected HTTP status",
        "getting stage builder",
        "Downloading base image",
        "initializing source docker://",
        "pinging container registry",
        "docker://",
        "pinging docker registry",
        "error getting credentials",
        "auth.docker.io",
        "registry-1.docker.io",
        "index.docker.io",
        "production.cloudflare.docker.com",
        "Error while pulling image",
    ];
    let message = clue.message();
    let text = clue.text;
    if text.contains("/@v/") || text.contains("?go-get=1") || text.contains("/sumdb/") {
        return false;
    }
    if MARKS.iter().any(|m| text.contains(m)) || (text.contains("/v2/") && text.contains("://")) {
        return true;
    }
    clue.scene.pulls && message.origin != Origin::Outside
}

/// Lines of other package managers: their network is their own affair.
pub(crate) fn is_foreign(text: &str) -> bool {
    let text = text.trim_start();
    const HEADS: [&str; 24] = [
        "npm ",
        "yarn ",
        "error Error",
        "error An unexpected",
        "ERR_PNPM",
        "pnpm",
        "WARN  GET",
        "info There appears",
        "Collecting ",
        "pip",
        "Could not fetch URL",
        "[ERROR]",
        "[WARNING]",
        "Caused by:",
        "warning: spurious network",
        "Gem::",
        "Bundler::",
        "Fetching gem",
        "> Could not",
        "FAILURE:",
        "* What went wrong",
        "Could not transfer",
        "requests.exceptions",
        "urllib3",
    ];
    HEADS.iter().any(|h| text.starts_with(h))
        || text.contains("npm ERR!")
        || text.contains("npm error")
        || text.contains("Retrying (Retry(")
        || text.contains("HTTPSConnectionPool")
        || text.contains("crates.io")
        || text.contains("ConnectTimeoutError")
        || text.contains("Could not transfer artifact")
}

/// The cause that a message's network fault belongs to, and how surely.
pub(crate) fn attribute(clue: &Clue<'_>) -> Option<(&'static str, Verdict)> {
    let fault = clue.fault()?;
    let text = clue.own_text();
    if is_foreign(text) || text.contains("dial unix") || text.contains("docker.sock") {
        return None;
    }
    let asked = asked(clue);
    if !speaks_of_a_request(clue, asked) {
        return None;
    }
    let loopback = fault.is_loopback() && asked != Asked::Registry;
    let subject =
        fault.host.clone().or_else(|| fault.address.as_ref().map(|a| a.host.clone())).unwrap_or_default();
    let at = |id: &'static str, weight: u8| {
        Some((id, Verdict::sure(weight).about(subject.clone()).at(fault.span)))
    };
    let maybe = |id: &'static str, weight: u8| {
        Some((id, Verdict::unsure(weight).about(subject.clone()).at(fault.span)))
    };
    match fault.kind {
        FaultKind::UnknownAuthority => at("tls-unknown-authority", 95),
        FaultKind::Expired => at("tls-expired-or-clock", 96),
        FaultKind::Hostname => at("tls-hostname", 95),
        FaultKind::Proxy => at("net-proxy-env", 93),
        FaultKind::Status(code) => status(clue, asked, fault, code, subject.clone()),
        FaultKind::PlainHttp if asked == Asked::ModuleProxy => at("goproxy-config", 92),
        FaultKind::PlainHttp => at("plain-http", if asked == Asked::Vcs { 80 } else { 92 }),
        _ if asked == Asked::Registry => match fault.kind {
            FaultKind::Interrupted if !text.contains("failed to do request") && !text.contains("Get ") => {
                at("net-interrupted", 92)
            }
            FaultKind::Interrupted => maybe("net-interrupted", 91),
            _ => at("registry-unreachable", 93),
        },
        _ if asked == Asked::SumDb && !fault.to_proxy && !loopback => at("sumdb-unreachable", 94),
        FaultKind::Lookup => at("net-dns", 93),
        _ if loopback && is_proxy_use(clue, fault, asked) => at("net-localhost-proxy", 94),
        _ if fault.to_proxy => at("net-proxy-env", 92),
        FaultKind::Refused => at("net-refused", 90),
        FaultKind::Unreachable => at("net-unreachable", 90),
        FaultKind::HandshakeTimeout | FaultKind::Interrupted => at("net-interrupted", 88),
        FaultKind::Timeout => at("net-timeout", 89),
        FaultKind::NotConnected if loopback => at("net-localhost-proxy", 90),
        FaultKind::NotConnected => maybe("net-refused", 85),
    }
}

/// A loopback address that stands for a proxy: asked for modules, or by a tool that was told to use a proxy.
fn is_proxy_use(clue: &Clue<'_>, fault: &Fault, asked: Asked) -> bool {
    fault.to_proxy
        || asked != Asked::Other
        || clue.text.contains("://")
        || clue.text.contains("curl")
        || clue.text.contains("Failed to connect to")
}

/// Not every line with such words is a failed request: programs under test print them too.
fn speaks_of_a_request(clue: &Clue<'_>, asked: Asked) -> bool {
    let text = clue.own_text().trim_start();
    if asked != Asked::Other {
        return true;
    }
    if text.starts_with("=== ")
        || text.starts_with("--- ")
        || text.starts_with("ok  \t")
        || text.contains("_test.go:")
    {
        return false;
    }
    // Programs under test print such words too; there only the go command's own messages count.
    let from_go = text.starts_with("go: ") || text.starts_with("go get ") || text.starts_with("go mod ");
    if clue.scene.tests && !from_go {
        return false;
    }
    const HEADS: [&str; 47] = [
        "go: ",
        "go get",
        "go mod",
        "go build",
        "go install",
        "go list",
        "go test",
        "go run",
        "go: module ",
        "fatal: ",
        "error: ",
        "curl: ",
        "wget: ",
        "ssh: ",
        "E: ",
        "Err:",
        "W: Failed",
        "Could not connect to ",
        "ERROR: ",
        "ERROR 4",
        "ERROR 5",
        "failed to ",
        "Failed to ",
        "Get ",
        "Get \"",
        "verifying ",
        "package ",
        "dial tcp",
        "Error: ",
        "error ",
        "fetch http",
        "ERROR:",
        "Unable to ",
        "unable to ",
        "Could not resolve",
        "Cannot ",
        "cannot ",
        "build ",
        "wget",
        "read \"",
        "https fetch",
        "import ",
        "Connecting to ",
        "HTTP request sent",
        "Temporary failure",
        "Resolving ",
        "  Could not",
    ];
    if HEADS.iter().any(|h| text.starts_with(h)) {
        return true;
    }
    // `module@version: Get "...": ...` and `file.go:3:2: module@version: Get ...`
    if (text.contains("Get \"http")
        || text.contains("Get http")
        || text.contains("unable to access '")
        || text.contains("dial tcp"))
        && (clue.module().is_some()
            || text.contains("unrecognized import path")
            || clue.message().origin != Origin::Outside
            || !clue.scene.build.structured())
    {
        return true;
    }
    clue.message().origin == Origin::Step
        && (text.contains("Failed to fetch")
            || text.contains("Temporary failure resolving")
            || text.contains("Could not resolve"))
        || (text.contains("apk") || text.contains("APKINDEX")) && text.contains("rror")
        || (clue.message().origin == Origin::Step && text.contains("://"))
        || text.contains("proxyconnect")
}

fn status(
    clue: &Clue<'_>,
    asked: Asked,
    fault: &Fault,
    code: u16,
    subject: String,
) -> Option<(&'static str, Verdict)> {
    let at = |id: &'static str, weight: u8| {
        Some((id, Verdict::sure(weight).about(subject.clone()).at(fault.span)))
    };
    let maybe = |id: &'static str, weight: u8| {
        Some((id, Verdict::unsure(weight).about(subject.clone()).at(fault.span)))
    };
    if code == 407 {
        return at("net-proxy-env", 94);
    }
    let module = clue.module().map_or_else(|| subject.clone(), |m| m.path.to_owned());
    let about = |id: &'static str, weight: u8, unsure: bool| {
        let verdict = if unsure { Verdict::unsure(weight) } else { Verdict::sure(weight) };
        Some((id, verdict.about(module.clone()).at(fault.span)))
    };
    match asked {
        Asked::SumDb => match code {
            // A public module can be absent there too: its tag was pushed after the database had looked.
            404 | 410 => about("goprivate-missing", 93, !looks_private(&module)),
            _ => at("sumdb-unreachable", 93),
        },
        Asked::ModuleProxy | Asked::Toolchain => match code {
            404 | 410 if asked == Asked::Toolchain || clue.text.contains("golang.org/toolchain") => {
                at("go-toolchain-unavailable", 90)
            }
            404 | 410 => not_found(clue, about),
            401 => about("auth-private-module", 90, false),
            403 => at("proxy-forbidden", 92),
            429 | 500..=599 => at("proxy-server-error", 92),
            400 => about("mod-unknown-revision", 70, true),
            _ => at("proxy-server-error", 80),
        },
        Asked::ImportPage => match code {
            404 | 410 => about("mod-not-found", 78, true),
            401 | 403 => about("auth-private-module", 85, true),
            429 | 500..=599 => at("proxy-server-error", 90),
            _ => None,
        },
        Asked::Vcs => match code {
            401 | 403 => about("auth-private-module", 88, false),
            404 | 410 => about("mod-not-found", 80, true),
            429 | 500..=599 => at("proxy-server-error", 90),
            _ => None,
        },
        Asked::Registry => match code {
            401 | 403 => at("registry-auth", 90),
            404 => at("registry-image-not-found", 88),
            429 => at("registry-rate-limit", 95),
            500..=599 => at("registry-unreachable", 93),
            _ => maybe("registry-unreachable", 70),
        },
        Asked::Other => {
            let text = clue.text.trim_start();
            let package_manager = text.starts_with("E: ")
                || text.starts_with("Err:")
                || text.starts_with("W: ")
                || text.contains("APKINDEX")
                || text.contains("/dists/");
            if package_manager {
                return at("os-package-missing", 85);
            }
            let fetcher = text.starts_with("curl: ")
                || text.starts_with("wget: ")
                || text.contains("ERROR 4")
                || text.contains("ERROR 5")
                || text.contains("awaiting response")
                || clue.scene.instruction.starts_with("ADD ")
                || text.contains("failed to fetch http")
                || text.contains("The requested URL returned error");
            (fetcher && (clue.message().origin != Origin::Outside || !clue.scene.build.structured())).then(
                || {
                    // wget prints the answer, then the error; the error line counts more.
                    let weight = if text.contains("awaiting response") { 70 } else { 86 };
                    // A variable in the address may be what is wrong.
                    let unsure = clue.scene.instruction.contains('$');
                    (
                        "download-failed",
                        Verdict { ambiguous: unsure, ..Verdict::sure(weight) }
                            .about(subject.clone())
                            .at(fault.span),
                    )
                },
            )
        }
    }
}

/// A module proxy says 404 or 410: what its own words make of it.
fn not_found(
    clue: &Clue<'_>,
    about: impl Fn(&'static str, u8, bool) -> Option<(&'static str, Verdict)>,
) -> Option<(&'static str, Verdict)> {
    let response = clue.server_response();
    let module = clue.module();
    if module.is_some_and(|m| looks_private(m.path)) {
        return about("goprivate-missing", 88, false);
    }
    if response.contains("unknown revision")
        || response.contains("invalid version: ") && !response.contains("fatal:")
        || response.contains("no matching versions")
        || response.contains("invalid pseudo-version")
    {
        return about("mod-unknown-revision", 86, false);
    }
    if response.contains("could not read Username")
        || response.contains("terminal prompts disabled")
        || response.contains("Repository not found")
    {
        return about("mod-not-found", 84, true);
    }
    if response.contains("timeout") || response.contains("timed out") || response.contains("bad upstream") {
        return about("proxy-server-error", 80, true);
    }
    about("mod-not-found", 80, true)
}

/// A host that no public proxy can reach: no public suffix, or a name that companies use inside.
pub(crate) fn looks_private(path: &str) -> bool {
    let host = path.split('/').next().unwrap_or(path).split(':').next().unwrap_or("");
    if host.is_empty() || !host.contains('.') {
        return false;
    }
    if matches!(
        classify_host(host),
        AddressClass::Private | AddressClass::DockerBridge | AddressClass::Loopback
    ) {
        return true;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.last().copied().unwrap_or("");
    let inside = [
        "corp",
        "internal",
        "intern",
        "local",
        "lan",
        "intra",
        "intranet",
        "private",
        "priv",
        "home",
        "company",
        "mycompany",
        "corporate",
    ];
    ["internal", "local", "lan", "corp", "intra", "intranet", "home", "private", "localdomain", "test"]
        .contains(&last)
        || labels.iter().any(|l| inside.contains(l))
        || (labels.len() > 2
            && [
                "git",
                "gitlab",
                "gitea",
                "gogs",
                "ghe",
                "github",
                "bitbucket",
                "stash",
                "code",
                "scm",
                "vcs",
                "forgejo",
            ]
            .contains(&labels[0])
            && !host.ends_with("googlesource.com"))
}

/// The verdict, if this message's network fault belongs to `id`.
pub(crate) fn blames(id: &'static str, clue: &Clue<'_>) -> Option<Verdict> {
    clue.attributed().filter(|(cause, _)| *cause == id).map(|(_, verdict)| verdict.clone())
}

/// The module that a message or the line it hangs on is about.
pub(crate) fn head_module(clue: &Clue<'_>) -> Option<String> {
    use buildlog::chain::module_ref;
    module_ref(clue.text).or_else(|| module_ref(clue.head())).map(|m| m.path.to_owned())
}

/// The request that failed was for a version that go.mod pins, not for a path somebody typed.
pub(crate) fn is_pinned(clue: &Clue<'_>) -> bool {
    use buildlog::chain::module_ref;
    let head = clue.head();
    let pinned =
        module_ref(head).or_else(|| module_ref(clue.text)).is_some_and(|m| m.version.starts_with('v'));
    pinned
        || head.contains("go.mod:")
        || clue.just_before(4, |t| t.contains("go.mod:") || t.contains("errors parsing go.mod"))
}
