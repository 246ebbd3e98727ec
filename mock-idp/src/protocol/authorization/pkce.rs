//! The promise to prove possession of a verifier (RFC7636-4.3, RFC7636-4.4.1).

use super::Refused;
use crate::protocol::client::Client;
use crate::protocol::pkce::{Challenge, ChallengeMethod, is_well_formed};
use crate::protocol::{Parameters, ResponseType};

/// The challenge, well formed, and present where the client must send one.
///
/// `code_challenge_method` "defaults to "plain" if not present in the request" (RFC7636-4.3).
pub(super) fn acceptable(
    request: &Parameters,
    client: &Client,
    response_type: ResponseType,
) -> Result<Option<Challenge>, Refused> {
    if !response_type.has_code() {
        return Ok(None);
    }
    let method = request.value("code_challenge_method");
    let Some(value) = request.value("code_challenge") else {
        return match method {
            Some(_) => Err(Refused::ChallengeMethodAlone),
            None if client.pkce_required => Err(Refused::ChallengeMissing { client_id: client.id.clone() }),
            None => Ok(None),
        };
    };
    let method = match method {
        None => ChallengeMethod::Plain,
        Some(text) => text.parse().map_err(|_| Refused::ChallengeMethodUnknown(text.to_owned()))?,
    };
    if !is_well_formed(value) {
        return Err(Refused::ChallengeMalformed);
    }
    Ok(Some(Challenge { method, value: value.to_owned() }))
}
