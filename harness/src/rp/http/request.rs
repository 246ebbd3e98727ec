//! A request of the browser, read once.

use std::collections::BTreeMap;

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderValue, Method};
use url::Url;

use crate::decision::{ResponseMode, Start};
use crate::rp::authentication_response::AuthenticationResponse;
use crate::rp::pages::FRAGMENT_FIELD;
use crate::rp::weakness::LeftOut;

/// More than any response of ours in a form.
const BODY_LIMIT: usize = 1024 * 1024;

/// What a browser asks.
#[derive(Debug)]
pub(super) struct Inbound {
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    /// The fields of a posted form.
    pub(super) form: Option<Vec<(String, String)>>,
    /// Whether the body says that it is a form.
    pub(super) says_form: bool,
    pub(super) cookies: BTreeMap<String, String>,
}

impl Inbound {
    /// Reads a request; `None` when its body is too large.
    pub(super) async fn read(request: http::Request<Body>) -> Option<Self> {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_LIMIT).await.ok()?;
        let form = (parts.method == Method::POST).then(|| pairs(&body));
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        Some(Self {
            path: parts.uri.path().to_owned(),
            query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
            form,
            says_form: parts.headers.get(CONTENT_TYPE).is_some_and(is_form),
            cookies: cookies.flat_map(cookie_pairs).collect(),
        })
    }

    /// Where an authentication response would be: in the form if there is one, else in the query.
    pub(super) fn parameters(&self) -> &[(String, String)] {
        self.form.as_deref().unwrap_or(&self.query)
    }

    /// An authentication response, and how it travelled. What stood in a fragment comes in one field of a form: our own
    /// page has read it out and sent it here.
    pub(super) fn response(&self, left_out: &LeftOut) -> AuthenticationResponse {
        match self.form.as_deref() {
            None => AuthenticationResponse::read(&self.query, ResponseMode::Query, left_out),
            Some([(name, fragment)]) if name == FRAGMENT_FIELD => {
                AuthenticationResponse::read(&pairs(fragment.as_bytes()), ResponseMode::Fragment, left_out)
            }
            Some(form) => AuthenticationResponse::read(form, ResponseMode::FormPost, left_out),
        }
    }

    /// What the visitor asks for.
    pub(super) fn start(&self) -> Start {
        let of = |name: &str| self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Start { protocol: of("protocol"), provider: of("provider"), return_to: of("return_to") }
    }

    /// Whether this request was made to a redirect URI: the same path, and every parameter of the URI's own query.
    pub(super) fn is_for(&self, redirect_uri: &str) -> bool {
        Url::parse(redirect_uri).is_ok_and(|uri| {
            uri.path() == self.path
                && uri
                    .query_pairs()
                    .all(|(name, value)| self.query.iter().any(|(key, own)| *key == name && *own == value))
        })
    }
}

fn is_form(kind: &HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn cookie_pairs(header: &str) -> impl Iterator<Item = (String, String)> + '_ {
    header.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    })
}
