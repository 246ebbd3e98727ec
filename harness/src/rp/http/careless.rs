//! What becomes of an answer when a relying party is careless with what came from outside. Without a weakness, nothing: one
//! that is not tried does not come here.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue};

use super::request::Inbound;
use crate::rp::RelyingParty;
use crate::rp::weakness::Weakness;

/// An answer as this relying party gives it.
pub(super) async fn answer(rp: &RelyingParty, inbound: &Inbound, response: Response) -> Response {
    let sent = |name: &str| {
        let mut named = inbound.parameters().iter().filter(|(key, _)| key == name);
        named.next().map(|(_, value)| value.as_str())
    };
    let mut response = response;
    if let Some((_, headers)) = sent("error_description").and_then(|text| text.split_once("\r\n"))
        && rp.skips(Weakness::SplitsHeaders)
    {
        split(&mut response, headers);
    }
    let link = sent("error_uri").filter(|_| rp.skips(Weakness::LinksAnywhere));
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    if let Some(address) = link {
        return Response::from_parts(parts, Body::from(format!("{text}<a href=\"{address}\">more</a>")));
    }
    let raw = unescaped(&text);
    if raw != text && rp.skips(Weakness::WritesMarkup) {
        return Response::from_parts(parts, Body::from(raw));
    }
    Response::from_parts(parts, Body::from(body))
}

/// What stands behind a line break becomes headers of their own.
fn split(response: &mut Response, headers: &str) {
    for (name, value) in headers.lines().filter_map(|line| line.split_once(':')) {
        let name = HeaderName::from_bytes(name.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.trim())) {
            response.headers_mut().append(name, value);
        }
    }
}

/// A page with what came from outside as it came: somebody forgot to escape it.
fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(text.to_owned(), |text, (escaped, raw)| text.replace(escaped, raw))
}
