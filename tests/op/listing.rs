//! `docs/op-conformance.md`: every module, where it is run, and what came of it in this very run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::plans::{Entry, Module, Plan, modules};
use super::script::{Outcome, function_of, outcome_of};
use super::{Script, scripts};

const HEAD: &str = "\
# What the OpenID Foundation asks of a provider

The Foundation's conformance suite has 77 modules for OpenID providers, in 14 plans. A module in a plan with a response type is
an entry; there are 494. The tests in `tests/op/` ask what each module asks, over HTTP, of a provider with `persona: strict`, with
a client and a browser of their own for each entry. A warning of the suite counts as a failure here, and where the suite wants a
screenshot, the test reads the page.

Responses come in the query for `code`, in the fragment for the other response types, and in a form in the three form post
plans. Clients register themselves, except in the form post plans, where the provider knows them by its configuration if the
module allows it. They authenticate with `client_secret_basic`, in the dynamic plan with `private_key_jwt`, in the comprehensive
one with `client_secret_jwt`, and with another method where a module is about that.

This page is made from the results of the run that checks it, and the check fails when the two differ. Nothing can stand here
as passed that did not run. To write it anew:

```sh
INSTA_UPDATE=always cargo test -p acceptance op::listing
```

";

fn script_of(module: &Module) -> Option<Script> {
    scripts().find(|script| script.function == function_of(module.name))
}

/// Plays what was not played yet.
async fn outcomes() -> BTreeMap<&'static str, &'static Outcome> {
    let mut outcomes = BTreeMap::new();
    for script in scripts() {
        let outcome = outcome_of(script.function).await;
        outcomes.insert(outcome.module.name, outcome);
    }
    outcomes
}

fn page(outcomes: &BTreeMap<&'static str, &'static Outcome>) -> String {
    let mut page = HEAD.to_owned();
    plans_table(&mut page, outcomes).expect("text can be written");
    let mut group = "";
    for module in modules() {
        if module.group != group {
            group = module.group;
            let columns = "Module | Clauses | Plans and response types | Test | Result";
            write!(page, "\n## {group}\n\n| {columns} |\n| --- | --- | --- | --- | --- |\n").expect("it can");
        }
        row(&mut page, &module, outcomes).expect("text can be written");
    }
    page
}

fn plans_table(page: &mut String, outcomes: &BTreeMap<&'static str, &'static Outcome>) -> std::fmt::Result {
    page.push_str("| Plan | Modules | Entries | Passed |\n| --- | --- | --- | --- |\n");
    let all: Vec<Entry> = modules().iter().flat_map(Module::entries).collect();
    let run: Vec<_> = outcomes.values().flat_map(|outcome| &outcome.entries).collect();
    let passed = |plan| run.iter().filter(|(entry, result)| entry.plan == plan && result.is_ok()).count();
    for plan in Plan::ALL {
        let of_plan: Vec<_> = all.iter().filter(|entry| entry.plan == plan).collect();
        let modules: BTreeSet<_> = of_plan.iter().map(|entry| entry.module).collect();
        let (modules, entries) = (modules.len(), of_plan.len());
        writeln!(page, "| `{}` | {modules} | {entries} | {} |", plan.name(), passed(plan))?;
    }
    let passed = run.iter().filter(|(_, result)| result.is_ok()).count();
    writeln!(page, "| all | {} | {} | {passed} |", modules().len(), all.len())
}

fn row(
    page: &mut String,
    module: &Module,
    outcomes: &BTreeMap<&'static str, &'static Outcome>,
) -> std::fmt::Result {
    let test = script_of(module).map(|script| {
        let file = script.place.trim_start_matches("acceptance::").replace("::", "/");
        format!("`{}` in `tests/{file}.rs`", script.function)
    });
    let result = outcomes.get(module.name).map_or_else(|| "not run".to_owned(), |outcome| result(outcome));
    let (name, clauses, plans) = (module.name, module.clauses, plans_of(module));
    writeln!(page, "| `{name}` | {clauses} | {plans} | {} | {result} |", test.unwrap_or_default())
}

fn result(outcome: &Outcome) -> String {
    let passed = outcome.entries.iter().filter(|(_, result)| result.is_ok()).count();
    let all = outcome.entries.len();
    let word = if passed == all { "passed" } else { "failed" };
    format!("{word}, {passed} of {all}")
}

/// The plans of a module, and the response types that it is run with in each.
fn plans_of(module: &Module) -> String {
    let mut types_of: BTreeMap<Plan, Vec<String>> = BTreeMap::new();
    for entry in module.entries() {
        types_of.entry(entry.plan).or_default().push(format!("`{}`", entry.response_type.as_str()));
    }
    // plans with the same response types stand together, where the first of them stands
    let mut shown: Vec<(String, Vec<&str>)> = Vec::new();
    for (plan, types) in types_of {
        let types = types.join(", ");
        match shown.iter_mut().find(|(known, _)| *known == types) {
            Some((_, plans)) => plans.push(short(plan)),
            None => shown.push((types, vec![short(plan)])),
        }
    }
    let shown = shown.iter().map(|(types, plans)| format!("{}: {types}", plans.join(", ")));
    shown.collect::<Vec<_>>().join("; ")
}

fn short(plan: Plan) -> &'static str {
    let name = plan.name().trim_start_matches("oidcc-");
    match name.trim_end_matches("test-plan").trim_end_matches('-') {
        "" => "comprehensive",
        name => name.trim_end_matches("-certification"),
    }
}

#[test]
fn every_module_has_a_script_and_every_script_a_module() {
    let scripts: BTreeSet<_> = scripts().map(|script| script.function.to_owned()).collect();
    let modules: BTreeSet<_> = modules().iter().map(|module| function_of(module.name)).collect();
    assert_eq!(scripts, modules);
}

#[tokio::test]
async fn a_script_runs_exactly_the_entries_of_its_module() {
    for (name, outcome) in outcomes().await {
        let run: Vec<_> = outcome.entries.iter().map(|(entry, _)| *entry).collect();
        assert_eq!(run, outcome.module.entries(), "{name}");
    }
}

#[tokio::test]
async fn the_page_says_what_came_of_this_run() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/op-conformance.md");
    let made = page(&outcomes().await);
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::write(&path, &made).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == published,
        "run `INSTA_UPDATE=always cargo test -p acceptance op::listing` and look at what changed"
    );
}
