//! Writing scenarios with help from the tool: explaining, reviewing, starting, completing.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;
use serde_json::{Value, json};

fn harness(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

/// What a command writes, once it has ended with this code.
fn said(folder: &Path, args: &[&str], code: i32) -> String {
    let assert = harness(folder).args(args).assert().code(code);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

fn complained(folder: &Path, args: &[&str], code: i32) -> String {
    let assert = harness(folder).args(args).assert().code(code);
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

#[test]
fn a_name_that_nobody_knows_is_a_question_back() {
    let here = Path::new(".");
    let err = complained(here, &["explain", "E02040"], 2);
    assert!(
        err.contains(
            "`E02040` is no code, rule, reading, finding, reason, fault or case\nhelp: did you mean `E0204`"
        ),
        "{err}"
    );
    let err = complained(here, &["explain", "id_token.nonse"], 2);
    assert!(err.contains("did you mean `id_token.nonce`?"), "{err}");
}

#[test]
fn a_product_that_is_misspelt_is_a_question_back() {
    let here = Path::new(".");
    for args in [
        &["run", "-p", "bindplain"][..],
        &["init", "-p", "bindplain"],
        &["preview", "-p", "bindplain", "--claims", "-"],
    ] {
        let err = complained(here, args, 2);
        assert!(err.contains("did you mean `bindplane`?"), "{args:?}: {err}");
    }
}

#[test]
fn explanations_are_data_as_well() {
    let text = said(Path::new("."), &["explain", "BP-R15", "E0204", "--format", "json"], 0);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], "harness.explain/1");
    assert_eq!(document["explanations"][0]["kind"], "rule");
    assert_eq!(document["explanations"][1]["id"], "E0204");
    let names: Value =
        serde_json::from_str(&said(Path::new("."), &["explain", "--list", "--format", "json"], 0)).unwrap();
    assert!(names["names"].as_array().unwrap().len() > 300);
}

#[rstest]
fn the_first_scenario_is_sound_and_passes(
    #[values("billrun", "cloudbilling", "billwerk", "gorules", "bindplane")] product: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    let out = said(folder.path(), &["init", "-p", product], 0);
    let file = format!("scenarios/{product}-first-login.scenario.yaml");
    assert!(out.contains(&format!("harness run {file}")), "{out}");
    let checked = said(folder.path(), &["check", "--ci"], 0);
    assert_eq!(checked, "1 file, 1 case: 0 errors, 0 warnings\n");
    said(folder.path(), &["run", "--ci"], 0);
    let err = complained(folder.path(), &["init", "-p", product], 2);
    assert!(err.contains("is there already\nhelp: `--force` replaces it"), "{err}");
    said(folder.path(), &["init", "-p", product, "--force"], 0);
}

#[test]
fn the_first_scenario_is_one_to_read() {
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["init", "-p", "bindplane"], 0);
    let text =
        fs::read_to_string(folder.path().join("scenarios/bindplane-first-login.scenario.yaml")).unwrap();
    insta::assert_snapshot!(text);
}

#[rstest]
#[case::no_folder(None, 4, "`harness init` writes a first scenario")]
#[case::an_empty_folder(Some("scenarios"), 5, "`harness init` writes a first one")]
fn who_has_no_scenario_is_told_how_to_get_one(
    #[case] made: Option<&str>,
    #[case] code: i32,
    #[case] told: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    if let Some(name) = made {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for command in ["run", "check", "list"] {
        let err = complained(folder.path(), &[command], code);
        assert!(err.contains(told), "{command}: {err}");
    }
}

#[test]
fn a_recorded_login_becomes_a_scenario_that_passes() {
    let folder = tempfile::tempdir().unwrap();
    let claims = json!({
        "iss": "http://127.0.0.1:9400", "aud": "bindplane", "sub": "u-2002", "exp": 1, "iat": 0, "nonce": "n",
        "email": "ben@acme.test", "bindplane_projects": "admin:P1",
    });
    let entry = json!({ "endpoint": "token", "client": "bindplane", "user": "ben", "tokens": [{ "kind": "id_token", "claims": claims }] });
    let line = json!({ "level": "DEBUG", "message": "journal", "entry": entry.to_string() });
    fs::write(folder.path().join("idp.log"), format!("starting\n{line}\n")).unwrap();
    said(folder.path(), &["init", "-p", "bindplane", "--from-log", "idp.log"], 0);
    said(folder.path(), &["run", "--ci"], 0);
    let text =
        fs::read_to_string(folder.path().join("scenarios/bindplane-recorded-login.scenario.yaml")).unwrap();
    assert!(text.contains("login: ben") && text.contains("admin:P1") && !text.contains("9400"), "{text}");
    fs::write(folder.path().join("idp.log"), "nothing happened\n").unwrap();
    let err = complained(folder.path(), &["init", "-p", "gorules", "--from-log", "idp.log"], 3);
    assert!(err.contains("`idp.log` holds no login\nhelp: record one with"), "{err}");
}

/// Claims that only the UserInfo response has come from there.
#[test]
fn a_recorded_userinfo_response_is_part_of_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let id_token =
        json!({ "iss": "http://127.0.0.1:9400", "aud": "billrun", "sub": "u-1", "exp": 1, "iat": 0 });
    let userinfo =
        json!({ "sub": "u-1", "preferred_username": "ada", "billrun_roles": { "billing": ["read"] } });
    let entries = json!([
        { "endpoint": "token", "client": "billrun", "user": "ada",
          "tokens": [{ "kind": "id_token", "claims": id_token }, { "kind": "access_token" }] },
        { "endpoint": "userinfo", "client": "billrun", "user": "ada",
          "tokens": [{ "kind": "userinfo", "claims": userinfo }] },
    ]);
    fs::write(folder.path().join("idp.log"), entries.to_string()).unwrap();
    said(folder.path(), &["init", "-p", "billrun", "--from-log", "idp.log"], 0);
    said(folder.path(), &["run", "--ci"], 0);
    let text =
        fs::read_to_string(folder.path().join("scenarios/billrun-recorded-login.scenario.yaml")).unwrap();
    assert!(text.contains("userinfo: {") && text.contains("effective_permissions: [read]"), "{text}");
}

/// A scenario that keeps a snapshot, and what was stored of it before.
fn reviewed(stored: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["init", "-p", "bindplane"], 0);
    let file = folder.path().join("scenarios/bindplane-first-login.scenario.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace(
            "    login: ada\n",
            "    login: ada\n    snapshot: [decision, organization_role, project_roles, trace]\n",
        ),
    )
    .unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("snapshot:"), "{text}");
    said(folder.path(), &["run", "--snapshots", "update"], 0);
    let snap = folder.path().join("scenarios/snapshots/bindplane-first-login/main.login.snap");
    let now = fs::read_to_string(&snap).unwrap();
    let header = now.rsplit_once("---\n").unwrap().0;
    fs::write(&snap, format!("{header}---\n{stored}")).unwrap();
    folder
}

const LESS: &str = "decision: signed_in\norganization_role: none\nproject_roles: {}\n";
const MORE: &str =
    "decision: signed_in\norganization_role: admin\nproject_roles: { P1: admin, P2: admin, P3: admin }\n";
const SNAP: &str = "scenarios/snapshots/bindplane-first-login/main.login.snap";

#[test]
fn a_changed_snapshot_waits_and_is_taken_when_somebody_says_so() {
    let folder = reviewed(LESS);
    said(folder.path(), &["run", "--ci"], 1);
    said(folder.path(), &["run", "--snapshots", "new"], 1);
    said(folder.path(), &["run"], 6);
    let listed = said(folder.path(), &["review"], 6);
    assert!(
        listed.contains(&format!("raises   {SNAP}")) && listed.contains("harness accept --snapshot PATH"),
        "{listed}"
    );
    let data: Value =
        serde_json::from_str(&said(folder.path(), &["review", "--list", "--format", "json"], 6)).unwrap();
    assert_eq!(data["waiting"][0]["may_raise"], true);
    assert_eq!(data["waiting"][0]["snapshot"], SNAP);
    // All at once leaves what gives somebody more.
    let out = said(folder.path(), &["accept", "--all"], 6);
    assert!(out.contains(&format!("left      {SNAP}")), "{out}");
    said(folder.path(), &["accept", "--snapshot", SNAP], 0);
    said(folder.path(), &["run", "--ci"], 0);
    assert_eq!(said(folder.path(), &["review"], 0), "no snapshot waits for review\n");
    let err = complained(folder.path(), &["accept", "--snapshot", SNAP], 1);
    assert!(err.contains(&format!("nothing waits beside `{SNAP}`")), "{err}");
}

#[test]
fn what_takes_away_is_taken_with_all_others() {
    let folder = reviewed(MORE);
    said(folder.path(), &["run"], 6);
    said(folder.path(), &["accept", "--all"], 0);
    said(folder.path(), &["run", "--ci"], 0);
}

#[test]
fn what_raises_can_be_included_and_what_is_rejected_is_gone() {
    let folder = reviewed(LESS);
    said(folder.path(), &["run"], 6);
    said(folder.path(), &["reject", "--all"], 0);
    assert!(!folder.path().join(format!("{SNAP}.new")).exists());
    said(folder.path(), &["run"], 6);
    said(folder.path(), &["accept", "--all", "--include-raised"], 0);
    said(folder.path(), &["run", "--ci"], 0);
}

#[test]
fn a_snapshot_that_no_step_keeps_is_told_and_removed_on_demand() {
    let folder = reviewed(LESS);
    let orphan = folder.path().join("scenarios/snapshots/bindplane-first-login/main.renamed.snap");
    fs::copy(folder.path().join(SNAP), &orphan).unwrap();
    let err = complained(folder.path(), &["check"], 0);
    assert!(err.contains("warning[W0510]: no step keeps the snapshot `scenarios/snapshots/bindplane-first-login/main.renamed.snap`"), "{err}");
    said(folder.path(), &["run"], 6);
    assert!(orphan.exists());
    said(folder.path(), &["accept", "--orphans"], 0);
    assert!(!orphan.exists() && folder.path().join(SNAP).exists());
}

#[test]
fn what_only_hides_for_the_moment_is_no_orphan() {
    let folder = reviewed(LESS);
    let other =
        fs::read_to_string(folder.path().join("scenarios/bindplane-first-login.scenario.yaml")).unwrap();
    let other =
        other.replacen("\nsteps:", "\nonly: true\nsteps:", 1).replace("    snapshot: [", "    # snapshot: [");
    fs::write(folder.path().join("scenarios/other.scenario.yaml"), other).unwrap();
    let err = complained(folder.path(), &["check"], 0);
    assert!(!err.contains("W0510"), "{err}");
    assert_eq!(said(folder.path(), &["accept", "--orphans"], 0), "");
    assert!(folder.path().join(SNAP).exists());
}

#[rstest]
#[case::taking(&["accept", "--all"])]
#[case::throwing_away(&["reject", "--all"])]
#[case::clearing_up(&["accept", "--orphans"])]
#[case::looking(&["review", "--list"])]
fn a_file_that_cannot_be_used_is_told_and_is_no_success(#[case] args: &[&str]) {
    let folder = reviewed(LESS);
    said(folder.path(), &["run"], 6);
    let file = folder.path().join("scenarios/bindplane-first-login.scenario.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("login: ada", "login: adda")).unwrap();
    let err = complained(folder.path(), args, 3);
    assert!(err.contains("error[E0303]"), "{err}");
    assert!(folder.path().join(SNAP).exists() && folder.path().join(format!("{SNAP}.new")).exists());
}

#[rstest]
#[case::bash("bash")]
#[case::zsh("zsh")]
#[case::fish("fish")]
#[case::powershell("powershell")]
#[case::elvish("elvish")]
fn completions_name_every_command(#[case] shell: &str) {
    let script = said(Path::new("."), &["completions", shell], 0);
    for command in COMMANDS {
        assert!(script.contains(command), "{command}");
    }
}

const COMMANDS: [&str; 14] = [
    "run",
    "conformance",
    "check",
    "list",
    "preview",
    "suggest",
    "explain",
    "review",
    "accept",
    "reject",
    "schema",
    "init",
    "completions",
    "man",
];

#[test]
fn the_manual_names_every_command_and_has_a_page_for_each() {
    let page = said(Path::new("."), &["man"], 0);
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["man", "--dir", "pages"], 0);
    for command in COMMANDS {
        assert!(page.contains(&format!("harness\\-{command}(1)")), "{command} is not in {page}");
        assert!(folder.path().join(format!("pages/harness-{command}.1")).exists(), "{command}");
    }
    let help = said(Path::new("."), &["--help"], 0);
    let listed: Vec<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).collect();
    for command in COMMANDS {
        assert!(listed.contains(&command), "{command} is not in --help");
    }
}

/// `harness review` at a terminal where somebody presses these keys.
fn pressing(folder: &Path, keys: &str) -> (String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut left = keys.chars();
    let mut key = || left.next().ok_or_else(|| std::io::Error::from(std::io::ErrorKind::Interrupted));
    let mut io = harness::cli::Io {
        out: &mut out,
        err: &mut err,
        input: &mut std::io::empty(),
        out_is_terminal: true,
        err_is_terminal: false,
        keys: Some(&mut key),
        env: &|name| (name == "NO_COLOR").then(|| "1".to_owned()),
    };
    let path = folder.join("scenarios").into_os_string();
    let code = harness::cli::run(["harness".into(), "review".into(), path], &mut io);
    (String::from_utf8(out).unwrap().replace(&folder.display().to_string(), ""), format!("{code:?}"))
}

fn exit(code: u8) -> String {
    format!("{:?}", std::process::ExitCode::from(code))
}

#[test]
fn a_review_tells_permissions_first_and_takes_what_is_accepted() {
    let folder = reviewed(LESS);
    said(folder.path(), &["run"], 6);
    let (shown, code) = pressing(folder.path(), "idxa");
    assert_eq!(code, exit(0));
    let at = |words: &str| shown.find(words).unwrap_or_else(|| panic!("no `{words}` in {shown}"));
    assert!(at("1 of 1") < at("\n  permissions\n") && at("\n  permissions\n") < at("\n  rules\n"), "{shown}");
    assert!(at("\n  rules\n") < at("--- stored"), "{shown}");
    assert!(
        shown.contains("  again  harness run ") && shown.contains("BP-R28  being first outranks"),
        "{shown}"
    );
    assert!(shown.ends_with("1 accepted, 0 rejected, 0 left\n"), "{shown}");
    said(folder.path(), &["run", "--ci"], 0);
}

#[test]
fn what_raises_is_not_taken_with_all_others_by_one_key() {
    let folder = reviewed(LESS);
    said(folder.path(), &["run"], 6);
    // There is no key for all of these: `A` asks again.
    let (shown, code) = pressing(folder.path(), "As");
    assert!(shown.ends_with("0 accepted, 0 rejected, 1 left\n"), "{shown}");
    assert_eq!(code, exit(6));
    assert!(folder.path().join(format!("{SNAP}.new")).exists());
}

#[test]
fn what_takes_away_is_taken_by_the_key_for_all_and_what_is_rejected_is_gone() {
    let folder = reviewed(MORE);
    said(folder.path(), &["run"], 6);
    let (shown, code) = pressing(folder.path(), "A");
    assert!(shown.ends_with("1 accepted, 0 rejected, 0 left\n") && code == exit(0), "{shown}");
    let folder = reviewed(MORE);
    said(folder.path(), &["run"], 6);
    let (shown, code) = pressing(folder.path(), "r");
    assert!(shown.ends_with("0 accepted, 1 rejected, 0 left\n") && code == exit(0), "{shown}");
    assert!(!folder.path().join(format!("{SNAP}.new")).exists());
}

#[test]
fn a_review_that_is_broken_off_changes_nothing() {
    let folder = reviewed(LESS);
    said(folder.path(), &["run"], 6);
    let (_, code) = pressing(folder.path(), "d");
    assert_eq!(code, exit(130));
    assert!(folder.path().join(format!("{SNAP}.new")).exists());
}
