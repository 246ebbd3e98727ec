//! Claims about a user that somebody else vouches for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::keys::{Algorithm, Signature};

/// Claims that a claims provider vouches for and not the provider itself (OpenID Connect Core 5.6). A relying party finds
/// them by `_claim_names` and `_claim_sources`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimSource {
    /// By value: the document has a JWT that holds them.
    Aggregated(AggregatedClaims),
    /// By reference: the document says where a JWT that holds them can be fetched.
    Distributed(DistributedClaims),
}

/// Aggregated claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "setting of aggregated claims"))]
pub struct AggregatedClaims {
    /// The claims.
    pub claims: Map<String, Value>,
    /// How the claims provider signs them, with a key of its own: RS256 when left out. `none` leaves them unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<Signature>,
}

/// Distributed claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "setting of distributed claims"))]
pub struct DistributedClaims {
    /// The claims. Where they are fetched elsewhere, only their names matter.
    pub claims: Map<String, Value>,
    /// How the claims provider signs them, with a key of its own: RS256 when left out. `none` leaves them unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<Signature>,
    /// Where they can be fetched; here, at `/claims_provider/claims` below the issuer, when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// What opens that endpoint: when left out, `generated` for the one here and `omitted` for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<SourceToken>,
}

/// The access token that a document says beside the endpoint of distributed claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceToken {
    /// One of its own for each sign-in, good for these claims only, and for as long as other access tokens.
    Generated,
    /// None: whoever asks needs one from elsewhere.
    Omitted,
    /// Always this one.
    Given(String),
}

impl ClaimSource {
    /// The claims.
    pub const fn claims(&self) -> &Map<String, Value> {
        match self {
            Self::Aggregated(source) => &source.claims,
            Self::Distributed(source) => &source.claims,
        }
    }

    /// The claims, to be changed.
    pub const fn claims_mut(&mut self) -> &mut Map<String, Value> {
        match self {
            Self::Aggregated(source) => &mut source.claims,
            Self::Distributed(source) => &mut source.claims,
        }
    }

    /// How they are signed.
    pub fn signature(&self) -> Signature {
        let alg = match self {
            Self::Aggregated(source) => source.alg,
            Self::Distributed(source) => source.alg,
        };
        alg.unwrap_or(Signature::Signed(Algorithm::RS256))
    }

    /// Whether the JWT is made here, now or when it is fetched.
    pub const fn is_made_here(&self) -> bool {
        match self {
            Self::Aggregated(_) => true,
            Self::Distributed(source) => source.endpoint.is_none(),
        }
    }

    /// The name of the kind, as discovery says it (OIDCD-3, `claim_types_supported`).
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Aggregated(_) => "aggregated",
            Self::Distributed(_) => "distributed",
        }
    }
}

impl DistributedClaims {
    /// What opens the endpoint.
    pub fn token(&self) -> SourceToken {
        let usual = if self.endpoint.is_none() { SourceToken::Generated } else { SourceToken::Omitted };
        self.access_token.clone().unwrap_or(usual)
    }
}
