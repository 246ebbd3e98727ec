//! One run with one case of each verdict, in each format.

use rstest::{Context, rstest};
use serde_json::json;

use super::{Html, Json, Junit, Report, Terminal};
use crate::conformance::event::{
    Calibration, CaseReport, Control, Event, Next, RunFinished, RunStarted, Seen,
};
use crate::conformance::evidence::{Outcome, Who};
use crate::conformance::plan::plan;
use crate::conformance::profiles::Profile;
use crate::conformance::verdict::{Verdict, Word};
use crate::markup::schemas::junit_mistakes;

fn started() -> RunStarted {
    RunStarted {
        relying_party: "http://127.0.0.1:3000".to_owned(),
        profiles: vec![Profile::CoreBasic, Profile::Bcp],
        cases: 9,
        shapes: vec!["code".to_owned()],
        probe: Some("GET /me /sub".to_owned()),
        calibration: vec![Calibration {
            shape: "code".to_owned(),
            good: "`ada` is signed in".to_owned(),
            bad: "nobody is signed in".to_owned(),
            void: None,
            tries: 1,
        }],
    }
}

fn seen() -> Seen {
    Seen {
        before: Some(Who::Nobody),
        after: Some(Who::Somebody(Some("ada".to_owned()))),
        fired: vec!["id_token.hmac=jwk_text".to_owned()],
        next: Next { asked_userinfo: true, cookies_set: vec!["session".to_owned()], ..Next::default() },
        callback_status: Some(302),
        facts: json!({}),
        journal: vec![json!({
            "sequence": 1, "endpoint": "token", "method": "POST", "status": 200, "client": "app",
            "faults": ["id_token.hmac=jwk_text"],
        })],
    }
}

/// Tried more than once: one that came out well in the end, and one that did not.
fn tried_again() -> impl Iterator<Item = CaseReport> {
    let mut plays = plan(&[Profile::CoreBasic], None);
    plays.retain(|play| play.is_meant("oidcc-client-test") || play.is_meant("RPX-CLM-08"));
    let away = || Verdict::new(Word::Error, "the connection was refused");
    let nobody = || Verdict::new(Word::Failed, "nobody is signed in");
    let tries = [
        (vec![away(), nobody()], Verdict::new(Word::Passed, "`ada` is signed in")),
        (vec![nobody()], Verdict::new(Word::Failed, "it answered with the server error 503")),
    ];
    let reports = tries.into_iter().zip(plays).map(|((earlier, verdict), play)| {
        let again = format!("harness conformance --rp http://127.0.0.1:3000 --only '{}'", play.name());
        CaseReport { earlier, ..CaseReport::of(&play, verdict, again) }
    });
    reports.collect::<Vec<_>>().into_iter()
}

fn cases() -> Vec<CaseReport> {
    let words = [
        (Word::Failed, "`ada` is signed in", None),
        (Word::Warning, "it answered with the server error 500", None),
        (Word::Weak, "there is no probe", None),
        (Word::Skipped, "it never asked UserInfo", None),
        (Word::Error, "the <control> twin could not be played", None),
        (Word::Failed, "`ada` is signed in", Some("CB-R6 leaves signatures to TLS")),
        (Word::Passed, "nobody is signed in", None),
    ];
    let mut plays = plan(&[Profile::CoreBasic], None);
    plays.retain(|play| play.is_meant("RPX-SIG-05"));
    let control = Control { outcome: Some(Outcome::Done), after: Some(Who::Somebody(None)) };
    words
        .into_iter()
        .zip(&plays)
        .map(|((word, reason, because), play)| CaseReport {
            expected_because: because.map(str::to_owned),
            seen: (word == Word::Failed).then(seen),
            control: Some(control.clone()),
            ..CaseReport::of(
                play,
                Verdict::new(word, reason),
                format!("harness conformance --rp http://127.0.0.1:3000 --only '{}'", play.name()),
            )
        })
        .chain(tried_again())
        .collect()
}

fn events() -> Vec<Event> {
    let cases = cases();
    let mut finished = RunFinished::default();
    for case in &cases {
        finished.count(case);
    }
    finished.stale =
        vec!["`RPX-CLM-08` was expected to be failed, but RPX-CLM-08 [code] has passed now".to_owned()];
    let mut events = vec![Event::Started(Box::new(started()))];
    events.extend(cases.into_iter().map(|case| Event::CaseFinished(Box::new(case))));
    events.push(Event::Finished(Box::new(finished)));
    events
}

fn void() -> Vec<Event> {
    let mut run = started();
    let why = "a good login did not sign anybody in";
    for calibration in &mut run.calibration {
        calibration.void = Some(why.to_owned());
    }
    let finished = RunFinished { void: Some(format!("code: {why}")), ..RunFinished::default() };
    vec![Event::Started(Box::new(run)), Event::Finished(Box::new(finished))]
}

/// Broken off after the last case that passed.
fn interrupted() -> Vec<Event> {
    let passed = cases().into_iter().filter(|case| case.verdict.word == Word::Passed);
    let mut finished = RunFinished { interrupted: true, ..RunFinished::default() };
    let mut events = vec![Event::Started(Box::new(started()))];
    for case in passed {
        finished.count(&case);
        events.push(Event::CaseFinished(Box::new(case)));
    }
    events.push(Event::Finished(Box::new(finished)));
    events
}

#[rstest]
#[case::human(Box::new(Terminal::new(true)), events())]
#[case::human_and_quiet(Box::new(Terminal::new(false)), events())]
#[case::human_void(Box::new(Terminal::new(true)), void())]
#[case::json(Box::new(Json::default()), events())]
#[case::junit(Box::new(Junit::default()), events())]
#[case::junit_void(Box::new(Junit::default()), void())]
#[case::junit_interrupted(Box::new(Junit::default()), interrupted())]
#[case::html(Box::new(Html::default()), events())]
#[case::html_void(Box::new(Html::default()), void())]
fn every_verdict_is_told(
    #[context] context: Context,
    #[case] mut report: Box<dyn Report>,
    #[case] events: Vec<Event>,
) {
    let mut out = Vec::new();
    for event in events {
        report.tell(&event, &mut out).unwrap();
    }
    let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
    insta::with_settings!({ snapshot_suffix => context.description.unwrap() }, {
        insta::assert_snapshot!(text);
    });
}

/// One case with a warning, and nothing worse.
fn warned() -> Vec<Event> {
    let case = cases().into_iter().find(|case| case.verdict.word == Word::Warning).unwrap();
    let mut finished = RunFinished::default();
    finished.count(&case);
    vec![
        Event::Started(Box::new(started())),
        Event::CaseFinished(Box::new(case)),
        Event::Finished(Box::new(finished)),
    ]
}

#[rstest]
#[case::human(Terminal::new(true), "NOT PASSED nothing failed, but it does what it should not")]
#[case::html(Html::default(), "but not all passed: it does what it should not")]
#[case::json(Json::default(), "\"result\": \"warning\"")]
#[case::junit(Junit::default(), "<skipped message=\"WARNING: it answered with the server error 500\"/>")]
fn nobody_takes_a_run_with_a_warning_for_a_pass(#[case] mut report: impl Report, #[case] says: &str) {
    let mut out = Vec::new();
    for event in warned() {
        report.tell(&event, &mut out).unwrap();
    }
    let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
    assert!(text.contains(says), "{text}");
}

#[rstest]
#[case::of_a_run(events())]
#[case::of_a_void_run(void())]
#[case::of_an_interrupted_run(interrupted())]
fn junit_is_what_its_schema_says(#[case] events: Vec<Event>) {
    let mut report = Junit::default();
    let mut out = Vec::new();
    for event in events {
        report.tell(&event, &mut out).unwrap();
    }
    assert_eq!(junit_mistakes(std::str::from_utf8(&out).unwrap()), Vec::<String>::new());
}
