//! How far the request reaches (RFC6749-3.3, OIDCC-3.1.2.1).

use super::Refused;
use crate::protocol::client::Client;
use crate::protocol::{Parameters, ResponseType, Scope};

/// The scope, allowed to the client, with `openid` where an ID token is to come back.
///
/// Scopes that nobody knows are fine: "Scope values used that are not understood by an implementation SHOULD be ignored."
/// (OIDCC-3.1.2.1) Without `openid`, a request for a code or a token is plain OAuth 2.0.
pub(super) fn allowed(
    request: &Parameters,
    client: &Client,
    response_type: ResponseType,
) -> Result<Scope, Refused> {
    let scope: Scope = request.value("scope").unwrap_or_default().parse()?;
    if response_type.has_id_token() && !scope.contains("openid") {
        return Err(Refused::ScopeWithoutOpenid(response_type.as_str()));
    }
    if let Some(registered) = &client.scopes
        && let Some(beyond) = scope.words().find(|word| !registered.contains(*word))
    {
        return Err(Refused::ScopeNotAllowed { client_id: client.id.clone(), scope: beyond.to_owned() });
    }
    Ok(scope)
}
