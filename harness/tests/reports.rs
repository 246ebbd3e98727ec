//! Reports, shares and memory of a run, as a build server asks for them.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

mod support;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use rstest::rstest;
use serde_json::Value;
use support::folder;

fn harness(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(folder).env_remove("NO_COLOR").env_remove("GITHUB_STEP_SUMMARY");
    command
}

/// Three cases: one passes, one fails, one waits for a snapshot.
const SCENARIO: &str = r"version: 1
name: three people sign in
include: [shared/billrun.fragment.yaml]
idp: { users: { ada: { claims: { billrun_roles: { billing: [read] } } } } }
cases:
  - { id: good, wanted: [read] }
  - { id: bad, wanted: [write] }
steps:
  - id: login
    login: ada
    expect: { effective_permissions: $(case.wanted) }
";

fn out(folder: &Path, args: &[&str], code: i32) -> String {
    let assert = harness(folder).arg("run").args(args).assert().code(code);
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

const REPORTS: [(&str, &str); 8] = [
    ("junit", "<testsuites name=\"harness\" tests=\"2\" failures=\"1\""),
    ("json", "\"schema\": \"harness.run/1\""),
    ("jsonl", "{\"event\":\"run-started\""),
    ("tap", "TAP version 14\n1..2\n"),
    ("sarif", "\"version\": \"2.1.0\""),
    ("html", "<!doctype html>"),
    ("markdown", "# harness: 2 cases: 1 passed, 1 failed"),
    ("github", "# harness: 2 cases: 1 passed, 1 failed"),
];

#[test]
fn several_reports_are_written_at_once_beside_the_output() {
    let folder = folder(SCENARIO);
    let args: Vec<String> = REPORTS.iter().map(|(kind, _)| format!("--report={kind}=out/{kind}")).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let said = out(folder.path(), &args, 1);
    assert!(said.contains("FAIL") && said.contains("::error file=scenarios/x.scenario.yaml,line="), "{said}");
    for (kind, wanted) in REPORTS {
        let text = fs::read_to_string(folder.path().join("out").join(kind)).unwrap();
        assert!(text.contains(wanted), "{kind}: {text}");
    }
}

#[rstest]
#[case::json("json", "{\n  \"schema\": \"harness.run/1\"")]
#[case::jsonl("jsonl", "{\"event\":\"run-started\"")]
#[case::tap(
    "tap",
    "TAP version 14\n1..0\n# scenarios/x.scenario.yaml:10:12: E0303: user `adda` is not defined\nBail out!"
)]
#[case::github("github", "::error file=scenarios/x.scenario.yaml,line=10,col=12,endColumn=16,title=E0303::")]
fn programs_are_told_of_an_invalid_file(#[case] format: &str, #[case] wanted: &str) {
    let folder = folder(&SCENARIO.replace("login: ada", "login: adda"));
    let said = out(folder.path(), &["--format", format], 3);
    assert!(said.starts_with(wanted), "{said}");
}

#[test]
fn the_summary_of_a_job_is_added_to_what_others_wrote() {
    let folder = folder(SCENARIO);
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let mut command = harness(folder.path());
    command.args(["run", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &summary).assert().code(1);
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("before\n# harness: 2 cases: 1 passed, 1 failed\n"), "{text}");
}

#[rstest]
#[case::no_such_kind(&["--report", "junti=a.xml"], 2)]
#[case::two_writers_on_the_output(&["--format", "json", "--report", "github"], 2)]
#[case::watch_is_for_people(&["--watch", "--format", "json"], 2)]
#[case::nobody_watches_a_build(&["--watch", "--ci"], 2)]
#[case::no_such_share(&["--shard", "3/2"], 2)]
#[case::quiet_and_not_quiet(&["--quiet", "--status-level", "all"], 2)]
#[case::a_folder_in_the_way(&["--report", "junit=scenarios"], 4)]
fn what_cannot_be_done_is_told_before_anything_runs(#[case] args: &[&str], #[case] code: i32) {
    let folder = folder(SCENARIO);
    assert_eq!(out(folder.path(), args, code), "");
}

#[test]
fn shares_are_complete_and_do_not_overlap() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let names = |args: &[&str]| -> Vec<String> {
        let assert = harness(&root).args(["list", "--format", "json"]).args(args).assert().code(0);
        let list: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
        let name = |case: &Value| format!("{} {}", case["file"], case["case"]);
        list["cases"].as_array().unwrap().iter().map(name).collect()
    };
    let mut all = names(&[]);
    let mut shared: Vec<String> =
        ["1/3", "2/3", "3/3"].iter().flat_map(|share| names(&["--shard", share])).collect();
    all.sort();
    shared.sort();
    assert_eq!(shared, all);
}

#[test]
fn a_share_without_cases_is_in_order_and_its_report_is_written() {
    let folder = folder(SCENARIO);
    // Two cases cannot be in each of many shares.
    let empty = (1..=9).map(|share| format!("{share}/9")).find(|share| {
        let mut list = harness(folder.path());
        list.args(["list", "--shard", share]).output().unwrap().stdout.starts_with(b"0 cases")
    });
    out(folder.path(), &["--shard", &empty.unwrap(), "--report", "junit=a.xml"], 0);
    let junit = fs::read_to_string(folder.path().join("a.xml")).unwrap();
    assert!(junit.contains("tests=\"0\""), "{junit}");
}

#[test]
fn what_failed_is_run_again_until_it_passes() {
    let folder = folder(SCENARIO);
    let cases = |args: &[&str], code: i32| -> Vec<String> {
        let said = out(folder.path(), &[args, &["--format", "json"]].concat(), code);
        let report: Value = serde_json::from_str(&said).unwrap();
        let name = |case: &Value| case["id"]["case"].as_str().unwrap().to_owned();
        report["cases"].as_array().unwrap().iter().map(name).collect()
    };
    assert_eq!(cases(&["--last-failed"], 1), ["good", "bad"], "nothing is known, so all is new");
    assert_eq!(cases(&["--last-failed"], 1), ["bad"]);
    assert_eq!(cases(&["--case", "good"], 0), ["good"]);
    let path = folder.path().join("scenarios/x.scenario.yaml");
    fs::write(&path, SCENARIO.replace("[write] }", "[read] }\n  - { id: new, wanted: [read] }")).unwrap();
    assert_eq!(cases(&["--last-failed"], 0), ["bad", "new"]);
    assert_eq!(cases(&["--last-failed"], 5), Vec::<String>::new());
    assert!(folder.path().join("target/harness/.gitignore").exists());
}

#[test]
fn a_case_that_was_not_played_to_its_end_is_not_remembered_as_passed() {
    let folder = folder(&SCENARIO.replace(
        "    login: ada\n",
        "    login: ada\n    expect: { decision: signed_in }\n  - id: again\n    login: ada\n",
    ));
    out(folder.path(), &[], 1);
    let said = out(folder.path(), &["--to", "login"], 0);
    assert!(said.contains("2 cases: 2 passed"), "{said}");
    let said = out(folder.path(), &["--last-failed"], 1);
    assert!(said.contains("1 case: 0 passed, 1 failed"), "{said}");
}

#[test]
fn two_reports_are_not_written_to_one_file() {
    let folder = folder(SCENARIO);
    let args = ["run", "--report", "junit=a.xml", "--report", "sarif=a.xml"];
    let assert = harness(folder.path()).args(args).assert().code(2);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert_eq!(said, "error: two reports cannot both be written to `a.xml`\n");
}

#[test]
fn a_step_that_no_case_has_is_a_question_back() {
    let folder = folder(SCENARIO);
    let assert = harness(folder.path()).args(["run", "--to", "lgoin"]).assert().code(2);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(said.contains("no selected case has a step `lgoin`\nhelp: did you mean `login`?"), "{said}");
}

/// Two people sign in by two files, of which only `x` has the step `extra`.
fn two_files() -> tempfile::TempDir {
    let more = "  - id: extra\n    login: ada\n";
    let folder = folder(&(SCENARIO.replace("[write]", "[read]") + more));
    let other = SCENARIO.replace("[write]", "[read]").replace("three people", "others");
    fs::write(folder.path().join("scenarios/y.scenario.yaml"), other).unwrap();
    folder
}

#[test]
fn a_share_without_a_case_that_has_the_step_is_in_order() {
    let folder = two_files();
    let shares: Vec<String> = (1..=9).map(|share| format!("{share}/9")).collect();
    let listed = |share: &str| {
        let mut list = harness(folder.path());
        String::from_utf8(list.args(["list", "--shard", share]).output().unwrap().stdout).unwrap()
    };
    // A share that has cases, but none with the step.
    let only_others = shares.iter().find(|share| {
        let listed = listed(share);
        listed.contains("y.scenario.yaml") && !listed.contains("x.scenario.yaml")
    });
    let args = ["--to", "extra", "--shard", only_others.unwrap(), "--report", "junit=a.xml"];
    out(folder.path(), &args, 0);
    let junit = fs::read_to_string(folder.path().join("a.xml")).unwrap();
    assert!(junit.contains("tests=\"0\""), "{junit}");
    let run: Vec<String> =
        shares.iter().map(|share| out(folder.path(), &["--to", "extra", "--shard", share], 0)).collect();
    assert_eq!(run.concat().matches("PASS [").count(), 2, "{run:?}");
}

#[test]
fn what_failed_before_without_the_step_is_no_unknown_step() {
    let folder = two_files();
    let path = folder.path().join("scenarios/y.scenario.yaml");
    fs::write(
        &path,
        fs::read_to_string(&path).unwrap().replace("bad, wanted: [read]", "bad, wanted: [write]"),
    )
    .unwrap();
    out(folder.path(), &[], 1);
    let assert = harness(folder.path()).args(["run", "--last-failed", "--to", "extra"]).assert().code(5);
    let said = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert_eq!(said, "error: nothing of what was selected failed before, and nothing is new\n");
}

#[test]
fn a_broken_file_is_told_before_a_step_that_only_it_has() {
    let folder = two_files();
    let path = folder.path().join("scenarios/x.scenario.yaml");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("login: ada", "login: adda")).unwrap();
    let said = out(folder.path(), &["--to", "extra", "--format", "json", "--report", "junit=a.xml"], 3);
    assert!(said.contains("\"code\": \"E0303\""), "{said}");
    assert!(fs::read_to_string(folder.path().join("a.xml")).unwrap().contains("E0303"));
}

#[test]
fn files_of_one_short_name_are_remembered_apart() {
    let folder = folder(SCENARIO);
    let text = SCENARIO.replace("../shared", "shared").replace("shared/", "../shared/");
    let other = folder.path().join("scenarios/below");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("x.scenario.yaml"), text.replace("[write]", "[read]")).unwrap();
    let said = out(folder.path(), &[], 1);
    assert!(said.contains("4 cases: 3 passed, 1 failed"), "{said}");
    let said = out(folder.path(), &["--last-failed"], 1);
    assert!(said.contains("1 case: 0 passed, 1 failed"), "{said}");
    // The same file, by another path.
    let path = folder.path().join("scenarios/x.scenario.yaml");
    let said = out(folder.path(), &["--last-failed", path.to_str().unwrap()], 1);
    assert!(said.contains("1 case: 0 passed, 1 failed"), "{said}");
}

#[cfg(unix)]
#[rstest]
#[case::from_the_root_through_a_link("", "{link}/scenarios/x.scenario.yaml", "scenarios/x.scenario.yaml")]
#[case::through_a_link_below("", "linked/x.scenario.yaml", "scenarios/x.scenario.yaml")]
#[case::a_folder_through_a_link("", "{link}", "scenarios/x.scenario.yaml")]
#[case::up_and_down_through_a_link("", "linked/../scenarios", "scenarios/x.scenario.yaml")]
#[case::elsewhere("fixtures", "../scenarios/x.scenario.yaml", "../scenarios/x.scenario.yaml")]
fn a_file_has_one_name_whatever_links_lead_to_it(#[case] here: &str, #[case] path: &str, #[case] file: &str) {
    let folder = folder(SCENARIO);
    let outside = tempfile::tempdir().unwrap();
    let link = outside.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    std::os::unix::fs::symlink(folder.path().join("scenarios"), folder.path().join("linked")).unwrap();
    let path = path.replace("{link}", link.to_str().unwrap());
    let mut list = harness(&folder.path().join(here));
    let assert = list.args(["list", "--format", "json", &path]).assert().code(0);
    let list: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    let files: Vec<&str> =
        list["cases"].as_array().unwrap().iter().map(|case| case["file"].as_str().unwrap()).collect();
    assert_eq!(files, [file; 2]);
}

#[rstest]
#[case::as_build_servers_set_it("1", "check")]
#[case::in_words("true", "check")]
#[case::off("0", "pending")]
#[case::empty("", "pending")]
fn a_flag_is_set_in_the_environment_as_people_write_it(#[case] value: &str, #[case] mode: &str) {
    let folder = folder(SCENARIO);
    let mut command = harness(folder.path());
    command.arg("run").env("HARNESS_CI", value).env("HARNESS_RUN_TCP", value).assert().code(1);
    // With `--ci` nothing is written.
    assert_eq!(folder.path().join("target").exists(), mode == "pending");
}

#[test]
fn a_build_server_remembers_only_where_it_is_told_to() {
    let folder = folder(SCENARIO);
    out(folder.path(), &["--ci"], 1);
    assert!(!folder.path().join("target").exists());
    out(folder.path(), &["--ci", "--cache", "kept"], 1);
    assert!(folder.path().join("kept/last-run.json").exists());
}

#[rstest]
#[case::quiet(&["--quiet"], 1, 0)]
#[case::only_failures(&["--status-level", "fail"], 1, 0)]
#[case::nothing(&["--status-level", "none"], 0, 0)]
#[case::all(&["--status-level", "all"], 1, 1)]
fn cases_have_lines_as_asked(#[case] args: &[&str], #[case] failed: usize, #[case] passed: usize) {
    let folder = folder(SCENARIO);
    let said = out(folder.path(), args, 1);
    let (lines, _) = said.split_once("------------").unwrap();
    assert_eq!(
        (lines.matches("FAIL [").count(), lines.matches("PASS [").count()),
        (failed, passed),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_is_saved_is_run_again() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let folder = folder(SCENARIO);
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    let command = command.current_dir(folder.path()).args(["run", "--watch"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "rerun: all: 2 cases: 1 passed, 1 failed");
    let mended = SCENARIO.replace("[write] }", "[read] }");
    fs::write(folder.path().join("scenarios/x.scenario.yaml"), mended).unwrap();
    // Each step of writing a file may be told as a change of its own, so it may run more than once.
    let wanted = "rerun: x.scenario.yaml changed: 2 cases: 2 passed";
    assert!(lines.by_ref().map(Result::unwrap).any(|line| line == wanted));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_reports_of_what_did_run() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(&root).args(["run", "--ci", "--jobs", "1", "--report"]);
    let mut child = command.arg(format!("junit={}", junit.display())).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Once the first line is there the signal is listened to, and some hundred cases are still to come.
    lines.next().unwrap().unwrap();
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let said: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said:?}");
    let junit = fs::read_to_string(junit).unwrap();
    assert!(junit.contains("<skipped message=\"the run was interrupted\"/>"), "{junit}");
}
