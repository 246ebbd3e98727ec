//! HTTP around the provider: bytes to parameters, outcomes to bytes. No rule of the protocol lives here.
//!
//! Issuers are paths of any depth, so the route table below is on the end of a path and not on its beginning.

mod answer;
mod bell;
mod connection;
mod cors;
mod documents;
mod endpoints;
mod extract;
mod fetch;
mod issuers;
mod key_files;
pub(crate) mod log;
mod notify;
mod pages;
mod paths;
mod respond;
mod server;
mod serving;
pub mod system;
mod tamper;
pub(crate) mod tls;
mod trap;
mod webfinger;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::Method;

pub use self::fetch::{Fetcher, Fetching};
pub(crate) use self::issuers::key_entropy;
pub use self::issuers::{DEFAULT_PATH, StartError};
pub(crate) use self::key_files::key_file;
pub use self::key_files::{KeyFileUnreadable, read_key_files};
pub use self::server::{MockIdp, MockIdpBuilder};
pub use self::tls::{Entrance, Tls, TlsError, TlsFlaw, TlsListener, UnknownFlaw};

use self::extract::Received;
use self::fetch::Outgoing;
use self::issuers::Issuers;
use self::paths::{Route, locate, locate_claims_provider};
use crate::provider::{Endpoint, Provider};

/// Everything that is served.
fn router(issuers: Arc<Issuers>) -> Router {
    Router::new()
        .route(paths::HEALTH, get(answer::healthy))
        .route(paths::WEBFINGER, get(webfinger::webfinger))
        .fallback(dispatch)
        .with_state(issuers)
}

/// Finds the endpoint, and opens its answers to scripts of other origins, refusals included: a
/// script that may not read an answer cannot say what is wrong.
async fn dispatch(State(issuers): State<Arc<Issuers>>, request: Request) -> Response {
    let path = request.uri().path();
    let of_claims_provider =
        locate_claims_provider(path).filter(|route| issuers.has_claim_sources(&route.issuer));
    let Some(route) = of_claims_provider.or_else(|| locate(path)) else {
        return answer::no_such_endpoint(request.uri().path());
    };
    let open = cors::is_open(route.endpoint);
    if open && request.method() == Method::OPTIONS {
        return cors::preflight(request.headers());
    }
    let answer = answered(&issuers, &route, request).await;
    if open { cors::opened(answer) } else { answer }
}

/// The route table.
async fn answered(issuers: &Issuers, route: &Route, request: Request) -> Response {
    let Route { issuer, endpoint } = route;
    let endpoint = *endpoint;
    let Some(provider) = issuers.served(issuer) else {
        return answer::no_such_issuer(issuer, &issuers.known());
    };
    if !allowed(endpoint).contains(request.method()) {
        return answer::method_not_allowed(allowed(endpoint));
    }
    if endpoint == Endpoint::Registration && !provider.registration_is_open() {
        return answer::no_registration();
    }
    if endpoint == Endpoint::PushedAuthorizationRequest && !provider.takes_pushed_requests() {
        return answer::no_pushed_requests();
    }
    let uri = request.uri().clone();
    let received = Received::read(request, issuers, endpoint).await;
    documents::learn(issuers.outgoing(), &provider, &received, endpoint).await;
    let answer = answer_of(issuers.outgoing(), &provider, &received, endpoint).await;
    tamper::performed(&provider, &received.call, &uri, answer).await
}

/// The honest answer.
async fn answer_of(
    outgoing: &Arc<Outgoing>,
    provider: &Arc<Provider>,
    received: &Received,
    endpoint: Endpoint,
) -> Response {
    match endpoint {
        Endpoint::Discovery | Endpoint::OauthMetadata => endpoints::discovery(provider, received, endpoint),
        Endpoint::Jwks => endpoints::jwks(provider, received),
        Endpoint::Authorization => endpoints::authorize(provider, received),
        Endpoint::Login => endpoints::login(provider, received),
        Endpoint::Consent => endpoints::consent(provider, received),
        Endpoint::Token => endpoints::token(provider, received),
        Endpoint::PushedAuthorizationRequest => endpoints::push(provider, received),
        Endpoint::Userinfo => endpoints::userinfo(provider, received),
        Endpoint::Introspection => endpoints::introspect(provider, received),
        Endpoint::Revocation => endpoints::revoke(provider, received),
        Endpoint::EndSession => endpoints::log_out(outgoing, provider, received).await,
        Endpoint::CheckSession => endpoints::check_session(provider, received),
        Endpoint::Registration => endpoints::register(provider, received),
        Endpoint::DeviceAuthorization => endpoints::device_authorization(provider, received),
        Endpoint::Device => endpoints::device(provider, received),
        Endpoint::Claims => endpoints::claims(provider, received),
        Endpoint::ClaimsProvider => endpoints::claims_provider(provider, received),
        Endpoint::ClaimsProviderKeys => endpoints::claims_provider_keys(provider, received),
        // no path below an issuer leads here
        Endpoint::Outgoing | Endpoint::Trap | Endpoint::Webfinger => answer::no_such_endpoint(""),
    }
}

/// The methods of an endpoint (OIDCC-3.1.2.1 and OIDCC-5.3.1 want both, RFC6749-3.2 wants POST).
const fn allowed(endpoint: Endpoint) -> &'static [Method] {
    match endpoint {
        Endpoint::Discovery
        | Endpoint::OauthMetadata
        | Endpoint::Jwks
        | Endpoint::ClaimsProvider
        | Endpoint::ClaimsProviderKeys
        | Endpoint::CheckSession => &[Method::GET, Method::HEAD],
        Endpoint::Authorization
        | Endpoint::Userinfo
        | Endpoint::Claims
        | Endpoint::EndSession
        | Endpoint::Device => &[Method::GET, Method::HEAD, Method::POST],
        Endpoint::Registration => &[Method::POST, Method::GET, Method::PUT, Method::DELETE],
        Endpoint::PushedAuthorizationRequest
        | Endpoint::Login
        | Endpoint::Consent
        | Endpoint::Token
        | Endpoint::Introspection
        | Endpoint::Revocation
        | Endpoint::DeviceAuthorization => &[Method::POST],
        Endpoint::Outgoing | Endpoint::Trap | Endpoint::Webfinger => &[],
    }
}
