//! Who may ask, and for what.

use base64::Engine as _;
use gomod::pattern::Patterns;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::body::Body;
use crate::config::ClientToken;
use crate::refusal::Refusal;
use crate::respond::{self, Asked};

/// A client that is known, or any client of a server that knows none.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) name: String,
    user: Option<String>,
    /// Compared instead of the token itself, so that the time it takes says nothing about it.
    digest: [u8; 32],
    modules: Option<Patterns>,
    pub(crate) admin: bool,
}

impl Client {
    /// May it read this module?
    pub(crate) fn may_read(&self, module: &str) -> bool {
        self.modules.as_ref().is_none_or(|modules| modules.matches(module))
    }
}

/// All clients.
#[derive(Debug)]
pub(crate) struct Clients(Vec<Client>);

impl Clients {
    pub(crate) fn new(tokens: &[ClientToken]) -> Self {
        let client = |token: &ClientToken| Client {
            name: token.name.clone(),
            user: token.user.clone(),
            digest: Sha256::digest(token.token.expose().as_bytes()).into(),
            modules: (!token.modules.is_empty()).then(|| Patterns::parse(&token.modules.join(","))),
            admin: token.admin,
        };
        Self(tokens.iter().map(client).collect())
    }

    /// Everybody may read.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// The client whose token the request shows: `Bearer TOKEN`, or `Basic USER:TOKEN`.
    pub(crate) fn identify(&self, headers: &HeaderMap) -> Option<&Client> {
        let shown = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, value) = shown.split_once(' ')?;
        let (user, token) = match scheme.to_ascii_lowercase().as_str() {
            "bearer" => (None, value.trim().to_owned()),
            "basic" => {
                let decoded = base64::engine::general_purpose::STANDARD.decode(value.trim()).ok()?;
                let text = String::from_utf8(decoded).ok()?;
                let (user, token) = text.split_once(':')?;
                (Some(user.to_owned()), token.to_owned())
            }
            _ => return None,
        };
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        self.0.iter().find(|client| {
            let user_fits = match (&client.user, &user) {
                (Some(wanted), Some(user)) => wanted == user,
                _ => true,
            };
            user_fits && client.digest == digest
        })
    }
}

/// The answer to somebody who is not known.
pub(crate) fn unknown(asked: &Asked<'_>) -> Response<Body> {
    let text = "this proxy wants credentials: set them in the URL of GOPROXY, in netrc or with GOAUTH";
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "proxy-forbidden", text);
    let mut response = respond::refusal(asked, &refusal, None);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"seaworthy\""));
    response
}
