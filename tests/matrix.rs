//! Every case that is to be refused can fail: the reference relying party does without one check at a time, and the cases
//! notice.
//!
//! All of it takes minutes, so it is a page, `docs/conformance-matrix.md`, which `just matrix` plays and compares. Here each
//! such case has one witness, which is played, and each check has a case. Where that takes a browser that runs scripts it is
//! played by `just interop`, which brings one.

mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread::available_parallelism;

use harness::conformance::agent::Choice;
use harness::conformance::case::Expected;
use harness::conformance::matrix::{self, Row, Staging};
use harness::conformance::plan::Play;
use harness::conformance::verdict::{Verdict, Word};
use harness::rp::Weakness;
use harness::user_agent::chromium;
use page::Entry;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/conformance-matrix.md");

/// It lets in whoever comes, and proves of no case that it is about what it says.
const NO_WITNESS: Weakness = Weakness::FailsOpen;

fn page() -> Vec<Entry> {
    page::read(&std::fs::read_to_string(PAGE).unwrap_or_default())
}

/// With a browser that runs scripts, or without one.
fn staging(script: bool) -> Staging {
    let program = script.then(|| chromium::find(None).expect("there is a Chromium"));
    let choice = program.map_or(Choice::Scripted, Choice::Chromium);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let script = runtime.block_on(choice.driver(BTreeSet::new())).expect("the browser starts");
    Staging { jobs: available_parallelism().map_or(1, Into::into), script }
}

/// What is asked for in `MATRIX`: `witnesses`, for those that need a browser, `whole`, or a pattern of cases.
fn wanted() -> Option<String> {
    std::env::var("MATRIX").ok()
}

/// How many cases notice each weakness.
fn noticed(entries: &[Entry]) -> BTreeMap<Weakness, usize> {
    let mut counts = BTreeMap::new();
    for (weakness, _) in entries.iter().flat_map(|entry| &entry.noticed) {
        *counts.entry(*weakness).or_default() += 1;
    }
    counts
}

/// What speaks for a case: of the weaknesses that it notices the one that the fewest notice.
fn witness(entry: &Entry, noticed: &BTreeMap<Weakness, usize>) -> Option<(Weakness, Word)> {
    let witnesses = entry.noticed.iter().filter(|(weakness, _)| *weakness != NO_WITNESS);
    witnesses.min_by_key(|(weakness, _)| noticed.get(weakness)).copied()
}

#[test]
fn every_case_that_is_to_be_refused_is_failed_by_somebody_without_one_check() {
    let entries = page();
    let noticed = noticed(&entries);
    let with_witness: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| witness(entry, &noticed).is_some())
        .map(|entry| entry.case.as_str())
        .collect();
    let negative = matrix::plays().into_iter().filter(|play| play.case.expected() == Expected::Reject);
    let without: Vec<String> =
        negative.map(|play| play.name()).filter(|name| !with_witness.contains(name.as_str())).collect();
    assert!(without.is_empty(), "nobody fails these, or `just matrix` has not played them: {without:#?}");
}

#[test]
fn nobody_without_a_check_passes_the_whole_run() {
    let noticed = noticed(&page());
    let passing: Vec<&str> =
        Weakness::ALL.iter().filter(|it| !noticed.contains_key(it)).map(|it| it.name()).collect();
    assert!(passing.is_empty(), "no case notices {passing:?}");
}

#[test]
fn whoever_no_case_fails_has_a_reason_for_it() {
    let entries = page();
    let failed = entries.iter().flat_map(|entry| &entry.noticed).filter(|(_, word)| *word == Word::Failed);
    let failed: BTreeSet<Weakness> = failed.map(|(weakness, _)| *weakness).collect();
    let warned: Vec<Weakness> = Weakness::ALL.iter().copied().filter(|it| !failed.contains(it)).collect();
    let explained: Vec<Weakness> = page::WARNED_ONLY.iter().map(|(weakness, _)| *weakness).collect();
    assert_eq!(warned, explained);
}

#[test]
fn the_page_has_each_case_once_and_is_written_as_it_is_read() {
    let entries = page();
    let there: Vec<&str> = entries.iter().map(|entry| entry.case.as_str()).collect();
    let due: Vec<String> = matrix::plays().iter().map(Play::name).collect();
    assert_eq!(there, due, "docs/conformance-matrix.md is out of date: run `just matrix`");
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert_eq!(
        written,
        page::written(&entries),
        "docs/conformance-matrix.md is not as `just matrix` writes it"
    );
}

/// Of each case its witness, and of each weakness that is nobody's witness the first case that notices it.
fn pairs() -> Vec<(Play, Weakness, Word)> {
    let entries = page();
    let noticed = noticed(&entries);
    let plays: BTreeMap<String, Play> = matrix::plays().into_iter().map(|play| (play.name(), play)).collect();
    let mut pairs = Vec::new();
    let mut missing: BTreeSet<Weakness> = Weakness::ALL.iter().copied().collect();
    let played = entries.iter().filter_map(|entry| Some((plays.get(&entry.case)?, entry)));
    for (play, entry) in played.clone() {
        let Some((weakness, word)) = witness(entry, &noticed) else { continue };
        missing.remove(&weakness);
        pairs.push((play.clone(), weakness, word));
    }
    for (play, entry) in played {
        for (weakness, word) in entry.noticed.iter().filter(|(weakness, _)| missing.remove(weakness)) {
            pairs.push((play.clone(), *weakness, *word));
        }
    }
    pairs
}

#[test]
fn each_witness_fails_its_case() {
    each_fails(&staging(false), |play| !matrix::needs_script(play));
}

/// Where it is asked for by `MATRIX=witnesses`.
#[test]
fn each_witness_that_needs_script_fails_its_case() {
    if wanted().is_some_and(|wanted| wanted == "witnesses") {
        each_fails(&staging(true), matrix::needs_script);
    }
}

fn each_fails(staging: &Staging, of: impl Fn(&Play) -> bool) {
    let mut pairs = pairs();
    pairs.retain(|(play, ..)| of(play));
    assert!(!pairs.is_empty());
    let asked: Vec<(Play, Weakness)> =
        pairs.iter().map(|(play, weakness, _)| (play.clone(), *weakness)).collect();
    let verdicts = matrix::verdicts(&asked, staging).unwrap();
    let wrong: Vec<String> = pairs
        .iter()
        .zip(verdicts)
        .filter(|((_, _, word), verdict)| verdict.word != *word)
        .map(|((play, weakness, word), verdict)| told(play, *weakness, *word, &verdict))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn told(play: &Play, weakness: Weakness, word: Word, verdict: &Verdict) -> String {
    let (name, due, found) = (play.name(), word.as_str(), verdict.word.as_str());
    format!("{name}, {weakness}: {due} was due, {found} came, {}", verdict.reason)
}

/// Everything, or what a pattern means, where it is asked for in `MATRIX` (`just matrix`); with `INSTA_UPDATE=always` the page
/// is written.
#[test]
fn the_page_is_what_comes_of_playing_everything() {
    let Some(wanted) = wanted().filter(|wanted| wanted != "witnesses") else { return };
    let all = matrix::plays();
    let mut plays = all.clone();
    plays.retain(|play| wanted == "whole" || play.is_meant(&wanted));
    let rows = matrix::matrix(&plays, &staging(plays.iter().any(matrix::needs_script))).unwrap();
    let departing: Vec<String> = rows
        .iter()
        .filter(|row| !matches!(row.whole.word, Word::Passed | Word::Skipped))
        .map(|row| format!("{}: {}", row.play.name(), row.whole.reason))
        .collect();
    assert!(departing.is_empty(), "the whole relying party departs: {departing:#?}");
    let known = page().into_iter().chain(rows.iter().map(entry));
    let known: BTreeMap<String, Entry> = known.map(|entry| (entry.case.clone(), entry)).collect();
    let entries: Vec<Entry> = all.iter().filter_map(|play| known.get(&play.name()).cloned()).collect();
    let right = page::written(&entries);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(Path::new(PAGE), &right).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert_eq!(
        written, right,
        "docs/conformance-matrix.md is out of date: run `INSTA_UPDATE=always just matrix`"
    );
}

fn entry(row: &Row) -> Entry {
    let noticed = row.noticed.iter().map(|(weakness, verdict)| (*weakness, verdict.word)).collect();
    Entry { case: row.play.name(), noticed }
}
