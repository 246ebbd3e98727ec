//! What a product says of settings that it takes and that do nothing, put on record word by word.

use std::fmt::Write as _;

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::super::testing::configured;
use super::named;

fn billrun() -> Value {
    json!([
        {"protocols": ["cas"], "oidc": [{"name": "a"}]}, {"oidc": [{"name": "a"}]}, {"protocols": ["cas"]},
        {"auth": {"protocols": ["cas"], "oidc": [{"name": "a"}]}}, {"auth": {"oidc": [{"name": "a"}]}}, {"oidc": []},
        {"protocols": ["cas", "oidc"], "oidc": [
            {"name": "a", "roles_path": "a..b"}, {"name": "b", "roles_path": "a.b."}, {"name": "c", "roles_path": "."},
            {"name": "d", "roles_path": "a.b"}, {"name": "e", "roles_path": ""}, {"name": "f"},
        ]},
    ])
}

fn gorules() -> Value {
    json!([
        {"SSO_OAUTH2_GROUPS_MAPPING": "a->admin, ops=member"}, {"env": {"SSO_OAUTH2_GROUPS_MAPPING": "a->owner,->admin,,"}},
        {"SSO_OAUTH2_GROUPS_MAPPING": "a->b->admin , c->member"}, {"SSO_OAUTH2_GROUPS_MAPPING": ""}, {},
        "A=b\nSSO_OAUTH2_GROUPS_MAPPING=ops=>admin", {"env": "SSO_OAUTH2_GROUPS_MAPPING=ops=>admin"},
    ])
}

#[rstest]
#[case::billrun("billrun", billrun(), &[])]
#[case::billrun_with_hidden_buttons("billrun", billrun(), &[("BR-Q2", "hide")])]
#[case::gorules("gorules", gorules(), &[])]
fn what_does_nothing_is_said_in_the_words_that_are_on_record(
    #[context] context: Context,
    #[case] product: &str,
    #[case] vendors: Value,
    #[case] readings: &[(&str, &str)],
) {
    let mut record = String::new();
    for vendor in vendors.as_array().unwrap() {
        writeln!(record, "{vendor}").unwrap();
        for doubt in configured(named(product).unwrap(), vendor, readings).doubts() {
            let help = doubt.about.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            writeln!(record, "  {} {}{help}", doubt.code, doubt.about).unwrap();
            writeln!(record, "    {:?}: {}; {}", doubt.part, doubt.label, doubt.because).unwrap();
        }
    }
    insta::with_settings!({snapshot_suffix => context.description.unwrap(), omit_expression => true}, {
        insta::assert_snapshot!("doubts", record);
    });
}
