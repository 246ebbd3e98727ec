//! Faults on the wire, performed: other bodies, statuses, headers, delays and broken connections.

mod gzip;
mod slow;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::uri::PathAndQuery;
use http::{StatusCode, Uri};
use serde_json::{Map, Value};

use self::slow::Slow;
use super::system::pause;
use crate::fault::Act;
use crate::protocol::keys::{Signature, jws};
use crate::provider::{Call, Provider};

/// The largest answer that is made: an encrypted ID token with a claim of 10 MB has 18 MB.
const LARGEST: usize = 32 * 1024 * 1024;

/// The answer to a request for this, as the faults that are due for it want it. An honest answer is not touched.
pub(super) async fn performed(provider: &Provider, call: &Call, uri: &Uri, answer: Response) -> Response {
    let Some(due) = call.seam.take() else { return answer };
    let (parts, body) = answer.into_parts();
    let Ok(honest) = to_bytes(body, LARGEST).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = provider.faulty_body(&due, call, &honest).map_or(honest, Bytes::from);
    let mut answer = Response::from_parts(parts, body);
    let mut body_to_send = Sending::Whole;
    for transport in due.faults.transport(due.target) {
        if transport.delay > 0 {
            pause(transport.delay).await;
        }
        let ways = Ways { trap: &provider.attacker().trap, base: &call.base, uri };
        if let Some(sending) = acted(transport.act, &mut answer, ways) {
            body_to_send = sending;
        }
    }
    body_to_send.of(answer)
}

/// How much of the body is sent, and how fast.
#[derive(Clone, Copy, Debug)]
enum Sending {
    Whole,
    Half,
    Nothing,
    /// The head alone, while the reader waits.
    Head,
    /// One byte a second.
    Slowly,
    /// More than there is.
    Endlessly,
}

/// Where a redirect can lead.
#[derive(Clone, Copy, Debug)]
struct Ways<'a> {
    trap: &'a str,
    base: &'a str,
    uri: &'a Uri,
}

impl<'a> Ways<'a> {
    /// What was asked for: some resources have their name in the query.
    fn same(&self) -> &'a str {
        self.uri.path_and_query().map_or("/", PathAndQuery::as_str)
    }
}

/// Changes status, headers and bytes; says if not all of the bytes are to be sent.
fn acted(act: Act, answer: &mut Response<Bytes>, ways: Ways<'_>) -> Option<Sending> {
    match act {
        Act::Wait => {}
        Act::Status(status) => set_status(answer, status),
        Act::Answer { status, content_type, body, header } => {
            set_status(answer, status);
            if let Some((name, value)) = header {
                let (name, value) = (HeaderName::from_static(name), HeaderValue::from_static(value));
                answer.headers_mut().insert(name, value);
            }
            set_type(answer, Some(content_type).filter(|content_type| !content_type.is_empty()));
            *answer.body_mut() = Bytes::from_static(body.as_bytes());
        }
        Act::ContentType(content_type) => set_type(answer, content_type),
        Act::Truncated => return Some(Sending::Half),
        Act::Empty => *answer.body_mut() = Bytes::new(),
        Act::Utf16 => {
            let text = String::from_utf8_lossy(answer.body()).into_owned();
            *answer.body_mut() = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>().into();
        }
        Act::Padded(bytes) => {
            let mut body = answer.body().to_vec();
            body.resize(body.len() + bytes, b' ');
            *answer.body_mut() = body.into();
        }
        Act::Unwrapped => {
            if let Ok(text) = std::str::from_utf8(answer.body())
                && let Ok(decoded) = jws::decode(text)
            {
                *answer.body_mut() = Value::Object(decoded.claims).to_string().into();
                set_type(answer, Some("application/json"));
            }
        }
        Act::Reset => return Some(Sending::Nothing),
        Act::RedirectToTrap(status) => {
            redirect(answer, status, &format!("{}{}", ways.trap.trim_end_matches('/'), ways.uri.path()));
        }
        Act::RedirectToItself(status) => redirect(answer, status, ways.same()),
        Act::RedirectToPlain(status) => {
            let host = ways.base.split_once("://").map_or(ways.base, |(_, host)| host);
            redirect(answer, status, &format!("http://{host}{}", ways.same()));
        }
        Act::Gzip => {
            answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            *answer.body_mut() = gzip::stored(answer.body()).into();
        }
        Act::UnsecuredJwt => {
            let claims = serde_json::from_slice(answer.body()).ok();
            if let Some(token) = claims.and_then(|claims| unsecured(&claims)) {
                *answer.body_mut() = token.into();
                set_type(answer, Some("application/jwt"));
            }
        }
        Act::Endless => return Some(Sending::Endlessly),
        Act::Silence => return Some(Sending::Head),
        Act::Drip => return Some(Sending::Slowly),
    }
    None
}

/// Claims under no signature.
fn unsecured(claims: &Map<String, Value>) -> Option<String> {
    let header = [("alg", Signature::Unsigned.as_str()), ("typ", "JWT")];
    let header = header.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    jws::unsecured(&header, claims).ok()
}

fn set_status(answer: &mut Response<Bytes>, status: u16) {
    if let Ok(status) = StatusCode::from_u16(status) {
        *answer.status_mut() = status;
    }
}

fn set_type(answer: &mut Response<Bytes>, content_type: Option<&'static str>) {
    match content_type {
        Some(content_type) => {
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        None => {
            answer.headers_mut().remove(CONTENT_TYPE);
        }
    }
}

fn redirect(answer: &mut Response<Bytes>, status: u16, to: &str) {
    set_status(answer, status);
    if let Ok(to) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(LOCATION, to);
    }
    *answer.body_mut() = Bytes::new();
}

impl Sending {
    /// The answer with as much of its body. What is announced is the whole: whoever reads notices that the rest is missing.
    fn of(self, answer: Response<Bytes>) -> Response {
        let (mut parts, body) = answer.into_parts();
        let kept = match self {
            Self::Whole => return Response::from_parts(parts, Body::from(body)),
            Self::Half => body.slice(..body.len() / 2),
            Self::Nothing => Bytes::new(),
            Self::Head | Self::Slowly | Self::Endlessly => {
                parts.headers.remove(CONTENT_LENGTH);
                return Response::from_parts(parts, Body::new(Slow::sending(self, body)));
            }
        };
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len().max(1)));
        Response::from_parts(parts, Body::new(Broken::after(kept)))
    }
}

/// A body that breaks off, and the connection with it.
enum Broken {
    /// These bytes are to be sent before it does.
    Sending(Bytes),
    /// They are on their way; whatever is buffered gets the chance to leave.
    Flushing,
    /// Now.
    Breaking,
}

impl Broken {
    /// Breaks after these bytes; without any, before the status line has left.
    fn after(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::Breaking } else { Self::Sending(bytes) }
    }
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut *self, Self::Breaking) {
            Self::Sending(bytes) => {
                *self = Self::Flushing;
                Poll::Ready(Some(Ok(http_body::Frame::data(bytes))))
            }
            Self::Flushing => {
                task.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Breaking => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionReset)))),
        }
    }
}
