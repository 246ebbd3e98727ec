//! The laws of the house that neither the compiler nor a lint can see: who may name whom, and that nothing is unpaired.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rstest::rstest;

/// A room, and the rooms of its own crate (or a part of one) that it may name besides itself.
struct Room {
    path: &'static str,
    may_name: &'static [&'static str],
}

const MOCK_IDP: &[Room] = &[
    Room { path: "source", may_name: &[] },
    Room { path: "protocol", may_name: &[] },
    Room { path: "fault", may_name: &["protocol"] },
    Room { path: "config", may_name: &["protocol", "source", "fault"] },
    Room { path: "provider", may_name: &["protocol", "config", "fault"] },
    Room { path: "http", may_name: &["protocol", "config", "provider", "fault", "control"] },
    Room { path: "control", may_name: &["protocol", "config", "provider", "fault"] },
];

const HARNESS: &[Room] = &[
    Room { path: "decision", may_name: &[] },
    Room { path: "products", may_name: &["decision"] },
    Room { path: "preview", may_name: &["decision", "markup", "products"] },
    Room { path: "explain", may_name: &["conformance", "decision", "products"] },
    Room { path: "transport", may_name: &[] },
    Room { path: "user_agent", may_name: &["transport"] },
    Room { path: "rp", may_name: &["decision", "markup", "transport"] },
    Room { path: "scenario", may_name: &["decision", "products", "rp", "transport", "user_agent"] },
    Room {
        path: "conformance",
        may_name: &["decision", "markup", "products", "rp", "transport", "user_agent"],
    },
    Room { path: "markup", may_name: &[] },
    Room { path: "report", may_name: &["decision", "explain", "markup", "scenario::event"] },
];

/// Rooms that hold rules: no sockets, files, clock, randomness or `async`.
const PURE: &[&str] = &[
    "mock-idp/src/source",
    "mock-idp/src/protocol",
    "mock-idp/src/fault",
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

/// The workspace, as a path without `tests/..` in it: that would make each file below look like a test.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
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

/// The files of a room that are not tests. That there are some is what keeps a law from holding for nothing.
fn code_files(room: &Path) -> Vec<PathBuf> {
    let files: Vec<PathBuf> = files_of(room).into_iter().filter(|file| !is_test_file(file)).collect();
    assert!(!files.is_empty(), "no code in {}", room.display());
    files
}

/// Where a file stands in its crate: `src/rp/http/cookies.rs` is `["rp", "http", "cookies"]`.
fn module_of(source: &Path, file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(source).unwrap().with_extension("");
    let words = inside.components().map(|c| c.as_os_str().to_string_lossy().into_owned());
    words.filter(|word| !matches!(word.as_str(), "mod" | "lib" | "main")).collect()
}

/// Every path that the code of `module` spells from `crate` or `super`, from the root of the crate on.
fn named_paths(code: &str, module: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let (before, here) = code.split_at(at);
            if before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut paths = Vec::new();
            use_tree(here, "", &mut paths);
            found.extend(paths.iter().map(|path| from_the_root(path, module)));
        }
    }
    found
}

/// Spells out `a::{b, c::d}` as `a::b` and `a::c::d`; gives what follows the tree.
fn use_tree<'c>(code: &'c str, prefix: &str, paths: &mut Vec<String>) -> &'c str {
    let code = code.trim_start();
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            match rest.strip_prefix('}') {
                Some(after) => return after,
                None if rest.is_empty() => return rest,
                None => {}
            }
            let after = use_tree(rest, prefix, paths);
            // Whatever is no tree, such as `as Name`, is skipped up to the next item.
            rest = after.find([',', '}']).map_or("", |end| after.split_at(end).1);
        }
    }
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    let (word, after) = code.split_at(end);
    let path = if prefix.is_empty() { word.to_owned() } else { format!("{prefix}::{word}") };
    match after.strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '{') => {
            use_tree(rest, &path, paths)
        }
        Some(_) | None => {
            paths.push(path);
            after
        }
    }
}

fn from_the_root(path: &str, module: &[String]) -> String {
    let mut words = path.split("::").peekable();
    let mut place = if words.next_if_eq(&"crate").is_some() { Vec::new() } else { module.to_vec() };
    while words.next_if_eq(&"super").is_some() {
        place.pop();
    }
    place.extend(words.map(str::to_owned));
    place.join("::")
}

fn is_below(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[rstest]
#[case::a_whole_path("fn f(x: crate::rp::State) {}", &["rp::State"])]
#[case::a_list("use crate::{decision::Event, rp};", &["decision::Event", "rp"])]
#[case::a_list_in_a_list("use crate::{a::{b, c as d}, e};", &["a::b", "a::c", "e"])]
#[case::by_way_of_the_parents("use super::super::super::scenario::event;", &["scenario::event"])]
#[case::a_sister("use super::cookies::Cookie;", &["rp::http::cookies::Cookie"])]
#[case::only_a_part_of_a_word("use openidconnect_crate::x;", &[])]
fn a_path_is_read_however_it_is_written(#[case] code: &str, #[case] paths: &[&str]) {
    let module = ["rp", "http", "answers"].map(str::to_owned);
    assert_eq!(named_paths(code, &module), paths);
}

fn border_violations(krate: &str, rooms: &[Room]) -> Vec<String> {
    let source = root().join(krate).join("src");
    let known = || rooms.iter().map(|room| room.path).chain(["cli"]);
    let mut violations = Vec::new();
    for room in rooms {
        for file in code_files(&source.join(room.path)) {
            for named in named_paths(&code_of(&file), &module_of(&source, &file)) {
                let another = known().any(|other| other != room.path && is_below(&named, other));
                if another && !room.may_name.iter().any(|allowed| is_below(&named, allowed)) {
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
        for file in code_files(&root().join(room)) {
            let code = code_of(&file);
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
    let source = root().join("harness/src");
    let names: Vec<&str> = harness::products::ALL.iter().map(|kind| kind.name()).collect();
    let mut violations = Vec::new();
    for name in &names {
        for file in code_files(&source.join("products").join(name)) {
            for named in named_paths(&code_of(&file), &module_of(&source, &file)) {
                let other = |other: &&&str| *other != name && is_below(&named, &format!("products::{other}"));
                if names.iter().any(|it| other(&it)) {
                    violations.push(format!("{}: names `{named}`", file.display()));
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
        // Digests have no door: they are plain functions, without keys and without chance.
        ("aws_lc_rs::signature", &["mock-idp/src/protocol/keys"][..]),
        ("aws_lc_rs::hmac", &["mock-idp/src/protocol/keys"][..]),
        ("aws_lc_rs::rsa", &["mock-idp/src/protocol/keys"][..]),
        ("aws_lc_rs::aead", &["mock-idp/src/protocol/keys/jwe"][..]),
        ("aws_lc_rs::agreement", &["mock-idp/src/protocol/keys/jwe"][..]),
        ("aws_lc_rs::cipher", &["mock-idp/src/protocol/keys/jwe"][..]),
        ("aes_kw", &["mock-idp/src/protocol/keys/jwe"][..]),
        ("aws_lc_rs::rand", &["mock-idp/src/protocol/keys/material.rs", "mock-idp/src/http/system.rs"][..]),
    ]);
    let mut violations = Vec::new();
    for krate in ["mock-idp", "harness"] {
        for file in code_files(&root().join(krate).join("src")) {
            let code = code_of(&file);
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
