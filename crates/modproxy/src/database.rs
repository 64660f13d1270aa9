//! The client of the checksum database that verification trusts. It asks the same places as clients that pass through
//! us, and keeps what it verified in the same cache.

use std::io;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use gomod::ModuleVersion;
use gomod::pattern::Patterns;
use gomod::sumdb::{Client, LookupError, Ops, Options, note};

use crate::config::{ServeConfig, Verify};
use crate::hot::{Hot, stored_bytes};
use crate::proxy::Proxy;
use crate::refusal::Refusal;
use crate::store::Content;

/// Folder of the newest signed trees in the store. Losing one means trusting the database's next answer.
const TREES: &str = ".sumdb";

/// What the client has done for it.
#[derive(Debug)]
pub(crate) struct DatabaseOps {
    /// The proxy owns the client.
    proxy: Weak<Proxy>,
    name: String,
    latest: tokio::sync::Mutex<()>,
}

/// Why something could not be fetched or stored.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct OpsError(Arc<Refusal>);

impl DatabaseOps {
    fn proxy(&self) -> Result<Arc<Proxy>, OpsError> {
        self.proxy.upgrade().ok_or_else(|| {
            OpsError(Arc::new(Refusal::unavailable("sumdb-unreachable", "the server is stopping")))
        })
    }
}

impl Ops for DatabaseOps {
    type Error = OpsError;

    async fn fetch(&self, paths: Vec<String>) -> Vec<Result<Vec<u8>, OpsError>> {
        let asked = paths.into_iter().map(|path| async move {
            let answer = self.proxy()?.sumdb_ask(&self.name, &path).await;
            answer.map(|body| body.to_vec()).map_err(OpsError)
        });
        futures_util::future::join_all(asked).await
    }

    async fn read_cache(&self, file: String) -> Option<Vec<u8>> {
        let (hot, _) = self.proxy().ok()?.cached(&format!("sumdb/{file}")).await.ok()??;
        match &hot.content {
            Content::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }

    async fn write_cache(&self, file: String, data: Vec<u8>) {
        let Ok(proxy) = self.proxy() else { return };
        let (key, data) = (format!("sumdb/{file}"), Bytes::from(data));
        proxy.hot.insert(&key, Arc::new(Hot::new(&key, stored_bytes(data.clone()), None)));
        if let Err(err) = proxy.store_bytes(&key, &data).await {
            proxy.store_failed(&key, &err);
        }
    }

    async fn read_latest(&self, file: String) -> Result<Vec<u8>, OpsError> {
        let proxy = self.proxy()?;
        let failed = |err: io::Error| OpsError(Arc::new(crate::fetch::no_room(err)));
        match proxy.store.open(&format!("{TREES}/{file}")).await.map_err(failed)? {
            Some(stored) => match stored.content {
                Content::Bytes(bytes) => Ok(bytes.to_vec()),
                _ => Ok(Vec::new()),
            },
            None => Ok(Vec::new()),
        }
    }

    async fn write_latest(&self, file: String, old: Vec<u8>, new: Vec<u8>) -> Result<bool, OpsError> {
        let _one_at_a_time = self.latest.lock().await;
        if self.read_latest(file.clone()).await? != old {
            return Ok(false);
        }
        let (proxy, key) = (self.proxy()?, format!("{TREES}/{file}"));
        if let Err(err) = proxy.store.replace(&key, Bytes::from(new)).await {
            // Verification goes on in memory; a restart trusts the database's next answer.
            proxy.store_failed(&key, &err);
        }
        Ok(true)
    }
}

/// The client for `verify = sumdb`.
pub(crate) fn client(proxy: &Arc<Proxy>, config: &ServeConfig) -> io::Result<Option<Client<DatabaseOps>>> {
    let Some(database) = config.sumdb.as_ref().filter(|_| config.verify == Verify::Sumdb) else {
        return Ok(None);
    };
    let bad = |err: note::NoteError| io::Error::new(io::ErrorKind::InvalidInput, format!("sumdb key: {err}"));
    let key = note::Verifier::parse(&database.key).map_err(bad)?;
    let ops = DatabaseOps {
        proxy: Arc::downgrade(proxy),
        name: database.name.clone(),
        latest: tokio::sync::Mutex::default(),
    };
    // The caller decides which modules are exempt.
    let options = Options { nosumdb: Patterns::default(), trust_cache: false };
    Ok(Some(Client::new(ops, key, options)))
}

impl Proxy {
    /// The hashes that the database has for a module.
    pub(crate) async fn database_hashes(
        self: &Arc<Self>,
        module: &ModuleVersion,
        go_mod: bool,
    ) -> Result<Vec<String>, Refusal> {
        let Some(client) = self.database_client() else {
            return Err(Refusal::unavailable("sumdb-unreachable", "no checksum database is configured"));
        };
        match client.h1(module, go_mod).await {
            Ok(hash) => Ok(hash.into_iter().collect()),
            Err(err) => Err(refusal_of(&err, module)),
        }
    }

    /// May this answer of the database be kept? `Err` only for one that cannot be true.
    pub(crate) async fn database_vouches(
        self: &Arc<Self>,
        name: &str,
        lookup: &[u8],
    ) -> Result<bool, Refusal> {
        let Some(client) = self.database_client().filter(|client| client.name() == name) else {
            return Ok(true);
        };
        match client.verify_lookup(lookup).await {
            Ok(_) => Ok(true),
            // Without tiles nothing can be said: passed on, for the client to verify, and not kept.
            Err(LookupError::Fetch { .. } | LookupError::Store { .. } | LookupError::Conflict(_)) => {
                Ok(false)
            }
            Err(err) => {
                Err(Refusal::bad_gateway("sum-mismatch", format!("the checksum database's answer: {err}")))
            }
        }
    }
}

fn refusal_of(err: &LookupError<OpsError>, module: &ModuleVersion) -> Refusal {
    match err {
        LookupError::Fetch { source: OpsError(refusal), .. } if refusal.is_not_found() => {
            let text = format!(
                "verifying {module}: the checksum database does not know it; a private module has to be named by \
                 GONOSUMDB or --no-sumdb of the proxy"
            );
            let (body, _) = refusal.body();
            Refusal::bad_gateway("goprivate-missing", text).with_upstream(body, None)
        }
        LookupError::Fetch { source: OpsError(refusal), .. } => {
            let message = format!("verifying {module}: {}", refusal.message);
            Refusal { message, ..(**refusal).clone() }
        }
        LookupError::Store { .. } | LookupError::Conflict(_) => {
            Refusal::unavailable("cache-corrupt", format!("verifying {module}: {err}"))
        }
        LookupError::Path(_) | LookupError::Version(_) | LookupError::Skipped => {
            Refusal::bad_gateway("proxy-bad-content", format!("verifying {module}: {err}"))
        }
        _ => Refusal::bad_gateway("sum-mismatch", format!("verifying {module}: {err}")),
    }
}
