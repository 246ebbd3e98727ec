use std::process::ExitCode;

use rstest::{Context, rstest};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::{Io, NOT_UNDERSTOOD, SUCCESS, USAGE, run};
use crate::protocol::Timestamp;
use crate::protocol::keys::jws;
use crate::source::Style;

const NOW: Timestamp = Timestamp(1_930_377_600);

/// Runs a command over buffers: its exit code, standard output and standard error.
fn command(arguments: &[&str], input: &str) -> (ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io =
        Io { input: &mut input.as_bytes(), out: &mut out, err: &mut err, style: Style::Plain, now: NOW };
    let code = run(["mock-idp"].iter().chain(arguments).copied(), &mut io);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn mint(arguments: &[&str]) -> jws::Decoded {
    let (code, out, err) = command(&[&["token"], arguments].concat(), "");
    assert_eq!((code, err.as_str()), (ExitCode::from(SUCCESS), ""));
    jws::decode(out.strip_suffix('\n').unwrap()).unwrap()
}

#[rstest]
#[case::default(&[])]
#[case::rs384(&["--alg", "RS384"])]
#[case::ps256(&["--alg", "PS256"])]
#[case::es256(&["--alg", "ES256"])]
#[case::es384(&["--alg", "ES384"])]
#[case::eddsa(&["--alg", "EdDSA"])]
#[case::hs256(&["--alg", "HS256", "--secret", "s3cr3t"])]
#[case::changed_claim(&["--claim", "groups=[\"ops\"]"])]
#[case::access_token(&["--kind", "access", "--audience", "app"])]
#[case::changed_access_token_by_another_algorithm(&["--kind", "access", "--alg", "ES256", "--claim", "x=1", "--audience", "app"])]
fn what_is_minted_holds_when_inspected(#[case] arguments: &[&str]) {
    let folder = TempDir::new().unwrap();
    let jwks = folder.path().join("jwks.json").display().to_string();
    let minted = [&["token", "--jwks-out", &jwks, "--client", "app"], arguments].concat();
    let (code, token, err) = command(&minted, "");
    assert_eq!((code, err.as_str()), (ExitCode::from(SUCCESS), ""));
    let expectations = [
        "inspect",
        "-",
        "--jwks",
        &jwks,
        "--audience",
        "app",
        "--issuer",
        "http://127.0.0.1:9400",
        "--secret",
        "s3cr3t",
    ];
    let (code, report, _) = command(&expectations, &token);
    assert!(report.ends_with("verdict: valid\n"), "{report}");
    assert_eq!(code, ExitCode::from(SUCCESS));
}

#[test]
fn flags_and_files_decide_what_the_token_says() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("claims.json");
    std::fs::write(&file, r#"{"groups": ["file"], "level": 3, "iss": "https://elsewhere.test"}"#).unwrap();
    let token = mint(&[
        "--user",
        "ben",
        "--audience",
        "web",
        "--nonce",
        "n-1",
        "--expires",
        "5m",
        "--claim",
        "groups=[\"flag\"]",
        "--claims",
        &file.display().to_string(),
    ]);
    let said = |claim: &str| token.claims[claim].clone();
    assert_eq!((said("sub"), said("aud"), said("nonce")), (json!("u-1002"), json!("web"), json!("n-1")));
    assert_eq!((said("iat"), said("exp")), (json!(NOW.0), json!(NOW.0 + 300)));
    assert_eq!((said("groups"), said("level")), (json!(["flag"]), json!(3)));
    assert_eq!(said("iss"), "https://elsewhere.test");
}

#[test]
fn several_audiences_name_the_client_as_authorized_party() {
    let token = mint(&["--audience", "web", "--audience", "api"]);
    assert_eq!((&token.claims["aud"], &token.claims["azp"]), (&json!(["web", "api"]), &json!("web")));
}

#[test]
fn a_seed_makes_tokens_repeatable() {
    let arguments = ["token", "--seed", "7", "--alg", "EdDSA", "--clock", "2031-03-04T08:00:00Z"];
    let other = ["token", "--seed", "8", "--alg", "EdDSA", "--clock", "2031-03-04T08:00:00Z"];
    assert_eq!(command(&arguments, "").1, command(&arguments, "").1);
    assert_ne!(command(&arguments, "").1, command(&other, "").1);
}

#[test]
fn a_stranger_is_remarked_on_beside_the_token() {
    let (code, token, err) = command(&["token", "--user", "bne"], "");
    assert_eq!(code, ExitCode::from(SUCCESS));
    assert_eq!(err, "note: no user is called `bne`, so this is about a stranger; did you mean `ben`?\n");
    assert_eq!(jws::decode(token.trim()).unwrap().claims["sub"], "bne");
}

#[rstest]
#[case::algorithm(&["--alg", "RS265"], USAGE, "invalid value 'RS265' for '--alg <ALG>'")]
#[case::claim(&["--claim", "groups"], USAGE, "a claim is written NAME=VALUE")]
#[case::duration(&["--expires", "5 minutes"], USAGE, "`5 minutes` is not a duration")]
#[case::no_secret(&["--alg", "HS256"], NOT_UNDERSTOOD, "error: `app` is registered for HS256 and has no secret\n")]
#[case::no_such_file(&["--config", "no-such.yaml"], NOT_UNDERSTOOD, "error: cannot read `no-such.yaml`: ")]
#[case::no_such_claims(&["--claims", "no-such.json"], NOT_UNDERSTOOD, "error: cannot read `no-such.json`: ")]
#[case::clock(&["--clock", "tomorrow"], NOT_UNDERSTOOD, " --> --clock:1:1\n")]
fn a_mistake_is_named(#[case] arguments: &[&str], #[case] code: u8, #[case] said: &str) {
    let (exit, out, err) = command(&[&["token"], arguments].concat(), "");
    assert_eq!((exit, out.as_str()), (ExitCode::from(code), ""));
    assert!(err.contains(said), "{err}");
}

#[test]
fn a_strict_configuration_refuses_unknown_clients_and_shows_its_own_mistakes() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("idp.yaml");
    let path = file.display().to_string();
    std::fs::write(&file, "idp: {clients: {web: {secret: s, redirect_uris: [https://web.test/]}}}\n")
        .unwrap();
    let (code, _, err) = command(&["token", "--config", &path, "--client", "app"], "");
    assert_eq!(code, ExitCode::from(NOT_UNDERSTOOD));
    assert!(err.starts_with("error: there is no client `app`\n"), "{err}");
    std::fs::write(&file, "idp: {user: {}, clients: {web: {sekret: s}}}\n").unwrap();
    let (code, _, err) = command(&["token", "--config", &path], "");
    assert_eq!(code, ExitCode::from(NOT_UNDERSTOOD));
    assert!(err.contains("error[E0201]: unknown key `user` in `idp`"), "{err}");
    assert!(err.ends_with("2 errors, 0 warnings\n"), "{err}");
}

#[test]
fn key_files_are_read_beside_the_file_that_names_them() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("idp.yaml");
    std::fs::write(&file, "signing: {alg: ES256, kid: mine, from: {file: key.pem}}\n").unwrap();
    let path = file.display().to_string();
    let (code, _, err) = command(&["token", "--config", &path], "");
    assert_eq!(code, ExitCode::from(NOT_UNDERSTOOD));
    assert!(err.starts_with("error[E0103]: cannot read the key file `"), "{err}");
    let pem = include_str!("../../../../fixtures/keys/p256-1.pem");
    std::fs::write(folder.path().join("key.pem"), pem).unwrap();
    assert_eq!(mint(&["--config", &path]).header.get("kid"), Some(&Value::from("mine")));
}

#[test]
fn a_token_can_be_minted_with_a_fault() {
    let minted = mint(&["--audience", "app", "--fault", "id_token.exp=past"]);
    assert_eq!(minted.claims["exp"], json!(NOW.plus(-3_600).as_secs()));
    let minted =
        mint(&["--audience", "app", "--claim", "iss=https://evil.test", "--fault", "id_token.aud=missing"]);
    assert_eq!((&minted.claims["iss"], minted.claims.get("aud")), (&json!("https://evil.test"), None));
}

#[rstest]
#[case::misspelt("id_token.nonse=wrong", "did you mean `id_token.nonce`?")]
#[case::value("id_token.aud=gone", "fault `id_token.aud` has no value `gone`")]
fn a_mistaken_fault_is_met_with_help(#[case] fault: &str, #[case] expected: &str) {
    let (code, _, err) = command(&["token", "--fault", fault], "");
    assert_eq!(code, ExitCode::from(USAGE));
    assert!(err.contains(expected), "{err}");
}

#[rstest]
#[case::one_name("id_token.azp")]
#[case::a_target("jwks")]
fn faults_are_listed(#[context] test: Context, #[case] name: &str) {
    let (code, out, err) = command(&["faults", name], "");
    assert_eq!((code, err.as_str()), (ExitCode::from(SUCCESS), ""));
    insta::with_settings!({ snapshot_suffix => test.description.unwrap_or_default() }, {
        insta::assert_snapshot!(out);
    });
}

#[test]
fn a_fault_that_there_is_not_is_met_with_the_nearest() {
    let (code, _, err) = command(&["faults", "id_tokn"], "");
    assert_eq!(code, ExitCode::from(USAGE));
    assert!(err.contains("did you mean `id_token`?"), "{err}");
}
