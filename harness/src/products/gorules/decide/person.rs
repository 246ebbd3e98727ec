//! Who signs in (GR-R23, GR-R24).

use serde_json::json;

use super::super::config::Config;
use super::super::readings::UserKey;
use super::super::record::{State, Status, User};
use super::super::rules;
use super::{Identity, Reasons};
use crate::decision::{ClaimPath, StepId};
use crate::products::draft::{Refusal, segment};

/// The person who signs in.
pub(super) struct Person {
    /// The e-mail address as received.
    pub(super) email: String,
    /// The subject as received.
    pub(super) sub: Option<String>,
    /// The name to show.
    pub(super) display_name: Option<String>,
    /// The position of the stored user.
    pub(super) position: Option<usize>,
    /// The step that found out.
    pub(super) step: StepId,
    /// The step that made sure the user is not disabled.
    pub(super) enabled: StepId,
}

/// Finds the person, and refuses the nameless and the disabled.
pub(super) fn known(
    config: &Config,
    state: &State,
    token: &Identity,
    reasons: &mut Reasons<'_>,
) -> Result<Person, Refusal> {
    let (email, step) = key(config, state, token, reasons)?;
    let subject = subject(token, step, reasons);
    let position = match config.readings.user_key {
        UserKey::Email => state.position(&email),
        UserKey::Sub => state.users.iter().position(|user| user.sub.is_some() && user.sub == subject.0),
    };
    let stored = position.and_then(|position| state.users.get(position));
    if let Some(stored) = stored {
        same_subject(stored, &subject, reasons);
    }
    let enabled = enabled(stored, step, reasons)?;
    let display_name = display_name(token, step, reasons);
    Ok(Person { email, sub: subject.0, display_name, position, step, enabled })
}

/// GR-R23: the e-mail address is required, and compared without letter case it is the key (GR-Q11).
fn key(
    config: &Config,
    state: &State,
    token: &Identity,
    reasons: &mut Reasons<'_>,
) -> Result<(String, StepId), Refusal> {
    let by = config.readings.user_key;
    let mut step = reasons.step(&rules::GR_R23);
    step.because(token.steps.last().copied());
    step.reading("GR-Q11", by.name());
    let email = step.claim(token.document, &ClaimPath::top("email")).text().ok();
    let sub = match by {
        UserKey::Email => None,
        UserKey::Sub => Some(step.claim(token.document, &ClaimPath::top("sub")).text().ok()),
    };
    let missing = match (email, sub) {
        (None | Some(""), _) => "email",
        (_, Some(None | Some(""))) => "sub",
        (Some(email), _) => {
            let stored = state.position(email).is_some();
            step.state(format!("/users/{}", segment(email)), stored.then(|| json!("stored")));
            step.then("set", "/user/email", Some(email.into()));
            return Ok((email.to_owned(), step.fired("the user is known by this key")));
        }
    };
    step.default("identity", "none");
    step.then("refuse", "/decision", None);
    let step = step.no_input(format!("`{missing}` is not in the {}, or is no text", token.document.name()));
    let own = vec![("token", token.document.name().to_owned())];
    let refusal = Refusal::because("missing_required_claim", [step]);
    Err(Refusal { claims: Some(vec![missing.to_owned()]), own, ..refusal })
}

/// GR-R23: the subject is recorded beside the key.
fn subject(token: &Identity, key: StepId, reasons: &mut Reasons<'_>) -> (Option<String>, StepId) {
    let mut step = reasons.step(&rules::GR_R23);
    step.because([key]);
    let sub = step.claim(token.document, &ClaimPath::top("sub")).text().ok().map(str::to_owned);
    let step = match &sub {
        Some(_) => step.fired("the subject is recorded with the user"),
        None => step.no_input("no subject to record"),
    };
    (sub, step)
}

/// GR-R23: the same key with another subject is worth a report.
fn same_subject(stored: &User, (sub, received): &(Option<String>, StepId), reasons: &mut Reasons<'_>) {
    let (Some(recorded), Some(sub)) = (&stored.sub, sub) else { return };
    let mut step = reasons.step(&rules::GR_R23);
    step.because([*received]);
    step.state(format!("/users/{}/sub", segment(&stored.email)), Some(json!(recorded)));
    if recorded == sub {
        step.not_applicable("the subject is the recorded one");
        return;
    }
    step.then("report", "/findings", Some("subject_changed".into()));
    let step = step.fired("another subject is recorded for this user");
    reasons.finding("subject_changed", [step]);
}

/// GR-R24: a disabled user cannot sign in.
fn enabled(stored: Option<&User>, key: StepId, reasons: &mut Reasons<'_>) -> Result<StepId, Refusal> {
    let mut step = reasons.step(&rules::GR_R24);
    step.because([key]);
    let Some(stored) = stored else {
        return Ok(step.not_applicable("no such user is stored yet"));
    };
    step.state(format!("/users/{}/status", segment(&stored.email)), Some(json!(stored.status)));
    if stored.status != Status::Disabled {
        return Ok(step.not_applicable("the user is not disabled"));
    }
    step.then("refuse", "/decision", None);
    let step = step.fired("the user is disabled");
    Err(Refusal::because("user_disabled", [step]))
}

/// GR-R7: the name to show comes from the same token: `name`, else the given and the family name.
fn display_name(token: &Identity, key: StepId, reasons: &mut Reasons<'_>) -> Option<String> {
    let mut step = reasons.step(&rules::GR_R7);
    step.because([key]);
    let mut texts = ["name", "given_name", "family_name"].map(|name| {
        step.claim(token.document, &ClaimPath::top(name)).text().ok().filter(|text| !text.is_empty())
    });
    let [name, given, family] = &mut texts;
    let parts: Vec<&str> =
        name.take().map_or_else(|| given.iter().chain(family.iter()).copied().collect(), |name| vec![name]);
    if parts.is_empty() {
        step.no_input("the token holds no name to show");
        return None;
    }
    let name = parts.join(" ");
    step.fired(format!("the name to show is `{name}`"));
    Some(name)
}
