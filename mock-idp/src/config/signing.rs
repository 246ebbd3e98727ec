//! Signing keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::keys::Algorithm;

/// One signing key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "key setting"))]
pub struct SigningConfig {
    /// The algorithm. HS* is not a key of the provider: set it as a client's `id_token_alg`.
    pub alg: Algorithm,
    /// The key id; the one of the JWK, or else made from the algorithm, when left out. After a rotation a number is appended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Where the key comes from.
    pub from: KeyOrigin,
}

/// Where a signing key comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyOrigin {
    /// The published test keys that come with the program: the same on every start and on every machine.
    #[default]
    Fixed,
    /// Made from the provider's seed.
    Seed,
    /// A file with PEM (PKCS#8, PKCS#1 or SEC1) or private JWKs, such as `mock-idp keys generate` writes; relative to the file
    /// that names it, or to the working directory where that is none.
    File(String),
    /// A PEM text (PKCS#8, PKCS#1 or SEC1).
    Pem(String),
    /// A private JWK, or a set of them: the one with the `kid` beside it, or else the first for the algorithm, is taken.
    Jwk(Map<String, Value>),
}

impl KeyOrigin {
    /// What a key file holds.
    pub fn of_file(text: String) -> Self {
        serde_json::from_str(&text).map_or(Self::Pem(text), Self::Jwk)
    }
}
