//! One run with one case of each verdict, in each format.

use rstest::{Context, rstest};
use serde_json::json;

use super::{Detail, Explain, Format, report};
use crate::scenario::event::{
    CaseId, CaseReport, Event, Failure, RuleCoverage, RunFinished, RunStarted, SnapshotReport, SnapshotState,
    StepReport, UnfiredRule, Verdict,
};

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

fn failing() -> StepReport {
    let failure = Failure {
        code: "R0601",
        title: "expected `effective_permissions.0` to be \"write\", it is \"read\"".to_owned(),
        file: "x.scenario.yaml".to_owned(),
        line: 12,
        column: 5,
        why: vec!["BR-R16 fired: the roles are kept as received".to_owned()],
        rerun: "harness run x.scenario.yaml --to login".to_owned(),
        rendered: "error[R0601]: expected …\n".to_owned(),
    };
    let journal = vec![json!({
        "method": "POST", "endpoint": "token", "status": 400, "client": "app",
        "error": { "code": "invalid_grant", "cause": "the code was redeemed before", "clause": "RFC6749-5.2" },
    })];
    StepReport { failures: vec![failure], journal, ..step("login", Verdict::Failed) }
}

fn differing() -> StepReport {
    let state = SnapshotState::Differs { diff: "-a: 1\n+a: 2\n".to_owned(), pending: true };
    let snapshot = SnapshotReport { path: "snapshots/x/main.s.snap".to_owned(), body: String::new(), state };
    StepReport { snapshot: Some(snapshot), ..step("s", Verdict::Failed) }
}

fn case(case: &str, verdict: Verdict, steps: Vec<StepReport>) -> CaseReport {
    let id = CaseId {
        file: "billrun/x.scenario.yaml".to_owned(),
        scenario: "BillRun does something".to_owned(),
        case: case.to_owned(),
        product: "billrun".to_owned(),
    };
    CaseReport { id, verdict, steps, warnings: vec!["W0505".to_owned()] }
}

fn events() -> Vec<Event> {
    let cases = vec![
        case("good", Verdict::Passed, vec![step("login", Verdict::Passed)]),
        case("bad", Verdict::Failed, vec![failing(), differing()]),
        case("ugly", Verdict::Broken("the provider did not answer".to_owned()), Vec::new()),
        case("later", Verdict::Skipped("waiting for a decision".to_owned()), Vec::new()),
    ];
    let mut finished = RunFinished::default();
    for case in &cases {
        finished.count(case);
    }
    finished.doubts.truncate(1);
    let missing =
        UnfiredRule { rule: "BR-R2".to_owned(), title: "one button per entry".to_owned(), reason: None };
    finished.rule_coverage = Some(RuleCoverage { rules: 2, fired: 1, missing: vec![missing] });
    let mut events = vec![Event::RunStarted(RunStarted { scenarios: 1, cases: 4, transport: "in process" })];
    events.extend(cases.into_iter().map(|case| Event::CaseFinished(Box::new(case))));
    events.push(Event::RunFinished(Box::new(finished)));
    events
}

#[rstest]
#[case::human(Format::Human, Detail { passed: true, explain: Explain::Failures })]
#[case::human_with_all_reasons(Format::Human, Detail { passed: true, explain: Explain::All })]
#[case::human_and_quiet(Format::Human, Detail { passed: false, explain: Explain::Off })]
#[case::json(Format::Json, Detail::default())]
fn every_verdict_is_told(#[context] context: Context, #[case] format: Format, #[case] detail: Detail) {
    let mut report = report(format, detail);
    let mut out = Vec::new();
    for event in events() {
        report.tell(&event, &mut out).unwrap();
    }
    let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
    insta::with_settings!({ snapshot_suffix => context.description.unwrap() }, {
        insta::assert_snapshot!(text);
    });
}
