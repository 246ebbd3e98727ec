//! A request of the browser as our transport carries it, and the answer as the browser takes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::Url;

use crate::transport::{Request, Response};

/// What belongs to one connection and not to the message (RFC 9110, 7.6.1).
const OF_THE_CONNECTION: [&str; 3] = ["connection", "keep-alive", "transfer-encoding"];

/// `Fetch.requestPaused`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paused {
    /// Its name while it waits.
    pub(super) request_id: String,
    request: Asked,
    /// In which frame.
    #[serde(default)]
    pub(super) frame_id: String,
    /// What it is for: `Document`, `Script`, `XHR`.
    #[serde(default)]
    pub(super) resource_type: String,
    /// Its name in the network; that of the document, where it asks for one. Redirects keep it.
    pub(super) network_id: Option<String>,
    /// Whether it follows a redirect.
    pub(super) redirected_request_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    url: String,
    url_fragment: Option<String>,
    method: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    post_data: Option<String>,
    #[serde(default)]
    post_data_entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    bytes: String,
}

impl Paused {
    /// As the event has it.
    pub(super) fn read(params: Value) -> Option<Self> {
        serde_json::from_value(params).ok()
    }

    /// Where it goes, with its fragment.
    pub(super) fn url(&self) -> Option<Url> {
        let mut url = Url::parse(&self.request.url).ok()?;
        if let Some(fragment) = &self.request.url_fragment {
            url.set_fragment(Some(fragment.trim_start_matches('#')));
        }
        Some(url)
    }

    /// `GET`, `POST`.
    pub(super) fn method(&self) -> Method {
        self.request.method.parse().unwrap_or(Method::GET)
    }

    /// What it brings in its body.
    pub(super) fn body(&self) -> Option<Vec<u8>> {
        let entries: Vec<Vec<u8>> =
            self.request.post_data_entries.iter().filter_map(|it| STANDARD.decode(&it.bytes).ok()).collect();
        if !entries.is_empty() {
            return Some(entries.concat());
        }
        self.request.post_data.as_ref().map(|text| text.clone().into_bytes())
    }

    /// The name of the document that it asks for.
    pub(super) fn loader(&self) -> &str {
        self.network_id.as_deref().unwrap_or(&self.request_id)
    }

    /// Whether browsers ask for it unbidden: what comes of it says nothing about a site.
    pub(super) fn is_icon(&self) -> bool {
        self.resource_type == "Other" && self.request.url.ends_with("/favicon.ico")
    }

    /// Whether it asks for an answer that never ends: nobody can carry that in one piece.
    pub(super) fn is_stream(&self) -> bool {
        self.resource_type == "EventSource"
    }

    /// The request, to be carried.
    pub(super) fn carried(&self) -> Option<Request> {
        let mut url = self.url()?;
        url.set_fragment(None);
        let mut request = http::Request::builder().method(self.method()).uri(url.as_str());
        for (name, value) in &self.request.headers {
            // what Chromium sends is well formed; what is not cannot be sent by anybody
            let pair = name.parse::<HeaderName>().ok().zip(HeaderValue::from_bytes(value.as_bytes()).ok());
            if let Some((name, value)) = pair {
                request = request.header(name, value);
            }
        }
        request.body(self.body().unwrap_or_default()).ok()
    }
}

/// An answer for the browser: `Fetch.fulfillRequest`.
pub(super) fn fulfilled(request: &str, response: &Response) -> Value {
    let headers = response.headers().iter().filter(|(name, _)| !OF_THE_CONNECTION.contains(&name.as_str()));
    let headers: Vec<Value> = headers
        .map(|(name, value)| json!({ "name": name.as_str(), "value": String::from_utf8_lossy(value.as_bytes()) }))
        .collect();
    json!({
        "requestId": request,
        "responseCode": response.status().as_u16(),
        "responseHeaders": headers,
        "body": STANDARD.encode(response.body()),
    })
}

/// No answer for the browser: `Fetch.failRequest`.
pub(super) fn failed(request: &str, reason: &str) -> Value {
    json!({ "requestId": request, "errorReason": reason })
}

/// Whether an answer shows no other document: the old one stays.
pub(super) fn shows_nothing(response: &Response) -> bool {
    let disposition = response.headers().get("content-disposition");
    let is_kept = disposition.is_some_and(|it| it.as_bytes().to_ascii_lowercase().starts_with(b"attachment"));
    matches!(response.status().as_u16(), 204 | 205) || is_kept
}

/// Whether an answer leads on to another address.
pub(super) fn leads_on(response: &Response) -> bool {
    matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308)
        && response.headers().contains_key("location")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paused(request: &Value) -> Paused {
        let params = json!({
            "requestId": "interception-job-1.0", "request": request, "frameId": "F", "resourceType": "Document",
            "networkId": "N",
        });
        Paused::read(params).unwrap()
    }

    #[test]
    fn a_form_is_carried_with_its_cookies_and_without_its_fragment() {
        let paused = paused(&json!({
            "url": "https://rp.test/cb?x=1", "urlFragment": "#code=1", "method": "POST",
            "headers": { "Cookie": "a=1; b=2", "Origin": "https://idp.test" },
            "postData": "code=1", "postDataEntries": [{ "bytes": "Y29k" }, { "bytes": "ZT0x" }],
        }));
        assert_eq!(paused.url().unwrap().as_str(), "https://rp.test/cb?x=1#code=1");
        let carried = paused.carried().unwrap();
        assert_eq!(
            (carried.method().as_str(), carried.uri().to_string()),
            ("POST", "https://rp.test/cb?x=1".to_owned())
        );
        assert_eq!(carried.headers()["cookie"], "a=1; b=2");
        assert_eq!(carried.body(), b"code=1");
    }

    #[test]
    fn an_answer_keeps_each_cookie_and_its_bytes() {
        let response = http::Response::builder()
            .status(303)
            .header("set-cookie", "a=1")
            .header("set-cookie", "b=2")
            .header("transfer-encoding", "chunked")
            .header("location", "/next")
            .body(vec![0xFF, 0])
            .unwrap();
        assert!(leads_on(&response));
        assert_eq!(
            fulfilled("R", &response),
            json!({
                "requestId": "R", "responseCode": 303, "body": "/wA=",
                "responseHeaders": [
                    { "name": "set-cookie", "value": "a=1" }, { "name": "set-cookie", "value": "b=2" },
                    { "name": "location", "value": "/next" },
                ],
            })
        );
    }

    #[test]
    fn an_answer_without_a_page_leaves_the_old_one() {
        let answer = |status: u16, disposition: &str| {
            let response =
                http::Response::builder().status(status).header("content-disposition", disposition);
            shows_nothing(&response.body(Vec::new()).unwrap())
        };
        assert!(answer(204, "inline"));
        assert!(answer(200, "Attachment; filename=x"));
        assert!(!answer(200, "inline"));
    }
}
