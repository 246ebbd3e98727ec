//! Changes are fed, as the watcher would tell them; no file is watched and nothing is waited for.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::channel;
use std::time::Duration;

use clap::Parser;
use rstest::rstest;

use super::affected::{Affected, folders, identity};
use super::{Signal, Watch};
use crate::cli::run::Run;
use crate::cli::{ColorWhen, Io};
use crate::scenario::{LoadOptions, load};

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    run: Run,
}

fn scenario(name: &str, user: &str, decision: &str) -> String {
    format!(
        "version: 1\nname: {name} signs somebody in\ninclude: [shared.fragment.yaml]\nsteps:\n  - login: {user}\n    \
         expect: {{ decision: {decision} }}\n"
    )
}

/// Two scenarios that include one fragment, of which the second fails.
fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let billrun = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/shared/billrun.fragment.yaml");
    let users = "idp: { users: { ada: { claims: { billrun_roles: { billing: [read] } } } } }";
    let shared = format!("version: 1\nkind: fragment\ninclude: [{}]\n{users}\n", billrun.display());
    fs::write(folder.path().join("shared.fragment.yaml"), shared).unwrap();
    fs::write(folder.path().join("a.scenario.yaml"), scenario("a", "ada", "signed_in")).unwrap();
    fs::write(folder.path().join("b.scenario.yaml"), scenario("b", "ada", "rejected")).unwrap();
    folder
}

/// What is written when these signals come in, one after the other, and what the exit code is.
fn watched(folder: &Path, signals: Vec<Signal>, prepare: &mut dyn FnMut(usize)) -> (String, u8) {
    watched_with(folder, &[], signals, prepare)
}

fn watched_with(
    folder: &Path,
    more: &[&str],
    signals: Vec<Signal>,
    prepare: &mut dyn FnMut(usize),
) -> (String, u8) {
    let (out, _, code) = watched_in_full(folder, more, signals, prepare);
    (out, code)
}

/// The same with what is written as errors, before the code.
fn watched_in_full(
    folder: &Path,
    more: &[&str],
    signals: Vec<Signal>,
    prepare: &mut dyn FnMut(usize),
) -> (String, String, u8) {
    let cache = folder.join("cache");
    let args = ["run".into(), folder.as_os_str().to_owned(), "--cache".into(), cache.into_os_string()];
    let args = args.into_iter().chain(more.iter().map(Into::into));
    let run = Cli::try_parse_from(args).unwrap().run;
    let (sender, receiver) = channel();
    for signal in signals {
        sender.send(signal).unwrap();
    }
    drop(sender);
    let (mut out, mut err, mut input) = (Vec::new(), Vec::new(), std::io::empty());
    let mut io = Io {
        out: &mut out,
        err: &mut err,
        input: &mut input,
        out_is_terminal: false,
        err_is_terminal: false,
        env: &|_| None,
        keys: None,
    };
    let interrupted = Arc::new(AtomicBool::new(false));
    let watch = Watch { run: &run, color: ColorWhen::Never, interrupted, quiet: Duration::ZERO };
    let mut runs = 0;
    let mut last = PathBuf::new();
    let mut told = |folder: &Path| {
        // The first folder is told once for each run, when the files have been read.
        if last.as_os_str().is_empty() {
            folder.clone_into(&mut last);
        }
        if last == folder {
            prepare(runs);
            runs += 1;
        }
    };
    let code = watch.follow(&receiver, &mut told, &mut io).unwrap();
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), code)
}

fn typed(line: &str) -> Signal {
    Signal::Typed(line.to_owned())
}

const EVERYTHING: &str = "rerun: all: 2 cases: 1 passed, 1 failed\n";

#[rstest]
#[case::a_scenario(&["a.scenario.yaml"], "rerun: a.scenario.yaml changed: 1 case: 1 passed\n")]
#[case::a_fragment_that_both_include(
    &["shared.fragment.yaml"],
    "rerun: shared.fragment.yaml changed: 2 cases: 1 passed, 1 failed\n"
)]
#[case::a_snapshot(&["snapshots/b/main.x.snap"], "rerun: main.x.snap changed: 1 case: 0 passed, 1 failed\n")]
#[case::a_snapshot_that_waits(&["snapshots/b/main.x.snap.new"], "")]
#[case::something_else(&["notes.txt"], "")]
fn a_change_runs_what_it_affects(#[case] changed: &[&str], #[case] line: &str) {
    let folder = world();
    fs::create_dir_all(folder.path().join("snapshots/b")).unwrap();
    let changed = changed.iter().map(|name| folder.path().join(name)).collect();
    let (said, code) = watched(folder.path(), vec![Signal::Changed(changed)], &mut |_| ());
    assert_eq!((said, code), (format!("{EVERYTHING}{line}"), 1));
}

#[rstest]
#[case::failed("f", "rerun: failed: 1 case: 0 passed, 1 failed\n", 1)]
#[case::all("a", EVERYTHING, 1)]
#[case::again("", EVERYTHING, 1)]
#[case::by_name("p a", "rerun: all: 1 case: 1 passed\n", 1)]
#[case::by_a_name_that_nothing_has("p z", "rerun: all: no cases\n", 1)]
#[case::no_key("x", "", 1)]
#[case::quit("q", "", 1)]
fn a_line_that_is_typed_is_a_wish(#[case] line: &str, #[case] told: &str, #[case] code: u8) {
    let folder = world();
    assert_eq!(watched(folder.path(), vec![typed(line)], &mut |_| ()), (format!("{EVERYTHING}{told}"), code));
}

/// The same with more on the command line, after a run that is remembered.
fn watched_again(more: &[&str], signals: Vec<Signal>) -> String {
    let folder = world();
    watched(folder.path(), Vec::new(), &mut |_| ());
    watched_with(folder.path(), more, signals, &mut |_| ()).0
}

#[test]
fn a_share_stays_a_share_while_it_is_watched() {
    let folder = world();
    let of = |share: &str| watched_with(folder.path(), &["--shard", share], vec![typed("a")], &mut |_| ()).0;
    let both = of("1/2") + &of("2/2");
    assert_eq!((both.matches("1 passed").count(), both.matches("1 failed").count()), (2, 2), "{both}");
}

/// `a` with a step that `b` has not.
fn world_with_a_step() -> tempfile::TempDir {
    let folder = world();
    let more = "  - id: extra\n    login: ada\n    expect: { decision: signed_in }\n";
    fs::write(folder.path().join("a.scenario.yaml"), scenario("a", "ada", "signed_in") + more).unwrap();
    folder
}

#[rstest]
#[case::of_a_file_without_it("b.scenario.yaml", "rerun: b.scenario.yaml changed: no cases\n")]
#[case::of_a_file_with_it("a.scenario.yaml", "rerun: a.scenario.yaml changed: 1 case: 1 passed\n")]
fn a_step_is_looked_for_in_all_cases_after_a_change(#[case] changed: &str, #[case] line: &str) {
    let folder = world_with_a_step();
    let change = Signal::Changed(vec![folder.path().join(changed)]);
    let said = watched_in_full(folder.path(), &["--to", "extra"], vec![change], &mut |_| ());
    assert_eq!(said, (format!("rerun: all: 1 case: 1 passed\n{line}"), String::new(), 0));
}

#[test]
fn a_step_that_no_case_has_is_a_bad_command_line_while_watched() {
    let folder = world_with_a_step();
    let change = Signal::Changed(vec![folder.path().join("notes.txt")]);
    let said = watched_in_full(folder.path(), &["--to", "exrta"], vec![change], &mut |_| ());
    let error = "error: no selected case has a step `exrta`\nhelp: did you mean `extra`?\n";
    assert_eq!(said, (String::new(), error.to_owned(), 2));
}

#[test]
fn only_what_failed_before_runs_where_that_was_asked_for() {
    let told = "rerun: failed and new: 1 case: 0 passed, 1 failed\n";
    assert_eq!(watched_again(&["--last-failed"], vec![typed("a")]), format!("{told}{told}"));
}

#[test]
fn a_failure_is_known_until_it_passes() {
    let folder = world();
    let path = folder.path().join("a.scenario.yaml");
    let change = Signal::Changed(vec![path.clone()]);
    // While the file is broken nothing runs, so nothing can have got better.
    let mut broken = |run: usize| {
        let name = if run == 0 { "adda" } else { "ada" };
        fs::write(&path, scenario("a", name, "signed_in")).unwrap();
    };
    let (said, _) = watched(folder.path(), vec![change, typed("f")], &mut broken);
    assert!(said.ends_with("rerun: failed: 1 case: 0 passed, 1 failed\n"), "{said}");
}

#[test]
fn a_failure_is_known_while_another_case_is_the_only_one() {
    let folder = world();
    let path = folder.path().join("a.scenario.yaml");
    let change = Signal::Changed(vec![path.clone()]);
    let mut only = |run: usize| {
        let more = if run == 0 { "only: true\n" } else { "" };
        fs::write(&path, scenario("a", "ada", "signed_in") + more).unwrap();
    };
    let (said, code) = watched(folder.path(), vec![change, typed("f")], &mut only);
    let alone = "rerun: a.scenario.yaml changed: 1 case: 1 passed\n";
    let failed = "rerun: failed: 1 case: 0 passed, 1 failed\n";
    assert_eq!((said, code), (format!("{EVERYTHING}{alone}{failed}"), 1));
}

#[test]
fn a_failure_is_forgotten_with_its_file() {
    let folder = world();
    let b = folder.path().join("b.scenario.yaml");
    let a = Signal::Changed(vec![folder.path().join("a.scenario.yaml")]);
    let mut remove = |run: usize| {
        if run == 0 {
            fs::remove_file(&b).unwrap();
        }
    };
    let (said, code) = watched_with(folder.path(), &["--name", "*"], vec![a], &mut remove);
    let alone = "rerun: a.scenario.yaml changed: 1 case: 1 passed\n";
    assert_eq!((said, code), (format!("{EVERYTHING}{alone}"), 0));
}

#[test]
fn changes_that_come_together_are_one_run() {
    let folder = world();
    let change = |name: &str| Signal::Changed(vec![folder.path().join(name)]);
    let (said, _) =
        watched(folder.path(), vec![change("a.scenario.yaml"), change("b.scenario.yaml")], &mut |_| ());
    let line = "rerun: a.scenario.yaml, b.scenario.yaml changed: 2 cases: 1 passed, 1 failed\n";
    assert_eq!(said, format!("{EVERYTHING}{line}"));
}

#[test]
fn a_file_that_is_broken_and_mended_is_told_each_time() {
    let folder = world();
    let path = folder.path().join("b.scenario.yaml");
    let change = Signal::Changed(vec![path.clone()]);
    let mut write = |run: usize| {
        let text = match run {
            0 => scenario("b", "adda", "signed_in"),
            _ => scenario("b", "ada", "signed_in"),
        };
        fs::write(&path, text).unwrap();
    };
    let (said, code) = watched(folder.path(), vec![change], &mut write);
    let broken = "rerun: b.scenario.yaml changed: 1 mistake in the files, so nothing ran\n";
    assert_eq!((said, code), (format!("{EVERYTHING}{broken}"), 3));
    let (said, code) = watched(folder.path(), Vec::new(), &mut |_| ());
    assert_eq!((said.as_str(), code), ("rerun: all: 2 cases: 2 passed\n", 0));
}

#[test]
fn a_new_file_is_followed_and_so_is_what_it_includes() {
    let folder = world();
    let path = folder.path().join("c.scenario.yaml");
    let change = Signal::Changed(vec![path.clone()]);
    let mut write = |_| fs::write(&path, scenario("c", "ada", "signed_in")).unwrap();
    let (said, _) = watched(folder.path(), vec![change], &mut write);
    assert!(said.ends_with("rerun: c.scenario.yaml changed: 1 case: 1 passed\n"), "{said}");
}

#[test]
fn ctrl_c_ends_the_watch() {
    let folder = world();
    let change = Signal::Changed(vec![folder.path().join("a.scenario.yaml")]);
    let (said, _) = watched(folder.path(), vec![Signal::Stop, change], &mut |_| ());
    assert_eq!(said, EVERYTHING);
}

#[test]
fn every_folder_from_which_something_is_read_is_watched() {
    let folder = world();
    fs::create_dir_all(folder.path().join("below/.hidden")).unwrap();
    let options = LoadOptions::default();
    let loaded = load(&[folder.path().to_owned()], &options).unwrap();
    let watched = folders(&[folder.path().to_owned()], &loaded);
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/clients");
    for wanted in [folder.path(), &folder.path().join("below"), &clients] {
        assert!(watched.contains(&identity(wanted)), "{} is not among {watched:?}", wanted.display());
    }
    assert!(!watched.contains(&identity(&folder.path().join("below/.hidden"))));
    let nothing = Affected::by(&[identity(&folder.path().join("below"))], &loaded, true);
    assert_eq!(nothing, Affected::default());
}
