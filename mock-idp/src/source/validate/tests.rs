use rstest::{Context, rstest};
use serde_json::json;

use super::*;
use crate::source::{Sources, Style, parse, render};

fn schema() -> Schema {
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "issuer": { "type": "string" },
            "alg": { "$ref": "#/$defs/Algorithm" },
            "lifetime": { "type": "string", "format": "short-duration", "pattern": "^[0-9]+(ms|s|m|h|d)$" },
            "callback": { "type": "string", "format": "url" },
            "since": { "type": "string", "format": "date-time" },
            "only": { "type": "boolean" },
            "steps": { "type": "array", "items": { "$ref": "#/$defs/Step" } },
            "clients": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Client" } },
            "users": { "type": "object", "additionalProperties": { "$ref": "#/$defs/User" } },
            "signing": { "anyOf": [
                { "$ref": "#/$defs/Key" },
                { "type": "array", "items": { "$ref": "#/$defs/Key" } },
                { "type": "null" },
            ]},
        },
        "$defs": {
            "Algorithm": { "x-noun": "signing algorithm", "enum": ["RS256", "RS384", "ES256", "none"] },
            "Client": {
                "type": "object",
                "x-noun": "client setting",
                "additionalProperties": false,
                "required": ["redirect_uris"],
                "properties": {
                    "secret": { "type": ["string", "null"] },
                    "redirect_uris": { "type": "array", "minItems": 1, "items": { "type": "string" } },
                },
            },
            "User": {
                "type": "object",
                "properties": { "sub": { "type": "string", "x-help": "OIDC defines `sub` as a string" } },
            },
            "Key": {
                "type": "object",
                "additionalProperties": false,
                "properties": { "alg": { "$ref": "#/$defs/Algorithm" }, "kid": { "type": "string" } },
            },
            "Flow": { "oneOf": [{ "const": "code" }, { "const": "implicit" }] },
            "Step": { "oneOf": [
                {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["kind", "user"],
                    "properties": { "kind": { "const": "login" }, "user": { "type": "string" } },
                },
                {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["kind", "flow"],
                    "properties": { "kind": { "const": "flow" }, "flow": { "$ref": "#/$defs/Flow" } },
                },
            ]},
        },
    });
    Schema::new(schema).unwrap()
}

fn complaints(text: &str) -> String {
    let mut sources = Sources::new();
    let node = parse(&mut sources, "idp.yaml", text).unwrap();
    render(&schema().check(&node), &sources, Style::Plain)
}

#[rstest]
#[case::unknown_key("clients:\n  app: {redirect_uri: [], redirect_uris: [a]}\n")]
#[case::near_key("clients:\n  app:\n    redirect-uri: [a]\n    redirect_uris: [b]\n    secrt: x\n")]
#[case::a_longer_key(
    "clients:\n  app: {redirect_uris: [a], client_secret: x, token_endpoint_auth_method: y}\n"
)]
#[case::missing_key("clients:\n  app: {secret: x}\n")]
#[case::integer_for_string("users:\n  ben:\n    sub: 2002\n")]
#[case::text_for_bool("only: yes\n")]
#[case::text_for_list("clients: {app: {redirect_uris: https://app.test/}}\n")]
#[case::list_for_map("clients: [a, b]\n")]
#[case::empty_list("clients: {app: {redirect_uris: []}}\n")]
#[case::not_in_list("alg: RS265\n")]
#[case::durations("lifetime: 10 minutes\n")]
#[case::hopeless_duration("lifetime: soon\n")]
#[case::url("callback: app.test/callback\n")]
#[case::time("since: yesterday\n")]
#[case::map_form_of_several("signing: {alg: RS265}\n")]
#[case::list_form_of_several("signing:\n  - {alg: RS256}\n  - {kid: 7}\n")]
#[case::no_form_of_several("signing: RS256\n")]
#[case::form_chosen_by_its_word("steps:\n  - {kind: login, usr: ben}\n")]
#[case::constants_as_a_closed_list("steps:\n  - {kind: flow, flow: implict}\n")]
#[case::root("- 1\n")]
fn a_mistake_is_explained(#[context] ctx: Context, #[case] text: &str) {
    let complaints = complaints(text);
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), description => text, omit_expression => true }, {
        insta::assert_snapshot!(complaints);
    });
}

#[test]
fn a_good_file_has_nothing_to_explain() {
    let text =
        "alg: RS256\nlifetime: 5m\nonly: true\nsigning: {alg: ES256}\nclients: {a: {redirect_uris: [x]}}\n";
    assert_eq!(complaints(text), "");
}

#[test]
fn all_mistakes_come_in_the_order_of_the_file() {
    let mut sources = Sources::new();
    let text = "only: yes\nalg: RS1\nfoo: 1\nlifetime: 5\nusers: {ben: {sub: 1}}\n";
    let node = parse(&mut sources, "idp.yaml", text).unwrap();
    let codes: Vec<String> = schema().check(&node).iter().map(|d| d.code.to_string()).collect();
    assert_eq!(codes, ["E0203", "E0301", "E0201", "E0202", "E0202"]);
}

#[test]
fn a_part_of_a_document_is_called_by_its_place() {
    let mut sources = Sources::new();
    let node = parse(&mut sources, "idp.yaml", "fuu: 1\n").unwrap();
    assert_eq!(schema().check_under("/idp", &node)[0].title, "unknown key `fuu` in `idp`");
}
