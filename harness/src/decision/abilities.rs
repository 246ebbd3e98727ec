//! What the relying party does for a product beyond a plain login. The five products ask for none of it.

use serde::Serialize;
use serde_json::Value;

use super::Algorithm;

/// What is special about a product's dealings with one provider. By default nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Abilities {
    /// How the client became known to the provider.
    pub registration: Registration,
    /// Somebody's identifier (`acct:` or a URL), whose provider is looked up and takes the place of the configured issuer
    /// (OpenID Connect Discovery 1.0, 2).
    pub identifier: Option<String>,
    /// In which form authentication requests travel.
    pub request: RequestForm,
    /// The `claims` parameter (OIDCC-5.5).
    pub claims: Option<Value>,
    /// `max_age`, in seconds.
    pub max_age: Option<i64>,
    /// Authentication contexts of which one has to be reached: asked for as an essential claim (OIDCC-5.5.1.1).
    pub acr: Vec<String>,
    /// The algorithm that UserInfo responses have to be signed with; `None` for JSON.
    pub userinfo_alg: Option<Algorithm>,
    /// The issuers whose word is taken about claims that UserInfo leaves to others (OIDCC-5.6.2); without any, such claims are
    /// left alone.
    pub claims_providers: Vec<String>,
}

/// How a client becomes known to a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Somebody registered it, and configured the product with its identifier.
    #[default]
    Configured,
    /// It registers itself before its first login (OpenID Connect Dynamic Client Registration 1.0).
    Dynamic,
}

/// In which form an authentication request travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestForm {
    /// As parameters.
    #[default]
    Parameters,
    /// As a request object, by value; signed with this algorithm, which may be `none` (OIDCC-6.1).
    Object(Algorithm),
    /// As a request object, by reference (OIDCC-6.2).
    Uri(Algorithm),
}

/// What a product answers besides its own pages, as paths. By default nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Services {
    /// Whether its start path begins a sign-in even when somebody is signed in.
    pub starts_anew: bool,
    /// Whether a call by the front channel has to name the issuer and the session (Front-Channel Logout 1.0, 3).
    pub frontchannel_names_session: bool,
    /// Whether a session ends when the provider refuses to renew it.
    pub ends_when_refused: bool,
    /// Where a session's tokens are renewed with its refresh token.
    pub refresh: Option<String>,
    /// Where others begin a sign-in (OIDCC-4).
    pub initiate: Option<String>,
    /// Where the provider posts logout tokens (Back-Channel Logout 1.0).
    pub backchannel_logout: Option<String>,
    /// Where its frame is that watches the session at the provider (Session Management 1.0).
    pub check_session: Option<String>,
    /// Where its public keys are.
    pub jwks: Option<String>,
    /// Below which path request objects are published.
    pub request_objects: Option<String>,
}
