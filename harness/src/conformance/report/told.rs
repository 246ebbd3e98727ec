//! The bug report of a case, in labelled lines: every report for people is made of them.

use crate::conformance::event::CaseReport;
use crate::conformance::evidence::{Outcome, Who};
use crate::markup::journal;

/// What there is to say of a case, each thing with its label, in the order in which it is read.
pub(super) fn lines(case: &CaseReport) -> Vec<(&'static str, String)> {
    let attack = case.attack.map(|attack| format!(" ({attack})")).unwrap_or_default();
    let next = case.seen.as_ref().map(|seen| seen.next.words().join(", "));
    let lines = [
        ("about", format!("{}{attack}", case.title)),
        ("clause", case.clauses.join(", ")),
        ("provider", case.provider.to_owned()),
        ("fault", case.faults.join(" ")),
        ("expected", format!("a correct relying party {}", case.relying_party)),
        ("seen", case.verdict.reason.clone()),
        ("tries", tries(case)),
        ("then it", next.unwrap_or_default()),
        ("known", case.expected_because.clone().unwrap_or_default()),
        ("again", case.reproduce.clone()),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// What each try came to, where there was more than one.
fn tries(case: &CaseReport) -> String {
    if case.earlier.is_empty() {
        return String::new();
    }
    let tries = case.earlier.iter().chain([&case.verdict]).enumerate();
    let told = tries.map(|(n, verdict)| format!("{}. {}: {}", n + 1, verdict.word.as_str(), verdict.reason));
    told.collect::<Vec<_>>().join("; ")
}

/// What the verdict rests on, for whoever wants to see it for themselves: before and after, with and without the fault.
pub(super) fn evidence(case: &CaseReport) -> Vec<(&'static str, String)> {
    let Some(seen) = &case.seen else { return Vec::new() };
    let mut lines = Vec::new();
    let mut say = |label, text: Option<String>| lines.extend(text.map(|text| (label, text)));
    say("faults that fired", (!seen.fired.is_empty()).then(|| seen.fired.join(", ")));
    say("signed in before", seen.before.as_ref().map(who));
    say("answer to the response", seen.callback_status.map(|status| format!("status {status}")));
    say("signed in afterwards", seen.after.as_ref().map(who));
    let control = case.control.as_ref().and_then(|control| control.outcome.as_ref());
    say("without the fault", control.filter(|_| !case.faults.is_empty()).map(outcome));
    lines
}

/// The requests that the provider answered, one a line.
pub(super) fn requests(case: &CaseReport) -> Vec<String> {
    case.seen.iter().flat_map(|seen| &seen.journal).map(journal::line).collect()
}

fn who(who: &Who) -> String {
    match who {
        Who::Nobody => "nobody".to_owned(),
        Who::Somebody(Some(subject)) => format!("`{subject}`"),
        Who::Somebody(None) => "somebody".to_owned(),
        Who::Unclear(why) => format!("unclear: {why}"),
        Who::NotAsked => "not asked, there is no probe".to_owned(),
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "the same goes well".to_owned(),
        Outcome::Refused => "the same is refused".to_owned(),
        Outcome::Crashed(status) => format!("the same ends in the server error {status}"),
        Outcome::Gone => "it does not answer any more".to_owned(),
        Outcome::Silent => "silence".to_owned(),
    }
}
