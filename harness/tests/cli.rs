//! The binary as a person starts it: arguments in, exit code and text out.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

mod support;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;
use support::folder;

fn harness() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).env_remove("NO_COLOR");
    command
}

#[rstest]
#[case::all_pass(&["run", "scenarios/billrun"], 0)]
#[case::unknown_flag(&["run", "--fsat"], 2)]
#[case::bad_tag_expression(&["run", "-t", "a and"], 2)]
#[case::ci_does_not_write(&["run", "--ci", "--snapshots", "update"], 2)]
#[case::no_such_reading(&["run", "--reading", "BP-Q99=x"], 2)]
#[case::no_such_choice(&["preview", "--all", "--claims", "-", "--reading", "BP-Q2=x"], 2)]
#[case::no_such_path(&["run", "nowhere"], 4)]
#[case::nothing_selected(&["run", "-k", "no such scenario"], 5)]
#[case::nothing_selected_on_purpose(&["run", "-k", "no such scenario", "--allow-empty"], 0)]
#[case::check(&["check"], 0)]
#[case::list(&["list", "--format", "json"], 0)]
#[case::schema(&["schema"], 0)]
#[case::help(&["--help"], 0)]
fn exit_codes_are_those_that_are_documented(#[case] args: &[&str], #[case] code: i32) {
    harness().args(args).assert().code(code);
}

const FAILING: &str = r"version: 1
name: this fails
include: [shared/billrun.fragment.yaml]
idp: { users: { ada: { claims: { billrun_roles: { billing: [read] } } } } }
steps:
  - id: login
    login: ada
    expect: { effective_permissions: [write] }
";

#[test]
fn a_failure_is_shown_at_its_line_with_the_rules_behind_it() {
    let folder = folder(FAILING);
    let assert = harness().current_dir(folder.path()).args(["run", "--color", "never"]).assert().code(1);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    insta::with_settings!({ filters => [(r"\[ +\d+\.\d{3}s\]", "[  0.000s]")] }, {
        insta::assert_snapshot!(said);
    });
}

#[test]
fn retries_are_looked_for_where_they_are() {
    let assert = harness().args(["run", "--retries", "2"]).assert().code(2);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.contains("help: `harness conformance --retries N` tries a case"), "{said}");
}

#[test]
fn the_help_says_which_report_is_added_to_a_file() {
    let assert = harness().args(["run", "--help"]).assert().code(0);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`github=PATH` adds the summary to what is in it"), "{said}");
}

/// What came of it is said by the exit code, also where nobody reads on.
#[rstest]
#[case::run(&["run"], 1)]
#[case::check(&["check"], 0)]
#[case::preview(&["preview", "-p", "bindplane", "--sample", "keycloak", "--require", "decision = config_error"], 1)]
#[case::list(&["list", "-k", "no such scenario"], 5)]
#[case::explain(&["explain", "--list"], 0)]
fn a_reader_who_has_seen_enough_changes_no_exit_code(#[case] args: &[&str], #[case] code: i32) {
    let folder = folder(FAILING);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_harness"));
    let status = command.current_dir(folder.path()).args(args).stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(code));
}

#[test]
fn an_invalid_file_is_code_3_and_nothing_runs() {
    let folder = folder(&FAILING.replace("login: ada", "login: adda"));
    let assert = harness().current_dir(folder.path()).args(["run"]).assert().code(3);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.contains("error[E0303]: user `adda` is not defined"), "{said}");
    assert_eq!(assert.get_output().stdout, b"");
}

#[test]
fn snapshots_are_written_on_request_and_compared_afterwards() {
    let kept = FAILING.replace("expect: { effective_permissions: [write] }", "snapshot: [decision, session]");
    let folder = folder(&kept);
    let run = |args: &[&str], code: i32| {
        harness().current_dir(folder.path()).arg("run").args(args).assert().code(code);
    };
    let snap = folder.path().join("scenarios/snapshots/x/main.login.snap");
    run(&["--ci"], 1);
    assert!(!snap.with_extension("snap.new").exists());
    run(&[], 6);
    assert!(snap.with_extension("snap.new").exists() && !snap.exists());
    run(&["--snapshots", "update"], 0);
    assert!(!snap.with_extension("snap.new").exists() && snap.exists());
    run(&["--ci"], 0);
}

#[rstest]
#[case::json_claims(r#"{"sub": "u1", "email": "a@acme.test"}"#, &["-p", "bindplane"], 0)]
#[case::a_refusal_is_a_decision("sub: u1", &["-p", "billrun"], 0)]
#[case::all_products(r#"{"sub": "u1"}"#, &["--all"], 0)]
#[case::broken_json(r#"{"sub": "#, &["-p", "billrun"], 3)]
#[case::no_jwt("abc", &["-p", "billrun"], 3)]
#[case::no_such_product("{}", &["-p", "billrum"], 2)]
#[case::no_such_reading("{}", &["-p", "billrun", "--reading", "BR-Q99=x"], 2)]
#[case::one_config_for_all("{}", &["--all", "--config", "x.yaml"], 2)]
fn a_preview_is_a_success_whatever_is_decided(
    #[case] claims: &str,
    #[case] args: &[&str],
    #[case] code: i32,
) {
    harness().args(["preview", "--claims", "-"]).args(args).write_stdin(claims).assert().code(code);
}

#[test]
fn a_mistake_in_pasted_settings_is_shown_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("brms.env"), "SSO_OAUTH2_PROVIDER=oidc\nSSO_OAUTH2_CLIENT_IDD=x\n").unwrap();
    let args = ["preview", "-p", "gorules", "--claims", "-", "--config", "brms.env", "--color", "never"];
    let assert = harness().current_dir(folder.path()).args(args).write_stdin("{}").assert().code(3);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    insta::assert_snapshot!(said, @r"
    error[P0402]: unknown variable `SSO_OAUTH2_CLIENT_IDD`
     --> brms.env:2:1
      |
    2 | SSO_OAUTH2_CLIENT_IDD=x
      | ^^^^^^^^^^^^^^^^^^^^^^^ in the configuration for GoRules BRMS
      |
      = help: did you mean `SSO_OAUTH2_CLIENT_ID`?
    ");
}

#[test]
fn a_mistake_in_a_state_is_shown_at_its_key() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("state.yaml"), "projects: [p1]\nusers:\n  - { logn: ben@acme.test }\n")
        .unwrap();
    let args = ["preview", "-p", "bindplane", "--claims", "-", "--state", "state.yaml", "--color", "never"];
    let assert = harness().current_dir(folder.path()).args(args).write_stdin("{}").assert().code(3);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.contains("unknown field `logn`"), "{said}");
    assert!(said.contains("--> state.yaml:3:7"), "{said}");
}

#[test]
fn a_case_of_the_product_examples_is_answered_in_the_shape_of_its_expectation() {
    let given = r#"{"id_token": {"sub": "u1", "preferred_username": "dana", "billrun_roles": {"billing": ["read"]}}}"#;
    let args = ["preview", "-p", "billrun", "--input", "-", "--format", "json"];
    let assert = harness().args(args).write_stdin(given).assert().code(0);
    let envelope: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(envelope["decision"], "signed_in");
    assert_eq!(envelope["effective_permissions"], serde_json::json!(["read"]));
    assert_eq!(envelope["trace"][0]["rule"], "BR-R1");
    assert!(envelope["provenance"].is_object());
}
