//! Every scenario holds, and its snapshots are those that `harness run` writes: one format, two readers.
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use harness::report::{Detail, Format, report};
use harness::scenario::event::{CaseReport, Event};
use harness::scenario::run::{RunOptions, run};
use harness::scenario::{LoadOptions, Loaded, coverage, load, snapshot};
use rstest::rstest;
use serde_json::json;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").canonicalize().unwrap()
}

fn loaded(path: &Path) -> Loaded {
    let options = LoadOptions { ci: true, ..LoadOptions::default() };
    load(&[path.to_owned()], &options).unwrap()
}

fn played(loaded: &Loaded, options: &RunOptions) -> Vec<CaseReport> {
    let mut cases = Vec::new();
    run(loaded, options, &mut |event| {
        if let Event::CaseFinished(case) = event {
            cases.push(*case);
        }
    })
    .unwrap();
    cases
}

#[rstest]
fn a_scenario_holds(#[files("../scenarios/**/*.scenario.yaml")] path: PathBuf) {
    let loaded = loaded(&path);
    let mistakes =
        mock_idp::source::render(&loaded.diagnostics, &loaded.sources, mock_idp::source::Style::Plain);
    assert!(!loaded.has_errors(), "{mistakes}");
    for case in played(&loaded, &RunOptions::default()) {
        let failures: Vec<String> = case
            .steps
            .iter()
            .flat_map(|step| &step.failures)
            .filter(|failure| failure.code != "R0602")
            .map(|failure| format!("{}\n  why: {}", failure.rendered, failure.why.join("\n       ")))
            .collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        snapshots_hold(&path, &case);
    }
}

/// The same files that `harness run` compares, asserted with insta, so that `cargo insta review` works on them.
fn snapshots_hold(path: &Path, case: &CaseReport) {
    for step in &case.steps {
        let Some(kept) = &step.snapshot else { continue };
        let file = snapshot::path(path, &case.id.case, &step.id);
        let info = json!({ "case": case.id.case, "step": step.id });
        insta::with_settings!({
            snapshot_path => file.parent().unwrap(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => case.id.scenario.as_str(),
            info => &info,
        }, {
            insta::assert_snapshot!(file.file_stem().unwrap().to_str().unwrap(), kept.body);
        });
    }
}

/// The whole report, journal and outcomes included, as a program reads it.
fn report_of(jobs: usize) -> String {
    let loaded = loaded(&root());
    let mut report = report(Format::Json, Detail::default());
    let mut text = Vec::new();
    let options = RunOptions { jobs, ..RunOptions::default() };
    let finished = run(&loaded, &options, &mut |event| report.tell(&event, &mut text).unwrap()).unwrap();
    report.tell(&Event::RunFinished(Box::new(finished)), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn two_runs_give_the_same_bytes_however_many_cases_run_at_once() {
    let (one, four) = (report_of(1), report_of(4));
    let first = one.lines().zip(four.lines()).find(|(one, four)| one != four);
    assert_eq!(first, None);
    assert_eq!(one.len(), four.len());
}

#[test]
fn outcomes_over_tcp_are_those_in_process() {
    let mut loaded = loaded(&root());
    loaded.cases.retain(|case| !case.tags.contains("in-process"));
    let outcomes = |tcp| -> Vec<_> {
        let options = RunOptions { tcp, jobs: 2, ..RunOptions::default() };
        let cases = played(&loaded, &options).into_iter();
        cases
            .flat_map(|case| case.steps.into_iter().map(move |step| (case.id.clone(), step.id, step.outcome)))
            .collect()
    };
    assert_eq!(outcomes(true), outcomes(false));
}

#[test]
fn every_rule_fires_in_a_scenario_or_an_example_or_has_a_reason_not_to() {
    let options = RunOptions { jobs: 2, ..RunOptions::default() };
    let coverage = coverage::of(&played(&loaded(&root()), &options), &root().join(".."));
    let silent = coverage.missing.iter().filter(|rule| rule.reason.is_none());
    assert_eq!(silent.map(|rule| rule.rule.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn every_snapshot_belongs_to_a_step() {
    let loaded = loaded(&root());
    let wanted: BTreeSet<PathBuf> = loaded
        .cases
        .iter()
        .flat_map(|case| {
            let steps = case.file.steps.iter().filter(|step| step.snapshot.is_some());
            steps.map(|step| snapshot::path(&case.path, &case.id.case, step.id.as_deref().unwrap()))
        })
        .collect();
    let mut open = vec![root()];
    let mut orphans = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "snap") && !wanted.contains(&path) {
                orphans.push(path);
            }
        }
    }
    assert_eq!(orphans, Vec::<PathBuf>::new());
}

#[test]
fn the_published_schema_is_the_one_that_the_harness_prints() {
    let published = fs::read_to_string(root().join("scenario.schema.json")).unwrap();
    let printed = serde_json::to_string_pretty(&load::published_schema()).unwrap();
    assert_eq!(published.trim_end(), printed, "run `harness schema > scenarios/scenario.schema.json`");
}
