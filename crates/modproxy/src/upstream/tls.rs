//! The TLS client settings towards upstreams.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// All certificates of a PEM file.
pub(crate) fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let bad = |err| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {err}", path.display()));
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).map_err(bad)?.collect::<Result<_, _>>().map_err(bad)?;
    if found.is_empty() {
        let text = format!("{}: no certificate in it", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, text));
    }
    Ok(found)
}

/// The private key of a PEM file.
pub(crate) fn private_key(path: &Path) -> io::Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path)
        .map_err(|err| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {err}", path.display())))
}

/// Trusts the system's authorities, the embedded ones where the system has none (an image built from scratch), and
/// `extra`.
pub(crate) fn client_config(
    extra: &[PathBuf],
    identity: Option<&(PathBuf, PathBuf)>,
) -> io::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for path in extra {
        for certificate in certificates(path)? {
            roots.add(certificate).map_err(|err| io::Error::other(format!("{}: {err}", path.display())))?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots);
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificates(certificate)?, private_key(key)?)
            .map_err(io::Error::other),
    }
}
