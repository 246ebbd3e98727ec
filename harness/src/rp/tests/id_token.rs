use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::keys::unsigned;
use crate::decision::{Algorithm, Timestamp};
use crate::rp::flaw::Flaw;
use crate::rp::id_token::{Expected, left_half_hash, validate};
use crate::rp::jws::Jwt;
use crate::rp::rejection::Rejection;

const NOW: i64 = 1_900_000_000;

fn honest() -> Value {
    json!({
        "iss": "https://idp.test", "aud": "app", "sub": "ada", "nonce": "n-1",
        "iat": NOW, "exp": NOW + 300, "auth_time": NOW - 10,
    })
}

fn header() -> Value {
    json!({"alg": "RS256", "kid": "k"})
}

fn expected() -> Expected<'static> {
    Expected {
        issuers: vec!["https://idp.test".to_owned()],
        client_id: "app",
        algorithms: Some(&[Algorithm("RS256"), Algorithm("EdDSA")]),
        nonce: Some("n-1"),
        ..Expected::default()
    }
}

/// The honest token with members laid over it; `null` takes a member away.
fn token(header: &Value, change: &Value) -> Jwt {
    let mut claims = honest();
    let members = claims.as_object_mut().unwrap();
    for (name, value) in change.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    Jwt::decode(&format!("{}.x", unsigned(header, &claims))).unwrap()
}

fn check(change: &Value) -> Result<(), Flaw> {
    validate(&token(&header(), change), Ok(()), &expected(), Timestamp(NOW))
}

#[test]
fn the_honest_token_is_accepted() {
    assert_eq!(check(&json!({})), Ok(()));
}

#[rstest]
#[case::aud_is_an_array_of_one(json!({"aud": ["app"]}))]
#[case::several_audiences_with_our_azp(json!({"aud": ["other", "app"], "azp": "app"}))]
#[case::azp_with_one_audience(json!({"azp": "app"}))]
#[case::exp_with_a_fraction(json!({"exp": 1_900_000_000.5 + 1.0}))]
#[case::unknown_claims(json!({"https://acme.test/roles": [1, null, {"a": "ß🙂"}]}))]
#[case::the_longest_subject(json!({"sub": "s".repeat(255)}))]
fn what_the_standard_allows_is_accepted(#[case] change: Value) {
    assert_eq!(check(&change), Ok(()));
}

/// products.md X-R7.
#[rstest]
#[case::azp("azp")]
#[case::nbf("nbf")]
#[case::at_hash("at_hash")]
#[case::auth_time("auth_time")]
fn a_claim_that_is_null_is_as_good_as_absent(#[case] claim: &str) {
    let mut claims = honest();
    claims[claim] = Value::Null;
    let token = Jwt::decode(&format!("{}.x", unsigned(&header(), &claims))).unwrap();
    let expected = Expected { access_token: Some("at"), ..expected() };
    assert_eq!(validate(&token, Ok(()), &expected, Timestamp(NOW)), Ok(()));
}

#[rstest]
#[case::iss_is_missing(json!({"iss": null}), "iss", "OIDCC-2")]
#[case::iss_is_an_array(json!({"iss": ["https://idp.test"]}), "iss", "OIDCC-2")]
#[case::iss_has_a_slash_more(json!({"iss": "https://idp.test/"}), "iss", "OIDCC-3.1.3.7-2")]
#[case::iss_in_other_case(json!({"iss": "https://IDP.test"}), "iss", "OIDCC-3.1.3.7-2")]
#[case::aud_is_missing(json!({"aud": null}), "aud", "OIDCC-2")]
#[case::aud_is_a_number(json!({"aud": 7}), "aud", "OIDCC-2")]
#[case::aud_is_another_client(json!({"aud": "apps"}), "aud", "OIDCC-3.1.3.7-3")]
#[case::aud_is_an_empty_array(json!({"aud": []}), "aud", "OIDCC-3.1.3.7-3")]
#[case::aud_is_an_array_with_a_stranger(json!({"aud": ["app", "other"]}), "azp", "OIDCC-3.1.3.7-4")]
#[case::azp_is_another_client(json!({"azp": "other"}), "azp", "OIDCC-3.1.3.7-5")]
#[case::azp_is_no_text(json!({"azp": ["app"]}), "azp", "OIDCC-3.1.3.7-5")]
#[case::exp_is_missing(json!({"exp": null}), "exp", "OIDCC-2")]
#[case::exp_is_a_text(json!({"exp": "1900000300"}), "exp", "OIDCC-2")]
#[case::exp_is_now(json!({"exp": NOW}), "exp", "OIDCC-3.1.3.7-9")]
#[case::nbf_lies_ahead(json!({"nbf": NOW + 1}), "nbf", "RFC7519-4.1.5")]
#[case::iat_is_missing(json!({"iat": null}), "iat", "OIDCC-2")]
#[case::iat_lies_ahead(json!({"iat": NOW + 1}), "iat", "OIDCC-3.1.3.7-10")]
#[case::nonce_is_missing(json!({"nonce": null}), "nonce", "OIDCC-3.1.3.7-11")]
#[case::nonce_is_another(json!({"nonce": "n-2"}), "nonce", "OIDCC-3.1.3.7-11")]
#[case::nonce_is_an_array(json!({"nonce": ["n-1"]}), "nonce", "OIDCC-3.1.3.7-11")]
#[case::sub_is_missing(json!({"sub": null}), "sub", "OIDCC-2")]
#[case::sub_is_empty(json!({"sub": ""}), "sub", "OIDCC-2")]
#[case::sub_is_too_long(json!({"sub": "s".repeat(256)}), "sub", "OIDCC-2")]
#[case::sub_is_a_number(json!({"sub": 42}), "sub", "OIDCC-2")]
fn a_bad_claim_is_refused_for_its_own_reason(
    #[case] change: Value,
    #[case] named: &str,
    #[case] clause: &str,
) {
    let flaw = check(&change).unwrap_err();
    let rejection = Rejection::id_token(flaw.clone());
    assert_eq!((flaw.check(), rejection.clause()), (named, clause));
}

#[rstest]
#[case::algorithm_not_accepted(json!({"alg": "HS256"}), "algorithm_not_accepted")]
#[case::algorithm_none(json!({"alg": "none"}), "algorithm_not_accepted")]
#[case::algorithm_in_other_case(json!({"alg": "rs256"}), "algorithm_not_accepted")]
#[case::algorithm_missing(json!({}), "algorithm_not_accepted")]
#[case::critical_extension(json!({"alg": "RS256", "crit": ["exp"]}), "critical_header")]
#[case::empty_critical_list(json!({"alg": "RS256", "crit": []}), "critical_header")]
#[case::an_access_token(json!({"alg": "RS256", "typ": "at+JWT"}), "of_another_kind")]
#[case::a_logout_token(json!({"alg": "RS256", "typ": "application/logout+jwt"}), "of_another_kind")]
#[case::own_key(json!({"alg": "RS256", "jwk": {}}), "header_carries_key")]
fn a_bad_header_is_refused_for_its_own_reason(#[case] header: Value, #[case] name: &str) {
    let flaw = validate(&token(&header, &json!({})), Ok(()), &expected(), Timestamp(NOW)).unwrap_err();
    assert_eq!(flaw.name(), name);
}

#[test]
fn a_bad_signature_is_refused_after_issuer_and_audience() {
    let signature = Err(Flaw::BadSignature);
    let honest = validate(&token(&header(), &json!({})), signature.clone(), &expected(), Timestamp(NOW));
    assert_eq!(honest, Err(Flaw::BadSignature));
    let stranger = token(&header(), &json!({"aud": "other"}));
    let flaw = validate(&stranger, signature, &expected(), Timestamp(NOW)).unwrap_err();
    assert_eq!(flaw.name(), "audience_mismatch");
}

#[rstest]
#[case::just_inside("exp", -299, true)]
#[case::just_outside("exp", -300, false)]
#[case::issued_just_inside("iat", 300, true)]
#[case::issued_just_outside("iat", 301, false)]
#[case::valid_just_inside("nbf", 300, true)]
#[case::valid_just_outside("nbf", 301, false)]
fn leeway_reaches_as_far_as_the_profile_says(
    #[case] claim: &str,
    #[case] offset: i64,
    #[case] accepted: bool,
) {
    let expected = Expected { leeway: 300, ..expected() };
    let token = token(&header(), &json!({claim: NOW + offset}));
    assert_eq!(validate(&token, Ok(()), &expected, Timestamp(NOW)).is_ok(), accepted);
}

#[rstest]
#[case::recent(json!({}), 10, None)]
#[case::too_old(json!({}), 9, Some("authentication_too_old"))]
#[case::missing(json!({"auth_time": null}), 10, Some("claim_unusable"))]
fn max_age_calls_for_a_recent_auth_time(
    #[case] change: Value,
    #[case] max_age: i64,
    #[case] flaw: Option<&str>,
) {
    let expected = Expected { max_age: Some(max_age), ..expected() };
    let found = validate(&token(&header(), &change), Ok(()), &expected, Timestamp(NOW));
    assert_eq!(found.err().map(|flaw| flaw.name()), flaw);
}

#[rstest]
#[case::fitting(Some("at"), false, None)]
#[case::fitting_in_front(Some("at"), true, None)]
#[case::of_another_token(Some("other"), false, Some("access_token_hash_mismatch"))]
#[case::missing_behind(None, false, None)]
#[case::missing_in_front(None, true, Some("access_token_hash_mismatch"))]
fn at_hash_binds_the_access_token(
    #[case] hashed: Option<&str>,
    #[case] front_channel: bool,
    #[case] flaw: Option<&str>,
) {
    let expected = Expected { access_token: Some("at"), front_channel, ..expected() };
    let change = json!({"at_hash": hashed.map(|token| left_half_hash("RS256", token).unwrap())});
    let found = validate(&token(&header(), &change), Ok(()), &expected, Timestamp(NOW));
    assert_eq!(found.err().map(|flaw| flaw.name()), flaw);
}

#[rstest]
#[case::fitting(Some("code"), None)]
#[case::of_another_code(Some("other"), Some("code_hash_mismatch"))]
#[case::missing(None, Some("code_hash_mismatch"))]
fn c_hash_binds_the_code_in_the_front_channel(#[case] hashed: Option<&str>, #[case] flaw: Option<&str>) {
    let expected = Expected { code: Some("code"), front_channel: true, ..expected() };
    let change = json!({"c_hash": hashed.map(|code| left_half_hash("RS256", code).unwrap())});
    let found = validate(&token(&header(), &change), Ok(()), &expected, Timestamp(NOW));
    assert_eq!(found.err().map(|flaw| flaw.name()), flaw);
}

/// OpenID Connect Core, appendix A.3 and A.4: the example tokens' own hashes.
#[rstest]
#[case::access_token("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ")]
#[case::code("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", "LDktKdoQak3Pk0cnXxCltA")]
fn half_hashes_agree_with_the_standards_example(#[case] value: &str, #[case] hash: &str) {
    assert_eq!(left_half_hash("RS256", value).as_deref(), Some(hash));
}

/// Any JSON value, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("https://idp.test")),
        Just(json!("app")),
        Just(json!("n-1")),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn only_the_issuer_itself_is_the_issuer(value in any_json()) {
        prop_assume!(value != json!("https://idp.test"));
        prop_assert_eq!(check(&json!({"iss": value})).unwrap_err().check(), "iss");
    }

    #[test]
    fn only_the_nonce_itself_is_the_nonce(value in any_json()) {
        prop_assume!(value != json!("n-1"));
        prop_assert_eq!(check(&json!({"nonce": value})).unwrap_err().check(), "nonce");
    }

    #[test]
    fn an_audience_that_is_accepted_names_the_client(value in any_json()) {
        let accepted = check(&json!({"aud": value})).is_ok();
        prop_assert!(!accepted || value == json!("app") || value == json!(["app"]));
    }

    #[test]
    fn an_accepted_token_is_within_its_times(exp in any_json(), iat in any_json(), nbf in any_json()) {
        let accepted = check(&json!({"exp": exp, "iat": iat, "nbf": nbf})).is_ok();
        #[expect(clippy::cast_precision_loss, reason = "a second more or less does not matter to the property")]
        let now = NOW as f64;
        let in_time = exp.as_f64().is_some_and(|exp| exp > now)
            && iat.as_f64().is_some_and(|iat| iat < now + 1.0)
            && (nbf.is_null() || nbf.as_f64().is_some_and(|nbf| nbf < now + 1.0));
        prop_assert!(!accepted || in_time);
    }

    #[test]
    fn no_text_upsets_the_decoder(text in ".{0,80}", parts in prop::collection::vec("[A-Za-z0-9_-]{0,20}", 0..6)) {
        let _ = Jwt::decode(&text);
        let _ = Jwt::decode(&parts.join("."));
    }
}
