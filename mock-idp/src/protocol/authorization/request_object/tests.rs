use std::sync::Arc;

use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::protocol::authorization::tests::{OneClient, REDIRECT_URI, client, request};
use crate::protocol::authorization::{
    AcceptedRequest, AuthorizationError, ObjectError, Redirectable, Refused, Security, Terms, Unredirectable,
    Way, authorize,
};
use crate::protocol::client::{Client, ClientAuthenticationRule, Pushing};
use crate::protocol::keys::jws::{NotAJwt, Signer, sign};
use crate::protocol::keys::{Algorithm, ClientKeys, KeyPlan, KeySet, NotVerified, Signature};
use crate::protocol::{OAuthErrorCode, Timestamp};

const ISSUER: &str = "https://idp.test/acme";
const NOW: i64 = 1_900_000_000;
const TERMS: Terms<'static> = Terms {
    issuer: ISSUER,
    now: Timestamp(NOW),
    way: Way::Browser,
    request_objects: true,
    pushing: Pushing::Optional,
};

fn key(algorithm: Algorithm) -> Signer {
    let keys = KeySet::new(vec![KeyPlan::fixed(algorithm)], || [0; 32]).unwrap();
    Signer::Key(keys.signing(None).unwrap().clone())
}

fn secret(algorithm: Algorithm) -> Signer {
    Signer::Secret { algorithm, secret: "s3cret".into() }
}

fn object(changes: &Value) -> Map<String, Value> {
    changes.as_object().unwrap().clone()
}

/// `alg: none`, which no signer makes.
fn unsigned(claims: &Value) -> String {
    let signed =
        sign(&object(&json!({ "alg": "none" })), &object(claims), &secret(Algorithm::HS256)).unwrap();
    let (unsigned, _) = signed.rsplit_once('.').unwrap();
    format!("{unsigned}.")
}

fn signed(claims: &Value, signer: &Signer) -> String {
    sign(&signer.header("oauth-authz-req+jwt"), &object(claims), signer).unwrap()
}

/// A client with a secret and a key for each algorithm that has a pair.
fn registered() -> Client {
    let pairs = Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric());
    let public = pairs.map(|algorithm| match key(algorithm) {
        Signer::Key(key) => key.public_jwk(),
        Signer::Secret { .. } => Value::Null,
    });
    Client {
        authentication: ClientAuthenticationRule::Secret { secret: "s3cret".into(), only: None },
        keys: ClientKeys::new(&json!({ "keys": public.collect::<Vec<_>>() })).unwrap(),
        ..client()
    }
}

fn outcome(
    client: Client,
    object: &str,
    beside: &[(&str, &str)],
) -> Result<AcceptedRequest, AuthorizationError> {
    let beside: Vec<_> = beside.iter().chain(&[("request", object)]).copied().collect();
    authorize(&request(&beside), &OneClient(Arc::new(client)), &TERMS)
}

fn accepted(object: &str, beside: &[(&str, &str)]) -> AcceptedRequest {
    outcome(registered(), object, beside).unwrap()
}

/// Where a refusal is sent, and why.
fn refused(client: Client, object: &str, beside: &[(&str, &str)]) -> (String, ObjectError) {
    match outcome(client, object, beside) {
        Err(AuthorizationError::Redirect(Redirectable { back, cause: Refused::RequestObject(cause) })) => {
            (back.redirect_uri().to_owned(), *cause)
        }
        other => panic!("expected a refusal of the object that is redirected, found {other:?}"),
    }
}

#[test]
fn every_algorithm_signs_request_objects() {
    for algorithm in Signature::all() {
        let claims = json!({ "state": "inside", "iss": "billrun", "aud": ISSUER });
        let (object, security) = match algorithm {
            Signature::Unsigned => (unsigned(&claims), Security::Unsigned),
            Signature::Signed(alg) => {
                let signer = if alg.is_symmetric() { secret(alg) } else { key(alg) };
                (signed(&claims, &signer), Security::Signed(algorithm))
            }
        };
        let accepted = accepted(&object, &[]);
        assert_eq!((accepted.object, accepted.parameters.value("state")), (Some(security), Some("inside")));
        let registered = Client { request_object_alg: Some(algorithm), ..registered() };
        assert!(outcome(registered, &object, &[]).is_ok(), "{algorithm} where only that will do");
    }
}

#[test]
fn what_stands_in_the_object_wins_over_what_stands_beside_it() {
    let claims = json!({
        "redirect_uri": REDIRECT_URI,
        "scope": "openid roles",
        "nonce": "inside",
        "max_age": 60,
        "claims": { "id_token": { "email": null } },
        "login_hint": "",
        "display": null,
        "sub": "u-1",
        "exp": NOW + 1,
        "jti": "j",
    });
    let beside = [
        ("redirect_uri", "https://evil.example/cb"),
        ("scope", "openid"),
        ("nonce", "beside"),
        ("max_age", "7"),
        ("login_hint", "ada"),
        ("display", "page"),
    ];
    let accepted = accepted(&unsigned(&claims), &beside);
    assert_eq!(accepted.back.redirect_uri(), REDIRECT_URI);
    assert_eq!((accepted.nonce.as_deref(), accepted.max_age), (Some("inside"), Some(60)));
    assert_eq!(accepted.scope.to_string(), "openid roles");
    assert!(accepted.claims.id_token.contains_key("email"));
    let kept: Vec<_> = accepted.parameters.iter().map(|(name, _)| name).collect();
    assert_eq!(
        kept,
        [
            "claims",
            "client_id",
            "display",
            "login_hint",
            "max_age",
            "nonce",
            "redirect_uri",
            "response_type",
            "scope",
            "state"
        ],
        "neither the object nor what it says of itself is left"
    );
    assert_eq!(accepted.parameters.value("login_hint"), Some("ada"), "an empty value is none");
}

#[test]
fn all_but_the_client_id_may_stand_in_the_object_alone() {
    let claims = json!({ "response_type": "code", "redirect_uri": REDIRECT_URI, "scope": "openid" });
    let alone = [("response_type", ""), ("redirect_uri", ""), ("scope", ""), ("state", ""), ("nonce", "")];
    let accepted = accepted(&unsigned(&claims), &alone);
    assert_eq!(accepted.back.redirect_uri(), REDIRECT_URI);
}

#[rstest]
#[case::not_a_jwt("e30".to_owned(), ObjectError::Malformed(NotAJwt::Parts))]
#[case::without_a_payload("e30..".to_owned(), ObjectError::Malformed(NotAJwt::Json("payload")))]
#[case::unsigned_with_a_signature(format!("{}AA", unsigned(&json!({}))), ObjectError::SignatureUnexpected)]
#[case::a_token(
    sign(&secret(Algorithm::HS256).header("at+jwt"), &Map::new(), &secret(Algorithm::HS256)).unwrap(),
    ObjectError::TypeUnknown("at+jwt".into())
)]
fn an_object_that_is_not_the_clients_is_refused_where_the_parameters_beside_it_say(
    #[case] object: String,
    #[case] expected: ObjectError,
) {
    assert_eq!(refused(registered(), &object, &[]), (REDIRECT_URI.to_owned(), expected.clone()));
    let nowhere = outcome(registered(), &object, &[("redirect_uri", "https://evil.example/cb")]);
    assert_eq!(nowhere, Err(AuthorizationError::Show(Unredirectable::RequestObject(expected.into()))));
}

#[rstest]
#[case::another_secret(Signer::Secret { algorithm: Algorithm::HS256, secret: "guess".into() }, "does not match")]
#[case::no_such_key(key(Algorithm::ES256), "has no ES256 key")]
#[case::another_key(key(Algorithm::RS256), "has no RS256 key")]
fn an_object_that_somebody_else_signed_is_refused(#[case] signer: Signer, #[case] reason: &str) {
    let client = Client { keys: ClientKeys::default(), ..registered() };
    let inside = json!({ "redirect_uri": "https://evil.example/cb" });
    let (to, cause) = refused(client, &signed(&inside, &signer), &[]);
    assert!(matches!(cause, ObjectError::Signature(_)) && cause.to_string().contains(reason), "{cause}");
    assert_eq!(to, REDIRECT_URI, "what it says is not believed");
}

#[test]
fn a_public_client_has_no_secret_to_sign_with() {
    let (_, cause) = refused(client(), &signed(&json!({}), &secret(Algorithm::HS256)), &[]);
    assert!(matches!(cause, ObjectError::Signature(NotVerified::Signature(_))), "{cause:?}");
}

#[rstest]
#[case::unsigned_instead(Signature::Signed(Algorithm::HS256), unsigned(&json!({})))]
#[case::signed_instead(Signature::Unsigned, signed(&json!({}), &secret(Algorithm::HS256)))]
#[case::another(
    Signature::Signed(Algorithm::HS256),
    signed(&json!({}), &secret(Algorithm::HS512))
)]
fn a_client_that_registered_an_algorithm_uses_no_other(
    #[case] registered_alg: Signature,
    #[case] object: String,
) {
    let client = Client { request_object_alg: Some(registered_alg), ..registered() };
    let (_, cause) = refused(client, &object, &[]);
    assert!(matches!(cause, ObjectError::AlgorithmNotRegistered { .. }), "{cause:?}");
}

#[rstest]
#[case::another_client(json!({ "client_id": "eve" }), "its client_id is `eve`")]
#[case::another_response_type(json!({ "response_type": "id_token" }), "its response_type is `id_token`")]
#[case::a_number_for_a_client(json!({ "client_id": 7 }), "its client_id is `7`")]
#[case::of_somebody_else(json!({ "iss": "eve" }), "its `iss` is \"eve\"")]
#[case::for_somebody_else(json!({ "aud": ["https://other.test"] }), "the issuer `https://idp.test/acme` is not in it")]
#[case::expired(json!({ "exp": NOW }), "it expired at")]
#[case::of_the_future(json!({ "nbf": NOW + 61 }), "of the future")]
#[case::an_end_in_words(json!({ "exp": "soon" }), "its `exp` has the wrong type")]
#[case::another_object(json!({ "request": "e30" }), "there is a `request` in it")]
#[case::a_reference(json!({ "request_uri": "https://app.example/o" }), "there is a `request_uri` in it")]
fn an_object_of_the_client_is_refused_where_it_says_itself(#[case] claims: Value, #[case] reason: &str) {
    let mut claims = claims;
    claims["redirect_uri"] = REDIRECT_URI.into();
    let beside = [("redirect_uri", "https://evil.example/cb")];
    let (to, cause) = refused(registered(), &signed(&claims, &key(Algorithm::ES256)), &beside);
    assert!(cause.to_string().contains(reason), "{cause}");
    assert_eq!((to.as_str(), cause.code_of()), (REDIRECT_URI, OAuthErrorCode::InvalidRequestObject));
}

impl ObjectError {
    fn code_of(&self) -> OAuthErrorCode {
        crate::protocol::Cause::code(self)
    }
}

#[rstest]
#[case::words_in_another_order(json!({ "response_type": "code" }))]
#[case::several_audiences(json!({ "aud": ["https://other.test", ISSUER] }))]
#[case::just_begun(json!({ "nbf": NOW + 60, "iat": NOW + 1_000 }))]
#[case::nothing_nested(json!({ "request": null }))]
fn an_object_is_fine_with(#[case] claims: Value) {
    accepted(&signed(&claims, &key(Algorithm::PS256)), &[]);
}

#[test]
fn an_object_and_a_reference_to_one_exclude_each_other() {
    let beside = [("request_uri", "https://app.example/o")];
    let (_, cause) = refused(registered(), &unsigned(&json!({})), &beside);
    assert_eq!((cause.code_of(), cause), (OAuthErrorCode::InvalidRequest, ObjectError::BesideReference));
}

#[test]
fn a_client_that_nobody_registered_has_its_object_read_and_not_checked() {
    let anybody = Client { authentication: ClientAuthenticationRule::Anything, ..client() };
    let object = signed(&json!({ "nonce": "inside" }), &key(Algorithm::ES384));
    let accepted = outcome(anybody, &object, &[]).unwrap();
    let algorithm = Signature::Signed(Algorithm::ES384);
    assert_eq!(
        (accepted.object, accepted.nonce.as_deref()),
        (Some(Security::Unchecked(algorithm)), Some("inside"))
    );
}
