//! The laws of the house that neither the compiler nor a lint can see: who may name whom, and that nothing is unpaired.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms of its own crate that it may name besides itself.
struct Room {
    path: &'static str,
    may_name: &'static [&'static str],
}

const MOCK_IDP: &[Room] = &[
    Room { path: "source", may_name: &[] },
    Room { path: "protocol", may_name: &[] },
    Room { path: "config", may_name: &["protocol", "source"] },
    Room { path: "provider", may_name: &["protocol", "config"] },
    Room { path: "http", may_name: &["protocol", "config", "provider"] },
];

const HARNESS: &[Room] = &[
    Room { path: "decision", may_name: &[] },
    Room { path: "products", may_name: &["decision"] },
    Room { path: "preview", may_name: &["decision", "products"] },
    Room { path: "transport", may_name: &[] },
    Room { path: "user_agent", may_name: &["transport"] },
    Room { path: "rp", may_name: &["decision", "transport"] },
    Room { path: "scenario", may_name: &["decision", "products", "rp", "transport", "user_agent"] },
    Room { path: "report", may_name: &["decision", "scenario"] },
];

/// Rooms that hold rules: no sockets, files, clock, randomness or `async`.
const PURE: &[&str] = &[
    "mock-idp/src/source",
    "mock-idp/src/protocol",
    "mock-idp/src/config",
    "mock-idp/src/provider",
    "harness/src/decision",
    "harness/src/products",
    "harness/src/preview",
];

const IMPURE_WORDS: &[&str] = &[
    "axum::",
    "tokio::",
    "reqwest::",
    "std::fs",
    "std::net",
    "std::env",
    "async fn",
    ".await",
    "SystemTime",
    "Instant::now",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file of a room: `room.rs` and all below `room/`.
fn files_of(room: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let single = room.with_extension("rs");
    if single.is_file() {
        found.push(single);
    }
    let mut open = vec![room.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The code of a file without its comments and without the tests at its end.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.split(" // ").next().unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_test_file(file: &Path) -> bool {
    file.file_stem().is_some_and(|stem| stem == "tests")
        || file.components().any(|c| c.as_os_str() == "tests")
}

/// The rooms of its own crate that a piece of code names: the word after each `crate::`.
fn named_rooms(code: &str) -> BTreeSet<&str> {
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .filter(|word| !word.is_empty())
        .collect()
}

fn border_violations(krate: &str, rooms: &[Room]) -> Vec<String> {
    let known: BTreeSet<&str> = rooms.iter().map(|room| room.path).collect();
    let mut violations = Vec::new();
    for room in rooms {
        let files = files_of(&root().join(krate).join("src").join(room.path));
        assert!(!files.is_empty(), "room `{}` of `{krate}` has no file", room.path);
        for file in files.iter().filter(|file| !is_test_file(file)) {
            for named in named_rooms(&code_of(file)) {
                if named != room.path && known.contains(named) && !room.may_name.contains(&named) {
                    violations.push(format!("{}: `{}` names `{named}`", file.display(), room.path));
                }
            }
        }
    }
    violations
}

#[test]
fn rooms_of_the_provider_keep_their_borders() {
    assert_eq!(border_violations("mock-idp", MOCK_IDP), Vec::<String>::new());
}

#[test]
fn rooms_of_the_harness_keep_their_borders() {
    assert_eq!(border_violations("harness", HARNESS), Vec::<String>::new());
}

#[test]
fn pure_rooms_touch_neither_sockets_files_nor_the_clock() {
    let mut violations = Vec::new();
    for room in PURE {
        for file in files_of(&root().join(room)).iter().filter(|file| !is_test_file(file)) {
            let code = code_of(file);
            violations.extend(
                IMPURE_WORDS
                    .iter()
                    .filter(|word| code.contains(**word))
                    .map(|word| format!("{}: `{word}`", file.display())),
            );
        }
    }
    assert_eq!(violations, Vec::<String>::new());
}

#[test]
fn products_do_not_name_each_other() {
    let names: Vec<&str> = harness::products::ALL.iter().map(|kind| kind.name()).collect();
    let mut violations = Vec::new();
    for name in &names {
        for file in files_of(&root().join("harness/src/products").join(name)) {
            let code = code_of(&file);
            for other in names.iter().filter(|other| *other != name) {
                if code.contains(&format!("products::{other}"))
                    || code.contains(&format!("super::super::{other}"))
                {
                    violations.push(format!("{}: names `{other}`", file.display()));
                }
            }
        }
    }
    assert_eq!(violations, Vec::<String>::new());
}

#[test]
fn a_library_is_named_only_behind_its_door() {
    let doors: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("jsonwebtoken", &["mock-idp/src/protocol/keys", "harness/src/rp/jws.rs"][..]),
        ("openidconnect", &["harness/src/rp"][..]),
        (
            "aws_lc_rs",
            &["mock-idp/src/protocol/keys", "mock-idp/src/protocol/issue", "mock-idp/src/protocol/pkce.rs"][..],
        ),
    ]);
    let mut violations = Vec::new();
    for krate in ["mock-idp", "harness"] {
        for file in files_of(&root().join(krate).join("src")).iter().filter(|file| !is_test_file(file)) {
            let code = code_of(file);
            for (library, allowed) in &doors {
                let inside = allowed.iter().any(|door| file.starts_with(root().join(door)));
                if !inside && code.contains(&format!("{library}::")) {
                    violations.push(format!("{}: `{library}`", file.display()));
                }
            }
        }
    }
    assert_eq!(violations, Vec::<String>::new());
}

#[test]
fn every_product_has_scenarios_a_client_and_a_page_about_its_rules() {
    for kind in harness::products::ALL {
        let name = kind.name();
        let scenarios = root().join("scenarios").join(name);
        let count = fs::read_dir(&scenarios)
            .map(|entries| entries.filter(|e| e.as_ref().is_ok_and(|e| is_scenario(&e.path()))).count())
            .unwrap_or_default();
        assert!(count >= 8, "{name} has {count} scenarios in {}", scenarios.display());
        assert!(
            root().join(format!("fixtures/clients/{name}.yaml")).is_file(),
            "{name} has no client fixture"
        );

        let page = fs::read_to_string(root().join(format!("harness/src/products/{name}/README.md"))).unwrap();
        let untold: Vec<&str> = kind
            .rules()
            .iter()
            .map(|rule| rule.id)
            .chain(kind.readings().iter().map(|reading| reading.id))
            .filter(|id| !page.contains(id))
            .collect();
        assert_eq!(untold, Vec::<&str>::new(), "rules and readings of {name} that its README does not tell");
    }
}

fn is_scenario(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".scenario.yaml")
}
