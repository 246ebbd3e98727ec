//! From an HTTP request to what the provider wants to know of it.

use axum::body::to_bytes;
use axum::extract::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use serde_json::{Map, Value};

use super::connection::Connection;
use super::issuers::Issuers;
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::registration::{self, RegistrationError};
use crate::protocol::{Parameters, UnreadableRequest};
use crate::provider::{Call, Endpoint, Seam};

/// The largest body that is read.
const LARGEST_BODY: usize = 256 * 1024;

/// The largest client metadata or pushed request that is read: it is kept.
const LARGEST_DOCUMENT: usize = 64 * 1024;

/// The name of the session cookie.
pub(super) const SESSION_COOKIE: &str = "mock_idp_session";

/// The name of the cookie that tells the page of the `check_session_iframe` which session there is.
pub(super) const STATE_COOKIE: &str = "mock_idp_state";

/// A request, taken in.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) call: Call,
    pub(super) headers: HeaderMap,
    /// The body, where it is a document and not parameters; or nothing, if it is too large.
    body: Option<Bytes>,
    /// The values of all session cookies: a browser sends those of several issuers.
    pub(super) cookies: Vec<String>,
}

impl Received {
    pub(super) async fn read(request: Request, issuers: &Issuers, endpoint: Endpoint) -> Self {
        let (parts, body) = request.into_parts();
        let base = base(&parts, issuers);
        let certificate = Connection::of(&parts.extensions).certificate;
        let is_document = endpoint == Endpoint::Registration;
        if is_document {
            let body = to_bytes(body, LARGEST_DOCUMENT).await.ok();
            let parameters =
                Parameters::parse(parts.uri.query().unwrap_or_default()).map_err(UnreadableRequest::from);
            let call = Call {
                base,
                method: parts.method.to_string(),
                certificate,
                parameters,
                seam: Seam::default(),
            };
            return Self { call, cookies: Vec::new(), headers: parts.headers, body };
        }
        let parameters = if parts.method == Method::POST {
            let most = largest(endpoint);
            match to_bytes(body, most).await {
                Ok(bytes) => posted(&parts.headers, &bytes, endpoint),
                Err(_) => Err(UnreadableRequest::TooLarge(most)),
            }
        } else {
            Parameters::parse(parts.uri.query().unwrap_or_default()).map_err(UnreadableRequest::from)
        };
        Self {
            call: Call {
                base,
                method: parts.method.to_string(),
                certificate,
                parameters,
                seam: Seam::default(),
            },
            cookies: session_cookies(&parts.headers),
            headers: parts.headers,
            body: None,
        }
    }

    /// The body as a JSON object.
    pub(super) fn document(&self) -> Result<Map<String, Value>, RegistrationError> {
        let body = self.body.as_ref().ok_or(RegistrationError::TooLarge(LARGEST_DOCUMENT))?;
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        registration::document(content_type, body)
    }

    /// The `Authorization` header, as text.
    pub(super) fn authorization(&self) -> Option<&str> {
        self.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok())
    }

    /// What the `Authorization` header says of a client.
    pub(super) fn basic(&self) -> BasicCredentials {
        match self.headers.get(header::AUTHORIZATION) {
            None => BasicCredentials::Absent,
            Some(_) => self.authorization().and_then(credentials).unwrap_or(BasicCredentials::Malformed),
        }
    }
}

/// How large a body may be.
const fn largest(endpoint: Endpoint) -> usize {
    if matches!(endpoint, Endpoint::PushedAuthorizationRequest) { LARGEST_DOCUMENT } else { LARGEST_BODY }
}

/// `Basic` with base64 of id and secret, both form-encoded before (RFC6749-2.3.1).
fn credentials(header: &str) -> Option<BasicCredentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, secret) = text.split_once(':')?;
    Some(BasicCredentials::Present {
        client_id: form_decoded(client_id)?,
        secret: form_decoded(secret)?,
        secret_as_sent: secret.to_owned(),
    })
}

fn form_decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// The parameters of a body.
///
/// UserInfo with the token in a header has no use for a body (OIDCC-5.3.1), and HTTP libraries like to send `{}`.
fn posted(headers: &HeaderMap, body: &[u8], endpoint: Endpoint) -> Result<Parameters, UnreadableRequest> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if is_form {
        return Ok(Parameters::parse(&String::from_utf8_lossy(body))?);
    }
    let may_be_without = matches!(endpoint, Endpoint::Userinfo | Endpoint::EndSession);
    let needs_none = endpoint == Endpoint::Userinfo && headers.contains_key(header::AUTHORIZATION);
    if needs_none || (may_be_without && body.is_empty()) {
        return Ok(Parameters::default());
    }
    Err(UnreadableRequest::NotAForm(content_type.map(str::to_owned)))
}

/// Where the request was sent: the fixed address if there is one, else what the request says.
pub(super) fn base(request: &Parts, issuers: &Issuers) -> String {
    if let Some(fixed) = issuers.base() {
        return fixed.to_owned();
    }
    let Parts { uri, headers, extensions, .. } = request;
    let Connection { tls, usual_port, .. } = Connection::of(extensions);
    let scheme = if tls { "https" } else { uri.scheme_str().unwrap_or("http") };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).or_else(|| uri.host());
    let host = uri.authority().map(http::uri::Authority::as_str).or(host);
    match (host.filter(|host| is_host(host)), usual_port) {
        (Some(host), None) => format!("{scheme}://{host}"),
        (Some(host), Some(port)) => at_port(&format!("{scheme}://{host}"), port),
        (None, _) => issuers.fallback().to_owned(),
    }
}

/// The issuer has one address, also for those who come to the port where certificates are asked for.
fn at_port(base: &str, port: u16) -> String {
    let Ok(mut url) = url::Url::parse(base) else { return base.to_owned() };
    match url.set_port(Some(port)) {
        Ok(()) => url.as_str().trim_end_matches('/').to_owned(),
        Err(()) => base.to_owned(),
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
}

fn session_cookies(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == SESSION_COOKIE)
        .map(|(_, value)| value.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::name("https://localhost:9401", 9400, "https://localhost:9400")]
    #[case::address("https://[::1]:9401", 9400, "https://[::1]:9400")]
    #[case::from_the_usual_port("https://idp.test", 9400, "https://idp.test:9400")]
    #[case::to_the_usual_port("https://idp.test:9401", 443, "https://idp.test")]
    fn the_issuer_is_at_its_own_port(#[case] base: &str, #[case] port: u16, #[case] expected: &str) {
        assert_eq!(at_port(base, port), expected);
    }

    #[rstest]
    #[case::plain("Basic YXBwOnMzY3JldA==", "app", "s3cret", "s3cret")]
    #[case::lower_case_scheme("basic YXBwOnMzY3JldA==", "app", "s3cret", "s3cret")]
    #[case::form_encoded("Basic YSUzQWI6cytlJTJG", "a:b", "s e/", "s+e%2F")]
    #[case::colon_in_the_secret("Basic YXBwOmE6Yg==", "app", "a:b", "a:b")]
    fn basic_credentials_are_form_decoded(
        #[case] header: &str,
        #[case] client_id: &str,
        #[case] secret: &str,
        #[case] as_sent: &str,
    ) {
        let expected = BasicCredentials::Present {
            client_id: client_id.to_owned(),
            secret: secret.to_owned(),
            secret_as_sent: as_sent.to_owned(),
        };
        assert_eq!(credentials(header), Some(expected));
    }

    #[rstest]
    #[case::bearer("Bearer abc")]
    #[case::not_base64("Basic ???")]
    #[case::no_colon("Basic YXBw")]
    fn other_headers_are_not_credentials(#[case] header: &str) {
        assert_eq!(credentials(header), None);
    }
}
