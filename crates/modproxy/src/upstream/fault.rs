//! From a client library's error to the cause in the catalogue's words, and whose fault it is.

use std::error::Error;
use std::io;

use http::StatusCode;

use crate::refusal::Refusal;

/// Turns a failed request or a broken body into a refusal. `what` names operation and object.
pub(crate) fn from_reqwest(err: &reqwest::Error, what: &str) -> Refusal {
    let innermost = innermost(err);
    let text = innermost.to_string();
    let message = |note: &str| format!("{what}: {note}");
    for cause in chain(err) {
        if let Some(tls) = rustls_error(cause) {
            return from_tls(tls, what);
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && let Some(refusal) = from_io_kind(io, what)
        {
            return refusal;
        }
    }
    if err.is_timeout() {
        return timeout(what, "no answer in time");
    }
    if err.is_redirect() {
        return Refusal::bad_gateway(
            "proxy-server-error",
            message(&format!("redirected for ever or to an unsafe place: {text}")),
        );
    }
    let all = chain(err).map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if all.contains("dns error") || all.contains("failed to lookup address") {
        return Refusal::bad_gateway("net-dns", message(&text));
    }
    if all.contains("407") || all.contains("tunnel") {
        return Refusal::bad_gateway("net-proxy-env", message(&text));
    }
    if err.is_connect() {
        return Refusal::bad_gateway("net-refused", message(&text)).retryable();
    }
    // What is left is a connection that broke: incomplete message, closed channel, HTTP/2 stream errors.
    Refusal::bad_gateway("net-interrupted", message(&text)).retryable()
}

/// Nothing came in time.
pub(crate) fn timeout(what: &str, note: &str) -> Refusal {
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "net-timeout", format!("{what}: {note}")).retryable()
}

fn chain<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(err), |err: &&'a (dyn Error + 'static)| (*err).source())
}

fn innermost<'a>(err: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    chain(err).last().unwrap_or(err)
}

/// rustls errors travel inside `io::Error`s, which hide them from `source()`.
fn rustls_error<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = err.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let inner = err.downcast_ref::<io::Error>()?.get_ref()?;
    inner.downcast_ref::<rustls::Error>()
}

fn from_tls(err: &rustls::Error, what: &str) -> Refusal {
    use rustls::CertificateError as Bad;
    let cause = match err {
        rustls::Error::InvalidCertificate(
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. },
        ) => "tls-expired-or-clock",
        rustls::Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "tls-hostname"
        }
        rustls::Error::InvalidCertificate(_) => "tls-unknown-authority",
        rustls::Error::InvalidMessage(_) => "goproxy-config",
        _ => "net-interrupted",
    };
    let refusal = Refusal::bad_gateway(cause, format!("{what}: {err}"));
    if cause == "net-interrupted" { refusal.retryable() } else { refusal }
}

fn from_io_kind(err: &io::Error, what: &str) -> Option<Refusal> {
    use io::ErrorKind as Kind;
    let message = format!("{what}: {err}");
    Some(match err.kind() {
        Kind::ConnectionRefused => Refusal::bad_gateway("net-refused", message).retryable(),
        Kind::TimedOut => Refusal::new(StatusCode::GATEWAY_TIMEOUT, "net-timeout", message).retryable(),
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
            Refusal::bad_gateway("net-interrupted", message).retryable()
        }
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => {
            Refusal::bad_gateway("net-unreachable", message).retryable()
        }
        _ => return None,
    })
}
