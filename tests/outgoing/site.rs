//! A server of a client: documents that can be exchanged, and a note of every visit.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use tokio::net::TcpListener;

/// A document at a path, with the status under which it is answered.
type Documents = BTreeMap<String, (u16, String)>;

#[derive(Clone, Default)]
struct Shelf {
    documents: Arc<Mutex<Documents>>,
    visits: Arc<Mutex<Vec<String>>>,
}

/// A server on the loopback interface.
pub(crate) struct Site {
    shelf: Shelf,
    port: u16,
}

impl Site {
    pub(crate) async fn open() -> Self {
        let shelf = Shelf::default();
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
        self.shelf.visits.lock().unwrap().iter().filter(|visited| *visited == path).count()
    }
}

async fn answer(State(shelf): State<Shelf>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let known = shelf.documents.lock().unwrap().get(&path).cloned();
    shelf.visits.lock().unwrap().push(path.clone());
    match known {
        Some((status, body)) if (300..400).contains(&status) => {
            (StatusCode::from_u16(status).unwrap(), [("location", body)]).into_response()
        }
        Some((status, body)) => (StatusCode::from_u16(status).unwrap(), body).into_response(),
        // somebody who never answers
        None if path == "/never" => std::future::pending().await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
