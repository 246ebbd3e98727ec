//! The `idp:` block: what a person writes about a provider, as plain data.
//!
//! Everything has a default, and the defaults accept anything on the loopback interface: an empty block is a working
//! provider. Reading files and pointing at mistakes happens elsewhere; this room only says what there is to configure.

mod attacker;
mod check;
mod claim_source;
mod claims;
mod client;
mod duration;
mod examples;
mod faults;
mod lifetimes;
mod load;
mod one_or_many;
mod outgoing;
mod persona;
mod requests;
mod signing;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use attacker::AttackerConfig;
pub use claim_source::{AggregatedClaims, ClaimSource, DistributedClaims, SourceToken};
pub use claims::{ClaimsChange, Document, UserConfig, is_unset};
pub use client::{
    AccessTokenFormat, AuthMethod, CertificateSubject, ClientConfig, Flow, Pkce, Pushing, RefreshTokens,
    SubjectType,
};
pub use duration::{Duration, InvalidDuration};
pub use examples::example_users;
pub use faults::FaultRules;
pub use lifetimes::Lifetimes;
pub use load::{Block, Loaded, load, read, schema, with_settings};
pub use one_or_many::OneOrMany;
pub use outgoing::{AllowedHost, NotAHost, OutgoingConfig};
pub use persona::{ConsentRule, LoginHint, OfflineAccess, Persona, PkceRule};
pub use requests::{PushedRequests, Requests};
pub use signing::{KeyOrigin, SigningConfig};

use crate::protocol::Timestamp;

/// One provider, as written in an `idp:` block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "idp", extend("x-noun" = "provider setting"))]
pub struct IdpConfig {
    /// What the provider is like where nothing else is said.
    pub persona: Persona,
    /// The issuer: a path such as `/acme`, below whatever address the provider is reached at, or a whole URL, which is
    /// then said to everybody no matter how they reach the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The time, frozen, as RFC 3339. Left out, the provider follows the real clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Timestamp>,
    /// Where codes, tokens, `jti` and `sid` come from. The same seed gives the same values; left out, they are random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The signing keys, one or a list. The first signs unless a client asks for another algorithm.
    pub signing: OneOrMany<SigningConfig>,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// What authentication requests may look like.
    pub requests: Requests,
    /// The registered clients by `client_id`. With at least one, only these are known and everything about them is
    /// checked.
    pub clients: IndexMap<String, ClientConfig>,
    /// Accept client ids that are not registered, with any secret and any loopback redirect URI. Left out: yes as long
    /// as no client is registered, and no for the strict persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any_client: Option<bool>,
    /// Let clients register themselves at `/register` (OpenID Connect Dynamic Client Registration 1.0). Left out: yes as
    /// long as unregistered clients are accepted, and for the strict persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration: Option<bool>,
    /// The users by name. Left out, there are three example users.
    pub users: IndexMap<String, UserConfig>,
    /// The user who is signed in without a login page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_login: Option<String>,
    /// How long a device waits between two questions at the token endpoint (RFC 8628). Left out: `5s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_interval: Option<Duration>,
    /// Scopes that release claims. A claim named here is left out unless a scope that names it is asked for; a claim
    /// named by no scope is always there.
    pub scopes: IndexMap<String, Vec<String>>,
    /// Treat `profile`, `email`, `address` and `phone` as OpenID Connect Core 5.4 does, as if they stood in `scopes`. Left
    /// out: as the persona says, yes for the strict one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_scopes: Option<bool>,
    /// Leave a user's claims out of ID tokens where an access token opens UserInfo, which has them (OpenID Connect Core
    /// 5.4), unless the client asks for them by name or they stand in the user's own `id_token`. Left out: as the persona
    /// says, yes for the strict one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thin_id_tokens: Option<bool>,
    /// When the scope `offline_access` counts. Left out: `when_asked`, or `with_consent` for the strict persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offline_access: Option<OfflineAccess>,
    /// Which clients have to use PKCE, unless their own `pkce` says. Left out: `public_clients`, or `optional` for the
    /// strict persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkce: Option<PkceRule>,
    /// When a person is asked to agree to what an application gets. Left out: `never`, or `once` for the strict persona; and
    /// nobody is asked where `auto_login` signs somebody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRule>,
    /// What becomes of a `login_hint` that names a user. Left out: `sign_in`, or `prefill` for the strict persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<LoginHint>,
    /// The authentication context classes (`acr`) that a sign-in here can have, the usual one first. The ID token states the
    /// first one that the client asks for; a user's own `acr` claim stands against it. Left out: `1` and `2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<Vec<String>>,
    /// Faults that stand from the start, in every answer that they fit.
    #[serde(skip_serializing_if = "FaultRules::is_empty")]
    pub faults: FaultRules,
    /// A second issuer, of somebody who attacks this one. Left out, there is none; `{}` is one at `/attacker`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacker: Option<AttackerConfig>,
    /// Calls that the provider makes itself: for documents that clients publish elsewhere and for back-channel logouts.
    pub outgoing: OutgoingConfig,
    /// Entries laid over the discovery documents; `null` takes an entry away.
    pub discovery: Map<String, Value>,
}
