//! `scenario.toml`: a fault and the cause it must be given.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// One builder and output form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// The engine's classic builder.
    Classic,
    /// The engine's own (2021) BuildKit, `--progress=plain` of the engine's client.
    EngineBuildkit,
    /// Current BuildKit and buildx, `--progress=plain`.
    Buildkit,
    /// Current BuildKit and buildx, `--progress=rawjson`.
    Rawjson,
    /// Current BuildKit and buildx drawing on a terminal, as `script` captures it.
    Tty,
    /// `docker buildx bake`: target names before the steps.
    Bake,
    /// Buildah, `--isolation chroot`.
    Buildah,
    /// docker-compose 1.x.
    Compose,
    /// The failing step's command alone, in a container of the same image.
    Go,
    /// BuildKit's own build record, as `docker buildx history export` writes it.
    Dockerbuild,
}

impl Dialect {
    /// Every dialect, in the order they are recorded.
    pub const ALL: [Self; 10] = [
        Self::Classic,
        Self::EngineBuildkit,
        Self::Buildkit,
        Self::Rawjson,
        Self::Tty,
        Self::Bake,
        Self::Buildah,
        Self::Compose,
        Self::Go,
        Self::Dockerbuild,
    ];

    /// Its name in file names and in `scenario.toml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::EngineBuildkit => "engine-buildkit",
            Self::Buildkit => "buildkit",
            Self::Rawjson => "rawjson",
            Self::Tty => "tty",
            Self::Bake => "bake",
            Self::Buildah => "buildah",
            Self::Compose => "compose",
            Self::Go => "go",
            Self::Dockerbuild => "dockerbuild",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a host name of the scenario leads. All addresses are on a bridge the lab makes (198.51.100.0/24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// To the lab's own servers.
    Server,
    /// Packets vanish.
    Blackhole,
    /// Nobody has the address: no route to host.
    Noroute,
    /// A router answers "network unreachable".
    Unreachable,
    /// Connections are refused.
    Refused,
    /// An IPv6 address only.
    Ipv6,
}

/// A host name the build sees.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The name.
    pub name: String,
    /// Where it leads.
    pub to: Placement,
}

/// What a server of the scenario offers where no fault applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Serve {
    /// 404 for everything.
    #[default]
    Nothing,
    /// The module proxy protocol, out of the lab's module cache and `lab/modules`.
    Modules,
    /// Git repositories over HTTP, made from `lab/modules`, with `go-import` pages.
    Git,
    /// A forward proxy (CONNECT).
    ForwardProxy,
    /// A container registry without images.
    Registry,
    /// The scenario's `files/` folder.
    Files,
    /// OpenSSH, which knows nobody's key.
    Ssh,
}

/// The certificate a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Signed by the lab's authority.
    Lab,
    /// Signed by an authority nobody has heard of.
    UnknownAuthority,
    /// Self-signed.
    SelfSigned,
    /// Expired.
    Expired,
    /// Valid from tomorrow.
    NotYet,
    /// For another name.
    OtherName,
}

/// What a server does wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "do", deny_unknown_fields)]
pub enum Fault {
    /// Answers with this status.
    Status {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
        /// The status.
        code: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// Further header lines.
        #[serde(default)]
        headers: Vec<String>,
    },
    /// Redirects to itself, for ever.
    RedirectLoop {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// Resets the connection after the request.
    Reset {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// Closes the connection after the request, without an answer.
    Close {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// Sends a part of the body under the full length, then closes.
    Cut {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// Serves the body with a part of it missing, under a length that fits.
    Truncate {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// Never answers.
    Silent {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// HTTP/2: resets the stream.
    H2Reset {
        /// Only where the request target contains this.
        #[serde(default)]
        path: String,
    },
    /// TLS: closes during the handshake.
    HandshakeClose,
    /// TLS: never goes on with the handshake.
    HandshakeSilent,
}

impl Fault {
    /// The part of a request target the fault is confined to; empty for all.
    pub fn path(&self) -> &str {
        match self {
            Self::Status { path, .. }
            | Self::RedirectLoop { path }
            | Self::Reset { path }
            | Self::Close { path }
            | Self::Cut { path }
            | Self::Truncate { path }
            | Self::Silent { path }
            | Self::H2Reset { path } => path,
            Self::HandshakeClose | Self::HandshakeSilent => "",
        }
    }
}

/// A server that runs while the scenario's builds do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The port on the lab's address.
    pub port: u16,
    /// The name certificates are made for.
    #[serde(default)]
    pub name: String,
    /// What it offers.
    #[serde(default)]
    pub serve: Serve,
    /// TLS, and with which certificate.
    pub tls: Option<Tls>,
    /// `user:password` it asks for.
    pub basic_auth: Option<String>,
    /// What it does wrong; the first whose path matches applies.
    #[serde(default)]
    pub fault: Vec<Fault>,
}

/// A build that fails for a known cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Folder name.
    #[serde(skip)]
    pub name: String,
    /// Its folder.
    #[serde(skip)]
    pub folder: PathBuf,
    /// What is wrong and how the lab brings it about.
    pub about: String,
    /// The true cause; `success` for a build that must succeed.
    pub cause: String,
    /// A cause that is acceptable too.
    pub secondary: Option<String>,
    /// Texts of which the decisive line contains one.
    #[serde(default)]
    pub decisive: Vec<String>,
    /// Where a dialect's decisive line reads differently.
    #[serde(default)]
    pub decisive_in: BTreeMap<String, Vec<String>>,
    /// A folder of `lab/projects` that is laid under the scenario's own files.
    pub project: Option<String>,
    /// The dialects to record in.
    pub dialects: Vec<Dialect>,
    /// The image the `go` dialect runs in.
    #[serde(default)]
    pub image: String,
    /// What the `go` dialect runs there, in the project's folder.
    pub raw: Option<String>,
    /// Further commands to record like `raw`, by the name of the recording: `go-json = "go build -json ."`.
    #[serde(default)]
    pub more: BTreeMap<String, String>,
    /// Further options of `docker run` for the `go` dialect.
    #[serde(default)]
    pub run_args: Vec<String>,
    /// Options every builder gets.
    #[serde(default)]
    pub args: Vec<String>,
    /// Options one dialect gets besides.
    #[serde(default)]
    pub args_in: BTreeMap<String, Vec<String>>,
    /// Environment variables of the client.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Host names.
    #[serde(default)]
    pub host: Vec<Host>,
    /// Servers.
    #[serde(default)]
    pub server: Vec<Server>,
    /// Where the name server's address leads, if not to a working one.
    pub resolver: Option<Placement>,
    /// A shell script run in the prepared project's folder before the build (`$LAB` is `lab/`, `$CA` the lab's
    /// certificate): line ends, links, git history.
    pub prepare: Option<String>,
    /// Whether `cargo xtask test` builds it live.
    #[serde(default)]
    pub live: bool,
    /// Seconds after which the lab ends the build.
    #[serde(default = "two_minutes")]
    pub limit: u64,
}

fn two_minutes() -> u64 {
    120
}

impl Scenario {
    /// The texts of which the decisive line contains one, in this dialect.
    pub fn decisive(&self, dialect: Dialect) -> &[String] {
        self.decisive_in.get(dialect.name()).unwrap_or(&self.decisive)
    }
}

/// Reads one scenario's folder.
///
/// # Errors
/// When its `scenario.toml` cannot be read or parsed.
pub fn scenario(folder: &Path) -> Result<Scenario, Error> {
    let path = folder.join("scenario.toml");
    let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    let mut scenario: Scenario =
        toml::from_str(&text).map_err(|source| Error::Scenario { path, source: Box::new(source) })?;
    scenario.name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    scenario.folder = folder.to_path_buf();
    Ok(scenario)
}

/// Every scenario, by name.
///
/// # Errors
/// When a folder or a `scenario.toml` cannot be read.
pub fn scenarios() -> Result<Vec<Scenario>, Error> {
    let folder = crate::folder().join("scenarios");
    let mut folders: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(Error::io("list", &folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("scenario.toml").is_file())
        .collect();
    folders.sort();
    folders.iter().map(|folder| scenario(folder)).collect()
}
