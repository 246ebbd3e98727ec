//! What is checked of an access token that identifies the user (RFC 9068, as far as real providers follow it).
//!
//! Audience and client are not checked: the providers that this profile is documented for put no client id in `aud`,
//! and which other claims name the client is the product's rule (GR-Q10).

use super::flaw::Flaw;
use super::id_token::{Expected, algorithm, already_valid, critical_header, issuer, no_own_key, unexpired};
use super::jws::Jwt;
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
    critical_header(token)?;
    no_own_key(token)?;
    algorithm(token, expected.algorithms)?;
    // RFC9068-4: "The resource server MUST validate the signature of all incoming JWT access tokens"
    signature?;
    // RFC9068-4: "The issuer identifier for the authorization server [...] MUST exactly match the value of the "iss"
    // claim."
    issuer(token, &expected.issuers)?;
    // RFC9068-4: "The current time MUST be before the time represented by the "exp" claim."
    unexpired(token, expected.leeway, now)?;
    already_valid(token, expected.leeway, now)
}
