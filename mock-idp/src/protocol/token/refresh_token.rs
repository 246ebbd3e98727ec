//! Refreshing (RFC6749-6, OIDCC-12).

use super::TokenError;
use crate::protocol::{Parameters, Scope};

/// The refresh token in a token request.
pub fn refresh_token(request: &Parameters) -> Result<&str, TokenError> {
    request.value("refresh_token").ok_or(TokenError::ParameterMissing("refresh_token"))
}

/// "the refresh token is bound to the client to which it was issued" (RFC6749-6)
pub fn issued_to(issued_to: &str, presented_by: &str) -> Result<(), TokenError> {
    if issued_to == presented_by {
        return Ok(());
    }
    Err(TokenError::RefreshTokenOfAnotherClient {
        issued_to: issued_to.to_owned(),
        presented_by: presented_by.to_owned(),
    })
}

/// A refresh token of a public client that is bound to a TLS certificate is good only with it (RFC8705-4).
pub fn bound_to(bound_to: Option<&str>, shown: Option<&str>) -> Result<(), TokenError> {
    match bound_to {
        Some(_) if bound_to != shown => Err(TokenError::RefreshTokenOfAnotherCertificate),
        Some(_) | None => Ok(()),
    }
}

/// "The requested scope MUST NOT include any scope not originally granted by the resource owner" (RFC6749-6)
pub fn scope(request: &Parameters, granted: &Scope) -> Result<Scope, TokenError> {
    let Some(text) = request.value("scope") else { return Ok(granted.clone()) };
    let asked: Scope = text.parse()?;
    if let Some(beyond) = asked.first_beyond(granted) {
        return Err(TokenError::ScopeBeyondGrant(beyond.to_owned()));
    }
    Ok(asked)
}
