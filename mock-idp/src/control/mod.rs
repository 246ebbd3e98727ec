//! Driving a running provider: what a person at its console would do, as HTTP with JSON (`docs/control.md`).
//!
//! It has a listener of its own, which is off unless asked for and on the loopback interface only: whoever reaches it does
//! as they like. The browser on the same machine is not asked to (`guard`). One file per noun; a noun's paths stand in
//! `paths`, and everything that goes wrong is a `problem`.

mod body;
mod guard;
mod issuers;
mod keys;
mod paths;
mod problem;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, middleware};
use http::Method;

use self::paths::{Noun, Route, locate};
use self::problem::Problem;
use crate::provider::Provider;

/// The providers of a server.
pub trait Providers: Send + Sync {
    /// The paths of those that exist.
    fn paths(&self) -> Vec<String>;

    /// The provider at a path, if requests to it are answered.
    fn at(&self, path: &str) -> Option<Arc<Provider>>;

    /// Scheme, host and port at which they are reached.
    fn base(&self) -> String;
}

/// Everything that is served.
pub fn router(providers: Arc<dyn Providers>) -> Router {
    Router::new().fallback(dispatch).with_state(providers).layer(middleware::from_fn(guard::local_only))
}

async fn dispatch(State(providers): State<Arc<dyn Providers>>, request: Request) -> Response {
    let outcome = answered(providers.as_ref(), request).await;
    outcome.unwrap_or_else(Problem::into_response)
}

/// The route table.
async fn answered(providers: &dyn Providers, request: Request) -> Result<Response, Problem> {
    let path = request.uri().path();
    let Route { issuer, noun } = locate(path).ok_or_else(|| Problem::not_found(path))?;
    if request.method() != noun.method() {
        return Err(Problem::method(request.method(), &noun.method()));
    }
    let provider = || providers.at(&issuer).ok_or_else(|| Problem::no_issuer(&issuer, &providers.paths()));
    match noun {
        Noun::Issuers => Ok(issuers::list(providers)),
        Noun::Keys => {
            let provider = provider()?;
            Ok(keys::show(&provider, &providers.base()))
        }
        Noun::KeyRotation => {
            let provider = provider()?;
            keys::rotate(&provider, &providers.base(), body::read(request).await?)
        }
    }
}

impl Noun {
    const fn method(self) -> Method {
        match self {
            Self::Issuers | Self::Keys => Method::GET,
            Self::KeyRotation => Method::POST,
        }
    }
}

#[cfg(test)]
mod tests;
