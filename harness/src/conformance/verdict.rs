//! The verdict about one case: pure, from what was seen to a word and its reason.
//!
//! First it is judged whether the relying party departs from what is expected, then each binding says how much that weighs.

use mock_idp::fault::Target;
use serde::Serialize;

use super::case::{Capability, Case, Channel, Expected, Finding, Flow};
use super::evidence::{Evidence, KEYS, NOTHING_TO_SEE, Outcome, Who};
use super::profiles::{Binding, Profile, Variant, Weight};
use super::tls;

/// What is said of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// It does what a correct relying party does.
    Passed,
    /// Nothing can be said, and the reason is not a fault of anybody.
    Skipped,
    /// Nothing speaks against it, and nothing but silence speaks for it.
    Weak,
    /// It does what it should not, or refused with a server error, or by falling over for good.
    Warning,
    /// It does what it must not.
    Failed,
    /// The case could not be played; that is ours.
    Error,
}

impl Word {
    /// In capitals, as reports have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Skipped => "SKIPPED",
            Self::Weak => "WEAK",
            Self::Warning => "WARNING",
            Self::Failed => "FAILED",
            Self::Error => "ERROR",
        }
    }
}

/// What is said of a case, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The word.
    pub word: Word,
    /// The reason, as a sentence without a full stop.
    pub reason: String,
}

impl Verdict {
    /// A verdict with its reason.
    pub fn new(word: Word, reason: impl Into<String>) -> Self {
        Self { word, reason: reason.into() }
    }
}

/// How the relying party compares with what is expected, before anything is weighed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Judgement {
    AsExpected(String),
    Departs(String),
    ServerError(String),
    Silent(String),
    NothingToSee(String),
    NoControl(String),
}

/// The verdict about a case in a shape, under the bindings of the selected profiles: the hardest of them counts.
pub fn verdict(
    case: Case,
    variant: Variant,
    control: &Evidence,
    evidence: &Evidence,
    bindings: &[Binding],
) -> Verdict {
    let signatures = Signatures::of(variant, control, evidence);
    let judgement = judge(case, control, evidence);
    weigh(judgement, hardest(case, signatures, bindings), leave(case, signatures))
}

/// How much a departure of a relying party that fetches the keys weighs under the hardest of these bindings.
pub(super) fn weight_at_most(case: Case, variant: Variant, bindings: &[Binding]) -> Weight {
    hardest(case, Signatures::with_keys(variant), bindings)
}

fn hardest(case: Case, signatures: Signatures, bindings: &[Binding]) -> Weight {
    let at_most = case.way().at_most.unwrap_or(Weight::Must);
    let weights = bindings.iter().map(|binding| weight(case, signatures, *binding).min(at_most));
    weights.max().unwrap_or(Weight::Must)
}

/// What becomes of the signatures of ID tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signatures {
    /// They have to be checked: an ID token comes through the browser.
    Due,
    /// They may be left unchecked, and yet the keys to check them are fetched.
    Optional,
    /// They are left unread: nobody has ever asked for the keys.
    Unread,
}

impl Signatures {
    /// Whoever signs somebody in and has no keys reads no signature, unless it takes none but the client's secret. What it may
    /// know from before counts as of the case itself, which is played after all control twins.
    fn of(variant: Variant, control: &Evidence, evidence: &Evidence) -> Self {
        let well = control.outcome == Some(Outcome::Done) && control.token_requests().next().is_some();
        let has_keys = control.calls(KEYS).next().is_some() || evidence.memory.may_know_the_keys();
        match Self::with_keys(variant) {
            Self::Optional if well && !has_keys && !control.is_signed_by_secret() => Self::Unread,
            signatures @ (Self::Due | Self::Optional | Self::Unread) => signatures,
        }
    }

    const fn with_keys(variant: Variant) -> Self {
        if variant.response_type.has_id_token() { Self::Due } else { Self::Optional }
    }
}

/// How much a departure weighs under a binding. A signature that may be left unchecked on the back channel
/// (OIDCC-3.1.3.7-6) weighs nothing there; but whoever fetches the keys means to check it, and to do that badly is no best
/// current practice.
fn weight(case: Case, signatures: Signatures, binding: Binding) -> Weight {
    match (case.channel, signatures, binding.profile) {
        (Channel::Front, Signatures::Optional, Profile::Bcp) => binding.weight.min(Weight::Should),
        (Channel::Front | Channel::Keys, Signatures::Unread, _)
        | (Channel::Front, Signatures::Optional, _) => Weight::May,
        (Channel::Any | Channel::Keys, _, _) | (Channel::Front, Signatures::Due, _) => binding.weight,
    }
}

/// What leaves a departure to the relying party, where it weighs nothing.
fn leave(case: Case, signatures: Signatures) -> &'static str {
    match (case.channel, signatures) {
        (Channel::Front | Channel::Keys, Signatures::Unread) => {
            "OIDCC-3.1.3.7-6 leaves to it: it never reads the signature of an ID token that comes straight from the token \
             endpoint"
        }
        (Channel::Front, Signatures::Optional) => {
            "OIDCC-3.1.3.7-6 leaves to it: the ID token comes straight from the token endpoint"
        }
        (Channel::Any | Channel::Keys, _) | (Channel::Front, Signatures::Due) => "the standard leaves to it",
    }
}

fn weigh(judgement: Judgement, weight: Weight, leave: &str) -> Verdict {
    match (judgement, weight) {
        (Judgement::AsExpected(reason), _) => Verdict::new(Word::Passed, reason),
        (Judgement::Departs(reason), Weight::Must) => Verdict::new(Word::Failed, reason),
        (Judgement::Departs(reason), Weight::Should) | (Judgement::ServerError(reason), _) => {
            Verdict::new(Word::Warning, reason)
        }
        (Judgement::Departs(reason), Weight::May) => {
            Verdict::new(Word::Skipped, format!("{reason}, which {leave}"))
        }
        (Judgement::Silent(reason), _) => Verdict::new(Word::Weak, reason),
        (Judgement::NothingToSee(reason), _) => Verdict::new(Word::Skipped, reason),
        (Judgement::NoControl(reason), _) => Verdict::new(Word::Error, reason),
    }
}

fn judge(case: Case, control: &Evidence, evidence: &Evidence) -> Judgement {
    // A case without faults is its own control.
    if !case.faults().is_empty() {
        if let Some(reason) = spoiled(control) {
            return Judgement::NoControl(reason);
        }
        if let Some(reason) = faltered(control, evidence) {
            return Judgement::NoControl(reason);
        }
        if let Some(reason) = unfired(case, evidence)
            && !goes_by_the_keys_it_holds(case, evidence)
        {
            return Judgement::NothingToSee(reason);
        }
    }
    if let Some(reason) = evidence.facts.get(NOTHING_TO_SEE).and_then(serde_json::Value::as_str) {
        return Judgement::NothingToSee(reason.to_owned());
    }
    let outcome = judge_outcome(case.expected(), evidence);
    if matches!(outcome, Judgement::Departs(_)) {
        return outcome;
    }
    judge_checks(case, evidence).unwrap_or(outcome)
}

/// Why the control twin tells nothing. Without a probe it is as silent as everything else.
fn spoiled(control: &Evidence) -> Option<String> {
    match &control.outcome {
        Some(Outcome::Done | Outcome::Silent) => None,
        Some(Outcome::Refused | Outcome::Crashed(_) | Outcome::Gone) | None => Some(format!(
            "the control twin, the same without the fault, did not work either: {}",
            seen(control)
        )),
    }
}

/// What went wrong before anything was wrong at the provider, where the control twin had gone well: a hiccup of the relying
/// party's own.
fn faltered(control: &Evidence, evidence: &Evidence) -> Option<String> {
    if !evidence.fired.is_empty() {
        return None;
    }
    if evidence.outcome == Some(Outcome::Gone) {
        return Some(format!("{}, and nothing was wrong yet", seen(evidence)));
    }
    if let Some(status) = evidence.server_error.filter(|_| control.server_error.is_none()) {
        return Some(format!("it answered with the server error {status}, and nothing was wrong yet"));
    }
    let asks = |evidence: &Evidence| evidence.authentication_requests().next().is_some();
    (asks(control) && !asks(evidence))
        .then(|| "it sent nobody to the provider, and nothing was wrong yet".to_owned())
}

/// Whether it signs somebody in again without a look at keys that are no longer what they were, where both is right. It was
/// seen to fetch them for the first of two logins, and "knows to go back to the `jwks_uri` location to re-retrieve the keys
/// when it sees an unfamiliar `kid` value" (OIDCC-10.1.1), of which there was none.
fn goes_by_the_keys_it_holds(case: Case, evidence: &Evidence) -> bool {
    let again = case.flow == Flow::LoginTwice && case.expected() == Expected::Either;
    let of_keys =
        || case.way().decisive().filter_map(Result::ok).all(|it| it.rule.fault.target() == Target::Jwks);
    let untouched = || evidence.fired.is_empty() && evidence.outcome == Some(Outcome::Done);
    let fetched =
        || evidence.calls(KEYS).next().is_some() || (evidence.memory.lives_on && evidence.memory.keys);
    again && of_keys() && untouched() && fetched()
}

/// Which fault never came to bear, and what that means.
fn unfired(case: Case, evidence: &Evidence) -> Option<String> {
    let sent_none = || evidence.authentication_requests().all(|it| it.parameter("nonce").is_none());
    if case.needs.contains(&Capability::Nonce) && evidence.outcome.is_some() && sent_none() {
        return Some("it sent no `nonce`, so that none could be wrong".to_owned());
    }
    let unseen = |fault: &str| !evidence.fired.iter().any(|fired| fired == fault);
    if let Some(fault) = case.faults().iter().find(|fault| tls::flaw(fault).is_some_and(|_| unseen(fault))) {
        return Some(format!("it opened no connection to the provider, so `{fault}` never came to bear"));
    }
    let rules = case.way().decisive().filter_map(Result::ok);
    let missed = rules.map(|it| it.rule.fault).find(|fault| unseen(&fault.to_string()))?;
    let never = match missed.target() {
        Target::Webfinger => "it did not ask where a person signs in",
        Target::Registration => "it did not register while the provider misbehaved",
        Target::Discovery => "it did not fetch the metadata while the provider misbehaved",
        Target::Jwks => "it did not fetch the keys while the provider misbehaved",
        Target::Authorize => "it did not get an authorization response that the fault fits",
        Target::Token => "it made no token request",
        Target::IdToken => "it did not get an ID token that the fault fits",
        Target::AccessToken => "it did not get an access token that is a JWT",
        Target::Userinfo => "it never asked UserInfo",
        Target::ClaimsJwt => "it did not get what others state",
        Target::LogoutToken | Target::BackchannelLogout => "it was not sent a logout token",
        Target::FrontchannelLogout => "no frame of its was loaded at the logout",
        Target::EndSession => "it did not send anybody to sign out at the provider",
    };
    Some(format!("{never}, so `{missed}` never came to bear"))
}

fn judge_outcome(expected: Expected, evidence: &Evidence) -> Judgement {
    let seen = seen(evidence);
    match (expected, &evidence.outcome) {
        (_, None) => Judgement::NoControl("the flow came to no end".to_owned()),
        (Expected::Reject, Some(Outcome::Done)) => Judgement::Departs(seen),
        (Expected::Reject | Expected::Either, Some(Outcome::Crashed(_) | Outcome::Gone)) => {
            Judgement::ServerError(seen)
        }
        (Expected::Reject, Some(Outcome::Refused)) | (Expected::Either, Some(_)) => {
            Judgement::AsExpected(seen)
        }
        (Expected::Accept | Expected::Send, Some(Outcome::Done)) => Judgement::AsExpected(seen),
        (Expected::Accept | Expected::Send, Some(Outcome::Refused | Outcome::Crashed(_) | Outcome::Gone)) => {
            Judgement::Departs(seen)
        }
        (Expected::Reject | Expected::Accept | Expected::Send, Some(Outcome::Silent)) => {
            Judgement::Silent("there is no probe, and nothing more was asked of the provider".to_owned())
        }
    }
}

/// What the checks of the row say, if they say anything but yes.
fn judge_checks(case: Case, evidence: &Evidence) -> Option<Judgement> {
    let mut unseen = None;
    for check in case.checks {
        match (check.look)(evidence) {
            Finding::Holds => {}
            Finding::Broken(seen) => {
                return Some(Judgement::Departs(format!("not so: {}; {seen}", check.says)));
            }
            Finding::Unseen(missing) => unseen = Some(missing),
        }
    }
    unseen.map(Judgement::NothingToSee)
}

/// What came about, in words.
fn seen(evidence: &Evidence) -> String {
    if let Some(said) = evidence.facts.get("outcome").and_then(serde_json::Value::as_str) {
        return said.to_owned();
    }
    match (&evidence.outcome, &evidence.after) {
        (Some(Outcome::Done), Some(Who::Somebody(Some(subject)))) => format!("`{subject}` is signed in"),
        (Some(Outcome::Done), Some(Who::NotAsked)) => {
            "it went on, and asked the provider for more".to_owned()
        }
        (Some(Outcome::Done), _) => "somebody is signed in".to_owned(),
        (Some(Outcome::Refused), _) => "nobody is signed in".to_owned(),
        (Some(Outcome::Crashed(status)), _) => format!("it answered with the server error {status}"),
        (Some(Outcome::Gone), Some(Who::Unclear(why))) => format!("it does not answer any more: {why}"),
        (Some(Outcome::Gone), _) => "it does not answer any more".to_owned(),
        (Some(Outcome::Silent) | None, _) => "nothing was seen".to_owned(),
    }
}

#[cfg(test)]
mod tests;
