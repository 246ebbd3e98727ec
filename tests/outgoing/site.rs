//! A server of a client: documents that can be exchanged, and a note of every visit.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

/// Somebody who came, and what they brought.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Clone)]
struct Shelf {
    /// Documents by path, with the status under which each is answered.
    documents: Arc<Mutex<BTreeMap<String, (u16, String)>>>,
    visits: Arc<Mutex<Vec<Visit>>>,
    /// Where two visitors wait for each other.
    pair: Arc<Barrier>,
}

/// A server on the loopback interface.
pub(crate) struct Site {
    shelf: Shelf,
    port: u16,
}

impl Site {
    pub(crate) async fn open() -> Self {
        let shelf =
            Shelf { documents: Arc::default(), visits: Arc::default(), pair: Arc::new(Barrier::new(2)) };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback(answer).with_state(shelf.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shelf, port }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.url_by("127.0.0.1", path)
    }

    /// The same by another name of this machine.
    pub(crate) fn url_by(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// Publishes a document, or another in its place.
    pub(crate) fn publish(&self, path: &str, document: impl Into<String>) {
        self.answer(path, 200, document);
    }

    pub(crate) fn answer(&self, path: &str, status: u16, body: impl Into<String>) {
        self.shelf.documents.lock().unwrap().insert(path.to_owned(), (status, body.into()));
    }

    /// How often a path was visited.
    pub(crate) fn visits(&self, path: &str) -> usize {
        self.visited(path).len()
    }

    /// Every visit to a path.
    pub(crate) fn visited(&self, path: &str) -> Vec<Visit> {
        let visits = self.shelf.visits.lock().unwrap();
        visits.iter().filter(|visit| visit.path == path).cloned().collect()
    }
}

async fn answer(State(shelf): State<Shelf>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let known = shelf.documents.lock().unwrap().get(&path).cloned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let visit = Visit { path: path.clone(), query, method: parts.method, headers: parts.headers, body };
    shelf.visits.lock().unwrap().push(visit);
    match (path.as_str(), known) {
        // somebody who never answers
        ("/never", _) => std::future::pending().await,
        // somebody who answers when another one is there as well
        ("/pair", _) => {
            shelf.pair.wait().await;
            StatusCode::OK.into_response()
        }
        (_, Some((status, body))) if (300..400).contains(&status) => {
            (StatusCode::from_u16(status).unwrap(), [("location", body)]).into_response()
        }
        (_, Some((status, body))) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        (_, None) => StatusCode::NOT_FOUND.into_response(),
    }
}
