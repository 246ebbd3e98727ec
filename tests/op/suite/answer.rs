//! An answer that was sent to the client itself, not to the browser.

use harness::transport::Response;
use http::HeaderMap;
use serde_json::Value;

/// Status, headers and the whole body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = String::from_utf8(body).expect("the body is UTF-8");
        Self { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("the header is text")).unwrap_or_default()
    }

    /// The media type, without its parameters.
    pub(crate) fn media_type(&self) -> &str {
        self.header("content-type").split(';').next().unwrap_or_default().trim()
    }

    /// The body of an answer that says that it is JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.media_type(), "application/json", "status {}: {}", self.status, self.body);
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// The same, with the status that is expected.
    pub(crate) fn json_with(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()
    }

    /// "The authorization server MUST include the HTTP `Cache-Control` response header field with a value of `no-store` in
    /// any response containing tokens, credentials, or other sensitive information, as well as the `Pragma` response header
    /// field with a value of `no-cache`." (RFC6749-5.1)
    pub(crate) fn assert_never_kept(&self) {
        assert_eq!((self.header("cache-control"), self.header("pragma")), ("no-store", "no-cache"));
    }

    /// An error answer (RFC6749-5.2): the code is what is wanted, and the description can be printed.
    pub(crate) fn assert_error(&self, status: u16, code: &str) {
        let body = self.json_with(status);
        assert_eq!(body["error"], code, "{body}");
        for (name, value) in body.as_object().expect("an object") {
            assert!(matches!(name.as_str(), "error" | "error_description" | "error_uri"), "member `{name}`");
            super::response::assert_printable(value.as_str().expect("a string"));
        }
    }
}
