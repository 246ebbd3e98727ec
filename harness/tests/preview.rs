//! Previews as a person starts them: samples, scenarios that pass, and whole directories.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;

fn harness() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).env_remove("NO_COLOR");
    command
}

/// What a command line writes, and its exit code.
fn said(args: &[&str], stdin: &str, code: i32) -> (String, String) {
    let assert = harness().args(args).write_stdin(stdin.to_owned()).assert().code(code);
    let output = assert.get_output();
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

/// A whole token on one line, as programs write it.
#[test]
fn what_is_meant_is_shown_in_a_line_of_any_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("min.json");
    let text = format!(
        r#"{{"sub":"u-1","email":"b@acme.test","a":"{}","bindplane_projects":"admin:P1,veiwer:P2,","b":"{}"}}"#,
        "x".repeat(300),
        "y".repeat(300)
    );
    fs::write(&path, &text).unwrap();
    let claims = path.to_str().unwrap();
    let (said, _) = said(&["preview", "-p", "bindplane", "--claims", claims, "--explain", "off"], "", 0);
    let below = |code: &str| {
        let mut lines = said.lines().skip_while(|line| !line.contains(code)).skip(3);
        let (line, carets) = (lines.next().unwrap(), lines.next().unwrap());
        let marked = line.chars().zip(carets.chars()).filter(|(_, caret)| *caret == '^').map(|(c, _)| c);
        (line.chars().count() < 140 && line.contains('…'), marked.collect::<String>())
    };
    assert_eq!(below("N0106"), (true, "\"admin:P1,veiwer:P2,\"".to_owned()), "{said}");
    assert_eq!(below("N0107"), (true, "veiwer:P2".to_owned()), "{said}");
    assert_eq!(below("N0109"), (true, "veiwer".to_owned()), "{said}");
    let (json, _) =
        self::said(&["preview", "-p", "bindplane", "--claims", claims, "--format", "json"], "", 0);
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let warnings = document["warnings"].as_array().unwrap();
    let close = warnings.iter().find(|warning| warning["code"] == "N0107").unwrap();
    let at = text.find("veiwer").unwrap() + 1;
    assert_eq!(close["at"], serde_json::json!({ "file": claims, "line": 1, "column": at }));
}

#[rstest]
#[case::keycloak("keycloak")]
#[case::entra("entra")]
#[case::entra_roles("entra-roles")]
#[case::entra_overage("entra-overage")]
#[case::okta("okta")]
#[case::auth0("auth0")]
#[case::ping("ping")]
#[case::google("google")]
fn every_sample_is_decided_about(#[case] sample: &str) {
    let (table, _) = said(&["preview", "--all", "--sample", sample], "", 0);
    let rows = table.lines().take_while(|line| !line.is_empty()).count();
    assert_eq!(rows, 6, "{table}");
}

#[test]
fn a_sample_shows_what_is_almost_right_at_its_line() {
    let (text, _) = said(&["preview", "-p", "gorules", "--sample", "auth0", "--explain", "off"], "", 0);
    assert!(
        text.contains(
            "N0103 `email` is in the ID token; the access token is read\n         --> fixtures/claims/auth0.yaml:15:3\n"
        ),
        "{text}"
    );
    let (text, _) =
        said(&["preview", "-p", "bindplane", "--sample", "entra-overage", "--explain", "off"], "", 0);
    assert!(text.contains("N0112 the ID token refers to `groups` instead of holding it"), "{text}");
}

#[rstest]
#[case::billrun(
    "billrun",
    r#"{"sub": "u1", "preferred_username": "dana", "billrun_roles": {"billing": ["read", "write"]}}"#
)]
#[case::billrun_refused("billrun", r#"{"sub": "u1", "preferred_username": "dana"}"#)]
#[case::cloudbilling("cloudbilling", r#"{"sub": "a1", "iss": "https://idp.example", "exp": 1, "email": "ann@acme.example", "name": "Ann", "locale": "en-GB", "zoneinfo": "Europe/Paris", "roles": ["ug-sales", "nope"]}"#)]
#[case::cloudbilling_refused("cloudbilling", r#"{"sub": "a1", "roles": "ug-sales"}"#)]
#[case::billwerk("billwerk", r#"{"sub": "ext-77", "email": "eva@corp.example", "given_name": "Eva"}"#)]
#[case::gorules("gorules", r#"{"sub": "g1", "email": "gus@corp.example", "groups": ["ops"]}"#)]
#[case::gorules_refused("gorules", r#"{"sub": "g1", "groups": ["ops"]}"#)]
#[case::bindplane(
    "bindplane",
    r#"{"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "admin:P1,P2,nope"}"#
)]
#[case::bindplane_refused("bindplane", r#"{"sub": "b1", "email": "bo@corp.example"}"#)]
fn a_preview_written_as_a_scenario_passes(#[case] product: &str, #[case] claims: &str) {
    let (scenario, _) = said(&["preview", "-p", product, "--claims", "-", "--format", "scenario"], claims, 0);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("it.scenario.yaml"), &scenario).unwrap();
    let output = harness().current_dir(folder.path()).args(["run", "."]).output().unwrap();
    assert!(output.status.success(), "{scenario}\n{}", String::from_utf8_lossy(&output.stdout));
    let expected = if scenario.contains("decision: rejected") { "rejected" } else { "signed_in" };
    assert!(
        scenario.contains(&format!("decision: {expected}")) && !scenario.contains("https://idp.example"),
        "{scenario}"
    );
}

#[rstest]
#[case::okta_names_subjects_of_its_own(&["-p", "billrun", "--sample", "okta"], "sub: ada@example.com")]
#[case::an_opaque_access_token(&["-p", "gorules", "--claims", "claims", "--access-token", "token"], "access_token: opaque")]
fn what_a_provider_does_send_becomes_a_scenario_that_passes(#[case] args: &[&str], #[case] wanted: &str) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("token"), "2YotnFZFEjr1zCsicMWpAA").unwrap();
    fs::write(folder.path().join("claims"), r#"{"sub": "g1", "email": "gus@corp.example"}"#).unwrap();
    let args = [&["preview"], args, &["--format", "scenario"]].concat();
    let assert = harness().current_dir(folder.path()).args(args).assert().code(0);
    let scenario = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(scenario.contains(wanted), "{scenario}");
    fs::write(folder.path().join("it.scenario.yaml"), scenario).unwrap();
    harness().current_dir(folder.path()).args(["run", "."]).assert().code(0);
}

#[rstest]
#[case::no_product(&["--sample", "okta"], 2, "say which product with `-p`, or `--all`")]
#[case::a_document_for_a_file(&["--all", "--claims", r#"{"sub":"a"}"#], 2, "`--claims` takes the name of a file")]
#[case::a_token_for_a_file(&["--all", "--claims", "header", "--access-token", "eyJhbGciOiJub25lIn0.e30."], 2, "help: `--access-token -` reads")]
#[case::another_file(&["--all", "--claims", "none.json"], 4, "cannot read `none.json`")]
#[case::a_header(&["--all", "--claims", "header"], 3, "leave out `Bearer `")]
fn a_slip_on_the_command_line_has_a_message_of_its_own(
    #[case] args: &[&str],
    #[case] code: i32,
    #[case] told: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("header"), "Bearer 2YotnFZFEjr1zCsicMWpAA\n").unwrap();
    fs::write(folder.path().join("users.csv"), "sub\nu1\n").unwrap();
    let assert = harness().current_dir(folder.path()).arg("preview").args(args).assert().code(code);
    let err = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(err.contains(told), "{err}");
}

#[test]
fn a_record_that_does_not_fit_its_table_is_told_and_the_rest_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    let table = b"sub,groups[]\nu1,ops\nu2,ops,one too many\nu3,\xff\nu4,ops\n";
    fs::write(folder.path().join("users.csv"), table).unwrap();
    let args = ["preview", "-p", "gorules", "--batch", "users.csv", "--format", "json"];
    let output = harness().current_dir(folder.path()).args(args).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(
        err.contains("error: users.csv:")
            && err.contains("3 cells, where the header has 2 columns")
            && err.contains("no UTF-8"),
        "{err}"
    );
    let summary: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["tally"]["users"], &summary["tally"]["unreadable"]), (&2.into(), &2.into()));
}

#[test]
fn settings_pasted_as_variables_pass_as_a_scenario_too() {
    let folder = tempfile::tempdir().unwrap();
    let env = "SSO_OAUTH2_PROVIDER=oidc\nSSO_OAUTH2_CLIENT_ID=brms\nSSO_OAUTH2_ISSUER=https://sso.corp.example/realms/x\n\
               SSO_OAUTH2_JWKS_URI=https://sso.corp.example/realms/x/certs\nSSO_OAUTH2_GROUPS_MAPPING=ops->admin\n\
               APP_URL=https://brms.corp.example\n";
    fs::write(folder.path().join("brms.env"), env).unwrap();
    let args = ["preview", "-p", "gorules", "--claims", "-", "--config", "brms.env", "--format", "scenario"];
    let claims = r#"{"sub": "g1", "email": "gus@corp.example", "groups": ["ops"]}"#;
    let assert = harness().current_dir(folder.path()).args(args).write_stdin(claims).assert().code(0);
    fs::write(folder.path().join("it.scenario.yaml"), &assert.get_output().stdout).unwrap();
    harness().current_dir(folder.path()).args(["run", "."]).assert().code(0);
}

/// Users of a Bindplane organization; every tenth administers it, every seventh brings nothing.
fn users(count: usize) -> String {
    let mut users = String::new();
    for index in 0..count {
        let claims = match index {
            i if i % 10 == 0 => r#""bindplane_org_admin": "true""#,
            i if i % 7 == 0 => r#""department": "sales""#,
            _ => r#""bindplane_projects": "user:P1""#,
        };
        writeln!(users, r#"{{"sub": "u-{index:06}", "email": "u{index}@corp.example", {claims}}}"#).unwrap();
    }
    users
}

#[test]
fn a_directory_is_counted_in_the_order_of_its_lines_however_many_threads_decide() {
    let users = users(3000);
    let batch =
        |jobs: &str| said(&["preview", "-p", "bindplane", "--batch", "-", "--jobs", jobs], &users, 0).0;
    let (one, four) = (batch("1"), batch("4"));
    assert_eq!(one, four);
    assert!(
        one.starts_with(
            "administrator  line 1        u0@corp.example (u-000000)   organization_role admin\n"
        ),
        "{one}"
    );
    assert!(one.contains("locked out     line 8"), "{one}");
    assert!(
        one.contains("3000 users at Bindplane: 2614 signed in, 386 locked out, 300 administrators"),
        "{one}"
    );
    assert!(one.contains("2314  project_roles.P1 user"), "{one}");
}

#[test]
fn lines_that_cannot_be_read_are_told_and_the_rest_is_decided() {
    let lines = "{\"sub\": \"a\"}\n\n{\"sub\": \n[1]\n";
    let (out, err) = said(&["preview", "-p", "billrun", "--batch", "-", "--format", "json"], lines, 3);
    assert!(
        err.contains("error: stdin:3: ") && err.contains("error: stdin:4: expected an object of claims"),
        "{err}"
    );
    let summary: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["tally"]["users"], &summary["tally"]["unreadable"]), (&1.into(), &2.into()));
}

#[rstest]
#[case::as_unix_ends_lines("\n")]
#[case::as_spreadsheets_end_lines("\r\n")]
fn a_table_of_users_is_read_by_its_column_names(#[case] end: &str) {
    let folder = tempfile::tempdir().unwrap();
    let users = "sub,email,groups[]\nu-1,\"a@corp.example\",bindplane-admin;bindplane-projects-P1\nu-2,b@corp.example,\n";
    fs::write(folder.path().join("users.csv"), users.replace('\n', end)).unwrap();
    let args = ["preview", "-p", "bindplane", "--batch", "users.csv"];
    let assert = harness().current_dir(folder.path()).args(args).assert().code(0);
    let out = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(
        out.contains("locked out     line 3        b@corp.example (u-2)   invitation_required"),
        "who is refused is called what the claims say: {out}"
    );
    assert!(out.contains("1  project_roles.P1 admin"), "{out}");
}

#[test]
fn two_directories_are_compared_user_by_user() {
    let folder = tempfile::tempdir().unwrap();
    let row = |sub: &str, projects: &str| {
        format!("{{\"sub\": \"{sub}\", \"bindplane_projects\": \"{projects}\"}}\n")
    };
    let before = row("a", "user:P1") + &row("b", "user:P1") + &row("c", "P1");
    let after = row("a", "admin:P1") + &row("c", "P1") + &row("d", "P2");
    fs::write(folder.path().join("before.jsonl"), before).unwrap();
    fs::write(folder.path().join("after.jsonl"), after).unwrap();
    fs::write(folder.path().join("broken.jsonl"), row("b", "P1") + &row("a", "P1")).unwrap();
    let compare = |other: &str, code| {
        let args = ["preview", "-p", "bindplane", "--batch", "before.jsonl", "--compare", other];
        let assert = harness().current_dir(folder.path()).args(args).assert().code(code);
        let output = assert.get_output();
        (String::from_utf8(output.stdout.clone()).unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
    };
    let (out, _) = compare("after.jsonl", 0);
    let changes: Vec<&str> =
        out.lines().take(3).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(changes, ["changed", "left", "joined"], "{out}");
    assert!(out.contains("raises project_roles.P1 user → admin"), "{out}");
    let (_, err) = compare("broken.jsonl", 3);
    assert!(err.contains("error: broken.jsonl:2: `sub` is `a`, which comes before `b` above it"), "{err}");
}

#[test]
fn a_directory_is_compared_under_another_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let config = |mapping: &str| {
        format!(
            "SSO_OAUTH2_PROVIDER=oidc\nSSO_OAUTH2_CLIENT_ID=x\nSSO_OAUTH2_ISSUER=https://i.example\nSSO_OAUTH2_GROUPS_MAPPING={mapping}\n"
        )
    };
    fs::write(folder.path().join("old.env"), config("ops->admin")).unwrap();
    fs::write(folder.path().join("new.env"), config("ops->member")).unwrap();
    fs::write(
        folder.path().join("users.jsonl"),
        "{\"email\": \"a@b.example\", \"groups\": [\"ops\"]}\n{\"email\": \"c@b.example\"}\n",
    )
    .unwrap();
    let args = [
        "preview",
        "-p",
        "gorules",
        "--batch",
        "users.jsonl",
        "--config",
        "old.env",
        "--compare-config",
        "new.env",
    ];
    let assert = harness().current_dir(folder.path()).args(args).assert().code(0);
    let out = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(
        out.contains("changed        line 1        a@b.example   lowers user.type admin → member"),
        "{out}"
    );
    assert!(out.contains("1  lowered"), "{out}");
}

#[rstest]
#[case::holds("decision = signed_in", 0)]
#[case::does_not_hold("decision = rejected", 1)]
#[case::is_no_expression("decision =", 2)]
fn what_is_required_decides_the_exit_code(#[case] expression: &str, #[case] code: i32) {
    let claims = r#"{"sub": "u1", "billrun_roles": {"billing": ["read"]}}"#;
    let (_, err) =
        said(&["preview", "-p", "billrun", "--claims", "-", "--require", expression], claims, code);
    if code == 1 {
        assert!(
            err.contains(
                "required of billrun, and does not hold: decision = rejected\n  decision = \"signed_in\""
            ),
            "{err}"
        );
    }
}

/// A misspelt path would lead to nothing, and `not` and `!=` would hold for it.
#[rstest]
#[case::under_not("billrun", &["--require", "not effective_permission contains admin"], &[
    "error: in `not effective_permission contains admin`: there is no `effective_permission`",
    "help: did you mean `effective_permissions`?",
    "help: a decision of BillRun has `decision`, `reason`, `claims`, `effects`, `findings`, `rejection`, \
     `redirect`, `session`, `effective_permissions`, `persistent_user_written`, `certain`",
])]
#[case::unequal("billrun", &["--require", "certain and sesion.username != dana"], &[
    "error: in `certain and sesion.username != dana`: there is no `sesion`",
    "help: did you mean `session`?",
])]
#[case::in_a_field("billwerk", &["--require", "user.emial != x"], &[
    "error: in `user.emial != x`: there is no `emial` in `user`",
    "help: did you mean `email`?",
    "help: `user` has `type`, `provider`, `external_id`, `email`, `first_name`, `last_name`, `status`",
])]
#[case::why("cloudbilling", &["--why", "user_groups.ug-sales"], &[
    "error: in `user_groups.ug-sales`: there is no `user_groups`",
    "help: did you mean `user.user_groups`?",
])]
#[case::why_not("gorules", &["--why-not", "user.type.name = admin"], &[
    "error: in `user.type.name = admin`: `user.type` is one value, with no `name` in it\n",
])]
#[case::a_list_against_a_text("cloudbilling", &["--require", "user.user_groups != ug-admins"], &[
    "error: in `user.user_groups != ug-admins`: `user.user_groups` is a list, and never one text",
    "help: write `not user.user_groups contains ug-admins`",
])]
#[case::why_certain("gorules", &["--why", "certain"], &["help: `certain` is no part of a decision"])]
fn a_path_that_no_decision_has_is_refused(
    #[case] product: &str,
    #[case] question: &[&str],
    #[case] told: &[&str],
) {
    let args = [&["preview", "-p", product, "--claims", "-"], question].concat();
    let (out, err) = said(&args, "{}", 2);
    assert_eq!(out, "");
    for line in told {
        assert!(err.contains(line), "{err}");
    }
}

/// Under `not` and behind `!=` a misspelt word would hold for every decision.
#[rstest]
#[case::a_decision("billrun", &["--require", "not decision = rejcted"],
    "`decision` is never `rejcted`\nhelp: did you mean `rejected`?")]
#[case::no_word("billrun", &["--require", "decision = true"],
    "`decision` is never `true`\nhelp: it can be `signed_in`, `rejected`, `config_error`")]
#[case::a_reason("bindplane", &["--require", "reason != no_valid_claim"],
    "`reason` is never `no_valid_claim`\nhelp: did you mean `no_valid_claims`?")]
#[case::a_reason_with_a_value("gorules", &["--require", "reason != missing_seting:X"],
    "`reason` is never `missing_seting:X`\nhelp: did you mean `missing_setting`?")]
#[case::an_effect("cloudbilling", &["--require", "not effects contains user.creatd"],
    "`effects` never has `user.creatd`\nhelp: did you mean `user.created`?")]
#[case::a_list_of_effects("cloudbilling", &["--require", r#"effects != ["user.creatd"]"#],
    "`effects` never has `user.creatd`\nhelp: did you mean `user.created`?")]
#[case::a_finding_by_its_name("bindplane", &["--require", "not findings.unrecognised_role"],
    "`findings` never has `unrecognised_role`\nhelp: did you mean `unrecognized_role`?")]
#[case::a_role("bindplane", &["--require", "project_roles.P1 != amdin"],
    "`project_roles.P1` is never `amdin`\nhelp: did you mean `admin`?")]
#[case::a_role_in_a_list("billwerk", &["--why-not", "roles_by_legal_entity.LE1 contains Finanse"],
    "`roles_by_legal_entity.LE1` never has `Finanse`\nhelp: did you mean `Finance`?")]
fn a_word_that_no_decision_has_is_refused(
    #[case] product: &str,
    #[case] question: &[&str],
    #[case] told: &str,
) {
    let args = [&["preview", "-p", product, "--claims", "-"], question].concat();
    let (out, err) = said(&args, "{}", 2);
    assert_eq!((out.as_str(), err.trim_end().split_once("`: ").unwrap().1), ("", told));
}

#[rstest]
#[case::nothing("bindplane", "reason = null and organization_role != null")]
#[case::a_key("bindplane", "not project_roles contains P1")]
#[case::a_part("bindplane", "not organization_role contains adm and not decision contains rej")]
#[case::a_code_with_its_value("bindplane", "not findings contains unrecognized_role:boss")]
#[case::of_the_protocol("bindplane", "reason != idp_error:access_denied")]
#[case::by_position("bindplane", "not effects.7")]
#[case::any_text("cloudbilling", "not user.user_groups contains anything")]
fn a_word_that_a_decision_may_have_is_not_refused(#[case] product: &str, #[case] expression: &str) {
    let claims = r#"{"sub": "b1", "email": "bo@corp.example", "bindplane_projects": "user:P2"}"#;
    let args = ["preview", "-p", product, "--claims", "-", "--require", expression];
    let output = Command::cargo_bin("harness").unwrap().args(args).write_stdin(claims).output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{err}");
}

#[test]
fn of_several_products_a_path_is_refused_that_one_of_them_has_not() {
    let args = ["preview", "--all", "--claims", "-", "--require", "project_roles.P1 != admin"];
    let (_, err) = said(&args, "{}", 2);
    assert!(err.contains("there is no `project_roles`\nhelp: a decision of BillRun has"), "{err}");
    said(&["preview", "--all", "--claims", "-", "--require", "decision != config_error"], "{}", 0);
}

#[test]
fn of_all_products_it_is_shown_what_is_almost_right_for_each() {
    let claims = r#"{"sub": "b1", "email": "bo@corp.example", "bindplane_project": "admin:P1"}"#;
    let (out, _) = said(&["preview", "--all", "--claims", "-"], claims, 0);
    let told = "  bindplane     N0101 claim `bindplane_project` is not read; `bindplane_projects` is, and differs by one letter\n";
    assert!(out.contains("\n\nalmost right\n") && out.contains(told), "{out}");
    let (out, _) = said(&["preview", "--all", "--claims", "-", "--explain", "fired"], claims, 0);
    assert_eq!(out.matches("claim `bindplane_project` is not read").count(), 1, "{out}");
}

#[rstest]
#[case::of_another_product(&["preview", "-p", "billrun", "--claims", "-"], &["GR-Q1=lowest"], "`--reading GR-Q1` is a question about GoRules BRMS, and this is about BillRun")]
#[case::of_another_product_for_a_suggestion(&["suggest", "-p", "billrun", "--want", "decision"], &["GR-Q1=lowest"], "`--reading GR-Q1` is a question about GoRules BRMS, and this is about BillRun")]
#[case::twice(&["preview", "--all", "--claims", "-"], &["BP-Q2=minimum_of_both", "BP-Q2=minimum_of_explicit"], "`--reading BP-Q2` is given twice: `minimum_of_both` and `minimum_of_explicit`")]
fn a_reading_that_cannot_be_meant_is_refused(
    #[case] args: &[&str],
    #[case] readings: &[&str],
    #[case] told: &str,
) {
    let readings: Vec<&str> = readings.iter().flat_map(|reading| ["--reading", *reading]).collect();
    let (out, err) = said(&[args, readings.as_slice()].concat(), "{}", 2);
    assert_eq!(out, "");
    assert!(err.starts_with(&format!("error: {told}")), "{err}");
}

#[test]
fn a_suggestion_is_refused_for_a_path_that_no_decision_has() {
    let (_, err) = said(&["suggest", "-p", "bindplane", "--want", "project_role.P1 = admin"], "", 2);
    assert!(err.contains("there is no `project_role`\nhelp: did you mean `project_roles`?"), "{err}");
}

#[rstest]
#[case::found(&["-p", "bindplane", "--want", "project_roles.P1 = admin"], 0)]
#[case::out_of_reach(&["-p", "bindplane", "--want", "project_roles.P9 = admin"], 1)]
#[case::no_such_product(&["-p", "bindplain", "--want", "decision"], 2)]
#[case::no_such_file(&["-p", "bindplane", "--want", "decision", "--config", "nowhere.yaml"], 4)]
fn a_suggestion_has_the_exit_codes_that_are_documented(#[case] args: &[&str], #[case] code: i32) {
    said(&[&["suggest"], args].concat(), "", code);
}

/// What `--batch` says of files with these texts, the names of their folder taken away.
fn batch(files: &[(&str, &str)], code: i32) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec!["preview".to_owned(), "-p".to_owned(), "bindplane".to_owned()];
    for ((name, text), flag) in files.iter().zip(["--batch", "--compare"]) {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        args.extend([flag.to_owned(), path.to_str().unwrap().to_owned()]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (out, err) = said(&args, "", code);
    (out, err.replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_the_others_are_compared() {
    let first =
        "{\"sub\":\"a\",\"email\":\"a@x.test\"}\n{\"sub\":\n{\"sub\":\"c\",\"sub\":\"d\"}\n{\"sub\":\"e\"}\n";
    let second = "{\"sub\":\"a\",\"email\":\"a@x.test\",\"bindplane_org_admin\":\"true\"}\n{\"name\":\"n\"}\n{\"sub\":\"e\"}\n";
    let (out, err) = batch(&[("before.jsonl", first), ("after.jsonl", second)], 3);
    let wanted = "error: before.jsonl:2: EOF while parsing a value, at column 7\n\
                  error: before.jsonl:3: key `sub` stands twice in this map, at column 16\n\
                  error: after.jsonl:2: there is no `sub` to compare by\n";
    assert_eq!(err, wanted);
    assert!(out.contains("2 users at Bindplane") && out.contains("3 lines could not be read"), "{out}");
    assert!(out.contains("1  granted"), "{out}");
}

#[test]
fn a_quote_that_is_never_closed_is_told_as_one() {
    let text = "sub,email,name\na,a@x.test,A\nb,\"b@x.test,B\nc,c@x.test,C\nd,d@x.test,D\n";
    let (out, err) = batch(&[("users.csv", text)], 3);
    let wanted = "error: users.csv:3: a quote that is opened here, in line 3, is never closed; the rest of the file, \
                  3 lines, was taken for one cell\n";
    assert_eq!(err, wanted);
    assert!(out.contains("1 user at Bindplane") && out.contains("1 line could not be read"), "{out}");
    let (_, err) = batch(&[("users.csv", "sub,email\na\nb,\"b\"\"c\"\n")], 3);
    assert_eq!(err, "error: users.csv:2: 1 cell, where the header has 2 columns\n");
}
