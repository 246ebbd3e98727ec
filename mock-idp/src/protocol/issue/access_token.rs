//! The access token as a JWT (RFC9068-2.2).

use serde_json::{Map, Value, json};

use super::id_token::laid_under;
use crate::protocol::{Scope, Timestamp};

/// What an access token is made of.
#[derive(Clone, Debug)]
pub struct AccessTokenContent<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `client_id`.
    pub client_id: &'a str,
    /// `aud`.
    pub audience: Value,
    /// `scope`.
    pub scope: &'a Scope,
    /// When the person signed in, if there is one.
    pub auth_time: Option<Timestamp>,
    /// The person's session, if there is one.
    pub sid: Option<&'a str>,
    /// `jti`.
    pub jti: &'a str,
    /// The thumbprint of the TLS certificate without which the token is not good, if there is one (RFC8705-3.1).
    pub certificate: Option<&'a str>,
    /// `iat`.
    pub now: Timestamp,
    /// Seconds until `exp`.
    pub lifetime: i64,
}

/// The claims of an access token. The scope is text, as in token responses (RFC9068-2.2.3).
pub fn access_token(person: Map<String, Value>, content: &AccessTokenContent<'_>) -> Map<String, Value> {
    let scope = (!content.scope.is_empty()).then(|| content.scope.to_string().into());
    let own = [
        ("iss", Some(content.issuer.into())),
        ("aud", Some(content.audience.clone())),
        ("client_id", Some(content.client_id.into())),
        ("exp", Some(content.now.plus(content.lifetime).as_secs().into())),
        ("iat", Some(content.now.as_secs().into())),
        ("auth_time", content.auth_time.map(|time| time.as_secs().into())),
        ("sid", content.sid.map(Value::from)),
        ("jti", Some(content.jti.into())),
        ("scope", scope),
        ("cnf", content.certificate.map(confirmation)),
    ];
    laid_under(person, own)
}

/// `cnf`: "x5t#S256 […] The value of this member is the base64url-encoded SHA-256 hash of the DER encoding of the X.509
/// certificate" (RFC8705-3.1), in tokens and in what introspection says of them (RFC8705-3.2).
pub fn confirmation(thumbprint: &str) -> Value {
    json!({ "x5t#S256": thumbprint })
}
