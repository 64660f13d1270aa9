//! `direct`: modules from their own repositories, through the git command. Other version control systems are refused
//! with a text that says so.
//!
//! | module | |
//! |---|---|
//! | [`discover`] | which repository holds a module |
//! | [`git`] | running git |
//! | [`repo`] | one bare clone: tags, commits, files |
//! | [`module`] | versions, `.info`, `.mod` and zip of a module in a repository |

mod discover;
mod git;
mod module;
mod repo;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use gomod::pattern::Patterns;
use tokio::sync::Semaphore;

use crate::config::{CacheLocation, ServeConfig};
use crate::refusal::Refusal;
use crate::upstream::tls;
use discover::Place;
use git::Git;
use module::Source;
use repo::Repo;

/// Folder of the bare clones. No module path starts with a dot.
const CLONES: &str = ".vcs";

/// Fetches modules from their repositories.
#[derive(Debug)]
pub(crate) struct Direct {
    git: Arc<Git>,
    clones: PathBuf,
    insecure: Patterns,
    client: reqwest::Client,
    places: moka::sync::Cache<String, Arc<Place>>,
    repos: Mutex<HashMap<String, Arc<Repo>>>,
    header_time: Duration,
}

impl Direct {
    pub(crate) fn new(config: &ServeConfig) -> io::Result<Self> {
        let base = match &config.cache {
            CacheLocation::Disk(folder) => folder.clone(),
            CacheLocation::S3 { .. } => config.spool.clone(),
        };
        let tls = tls::client_config(&config.upstream_ca, None)?;
        let client = crate::upstream::client_builder(config.timeouts.connect, tls)
            .build()
            .map_err(io::Error::other)?;
        Ok(Self {
            git: Arc::new(Git {
                command: config.git.clone(),
                environment: git::environment(config),
                permits: Semaphore::new(config.vcs_concurrency.max(1)),
                limit: config.timeouts.total,
            }),
            clones: base.join(CLONES),
            insecure: Patterns::parse(&config.insecure),
            client,
            places: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(600))
                .build(),
            repos: Mutex::default(),
            header_time: config.timeouts.connect + config.timeouts.header,
        })
    }

    async fn source(&self, module: &str) -> Result<Source, Refusal> {
        let place = match self.places.get(module) {
            Some(place) => place,
            None => {
                let found = self.discover(module).await?;
                let place = Arc::new(found);
                self.places.insert(module.to_owned(), Arc::clone(&place));
                place
            }
        };
        let insecure = self.insecure.matches(module);
        let repo = {
            let mut repos = self.repos.lock().unwrap_or_else(PoisonError::into_inner);
            let repo = repos.entry(place.url.clone()).or_insert_with(|| {
                Arc::new(Repo::new(Arc::clone(&self.git), &self.clones, &place.url, insecure))
            });
            Arc::clone(repo)
        };
        Source::new(module, &place, repo)
    }

    /// `@v/list`
    pub(crate) async fn list(&self, module: &str) -> Result<Bytes, Refusal> {
        let versions = self.source(module).await?.versions().await?;
        Ok(Bytes::from(versions.into_iter().map(|version| version + "\n").collect::<String>()))
    }

    /// `@latest`
    pub(crate) async fn latest(&self, module: &str) -> Result<Bytes, Refusal> {
        self.source(module).await?.latest().await
    }

    /// `.info` of a version or of any revision.
    pub(crate) async fn info(&self, module: &str, revision: &str) -> Result<Bytes, Refusal> {
        self.source(module).await?.info(revision).await
    }

    /// `.mod`
    pub(crate) async fn go_mod(&self, module: &str, version: &str) -> Result<Bytes, Refusal> {
        self.source(module).await?.go_mod(version).await
    }

    /// The zip, written into `file`.
    pub(crate) async fn zip(
        &self,
        module: &str,
        version: &str,
        file: Arc<std::fs::File>,
        scratch: crate::store::Spool,
    ) -> Result<u64, Refusal> {
        self.source(module).await?.zip(version, file, scratch).await
    }
}
