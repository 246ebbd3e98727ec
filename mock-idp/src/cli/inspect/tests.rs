use rstest::{Context, rstest};
use serde_json::{Map, Value, json};

use super::super::{FAILED, NOT_UNDERSTOOD, SUCCESS, run};
use super::*;
use crate::protocol::issue::hash::left_half;
use crate::protocol::keys::jwe::{ContentEncryption, Encryption, KeyManagement, NESTED, Recipient};
use crate::protocol::keys::jws::{Signer, sign};
use crate::protocol::keys::{Algorithm, KeyPlan, KeySet};
use crate::source::Style;

const NOW: Timestamp = Timestamp(1_930_377_600);

/// Runs the command over buffers: its exit code, standard output and standard error.
fn inspect(arguments: &[&str], input: &str) -> (std::process::ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io =
        Io { input: &mut input.as_bytes(), out: &mut out, err: &mut err, style: Style::Plain, now: NOW };
    let code = run(["mock-idp", "inspect"].iter().chain(arguments).copied(), &mut io);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn keys() -> KeySet {
    KeySet::new(vec![KeyPlan::fixed(Algorithm::EdDsa)], || [0; 32]).unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn good() -> Value {
    json!({
        "iss": "https://idp.test/acme", "sub": "u-1001", "aud": "app", "exp": NOW.0 + 300, "iat": NOW.0,
        "nonce": "n-1", "groups": ["ops"],
    })
}

/// A token with some claims changed; null takes a claim away.
fn token(typ: &str, changes: Value) -> String {
    let mut claims = object(good());
    for (name, value) in object(changes) {
        if value.is_null() { drop(claims.shift_remove(&name)) } else { drop(claims.insert(name, value)) }
    }
    let signer = Signer::Key(keys().signing(None).unwrap().clone());
    sign(&signer.header(typ), &claims, &signer).unwrap()
}

/// Arguments under which [`good`] is valid, with the keys in a file.
fn everything_expected(file: &tempfile::NamedTempFile) -> Vec<String> {
    std::fs::write(file.path(), keys().published(NOW).to_string()).unwrap();
    let path = file.path().display().to_string();
    let flags = ["--issuer", "https://idp.test/acme", "--audience", "app", "--nonce", "n-1", "--jwks"];
    flags.into_iter().map(str::to_owned).chain([path]).collect()
}

#[rstest]
#[case::valid("JWT", json!({}), SUCCESS)]
#[case::access_token("at+jwt", json!({"aud": "app", "client_id": "app", "nonce": null}), SUCCESS)]
#[case::expired("JWT", json!({"exp": NOW.0 - 3_900}), FAILED)]
#[case::expires_now("JWT", json!({"exp": NOW.0}), FAILED)]
#[case::from_the_future("JWT", json!({"iat": NOW.0 + 60, "nbf": NOW.0 + 60}), FAILED)]
#[case::issuer_with_a_slash("JWT", json!({"iss": "https://idp.test/acme/"}), FAILED)]
#[case::other_issuer("JWT", json!({"iss": "https://idp.test/other"}), FAILED)]
#[case::several_audiences_without_azp("JWT", json!({"aud": ["app", "api"]}), FAILED)]
#[case::another_authorized_party("JWT", json!({"aud": ["app", "api"], "azp": "api"}), FAILED)]
#[case::another_nonce("JWT", json!({"nonce": "n-2"}), FAILED)]
#[case::numeric_subject("JWT", json!({"sub": 2002}), FAILED)]
#[case::nothing_required("JWT", json!({"iss": null, "sub": null, "aud": null, "exp": null, "iat": null}), FAILED)]
#[case::exp_as_text("JWT", json!({"exp": "soon"}), FAILED)]
#[case::fractional_seconds("JWT", json!({"exp": 1_930_377_900.5}), SUCCESS)]
fn each_check_says_why(#[context] ctx: Context, #[case] typ: &str, #[case] changes: Value, #[case] code: u8) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let flags = everything_expected(&file);
    let flags: Vec<&str> = ["-"].into_iter().chain(flags.iter().map(String::as_str)).collect();
    let (exit, out, err) = inspect(&flags, &token(typ, changes));
    assert_eq!((exit, err.as_str()), (code.into(), ""));
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(out);
    });
}

#[test]
fn without_expectations_the_verdict_says_what_stayed_open() {
    let (exit, out, _) = inspect(&[&token("JWT", json!({}))], "");
    assert_eq!(exit, SUCCESS.into());
    let verdict =
        "verdict: nothing is wrong with it, but not everything was checked: iss, aud, signature, nonce\n";
    assert!(out.ends_with(verdict), "{out}");
}

#[test]
fn a_changed_payload_breaks_the_signature() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let flags = everything_expected(&file);
    let (honest, forged) = (token("JWT", json!({})), token("JWT", json!({"groups": ["admin"]})));
    let signature = honest.rsplit('.').next().unwrap();
    let (unsigned, _) = forged.rsplit_once('.').unwrap();
    let flags: Vec<&str> = ["-"].into_iter().chain(flags.iter().map(String::as_str)).collect();
    let (exit, out, _) = inspect(&flags, &format!("{unsigned}.{signature}"));
    assert_eq!(exit, FAILED.into());
    assert!(out.contains("the signature does not match the key and the content (OIDCC-3.1.3.7-6)"), "{out}");
    assert!(out.ends_with("verdict: not valid: signature\n"), "{out}");
}

#[test]
fn a_key_that_is_not_published_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let others = KeySet::new(vec![KeyPlan::fixed(Algorithm::ES256)], || [0; 32]).unwrap();
    std::fs::write(file.path(), others.published(NOW).to_string()).unwrap();
    let (_, out, _) = inspect(&["-", "--jwks", &file.path().display().to_string()], &token("JWT", json!({})));
    assert!(out.contains("the key set has no key `eddsa-key`, only `es256-key`"), "{out}");
}

#[rstest]
#[case::token_response(
    |id_token: &str| json!({"access_token": "opaque", "id_token": id_token}).to_string(), json!({}),
    "passed       at_hash    it is `"
)]
#[case::another_access_token(
    |id_token: &str| json!({"access_token": "swapped", "id_token": id_token}).to_string(), json!({}),
    "FAILED       at_hash    it is \""
)]
#[case::fragment(
    |id_token: &str| format!("https://app.test/cb#access_token=opaque&id_token={id_token}"), json!({}),
    "passed       at_hash    it is `"
)]
#[case::code_in_the_fragment(
    |id_token: &str| format!("https://app.test/cb#code=c-1&id_token={id_token}"),
    json!({"c_hash": left_half(Algorithm::EdDsa, "c-1")}),
    "passed       c_hash     it is `"
)]
#[case::token_alone(str::to_owned, json!({}), "not checked  at_hash    it is \"")]
fn what_came_along_is_compared_with_its_hash(
    #[case] pasted: fn(&str) -> String,
    #[case] more: Value,
    #[case] said: &str,
) {
    let mut claims = json!({"at_hash": left_half(Algorithm::EdDsa, "opaque")});
    claims.as_object_mut().unwrap().extend(object(more));
    let (_, out, _) = inspect(&["-"], &pasted(&token("JWT", claims)));
    assert!(out.contains(said), "{out}");
}

#[rstest]
#[case::surrounded_by_space(|token: &str| format!("\n  {token}\n"))]
#[case::broken_over_lines(|token: &str| token.replacen('.', "\n.", 1))]
#[case::bearer(|token: &str| format!("Authorization: Bearer {token}"))]
#[case::token_response(|token: &str| json!({"access_token": "opaque", "id_token": token}).to_string())]
#[case::fragment(|token: &str| format!("https://app.test/cb#state=x&id_token={token}"))]
#[case::query(|token: &str| format!("https://app.test/cb?id_token={token}&state=x"))]
fn a_token_is_found_wherever_it_was_pasted_from(#[case] pasted: fn(&str) -> String) {
    let (exit, out, err) = inspect(&["-"], &pasted(&token("JWT", json!({}))));
    assert_eq!(exit, SUCCESS.into(), "{err}");
    assert!(out.contains("  sub     \"u-1001\""), "{out}");
}

#[rstest]
#[case::nothing("", "error: there is nothing to inspect\n")]
#[case::opaque("8xLOxBtZp8", "error: this is not a JWT: a signed JWT has three parts separated by dots\n")]
#[case::encrypted(
    "a.b.c.d.e",
    "error: this is not an encrypted JWT: the header is not base64url without padding\n"
)]
#[case::no_base64("a.$.c", "error: this is not a JWT: the header is not base64url without padding\n")]
#[case::response_without_tokens("{\"error\": \"x\"}", "error: the JSON object has no token that is a JWT\n")]
fn what_is_no_token_is_not_understood(#[case] given: &str, #[case] said: &str) {
    let (exit, out, err) = inspect(&["-"], given);
    assert_eq!((exit, out.as_str()), (NOT_UNDERSTOOD.into(), ""));
    assert!(err.starts_with(said), "{err}");
    assert!(
        err.contains("  help: give a JWT, a token response as JSON, or a URL that carries tokens\n"),
        "{err}"
    );
}

#[rstest]
#[case::alone(str::to_owned)]
#[case::in_a_response(|token: &str| json!({"access_token": "opaque", "id_token": token}).to_string())]
fn of_an_encrypted_token_the_header_is_shown(
    #[context] ctx: Context,
    #[case] pasted: fn(&str) -> String,
    #[values("human", "json")] format: &str,
) {
    let jwks = keys().published(NOW);
    let encryption = Encryption { alg: KeyManagement::RsaOaep, enc: ContentEncryption::A256Gcm };
    let recipient = Recipient::among(jwks["keys"].as_array().unwrap(), encryption).unwrap();
    let encrypted = recipient.encrypt(token("JWT", json!({})).as_bytes(), Some(NESTED), [0; 32]).unwrap();
    let (exit, out, err) = inspect(&["-", "--format", format], &pasted(&encrypted.compact));
    assert_eq!((exit, err.as_str()), (SUCCESS.into(), ""));
    let suffix = format!("{}_{format}", ctx.description.unwrap());
    insta::with_settings!({ snapshot_suffix => suffix, omit_expression => true }, {
        insta::assert_snapshot!(out);
    });
}

#[test]
fn a_missing_file_is_noticed() {
    let (exit, _, err) = inspect(&["token.jwt"], "");
    assert_eq!(exit, NOT_UNDERSTOOD.into());
    assert!(err.ends_with("  help: no file is called `token.jwt` either\n"), "{err}");
}

#[test]
fn programs_get_the_checks_as_json() {
    let (_, out, _) = inspect(&["-", "--format", "json"], &token("JWT", json!({"exp": 1})));
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["tokens"][0]["holds"], false);
    let failed =
        document["tokens"][0]["checks"].as_array().unwrap().iter().find(|check| check["outcome"] == "failed");
    assert_eq!(failed.unwrap()["clause"], "OIDCC-3.1.3.7-9");
}

#[test]
fn a_key_set_over_https_needs_a_ca_that_can_be_read() {
    let arguments = ["-", "--jwks", "https://127.0.0.1:9/jwks", "--tls-ca", "no-such.pem"];
    let (exit, _, err) = inspect(&arguments, &token("JWT", json!({})));
    assert_eq!(exit, NOT_UNDERSTOOD.into());
    assert!(err.contains("cannot read `no-such.pem`"), "{err}");
}
