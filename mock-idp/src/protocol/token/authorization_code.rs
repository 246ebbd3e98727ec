//! Redeeming a code (RFC6749-4.1.3, RFC7636-4.6): what must hold before it counts as used.

use super::TokenError;
use crate::protocol::pkce::{Challenge, is_well_formed};
use crate::protocol::{Parameters, Timestamp};

/// What was promised when the code was given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// To whom.
    pub client_id: String,
    /// The redirect URI of the authentication request.
    pub redirect_uri: String,
    /// What the client has to prove.
    pub challenge: Option<Challenge>,
    /// Until when.
    pub expires: Timestamp,
}

/// The code in a token request.
pub fn code(request: &Parameters) -> Result<&str, TokenError> {
    request.value("code").ok_or(TokenError::ParameterMissing("code"))
}

/// Checks a token request against the promise.
pub fn redeemable(
    request: &Parameters,
    promise: &Promise,
    presented_by: &str,
    now: Timestamp,
) -> Result<(), TokenError> {
    issued_to(promise, presented_by)?;
    in_time(promise, now)?;
    same_redirect_uri(request, promise)?;
    verified(request, promise)
}

/// "ensure that the authorization code was issued to the authenticated confidential client, or if the client is public,
/// […] to "`client_id`" in the request" (RFC6749-4.1.3)
fn issued_to(promise: &Promise, presented_by: &str) -> Result<(), TokenError> {
    if promise.client_id == presented_by {
        return Ok(());
    }
    Err(TokenError::CodeOfAnotherClient {
        issued_to: promise.client_id.clone(),
        presented_by: presented_by.to_owned(),
    })
}

/// "The authorization code MUST expire shortly after it is issued" (RFC6749-4.1.2)
fn in_time(promise: &Promise, now: Timestamp) -> Result<(), TokenError> {
    if now < promise.expires { Ok(()) } else { Err(TokenError::CodeExpired(promise.expires)) }
}

/// "ensure that the "`redirect_uri`" parameter is present if \[it\] was included in the initial authorization request […],
/// and […] that their values are identical" (RFC6749-4.1.3)
fn same_redirect_uri(request: &Parameters, promise: &Promise) -> Result<(), TokenError> {
    let found = request.value("redirect_uri").ok_or(TokenError::ParameterMissing("redirect_uri"))?;
    if found == promise.redirect_uri {
        return Ok(());
    }
    Err(TokenError::RedirectUriDiffers { expected: promise.redirect_uri.clone(), found: found.to_owned() })
}

/// A verifier that is none is refused also where it would meet the challenge (RFC7636-4.1). "If the values are not equal, an error response indicating "`invalid_grant`" […] MUST be returned." (RFC7636-4.6)
fn verified(request: &Parameters, promise: &Promise) -> Result<(), TokenError> {
    match (&promise.challenge, request.value("code_verifier")) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(TokenError::VerifierWithoutChallenge),
        (Some(_), None) => Err(TokenError::VerifierMissing),
        (Some(_), Some(verifier)) if !is_well_formed(verifier) => Err(TokenError::VerifierMalformed),
        (Some(challenge), Some(verifier)) if challenge.is_met_by(verifier) => Ok(()),
        (Some(_), Some(_)) => Err(TokenError::VerifierWrong),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::protocol::pkce::{ChallengeMethod, s256};

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn promise(challenge: Option<ChallengeMethod>) -> Promise {
        Promise {
            client_id: "app".to_owned(),
            redirect_uri: "https://app.example/cb".to_owned(),
            challenge: challenge.map(|method| Challenge {
                method,
                value: if method == ChallengeMethod::S256 { s256(VERIFIER) } else { VERIFIER.to_owned() },
            }),
            expires: Timestamp(60),
        }
    }

    fn request(changes: &[(&str, &str)]) -> Parameters {
        [("redirect_uri", "https://app.example/cb")].iter().chain(changes).copied().collect()
    }

    #[rstest]
    #[case::no_pkce(None, &[])]
    #[case::s256(Some(ChallengeMethod::S256), &[("code_verifier", VERIFIER)])]
    #[case::plain(Some(ChallengeMethod::Plain), &[("code_verifier", VERIFIER)])]
    fn what_was_promised_is_accepted(
        #[case] pkce: Option<ChallengeMethod>,
        #[case] changes: &[(&str, &str)],
    ) {
        assert_eq!(redeemable(&request(changes), &promise(pkce), "app", Timestamp(59)), Ok(()));
    }

    #[rstest]
    #[case::verifier_left_out(&[], TokenError::VerifierMissing)]
    #[case::verifier_empty(&[("code_verifier", "")], TokenError::VerifierMissing)]
    #[case::verifier_wrong(
        &[("code_verifier", "another-verifier-of-at-least-forty-three-characters")],
        TokenError::VerifierWrong
    )]
    #[case::redirect_uri_left_out(&[("redirect_uri", "")], TokenError::ParameterMissing("redirect_uri"))]
    #[case::redirect_uri_differs(
        &[("redirect_uri", "https://app.example/cb/")],
        TokenError::RedirectUriDiffers {
            expected: "https://app.example/cb".into(),
            found: "https://app.example/cb/".into(),
        }
    )]
    fn what_was_not_promised_is_refused(#[case] changes: &[(&str, &str)], #[case] expected: TokenError) {
        let promise = promise(Some(ChallengeMethod::S256));
        assert_eq!(redeemable(&request(changes), &promise, "app", Timestamp(0)), Err(expected));
    }

    #[rstest]
    #[case::too_short("v".repeat(42))]
    #[case::too_long("v".repeat(129))]
    #[case::base64_that_is_not_for_urls(format!("{}+/=", "v".repeat(40)))]
    fn a_malformed_verifier_is_refused_even_if_the_challenge_was_made_from_it(#[case] verifier: String) {
        let value = s256(&verifier);
        let challenge = Some(Challenge { method: ChallengeMethod::S256, value });
        let promise = Promise { challenge, ..promise(None) };
        let refused = redeemable(&request(&[("code_verifier", &verifier)]), &promise, "app", Timestamp(0));
        assert_eq!(refused, Err(TokenError::VerifierMalformed));
    }

    #[test]
    fn a_verifier_without_a_challenge_is_refused() {
        let request = request(&[("code_verifier", VERIFIER)]);
        let refused = redeemable(&request, &promise(None), "app", Timestamp(0));
        assert_eq!(refused, Err(TokenError::VerifierWithoutChallenge));
    }

    #[test]
    fn a_code_ends_at_its_last_second() {
        let refused = redeemable(&request(&[]), &promise(None), "app", Timestamp(60));
        assert_eq!(refused, Err(TokenError::CodeExpired(Timestamp(60))));
    }

    #[test]
    fn a_code_of_another_client_is_refused_before_anything_else_is_said() {
        let refused = redeemable(&request(&[("redirect_uri", "")]), &promise(None), "eve", Timestamp(60));
        let expected =
            TokenError::CodeOfAnotherClient { issued_to: "app".to_owned(), presented_by: "eve".to_owned() };
        assert_eq!(refused, Err(expected));
    }
}
