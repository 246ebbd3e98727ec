//! What is checked of an access token that identifies the user (RFC 9068, as far as real providers follow it).
//!
//! The audience is not checked: the providers that this profile is documented for put no client id there (GR-Q10).

use super::id_token::{Expected, algorithm, already_valid, authorized_party, header, issuer, unexpired};
use super::jws::Jwt;
use super::rejection::Flaw;
use crate::decision::Timestamp;

/// Checks a JWT access token.
///
/// # Errors
///
/// The first flaw.
pub(super) fn validate(
    token: &Jwt,
    signature: Result<(), Flaw>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<(), Flaw> {
    header(token)?;
    algorithm(token, expected.algorithms)?;
    // RFC9068-4: "The resource server MUST validate the signature of all incoming JWT access tokens"
    signature?;
    // RFC9068-4: "The issuer identifier for the authorization server [...] MUST exactly match the value of the "iss"
    // claim."
    issuer(token, &expected.issuers)?;
    // The client, where the token names it under one of the three usual names.
    for claim in ["azp", "cid", "client_id"] {
        authorized_party(token, claim, expected.client_id)?;
    }
    // RFC9068-4: "The current time MUST be before the time represented by the "exp" claim."
    unexpired(token, expected.leeway, now)?;
    already_valid(token, expected.leeway, now)
}
