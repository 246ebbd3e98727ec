//! The settings, the state, and what follows from them before anybody has left for the provider.

use rstest::rstest;
use serde_json::{Value, json};

use super::{Billwerk, configured, form};
use crate::decision::{ProductKind as _, ResponseMode, ResponseType, Setup, SignOut, Start};
use crate::products::testing::verdict;

const NONE: &str = "NoExternalRoleAssignments";

fn mistakes(vendor: Value) -> Vec<(String, Option<String>)> {
    let wrong = Billwerk.configure(&Setup { vendor, ..Setup::default() }).unwrap_err();
    wrong.into_iter().map(|mistake| (mistake.path, mistake.help)).collect()
}

fn changed(key: &str, value: Value) -> Value {
    let mut vendor = form(NONE);
    vendor[key] = value;
    vendor
}

fn start(provider: Option<&str>) -> Start {
    Start { provider: provider.map(str::to_owned), ..Start::default() }
}

#[rstest]
#[case::misspelt_field(json!({"Autority": "x"}), "/Autority", "did you mean `Authority`?")]
#[case::misspelt_field_of_a_form(json!({"Open Id Connect": {"Scopes": "x"}}), "/Open Id Connect/Scopes", "did you mean `Scope`?")]
#[case::misspelt_title(json!({"Open Id Connect": {}, "Azure AD": {}}), "/Azure AD", "did you mean `azure`?")]
#[case::no_such_strategy(
    json!({"strategy": "RolesPerLegalEntity"}), "/strategy", "did you mean `RolePerLegalEntity`?"
)]
fn a_mistake_comes_with_help(#[case] vendor: Value, #[case] path: &str, #[case] help: &str) {
    assert_eq!(mistakes(vendor), [(path.to_owned(), Some(help.to_owned()))]);
}

#[rstest]
#[case::untitled(form("RolePerLegalEntity"))]
#[case::titled(json!({"Open Id Connect": form("Role per legal entity")}))]
#[case::short(json!({"oidc": {
    "authority": "https://idp.example", "login_client_id": "billwerk-login", "settings_client_id": "billwerk-settings",
    "client_secret": "s", "strategy": "RolePerLegalEntity", "active": true
}, "unlocked": true}))]
fn the_form_may_be_written(#[case] vendor: Value) {
    assert_eq!(configured(vendor, &[]).profile(), configured(form("RolePerLegalEntity"), &[]).profile());
}

#[rstest]
#[case::locked(changed("Unlocked", json!(false)))]
#[case::box_off(changed("Active", json!(false)))]
#[case::box_left_out(changed("Active", Value::Null))]
#[case::no_authority(changed("Authority", json!("")))]
#[case::no_login_client(changed("External Login Client ID", Value::Null))]
#[case::nothing_at_all(Value::Null)]
fn single_sign_on_is_not_enabled(#[case] vendor: Value) {
    let product = configured(vendor, &[]);
    for provider in [None, Some("oidc")] {
        assert_eq!(verdict(&product.admit(&start(provider)).unwrap_err()), "sso_not_enabled");
    }
    assert_eq!(product.profile().paths.start, ["/sso/oidc"]);
}

#[rstest]
#[case::nothing_named(None, Ok(0))]
#[case::oidc(Some("oidc"), Ok(0))]
#[case::azure(Some("azure"), Ok(1))]
#[case::settings_of_oidc(Some("oidc-settings"), Ok(2))]
#[case::settings_of_azure_without_a_client(Some("azure-settings"), Err("sso_not_enabled"))]
#[case::unknown(Some("okta"), Err("sso_not_enabled"))]
fn the_url_leads_to_the_provider(#[case] provider: Option<&str>, #[case] expected: Result<usize, &str>) {
    let mut azure = form(NONE);
    azure["OIDC Settings Client ID"] = Value::Null;
    let product = configured(json!({"Open Id Connect": form(NONE), "Azure Active Directory": azure}), &[]);
    let admitted = product.admit(&start(provider));
    assert_eq!(admitted.as_ref().map(|index| *index).map_err(|envelope| verdict(envelope)), expected);
}

#[test]
fn a_visitor_who_names_no_provider_goes_to_the_active_one() {
    let vendor = json!({"oidc": changed("Active", json!(false)), "azure": form(NONE)});
    assert_eq!(configured(vendor, &[]).admit(&start(None)).unwrap(), 1);
}

#[test]
fn logins_and_settings_have_clients_and_redirect_uris_of_their_own() {
    let product = configured(form(NONE), &[]);
    let shown: Vec<_> = product
        .profile()
        .providers
        .iter()
        .map(|provider| (provider.name.as_str(), provider.client_id.as_str(), provider.redirect_uri.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("oidc", "billwerk-login", "https://app.billwerk.com/sso/oidc/login"),
            ("oidc-settings", "billwerk-settings", "https://app.billwerk.com/sso/oidc/settings"),
        ]
    );
    assert_eq!(product.profile().paths.callback, ["/sso/oidc/login", "/sso/oidc/settings"]);
}

#[test]
fn one_client_may_be_read_to_serve_both() {
    let vendor = changed("OIDC Settings Client ID", Value::Null);
    let product = configured(vendor, &[("BW-Q3", "one")]);
    assert_eq!(product.admit(&start(Some("oidc-settings"))).unwrap(), 1);
    assert!(product.profile().providers.iter().all(|provider| provider.client_id == "billwerk-login"));
}

#[rstest]
#[case::id_token_token("id_token_token", ResponseType::IdTokenToken, Some(ResponseMode::FormPost))]
#[case::id_token("id_token", ResponseType::IdToken, Some(ResponseMode::FormPost))]
#[case::code_id_token("code_id_token", ResponseType::CodeIdToken, Some(ResponseMode::FormPost))]
#[case::code("code", ResponseType::Code, None)]
fn the_response_type_is_a_reading(
    #[case] choice: &str,
    #[case] response_type: ResponseType,
    #[case] mode: Option<ResponseMode>,
) {
    let product = configured(form(NONE), &[("BW-Q2", choice)]);
    let provider = &product.profile().providers[0];
    assert_eq!((provider.response_type, provider.response_mode), (response_type, mode));
    assert_eq!(provider.client_secret.is_some(), response_type.has_code());
    assert_eq!(provider.scope, "openid profile email");
    assert_eq!(product.profile().sign_out, SignOut::Local);
}

#[rstest]
#[case::unknown_role(json!({"users": [{"external_id": "a", "email": "a@b", "roles": {"LE1": ["Boss"]}}]}), "/users/0/roles/LE1/0")]
#[case::unknown_key(json!({"user": []}), "/user")]
#[case::unknown_entity(
    json!({"users": [{"external_id": "a", "email": "a@b", "roles": {"LE9": ["Admin"]}}]}), "/users/0/roles/LE9"
)]
#[case::entities_of_the_account(
    json!({"legal_entities": ["DE"], "users": [{"type": "internal", "email": "a@b", "roles": {"LE1": ["Admin"]}}]}),
    "/users/0/roles/LE1"
)]
#[case::roles_that_stand_alone(
    json!({"users": [{"external_id": "a", "email": "a@b", "roles": {"LE1": ["Admin", "Reports"]}}]}), "/users/0/roles/LE1"
)]
#[case::active_without_external_id(json!({"users": [{"email": "a@b"}]}), "/users/0/external_id")]
#[case::internal_with_external_id(
    json!({"users": [{"type": "internal", "external_id": "a", "email": "a@b"}]}), "/users/0/external_id"
)]
#[case::external_id_twice(
    json!({"users": [{"external_id": "a", "email": "a@b"}, {"external_id": "a", "email": "c@d"}]}), "/users/1/external_id"
)]
fn a_state_that_cannot_be_is_refused(#[case] state: Value, #[case] path: &str) {
    let wrong = configured(form(NONE), &[]).state(&state).unwrap_err();
    assert_eq!(wrong.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
}

#[rstest]
#[case::provider(json!({"provider": "okta"}), "/provider")]
#[case::strategy(json!({"strategy": "None"}), "/strategy")]
#[case::unknown_field(json!({"userinfo": {}}), "/userinfo")]
#[case::user_type(json!({"existing_user": {"type": "guest"}}), "/existing_user/type")]
#[case::status(json!({"existing_user": {"status": "locked"}}), "/existing_user/status")]
#[case::role(json!({"existing_user": {"roles": {"LE1": ["Boss"]}}}), "/existing_user/roles")]
#[case::claims(json!({"id_token": "eyJ"}), "/id_token")]
fn a_case_that_is_not_understood_names_the_place(#[case] given: Value, #[case] path: &str) {
    let wrong = Billwerk.example(&given).unwrap_err();
    assert_eq!(wrong.iter().map(|mistake| mistake.path.as_str()).collect::<Vec<_>>(), [path]);
}
