//! Before anything is believed: a good login has to be seen to succeed, and a blatantly bad one to fail.
//!
//! A probe that always says yes passes every relying party's acceptances, one that always says no every refusal. Whichever
//! it is, the run is void.

use super::case::Planned;
use super::event::Calibration;
use super::evidence::{Evidence, Outcome, Site, Who};
use super::profiles::Variant;
use super::trouble::Trouble;

/// The blatantly bad login: the provider answers that the person did not agree, and gives nothing out.
const BAD: &str = "authorize.error=access_denied";

/// The same, planned.
pub(super) fn bad() -> Vec<Planned> {
    BAD.parse().map(|rule| Planned { site: Site::Provider, rule }).into_iter().collect()
}

/// What two logins say about a probe.
pub(super) fn calibration(
    variant: Variant,
    good: &Result<Evidence, Trouble>,
    bad: &Result<Evidence, Trouble>,
) -> Calibration {
    let void = judge(good, bad).err();
    Calibration { shape: variant.name(), good: told(good), bad: told(bad), void, tries: 0 }
}

/// Whether a login that the provider refused was seen to sign somebody in, which no second try takes back.
pub(super) fn is_deceived(bad: &Result<Evidence, Trouble>) -> bool {
    bad.as_ref().is_ok_and(|bad| bad.outcome == Some(Outcome::Done))
}

fn judge(good: &Result<Evidence, Trouble>, bad: &Result<Evidence, Trouble>) -> Result<(), String> {
    let good = good.as_ref().map_err(|trouble| format!("the good login could not be tried: {trouble}"))?;
    let bad = bad.as_ref().map_err(|trouble| format!("the bad login could not be tried: {trouble}"))?;
    if matches!(good.before, Some(Who::Somebody(_))) {
        return Err("the probe says that somebody is signed in before anybody has signed in".to_owned());
    }
    match &good.outcome {
        Some(Outcome::Done) => {}
        Some(Outcome::Silent) if good.token_was_given() => {}
        Some(Outcome::Silent | Outcome::Refused | Outcome::Crashed(_) | Outcome::Gone) | None => {
            return Err(format!("a good login did not sign anybody in: {}", story(good)));
        }
    }
    if !bad.fired.iter().any(|fault| fault == BAD) {
        return Err(format!("the bad login did not come to its end: {}", story(bad)));
    }
    if bad.outcome == Some(Outcome::Done) {
        return Err(
            "the probe says that somebody is signed in by a login that the provider refused".to_owned()
        );
    }
    Ok(())
}

fn told(login: &Result<Evidence, Trouble>) -> String {
    login.as_ref().map_or_else(ToString::to_string, story)
}

/// What came of a login, in a few words.
fn story(evidence: &Evidence) -> String {
    let after = match &evidence.after {
        Some(Who::Somebody(Some(subject))) => format!("`{subject}` is signed in"),
        Some(Who::Somebody(None)) => "somebody is signed in".to_owned(),
        Some(Who::Nobody) => {
            let why = evidence.nobody_because.as_ref().map(|why| format!(" ({why})"));
            format!("nobody is signed in{}", why.unwrap_or_default())
        }
        Some(Who::Unclear(why)) => format!("the probe does not tell, {why}"),
        Some(Who::NotAsked) | None => "there is no probe".to_owned(),
    };
    let mut calls: Vec<String> = Vec::new();
    for heard in &evidence.heard {
        if calls.last() != Some(&heard.endpoint) {
            calls.push(heard.endpoint.clone());
        }
    }
    if calls.is_empty() {
        return format!("{after}; the provider was not asked anything");
    }
    let refused = refusal(evidence).map(|why| format!("; it refused: {why}")).unwrap_or_default();
    format!("{after}; the provider was asked for {}{refused}", calls.join(", "))
}

/// Why the provider refused something for its own part, which it tells nobody else.
fn refusal(evidence: &Evidence) -> Option<String> {
    let honest = evidence.journal.iter().filter(|entry| entry.get("faults").is_none());
    let errors = honest.filter_map(|entry| entry.get("error"));
    let said = |error: &serde_json::Value| Some(error.get("cause")?.as_str()?.to_owned());
    let why = errors.filter_map(said).next_back()?;
    let hint =
        if why.contains("client") { "; `--client` and `--client-secret` say whom it knows" } else { "" };
    Some(format!("{why}{hint}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{BAD, calibration};
    use crate::conformance::evidence::{Evidence, Outcome, Who};
    use crate::conformance::profiles::Variant;
    use crate::conformance::trouble::Trouble;
    use crate::decision::ResponseType;

    fn login(before: Who, after: Who, outcome: Outcome, fired: &[&str]) -> Evidence {
        Evidence {
            before: Some(before),
            after: Some(after),
            outcome: Some(outcome),
            fired: fired.iter().map(|fault| (*fault).to_owned()).collect(),
            ..Evidence::default()
        }
    }

    fn somebody() -> Who {
        Who::Somebody(Some("ada".to_owned()))
    }

    fn good() -> Evidence {
        login(Who::Nobody, somebody(), Outcome::Done, &[])
    }

    fn bad() -> Evidence {
        login(Who::Nobody, Who::Nobody, Outcome::Refused, &[BAD])
    }

    #[rstest]
    #[case::both_as_they_should_be(Ok(good()), Ok(bad()), None)]
    #[case::a_probe_that_always_says_no(
        Ok(login(Who::Nobody, Who::Nobody, Outcome::Refused, &[])), Ok(bad()),
        Some("a good login did not sign anybody in: nobody is signed in; the provider was not asked anything")
    )]
    #[case::a_probe_that_always_says_yes(
        Ok(login(somebody(), somebody(), Outcome::Done, &[])), Ok(bad()),
        Some("the probe says that somebody is signed in before anybody has signed in")
    )]
    #[case::signed_in_by_a_refusal(
        Ok(good()), Ok(login(Who::Nobody, somebody(), Outcome::Done, &[BAD])),
        Some("the probe says that somebody is signed in by a login that the provider refused")
    )]
    #[case::a_bad_login_that_never_was(
        Ok(good()), Ok(login(Who::Nobody, Who::Nobody, Outcome::Refused, &[])),
        Some("the bad login did not come to its end: nobody is signed in; the provider was not asked anything")
    )]
    #[case::a_relying_party_that_is_away(
        Err(Trouble("nobody listens".to_owned())), Ok(bad()), Some("the good login could not be tried: nobody listens")
    )]
    fn a_run_is_void_unless_good_and_bad_can_be_told_apart(
        #[case] good: Result<Evidence, Trouble>,
        #[case] bad: Result<Evidence, Trouble>,
        #[case] void: Option<&str>,
    ) {
        let found = calibration(Variant::of(ResponseType::Code), &good, &bad);
        assert_eq!(found.void.as_deref(), void);
    }
}
