use super::*;
use crate::products::{billrun, billwerk, cloudbilling};

fn billrun_at(issuer: &str) -> Value {
    json!({
        "oidc": [{"name": "keycloak", "issuer_url": issuer, "client_id": "billrun", "client_secret": "s"}],
        "protocols": ["oidc"],
    })
}

fn gorules_config(keys: bool) -> Value {
    let mut config = json!({
        "SSO_OAUTH2_PROVIDER": "oidc",
        "SSO_OAUTH2_ISSUER": "https://idp.test",
        "SSO_OAUTH2_CLIENT_ID": "rules",
    });
    if keys {
        config["SSO_OAUTH2_JWKS_URI"] = json!("https://idp.test/jwks");
    }
    config
}

fn jwt_under(alg: &str, claims: &Value) -> Value {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    json!(format!("{}.{}.c2ln", part(&json!({"alg": alg})), part(claims)))
}

/// The notes about the token itself.
fn said(kind: &dyn ProductKind, input: &Input) -> Vec<String> {
    let notes = preview(kind, input).unwrap().notes;
    notes.into_iter().filter(|note| !note.starts_with("no ")).collect()
}

#[rstest]
#[case::issuer(
    json!({"iss": "https://other.test"}),
    &["a login with this token is refused (login_failed): `iss` is \"https://other.test\", and `https://idp.test` is \
       configured (OIDCC-3.1.3.7-2)"],
)]
#[case::audience(
    json!({"aud": ["a", "b"], "azp": "billrun"}),
    &["a login with this token is refused (login_failed): `aud` is [\"a\",\"b\"], and the client is `billrun` \
       (OIDCC-3.1.3.7-3)"],
)]
#[case::authorized_party(
    json!({"aud": ["a", "billrun"], "azp": "a"}),
    &["a login with this token is refused (login_failed): `azp` is \"a\", and the client is `billrun` (OIDCC-3.1.3.7-5)"],
)]
#[case::expiry(
    json!({"exp": 1_700_000_000}),
    &["the ID token expires at 2023-11-14T22:13:20Z; a preview does not look at the clock"],
)]
#[case::fractions_of_a_second(
    json!({"exp": 1_700_000_000.5}),
    &["the ID token expires at 2023-11-14T22:13:20.5Z; a preview does not look at the clock"],
)]
#[case::all_is_well(json!({"iss": "https://idp.test/", "aud": "billrun", "azp": "billrun"}), &[])]
#[case::nothing_is_said(json!({"sub": "a"}), &[])]
fn what_a_login_would_refuse_is_said(#[case] claims: Value, #[case] expected: &[&str]) {
    let input = Input { config: Some(billrun_at("https://idp.test")), ..of(claims) };
    assert_eq!(said(&billrun::BillRun, &input), expected);
}

#[rstest]
#[case::billrun(&billrun::BillRun, "the algorithm is not agreed on", billrun_at("https://idp.test"), "ES256", Some("login_failed"))]
#[case::nobody_has_signed(&billrun::BillRun, "nobody has signed it", billrun_at("https://idp.test"), "none", Some("login_failed"))]
#[case::gorules(&gorules::GoRules, "nobody has signed it", gorules_config(true), "none", Some("invalid_access_token:alg"))]
#[case::gorules_without_keys(&gorules::GoRules, "", gorules_config(false), "none", None)]
#[case::accepted(&billrun::BillRun, "", billrun_at("https://idp.test"), "RS256", None)]
fn an_algorithm_is_held_against_those_that_the_product_accepts(
    #[case] kind: &dyn ProductKind,
    #[case] why: &str,
    #[case] config: Value,
    #[case] alg: &str,
    #[case] reason: Option<&str>,
) {
    let token = jwt_under(alg, &json!({"sub": "a", "email": "a@b.test"}));
    let said = said(kind, &Input { config: Some(config), ..of(token) });
    let refused =
        reason.map(|reason| format!("a login with this token is refused ({reason}): `alg` is `{alg}`"));
    assert_eq!(said.len(), usize::from(refused.is_some()), "{why}: {said:?}");
    if let (Some(said), Some(refused)) = (said.first(), refused) {
        assert!(said.starts_with(&refused), "{said}");
        assert_eq!(said.contains("nobody has signed it"), alg == "none", "{said}");
    }
}

#[test]
fn what_a_product_passes_over_is_no_objection() {
    let claims = json!({"iss": "https://other.test", "sub": "g", "email": "g@corp.test"});
    let lax = BTreeMap::from([("GR-Q6".to_owned(), "check_nothing".to_owned())]);
    let strict = Input { config: Some(gorules_config(false)), ..of(claims) };
    let passing = Input { readings: lax, ..strict.clone() };
    assert_eq!(
        said(&gorules::GoRules, &strict),
        [
            "a login with this token is refused (invalid_access_token:iss): `iss` is \"https://other.test\", and \
          `https://idp.test` is configured (RFC9068-4)"
        ]
    );
    assert_eq!(said(&gorules::GoRules, &passing), Vec::<String>::new());
}

#[test]
fn without_a_configuration_there_is_nothing_to_hold_a_token_against() {
    let input = of(json!({"iss": "https://other.test", "aud": "other", "exp": 1}));
    let notes = preview(&bindplane::Bindplane, &input).unwrap().notes;
    assert_eq!(notes, ["no configuration and no state given: taken from the product examples"]);
}

#[rstest]
#[case::billrun(&billrun::BillRun, &["BR-R2", "BR-R5", "BR-R6", "BR-R7", "BR-R8"])]
#[case::cloudbilling(&cloudbilling::CloudBilling, &["CB-R1", "CB-R2"])]
#[case::billwerk(&billwerk::Billwerk, &["BW-R3"])]
fn a_preview_claims_no_exchange_that_did_not_take_place(
    #[case] kind: &dyn ProductKind,
    #[case] rules: &[&str],
) {
    let preview = preview(kind, &of(json!({"sub": "a", "email": "a@b.test"}))).unwrap();
    let found: Vec<&str> = preview.envelope.trace.fired();
    for rule in rules {
        assert!(!found.contains(rule), "{rule} is about an exchange");
    }
}
