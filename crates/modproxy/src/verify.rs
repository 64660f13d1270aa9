//! Holding fetched files against what the world knows about them, before they are kept or handed out in whole.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use gomod::ModuleVersion;
use gomod::gosum::GoSum;
use gomod::pattern::Patterns;
use gomod::zip::{Archive, ZipError};
use http::StatusCode;

use crate::config::{ServeConfig, Verify};
use crate::proxy::Proxy;
use crate::refusal::Refusal;

/// Hashes by module and whether they are of the go.mod alone.
type Known = HashMap<(ModuleVersion, bool), Vec<String>>;

/// What is needed to verify.
#[derive(Debug)]
pub(crate) struct Verifier {
    mode: Verify,
    known: Known,
    exempt: Patterns,
}

impl Verifier {
    /// Reads the go.sum files.
    pub(crate) fn new(config: &ServeConfig) -> io::Result<Self> {
        let mut known = Known::new();
        for path in &config.gosum {
            let text = std::fs::read_to_string(path)
                .map_err(|err| io::Error::new(err.kind(), format!("{}: {err}", path.display())))?;
            let sums = GoSum::parse(&text);
            if let Some(err) = sums.errors.first() {
                let text = format!("{}: {err}", path.display());
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            for line in sums.lines {
                known.entry((line.module, line.go_mod)).or_default().push(line.hash);
            }
        }
        Ok(Self { mode: config.verify, known, exempt: Patterns::parse(&config.no_sumdb) })
    }
}

impl Proxy {
    pub(crate) async fn verify_mod(
        self: &Arc<Self>,
        module: &str,
        version: &str,
        body: &Bytes,
    ) -> Result<(), Refusal> {
        if self.verifier.mode == Verify::Off {
            return Ok(());
        }
        let hash = gomod::dirhash::h1_go_mod(body);
        self.compare(&ModuleVersion::new(module, version), true, &hash).await
    }

    /// Gives the zip's h1, if it was computed.
    pub(crate) async fn verify_zip(
        self: &Arc<Self>,
        module: &str,
        version: &str,
        file: &Arc<File>,
    ) -> Result<Option<String>, Refusal> {
        if self.verifier.mode == Verify::Off {
            return Ok(None);
        }
        let named = ModuleVersion::new(module, version);
        let (file, wanted) = (Arc::clone(file), named.clone());
        // Inflating and hashing takes as long as it takes: not on a thread that serves others.
        let verified = tokio::task::spawn_blocking(move || {
            let file =
                file.try_clone().map_err(|source| ZipError::Io { operation: "open zip".into(), source })?;
            Archive::from_file(file)?.verify(&wanted)
        })
        .await
        .map_err(|err| Refusal::unavailable("", format!("internal error: {err}")))?;
        let hash = match verified {
            Ok(verified) => verified.h1,
            Err(err @ ZipError::Io { .. }) => {
                return Err(Refusal::unavailable("cache-corrupt", format!("verifying {named}: {err}")));
            }
            Err(err) => {
                return Err(Refusal::bad_gateway("proxy-bad-content", format!("verifying {named}: {err}")));
            }
        };
        self.compare(&named, false, &hash).await?;
        Ok(Some(hash))
    }

    async fn compare(
        self: &Arc<Self>,
        module: &ModuleVersion,
        go_mod: bool,
        hash: &str,
    ) -> Result<(), Refusal> {
        let what = if go_mod { format!("{module}/go.mod") } else { module.to_string() };
        let (expected, who) = match self.verifier.mode {
            Verify::Off => return Ok(()),
            Verify::Gosum => match self.verifier.known.get(&(module.clone(), go_mod)) {
                Some(hashes) => (hashes.clone(), "go.sum"),
                None => {
                    let text = format!("verifying {what}: not in the go.sum files this proxy trusts");
                    return Err(Refusal::new(StatusCode::FORBIDDEN, "sum-missing", text));
                }
            },
            // Toolchains are always looked up: they are in no go.sum.
            Verify::Sumdb
                if module.path != gomod::gover::TOOLCHAIN_MODULE
                    && self.verifier.exempt.matches(&module.path) =>
            {
                return Ok(());
            }
            Verify::Sumdb => (self.database_hashes(module, go_mod).await?, "the checksum database"),
        };
        // Other kinds than h1 cannot be compared; Go ignores them too.
        let comparable: Vec<_> = expected.iter().filter(|known| gomod::dirhash::is_h1(known)).collect();
        if comparable.iter().any(|known| *known == hash) {
            return Ok(());
        }
        if comparable.is_empty() {
            let text = format!("verifying {what}: {who} has no h1 hash of it");
            return Err(Refusal::bad_gateway("sum-missing", text));
        }
        let known = comparable.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
        let text = format!("verifying {what}: checksum mismatch: downloaded {hash}, {who} says {known}");
        Err(Refusal::bad_gateway("sum-mismatch", text))
    }
}
