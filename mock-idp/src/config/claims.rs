//! Users and what is said of them in each document.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ClaimSource;

/// The three documents that carry claims about a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Document {
    /// The ID token.
    IdToken,
    /// The access token, where it is a JWT.
    AccessToken,
    /// The UserInfo response.
    Userinfo,
}

impl Document {
    /// All three.
    pub const ALL: [Self; 3] = [Self::IdToken, Self::AccessToken, Self::Userinfo];

    /// The name that files and the login page use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdToken => "id_token",
            Self::AccessToken => "access_token",
            Self::Userinfo => "userinfo",
        }
    }
}

/// One user: who they are and what each document says of them.
///
/// Claims may have any name and any JSON value, `null` included. The claims that the protocol itself sets (`iss`,
/// `aud`, `exp`, `iat`, `nonce`, `azp`, `sid`, `auth_time`, `at_hash`, `c_hash`, `jti` and, in access tokens, `client_id`
/// and `scope`) cannot be set here where the provider sets them: the provider's value stands. `sub` may be set per
/// document, as text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "user setting"))]
pub struct UserConfig {
    /// The subject identifier; the user's name when left out.
    #[schemars(extend(
        "x-help" = "OIDC defines `sub` as a string and some relying parties compare it byte for byte"
    ))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Claims that every document carries.
    pub claims: Map<String, Value>,
    /// Claims laid over `claims` in the ID token; `{ $unset: true }` takes one away.
    pub id_token: Map<String, Value>,
    /// Claims laid over `claims` in access tokens; `{ $unset: true }` takes one away.
    pub access_token: Map<String, Value>,
    /// Claims laid over `claims` in the UserInfo response; `{ $unset: true }` takes one away.
    pub userinfo: Map<String, Value>,
    /// Claims that others vouch for, by the name of their source: `{ bank: { aggregated: { claims: { rating: A } } } }`. The
    /// ID token and the UserInfo response refer to them as OpenID Connect Core 5.6.2 says; a scope that names a claim
    /// releases it as if it stood in `claims`, which stands against it.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub claim_sources: IndexMap<String, ClaimSource>,
}

impl UserConfig {
    /// What is laid over `claims` in one document.
    pub const fn overlay(&self, document: Document) -> &Map<String, Value> {
        match document {
            Document::IdToken => &self.id_token,
            Document::AccessToken => &self.access_token,
            Document::Userinfo => &self.userinfo,
        }
    }
}

/// What the provider says of a user from now on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimsChange {
    /// Replaces every claim of every document, overlays included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replace: Option<Map<String, Value>>,
    /// Adds claims or gives them another value, in every document.
    pub merge: Map<String, Value>,
    /// Names of claims that disappear from every document.
    pub remove: Vec<String>,
}

/// Whether an overlay value says that the claim is not in this document.
pub fn is_unset(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.len() == 1 && map.get("$unset") == Some(&Value::Bool(true)))
}
