//! Every code of the source has an entry, every entry is a code of the source, and every example is taken at its word.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mock_idp::source::{Node, Sources, parse};
use rstest::{Context, rstest};
use serde_json::Value;

use super::codes::{self, Example};
use super::{FINDINGS, Kind, explain, names, text};
use crate::preview::Rehearsal;
use crate::products;
use crate::scenario::event::Event;
use crate::scenario::load::SILENCEABLE;
use crate::scenario::run::{RunOptions, run};
use crate::scenario::{LoadOptions, Loaded, load, page};

/// Nothing is wrong here, and Ada is administrator of a project.
const SOUND: &str = r#"version: 1
name: Ada signs in
idp:
  issuer: /acme
  clients:
    bindplane: { secret: s, flows: [code], redirect_uris: ["https://bindplane.host/oidc/redirect"] }
  users:
    ada: { sub: u-1001, claims: { email: ada@acme.test, bindplane_projects: "admin:P1" } }
product:
  kind: bindplane
  config:
    network: { remoteURL: https://bindplane.host }
    auth:
      type: oidc
      oidc:
        issuer: $(idp.issuer)
        oauth2ClientID: bindplane
        oauth2ClientSecret: s
        scopes: [openid, profile, email]
        disableInvitations: true
  state:
    projects: [P1, P2]
    users: [{ login: root@acme.test, organization_role: admin }]
steps:
  - { id: login, login: ada, expect: { decision: signed_in } }
"#;

fn parsed(text: &str) -> Node {
    parse(&mut Sources::new(), "x.yaml", text).unwrap()
}

/// A part over the sound scenario; one about another product brings its own clients.
fn laid_over(part: &str) -> String {
    let mut sound = parsed(SOUND);
    let part = parsed(part);
    let another = part
        .at("/product/kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| products::named(kind).is_some() && kind != "bindplane");
    if another {
        sound.as_map_mut().unwrap().remove("product");
        sound.as_map_mut().unwrap().remove("idp");
        let users = parsed("idp: { users: { ada: { sub: u-1001, claims: { email: ada@acme.test } } } }");
        sound = sound.overlaid_with(users);
    }
    page::write(&sound.overlaid_with(part).to_json())
}

fn loaded(text: &str) -> (tempfile::TempDir, Loaded) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("example.scenario.yaml");
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("part.fragment.yaml"), "version: 1\nkind: fragment\n").unwrap();
    fs::write(
        folder.path().join("circle.fragment.yaml"),
        "kind: fragment\ninclude: [circle.fragment.yaml]\n",
    )
    .unwrap();
    let options = LoadOptions::default();
    let loaded = load(&[path], &options).unwrap();
    (folder, loaded)
}

fn codes_of(loaded: &Loaded) -> BTreeSet<String> {
    loaded.diagnostics.iter().map(|diagnostic| diagnostic.code.to_string()).collect()
}

fn failures_of(loaded: &Loaded) -> BTreeSet<String> {
    let mut failures = BTreeSet::new();
    assert!(!loaded.has_errors(), "{:?}", loaded.diagnostics);
    run(loaded, &RunOptions::default(), &mut |event| {
        if let Event::CaseFinished(case) = event {
            let steps = case.steps.iter().flat_map(|step| &step.failures);
            failures.extend(steps.map(|failure| failure.code.to_owned()));
        }
    })
    .unwrap();
    failures
}

fn near_misses_of(product: &str, given: &str) -> BTreeSet<String> {
    let kind = products::named(product).unwrap();
    let given: Value = serde_json::from_str(given).unwrap();
    match Rehearsal::of_example(kind, &given, &BTreeMap::new()) {
        Ok(rehearsal) => {
            let misses = crate::preview::near_misses(&rehearsal, &rehearsal.play()).0;
            misses.into_iter().map(|miss| miss.code.to_owned()).collect()
        }
        // What the command line calls so.
        Err(_) => BTreeSet::from(["P0405".to_owned()]),
    }
}

#[test]
fn the_scenario_under_the_examples_is_sound() {
    let (_folder, loaded) = loaded(&laid_over("version: 1"));
    assert_eq!(codes_of(&loaded), BTreeSet::new());
    assert_eq!(failures_of(&loaded), BTreeSet::new());
}

/// The table of codes, walked: each is raised by its example, and not by the example put right.
#[test]
fn every_code_is_raised_by_its_example_and_not_by_the_example_put_right() {
    let mut wrong_examples = Vec::new();
    for code in codes::all() {
        let raised = |text: &str| match code.example {
            Example::Part { .. } => codes_of(&loaded(&laid_over(text)).1),
            Example::Whole { .. } => codes_of(&loaded(text).1),
            Example::Run { .. } => failures_of(&loaded(&laid_over(text)).1),
            Example::Claims { product, .. } => near_misses_of(product, text),
            Example::Command { .. } => BTreeSet::new(),
        };
        if matches!(code.example, Example::Command { .. }) {
            continue;
        }
        let (wrong, right) = code.example.sides();
        let (by_wrong, by_right) = (raised(wrong), raised(right));
        let errors = by_right.iter().any(|code| code.starts_with(['E', 'P']))
            && matches!(code.example, Example::Part { .. });
        if !by_wrong.contains(code.code) || by_right.contains(code.code) || errors {
            wrong_examples.push(format!("{}: wrong raises {by_wrong:?}, right {by_right:?}", code.code));
        }
    }
    assert_eq!(wrong_examples, Vec::<String>::new());
}

/// Codes in the source, without its tests and without this room.
fn codes_in_the_source() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open: Vec<PathBuf> = vec![root.join("harness/src"), root.join("mock-idp/src")];
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let inside = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
            open.extend(inside.filter(|path| !path.ends_with("explain")));
        } else if path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            found.extend(code.split('"').filter(|word| is_code(word)).map(str::to_owned));
        }
    }
    found
}

fn is_code(word: &str) -> bool {
    word.len() == 5
        && word.starts_with(['E', 'W', 'P', 'N', 'R'])
        && word.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

#[test]
fn every_code_of_the_source_is_explained_and_every_explained_code_is_in_the_source() {
    let explained: BTreeSet<String> = codes::all().map(|code| code.code.to_owned()).collect();
    assert_eq!(codes_in_the_source(), explained);
}

#[test]
fn what_can_be_allowed_is_what_does_not_keep_a_file_from_being_used() {
    let warnings: Vec<&str> = codes::all()
        .map(|code| code.code)
        .filter(|code| {
            code.starts_with('W') || matches!(*code, "P0401" | "P0404" | "P0406" | "P0407" | "P0408")
        })
        // These two are about no scenario's own words.
        .filter(|code| !matches!(*code, "W0510" | "W0512"))
        .collect();
    let mut silenceable = SILENCEABLE.to_vec();
    silenceable.sort_unstable();
    let mut sorted = warnings.clone();
    sorted.sort_unstable();
    assert_eq!(silenceable, sorted);
}

/// The table of families in the guide: which there are, and of which family what can be silenced.
#[test]
fn the_guide_names_every_family_and_what_of_it_cannot_be_silenced() {
    let guide = include_str!("../../../scenarios/README.md");
    let rows: Vec<Vec<&str>> = guide
        .lines()
        .map(|line| line.split(" | ").collect())
        .filter(|row: &Vec<&str>| row.len() == 3)
        .collect();
    let (mut families, mut silenced) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let Some(family) = row[0].strip_prefix("| `").and_then(|name| name.strip_suffix("..`")) else {
            continue;
        };
        families.insert(family);
        if row[2].contains("`allow` silences") {
            // Codes that the cell names are its exceptions.
            let of_it = codes::all().map(|code| code.code).filter(|code| code.starts_with(family));
            silenced.extend(of_it.filter(|code| !row[2].contains(code)));
        }
    }
    assert_eq!(families, codes::all().map(|code| code.code.split_at(3).0).collect());
    assert_eq!(silenced, BTreeSet::from(SILENCEABLE));
}

/// Codes of findings as products write them: a text in the code that becomes a finding in an example.
#[test]
fn every_finding_of_the_examples_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = BTreeSet::new();
    for folder in ["fixtures/examples", "fixtures/examples/more"] {
        for kind in products::ALL {
            let text = fs::read_to_string(root.join(folder).join(format!("{}.json", kind.name()))).unwrap();
            let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
            for case in cases {
                let Ok(rehearsal) = Rehearsal::of_example(*kind, &case["given"], &BTreeMap::new()) else {
                    continue;
                };
                found.extend(rehearsal.play().envelope.findings);
            }
        }
    }
    assert!(found.len() > 15, "{found:?}");
    let unknown: Vec<&String> =
        found.iter().filter(|code| explain(code).is_none_or(|it| it.kind != Kind::Finding)).collect();
    assert_eq!(unknown, Vec::<&String>::new());
}

#[test]
fn every_finding_names_a_rule_that_exists_and_a_word_of_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/products");
    let mut source = String::new();
    let mut open = vec![root];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            source.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    for finding in FINDINGS {
        assert!(explain(finding.rule).is_some_and(|rule| rule.kind == Kind::Rule), "{}", finding.rule);
        let stem = finding.code.trim_start_matches("invalid_");
        assert!(source.contains(stem), "{} is in no product", finding.code);
    }
}

#[test]
fn every_name_is_explained_with_a_title_and_words() {
    for name in names() {
        let explanation = explain(&name).unwrap_or_else(|| panic!("{name} is not explained"));
        assert!(!explanation.title.is_empty() && !explanation.text.is_empty(), "{name}");
    }
}

#[rstest]
#[case::code("E0204")]
#[case::warning("w0501")]
#[case::rule("BP-R15")]
#[case::shared_rule("X-R5")]
#[case::reading("BP-Q2")]
#[case::finding("unknown_role:Administrator")]
#[case::fault("id_token.nonce")]
#[case::fault_with_its_value("id_token.nonce=missing")]
#[case::case("RPX-CLM-19")]
#[case::one_of_its_cases("rpx-sig-23.zeros")]
fn a_name_is_explained_in_words(#[context] ctx: Context, #[case] name: &str) {
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap() }, {
        insta::assert_snapshot!(text(&explain(name).unwrap()));
    });
}

#[test]
fn a_name_that_nobody_knows_is_not_explained() {
    assert_eq!(explain("BP-R99"), None);
    assert_eq!(explain(""), None);
}
