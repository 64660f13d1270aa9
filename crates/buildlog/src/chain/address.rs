//! Network addresses in error messages, and what they tell.

use std::net::{IpAddr, Ipv4Addr};

/// What kind of place an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressClass {
    /// This very machine or container: 127.0.0.0/8, `::1`, `localhost`.
    Loopback,
    /// A Docker bridge by default: 172.17.0.0/16, or `host.docker.internal`.
    DockerBridge,
    /// RFC 1918 and RFC 4193.
    Private,
    /// 169.254.0.0/16 and fe80::/10.
    LinkLocal,
    /// Any other IPv4 address.
    PublicV4,
    /// Any other IPv6 address.
    PublicV6,
    /// A name.
    Name,
}

/// A host and port from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Host or IP address, without brackets.
    pub host: String,
    /// Port, when given.
    pub port: Option<u16>,
    /// What kind of place it is.
    pub class: AddressClass,
}

impl Address {
    /// Parses `10.0.0.1:443`, `[::1]:3000`, `proxy.example:8080`, `localhost`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end_matches([':', ',', ';', ')', '"', '\'']);
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']')?;
            (host, rest.strip_prefix(':').and_then(|p| p.parse().ok()))
        } else {
            match text.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') => (host, port.parse().ok()),
                _ => (text, None),
            }
        };
        let valid = !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'%'));
        valid.then(|| Self { host: host.to_owned(), port, class: classify_host(host) })
    }
}

/// What kind of place `host` is: a name or an IP address without brackets.
#[must_use]
pub fn classify_host(host: &str) -> AddressClass {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.eq_ignore_ascii_case("localhost") || host.ends_with(".localhost") {
        return AddressClass::Loopback;
    }
    if host.eq_ignore_ascii_case("host.docker.internal")
        || host.eq_ignore_ascii_case("gateway.docker.internal")
    {
        return AddressClass::DockerBridge;
    }
    match host.split('%').next().unwrap_or(host).parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() => AddressClass::Loopback,
        Ok(IpAddr::V4(ip)) if ip.octets()[..2] == [172, 17] => AddressClass::DockerBridge,
        Ok(IpAddr::V4(ip)) if ip == Ipv4Addr::UNSPECIFIED => AddressClass::Loopback,
        Ok(IpAddr::V4(ip)) if ip.is_private() => AddressClass::Private,
        Ok(IpAddr::V4(ip)) if ip.is_link_local() => AddressClass::LinkLocal,
        Ok(IpAddr::V4(_)) => AddressClass::PublicV4,
        Ok(IpAddr::V6(ip)) if ip.segments()[0] & 0xffc0 == 0xfe80 => AddressClass::LinkLocal,
        Ok(IpAddr::V6(ip)) if ip.segments()[0] & 0xfe00 == 0xfc00 => AddressClass::Private,
        Ok(IpAddr::V6(_)) => AddressClass::PublicV6,
        Err(_) => AddressClass::Name,
    }
}
