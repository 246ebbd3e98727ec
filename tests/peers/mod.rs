//! Defects that other mock providers have or had, each with the test that shows that this one does not have it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which clippy does not recognise as such"
)]

mod keys;
mod responses;
mod tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mock_idp::config::IdpConfig;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::wire::{Answer, Wire};

/// Who has or had it, what it is, and where it is shown that it is not here.
struct Defect {
    peer: &'static str,
    what: &'static str,
    shown_by: &'static str,
}

const fn defect(peer: &'static str, what: &'static str, shown_by: &'static str) -> Defect {
    Defect { peer, what, shown_by }
}

const DEFECTS: &[Defect] = &[
    defect(
        "navikt",
        "the PKCE check passes when the verifier is left out",
        "peers::tokens::a_verifier_that_is_left_out_fails_the_check",
    ),
    defect(
        "navikt",
        "an unknown refresh token still yields tokens",
        "peers::tokens::a_refresh_token_that_nobody_issued_yields_nothing",
    ),
    defect(
        "navikt",
        "error bodies are lower-cased whole",
        "peers::responses::an_error_keeps_every_letter_as_it_was",
    ),
    defect(
        "navikt",
        "errors that belong to the redirect URI are answered with 400",
        "peers::responses::once_the_redirect_uri_is_trusted_every_error_goes_there",
    ),
    defect(
        "navikt",
        "form_post fails without state",
        "peers::responses::each_mode_answers_with_and_without_state",
    ),
    defect("navikt", "a page fetches a web font", "peers::responses::a_page_loads_with_the_network_cut"),
    defect(
        "axa",
        "a PKCE failure answers 400 and carries on",
        "peers::tokens::a_failed_check_is_the_last_thing_that_happens",
    ),
    defect(
        "axa",
        "the code of a reply is never checked",
        "peers::tokens::a_code_is_bound_to_its_client_its_redirect_uri_and_one_use",
    ),
    defect(
        "mockoidc",
        "expires_in is counted in nanoseconds",
        "peers::tokens::expires_in_is_a_whole_number_of_seconds",
    ),
    defect(
        "mockoidc",
        "an ID token comes only if openid is the first scope",
        "peers::tokens::the_order_of_scopes_does_not_matter",
    ),
    defect("mockoidc", "UserInfo lacks sub", "peers::tokens::userinfo_names_the_subject_of_the_id_token"),
    defect(
        "mockoidc",
        "the session store is written by two requests at once",
        "races::a_hundred_sign_ins_side_by_side_do_not_mix",
    ),
    defect(
        "mockoidc",
        "the method that starts it with TLS never speaks TLS",
        "tls::every_endpoint_in_discovery_is_https",
    ),
    defect(
        "geigerzaehler",
        "the private key was in the JWK set",
        "peers::keys::no_private_member_is_ever_published",
    ),
    defect(
        "oauth2-test-server",
        "state is in the token reply",
        "peers::responses::a_token_reply_has_the_standards_members_and_no_other",
    ),
    defect(
        "oauth2-test-server",
        "errors are sent to an error page of its own",
        "peers::responses::once_the_redirect_uri_is_trusted_every_error_goes_there",
    ),
    defect(
        "oauth2-test-server",
        "the URL with a fragment is malformed",
        "peers::responses::a_fragment_is_appended_to_the_redirect_uri_as_it_is",
    ),
    defect(
        "oauth2-test-server",
        "the method that rotates keys panics",
        "peers::keys::keys_rotate_when_they_are_told_to",
    ),
    defect("oauth2-test-server", "a public stub ships", "peers::keys::nothing_public_is_a_stub"),
    defect(
        "oauth-mock",
        "a member of a JWK is called `use_`",
        "peers::keys::other_libraries_read_the_keys_and_verify_with_them",
    ),
    defect(
        "oauth-mock",
        "the path of the issuer is not routed",
        "peers::responses::the_issuer_of_a_discovery_document_leads_back_to_it",
    ),
    defect(
        "Loki",
        "what the log says was done to a response is not done to it",
        "peers::responses::what_the_journal_says_is_what_was_on_the_wire",
    ),
];

/// The tests of a file, as its text has them: an attribute that makes a test, and the function that follows.
fn tests_of(file: &Path, module: &str) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let mut found = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        let function = line.strip_prefix("async fn ").or(line.strip_prefix("fn "));
        match function {
            Some(function) if is_test => {
                let name = function.split('(').next().unwrap();
                found.push(format!("{module}::{name}"));
                is_test = false;
            }
            Some(_) | None => {
                is_test |= ["#[test]", "#[rstest]", "#[tokio::test"].iter().any(|it| line.starts_with(it));
            }
        }
    }
    found
}

#[test]
fn every_defect_has_its_test_and_every_test_its_defect() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut own = Vec::new();
    for room in ["keys", "responses", "tokens"] {
        own.extend(tests_of(&tests.join(format!("peers/{room}.rs")), &format!("peers::{room}")));
    }
    let mut known: BTreeSet<String> = own.iter().cloned().collect();
    for elsewhere in ["races", "tls"] {
        known.extend(tests_of(&tests.join(format!("{elsewhere}.rs")), elsewhere));
    }

    let shown: BTreeSet<&str> = DEFECTS.iter().map(|defect| defect.shown_by).collect();
    for Defect { peer, what, shown_by } in DEFECTS {
        assert!(known.contains(*shown_by), "{peer}: {what}: there is no test `{shown_by}`");
    }
    let unnamed: Vec<_> = own.iter().filter(|test| !shown.contains(test.as_str())).collect();
    assert_eq!(unnamed, Vec::<&String>::new(), "tests that belong to no defect");
}

const REDIRECT_URI: &str = "https://app.example/cb?tenant=a";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";
/// The S256 of [`VERIFIER`].
const CHALLENGE: &str = "mg3QoZgnRJxQy_jYdfW7D8wJkoziCuM8Yhos7PwVvsI";

/// A provider with a confidential client, a public one and a stranger to both.
fn provider() -> Wire {
    let config: IdpConfig = serde_json::from_value(json!({
        "issuer": "/acme",
        "seed": 42,
        "clients": {
            "app": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" },
            "spa": { "public": true, "pkce": "optional", "redirect_uris": [REDIRECT_URI], "refresh_tokens": "always" },
            "other": { "secret": "s3cret", "redirect_uris": [REDIRECT_URI, "https://app.example/other"] },
        },
        "users": { "ada": { "sub": "u-1", "claims": { "name": "Ada" } }, "ben": { "sub": "u-2" } },
    }))
    .unwrap();
    Wire::of(config)
}

/// These fields, except where later ones of the same name replace them. An empty value takes a field away.
fn form(fields: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let kept = fields.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let all = kept.chain(changes).filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish()
}

/// The answer to a request of `app` to sign ada in.
async fn authorize(wire: &mut Wire, changes: &[(&str, &str)]) -> Answer {
    let usual = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "st"),
        ("nonce", "n"),
        ("login_hint", "ada"),
    ];
    wire.fetch(&format!("/acme/authorize?{}", form(&usual, changes))).await
}

/// What the answer brings back to the client, whether in the query, in the fragment or in a form.
fn brought_back(answer: &Answer) -> Vec<(String, String)> {
    let location = answer.header(http::header::LOCATION);
    if location.is_empty() {
        let inputs = answer.body.split("<input type=\"hidden\" name=\"").skip(1);
        let pairs = inputs.filter_map(|input| {
            let (name, rest) = input.split_once("\" value=\"")?;
            let value = rest.split_once('"')?.0;
            Some((name.to_owned(), value.replace("&#x2f;", "/")))
        });
        return pairs.collect();
    }
    let added = location.strip_prefix(REDIRECT_URI).unwrap_or_default();
    let parameters = added.get(1..).unwrap_or_default();
    form_urlencoded::parse(parameters.as_bytes()).into_owned().collect()
}

fn value_of(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone())
}

async fn code(wire: &mut Wire, changes: &[(&str, &str)]) -> String {
    let answer = authorize(wire, changes).await;
    value_of(&brought_back(&answer), "code").unwrap()
}

/// The answer of the token endpoint to a request of `app`.
async fn token(wire: &mut Wire, fields: &[(&str, &str)], changes: &[(&str, &str)]) -> (u16, Value) {
    let credentials = [("client_id", "app"), ("client_secret", "s3cret")];
    let fields: Vec<_> = credentials.iter().chain(fields).copied().collect();
    let answer = wire.post("/acme/token", "", &form(&fields, changes)).await;
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap())
}

async fn redeem(wire: &mut Wire, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT_URI)];
    token(wire, &fields, changes).await
}

/// Asserts a refusal of the token endpoint that carries nothing else.
fn assert_refused((status, body): &(u16, Value), error: &str) {
    assert_eq!((*status, body["error"].as_str()), (400, Some(error)), "{body}");
    let members: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(members, ["error", "error_description"]);
}
