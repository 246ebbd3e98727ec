//! The authentication request and its answer (OIDCC-3.1.2, OIDCC-3.2.2, OIDCC-3.3.2).
//!
//! Half-way through [`authorize`] the redirect URI is known to be the client's. Before that line an error cannot be sent
//! anywhere and is shown to the person; after it, every error goes back to the client. The two kinds are two types.

mod acr;
mod claims;
mod client_id;
mod consent;
mod error;
mod nonce;
mod offline_access;
mod pkce;
mod prompt;
mod pushed;
mod redirect_uri;
mod request_object;
pub mod request_uri;
mod response;
mod response_mode;
mod response_type;
mod scope;
mod unsupported;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use acr::AcrRequest;
pub use claims::{ClaimsRequest, MalformedClaims, WantedClaim};
pub use consent::{Consent, ConsentRule};
pub use error::{AuthorizationError, LoginRequired, Redirectable, Refused, Unredirectable};
pub use offline_access::OfflineAccess;
pub use prompt::Prompt;
pub use request_object::{ObjectError, Security, readable};
pub use request_uri::ReferenceError;
pub use response::{AuthorizationResponse, Back, Delivery};

use self::request_object::{Opened, Rejected};
use super::client::{Client, Clients, Pushing};
use super::pkce::Challenge;
use super::{Parameters, ResponseType, Scope, Timestamp};

/// What a request is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// The time.
    pub now: Timestamp,
    /// How it came.
    pub way: Way<'a>,
    /// Whether request objects are taken by value.
    pub request_objects: bool,
    /// Whether every client has to push its requests.
    pub pushing: Pushing,
}

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    /// In the browser's address, where anybody could have written it.
    Browser,
    /// The same, with the request object that was found at this address.
    Referred(&'a str),
    /// From the client itself, or after it was checked before.
    Direct,
}

/// A request that passed every check.
#[derive(Clone, Debug, PartialEq)]
pub struct AcceptedRequest {
    /// The parameters that count: those of a request object over those beside it.
    pub parameters: Parameters,
    /// How the request object is secured, if there is one.
    pub object: Option<Security>,
    /// Who asks.
    pub client: Arc<Client>,
    /// Where and how the answer goes.
    pub back: Back,
    /// What is asked for.
    pub response_type: ResponseType,
    /// How far it should reach.
    pub scope: Scope,
    /// What ID tokens repeat.
    pub nonce: Option<String>,
    /// What the token request will have to prove.
    pub challenge: Option<Challenge>,
    /// Whether the person is to be asked.
    pub prompts: BTreeSet<Prompt>,
    /// How old the sign-in may be, in seconds.
    pub max_age: Option<i64>,
    /// The claims that are asked for one by one.
    pub claims: ClaimsRequest,
    /// How thoroughly the person is to sign in, if that matters.
    pub acr: Option<AcrRequest>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// An earlier ID token of the person, not yet verified.
    pub id_token_hint: Option<String>,
}

/// Checks an authentication request.
pub fn authorize(
    request: &Parameters,
    clients: &dyn Clients,
    terms: &Terms<'_>,
) -> Result<AcceptedRequest, AuthorizationError> {
    let client = client_id::known(request, clients)?;
    let opened = request_object::opened(request, &client, terms);
    let Opened { request, security } = opened.map_err(|rejected| sent_back(*rejected, &client, terms.way))?;
    let request = &request;
    if let Way::Referred(uri) = terms.way {
        request_uri::protected(uri, security).map_err(|why| request_uri::sent_back(request, &client, why))?;
    }
    let redirect_uri = redirect_uri::registered(request, &client)?;
    let back = Back::to(redirect_uri, request, &client);

    // from here on, errors go to the client
    let checked = || -> Result<_, Refused> {
        pushed::where_due(&client, terms)?;
        let response_type = response_type::allowed(request, &client)?;
        let mode = response_mode::fitting(request, &client, response_type)?;
        unsupported::absent(request)?;
        let scope = scope::allowed(request, &client, response_type)?;
        let nonce = nonce::present_where_due(request, response_type)?;
        let challenge = pkce::acceptable(request, &client, response_type)?;
        let claims = claims::asked_for(request, response_type)?;
        Ok(AcceptedRequest {
            parameters: request.clone(),
            object: security,
            back: back.clone().by(mode),
            client: Arc::clone(&client),
            response_type,
            scope,
            nonce,
            challenge,
            prompts: prompt::consistent(request)?,
            max_age: prompt::max_age(request)?.or(client.default_max_age),
            acr: acr::asked_for(request, &claims, &client.default_acr_values),
            claims,
            login_hint: request.owned("login_hint"),
            id_token_hint: request.owned("id_token_hint"),
        })
    };
    checked().map_err(|cause| back.clone().refused(cause))
}

/// A request object that is refused: the client is told if what is known of the request leads to it, else the person.
fn sent_back(rejected: Rejected, client: &Client, way: Way<'_>) -> AuthorizationError {
    let Rejected { known, cause } = rejected;
    if let Way::Referred(_) = way {
        return request_uri::sent_back(&known, client, ReferenceError::Object(cause.into()));
    }
    match redirect_uri::registered(&known, client) {
        Ok(redirect_uri) => {
            Back::to(redirect_uri, &known, client).refused(Refused::RequestObject(cause.into()))
        }
        Err(_) => Unredirectable::RequestObject(cause.into()).into(),
    }
}

#[cfg(test)]
mod tests;
