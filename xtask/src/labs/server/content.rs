//! What the lab's servers offer where nothing is wrong.

use super::http::{Answer, Request};
use super::zip;
use crate::labs::world::World;
use crate::run::checked;
use anyhow::{Context, Result};
use lab::{Scenario, Serve};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a server's answers come from.
pub(crate) struct Content {
    serve: Serve,
    files: PathBuf,
    /// `lab/modules`: folders named `path@version`.
    modules: PathBuf,
    /// The world's module cache, which is laid out like a proxy.
    cache: PathBuf,
    /// Bare repositories made from `modules`.
    git: PathBuf,
}

impl Content {
    pub(crate) fn new(serve: Serve, scenario: &Scenario, world: &World) -> Result<Self> {
        let content = Self {
            serve,
            files: scenario.folder.join("files"),
            modules: lab::folder().join("modules"),
            cache: world.path("modcache/cache/download"),
            git: world.path("git"),
        };
        if serve == Serve::Git {
            content.repositories().context("make the git repositories")?;
        }
        Ok(content)
    }

    pub(crate) fn answer(&self, request: &Request) -> Answer {
        let path = request.target.split('?').next().unwrap_or_default().trim_start_matches('/');
        let found = match self.serve {
            _ if path.split('/').any(|part| part == "..") => None,
            Serve::Nothing | Serve::ForwardProxy | Serve::Ssh => None,
            Serve::Files => {
                fs::read(self.files.join(path)).ok().map(|b| Answer::ok("application/octet-stream", b))
            }
            Serve::Modules => self.module(path),
            Serve::Git => self.repository(request, path),
            Serve::Registry => (path == "v2/").then(|| Answer::ok("application/json", "{}")),
        };
        found.unwrap_or_else(|| match self.serve {
            Serve::Registry => Answer::status(
                404,
                "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
                &["Content-Type: application/json".into()],
            ),
            _ => Answer::status(404, "not found\n", &[]),
        })
    }

    /// The module proxy protocol.
    fn module(&self, path: &str) -> Option<Answer> {
        if let Ok(bytes) = fs::read(self.cache.join(path)) {
            return Some(Answer::ok("application/octet-stream", bytes));
        }
        let (module, asked) = path.split_once("/@v/")?;
        if asked == "list" {
            let (folder, name) = module.rsplit_once('/')?;
            let versions: String = fs::read_dir(self.modules.join(folder))
                .ok()?
                .filter_map(|e| {
                    Some(
                        e.ok()?.file_name().to_str()?.strip_prefix(name)?.strip_prefix('@')?.to_owned()
                            + "\n",
                    )
                })
                .collect();
            return Some(Answer::ok("text/plain", versions));
        }
        let (version, kind) = asked.rsplit_once('.')?;
        let folder = self.modules.join(format!("{module}@{version}"));
        let go_mod = fs::read(folder.join("go.mod")).ok()?;
        match kind {
            "info" => {
                let info = serde_json::json!({"Version": version, "Time": "2026-01-05T10:00:00Z"});
                Some(Answer::ok("application/json", info.to_string()))
            }
            "mod" => Some(Answer::ok("text/plain", go_mod)),
            "zip" => {
                let mut files = Vec::new();
                collect(&folder, &format!("{module}@{version}"), &mut files);
                Some(Answer::ok("application/zip", zip::stored(&files)))
            }
            _ => None,
        }
    }

    /// A bare repository for every module of the lab, with a tag for every version.
    fn repositories(&self) -> Result<()> {
        let host = self.modules.join("git.corp.example/team");
        let mut versions: Vec<(String, PathBuf)> = fs::read_dir(&host)
            .with_context(|| format!("list {}", host.display()))?
            .filter_map(|e| {
                let e = e.ok()?;
                Some((e.file_name().to_str()?.to_owned(), e.path()))
            })
            .collect();
        versions.sort();
        for (name, folder) in versions {
            let Some((name, version)) = name.split_once('@') else { continue };
            let bare = self.git.join(format!("team/{name}.git"));
            let work = self.git.join(format!("work/{name}"));
            let git = |args: &[&str]| {
                let mut command = Command::new("git");
                command
                    .current_dir(&work)
                    .args(["-c", "user.name=Lab", "-c", "user.email=lab@corp.example"])
                    .args(args);
                for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
                    command.env(name, "2026-01-05T10:00:00Z");
                }
                checked(command.stdout(Stdio::null()).stderr(Stdio::null()))
            };
            if !bare.exists() {
                fs::create_dir_all(&work)?;
                git(&["init", "-q", "-b", "main"])?;
                git(&["init", "-q", "--bare", &bare.display().to_string()])?;
                git(&["remote", "add", "origin", &bare.display().to_string()])?;
            }
            if git(&["rev-parse", "-q", "--verify", &format!("refs/tags/{version}")]).is_ok() {
                continue;
            }
            checked(Command::new("cp").arg("-r").arg(folder.join(".")).arg(&work))?;
            git(&["add", "-A"])?;
            git(&["commit", "-q", "--allow-empty", "-m", version])?;
            git(&["tag", version])?;
            git(&["push", "-q", "origin", "main", "--tags"])?;
        }
        Ok(())
    }

    /// Go's `?go-get=1` page, and git's own protocol through `git http-backend`.
    fn repository(&self, request: &Request, path: &str) -> Option<Answer> {
        let (target, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        if query == "go-get=1" {
            let host = request.header("host")?;
            let repository = path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
            let repository = repository.trim_end_matches(".git");
            if !self.git.join(format!("{repository}.git")).exists() {
                return None;
            }
            return Some(Answer::ok(
                "text/html",
                format!(
                    "<html><head><meta name=\"go-import\" content=\"{host}/{repository} git https://{host}/{repository}.git\"></head></html>\n"
                ),
            ));
        }
        let mut child = Command::new("git")
            .arg("http-backend")
            .env("GIT_PROJECT_ROOT", &self.git)
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("PATH_INFO", target)
            .env("QUERY_STRING", query)
            .env("REQUEST_METHOD", &request.method)
            .env("CONTENT_TYPE", request.header("content-type").unwrap_or_default())
            .env("CONTENT_LENGTH", request.body.len().to_string())
            .env("HTTP_CONTENT_ENCODING", request.header("content-encoding").unwrap_or_default())
            .env("GIT_PROTOCOL", request.header("git-protocol").unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child.stdin.take()?.write_all(&request.body).ok()?;
        let out = child.wait_with_output().ok()?.stdout;
        let end = out.windows(4).position(|w| w == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&out[..end]).into_owned();
        let code =
            head.lines().find_map(|l| l.strip_prefix("Status: ")?.get(..3)?.parse().ok()).unwrap_or(200);
        let headers = head.lines().filter(|l| !l.starts_with("Status:")).map(str::to_owned).collect();
        Some(Answer { code, headers, body: out[end + 4..].to_vec(), closes: false })
    }
}

/// Every file below a folder, named below `prefix`.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(|e| Some(e.ok()?.path())).collect();
    entries.sort();
    for path in entries {
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &name, files);
        } else if let Ok(content) = fs::read(&path) {
            files.push((name, content));
        }
    }
}
