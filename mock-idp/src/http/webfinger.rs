//! `/.well-known/webfinger` at the root of the server, which is where it has to be (RFC7033-4): from a person to the issuer
//! that knows them.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use url::Url;

use super::extract::base;
use super::issuers::Issuers;
use super::{answer, cors, tamper};
use crate::protocol::Parameters;
use crate::protocol::webfinger::{Query, Resource};
use crate::provider::{Call, Provider, Seam};

/// Answers with a JRD (RFC7033-4.4), open to scripts of every origin (RFC7033-5).
pub(super) async fn webfinger(State(issuers): State<Arc<Issuers>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let base = base(&parts, &issuers);
    let answer = match Query::parse(parts.uri.query().unwrap_or_default()) {
        Ok(query) => {
            let parameters = Ok(Parameters::default());
            let call = Call {
                base,
                method: parts.method.to_string(),
                parameters,
                certificate: None,
                seam: Seam::default(),
            };
            let answer = looked_up(&issuers, &query, &call);
            tamper::performed(&issuers.default_provider(), &call, &parts.uri, answer).await
        }
        Err(why) => answer::bad_webfinger(&why),
    };
    cors::opened(answer)
}

fn looked_up(issuers: &Issuers, query: &Query, call: &Call) -> Response {
    let found = found(issuers, &query.resource, &call.base);
    let journal = found.clone().unwrap_or_else(|| issuers.default_provider());
    journal.looked_up(query, call, found.is_some());
    match found {
        Some(provider) => answer::jrd(&query.answer(&provider.issuer(&call.base))),
        None => answer::unknown_resource(&query.subject),
    }
}

/// The provider that knows a resource: accounts and people's pages are the configured issuer's, and an issuer's own URL
/// is its own.
fn found(issuers: &Issuers, resource: &Resource, base: &str) -> Option<Arc<Provider>> {
    let own = Url::parse(base).ok()?;
    let default = issuers.default_provider();
    match resource {
        Resource::Account { user, host } => {
            default.knows_account(user, host, own.host_str().unwrap_or_default()).then_some(default)
        }
        Resource::Page(page) if page.origin() != own.origin() => None,
        Resource::Page(page) if page.path() == "/" => Some(default),
        Resource::Page(page) if default.knows_page(page.path()) => Some(default),
        Resource::Page(page) => issuers.served(page.path().trim_end_matches('/')),
    }
}
