//! A client on its own behalf (RFC6749-4.4).

use super::TokenError;
use crate::protocol::client::{Client, ClientAuthenticationRule};
use crate::protocol::{Parameters, Scope};

/// "The client credentials grant type MUST only be used by confidential clients." (RFC6749-4.4)
pub fn allowed(client: &Client) -> Result<(), TokenError> {
    let public = matches!(client.authentication, ClientAuthenticationRule::Public);
    if client.client_credentials && !public {
        return Ok(());
    }
    Err(TokenError::ClientCredentialsNotAllowed(client.id.clone()))
}

/// The scope asked for, if the client may have it.
pub fn scope(request: &Parameters, client: &Client) -> Result<Scope, TokenError> {
    let scope: Scope = request.value("scope").unwrap_or_default().parse()?;
    if let Some(registered) = &client.scopes
        && let Some(beyond) = scope.words().find(|word| !registered.contains(*word))
    {
        return Err(TokenError::ScopeNotAllowed { client_id: client.id.clone(), scope: beyond.to_owned() });
    }
    Ok(scope)
}
