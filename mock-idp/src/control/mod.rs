//! Driving a running provider: what a person at its console would do, as HTTP with JSON (`docs/control.md`).
//!
//! It has a listener of its own, which is off unless asked for and on the loopback interface only: whoever reaches it does
//! as they like. The browser on the same machine is not asked to (`guard`). One file per noun; a noun's paths stand in
//! `paths`, and everything that goes wrong is a `problem`.

mod body;
mod clock;
mod faults;
mod guard;
mod issuers;
mod journal;
mod keys;
mod logout_tokens;
mod paths;
mod poll;
mod problem;
mod sessions;
mod trap;
mod users;

use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, middleware};
use http::Method;
use serde_json::{Map, Value};
use tokio::sync::watch;

use self::paths::{Noun, Route, locate};
use self::problem::Problem;
use crate::provider::ports::Clock;
use crate::provider::{BackChannelCall, Provider, Told, Trap};

/// Clients being told of a logout.
pub type Telling<'a> = Pin<Box<dyn Future<Output = Vec<Told>> + Send + 'a>>;

/// The providers of a server.
pub trait Providers: Send + Sync {
    /// The paths of those that exist.
    fn paths(&self) -> Vec<String>;

    /// The provider at a path, if requests to it are answered.
    fn at(&self, path: &str) -> Option<Arc<Provider>>;

    /// Scheme, host and port at which they are reached.
    fn base(&self) -> String;

    /// Makes one more, at this path or at one of its own choice, with settings laid over those of the server; gives the path.
    fn add(&self, path: Option<&str>, settings: &Map<String, Value>) -> Result<String, NotAdded>;

    /// Forgets the provider at a path.
    fn remove(&self, path: &str) -> Result<(), NotRemoved>;

    /// Makes the calls that a logout brings.
    fn tell<'a>(&'a self, provider: &'a Arc<Provider>, calls: Vec<BackChannelCall>) -> Telling<'a>;

    /// The time that all of them have.
    fn clock(&self) -> &dyn Clock;

    /// The trap, and where it is, if it is anywhere.
    fn trap(&self) -> (&Trap, Option<&str>);

    /// Changes whenever a journal gets an entry.
    fn bell(&self) -> watch::Receiver<u64>;
}

/// Why an issuer was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// Not a path.
    #[error("`{0}` is not a path such as `/test-1`")]
    Path(String),
    /// There is one.
    #[error("there is an issuer at `{0}/` already")]
    Taken(String),
    /// There are too many.
    #[error("there are {0} issuers already; drop some first")]
    Full(usize),
    /// The settings make no provider.
    #[error("{0}")]
    Settings(String),
}

/// Why an issuer was not dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRemoved {
    /// There is none.
    #[error("there is no such issuer")]
    Unknown,
    /// The server has to have it.
    #[error("the issuers of the configuration stay")]
    Configured,
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
    if !noun.methods().contains(request.method()) {
        return Err(Problem::method(request.method(), noun.methods()));
    }
    let base = providers.base();
    let provider = || providers.at(&issuer).ok_or_else(|| Problem::no_issuer(&issuer, &providers.paths()));
    match noun {
        Noun::Issuers if request.method() == Method::POST => {
            issuers::add(providers, &body::read(request).await?)
        }
        Noun::Issuers => Ok(issuers::list(providers)),
        Noun::Issuer => issuers::one(providers, &issuer, request.method()),
        Noun::Keys => Ok(keys::show(provider()?.as_ref(), &base)),
        Noun::KeyRotation => keys::rotate(provider()?.as_ref(), &base, body::read(request).await?),
        Noun::Faults => faults::all(provider()?.as_ref(), request).await,
        Noun::Fault(which) => faults::remove(provider()?.as_ref(), &which),
        Noun::Users => Ok(users::all(provider()?.as_ref(), request.method())),
        Noun::User(name) => users::one(provider()?.as_ref(), &name, request).await,
        Noun::Journal => journal::all(provider()?.as_ref(), request.method(), request.uri()),
        Noun::NextEntry => journal::next(providers, provider()?.as_ref(), request.uri()).await,
        Noun::Sessions => Ok(sessions::list(provider()?.as_ref())),
        Noun::Session(which) => sessions::end(providers, &provider()?, &which).await,
        Noun::LogoutTokens => {
            let provider = provider()?;
            logout_tokens::deliver(providers, &provider, body::read(request).await?).await
        }
        Noun::Clock => clock::read_or_set(providers, request).await,
        Noun::ClockAdvance => clock::advance(providers, body::read(request).await?),
        Noun::Trap => Ok(trap::all(providers, request.method())),
        Noun::NextTrapped => trap::next(providers, request.uri()).await,
    }
}

#[cfg(test)]
mod tests;
