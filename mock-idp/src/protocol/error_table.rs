//! Every cause of a refusal, with its status, its wire code and its clause: a changed mapping is one changed line here.

use super::authorization::{
    LoginRequired, MalformedClaims, ObjectError, ReferenceError, Refused, Unredirectable,
};
use super::bearer::BearerError;
use super::client_assertion::AssertionError;
use super::client_authentication::ClientAuthenticationError as Client;
use super::keys::jwe::NotDecrypted;
use super::keys::jws::NotAJwt;
use super::keys::{Algorithm, NotVerified, Signature};
use super::logout::EndSessionError;
use super::pushed::PushError;
use super::registration::RegistrationError;
use super::token::TokenError;
use super::{Cause, MalformedScope, RepeatedParameter, Scope, Timestamp, UnreadableRequest};

fn text() -> String {
    "…".to_owned()
}

fn malformed_scope() -> MalformedScope {
    "\"".parse::<Scope>().unwrap_err()
}

fn unreadable() -> [UnreadableRequest; 3] {
    [
        UnreadableRequest::NotAForm(None),
        UnreadableRequest::Repeated(RepeatedParameter(text())),
        UnreadableRequest::TooLarge(1),
    ]
}

fn lines<C: Cause>(endpoint: &str, causes: impl IntoIterator<Item = C>) -> Vec<String> {
    let line = |cause: C| {
        let debug = format!("{cause:?}");
        let name = debug.split(['(', ' ']).next().unwrap_or_default();
        format!(
            "{endpoint:<22} {name:<27} {} {:<25} {:<19} {cause}",
            cause.status(),
            cause.code().as_str(),
            cause.clause()
        )
    };
    causes.into_iter().map(line).collect()
}

fn unredirectable() -> Vec<Unredirectable> {
    let mut causes = vec![
        Unredirectable::ClientIdMissing,
        Unredirectable::RedirectUriMissing,
        Unredirectable::RedirectUriMalformed(text()),
        Unredirectable::RedirectUriNotLoopback { client_id: text(), found: text() },
        Unredirectable::RedirectUriNotRegistered {
            client_id: text(),
            found: text(),
            nearest: Some(text()),
            differs_at: 7,
        },
        Unredirectable::RequestObject(ObjectError::SignatureUnexpected.into()),
        Unredirectable::RequestUri(ReferenceError::PushedUsed.into()),
        Unredirectable::RequestLost,
        Unredirectable::UnknownClient { client_id: text(), nearest: Some(text()) },
    ];
    causes.extend(unreadable().map(Unredirectable::Unreadable));
    causes
}

fn refused() -> Vec<Refused> {
    let mut causes = vec![
        Refused::AcrUnmet { wanted: text(), found: text() },
        Refused::ChallengeMalformed,
        Refused::ChallengeMissing { client_id: text() },
        Refused::ChallengeMethodUnknown(text()),
        Refused::ChallengeMethodAlone,
        Refused::ClaimsMalformed(MalformedClaims::NotAnObject),
        Refused::ConsentDenied,
        Refused::ConsentRequired { client_id: text() },
        Refused::Denied,
        Refused::HintInvalid(text()),
        Refused::MaxAgeMalformed(text()),
        Refused::NonceMissing,
        Refused::PromptContradictory(text()),
        Refused::PromptUnknown(text()),
        Refused::RegistrationUnsupported,
        Refused::RequestObject(ObjectError::SignatureUnexpected.into()),
        Refused::RequestUri(ReferenceError::PushedUsed.into()),
        Refused::NotPushed { client_id: text() },
        Refused::RequestObjectUnsupported,
        Refused::RequestUriUnsupported,
        Refused::ResponseModeUnsafe("…"),
        Refused::ResponseModeUnknown(text()),
        Refused::ResponseTypeMissing,
        Refused::ResponseTypeNotAllowed { client_id: text(), response_type: "…" },
        Refused::ResponseTypeUnknown(text()),
        Refused::ScopeWithoutOpenid("…"),
        Refused::ScopeMalformed(malformed_scope()),
        Refused::ScopeNotAllowed { client_id: text(), scope: text() },
        Refused::SomebodyElse { expected: text(), found: text() },
        Refused::Unsignable(text()),
    ];
    let logins = [LoginRequired::NoSession, LoginRequired::TooOld, LoginRequired::SomebodyElse];
    causes.extend(logins.map(Refused::LoginRequired));
    causes
}

fn assertion() -> Vec<AssertionError> {
    vec![
        AssertionError::AlgorithmNotRegistered {
            client_id: text(),
            found: Algorithm::HS256,
            registered: Algorithm::HS512,
        },
        AssertionError::AudienceWrong { found: text(), issuer: text(), token_endpoint: text() },
        AssertionError::ClaimMissing("…"),
        AssertionError::ClientIdDiffers { subject: text(), parameter: text() },
        AssertionError::Expired(Timestamp(0)),
        AssertionError::ExpiresTooLate(Timestamp(0)),
        AssertionError::IssuerDiffers { issuer: text(), subject: text() },
        AssertionError::Malformed(NotAJwt::Parts),
        AssertionError::Missing,
        AssertionError::NotYetValid { claim: "…", time: Timestamp(0) },
        AssertionError::Replayed(text()),
        AssertionError::Signature(NotVerified::Unavailable(text())),
        AssertionError::Signature(NotVerified::NoKey { algorithm: Algorithm::ES256, kid: Some(text()) }),
        AssertionError::TypeUnknown(None),
    ]
}

fn request_object() -> Vec<ObjectError> {
    vec![
        ObjectError::AlgorithmNotRegistered {
            client_id: text(),
            found: Signature::Unsigned,
            registered: Signature::Signed(Algorithm::ES256),
        },
        ObjectError::AudienceWrong { found: text(), issuer: text() },
        ObjectError::BesideReference,
        ObjectError::ClaimMalformed("…"),
        ObjectError::Differs { parameter: "…", inside: text(), beside: text() },
        ObjectError::Encrypted(NotDecrypted::Closed),
        ObjectError::Expired(Timestamp(0)),
        ObjectError::IssuerWrong { client_id: text(), found: text() },
        ObjectError::Malformed(NotAJwt::Parts),
        ObjectError::Nested("…"),
        ObjectError::NotYetValid(Timestamp(0)),
        ObjectError::Signature(NotVerified::NoKey { algorithm: Algorithm::ES256, kid: Some(text()) }),
        ObjectError::SignatureUnexpected,
        ObjectError::TypeUnknown(text()),
    ]
}

fn request_uri() -> Vec<ReferenceError> {
    vec![
        ReferenceError::Malformed { uri: text(), why: "…" },
        ReferenceError::NotRegistered { client_id: text(), uri: text() },
        ReferenceError::Object(ObjectError::SignatureUnexpected.into()),
        ReferenceError::PushedByAnother { pushed_by: text(), client_id: text() },
        ReferenceError::PushedExpired(Timestamp(0)),
        ReferenceError::PushedUnknown,
        ReferenceError::PushedUsed,
        ReferenceError::Unavailable(text()),
        ReferenceError::Unprotected(text()),
    ]
}

fn pushed() -> Vec<PushError> {
    vec![
        PushError::Caller(TokenError::from(Client::ClientIdMissing)),
        PushError::Caller(TokenError::from(UnreadableRequest::TooLarge(1))),
        PushError::Full(1),
        PushError::Refused(Refused::NonceMissing),
        PushError::RequestUri,
        PushError::Unredirectable(Unredirectable::RedirectUriMissing),
    ]
}

fn client() -> Vec<Client> {
    vec![
        Client::AssertionMissing { client_id: text() },
        Client::CertificateMissing { client_id: text(), method: "…" },
        Client::CertificateWrong { client_id: text(), found: text(), expected: text() },
        Client::ClientIdsDiffer { header: text(), body: text() },
        Client::ClientIdMissing,
        Client::MalformedBasic,
        Client::OtherMethod { client_id: text(), used: "…", registered: "…" },
        Client::SecretWrong { client_id: text() },
        Client::SecretMissing { client_id: text() },
        Client::SecretNotEncoded { client_id: text() },
        Client::SeveralMethods,
        Client::UnknownClient { client_id: text(), nearest: None },
    ]
}

fn token() -> Vec<TokenError> {
    let (issued_to, presented_by) = (text(), text());
    let mut causes = vec![
        TokenError::Client(Client::ClientIdMissing),
        TokenError::CertificateMissing(text()),
        TokenError::ClientCredentialsNotAllowed(text()),
        TokenError::CodeAlreadyRedeemed,
        TokenError::CodeExpired(Timestamp(0)),
        TokenError::CodeOfAnotherClient { issued_to: issued_to.clone(), presented_by: presented_by.clone() },
        TokenError::CodeUnknown,
        TokenError::DeviceCodeAlreadyRedeemed,
        TokenError::DeviceCodeExpired(Timestamp(0)),
        TokenError::DeviceCodeOfAnotherClient { issued_to: text(), presented_by: text() },
        TokenError::DeviceCodeUnknown,
        TokenError::DeviceDenied,
        TokenError::DeviceHurries(10),
        TokenError::DeviceNotAllowed(text()),
        TokenError::DevicePending,
        TokenError::NoUserCode,
        TokenError::GrantRevoked,
        TokenError::GrantTypeMissing,
        TokenError::GrantTypeUnsupported(text()),
        TokenError::IntrospectedByPublicClient(text()),
        TokenError::ParameterMissing("…"),
        TokenError::RedirectUriDiffers { expected: text(), found: text() },
        TokenError::RefreshTokenReused,
        TokenError::RefreshTokenExpired(Timestamp(0)),
        TokenError::RefreshTokenOfAnotherCertificate,
        TokenError::RefreshTokenOfAnotherClient {
            issued_to: issued_to.clone(),
            presented_by: presented_by.clone(),
        },
        TokenError::RefreshTokenOfEndedSession,
        TokenError::RefreshTokenUnknown,
        TokenError::ScopeBeyondGrant(text()),
        TokenError::ScopeMalformed(malformed_scope()),
        TokenError::ScopeNotAllowed { client_id: text(), scope: text() },
        TokenError::TokenOfAnotherClient { issued_to, presented_by },
        TokenError::Unsignable(text()),
        TokenError::VerifierWrong,
        TokenError::VerifierMalformed,
        TokenError::VerifierMissing,
        TokenError::VerifierWithoutChallenge,
    ];
    causes.extend(unreadable().map(TokenError::Unreadable));
    causes
}

fn registration() -> Vec<RegistrationError> {
    vec![
        RegistrationError::Contradiction(text()),
        RegistrationError::Full(1),
        RegistrationError::NotAnObject(Some(text())),
        RegistrationError::RedirectUri { uri: text(), why: "…" },
        RegistrationError::RedirectUriMissing,
        RegistrationError::Sector { uri: text(), why: text() },
        RegistrationError::TooLarge(1),
        RegistrationError::TokenMissing,
        RegistrationError::TokenWrong(text()),
        RegistrationError::Unsupported { member: "…", value: text(), why: text() },
        RegistrationError::WrongForm { member: text(), expected: "…" },
    ]
}

fn bearer() -> Vec<BearerError> {
    let mut causes = vec![
        BearerError::Expired(Timestamp(0)),
        BearerError::MalformedHeader,
        BearerError::Missing,
        BearerError::NoOpenidScope,
        BearerError::OtherCertificate { shown: false },
        BearerError::Revoked,
        BearerError::SeveralMethods,
        BearerError::Unknown { hint: Some(text()) },
        BearerError::Unsignable(text()),
    ];
    causes.extend(unreadable().map(BearerError::Unreadable));
    causes
}

fn end_session() -> Vec<EndSessionError> {
    let mut causes = vec![
        EndSessionError::ClientIdDiffers { client_id: text(), issued_to: text() },
        EndSessionError::ClientUnknown(text()),
        EndSessionError::HintInvalid(text()),
        EndSessionError::ReturnNotRegistered { client_id: text(), found: text() },
        EndSessionError::UnknownClient(text()),
    ];
    causes.extend(unreadable().map(EndSessionError::Unreadable));
    causes
}

#[test]
fn every_cause_has_its_status_code_and_clause() {
    let table = [
        lines("authorization, page", unredirectable()),
        lines("authorization, sent on", refused()),
        lines("request object", request_object()),
        lines("request_uri", request_uri()),
        lines("pushed request", pushed()),
        lines("client authentication", client()),
        lines("client assertion", assertion()),
        lines("token", token()),
        lines("userinfo", bearer()),
        lines("registration", registration()),
        lines("end session", end_session()),
    ];
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("causes", table.concat().join("\n"));
    });
}
