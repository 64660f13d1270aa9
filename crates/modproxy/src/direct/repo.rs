//! One repository: a bare clone that is reused and only grows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

use super::git::Git;
use crate::refusal::Refusal;

/// How long the list of references is believed.
const FRESH: Duration = Duration::from_secs(5);

/// A repository.
#[derive(Debug)]
pub(crate) struct Repo {
    git: Arc<Git>,
    folder: PathBuf,
    pub(super) url: String,
    insecure: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    made: bool,
    refs: Option<(Instant, Arc<BTreeMap<String, String>>)>,
    /// When everything was fetched.
    whole: Option<Instant>,
}

/// A commit that is in the clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    /// Seconds since 1970.
    pub(crate) time: i64,
}

impl Repo {
    pub(super) fn new(git: Arc<Git>, clones: &Path, url: &str, insecure: bool) -> Self {
        let name: String =
            Sha256::digest(url.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { git, folder: clones.join(name), url: url.to_owned(), insecure, state: Mutex::default() }
    }

    async fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, Refusal> {
        self.git.run(&self.folder, self.insecure, arguments).await
    }

    async fn ensure_made(&self, state: &mut State) -> Result<(), Refusal> {
        if state.made {
            return Ok(());
        }
        std::fs::create_dir_all(&self.folder).map_err(crate::fetch::no_room)?;
        if !self.folder.join("HEAD").exists() {
            self.git(&["init", "--quiet", "--bare", "."]).await?;
        }
        // Left by a git that was killed: nobody else works in this folder.
        let _ = std::fs::remove_file(self.folder.join("shallow.lock"));
        state.made = true;
        Ok(())
    }

    /// All references of the remote and their commits (annotated tags resolved).
    pub(super) async fn refs(&self) -> Result<Arc<BTreeMap<String, String>>, Refusal> {
        let mut state = self.state.lock().await;
        if let Some((when, refs)) = &state.refs
            && when.elapsed() < FRESH
        {
            return Ok(Arc::clone(refs));
        }
        self.ensure_made(&mut state).await?;
        let out = self.git(&["ls-remote", "--quiet", "--end-of-options", &self.url]).await?;
        let mut refs = BTreeMap::new();
        for line in String::from_utf8_lossy(&out).lines() {
            let Some((hash, name)) = line.split_once('\t') else { continue };
            // `tag^{}` comes after `tag` and is the commit that it names.
            refs.insert(name.strip_suffix("^{}").unwrap_or(name).to_owned(), hash.to_owned());
        }
        let refs = Arc::new(refs);
        state.refs = Some((Instant::now(), Arc::clone(&refs)));
        Ok(refs)
    }

    /// The commit of a reference such as `refs/tags/v1.0.0`, fetched alone if the server allows it.
    pub(super) async fn commit_of_ref(&self, name: &str, hash: &str) -> Result<Commit, Refusal> {
        if let Ok(commit) = self.commit(hash).await {
            return Ok(commit);
        }
        {
            let mut state = self.state.lock().await;
            self.ensure_made(&mut state).await?;
            let spec = format!("{name}:{name}");
            let alone = [
                "fetch",
                "--quiet",
                "--force",
                "--depth=1",
                "--no-tags",
                "--end-of-options",
                &self.url,
                &spec,
            ];
            if let Err(refusal) = self.git(&alone).await {
                // Some servers cannot give a commit without its history.
                tracing::debug!(%refusal, "cannot fetch a commit alone");
            }
        }
        if let Ok(commit) = self.commit(hash).await {
            return Ok(commit);
        }
        self.fetch_all().await?;
        self.commit(hash).await
    }

    /// The commit with this hash, or a beginning of it, if it is in the clone.
    pub(super) async fn commit(&self, revision: &str) -> Result<Commit, Refusal> {
        let spec = format!("{revision}^{{commit}}");
        let out = self
            .git(&["log", "--max-count=1", "--format=%H %ct", "--end-of-options", &spec, "--"])
            .await
            .map_err(|refusal| {
                Refusal::not_found(format!("unknown revision {revision}: {}", refusal.message))
            })?;
        let text = String::from_utf8_lossy(&out);
        let parsed =
            text.trim().split_once(' ').and_then(|(hash, time)| Some((hash.to_owned(), time.parse().ok()?)));
        let (hash, time) =
            parsed.ok_or_else(|| Refusal::not_found(format!("unknown revision {revision}")))?;
        Ok(Commit { hash, time })
    }

    /// Fetches all branches and tags with their history, unless that was just done.
    pub(super) async fn fetch_all(&self) -> Result<(), Refusal> {
        let mut state = self.state.lock().await;
        if state.whole.is_some_and(|when| when.elapsed() < FRESH) {
            return Ok(());
        }
        self.ensure_made(&mut state).await?;
        let mut arguments = vec!["fetch", "--quiet", "--force"];
        if self.folder.join("shallow").exists() {
            arguments.push("--unshallow");
        }
        let heads = "refs/heads/*:refs/heads/*";
        arguments.extend(["--end-of-options", &self.url, heads, "refs/tags/*:refs/tags/*"]);
        self.git(&arguments).await?;
        state.whole = Some(Instant::now());
        Ok(())
    }

    /// Tags of the commit's history.
    pub(super) async fn tags_before(&self, hash: &str) -> Result<Vec<String>, Refusal> {
        let out = self
            .git(&["for-each-ref", "--format=%(refname:strip=2)", &format!("--merged={hash}"), "refs/tags"])
            .await?;
        Ok(String::from_utf8_lossy(&out).lines().map(str::to_owned).collect())
    }

    /// Is `older` in the history of `newer`?
    pub(super) async fn is_ancestor(&self, older: &str, newer: &str) -> bool {
        self.git(&["merge-base", "--is-ancestor", "--end-of-options", older, newer]).await.is_ok()
    }

    /// A file of a commit; `None` if it has none of this name.
    pub(super) async fn file(&self, hash: &str, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let spec = format!("{hash}:{path}");
        // Absent is told from broken by asking for the type first.
        match self.git(&["cat-file", "-t", &spec]).await {
            Ok(kind) if kind.trim_ascii() == b"blob" => {}
            _ => return Ok(None),
        }
        self.git(&["cat-file", "blob", &spec]).await.map(Some)
    }

    /// All files of a folder of a commit as a tar, attributes such as `export-ignore` obeyed as `go` does.
    pub(super) async fn archive(&self, hash: &str, folder: &str, into: std::fs::File) -> Result<(), Refusal> {
        let mut arguments =
            vec!["-c", "core.autocrlf=input", "-c", "core.eol=lf", "archive", "--format=tar", hash];
        if !folder.is_empty() {
            arguments.push("--");
            arguments.push(folder);
        }
        self.git.run_into(&self.folder, self.insecure, &arguments, Stdio::from(into)).await.map(drop)
    }
}
