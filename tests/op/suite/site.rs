//! The client's web site: where responses arrive.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Html;
use http::{HeaderMap, Method, Uri, header};

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
}

impl Site {
    /// An address of the site, as the browser goes there.
    pub(crate) fn address(path: &str) -> String {
        format!("https://{HOST}{path}")
    }

    pub(crate) fn router(&self) -> Router {
        Router::new().fallback(answer).with_state(self.clone())
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
) -> Html<&'static str> {
    let content_type = headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned());
    site.hits.lock().unwrap().push(Hit {
        method,
        path: uri.path().to_owned(),
        query: uri.query().map(str::to_owned),
        content_type: content_type.unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    Html("<!doctype html><title>RP</title><p>Thank you.")
}
