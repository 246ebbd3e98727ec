//! The trap's listener: takes down who came, and gives whatever a fault of a header promised.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use url::form_urlencoded;

use super::connection::Connection;
use super::issuers::Issuers;
use crate::fault::Bait;
use crate::protocol::Parameters;
use crate::provider::Caught;

/// The largest form that is looked at.
const LARGEST: usize = 256 * 1024;

/// What is served at the trap's address.
pub(super) fn router(issuers: Arc<Issuers>) -> Router {
    Router::new().fallback(come).with_state(issuers)
}

async fn come(State(issuers): State<Arc<Issuers>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let form = if is_form(&parts.headers) { String::from_utf8_lossy(&body) } else { Cow::Borrowed("") };
    // whatever comes here is taken down, also what no endpoint would read
    let parameters: Parameters = [query, &form].into_iter().flat_map(pairs).collect();
    let url = address(&parts);
    let caught = Caught {
        method: parts.method.as_str(),
        url: &url,
        parameters: &parameters,
        credentials: &credentials(&parts.headers),
    };
    issuers.caught(&caught);
    match Bait::at(parts.uri.path()) {
        Some(Bait { content_type, body }) => {
            let content_type = HeaderValue::from_static(content_type);
            ([(CONTENT_TYPE, content_type)], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.starts_with("application/x-www-form-urlencoded")
}

/// The address that was called, as the caller named it.
fn address(request: &Parts) -> String {
    let scheme = if Connection::of(&request.extensions).tls { "https" } else { "http" };
    let scheme = request.uri.scheme_str().unwrap_or(scheme);
    let host = request.headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = request.uri.authority().map(http::uri::Authority::as_str).or(host).unwrap_or("unknown");
    format!("{scheme}://{host}{}", request.uri.path())
}

/// The headers that open something, by name.
fn credentials(headers: &HeaderMap) -> Vec<String> {
    let schemes = headers.get_all(AUTHORIZATION).iter().map(|value| {
        let scheme = value.to_str().unwrap_or_default().split(' ').next().unwrap_or_default();
        // a header of one word is not a scheme, and could be the secret itself
        let known = ["Basic", "Bearer", "DPoP"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme));
        format!("authorization: {}", known.unwrap_or("(hidden)"))
    });
    let cookies = headers.contains_key(COOKIE).then(|| "cookie".to_owned());
    schemes.chain(cookies).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::basic("Basic YXBwOnMzY3JldA==", "authorization: Basic")]
    #[case::bearer("bearer abc", "authorization: Bearer")]
    #[case::only_a_secret("s3cret", "authorization: (hidden)")]
    fn a_header_is_named_and_not_shown(#[case] header: &'static str, #[case] named: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(header));
        assert_eq!(credentials(&headers), [named]);
    }
}
