//! Answers as JSON or text: status, headers, body.

use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, PRAGMA, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::protocol::Cause;
use crate::protocol::bearer::BearerError;
use crate::protocol::registration::RegistrationError;
use crate::protocol::webfinger::BadQuery;

/// May be kept, but must be asked about again: keys and metadata change when a test says so.
const REVALIDATE: &str = "no-cache";

/// Must not be kept (RFC6749-5.1).
const NEVER_KEEP: &str = "no-store";

/// Metadata and keys.
pub(super) fn public_json(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body, REVALIDATE)
}

/// Tokens and whatever is about a person.
pub(super) fn private_json(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body, NEVER_KEEP)
}

/// A JWT about a person: "the content-type of the HTTP response MUST be `application/jwt`" (OIDCC-5.3.2).
pub(super) fn private_jwt(jwt: String) -> Response {
    let answer = with((StatusCode::OK, jwt).into_response(), CONTENT_TYPE, "application/jwt");
    with(with(answer, CACHE_CONTROL, NEVER_KEEP), PRAGMA, "no-cache")
}

/// An error of the token endpoint and its neighbours (RFC6749-5.2): on the wire the standard's code and sentence, the
/// precise cause only in log and journal.
pub(super) fn oauth_error(cause: &dyn Cause) -> Response {
    let status = StatusCode::from_u16(cause.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({ "error": cause.code().as_str(), "error_description": cause.code().description() });
    let mut answer = json(status, &body, NEVER_KEEP);
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"mock-idp\", charset=\"UTF-8\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// An error of UserInfo (RFC6750-3). A request that brought no token at all gets no error code (RFC6750-3.1).
pub(super) fn bearer_error(cause: &BearerError) -> Response {
    let mut answer = match cause {
        BearerError::Missing => with(StatusCode::UNAUTHORIZED.into_response(), CACHE_CONTROL, NEVER_KEEP),
        BearerError::Expired(_)
        | BearerError::MalformedHeader
        | BearerError::NoOpenidScope
        | BearerError::OtherCertificate { .. }
        | BearerError::Revoked
        | BearerError::SeveralMethods
        | BearerError::Unknown { .. }
        | BearerError::Unreadable(_) => oauth_error(cause),
        // the token is good, so there is nothing to challenge
        BearerError::Unsignable(_) => return oauth_error(cause),
    };
    if let Ok(challenge) = HeaderValue::from_str(&cause.challenge()) {
        answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    answer
}

/// What was registered (OIDCR-3.2) or pushed (RFC9126-2.2).
pub(super) fn created(body: &impl Serialize) -> Response {
    json(StatusCode::CREATED, body, NEVER_KEEP)
}

/// Nothing is left (RFC7592-2.3).
pub(super) fn gone() -> Response {
    with(StatusCode::NO_CONTENT.into_response(), CACHE_CONTROL, NEVER_KEEP)
}

/// An error of the registration endpoint (OIDCR-3.3) or of the client configuration endpoint, whose token is a bearer
/// token (RFC7592-2).
pub(super) fn registration_error(cause: &RegistrationError) -> Response {
    let mut answer = oauth_error(cause);
    let challenge = match cause {
        RegistrationError::TokenMissing => "Bearer realm=\"mock-idp\"",
        RegistrationError::TokenWrong(_) => "Bearer realm=\"mock-idp\", error=\"invalid_token\"",
        RegistrationError::Contradiction(_)
        | RegistrationError::Full(_)
        | RegistrationError::NotAnObject(_)
        | RegistrationError::RedirectUri { .. }
        | RegistrationError::RedirectUriMissing
        | RegistrationError::Sector { .. }
        | RegistrationError::TooLarge(_)
        | RegistrationError::Unsupported { .. }
        | RegistrationError::WrongForm { .. } => return answer,
    };
    answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    answer
}

/// Clients cannot register themselves here.
pub(super) fn no_registration() -> Response {
    text(
        StatusCode::NOT_FOUND,
        "clients cannot register themselves here; `registration: true` in the `idp:` block allows it\n"
            .to_owned(),
    )
}

/// Clients cannot push their requests here.
pub(super) fn no_pushed_requests() -> Response {
    text(
        StatusCode::NOT_FOUND,
        "requests cannot be pushed here; `requests: {pushed: optional}` in the `idp:` block allows it\n"
            .to_owned(),
    )
}

/// Nothing, successfully (RFC7009-2.2).
pub(super) fn empty() -> Response {
    with(StatusCode::OK.into_response(), CACHE_CONTROL, NEVER_KEEP)
}

/// What is known of a resource (RFC7033-4.4).
pub(super) fn jrd(body: &impl Serialize) -> Response {
    with(json(StatusCode::OK, body, REVALIDATE), CONTENT_TYPE, "application/jrd+json")
}

/// Nothing is known of a resource (RFC7033-4.2).
pub(super) fn unknown_resource(resource: &str) -> Response {
    text(StatusCode::NOT_FOUND, format!("nobody knows `{resource}` here\n"))
}

/// A query that names no resource (RFC7033-4.2).
pub(super) fn bad_webfinger(why: &BadQuery) -> Response {
    text(StatusCode::BAD_REQUEST, format!("{why}\n"))
}

/// Whether the server answers at all.
pub(super) async fn healthy() -> Response {
    json(StatusCode::OK, &json!({ "status": "ok" }), NEVER_KEEP)
}

/// Not a path of this server.
pub(super) fn no_such_endpoint(path: &str) -> Response {
    let path = path.trim_end_matches('/');
    text(
        StatusCode::NOT_FOUND,
        format!(
            "there is no endpoint at this path; as an issuer, its discovery document is at \
             {path}/.well-known/openid-configuration\n"
        ),
    )
}

/// Not an issuer of this server.
pub(super) fn no_such_issuer(path: &str, known: &[String]) -> Response {
    let known: Vec<_> = known.iter().map(|path| format!("`{path}/`")).collect();
    let known = known.join(", ");
    text(
        StatusCode::NOT_FOUND,
        format!("there is no issuer at `{path}/`: with registered clients, only {known} is served\n"),
    )
}

/// Not a method of this endpoint.
pub(super) fn method_not_allowed(allowed: &[Method]) -> Response {
    let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
    let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, format!("use {}\n", names.join(" or ")));
    if let Ok(names) = HeaderValue::from_str(&names.join(", ")) {
        answer.headers_mut().insert(ALLOW, names);
    }
    answer
}

fn json(status: StatusCode, body: &impl Serialize, caching: &'static str) -> Response {
    let Ok(body) = serde_json::to_vec(body) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let answer = with((status, body).into_response(), CONTENT_TYPE, "application/json");
    let answer = with(answer, CACHE_CONTROL, caching);
    if caching == NEVER_KEEP { with(answer, PRAGMA, "no-cache") } else { answer }
}

fn text(status: StatusCode, body: String) -> Response {
    (status, body).into_response()
}

fn with(mut answer: Response, name: HeaderName, value: &'static str) -> Response {
    answer.headers_mut().insert(name, HeaderValue::from_static(value));
    answer
}
