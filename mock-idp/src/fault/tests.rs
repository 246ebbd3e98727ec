//! The catalogue as a whole: its names, its sentences, and that each fault changes what it says and nothing else.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Map, Value, json};

use super::*;
use crate::protocol::Timestamp;
use crate::protocol::keys::jws::{self, Signer};
use crate::protocol::keys::{Algorithm, KeyPlan, KeySet};

const NOW: i64 = 1_900_000_000;

fn keys() -> KeySet {
    KeySet::new(vec![KeyPlan::fixed(Algorithm::RS256), KeyPlan::fixed(Algorithm::ES256)], || [1; 32]).unwrap()
}

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn honest_claims() -> Map<String, Value> {
    members(&json!({
        "iss": "https://idp.test/acme", "aud": "app", "exp": NOW + 300, "iat": NOW, "auth_time": NOW - 10, "nonce": "n-0S6",
        "sid": "s-1", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "c_hash": "LDktKdoQak3Pk0cnXxCltA", "acr": "1", "sub": "u-1",
        "email_verified": true, "name": "Ada", "picture": "https://acme.test/ada.png", "jti": "j-1",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        "_claim_sources": { "bank": { "JWT": "a.b.c" }, "post": { "endpoint": "https://idp.test/claims" } },
    }))
}

fn honest_metadata() -> Map<String, Value> {
    members(&json!({
        "issuer": "https://idp.test/acme",
        "authorization_endpoint": "https://idp.test/acme/authorize",
        "token_endpoint": "https://idp.test/acme/token",
        "userinfo_endpoint": "https://idp.test/acme/userinfo",
        "jwks_uri": "https://idp.test/acme/jwks",
        "registration_endpoint": "https://idp.test/acme/register",
        "end_session_endpoint": "https://idp.test/acme/logout",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

fn honest_answer() -> Map<String, Value> {
    members(&json!({
        "access_token": "at", "token_type": "Bearer", "expires_in": 600, "refresh_token": "rt", "scope": "openid email",
        "id_token": "e.e.e",
    }))
}

fn honest<'a>(
    header: &'a Map<String, Value>,
    claims: &'a Map<String, Value>,
    signer: &'a Signer,
) -> Honest<'a> {
    Honest { header, claims, signer }
}

/// Gives the context to a test.
pub(super) fn at<T>(test: impl FnOnce(&Context<'_>) -> T) -> T {
    let previous = Previous {
        state: Some("old-state".to_owned()),
        nonce: Some("old-nonce".to_owned()),
        code: Some("old-code".to_owned()),
        access_token: Some("old-access-token".to_owned()),
        id_token: Some("old.id.token".to_owned()),
        logout_token: Some("old.logout.token".to_owned()),
    };
    test(&Context {
        issuer: "https://idp.test/acme",
        client_id: "app",
        client_secret: Some("the-secret"),
        now: Timestamp(NOW),
        keys: &keys(),
        attacker: &Attacker::default(),
        previous: &previous,
        access_token: Some("the.access.token"),
        serial: 7,
    })
}

/// The members that a fault may touch.
fn touches(fault: Fault) -> Vec<&'static str> {
    match (fault.target(), fault.part(), fault.value()) {
        (_, "extra", "prototype") => vec!["__proto__", "constructor"],
        (Target::LogoutToken, "sub", "and_sid_missing") => vec!["sub", "sid"],
        (Target::Userinfo, "claims", "wrong_types") => vec!["updated_at", "address", "email_verified"],
        (Target::Userinfo, "claims", "others") => vec!["name", "email"],
        (Target::Userinfo, "claim_sources", _) => vec!["_claim_sources"],
        _ => vec![fault.part()],
    }
}

/// The names of the members that two objects do not share.
fn differences(one: &Map<String, Value>, other: &Map<String, Value>) -> BTreeSet<String> {
    let names = one.keys().chain(other.keys());
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

fn json_faults() -> impl Iterator<Item = Fault> {
    // those that replace everything say so in their names
    let whole = |fault: &Fault| {
        let names = [("userinfo.claims", "none"), ("token.error", "with_status_200")];
        names.contains(&(fault.name().as_str(), fault.value()))
    };
    Fault::all().filter(|fault| matches!(fault.way.edit, Edit::Json(_))).filter(move |fault| !whole(fault))
}

#[test]
fn every_name_is_there_once() {
    let mut seen = BTreeSet::new();
    for fault in Fault::all() {
        assert!(seen.insert(fault.to_string()), "{fault} is there twice");
        assert_eq!(fault.to_string().parse::<Fault>(), Ok(fault));
    }
}

#[test]
fn every_fault_says_what_it_does_and_what_is_right() {
    for fault in Fault::all() {
        for sentence in [fault.does(), fault.relying_party()] {
            assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{fault}: {sentence}");
            assert!(sentence.starts_with(|first: char| first.is_ascii_lowercase()), "{fault}: {sentence}");
        }
        let (document, section) =
            fault.clause().split_once('-').expect("a clause is a document and a section");
        assert!(!document.is_empty() && section.starts_with(|first: char| first.is_ascii_digit()), "{fault}");
    }
}

#[test]
fn the_catalogue_reads_as_a_list() {
    let line = |fault: Fault| {
        format!("{fault}  [{}, {}] {}", fault.clause(), fault.expected().as_str(), fault.does())
    };
    let text = Fault::all().map(line).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(text);
}

#[test]
fn a_fault_of_a_member_changes_that_member_and_nothing_else() {
    at(|at| {
        for fault in json_faults() {
            let honest = match fault.target() {
                Target::Webfinger => members(&json!({
                    "subject": "acct:ada@idp.test",
                    "links": [{ "rel": "http://openid.net/specs/connect/1.0/issuer", "href": "https://idp.test/acme" }],
                })),
                Target::Registration => members(&json!({
                    "client_id": "c", "client_secret": "s", "client_secret_expires_at": 0,
                    "token_endpoint_auth_method": "client_secret_basic", "id_token_signed_response_alg": "RS256",
                    "redirect_uris": ["https://app.example/cb"],
                })),
                Target::Discovery => honest_metadata(),
                Target::Jwks => members(&at.published()),
                Target::Token => honest_answer(),
                Target::Authorize
                | Target::IdToken
                | Target::AccessToken
                | Target::Userinfo
                | Target::ClaimsJwt
                | Target::LogoutToken
                | Target::BackchannelLogout
                | Target::FrontchannelLogout
                | Target::EndSession => honest_claims(),
            };
            let mut faulty = honest.clone();
            Faults::new(vec![fault]).json(fault.target(), &mut faulty, at);
            let changed = differences(&honest, &faulty);
            let allowed = touches(fault);
            assert!(!changed.is_empty() || fault.value() == "unasked", "{fault} changes nothing");
            assert!(
                changed.iter().all(|name| allowed.contains(&name.as_str())),
                "{fault} changes {changed:?}"
            );
            let order = |members: &Map<String, Value>| {
                members.keys().filter(|name| !changed.contains(*name)).cloned().collect::<Vec<_>>()
            };
            assert_eq!(order(&honest), order(&faulty), "{fault} moves members about");
        }
    });
}

#[rstest]
#[case::of_a_link("webfinger.links=http", json!({ "links": [{ "href": "https://idp.test/acme" }] }), "/links/0/href")]
#[case::of_a_plain_link("webfinger.links=http", json!({ "links": [{ "href": "http://idp.test/acme" }] }), "/links/0/href")]
#[case::of_an_endpoint("discovery.jwks_uri=http", json!({ "jwks_uri": "https://idp.test/acme" }), "/jwks_uri")]
#[case::of_a_plain_endpoint("discovery.jwks_uri=http", json!({ "jwks_uri": "http://idp.test/acme" }), "/jwks_uri")]
fn an_address_without_tls_is_one_on_a_plain_server_too(
    #[case] fault: Fault,
    #[case] honest: Value,
    #[case] pointer: &str,
) {
    let mut document = members(&honest);
    at(|at| Faults::new(vec![fault]).json(fault.target(), &mut document, at));
    let document = Value::Object(document);
    assert_eq!(document.pointer(pointer), Some(&json!("http://idp.test/acme")));
}

#[test]
fn a_fault_of_the_header_or_the_signature_leaves_the_claims_alone() {
    let honest = honest_claims();
    let keys = keys();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    let header = signer.header("JWT");
    let text_of_claims = ["duplicate", "payload", "serialization", "token"];
    let jws_faults = Fault::all().filter(|fault| fault.target() == Target::IdToken);
    let jws_faults = jws_faults.filter(|fault| matches!(fault.way.edit, Edit::Jws(_)));
    at(|at| {
        for fault in jws_faults.filter(|fault| !text_of_claims.contains(&fault.part())) {
            let made = Faults::new(vec![fault]).jwt(
                Target::IdToken,
                &Honest { header: &header, claims: &honest, signer: &signer },
                at,
            );
            let made = made.unwrap().unwrap();
            assert_eq!(made.claims, honest, "{fault}");
            let sent = made.token.split('.').nth(1).unwrap_or_default();
            let honest_text = jwt::base64url(Value::Object(honest.clone()).to_string().as_bytes());
            assert!(sent == honest_text || fault.value() == "payload_swapped", "{fault} sends other claims");
            let allowed =
                ["alg", "kid", "crit", "https://example.com/needed", "iss", "sub", "aud", fault.part()];
            let changed = differences(&header, &made.header);
            assert!(
                changed.iter().all(|name| allowed.contains(&name.as_str())),
                "{fault} changes {changed:?}"
            );
        }
    });
}

#[test]
fn every_faulty_signature_is_refused_by_the_published_keys() {
    let keys = keys();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    let published = keys.published(Timestamp(NOW));
    let key = published["keys"][0].clone();
    at(|at| {
        for fault in Fault::all().filter(|fault| {
            fault.target() == Target::IdToken
                && ["signature", "hmac", "algorithm", "segments"].contains(&fault.part())
        }) {
            // the provider's own algorithm is no fault
            if fault.value() == "RS256" {
                continue;
            }
            let made = Faults::new(vec![fault])
                .jwt(Target::IdToken, &honest(&signer.header("JWT"), &honest_claims(), &signer), at)
                .unwrap()
                .unwrap();
            let verdict = jws::decode(&made.token).map(|decoded| decoded.verify_with_jwk(&key));
            assert!(!matches!(verdict, Ok(Ok(()))), "{fault} verifies");
        }
    });
}

#[test]
fn without_a_fault_nothing_is_made_anew() {
    let keys = keys();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    at(|at| {
        let none = Faults::default();
        let other = Faults::new(vec!["userinfo.sub=wrong".parse().unwrap()]);
        for faults in [none, other] {
            let made =
                faults.jwt(Target::IdToken, &honest(&signer.header("JWT"), &honest_claims(), &signer), at);
            assert_eq!(made, Ok(None));
            assert_eq!(faults.body(Target::Token, b"{ \"kept\" : \"as it is\" }", at), None);
        }
    });
}

#[rstest]
#[case::signature_only("id_token.signature=tampered")]
#[case::header("id_token.jku=attacker")]
#[case::text("id_token.duplicate=sub_last")]
#[case::unsigned("id_token.alg=none")]
#[case::symmetric("id_token.hmac=public_key_pem")]
fn a_faulty_token_is_the_same_each_time(#[case] fault: Fault) {
    let keys = keys();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    let made = || {
        at(|at| {
            let faults = Faults::new(vec![fault]);
            faults
                .jwt(Target::IdToken, &honest(&signer.header("JWT"), &honest_claims(), &signer), at)
                .unwrap()
                .unwrap()
        })
    };
    assert_eq!(made(), made());
}

#[test]
fn a_fault_that_needs_a_key_that_is_not_there_says_which() {
    let keys = KeySet::new(vec![KeyPlan::fixed(Algorithm::RS256)], || [1; 32]).unwrap();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    let faults = Faults::new(vec!["id_token.algorithm=ES256".parse().unwrap()]);
    let made = at(|at| {
        let at = Context { keys: &keys, ..*at };
        faults.jwt(Target::IdToken, &honest(&signer.header("JWT"), &honest_claims(), &signer), &at)
    });
    assert_eq!(made, Err(Unmade::NoKey(Algorithm::ES256)));
}

#[test]
fn members_twice_are_really_there_twice() {
    let keys = keys();
    let signer = Signer::Key(keys.signing(None).unwrap().clone());
    let faults = Faults::new(vec!["id_token.duplicate=sub_last".parse().unwrap()]);
    let made =
        at(|at| faults.jwt(Target::IdToken, &honest(&signer.header("JWT"), &honest_claims(), &signer), at));
    let token = made.unwrap().unwrap().token;
    let payload = token.split('.').nth(1).unwrap();
    let text = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!(text.matches("\"sub\":").count(), 2);
    assert!(text.ends_with(",\"sub\":\"somebody-else\"}"), "{text}");
}
