//! Files with typical slips, and what is said about them.

use std::fs;
use std::path::PathBuf;

use mock_idp::source::{Style, render};
use rstest::rstest;

use super::{LoadOptions, Loaded, load};

fn loaded(files: &[(&str, &str)], ci: bool) -> (Loaded, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut first = PathBuf::new();
    for (name, text) in files.iter().rev() {
        first = folder.path().join(name);
        fs::write(&first, text).unwrap();
    }
    let env = |name: &str| (name == "TENANT").then(|| "acme".to_owned());
    let loaded = load(&[first], &LoadOptions { env: &env, ci, ..LoadOptions::default() }).unwrap();
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

const MANY: &str = r#"version: 1
name: a mistake in every part
allow: [W0501]
idp:
  issuer: /acme
  clients:
    bindplne: { secret: s, flows: [implicit], redirect_uris: ["https://bindplane.host/oidc/redirct"] }
  users: { ben: { sub: u-2002, sub: again, claims: { bindplane_projects: [admin:prj-east] } } }
product:
  kind: bindplane
  config:
    network: { remoteURL: https://bindplane.host }
    auth:
      type: oidc
      oidc:
        isuer: $(idp.issuer)
        oauth2ClientID: bindplane
        oauth2ClientSecret: s
        scopes: [profile]
        disableInvitations: maybe
  state: { projects: [prj-east], usrs: [], users: [{ login: root@acme.test, organization_role: amin }] }
steps:
  - id: same
    login: ben
    expect: { decision: rejected }
  - id: same
    login: bne
"#;

#[test]
fn a_mistake_hides_no_other() {
    let (_, said) = loaded(&[("many.scenario.yaml", MANY)], false);
    insta::assert_snapshot!(said);
}

fn codes(text: &str) -> Vec<String> {
    let (loaded, _) = loaded(&[("x.scenario.yaml", text)], false);
    loaded.diagnostics.iter().map(|it| it.code.to_string()).collect()
}

/// A scenario without mistakes about each product, to put one wrong.
fn sound(product: &str, client: &str, config: &str) -> String {
    format!(
        "version: 1\nname: x\nidp:\n  issuer: /acme\n  clients: {{ app: {{ secret: s, {client} }} }}\nproduct:\n  \
         kind: {product}\n  config: {config}\nsteps: [{{ id: a, login: ada, expect: {{ decision: signed_in }} }}]\n"
    )
}

const BINDPLANE: (&str, &str, &str) = (
    "bindplane",
    "redirect_uris: [\"https://b.test/oidc/redirect\"]",
    "{ network: { remoteURL: \"https://b.test\" }, auth: { type: oidc, oidc: { issuer: $(idp.issuer), \
     oauth2ClientID: app, oauth2ClientSecret: s, scopes: [openid] } } }",
);
const GORULES: (&str, &str, &str) = (
    "gorules",
    "redirect_uris: [\"https://g.test/_callback\"]",
    "{ env: { APP_URL: \"https://g.test\", SSO_OAUTH2_PROVIDER: oidc, SSO_OAUTH2_CLIENT_ID: app, \
     SSO_OAUTH2_ISSUER: $(idp.issuer), SSO_OAUTH2_JWKS_URI: $(idp.jwks_uri), SSO_OAUTH2_SCOPES: openid } }",
);
const CLOUDBILLING: (&str, &str, &str) = (
    "cloudbilling",
    "query_tokens: true, flows: [implicit], redirect_uris: [\"https://app.cloudbilling.nl/SSO/OIDC/7/Callback\"]",
    "{ client_id: app, issuer: $(idp.issuer), id: 7, tenant: Acme }",
);
const BILLRUN: (&str, &str, &str) = (
    "billrun",
    "redirect_uris: [\"https://billrun.host/auth/login?protocol=oidc&provider=kc\"]",
    "{ protocols: [oidc], oidc: [{ name: kc, issuer_url: $(idp.issuer), client_id: app, client_secret: s }] }",
);

/// A setting is put wrong: nothing is said besides that only follows from it.
#[rstest]
#[case::misspelt_client(BINDPLANE, "oauth2ClientID", "clientID", "P0402")]
#[case::misspelt_scopes(BINDPLANE, "scopes", "scops", "P0402")]
#[case::misspelt_section(BINDPLANE, "network", "netwrok", "P0402")]
#[case::misspelt_address(BINDPLANE, "remoteURL", "remotURL", "P0402")]
#[case::scopes_as_a_text(BINDPLANE, "[openid]", "openid", "P0402")]
#[case::an_address_that_is_none(BINDPLANE, "\"https://b.test\" }", "5 }", "P0402")]
#[case::scopes_that_name_nothing(BINDPLANE, "[openid]", "$(vars.scops)", "E0309")]
#[case::a_misspelt_product(BINDPLANE, "kind: bindplane", "kind: bindplan", "E0302")]
#[case::misspelt_keys(GORULES, "SSO_OAUTH2_JWKS_URI", "SSO_OAUTH2_JWK_URI", "P0402")]
#[case::misspelt_url(GORULES, "APP_URL", "APP_UR", "P0402")]
#[case::a_list_of_keys(GORULES, "$(idp.jwks_uri)", "[a]", "P0402")]
#[case::a_scope_list(GORULES, "SSO_OAUTH2_SCOPES: openid", "SSO_OAUTH2_SCOPES: [openid]", "P0402")]
#[case::a_missing_number(CLOUDBILLING, "id: 7, ", "", "P0402")]
#[case::a_misspelt_number(CLOUDBILLING, "id: 7, ", "ID1: 7, ", "P0402")]
#[case::a_misspelt_flow(CLOUDBILLING, "[implicit]", "[implict]", "E0301")]
#[case::a_name_that_is_none(BILLRUN, "name: kc", "name: [kc]", "P0402")]
#[case::a_misspelt_name(BILLRUN, "name: kc", "nme: kc", "P0402")]
#[case::a_number_too_long(
    BILLRUN,
    "client_secret: s",
    "client_secret: 123456789012345678901234567890",
    "E0107"
)]
fn nothing_is_said_that_only_follows(
    #[case] (product, client, config): (&str, &str, &str),
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] code: &str,
) {
    let text = sound(product, client, config);
    let usual: Vec<String> = if product == "cloudbilling" { vec!["W0507".to_owned()] } else { Vec::new() };
    assert_eq!(codes(&text), usual);
    assert!(text.contains(right), "{text}");
    let mut found = codes(&text.replacen(right, wrong, 1));
    found.retain(|it| !usual.contains(it));
    assert_eq!(found, [code]);
}

#[test]
fn what_may_stand_in_a_file_that_is_not_there_is_not_missed() {
    let text = "version: 1\nname: x\ninclude: [gone.yaml]\ntag: [a]\nsteps: [{ id: a, login: bob, expect: { decision: rejected } }]\n";
    assert_eq!(codes(text), ["E0103", "E0201"]);
}

/// Also the provider's configuration and the product's, and nothing that the scenario may bring.
#[rstest]
#[case::to_check(true, &["E0302", "P0402", "E0201", "E0301"])]
#[case::to_run(false, &["E0109", "E0302", "P0402", "E0201", "E0301"])]
fn a_fragment_by_itself_is_looked_at_as_far_as_it_goes(#[case] fragments: bool, #[case] expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part.fragment.yaml");
    let text = "version: 1\nkind: fragment\nproduct: { kind: bindplan, config: { auth: { oidc: { isuer: $(vars.x) } } } }\n\
                idp: { usrs: {} }\nsteps: [{ login: ada, expect: { decision: signed_up } }]\n";
    fs::write(&path, text).unwrap();
    let loaded = load(&[path], &LoadOptions { fragments, ..LoadOptions::default() }).unwrap();
    let codes: Vec<&str> = loaded.diagnostics.iter().map(|it| it.code.as_ref()).collect();
    assert_eq!((codes.as_slice(), loaded.cases.len()), (expected, 0));
}

#[test]
fn the_fragments_of_the_repository_have_no_mistakes_of_their_own() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/shared");
    let paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let fragments = LoadOptions { fragments: true, ..LoadOptions::default() };
    let loaded = load(&paths, &fragments).unwrap();
    assert_eq!(loaded.files, paths.len());
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
}

#[test]
fn what_the_product_presents_is_found_where_it_was_written() {
    let (product, client, config) = BINDPLANE;
    let text = sound(product, client, config).replace("{ app: ", "{ aplication: ");
    let (_, said) = loaded(&[("x.scenario.yaml", &text)], false);
    assert!(said.contains("this product presents it"), "{said}");
    let text = text.replace("aplication", "ap");
    let (loaded, _) = loaded(&[("x.scenario.yaml", &text)], false);
    let [unknown] = loaded.diagnostics.as_slice() else { panic!("{:?}", loaded.diagnostics) };
    assert_eq!(unknown.code, "E0304");
    assert_eq!(loaded.sources.slice(unknown.primary.as_ref().unwrap().span), "ap");
    assert_eq!(loaded.sources.slice(unknown.secondary[0].span), "app");
}
