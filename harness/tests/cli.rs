//! The binary as a person starts it: arguments in, exit code and text out.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;

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

/// A folder with the shared fragments and one scenario.
fn folder(scenario: &str) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    for part in ["scenarios/shared", "fixtures/clients"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
        for entry in fs::read_dir(root.join(part)).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, folder.path().join(part).join(from.file_name().unwrap())).unwrap();
        }
    }
    fs::write(folder.path().join("scenarios/x.scenario.yaml"), scenario).unwrap();
    folder
}

#[test]
fn a_failure_is_shown_at_its_line_with_the_rules_behind_it() {
    let folder = folder(FAILING);
    let assert = harness().current_dir(folder.path()).args(["run", "--color", "never"]).assert().code(1);
    let said = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!(said);
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
    run(&[], 1);
    run(&["--snapshots", "new"], 1);
    assert!(snap.with_extension("snap.new").exists() && !snap.exists());
    run(&["--snapshots", "update"], 0);
    assert!(!snap.with_extension("snap.new").exists() && snap.exists());
    run(&["--ci"], 0);
}
