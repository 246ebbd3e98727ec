//! The token response (RFC6749-5.1, OIDCC-3.1.3.3).

use serde::Serialize;

/// What the client gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    pub expires_in: i64,
    /// How to get further tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// What was granted.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// Who signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
}
