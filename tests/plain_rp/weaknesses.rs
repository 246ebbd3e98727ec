//! Each check that the relying party makes can be left out, and then a misbehaving provider gets through.

use harness::decision::ResponseType::{self, Code, CodeIdToken, CodeIdTokenToken};
use harness::rp::{PlainSetup, Weakness};
use rstest::rstest;
use serde_json::json;

use super::world::World;

/// A fault, and a weakness with which it goes unnoticed.
#[rstest]
#[case::metadata_issuer(Weakness::SkipsMetadataIssuer, Code, &["discovery.issuer=upper_case"], "invalid_metadata:issuer")]
#[case::state(Weakness::SkipsState, Code, &["authorize.state=missing"], "state_mismatch")]
#[case::unsigned(Weakness::AcceptsUnsigned, Code, &["id_token.alg=nOnE"], "invalid_id_token:alg")]
#[case::own_key(Weakness::TrustsHeaderKey, Code, &["id_token.jwk=attacker"], "invalid_id_token:signature")]
#[case::critical(Weakness::SkipsCriticalHeader, Code, &["id_token.crit=unknown"], "invalid_id_token:crit")]
#[case::kind(Weakness::SkipsTokenKind, Code, &["id_token.typ=at+jwt"], "invalid_id_token:typ")]
#[case::signature(Weakness::SkipsSignature, Code, &["id_token.signature=tampered"], "invalid_id_token:signature")]
#[case::issuer(Weakness::SkipsIssuer, Code, &["id_token.iss=trailing_slash"], "invalid_id_token:iss")]
#[case::audience(Weakness::SkipsAudience, Code, &["id_token.aud=wrong"], "invalid_id_token:aud")]
#[case::further_audiences(Weakness::TrustsFurtherAudiences, Code, &["id_token.aud=with_stranger"], "invalid_id_token:azp")]
#[case::authorized_party(Weakness::SkipsAuthorizedParty, Code, &["id_token.azp=wrong"], "invalid_id_token:azp")]
#[case::expiry(Weakness::SkipsExpiry, Code, &["id_token.exp=past"], "invalid_id_token:exp")]
#[case::not_before(Weakness::SkipsNotBefore, Code, &["id_token.nbf=future"], "invalid_id_token:nbf")]
#[case::issue_time(Weakness::SkipsIssueTime, Code, &["id_token.iat=missing"], "invalid_id_token:iat")]
#[case::nonce(Weakness::SkipsNonce, Code, &["id_token.nonce=wrong"], "nonce_mismatch")]
#[case::subject(Weakness::SkipsSubject, Code, &["id_token.sub=too_long"], "invalid_id_token:sub")]
#[case::access_token_hash(Weakness::SkipsAccessTokenHash, CodeIdTokenToken, &["id_token.at_hash=right_half"], "invalid_id_token:at_hash")]
#[case::code_hash(Weakness::SkipsCodeHash, CodeIdToken, &["id_token.c_hash=wrong"], "invalid_id_token:c_hash")]
#[case::userinfo_subject(Weakness::SkipsUserinfoSubject, Code, &["userinfo.sub=somebody_else"], "invalid_userinfo:sub")]
#[tokio::test]
async fn what_one_check_refuses_goes_unnoticed_without_it(
    #[case] weakness: Weakness,
    #[case] response_type: ResponseType,
    #[case] faults: &[&str],
    #[case] reason: &str,
) {
    let setup = PlainSetup { response_type, ..PlainSetup::default() };
    let mut whole = World::new(&setup).faulty(faults);
    whole.sign_in().await;
    assert_eq!(whole.me().await, json!({ "signed_in": false }));
    assert_eq!(whole.reason().as_deref(), Some(reason));

    let mut weak = World::new(&setup).faulty(faults).weak(weakness);
    weak.sign_in().await;
    assert_eq!(weak.me().await["signed_in"], json!(true), "{:?}", weak.reason());
}
