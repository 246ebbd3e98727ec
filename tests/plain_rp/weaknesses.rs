//! Each check that the relying party makes can be left out, and then a misbehaving provider gets through.

use harness::decision::Algorithm;
use harness::decision::ResponseType::{CodeIdToken, CodeIdTokenToken, IdTokenToken};
use harness::rp::{PlainSetup, Weakness};
use rstest::rstest;
use serde_json::{Value, json};

use super::world::World;

fn usual() -> PlainSetup {
    PlainSetup::default()
}

fn by(response_type: harness::decision::ResponseType) -> PlainSetup {
    PlainSetup { response_type, ..usual() }
}

fn recent() -> PlainSetup {
    PlainSetup { max_age: Some(300), ..usual() }
}

fn looked_up() -> PlainSetup {
    PlainSetup { identifier: Some("acct:ada@idp.test".to_owned()), ..usual() }
}

fn signed_userinfo() -> PlainSetup {
    PlainSetup { userinfo_alg: Some(Algorithm("RS256")), ..usual() }
}

/// Signs in twice where a fault brings something of the login before.
async fn signs_in(mut world: World, faults: &[&str]) -> (Value, Option<String>) {
    if faults.iter().any(|fault| fault.contains("previous")) {
        world.sign_in().await;
        let there = world.me().await["signed_in"] == json!(true);
        assert!(there, "the login before: {:?}", world.reason());
        world.browser.open("https://rp.test/logout").await.unwrap();
    }
    let mut world = world.faulty(faults);
    world.sign_in().await;
    (world.me().await, world.reason())
}

/// A fault, and a weakness with which it goes unnoticed.
#[rstest]
#[case::metadata_issuer(Weakness::SkipsMetadataIssuer, usual(), &["discovery.issuer=upper_case"], "invalid_metadata:issuer")]
#[case::metadata_content_type(Weakness::SkipsContentType, usual(), &["discovery.content_type=html"], "idp_unavailable:discovery")]
#[case::metadata_status(Weakness::SkipsStatus, usual(), &["discovery.status=201"], "idp_unavailable:discovery")]
#[case::metadata_size(Weakness::GuessesMetadata, usual(), &["discovery.body=mb_10"], "idp_unavailable:discovery")]
#[case::no_metadata(Weakness::GuessesMetadata, usual(), &["discovery.status=404"], "idp_unavailable:discovery")]
#[case::metadata_twice(Weakness::TakesFirstDuplicate, usual(), &["discovery.issuer=twice"], "idp_unavailable:discovery")]
#[case::another_link(Weakness::TakesAnyLink, looked_up(), &["webfinger.links=other_rel"], "idp_unavailable:webfinger")]
#[case::no_link(Weakness::GuessesMetadata, looked_up(), &["webfinger.links=empty"], "idp_unavailable:webfinger")]
#[case::state(Weakness::SkipsState, usual(), &["authorize.state=missing"], "state_mismatch")]
#[case::state_twice(Weakness::TakesFirstParameter, usual(), &["authorize.state=twice"], "state_mismatch")]
#[case::state_before(Weakness::AcceptsUnsolicited, PlainSetup { pkce: false, ..usual() }, &["authorize.state=previous"], "state_mismatch")]
#[case::response_issuer(Weakness::SkipsResponseIssuer, usual(), &["authorize.iss=prefix"], "invalid_response:iss")]
#[case::no_response_issuer(Weakness::SkipsResponseIssuer, usual(), &["authorize.iss=missing"], "invalid_response:iss")]
#[case::error(Weakness::SkipsError, usual(), &["authorize.error=with_code"], "idp_error:access_denied")]
#[case::mode(Weakness::AcceptsAnyMode, by(IdTokenToken), &["authorize.mode=query"], "invalid_response:response_mode")]
#[case::incomplete(Weakness::ToleratesIncomplete, by(CodeIdToken), &["authorize.id_token=missing"], "invalid_response:id_token")]
#[case::segments(Weakness::CountsNoSegments, usual(), &["id_token.segments=four"], "invalid_id_token:format")]
#[case::two_segments(Weakness::CountsNoSegments, usual(), &["id_token.segments=two"], "invalid_id_token:format")]
#[case::padding(Weakness::ReadsAnyBase64, usual(), &["id_token.serialization=padded"], "invalid_id_token:format")]
#[case::unsigned(Weakness::AcceptsUnsigned, usual(), &["id_token.alg=nOnE"], "invalid_id_token:alg")]
#[case::no_algorithm(Weakness::AssumesAlgorithm, usual(), &["id_token.alg=missing"], "invalid_id_token:alg")]
#[case::algorithm(Weakness::AcceptsAnyAlgorithm, usual(), &["id_token.algorithm=PS256"], "invalid_id_token:alg")]
#[case::public_key_pem(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=public_key_pem"], "invalid_id_token:alg")]
#[case::public_key_pem_trimmed(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=public_key_pem_trimmed"], "invalid_id_token:alg")]
#[case::public_key_der(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=public_key_der"], "invalid_id_token:alg")]
#[case::pkcs1_pem(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=pkcs1_pem"], "invalid_id_token:alg")]
#[case::pkcs1_der(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=pkcs1_der"], "invalid_id_token:alg")]
#[case::jwk_text(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=jwk_text"], "invalid_id_token:alg")]
#[case::jwks_text(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=jwks_text"], "invalid_id_token:alg")]
#[case::n_text(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=n_text"], "invalid_id_token:alg")]
#[case::n_bytes(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=n_bytes"], "invalid_id_token:alg")]
#[case::e_text(Weakness::TakesPublicKeyForSecret, usual(), &["id_token.hmac=e_text"], "invalid_id_token:alg")]
#[case::published_secret(Weakness::TakesPublishedSecret, usual(), &["id_token.hmac=published", "jwks.keys=symmetric"], "invalid_id_token:alg")]
#[case::client_secret(Weakness::TakesClientSecret, usual(), &["id_token.hmac=client_secret"], "invalid_id_token:alg")]
#[case::empty_secret(Weakness::TakesUsualSecrets, usual(), &["id_token.hmac=empty"], "invalid_id_token:alg")]
#[case::own_key(Weakness::TrustsHeaderKey, usual(), &["id_token.jwk=attacker"], "invalid_id_token:signature")]
#[case::own_certificate(Weakness::TrustsHeaderCertificate, usual(), &["id_token.x5c=self_signed"], "invalid_id_token:kid")]
#[case::exponent_of_1(Weakness::TakesAnyNumber, usual(), &["jwks.keys=exponent_1", "id_token.forged=rsa_exponent_1"], "invalid_id_token:signature")]
#[case::key_of_512_bits(Weakness::TakesShortKeys, usual(), &["jwks.keys=rsa_512", "id_token.short_key=512"], "invalid_id_token:signature")]
#[case::key_of_1024_bits(Weakness::TakesShortKeys, usual(), &["jwks.keys=rsa_1024", "id_token.short_key=1024"], "invalid_id_token:signature")]
#[case::key_id(Weakness::SkipsUnknownKeys, usual(), &["id_token.kid=relative_path"], "invalid_id_token:kid")]
#[case::key_id_of_another_type(Weakness::SkipsUnknownKeys, usual(), &["id_token.kid=array"], "invalid_id_token:kid")]
#[case::key_use(Weakness::IgnoresKeyUse, usual(), &["jwks.keys=for_encryption"], "invalid_id_token:kid")]
#[case::key_operations(Weakness::IgnoresKeyUse, usual(), &["jwks.keys=other_operations"], "invalid_id_token:kid")]
#[case::key_algorithm(Weakness::IgnoresKeyAlgorithm, usual(), &["jwks.keys=other_alg"], "invalid_id_token:kid")]
#[case::critical(Weakness::SkipsCriticalHeader, usual(), &["id_token.crit=unknown"], "invalid_id_token:crit")]
#[case::kind(Weakness::SkipsTokenKind, usual(), &["id_token.typ=at+jwt"], "invalid_id_token:typ")]
#[case::access_token(Weakness::TakesAnyJwt, usual(), &["id_token.token=access_token"], "invalid_id_token:typ")]
#[case::signature(Weakness::SkipsSignature, usual(), &["id_token.signature=tampered"], "invalid_id_token:signature")]
#[case::issuer(Weakness::SkipsIssuer, usual(), &["id_token.iss=trailing_slash"], "invalid_id_token:iss")]
#[case::audience(Weakness::SkipsAudience, usual(), &["id_token.aud=wrong"], "invalid_id_token:aud")]
#[case::further_audiences(Weakness::TrustsFurtherAudiences, usual(), &["id_token.aud=with_stranger"], "invalid_id_token:azp")]
#[case::authorized_party(Weakness::SkipsAuthorizedParty, usual(), &["id_token.azp=wrong"], "invalid_id_token:azp")]
#[case::expiry(Weakness::SkipsExpiry, usual(), &["id_token.exp=past"], "invalid_id_token:exp")]
#[case::not_before(Weakness::SkipsNotBefore, usual(), &["id_token.nbf=future"], "invalid_id_token:nbf")]
#[case::issue_time(Weakness::SkipsIssueTime, usual(), &["id_token.iat=missing"], "invalid_id_token:iat")]
#[case::negative_issue_time(Weakness::SkipsIssueTime, usual(), &["id_token.iat=negative"], "invalid_id_token:iat")]
#[case::nonce(Weakness::SkipsNonce, usual(), &["id_token.nonce=wrong"], "nonce_mismatch")]
#[case::nonce_before(Weakness::SkipsNonce, usual(), &["id_token.nonce=previous"], "nonce_mismatch")]
#[case::login_time(Weakness::SkipsAuthenticationTime, recent(), &["id_token.auth_time=old"], "invalid_id_token:auth_time")]
#[case::login_time_ahead(Weakness::SkipsAuthenticationTime, recent(), &["id_token.auth_time=future"], "invalid_id_token:auth_time")]
#[case::subject(Weakness::SkipsSubject, usual(), &["id_token.sub=too_long"], "invalid_id_token:sub")]
#[case::unencoded_payload(Weakness::SkipsCriticalHeader, usual(), &["id_token.b64=false"], "invalid_id_token:crit")]
#[case::token_content_type(Weakness::SkipsContentType, usual(), &["token.content_type=html"], "idp_unavailable:token")]
#[case::no_token_content_type(Weakness::SkipsContentType, usual(), &["token.content_type=missing"], "idp_unavailable:token")]
#[case::access_token_hash(Weakness::SkipsAccessTokenHash, by(CodeIdTokenToken), &["id_token.at_hash=right_half"], "invalid_id_token:at_hash")]
#[case::access_token_swapped(Weakness::SkipsAccessTokenHash, PlainSetup { userinfo: false, ..by(IdTokenToken) }, &["authorize.access_token=swapped"], "invalid_id_token:at_hash")]
#[case::code_hash(Weakness::SkipsCodeHash, by(CodeIdToken), &["id_token.c_hash=wrong"], "invalid_id_token:c_hash")]
#[case::first_duplicate(Weakness::TakesFirstDuplicate, usual(), &["id_token.duplicate=aud_last"], "invalid_id_token:format")]
#[case::broken_json(Weakness::MendsJson, usual(), &["id_token.payload=byte_order_mark"], "invalid_id_token:format")]
#[case::trailing_bytes(Weakness::MendsJson, usual(), &["id_token.payload=trailing_bytes"], "invalid_id_token:format")]
#[case::no_claims(Weakness::BelievesUserinfo, usual(), &["id_token.payload=null"], "invalid_id_token:format")]
#[case::no_id_token(Weakness::BelievesUserinfo, usual(), &["token.id_token=missing"], "invalid_id_token:missing")]
#[case::fails_open(Weakness::FailsOpen, usual(), &["id_token.exp=text"], "invalid_id_token:exp")]
#[case::token_type(Weakness::SkipsTokenType, usual(), &["token.token_type=mac"], "invalid_response:token_type")]
#[case::no_access_token(Weakness::MakesUpTokens, PlainSetup { userinfo: false, ..usual() }, &["token.access_token=missing", "id_token.at_hash=missing"], "idp_unavailable:token")]
#[case::userinfo_subject(Weakness::SkipsUserinfoSubject, usual(), &["userinfo.sub=somebody_else"], "invalid_userinfo:sub")]
#[case::userinfo_issuer(Weakness::SkipsUserinfoSubject, usual(), &["userinfo.iss=attacker"], "invalid_userinfo:iss")]
#[case::userinfo_signature(Weakness::SkipsUserinfoSignature, signed_userinfo(), &["userinfo.signature=tampered"], "invalid_userinfo:signature")]
#[tokio::test]
async fn what_one_check_refuses_goes_unnoticed_without_it(
    #[case] weakness: Weakness,
    #[case] setup: PlainSetup,
    #[case] faults: &[&str],
    #[case] reason: &str,
) {
    let (me, refused) = signs_in(World::new(&setup), faults).await;
    assert_eq!((me, refused.as_deref()), (json!({ "signed_in": false }), Some(reason)));

    let (me, refused) = signs_in(World::new(&setup).weak(weakness), faults).await;
    assert_eq!(me["signed_in"], json!(true), "{refused:?}");
}

/// A fault of what others state; the login itself is none the worse for it.
#[rstest]
#[case::signature("claims_jwt.signature=other_key")]
#[case::unsigned("claims_jwt.alg=none")]
#[case::own_key("claims_jwt.jwk=attacker")]
#[case::issuer("claims_jwt.iss=attacker")]
#[case::no_issuer("claims_jwt.iss=missing")]
#[case::critical("claims_jwt.crit=unknown")]
#[tokio::test]
async fn claims_that_nobody_vouches_for_are_believed_by_whoever_does_not_look(
    #[case] fault: &str,
    #[values("aggregated", "distributed")] kind: &str,
) {
    let claims_providers = vec!["https://idp.test/claims_provider".to_owned()];
    let setup = PlainSetup { claims_providers, ..usual() };
    let source = json!({ kind: { "claims": { "credit_rating": "AA" } } });
    let user = json!({ "sub": "u-1001", "claim_sources": { "bank": source } });
    let config = json!({ "users": { "ada": user } });
    let (me, refused) = signs_in(World::with(&setup, &config), &[fault]).await;
    assert_eq!(
        (&me["sub"], &me["userinfo"]["credit_rating"]),
        (&json!("u-1001"), &json!(null)),
        "{refused:?}"
    );

    let weak = World::with(&setup, &config).weak(Weakness::BelievesClaimsUnread);
    let (me, refused) = signs_in(weak, &[fault]).await;
    assert_eq!(me["userinfo"]["credit_rating"], json!("AA"), "{refused:?}");
}

/// A fault of a logout token or of its delivery, and a weakness with which it ends the session all the same.
#[rstest]
#[case::kind(Weakness::SkipsLogoutKind, "logout_token.typ=at+jwt")]
#[case::issuer(Weakness::SkipsLogoutIssuer, "logout_token.iss=wrong")]
#[case::audience(Weakness::SkipsLogoutAudience, "logout_token.aud=wrong")]
#[case::age(Weakness::SkipsLogoutAge, "logout_token.iat=day_past")]
#[case::age_ahead(Weakness::SkipsLogoutAge, "logout_token.iat=future")]
#[case::expiry(Weakness::SkipsLogoutExpiry, "logout_token.exp=past")]
#[case::person(Weakness::SkipsLogoutPerson, "logout_token.sub=and_sid_missing")]
#[case::event(Weakness::SkipsLogoutEvent, "logout_token.events=wrong")]
#[case::event_as_text(Weakness::SkipsLogoutEvent, "logout_token.events=not_an_object")]
#[case::nonce(Weakness::SkipsLogoutNonce, "logout_token.nonce=present")]
#[case::id(Weakness::SkipsLogoutId, "logout_token.jti=missing")]
#[case::unsigned(Weakness::AcceptsUnsigned, "logout_token.alg=none")]
#[case::signature(Weakness::SkipsSignature, "logout_token.signature=other_key")]
#[case::algorithm(Weakness::AcceptsAnyAlgorithm, "logout_token.algorithm=RS512")]
#[case::secret(Weakness::TakesPublicKeyForSecret, "logout_token.hmac=public_key_pem")]
#[case::somebody_else(Weakness::EndsWhateverFits, "logout_token.sub=somebody_else")]
#[case::by_get(Weakness::TakesLogoutAnyWay, "backchannel_logout.delivery=get")]
#[case::no_form(Weakness::TakesLogoutAnyWay, "backchannel_logout.delivery=plain_text")]
#[case::two(Weakness::TakesLogoutAnyWay, "backchannel_logout.delivery=two_tokens")]
#[tokio::test]
async fn a_logout_that_one_check_refuses_succeeds_without_it(
    #[case] weakness: Weakness,
    #[case] fault: &str,
) {
    let mut whole = World::new(&usual()).faulty(&[fault]);
    whole.sign_in().await;
    assert!(whole.end_at_provider("ada").await.is_err());
    assert_eq!(whole.me().await["signed_in"], json!(true));

    let mut weak = World::new(&usual()).faulty(&[fault]).weak(weakness);
    weak.sign_in().await;
    let answered = weak.end_at_provider("ada").await;
    assert_eq!((answered, weak.me().await), (Ok(()), json!({ "signed_in": false })));
}
