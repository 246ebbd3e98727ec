//! ID token validation: OIDC Core 3.1.3.7 as a list, in the standard's order, and what other sections add.
//!
//! A pure function over the decoded token, the verdict on its signature, what was asked for, and the time. No library
//! is trusted with any of these checks.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::flaw::Flaw;
use super::jws::Jwt;
use super::weakness::{LeftOut, Weakness};
use crate::decision::{Algorithm, Departures, Timestamp};

/// What was asked for, and what came with the token.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected<'a> {
    /// The accepted values of `iss`.
    pub(super) issuers: Vec<String>,
    /// The client id.
    pub(super) client_id: &'a str,
    /// The accepted signature algorithms; `None` when the product checks no signatures.
    pub(super) algorithms: Option<&'a [Algorithm]>,
    /// Leeway for `exp`, `nbf` and `iat`, in seconds.
    pub(super) leeway: i64,
    /// The `nonce` of the request; `None` for tokens that a refresh brought without a request.
    pub(super) nonce: Option<&'a str>,
    /// The `max_age` of the request.
    pub(super) max_age: Option<i64>,
    /// The authentication contexts of which one is essential; empty when none is.
    pub(super) acr: &'a [String],
    /// The access token that came with it.
    pub(super) access_token: Option<&'a str>,
    /// The code that came with it.
    pub(super) code: Option<&'a str>,
    /// Checks that the product leaves out.
    pub(super) departures: Departures,
    /// Whether it came from the authorization endpoint, where the hashes are mandatory.
    pub(super) front_channel: bool,
    /// Checks that a relying party with weaknesses does without.
    pub(super) left_out: LeftOut,
    /// Whether one of the weaknesses took the signature for good, whatever its algorithm.
    pub(super) believed: bool,
}

/// What a check looks at.
struct Checked<'a> {
    token: &'a Jwt,
    signature: Result<(), Flaw>,
    expected: &'a Expected<'a>,
    now: Timestamp,
}

/// One check, and the weakness of a relying party that does without it.
struct Check {
    done_without_by: &'static [Weakness],
    run: fn(&Checked<'_>) -> Result<(), Flaw>,
}

/// The checks, in the standard's order. OIDCC-3.1.3.7-1 is not among them: what is encrypted was decrypted before.
const CHECKS: &[Check] = &[
    // OIDCC-3.1.3.7-2: "The Issuer Identifier for the OpenID Provider [...] MUST exactly match the value of the iss
    // (issuer) Claim."
    Check {
        done_without_by: &[Weakness::SkipsIssuer, Weakness::TakesAnyJwt],
        run: |it| issuer(it.token, &it.expected.issuers),
    },
    // OIDCC-3.1.3.7-3: "The Client MUST validate that the aud (audience) Claim contains its client_id value [...]"
    Check {
        done_without_by: &[Weakness::SkipsAudience, Weakness::TakesAnyJwt],
        run: |it| audience(it.token, it.expected.client_id),
    },
    // OIDCC-3.1.3.7-4: several audiences call for `azp`. The current text leaves this to extensions; products.md X-R3
    // demands it.
    Check {
        done_without_by: &[Weakness::TrustsFurtherAudiences, Weakness::TakesAnyJwt],
        run: |it| authorized_party_present(it.token),
    },
    // OIDCC-3.1.3.7-5: a present `azp` is the client's own id.
    Check {
        done_without_by: &[Weakness::SkipsAuthorizedParty, Weakness::TakesAnyJwt],
        run: |it| authorized_party(it.token, it.expected.client_id),
    },
    // RFC7515-4.1.11, RFC7797-6: before the signature means anything, the header must not change what it means.
    Check { done_without_by: &[Weakness::SkipsCriticalHeader], run: |it| critical_header(it.token) },
    // RFC8725-3.10: nor may it bring the key.
    Check { done_without_by: &[Weakness::TrustsHeaderKey], run: |it| no_own_key(it.token) },
    // RFC8725-3.11: a JWT that the same provider issued for something else is not an ID token.
    Check { done_without_by: &[Weakness::SkipsTokenKind, Weakness::TakesAnyJwt], run: |it| kind(it.token) },
    // OIDCC-3.1.3.7-7: "The alg value SHOULD be the default of RS256 or the algorithm sent by the Client [...]" Checked
    // before the signature, because verifying with an algorithm that the sender chose proves nothing (RFC8725-3.1).
    Check { done_without_by: &[Weakness::AcceptsAnyAlgorithm], run: |it| accepted_algorithm(it) },
    // OIDCC-3.1.3.7-6 and -8: "[...] the Client MUST validate the signature [...] using the keys provided by the Issuer",
    // or the client secret for MAC based algorithms.
    Check { done_without_by: &[Weakness::SkipsSignature], run: |it| it.signature.clone() },
    // OIDCC-3.1.3.7-9: "The current time MUST be before the time represented by the exp Claim."
    Check {
        done_without_by: &[Weakness::SkipsExpiry, Weakness::TakesAnyJwt],
        run: |it| unexpired_unless_absent(it),
    },
    // RFC7519-4.1.5: not before `nbf`.
    Check {
        done_without_by: &[Weakness::SkipsNotBefore, Weakness::TakesAnyJwt],
        run: |it| already_valid(it.token, it.expected.leeway, it.now),
    },
    // OIDCC-3.1.3.7-10: "The iat Claim can be used to reject tokens that were issued too far away from the current time";
    // OIDCC-2 makes it mandatory. A token from the future is refused.
    Check {
        done_without_by: &[Weakness::SkipsIssueTime, Weakness::TakesAnyJwt],
        run: |it| issued_in_past(it.token, it.expected.leeway, it.now),
    },
    // OIDCC-3.1.3.7-11: "[...] a nonce Claim MUST be present and its value checked to verify that it is the same value"
    Check {
        done_without_by: &[Weakness::SkipsNonce, Weakness::TakesForeignCodes, Weakness::TakesAnyJwt],
        run: |it| nonce_unless_absent(it),
    },
    // OIDCC-3.1.3.7-12: "If the acr Claim was requested, the Client SHOULD check that the asserted Claim Value is
    // appropriate."
    Check {
        done_without_by: &[Weakness::SkipsContextClass, Weakness::TakesAnyJwt],
        run: |it| context_class(it.token, it.expected.acr),
    },
    // OIDCC-3.1.3.7-13: "If the auth_time Claim was requested [...] the Client SHOULD check the auth_time Claim value"
    Check {
        done_without_by: &[Weakness::SkipsAuthenticationTime, Weakness::TakesAnyJwt],
        run: |it| recent_authentication(it.token, it.expected, it.now),
    },
    // OIDCC-2: `sub` "MUST NOT exceed 255 ASCII characters in length".
    Check { done_without_by: &[Weakness::SkipsSubject], run: |it| subject(it.token) },
    // OIDCC-3.1.3.8, OIDCC-3.2.2.9: the access token belongs to this ID token.
    Check {
        done_without_by: &[Weakness::SkipsAccessTokenHash, Weakness::TakesAnyJwt, Weakness::MakesUpTokens],
        run: |it| access_token_hash(it.token, it.expected),
    },
    // OIDCC-3.3.2.10: the code belongs to this ID token.
    Check {
        done_without_by: &[Weakness::SkipsCodeHash, Weakness::TakesAnyJwt],
        run: |it| code_hash(it.token, it.expected),
    },
];

/// Checks an ID token.
///
/// # Errors
///
/// The first flaw, in the standard's order.
pub(super) fn validate(
    token: &Jwt,
    signature: Result<(), Flaw>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<(), Flaw> {
    let checked = Checked { token, signature, expected, now };
    CHECKS.iter().try_for_each(|check| {
        let without = || expected.left_out.has_any(check.done_without_by);
        (check.run)(&checked).or_else(|flaw| if without() { Ok(()) } else { Err(flaw) })
    })
}

pub(super) fn issuer(token: &Jwt, accepted: &[String]) -> Result<(), Flaw> {
    let found = text(token, "iss")?;
    if accepted.iter().any(|issuer| issuer == found) {
        return Ok(());
    }
    let expected: Vec<String> = accepted.iter().map(|issuer| format!("`{issuer}`")).collect();
    Err(Flaw::IssuerMismatch { expected: expected.join(" or "), found: found.to_owned() })
}

pub(super) fn audience(token: &Jwt, client_id: &str) -> Result<(), Flaw> {
    if audiences(token).ok_or(Flaw::ClaimUnusable("aud"))?.contains(&client_id) {
        return Ok(());
    }
    let found = token.claim("aud").map(Value::to_string).unwrap_or_default();
    Err(Flaw::AudienceMismatch { expected: client_id.to_owned(), found })
}

/// OIDCC-2: "In the general case, the aud value is an array of case-sensitive strings. In the common special case when
/// there is one audience, the aud value MAY be a single case-sensitive string."
fn audiences(token: &Jwt) -> Option<Vec<&str>> {
    match token.claim("aud")? {
        Value::String(one) => Some(vec![one]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

fn authorized_party_present(token: &Jwt) -> Result<(), Flaw> {
    if audiences(token).is_some_and(|all| all.len() > 1) && token.claim("azp").is_none() {
        return Err(Flaw::AuthorizedPartyMissing);
    }
    Ok(())
}

fn authorized_party(token: &Jwt, client_id: &str) -> Result<(), Flaw> {
    match token.claim("azp") {
        None => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        Some(other) => {
            Err(Flaw::AuthorizedPartyMismatch { expected: client_id.to_owned(), found: other.to_string() })
        }
    }
}

pub(super) fn critical_header(token: &Jwt) -> Result<(), Flaw> {
    // RFC7797-6: `b64` has to be listed in `crit`; on its own it says the same to whoever knows it.
    let critical = ["crit", "b64"].iter().any(|name| token.header.contains_key(*name));
    if critical { Err(Flaw::CriticalHeader) } else { Ok(()) }
}

pub(super) fn no_own_key(token: &Jwt) -> Result<(), Flaw> {
    if token.header.contains_key("jwk") { Err(Flaw::HeaderCarriesKey("jwk")) } else { Ok(()) }
}

pub(super) fn kind(token: &Jwt) -> Result<(), Flaw> {
    let Some(typ) = token.header_text("typ") else { return Ok(()) };
    let kind = typ.to_ascii_lowercase();
    match kind.strip_prefix("application/").unwrap_or(&kind) {
        "at+jwt" | "logout+jwt" | "token-introspection+jwt" => Err(Flaw::OfAnotherKind(typ.to_owned())),
        _ => Ok(()),
    }
}

pub(super) fn algorithm(token: &Jwt, accepted: Option<&[Algorithm]>) -> Result<(), Flaw> {
    let Some(accepted) = accepted else { return Ok(()) };
    let found = token.header_text("alg").unwrap_or_default();
    if accepted.iter().any(|algorithm| algorithm.0 == found) {
        return Ok(());
    }
    Err(Flaw::AlgorithmNotAccepted(found.to_owned()))
}

fn accepted_algorithm(checked: &Checked<'_>) -> Result<(), Flaw> {
    let Checked { token, expected, .. } = checked;
    if expected.believed { Ok(()) } else { algorithm(token, expected.algorithms) }
}

fn unexpired_unless_absent(checked: &Checked<'_>) -> Result<(), Flaw> {
    let Checked { token, expected, now, .. } = checked;
    if expected.departures.exp_may_be_absent && token.claim("exp").is_none() {
        return Ok(());
    }
    unexpired(token, expected.leeway, *now)
}

pub(super) fn unexpired(token: &Jwt, leeway: i64, now: Timestamp) -> Result<(), Flaw> {
    let expired_at = time(token, "exp")?.ok_or(Flaw::ClaimUnusable("exp"))?;
    if now.0 < expired_at.saturating_add(leeway) {
        return Ok(());
    }
    Err(Flaw::Expired { expired_at, now: now.0 })
}

pub(super) fn already_valid(token: &Jwt, leeway: i64, now: Timestamp) -> Result<(), Flaw> {
    match time(token, "nbf")? {
        Some(not_before) if now.0.saturating_add(leeway) < not_before => {
            Err(Flaw::NotYetValid { not_before, now: now.0 })
        }
        Some(_) | None => Ok(()),
    }
}

fn issued_in_past(token: &Jwt, leeway: i64, now: Timestamp) -> Result<(), Flaw> {
    let issued_at = time(token, "iat")?.ok_or(Flaw::ClaimUnusable("iat"))?;
    if issued_at <= now.0.saturating_add(leeway) {
        return Ok(());
    }
    Err(Flaw::IssuedInFuture { issued_at, now: now.0 })
}

fn nonce_unless_absent(checked: &Checked<'_>) -> Result<(), Flaw> {
    let Checked { token, expected, .. } = checked;
    if expected.departures.nonce_may_be_absent && token.claim("nonce").is_none() {
        return Ok(());
    }
    nonce(token, expected.nonce)
}

fn nonce(token: &Jwt, sent: Option<&str>) -> Result<(), Flaw> {
    let found = token.claim("nonce");
    match (sent, found) {
        (None, _) => Ok(()),
        (Some(sent), Some(Value::String(found))) if same(sent, found) => Ok(()),
        (Some(_), Some(other)) => Err(Flaw::NonceMismatch(other.to_string())),
        (Some(_), None) => Err(Flaw::NonceMismatch("none".to_owned())),
    }
}

fn recent_authentication(token: &Jwt, expected: &Expected<'_>, now: Timestamp) -> Result<(), Flaw> {
    let Some(max_age) = expected.max_age else { return Ok(()) };
    // OIDCC-2: "When a max_age request is made [...] this Claim is REQUIRED"
    let auth_time = time(token, "auth_time")?.ok_or(Flaw::ClaimUnusable("auth_time"))?;
    if auth_time > now.0.saturating_add(expected.leeway) {
        return Err(Flaw::ClaimUnusable("auth_time"));
    }
    if now.0.saturating_sub(auth_time) <= max_age.saturating_add(expected.leeway) {
        return Ok(());
    }
    Err(Flaw::AuthenticationTooOld { auth_time, max_age })
}

fn context_class(token: &Jwt, essential: &[String]) -> Result<(), Flaw> {
    let found = token.claim("acr");
    let fits = |acr: &str| essential.iter().any(|one| one == acr);
    if essential.is_empty() || found.and_then(Value::as_str).is_some_and(fits) {
        return Ok(());
    }
    Err(Flaw::ContextClassMismatch(found.map_or_else(|| "none".to_owned(), Value::to_string)))
}

fn subject(token: &Jwt) -> Result<(), Flaw> {
    let subject = text(token, "sub")?;
    if subject.is_empty() || subject.chars().count() > 255 {
        return Err(Flaw::SubjectUnusable);
    }
    Ok(())
}

fn access_token_hash(token: &Jwt, expected: &Expected<'_>) -> Result<(), Flaw> {
    let Some(access_token) = expected.access_token else { return Ok(()) };
    hash_fits(token, "at_hash", access_token, expected).ok_or(Flaw::AccessTokenHashMismatch)
}

fn code_hash(token: &Jwt, expected: &Expected<'_>) -> Result<(), Flaw> {
    let Some(code) = expected.code else { return Ok(()) };
    hash_fits(token, "c_hash", code, expected).ok_or(Flaw::CodeHashMismatch)
}

/// Whether the hash in a claim is the left half of the value's hash; a missing claim fits unless it is mandatory.
fn hash_fits(token: &Jwt, claim: &str, value: &str, expected: &Expected<'_>) -> Option<()> {
    let Some(found) = token.claim(claim) else { return (!expected.front_channel).then_some(()) };
    // Whoever believes any header has no hash to go by, and takes the usual one.
    let algorithm = if expected.believed { "RS256" } else { token.header_text("alg")? };
    same(&left_half_hash(algorithm, value)?, found.as_str()?).then_some(())
}

/// OIDCC-3.1.3.6: the hash algorithm is that of the signature; `EdDSA` with Ed25519 goes with SHA-512.
pub(super) fn left_half_hash(algorithm: &str, value: &str) -> Option<String> {
    let hash = match algorithm {
        "RS256" | "PS256" | "ES256" | "HS256" => &digest::SHA256,
        "RS384" | "PS384" | "ES384" | "HS384" => &digest::SHA384,
        "RS512" | "PS512" | "ES512" | "HS512" | "EdDSA" => &digest::SHA512,
        _ => return None,
    };
    let digest = digest::digest(hash, value.as_bytes());
    let half = digest.as_ref().get(..digest.as_ref().len() / 2)?;
    Some(URL_SAFE_NO_PAD.encode(half))
}

fn text<'t>(token: &'t Jwt, claim: &'static str) -> Result<&'t str, Flaw> {
    token.claim(claim).and_then(Value::as_str).ok_or(Flaw::ClaimUnusable(claim))
}

/// A `NumericDate` (RFC 7519, 2): a JSON number, fractions allowed and cut off. Anything else is no date.
fn time(token: &Jwt, claim: &'static str) -> Result<Option<i64>, Flaw> {
    let Some(value) = token.claim(claim) else { return Ok(None) };
    let seconds = value.as_i64().or_else(|| whole_seconds(value.as_f64()?));
    // No token is from before 1970.
    seconds.filter(|seconds| *seconds >= 0).map(Some).ok_or(Flaw::ClaimUnusable(claim))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and cutting fractions off is meant"
)]
fn whole_seconds(value: f64) -> Option<i64> {
    (value.abs() < 1e15).then_some(value as i64)
}

fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
