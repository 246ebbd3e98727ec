//! Files with typical slips, and what is said about them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use mock_idp::source::{Style, render};

use super::{LoadOptions, Loaded, load};

fn loaded(files: &[(&str, &str)], ci: bool) -> (Loaded, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut first = PathBuf::new();
    for (name, text) in files.iter().rev() {
        first = folder.path().join(name);
        fs::write(&first, text).unwrap();
    }
    let env = |name: &str| (name == "TENANT").then(|| "acme".to_owned());
    let loaded = load(&[first], &LoadOptions { env: &env, readings: BTreeMap::new(), ci }).unwrap();
    let said = render(&loaded.diagnostics, &loaded.sources, Style::Plain);
    let said = said.replace(&format!("{}/", folder.path().display()), "");
    (loaded, said)
}

const BROKEN: &str = r"version: 1
name: broken on purpose
tags: [billrun]
idp:
  issuer: /acme
  signing: { alg: RS265 }
  clients:
    billrun:
      secret: s
      flows: [implicit]
      redirect_uri: [https://billrun.host/auth/login]
  users:
    ben:
      sub: 2002
product:
  kind: billrun
  config:
    protocols: [oidc]
    oidc:
      - { name: keycloak, issuer_url: $(idp.isuer), client_id: billrun, client_secret: s }
readings: { BR-Q99: x }
steps:
  - id: one
    login: bne
    expect:
      decison: signed_in
      decision: singed_in
      trace: { fired: [BR-R99] }
      session: { $exakt: {} }
  - id: one
    advance: 10 minutes
  - login: ben
    logout: rp
  - observe: session
  - run: sign-in
only: yes
";

#[test]
fn every_slip_is_shown_in_one_pass() {
    let (loaded, said) = loaded(&[("broken.scenario.yaml", BROKEN)], false);
    assert!(loaded.cases.is_empty());
    insta::assert_snapshot!(said);
}

const SOUND: &str = r#"version: 1
name: sound
env: [TENANT]
idp:
  clients:
    billrun: { secret: s, redirect_uris: ["https://billrun.host/auth/login?protocol=oidc&provider=keycloak"] }
  users: { ada: { sub: u1, claims: { tenant: $(env.TENANT) } } }
product:
  kind: billrun
  config:
    protocols: [oidc]
    oidc: [{ name: keycloak, issuer_url: $(idp.issuer), client_id: billrun, client_secret: s }]
cases:
  - { id: read, roles: [read] }
  - { id: none, roles: $(vars.none), tags: [slow], skip: later }
vars: { none: [] }
blocks:
  look: { params: [who], steps: [{ login: $(param.who), expect: { session: { roles: $(case.roles) } } }, { id: bye, logout: rp }] }
steps:
  - run: look
    with: { who: ada }
  - id: again
    run: look
    with: { who: ada }
"#;

#[test]
fn a_file_becomes_cases_with_values_filled_in_and_blocks_laid_out() {
    let (loaded, said) = loaded(&[("sound.scenario.yaml", SOUND)], true);
    assert_eq!(said, "");
    let [read, none] = loaded.cases.as_slice() else { panic!("{:?}", loaded.cases) };
    let ids: Vec<_> = read.file.steps.iter().filter_map(|step| step.id.as_deref()).collect();
    assert_eq!(ids, ["look.1", "look.bye", "again.1", "again.bye"]);
    assert_eq!(read.file.idp.users["ada"].claims["tenant"], "acme");
    assert_eq!(none.skip.as_deref(), Some("later"));
    assert!(none.tags.contains("slow") && !read.tags.contains("slow"));
    // The value of a case is shown where the case has it.
    let span = read.expectation_span(0, "/session/roles");
    assert_eq!(loaded.sources.slice(span), "[read]");
}

#[test]
fn a_refusal_that_nothing_is_compared_with_is_a_doubt() {
    let text = SOUND
        .replace("{ session: { roles: $(case.roles) } }", "{ decision: rejected, claims: $(case.roles) }")
        .replace("skip: later", "unused: 1");
    let (loaded, _) = loaded(&[("x.scenario.yaml", &text)], false);
    let codes: Vec<_> = loaded.diagnostics.iter().map(|d| d.code.as_ref()).collect();
    assert_eq!(codes, ["W0504", "W0505"]);
}
