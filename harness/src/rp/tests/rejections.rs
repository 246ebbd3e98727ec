//! The whole table of refusals in one place: reviewing a change of it is reading one diff.

use crate::rp::{Flaw, Rejection, TokenKind};

fn flaws() -> Vec<Flaw> {
    let text = |text: &str| text.to_owned();
    vec![
        Flaw::Malformed,
        Flaw::ClaimUnusable("sub"),
        Flaw::IssuerMismatch { expected: text("`https://idp.test`"), found: text("https://evil.test") },
        Flaw::AudienceMismatch { expected: text("app"), found: text("[\"other\"]") },
        Flaw::AuthorizedPartyMissing,
        Flaw::AuthorizedPartyMismatch { expected: text("app"), found: text("\"other\"") },
        Flaw::CriticalHeader,
        Flaw::HeaderCarriesKey("jwk"),
        Flaw::OfAnotherKind(text("at+jwt")),
        Flaw::AlgorithmNotAccepted(text("none")),
        Flaw::UnknownKey(text("\"new\"")),
        Flaw::BadSignature,
        Flaw::Expired { expired_at: 100, now: 101 },
        Flaw::NotYetValid { not_before: 102, now: 101 },
        Flaw::IssuedInFuture { issued_at: 102, now: 101 },
        Flaw::NonceMismatch(text("none")),
        Flaw::AuthenticationTooOld { auth_time: 10, max_age: 60 },
        Flaw::ContextClassMismatch(text("\"silver\"")),
        Flaw::SubjectUnusable,
        Flaw::AccessTokenHashMismatch,
        Flaw::CodeHashMismatch,
    ]
}

fn rejections() -> Vec<Rejection> {
    let text = |text: &str| text.to_owned();
    let mut all = vec![
        Rejection::StateMismatch("no request with this `state` waits"),
        Rejection::ResponseIssuerMismatch { expected: text("https://idp.test"), found: text("none") },
        Rejection::provider_error("access_denied", Some("the user said no")),
        Rejection::token_error("invalid_grant", None),
        Rejection::ResponseModeRefused("query string"),
        Rejection::ResponseIncomplete("code"),
        Rejection::Unavailable { endpoint: "jwks", cause: text("answered 503") },
        Rejection::MetadataIssuerMismatch {
            expected: text("https://idp.test"),
            found: text("https://idp.test/"),
        },
        Rejection::IdTokenMissing,
        Rejection::IdentityChanged {
            claim: "sub",
            expected: text("ada"),
            found: text("eve"),
            clause: "OIDCC-3.3.3.6",
        },
        Rejection::EndpointNotTrusted { endpoint: "token_endpoint", url: text("http://idp.test/token") },
        Rejection::RegisteredOtherwise("redirect_uris"),
        Rejection::TokenTypeUnknown(text("`mac`")),
        Rejection::UserinfoSubject { expected: text("\"ada\""), found: text("none") },
    ];
    // An access token is asked for less: no audience, client, nonce, hashes or subject.
    let asked = ["iss", "crit", "signature", "alg", "kid", "exp", "nbf"];
    let of_access_tokens = flaws().into_iter().filter(|flaw| asked.contains(&flaw.check()));
    all.extend(flaws().into_iter().map(|flaw| Rejection::Token { kind: TokenKind::Id, flaw }));
    let of_logout_tokens = [
        Flaw::TooOld { issued_at: 10, now: 1000 },
        Flaw::NobodyNamed,
        Flaw::NonceUnexpected,
        Flaw::SeenBefore(text("j-1")),
        Flaw::OfSomebodyElse,
        Flaw::BadSignature,
    ];
    all.extend(of_logout_tokens.into_iter().map(|flaw| Rejection::Token { kind: TokenKind::Logout, flaw }));
    all.push(Rejection::Token { kind: TokenKind::Userinfo, flaw: Flaw::BadSignature });
    all.extend(of_access_tokens.map(|flaw| Rejection::Token { kind: TokenKind::Access, flaw }));
    all
}

#[test]
fn every_refusal_has_a_name_a_code_and_a_clause() {
    let rows: Vec<String> = rejections()
        .iter()
        .map(|it| format!("{:26} {:34} {:32} {it}", it.name(), it.code(), it.clause()))
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}
