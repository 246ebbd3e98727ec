//! The answers: pages, JSON, redirects, cookies.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use crate::decision::{Envelope, Profile};
use crate::rp::pages;

/// Refuses: to the product's error page where it has one, else in place. The status says whose fault it is: `fallback`,
/// or 500 when the configuration is unusable.
pub(super) fn refusal(profile: &Profile, envelope: &Envelope, fallback: StatusCode) -> Response {
    if let Some(target) = redirect_target(envelope).filter(|_| profile.error_redirect) {
        return redirect(StatusCode::FOUND, target);
    }
    let unusable = envelope.decision == "config_error";
    let status = if unusable { StatusCode::INTERNAL_SERVER_ERROR } else { fallback };
    html(status, pages::refused(profile, envelope))
}

pub(super) fn redirect_target(envelope: &Envelope) -> Option<&str> {
    envelope.record.get("redirect")?.as_str()
}

pub(super) fn redirect(status: StatusCode, target: &str) -> Response {
    let mut response = answer(status, "text/plain", String::new());
    match HeaderValue::from_str(target) {
        Ok(target) => response.headers_mut().insert(LOCATION, target),
        Err(_) => return answer(StatusCode::BAD_GATEWAY, "text/plain", "the target is no address".into()),
    };
    response
}

pub(super) fn html(status: StatusCode, body: String) -> Response {
    answer(status, "text/html; charset=utf-8", body)
}

pub(super) fn json_answer(status: StatusCode, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

pub(super) fn answer(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    // Every answer depends on who asks.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

pub(super) fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
