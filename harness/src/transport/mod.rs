//! How requests travel: to an axum router in this process by host name, or over TCP.
//!
//! In process no socket is opened, so host names are free (`https://idp.test`) and no port number ever reaches a token
//! or a snapshot. Redirects are never followed here: that is a browser's business.

mod clock;
mod exchange;
mod outgoing;
mod started;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use http::header::HOST;
use http::{HeaderValue, Uri};
use tower::ServiceExt as _;

pub use clock::Clock;
pub use exchange::{Exchange, Observer};
pub use outgoing::Carried;
pub use started::Started;

/// A request with an absolute URL.
pub type Request = http::Request<Vec<u8>>;
/// A response with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// More than any page or token response of ours; keeps a runaway handler from filling the memory.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// Why a request had no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No router is registered under the host of the URL.
    #[error("no server is known under `{authority}`")]
    UnknownHost {
        /// Host and port of the URL.
        authority: String,
    },
    /// The URL has no host.
    #[error("`{url}` is not an absolute URL")]
    NotAbsolute {
        /// The URL.
        url: String,
    },
    /// The server could not be reached or its answer could not be read.
    #[error("`{authority}` did not answer: {cause}")]
    Unreachable {
        /// Host and port of the URL.
        authority: String,
        /// What went wrong.
        cause: String,
    },
}

/// Carries requests. A clone shares hosts and observers.
#[derive(Clone)]
pub struct Transport {
    caller: Arc<str>,
    hosts: Arc<RwLock<BTreeMap<String, Router>>>,
    tcp: Option<reqwest::Client>,
    observers: Arc<RwLock<Vec<Observer>>>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = read(&self.hosts).keys().cloned().collect();
        out.debug_struct("Transport")
            .field("caller", &self.caller)
            .field("hosts", &hosts)
            .field("tcp", &self.tcp.is_some())
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport that reaches registered routers only.
    pub fn in_process() -> Self {
        Self::new(None)
    }

    /// A transport that reaches everything over TCP, except hosts registered with [`Transport::serve`].
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn tcp() -> Result<Self, TransportError> {
        Self::by(reqwest::Client::builder())
    }

    /// The same, but over TLS only servers are reached whose certificate this CA (in PEM) signed.
    ///
    /// # Errors
    ///
    /// When the text is no certificate, or the HTTP client cannot be set up.
    pub fn tcp_trusting(ca: &str) -> Result<Self, TransportError> {
        let ca = reqwest::Certificate::from_pem(ca.as_bytes()).map_err(|e| no_client(&e))?;
        Self::by(reqwest::Client::builder().tls_certs_only([ca]))
    }

    /// The same, and servers that ask for a certificate are shown this one (with its key, in PEM).
    ///
    /// # Errors
    ///
    /// When one of the texts is no certificate, or the HTTP client cannot be set up.
    pub fn tcp_showing(certificate: &str, ca: &str) -> Result<Self, TransportError> {
        let ca = reqwest::Certificate::from_pem(ca.as_bytes()).map_err(|e| no_client(&e))?;
        let own = reqwest::Identity::from_pem(certificate.as_bytes()).map_err(|e| no_client(&e))?;
        Self::by(reqwest::Client::builder().tls_certs_only([ca]).identity(own))
    }

    /// The same, but over TLS anybody is believed to be who they say. It is for showing what becomes of those who do so.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn trusting_anybody(&self) -> Result<Self, TransportError> {
        let gullible = Self::by(reqwest::Client::builder().tls_danger_accept_invalid_certs(true))?;
        Ok(Self { tcp: gullible.tcp, ..self.clone() })
    }

    /// Whether a request leaves this process over TLS, so that a certificate is looked at.
    pub fn sees_certificate(&self, url: &Uri) -> bool {
        let authority = url.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        let inside = authority.is_some_and(|authority| self.router(&authority).is_some());
        self.tcp.is_some() && !inside && url.scheme() == Some(&http::uri::Scheme::HTTPS)
    }

    fn by(client: reqwest::ClientBuilder) -> Result<Self, TransportError> {
        let client = client.redirect(reqwest::redirect::Policy::none()).build();
        Ok(Self::new(Some(client.map_err(|e| no_client(&e))?)))
    }

    fn new(tcp: Option<reqwest::Client>) -> Self {
        Self { caller: Arc::from("anyone"), hosts: Arc::default(), tcp, observers: Arc::default() }
    }

    /// The same transport, used by somebody with this name; observers are told who called.
    #[must_use]
    pub fn called_by(&self, caller: &str) -> Self {
        Self { caller: Arc::from(caller), ..self.clone() }
    }

    /// Answers requests to `authority` (a host, or a host with a port) with `router`, in process.
    pub fn serve(&self, authority: &str, router: Router) {
        write(&self.hosts).insert(authority.to_ascii_lowercase(), router);
    }

    /// Whether an address is answered in process.
    pub fn serves(&self, url: &url::Url) -> bool {
        let authority = url.host_str().map(|host| match url.port_or_known_default() {
            Some(port) if url.port().is_some() => format!("{host}:{port}"),
            Some(_) | None => host.to_owned(),
        });
        authority.is_some_and(|authority| self.router(&authority).is_some())
    }

    /// Tells `observer` of every exchange from now on.
    pub fn observe(&self, observer: Observer) {
        write(&self.observers).push(observer);
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// When there is no answer. An answer with an error status is an answer.
    pub async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let observers = read(&self.observers).clone();
        if observers.is_empty() {
            return self.carry(request).await;
        }
        let copy = request.clone();
        let response = self.carry(request).await;
        let exchange = Exchange { caller: self.caller.to_string(), request: copy, response };
        for observer in &observers {
            observer(&exchange);
        }
        exchange.response
    }

    async fn carry(&self, request: Request) -> Result<Response, TransportError> {
        let Some(authority) = request.uri().authority().map(|a| a.as_str().to_ascii_lowercase()) else {
            return Err(TransportError::NotAbsolute { url: request.uri().to_string() });
        };
        match (self.router(&authority), &self.tcp) {
            (Some(router), _) => in_process(router, authority, request).await,
            (None, Some(client)) => over_tcp(client, authority, request).await,
            (None, None) => Err(TransportError::UnknownHost { authority }),
        }
    }

    fn router(&self, authority: &str) -> Option<Router> {
        let hosts = read(&self.hosts);
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        hosts.get(authority).or_else(|| hosts.get(host)).cloned()
    }
}

async fn in_process(router: Router, authority: String, request: Request) -> Result<Response, TransportError> {
    let unreachable = |cause: String| TransportError::Unreachable { authority: authority.clone(), cause };
    let (mut parts, body) = request.into_parts();
    // A server sees the path in its request line and the host in a header (RFC 9112, 3.2.1).
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse::<Uri>().map_err(|e| unreachable(e.to_string()))?;
    let host = HeaderValue::from_str(&authority).map_err(|e| unreachable(e.to_string()))?;
    parts.headers.entry(HOST).or_insert(host);
    let response = match router.oneshot(http::Request::from_parts(parts, Body::from(body))).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, BODY_LIMIT).await.map_err(|e| unreachable(e.to_string()))?;
    Ok(Response::from_parts(parts, body.to_vec()))
}

async fn over_tcp(
    client: &reqwest::Client,
    authority: String,
    request: Request,
) -> Result<Response, TransportError> {
    let unreachable =
        |e: reqwest::Error| TransportError::Unreachable { authority: authority.clone(), cause: chain(&e) };
    let request = reqwest::Request::try_from(request).map_err(unreachable)?;
    let answer = client.execute(request).await.map_err(unreachable)?;
    let mut response = http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let body = answer.bytes().await.map_err(unreachable)?.to_vec();
    response
        .body(body)
        .map_err(|e| TransportError::Unreachable { authority: authority.clone(), cause: e.to_string() })
}

fn no_client(error: &reqwest::Error) -> TransportError {
    TransportError::Unreachable { authority: String::new(), cause: chain(error) }
}

/// An error with its causes; reqwest's own text stops at "error sending request".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
