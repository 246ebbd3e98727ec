//! One run with one case of each kind, in each format.

use rstest::{Context, rstest};
use serde_json::{Value, json};

use super::{Detail, Explain, FailureOutput, Format, Status, report};
use crate::markup::plain;
use crate::markup::schemas::{junit_mistakes, schema};
use crate::scenario::event::{
    CaseId, CaseReport, Event, Failure, Finding, Level, Place, RuleCoverage, RunFinished, RunStarted,
    SnapshotReport, SnapshotState, StepReport, UnfiredRule, Verdict,
};

const FILE: &str = "scenarios/billrun/x.scenario.yaml";

fn step(id: &str, verdict: Verdict) -> StepReport {
    StepReport {
        id: id.to_owned(),
        action: "login ada".to_owned(),
        verdict,
        outcome: json!({
            "decision": "signed_in",
            "trace": { "fired": ["BR-R16"], "steps": ["BR-R16 fired: set session.roles = [read]"] },
        }),
        failures: Vec::new(),
        snapshot: None,
        journal: Vec::new(),
        notes: None,
    }
}

fn place(line: usize) -> Place {
    Place { file: FILE.to_owned(), line, column: 5, end_column: 12 }
}

fn failure(code: &'static str, title: &str, line: usize) -> Failure {
    Failure {
        code,
        title: title.to_owned(),
        place: place(line),
        why: Vec::new(),
        rerun: format!("harness run {FILE} --to login"),
        rendered: format!("\u{1b}[1merror[{code}]\u{1b}[0m: {title}\n --> {FILE}:{line}:5\n"),
    }
}

fn failing() -> StepReport {
    let title = "expected `effective_permissions.0` to be \"write\", it is \"<read> & \u{1}100%\"";
    let why = vec!["BR-R16 fired: the roles are kept as received".to_owned()];
    let journal = vec![json!({
        "method": "POST", "endpoint": "token", "status": 400, "client": "app",
        "error": { "code": "invalid_grant", "cause": "the code was redeemed before", "clause": "RFC6749-5.2" },
    })];
    let other = failure("R0601", "expected `decision` to be \"rejected\", it is \"signed_in\"", 11);
    let failures = vec![Failure { why, ..failure("R0601", title, 12) }, other];
    StepReport { failures, journal, ..step("login", Verdict::Failed) }
}

fn differing() -> StepReport {
    let state = SnapshotState::Differs { diff: "-a: 1\n+a: 2\n".to_owned(), pending: true };
    let snapshot = SnapshotReport { path: "snapshots/x/main.s.snap".to_owned(), body: String::new(), state };
    let title = "the outcome differs from the snapshot `snapshots/x/main.s.snap`";
    let failures = vec![failure("R0602", title, 14)];
    StepReport { snapshot: Some(snapshot), failures, ..step("s", Verdict::Failed) }
}

fn case(case: &str, verdict: Verdict, steps: Vec<StepReport>) -> CaseReport {
    let id = CaseId {
        file: FILE.to_owned(),
        scenario: "BillRun does something".to_owned(),
        case: case.to_owned(),
        product: "billrun".to_owned(),
    };
    CaseReport {
        id,
        line: 8,
        tags: vec!["billrun".to_owned(), "slow".to_owned()],
        seed: Some(42),
        clock: Some("2026-01-01T00:00:00Z".to_owned()),
        verdict,
        seconds: Some(0.25),
        failed_before: None,
        steps,
        warnings: vec!["W0505".to_owned()],
    }
}

fn cases() -> Vec<CaseReport> {
    let later = case("later", Verdict::Skipped("waiting for a # decision".to_owned()), Vec::new());
    vec![
        case("good", Verdict::Passed, vec![step("login", Verdict::Passed)]),
        CaseReport { failed_before: Some(true), ..case("kept", Verdict::Failed, vec![differing()]) },
        CaseReport { failed_before: Some(false), ..case("bad", Verdict::Failed, vec![failing()]) },
        case("ugly", Verdict::Broken("the provider did not answer".to_owned()), Vec::new()),
        CaseReport { seconds: None, ..later },
    ]
}

fn finding(severity: Level, code: &str, title: &str) -> Event {
    Event::Finding(Box::new(Finding {
        code: code.to_owned(),
        severity,
        title: title.to_owned(),
        place: Some(Place { file: "scenarios/bad: name.yaml".to_owned(), ..place(3) }),
        help: vec!["did you mean `ada`?".to_owned()],
        rendered: format!("\u{1b}[1m{code}\u{1b}[0m: {title}\n"),
    }))
}

fn started(cases: usize) -> Event {
    Event::RunStarted(RunStarted {
        version: "0.1.0",
        selection: vec!["--shard 1/2".to_owned()],
        scenarios: 1,
        cases,
        transport: "in process",
    })
}

fn run_of(cases: Vec<CaseReport>) -> Vec<Event> {
    let mut finished = RunFinished { seconds: Some(1.5), ..RunFinished::default() };
    for case in &cases {
        finished.count(case);
    }
    finished.doubts.truncate(1);
    let missing =
        UnfiredRule { rule: "BR-R2".to_owned(), title: "one button per entry".to_owned(), reason: None };
    finished.rule_coverage = Some(RuleCoverage { rules: 2, fired: 1, missing: vec![missing] });
    let mut events =
        vec![started(cases.len()), finding(Level::Warning, "W0505", "a refusal | without a control")];
    for case in cases {
        events.push(Event::CaseStarted(case.id.clone()));
        events.push(Event::CaseFinished(Box::new(case)));
    }
    events.push(Event::RunFinished(Box::new(finished)));
    events
}

/// A run that did not happen, because a file cannot be used.
fn invalid() -> Vec<Event> {
    let finished = RunFinished { mistakes: 1, ..RunFinished::default() };
    vec![
        started(0),
        finding(Level::Error, "E0303", "user `adda` is not defined"),
        Event::RunFinished(Box::new(finished)),
    ]
}

fn told(format: Format, detail: Detail, events: &[Event]) -> String {
    let mut report = report(format, detail);
    let mut out = Vec::new();
    for event in events {
        report.tell(event, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

const EVERYTHING: Detail =
    Detail { status: Status::Skip, failures: FailureOutput::Immediate, explain: Explain::Failures };

#[rstest]
#[case::human(Format::Human, EVERYTHING)]
#[case::human_with_all_reasons(Format::Human, Detail { explain: Explain::All, ..EVERYTHING })]
#[case::human_and_quiet(Format::Human, Detail { status: Status::Fail, explain: Explain::Off, ..EVERYTHING })]
#[case::human_with_failures_at_the_end(
    Format::Human,
    Detail { status: Status::Pass, failures: FailureOutput::Final, ..EVERYTHING }
)]
#[case::human_without_a_word(
    Format::Human,
    Detail { status: Status::None, failures: FailureOutput::Never, ..EVERYTHING }
)]
#[case::json(Format::Json, EVERYTHING)]
#[case::json_lines(Format::JsonLines, EVERYTHING)]
#[case::tap(Format::Tap, EVERYTHING)]
#[case::junit(Format::Junit, EVERYTHING)]
#[case::sarif(Format::Sarif, EVERYTHING)]
#[case::html(Format::Html, EVERYTHING)]
#[case::markdown(Format::Markdown, EVERYTHING)]
#[case::annotations(Format::Annotations, EVERYTHING)]
fn every_verdict_is_told(#[context] context: Context, #[case] format: Format, #[case] detail: Detail) {
    let text = plain(&told(format, detail, &run_of(cases())));
    insta::with_settings!({ snapshot_suffix => context.description.unwrap() }, {
        insta::assert_snapshot!(text);
    });
}

#[rstest]
#[case::json(Format::Json)]
#[case::json_lines(Format::JsonLines)]
#[case::tap(Format::Tap)]
#[case::junit(Format::Junit)]
#[case::sarif(Format::Sarif)]
#[case::html(Format::Html)]
#[case::markdown(Format::Markdown)]
#[case::annotations(Format::Annotations)]
fn a_file_that_cannot_be_used_is_told(#[context] context: Context, #[case] format: Format) {
    let text = told(format, EVERYTHING, &invalid());
    insta::with_settings!({ snapshot_suffix => context.description.unwrap() }, {
        insta::assert_snapshot!(text);
    });
}

#[rstest]
#[case::of_a_run(run_of(cases()))]
#[case::of_an_invalid_file(invalid())]
#[case::of_nothing(run_of(Vec::new()))]
fn sarif_is_what_its_schema_says(#[case] events: Vec<Event>) {
    // The schema has a stray bracket in the pattern of `language`, which is no regular expression as it stands.
    let schema = schema("sarif-2.1.0.json").replace("{2}]?$", "{2}?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let document: Value = serde_json::from_str(&told(Format::Sarif, EVERYTHING, &events)).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mistakes: Vec<String> = validator.iter_errors(&document).map(|mistake| mistake.to_string()).collect();
    assert_eq!(mistakes, Vec::<String>::new());
}

#[rstest]
#[case::of_a_run(run_of(cases()))]
#[case::of_an_invalid_file(invalid())]
#[case::of_nothing(run_of(Vec::new()))]
fn junit_is_what_its_schema_says(#[case] events: Vec<Event>) {
    assert_eq!(junit_mistakes(&told(Format::Junit, EVERYTHING, &events)), Vec::<String>::new());
}

#[rstest]
#[case::an_unknown_attribute(" classname=", " class=")]
#[case::an_unknown_element("<failure", "<fault")]
#[case::no_count(" failures=", " mistakes=")]
#[case::a_time_in_words("time=\"1.500\"", "time=\"soon\"")]
fn the_schema_of_junit_refuses_what_is_not_junit(#[case] good: &str, #[case] bad: &str) {
    let document = told(Format::Junit, EVERYTHING, &run_of(cases()));
    let doctored =
        document.replace(good, bad).replace("</failure", &format!("</{}", bad.trim_start_matches('<')));
    let doctored = if bad.starts_with('<') { doctored } else { document.replace(good, bad) };
    assert_ne!(doctored, document);
    assert_ne!(junit_mistakes(&doctored), Vec::<String>::new());
}

#[test]
fn no_more_annotations_are_written_than_are_shown_and_new_failures_come_first() {
    let old = (0..12).map(|n| CaseReport {
        failed_before: Some(true),
        ..case(&format!("old-{n}"), Verdict::Failed, vec![failing()])
    });
    let new = CaseReport { failed_before: Some(false), ..case("new", Verdict::Failed, vec![failing()]) };
    let text = told(Format::Annotations, EVERYTHING, &run_of(old.chain([new]).collect()));
    // Each of them has two failures.
    assert_eq!(text.matches("::error ").count(), 10);
    assert!(text.starts_with("::error file=scenarios/billrun/x.scenario.yaml,line=12,col=5,endColumn=12,title=R0601 x / new%3A login::"), "{text}");
    assert!(text.contains("::notice title=harness::16 errors more are not shown here\n"), "{text}");
}

#[test]
fn a_summary_is_cut_at_a_row_before_it_is_too_long() {
    let many = (0..8000).map(|n| case(&format!("case-{n:06}"), Verdict::Failed, vec![failing()]));
    let text = told(Format::Summary, EVERYTHING, &run_of(many.collect()));
    assert!((1_000_000..=1_048_576).contains(&text.len()), "{}", text.len());
    let (rows, end) = text.trim_end().rsplit_once("\n\n").unwrap();
    assert!(rows.ends_with(" |"), "{}", rows.rsplit('\n').next().unwrap());
    assert!(end.ends_with("more rows and paragraphs are left out."), "{end}");
}

#[test]
fn an_alert_is_the_same_when_its_line_moves() {
    let fingerprints = |line: usize| -> Vec<Value> {
        let mut cases = cases();
        for failure in cases.iter_mut().flat_map(|case| &mut case.steps).flat_map(|step| &mut step.failures) {
            failure.place.line = line;
        }
        let document: Value = serde_json::from_str(&told(Format::Sarif, EVERYTHING, &run_of(cases))).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let here = fingerprints(12);
    assert_eq!(here, fingerprints(99));
    let mut different = here.clone();
    different.dedup();
    assert_eq!(different.len(), here.len());
}

#[test]
fn each_line_of_json_is_a_document() {
    let text = told(Format::JsonLines, EVERYTHING, &run_of(cases()));
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names.first().zip(names.last()), Some((&"run-started", &"run-finished")));
    assert_eq!(names.iter().filter(|name| **name == "step-finished").count(), 3);
}
