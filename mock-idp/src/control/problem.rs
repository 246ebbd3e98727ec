//! What went wrong, as a problem document (RFC 9457).

use axum::response::{IntoResponse as _, Response};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    /// The methods that there are, where another one was used.
    allowed: &'static [Method],
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), allowed: &[] }
    }

    pub(super) fn not_found(path: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is nothing at `{path}`"))
    }

    pub(super) fn missing(detail: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn no_issuer(path: &str, known: &[String]) -> Self {
        let known: Vec<_> = known.iter().map(|path| format!("`{path}/`")).collect();
        let detail = format!("there is no issuer at `{path}/`; there is {}", known.join(", "));
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn method(found: &Method, allowed: &'static [Method]) -> Self {
        let detail = format!("the method is {found}; use {}", names(allowed, " or "));
        Self { allowed, ..Self::new(StatusCode::METHOD_NOT_ALLOWED, detail) }
    }

    /// "about:blank" has the status' own phrase as its title (RFC9457-4.2.1).
    fn document(&self) -> Value {
        json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or_default(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        })
    }

    pub(super) fn into_response(self) -> Response {
        let mut answer = (self.status, self.document().to_string()).into_response();
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // "The origin server MUST generate an Allow header field in a 405 response" (RFC9110-15.5.6)
        if let (false, Ok(allow)) = (self.allowed.is_empty(), names(self.allowed, ", ").parse()) {
            headers.insert(ALLOW, allow);
        }
        answer
    }
}

fn names(methods: &[Method], between: &str) -> String {
    methods.iter().map(Method::as_str).collect::<Vec<_>>().join(between)
}

/// Done, and nothing to say.
pub(super) fn empty() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// An answer that is no problem.
pub(super) fn answer(document: &Value) -> Response {
    let mut answer = document.to_string().into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
