//! The lab's certificate authority, and certificates with something wrong.

use anyhow::{Context, Result};
use lab::Tls;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

fn ca_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::now_utc() - Duration::days(30);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(3650);
    params
}

const NAME: &str = "Corp Example Root CA";

/// Makes the authority, and a bundle of it with the machine's own authorities, where they are not there yet.
pub(crate) fn create(folder: &Path) -> Result<()> {
    let (key_path, ca_path) = (folder.join("ca.key"), folder.join("ca.crt"));
    if !ca_path.exists() {
        let key = KeyPair::generate().context("make the authority's key")?;
        let ca = ca_params(NAME).self_signed(&key).context("make the authority")?;
        fs::write(&key_path, key.serialize_pem())?;
        fs::write(&ca_path, ca.pem())?;
    }
    let system = fs::read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
    fs::write(folder.join("ca-bundle.crt"), system + &fs::read_to_string(&ca_path)?)?;
    Ok(())
}

/// A TLS configuration that shows the wanted certificate for `name`.
pub(crate) fn config(folder: &Path, name: &str, tls: Tls, h2: bool) -> Result<Arc<ServerConfig>> {
    let key = KeyPair::generate().context("make a key")?;
    let shown = if tls == Tls::OtherName { "intranet.corp.example" } else { name };
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, shown);
    params.subject_alt_names = vec![match shown.parse::<IpAddr>() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(shown.try_into().context("a host name for the certificate")?),
    }];
    let now = OffsetDateTime::now_utc();
    let (from, to) = match tls {
        Tls::Expired => (now - Duration::days(400), now - Duration::days(35)),
        Tls::NotYet => (now + Duration::days(1), now + Duration::days(366)),
        _ => (now - Duration::days(1), now + Duration::days(90)),
    };
    (params.not_before, params.not_after) = (from, to);
    let cert = match tls {
        Tls::SelfSigned => params.self_signed(&key)?,
        Tls::UnknownAuthority => {
            let other = KeyPair::generate()?;
            params.signed_by(&key, &Issuer::new(ca_params("Corp Example TLS Inspection CA"), other))?
        }
        Tls::Lab | Tls::Expired | Tls::NotYet | Tls::OtherName => {
            let text = fs::read_to_string(folder.join("ca.key"))
                .context("the authority's key: `lab up` makes it")?;
            params.signed_by(&key, &Issuer::new(ca_params(NAME), KeyPair::from_pem(&text)?))?
        }
    };
    let chain = vec![CertificateDer::from(cert.der().to_vec())];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config =
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .context("use the certificate")?;
    if h2 {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    Ok(Arc::new(config))
}
