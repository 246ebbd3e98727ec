use std::path::Path;
use std::process::ExitCode;

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Io, NOT_UNDERSTOOD, SUCCESS, USAGE, run};
use crate::config::{IdpConfig, KeyOrigin};
use crate::protocol::Timestamp;
use crate::source::Style;
use crate::{MockIdp, StartError};

const NOW: Timestamp = Timestamp(1_930_377_600);

/// Runs a command over buffers: its exit code, standard output and standard error.
fn command(arguments: &[&str]) -> (ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io =
        Io { input: &mut b"".as_slice(), out: &mut out, err: &mut err, style: Style::Plain, now: NOW };
    let code = run(["mock-idp", "keys"].iter().chain(arguments).copied(), &mut io);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn said(arguments: &[&str]) -> String {
    let (code, out, err) = command(arguments);
    assert_eq!((code, err.as_str()), (ExitCode::from(SUCCESS), ""));
    out
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A configuration beside a key file, as the command says to write it.
fn configured(folder: &Path, told: &str) -> String {
    let settings = told.split('`').find(|part| part.starts_with("signing:")).unwrap();
    let file = folder.join("idp.yaml");
    std::fs::write(&file, format!("{settings}\n")).unwrap();
    file.display().to_string()
}

#[rstest]
fn a_generated_key_is_what_a_configuration_signs_with(
    #[values("RS256", "PS384", "ES256", "ES384", "EdDSA")] alg: &str,
    #[values("keys.json", "key.pem")] name: &str,
    // a thumbprint may begin with a hyphen as well
    #[values(None, Some("next"), Some("-next"))] kid: Option<&str>,
) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(name);
    let out = file.display().to_string();
    let mut arguments = vec!["generate", "--alg", alg, "--out", &out];
    arguments.extend(kid.into_iter().flat_map(|kid| ["--kid", kid]));
    let (code, nothing, told) = command(&arguments);
    assert_eq!((code, nothing.as_str()), (ExitCode::from(SUCCESS), ""));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("a test key, made by mock-idp"), "{text}");

    let config = configured(folder.path(), &told);
    let listed = said(&["list", "--config", &config]);
    let words: Vec<_> = listed.split_whitespace().collect();
    let [listed_kid, listed_alg, thumbprint] = words[..] else { panic!("{listed}") };
    assert_eq!((listed_alg, listed_kid), (alg, kid.unwrap_or(thumbprint)));

    let exported = json(&said(&["export", "--config", &config, "--kid", listed_kid, "--private"]));
    if name == "keys.json" {
        assert_eq!(exported, json(&text), "what was generated is what signs");
    }
    let public = json(&said(&["export", "--config", &config, "--kid", listed_kid]));
    for member in ["kid", "n", "x", "y"] {
        assert_eq!(public["keys"][0].get(member), exported["keys"][0].get(member), "{member}");
    }
    assert_eq!(public["keys"][0].get("d"), None);
}

#[cfg(unix)]
#[test]
fn a_private_key_is_for_nobody_else_and_replaces_no_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys.json");
    let out = file.display().to_string();
    command(&["generate", "--alg", "EdDSA", "--out", &out]);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read_to_string(&file).unwrap();

    let (code, _, err) = command(&["generate", "--alg", "EdDSA", "--out", &out]);
    assert_ne!(code, ExitCode::from(SUCCESS));
    assert!(err.contains("exists"), "{err}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn without_a_file_the_key_is_on_standard_output() {
    let key = json(&said(&["generate", "--alg", "ES256", "--kid", "k"]));
    assert_eq!((&key["keys"][0]["kid"], &key["keys"][0]["crv"]), (&"k".into(), &"P-256".into()));
    assert!(said(&["generate", "--alg", "ES256", "--format", "pem"]).contains("-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn an_unknown_algorithm_is_answered_with_those_there_are() {
    let (code, _, err) = command(&["generate", "--alg", "ES25"]);
    assert_eq!(code, ExitCode::from(USAGE));
    assert!(
        err.contains("`ES25` is not a signing algorithm this provider has; there are RS256, RS384,"),
        "{err}"
    );
}

#[test]
fn hmac_has_no_key_to_generate() {
    let (code, _, err) = command(&["generate", "--alg", "HS256"]);
    assert_eq!(code, ExitCode::from(USAGE));
    assert!(err.starts_with("error: HS256 has no key of the provider"), "{err}");
}

#[test]
fn the_usual_key_is_listed_and_exported_as_it_is_published() {
    assert!(said(&["list"]).starts_with("rs256-key  RS256  "));
    let published = MockIdp::builder().in_process().unwrap().1.default_provider().published_keys();
    assert_eq!(json(&said(&["export", "--public"])), published);
    let pem = said(&["export", "--format", "pem"]);
    assert!(
        pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----END PUBLIC KEY-----\n"),
        "{pem}"
    );
}

#[test]
fn an_unknown_key_id_is_told_with_the_known_ones() {
    let (code, _, err) = command(&["export", "--kid", "rs257-key"]);
    assert_eq!(code, ExitCode::from(USAGE));
    assert_eq!(err, "error: there is no key `rs257-key`\n  help: the keys are: rs256-key\n");
}

#[rstest]
#[case::no_such_key("signing: {alg: ES256, from: {file: keys.json}}", "there is no private key for ES256")]
#[case::no_such_file("signing: {alg: EdDSA, from: {file: kyes.json}}", "cannot read the key file")]
fn a_key_file_that_does_not_serve_is_told(#[case] settings: &str, #[case] reason: &str) {
    let folder = TempDir::new().unwrap();
    command(&["generate", "--alg", "EdDSA", "--out", &folder.path().join("keys.json").display().to_string()]);
    let config = folder.path().join("idp.yaml");
    std::fs::write(&config, settings).unwrap();
    let (code, _, err) = command(&["list", "--config", &config.display().to_string()]);
    assert_eq!(code, ExitCode::from(NOT_UNDERSTOOD));
    assert!(err.contains(reason), "{err}");
}

#[test]
fn the_library_reads_key_files_too() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys.json").display().to_string();
    command(&["generate", "--alg", "EdDSA", "--kid", "mine", "--out", &file]);
    let config = |file: &str| {
        let mut config: IdpConfig =
            serde_json::from_value(serde_json::json!({ "signing": { "alg": "EdDSA" } })).unwrap();
        config.signing.0[0].from = KeyOrigin::File(file.to_owned());
        config
    };
    let (_, idp) = MockIdp::builder().config(config(&file)).in_process().unwrap();
    assert_eq!(idp.default_provider().published_keys()["keys"][0]["kid"], "mine");

    let missing = MockIdp::builder().config(config("/nowhere/keys.json")).in_process();
    assert!(matches!(missing, Err(StartError::KeyFile(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_runs_signs_with_new_keys() {
    let idp = MockIdp::builder().control(([127, 0, 0, 1], 0).into()).start().await.unwrap();
    let control = idp.control_url().unwrap().to_owned();
    let rotate = move |more: &'static [&'static str]| {
        let control = control.clone();
        tokio::task::spawn_blocking(move || command(&[&["rotate", "--control", &control], more].concat()))
    };
    let (code, out, err) = rotate(&["--keep-old", "10m"]).await.unwrap();
    assert_eq!((code, err.as_str()), (ExitCode::from(SUCCESS), ""));
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines[0], "rs256-key-2  RS256  signs");
    assert!(lines[1].starts_with("rs256-key  RS256  published until "), "{out}");

    rotate(&["--issuer", "/acme"]).await.unwrap();
    assert_eq!(idp.provider("/acme").key_states()[0].kid, "rs256-key-2");
    assert_eq!(idp.default_provider().key_states()[0].kid, "rs256-key-2", "only the one that was named");

    let (code, _, err) = rotate(&["--keep-old", "ten minutes"]).await.unwrap();
    assert_eq!(code, ExitCode::from(USAGE), "{err}");
}
