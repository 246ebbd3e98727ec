//! Cross-origin access for applications in the browser: the endpoints that need no cookie are open to every origin.
//!
//! `*` and not the caller's origin, because none of these endpoints looks at cookies and none should be sent any.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue, VARY,
};
use http::{HeaderMap, StatusCode};

use crate::provider::Endpoint;

/// Whether scripts of other origins may read an endpoint's answers.
pub(super) const fn is_open(endpoint: Endpoint) -> bool {
    match endpoint {
        Endpoint::Discovery
        | Endpoint::OauthMetadata
        | Endpoint::Jwks
        | Endpoint::Token
        | Endpoint::PushedAuthorizationRequest
        | Endpoint::Userinfo
        | Endpoint::Claims
        | Endpoint::ClaimsProvider
        | Endpoint::ClaimsProviderKeys
        | Endpoint::Introspection
        | Endpoint::Revocation
        | Endpoint::Registration
        | Endpoint::DeviceAuthorization
        | Endpoint::Webfinger => true,
        Endpoint::Authorization
        | Endpoint::Login
        | Endpoint::Consent
        | Endpoint::EndSession
        | Endpoint::CheckSession
        | Endpoint::Device
        | Endpoint::Trap
        | Endpoint::Outgoing => false,
    }
}

/// Lets every origin read an answer.
pub(super) fn opened(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate"));
    answer
}

/// Answers a preflight request. The headers that are asked for are allowed by name: `*` would leave `Authorization` out.
pub(super) fn preflight(request: &HeaderMap) -> Response {
    let asked = request.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let headers = asked.unwrap_or_else(|| HeaderValue::from_static("authorization, content-type"));
    let mut answer = opened(StatusCode::NO_CONTENT.into_response());
    let to = answer.headers_mut();
    to.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, DELETE, HEAD, OPTIONS"),
    );
    to.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers);
    to.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    to.insert(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
    answer
}
