//! What a newcomer reads after a typical mistake: whole commands, ten about scenario files and ten about claims.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::fs;

use assert_cmd::Command;
use rstest::{Context, rstest};

/// A scenario without mistakes, in which one line is put wrong.
const SOUND: &str = r#"version: 1
name: Ben loses a project when the claim does
tags: [bindplane]
idp:
  issuer: /acme
  clients:
    bindplane:
      secret: bindplane-secret
      flows: [code]
      redirect_uris: [https://bindplane.host/oidc/redirect]
  users:
    ben: { sub: u-2002, claims: { email: ben@acme.test, bindplane_projects: "admin:prj-east,viewer:prj-west" } }
product:
  kind: bindplane
  config:
    network: { remoteURL: https://bindplane.host }
    auth:
      type: oidc
      oidc:
        issuer: $(idp.issuer)
        oauth2ClientID: bindplane
        oauth2ClientSecret: bindplane-secret
        scopes: [openid, profile, email]
        disableInvitations: true
  state: { projects: [prj-east, prj-west], users: [{ login: root@acme.test, organization_role: admin }] }
steps:
  - id: first-login
    login: ben
    expect: { project_roles: { $exact: { prj-east: admin, prj-west: viewer } } }
  - id: narrowed
    claims: { user: ben, merge: { bindplane_projects: "viewer:prj-west" } }
  - id: second-login
    login: ben
    expect: { project_roles: { $exact: { prj-west: viewer } } }
"#;

/// A command with everything that it writes.
fn transcript(folder: &tempfile::TempDir, args: &[&str], stdin: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    let run = command
        .current_dir(folder.path())
        .env("NO_COLOR", "1")
        .args(args)
        .write_stdin(stdin)
        .output()
        .unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    let err = String::from_utf8(run.stderr).unwrap();
    let shown: Vec<String> = args
        .iter()
        .map(|arg| if arg.contains(' ') { format!("'{arg}'") } else { (*arg).to_owned() })
        .collect();
    let code = run.status.code().unwrap();
    let out = without_times(&out);
    format!("$ harness {}\n{err}{out}[exit code {code}]\n", shown.join(" "))
}

/// How long something took, such as `[  0.047s]`, is another thing each time.
fn without_times(out: &str) -> String {
    let time =
        |piece: &str| piece.ends_with('s') && piece.trim_end_matches('s').trim().parse::<f64>().is_ok();
    let mut parts = out.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, part| match part.split_once("] ") {
        Some((piece, rest)) if time(piece) => said + rest,
        _ => said + "[" + part,
    })
}

#[test]
fn the_scenario_without_mistakes_has_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ben.scenario.yaml"), SOUND).unwrap();
    assert_eq!(
        transcript(&folder, &["check", "ben.scenario.yaml"], ""),
        "$ harness check ben.scenario.yaml\n1 file, 1 case: 0 errors, 0 warnings\n[exit code 0]\n"
    );
    let run = transcript(&folder, &["run", "ben.scenario.yaml"], "");
    assert!(run.ends_with("Summary 1 case: 1 passed\n[exit code 0]\n"), "{run}");
}

#[rstest]
#[case::a_misspelt_key(&["check"], "redirect_uris:", "redirect_uri:")]
#[case::a_step_with_two_actions(&["check"], "    login: ben\n    expect: { project_roles: { $exact: { prj-west", "    login: ben\n    logout: rp\n    expect: { project_roles: { $exact: { prj-west")]
#[case::a_user_who_is_not_there(&["check"], "login: ben\n", "login: bne\n")]
#[case::another_redirect_uri(&["check"], "/oidc/redirect", "/oidc/callback")]
#[case::a_setting_that_the_vendor_does_not_have(&["check"], "oauth2ClientID", "clientID")]
#[case::a_claim_of_another_type(&["check"], "\"admin:prj-east,viewer:prj-west\"", "[admin:prj-east, viewer:prj-west]")]
#[case::an_unclosed_bracket(&["check"], "flows: [code]", "flows: [code")]
#[case::a_value_that_names_nothing(&["check"], "$(idp.issuer)", "$(idp.isuer)")]
#[case::several_at_once(&["check"], "sub: u-2002, claims", "sub: 2002, calims")]
#[case::an_expectation_that_does_not_hold(&["run"], "expect: { project_roles: { $exact: { prj-west: viewer", "expect: { project_roles: { $exact: { prj-west: admin")]
fn ten_mistakes_in_a_scenario_file_read_well(
    #[context] ctx: Context,
    #[case] command: &[&str],
    #[case] right: &str,
    #[case] wrong: &str,
) {
    let folder = tempfile::tempdir().unwrap();
    assert!(SOUND.contains(right));
    fs::write(folder.path().join("ben.scenario.yaml"), SOUND.replace(right, wrong)).unwrap();
    let args: Vec<&str> = command.iter().copied().chain(["ben.scenario.yaml"]).collect();
    let said = transcript(&folder, &args, "");
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(said);
    });
}

#[rstest]
#[case::a_misspelt_claim("bindplane", "{\n  \"sub\": \"u-2002\",\n  \"email\": \"ben@acme.test\",\n  \"bindplane_org_admn\": \"true\"\n}\n", &[])]
#[case::a_list_where_a_text_is_read("bindplane", "{\n  \"sub\": \"u-2002\",\n  \"email\": \"ben@acme.test\",\n  \"bindplane_projects\": [\"admin:P1\"]\n}\n", &[])]
#[case::groups_in_another_letter_case("gorules", "sub: g1\nemail: gus@acme.test\ngroups: [Ops]\n", &["--config", "brms.env"])]
#[case::groups_at_another_depth("gorules", "sub: g1\nemail: gus@acme.test\nrealm_access: { groups: [ops] }\n", &["--config", "brms.env"])]
#[case::a_missing_required_claim("cloudbilling", "sub: a1\nemail: ann@acme.test\nroles: [ug-sales]\n", &[])]
#[case::a_group_that_does_not_exist("cloudbilling", "sub: a1\nemail: ann@acme.test\nname: Ann\nlocale: en-GB\nzoneinfo: Europe/Paris\nroles: [ug-sales, ug-marketing]\n", &[])]
#[case::roles_that_the_configuration_does_not_take("billwerk", "sub: ext-77\nemail: eva@acme.test\nroles: [admin]\n", &[])]
#[case::a_text_that_is_no_token("billrun", "eyJhbGciOiJub25lIn0\n", &[])]
#[case::json_with_a_comma_too_many("billrun", "{\n  \"sub\": \"u1\",\n  \"preferred_username\": \"dana\",\n}\n", &[])]
#[case::a_question_about_a_value_that_is_not_there("bindplane", "{ \"sub\": \"u-2002\", \"email\": \"ben@acme.test\", \"bindplane_projects\": \"viewer:P1\" }\n", &["--why-not", "project_roles.P1=admin"])]
fn ten_mistakes_in_claims_read_well(
    #[context] ctx: Context,
    #[case] product: &str,
    #[case] claims: &str,
    #[case] more: &[&str],
) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("claims.json"), claims).unwrap();
    let env = "SSO_OAUTH2_PROVIDER=oidc\nSSO_OAUTH2_CLIENT_ID=brms\nSSO_OAUTH2_ISSUER=https://idp.test/acme\n\
               SSO_OAUTH2_JWKS_URI=https://idp.test/acme/jwks\nSSO_OAUTH2_GROUPS_MAPPING=ops->admin,dev->member\n";
    fs::write(folder.path().join("brms.env"), env).unwrap();
    let mut args = vec!["preview", "-p", product, "--claims", "claims.json"];
    args.extend(more);
    let explained = more.first() == Some(&"--why-not");
    if !explained {
        args.extend(["--explain", "off"]);
    }
    // The name says JSON; YAML is read as well under another one.
    if !claims.starts_with(['{', 'e']) {
        fs::rename(folder.path().join("claims.json"), folder.path().join("claims.yaml")).unwrap();
        args.iter_mut().filter(|arg| **arg == "claims.json").for_each(|arg| *arg = "claims.yaml");
    }
    let said = transcript(&folder, &args, "");
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), omit_expression => true }, {
        insta::assert_snapshot!(said);
    });
}
