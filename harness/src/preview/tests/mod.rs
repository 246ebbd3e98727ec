mod near_misses;
mod outputs;
mod questions;
mod readings;
mod terms;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::*;
use crate::products::{self, bindplane, gorules};

/// Claims that were given by no file.
fn nowhere(_: &NearMiss) -> Option<Located> {
    None
}

fn jwt(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256"})), part(claims))
}

fn of(claims: Value) -> Input {
    Input { claims: Some(claims), ..Input::default() }
}

fn ben() -> Value {
    json!({
        "iss": "https://idp.test/acme", "sub": "u-2002", "aud": "bindplane", "email": "ben@acme.test",
        "bindplane_projects": "admin:prj-east,user:prj-west,prj-lab,",
        "bindplane_org_admn": "true",
        "groups": ["bindplane-projects-prj-old"],
    })
}

fn ben_at_bindplane() -> Input {
    Input {
        config: Some(json!({
            "auth": {"type": "oidc", "oidc": {
                "issuer": "https://idp.test/acme", "oauth2ClientID": "bindplane", "oauth2ClientSecret": "s",
                "scopes": ["openid", "email"], "disableInvitations": true,
            }},
            "network": {"remoteURL": "https://bindplane.acme.test"},
        })),
        state: Some(json!({
            "projects": ["prj-east", "prj-lab", "prj-west", "prj-old"],
            "users": [
                {"sub": "u-1", "login": "ada@acme.test", "organization_role": "admin"},
                {"sub": "u-2002", "login": "ben@acme.test", "project_roles": {"prj-old": "admin"}},
            ],
        })),
        ..of(ben())
    }
}

#[rstest]
#[case::off(Level::Off)]
#[case::fired(Level::Fired)]
#[case::full(Level::Full)]
fn a_preview_reads_well(#[context] ctx: Context, #[case] level: Level) {
    let preview = preview(&bindplane::Bindplane, &ben_at_bindplane()).unwrap();
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(text(&preview, level, &nowhere));
    });
}

#[test]
fn a_refusal_reads_well() {
    let input = of(json!({"sub": "g1", "azp": "another", "email": "gus@corp.example"}));
    insta::assert_snapshot!(text(&preview(&gorules::GoRules, &input).unwrap(), Level::Fired, &nowhere));
}

#[test]
fn five_products_stand_beside_each_other() {
    let claims = json!({
        "sub": "u1", "email": "ada@corp.example", "preferred_username": "ada", "name": "Ada Lovelace",
        "given_name": "Ada", "family_name": "Lovelace", "roles": ["ug-sales", "admin"], "groups": ["bindplane-projects-P1"],
        "billrun_roles": {"billing": ["read", "reports"]}, "locale": "en-GB", "zoneinfo": "Europe/London",
    });
    let previews: Vec<Preview> =
        products::ALL.iter().map(|kind| preview(*kind, &of(claims.clone())).unwrap()).collect();
    insta::assert_snapshot!(table(&previews));
    let names: Vec<String> = json(&previews).as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["billrun", "cloudbilling", "billwerk", "gorules", "bindplane"]);
}

#[rstest]
#[case::claims(json!({"sub": "b1", "bindplane_projects": "P1"}))]
#[case::a_jwt(json!(jwt(&json!({"sub": "b1", "bindplane_projects": "P1"}))))]
#[case::a_jwt_with_a_line_end(json!(format!("{}\n", jwt(&json!({"sub": "b1", "bindplane_projects": "P1"})))))]
#[case::a_token_response(json!({
    "token_type": "Bearer", "access_token": "opaque", "expires_in": 60, "refresh_token": "r",
    "id_token": jwt(&json!({"sub": "b1", "bindplane_projects": "P1"})),
}))]
fn claims_are_read_from(#[case] claims: Value) {
    let preview = preview(&bindplane::Bindplane, &of(claims)).unwrap();
    assert_eq!(preview.envelope.record["project_roles"], json!({"P1": "viewer"}));
}

#[rstest]
#[case::claims_alone_stand_for_the_access_token(of(json!({"sub": "g1", "email": "g@corp.example"})), None)]
#[case::an_opaque_access_token_is_opaque(
    Input { access_token: Some(json!("opaque")), ..of(json!({"sub": "g1", "email": "g@corp.example"})) },
    Some("identity_token_not_a_jwt"),
)]
#[case::an_access_token_wins(
    Input { access_token: Some(json!({"sub": "g1"})), ..of(json!({"sub": "g1", "email": "g@corp.example"})) },
    Some("missing_required_claim"),
)]
fn gorules_reads_the_access_token(#[case] input: Input, #[case] reason: Option<&str>) {
    let preview = preview(&gorules::GoRules, &input).unwrap();
    assert_eq!(preview.envelope.reason.as_deref(), reason);
    let twins = "no access token was given: the claims are taken for its claims too".to_owned();
    assert_eq!(preview.notes.contains(&twins), input.access_token.is_none());
}

#[rstest]
#[case::no_jwt(of(json!("abc")), "/claims")]
#[case::a_list(of(json!([])), "/claims")]
#[case::response_without_jwt(of(json!({"id_token": "abc"})), "/claims/id_token")]
#[case::userinfo(Input { userinfo: Some(json!("x")), ..Input::default() }, "/userinfo")]
#[case::setting(Input { config: Some(json!({"auth": {"odic": {}}})), ..Input::default() }, "/config/auth/odic")]
#[case::state(Input { state: Some(json!({"project": []})), ..Input::default() }, "/state/project")]
#[case::reading(Input { readings: BTreeMap::from([("BP-Q99".to_owned(), "x".to_owned())]), ..Input::default() }, "/readings/BP-Q99")]
fn a_mistake_is_placed(#[case] input: Input, #[case] path: &str) {
    let mistakes = preview(&bindplane::Bindplane, &input).unwrap_err();
    assert_eq!(mistakes.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
}

#[test]
fn a_case_is_merged_over_the_defaults_and_answers_in_the_shape_of_expect() {
    let given = json!({"id_token": {"sub": "b1", "bindplane_projects": "user:P1,admin:P3,P2", "bindplane_default_role": "viewer"}});
    let readings = BTreeMap::from([("BP-Q2".to_owned(), "minimum_of_explicit".to_owned())]);
    let role = |readings| {
        json(&[example(&bindplane::Bindplane, &given, readings).unwrap()])["project_roles"]["P2"].clone()
    };
    assert_eq!((role(&BTreeMap::new()), role(&readings)), (json!("viewer"), json!("user")));
}
