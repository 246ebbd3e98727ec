//! The client's web site: where responses arrive, and what the provider comes for itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use axum::serve::Listener;
use http::{HeaderMap, Method, Uri, header};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// The host under which the browser knows the site.
pub(crate) const HOST: &str = "rp.example";

/// A request that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// The site. A clone is the same site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Site {
    hits: Arc<Mutex<Vec<Hit>>>,
    documents: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Site {
    /// An address of the site, as the browser goes there.
    pub(crate) fn address(path: &str) -> String {
        format!("https://{HOST}{path}")
    }

    pub(crate) fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
    }

    /// Serves the site on a socket as well, and says at which origin the provider gets there.
    pub(crate) async fn open(&self) -> String {
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
        let origin = format!("https://{}", tcp.local_addr().expect("the socket is bound"));
        let router = self.router();
        tokio::spawn(async move { axum::serve(OverTls { tcp }, router).await });
        origin
    }

    /// Puts a document at a path.
    pub(crate) fn publish(&self, path: &str, document: String) {
        self.documents.lock().unwrap().insert(path.to_owned(), document);
    }

    /// Everything that arrived at a path, oldest first.
    pub(crate) fn hits(&self, path: &str) -> Vec<Hit> {
        self.hits.lock().unwrap().iter().filter(|hit| hit.path == path).cloned().collect()
    }

    /// What arrived last.
    pub(crate) fn last(&self) -> Hit {
        self.hits.lock().unwrap().last().cloned().expect("something arrived")
    }
}

async fn answer(
    State(site): State<Site>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
    site.hits.lock().unwrap().push(Hit {
        method,
        path: uri.path().to_owned(),
        query: uri.query().map(str::to_owned),
        content_type: content_type.unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    match site.documents.lock().unwrap().get(uri.path()) {
        Some(document) => document.clone().into_response(),
        None => Html("<!doctype html><title>RP</title><p>Thank you.").into_response(),
    }
}

/// A certificate that signs itself, as the suite's own servers have one.
static ACCEPTOR: LazyLock<TlsAcceptor> = LazyLock::new(|| {
    let names = ["127.0.0.1".to_owned()];
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(names).expect("a certificate can be made");
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the protocol versions are known")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.expect("key and certificate belong together")))
});

struct OverTls {
    tcp: TcpListener,
}

impl Listener for OverTls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = Listener::accept(&mut self.tcp).await;
            if let Ok(stream) = ACCEPTOR.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
