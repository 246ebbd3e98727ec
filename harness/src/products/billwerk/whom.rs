//! Which stored user somebody is.

use serde_json::json;

use super::config::Config;
use super::readings::{InternalUser, Invitation};
use super::record::{State, Status, User, UserKind};
use super::refusal::Refusal;
use super::rules::{BW_R2, BW_R4, BW_R5, BW_R8, BW_R17, BW_R24};
use crate::decision::{ClaimPath, Document, Reasoning, StepBuilder, StepId};

/// External Id and e-mail of the token.
pub(super) struct Identity {
    pub(super) sub: String,
    pub(super) email: String,
    pub(super) step: StepId,
}

/// BW-R4: both are required; what is blank or no string identifies nobody.
pub(super) fn identified(reasoning: &mut Reasoning<'_>) -> Result<Identity, Refusal> {
    let mut step = reasoning.step(&BW_R4);
    let [email, sub] = ["email", "sub"].map(|name| usable(&mut step, name));
    if let (Some(email), Some(sub)) = (&email, &sub) {
        let step = step.not_applicable("`sub` and `email` are there");
        reasoning.rests_on("/user/external_id", [step]);
        return Ok(Identity { sub: sub.clone(), email: email.clone(), step });
    }
    step.no_input("`sub` or `email` is not there");
    // the refusal rests on the missing ones only
    let mut step = reasoning.step(&BW_R4);
    let mut missing = Vec::new();
    for (name, value) in [("email", email), ("sub", sub)] {
        if value.is_none() {
            missing.push(name.to_owned());
            if !step.claim(Document::IdToken, &ClaimPath::top(name)).is_present() {
                step.default(name, "refused when missing");
            }
        }
    }
    step.then("refuse", "/decision", Some(json!("missing_required_claim")));
    let step = step.fired(format!("missing: {}", missing.join(", ")));
    Err(Refusal { claims: Some(missing), ..Refusal::new("missing_required_claim", [step]) })
}

fn usable(step: &mut StepBuilder<'_, '_>, name: &str) -> Option<String> {
    let text = step.claim(Document::IdToken, &ClaimPath::top(name)).text().ok()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// How somebody relates to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// Nobody knows them yet (BW-R5).
    New,
    /// They have signed in before.
    Known(usize),
    /// They were invited (BW-R17).
    Invited(usize),
    /// An internal user becomes them (BW-Q7, `link`).
    Internal(usize),
}

impl Relation {
    /// The stored user.
    pub(super) fn stored(self, state: &State) -> Option<&User> {
        state.users.get(self.index()?)
    }

    pub(super) const fn index(self) -> Option<usize> {
        match self {
            Self::New => None,
            Self::Known(index) | Self::Invited(index) | Self::Internal(index) => Some(index),
        }
    }
}

/// BW-R2, BW-R5, BW-R8, BW-R17: who they are, and the step that says so.
pub(super) fn related(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    identity: &Identity,
) -> Result<(Relation, StepId), Refusal> {
    if let Some(relation) = internal(reasoning, config, state, identity)? {
        return Ok(relation);
    }
    let external = |index: usize| state.users.get(index).is_some_and(|user| user.kind == UserKind::External);
    let mut step = reasoning.step(&BW_R2);
    step.because([identity.step]);
    let by_id =
        position(state, |user| user.external_id.as_deref() == Some(&identity.sub)).filter(|i| external(*i));
    let active =
        by_id.filter(|index| state.users.get(*index).is_some_and(|user| user.status == Status::Active));
    if let Some(index) = active {
        step.state(format!("/users/{index}/external_id"), Some(json!(identity.sub)));
        return Ok((Relation::Known(index), step.fired("an external user has this External Id")));
    }
    let searched = step.not_applicable("no external user who has signed in before has this External Id");
    if let Some(index) = invited(config, state, identity, by_id) {
        let mut step = reasoning.step(&BW_R17);
        step.because([identity.step, searched]);
        step.state(format!("/users/{index}"), state.users.get(index).map(|user| json!(user.view())));
        step.reading("BW-Q4", config.readings.invitation.name());
        step.then("set", "/user/external_id", Some(json!(identity.sub)));
        return Ok((Relation::Invited(index), step.fired("the invited record is theirs from now on")));
    }
    let mut step = reasoning.step(&BW_R24);
    step.because([searched]);
    step.fired("whoever comes first gets what the strategy gives, and no more");
    let mut step = reasoning.step(&BW_R5);
    step.because([identity.step, searched]);
    step.default("stored user", "none");
    step.then("set", "/user", None);
    Ok((Relation::New, step.fired("nobody has this External Id, and no invitation is theirs")))
}

/// BW-R8: an internal user with this e-mail, letter case aside, is in the way.
fn internal(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    identity: &Identity,
) -> Result<Option<(Relation, StepId)>, Refusal> {
    let found = position(state, |user| user.kind == UserKind::Internal && user.has_email(&identity.email));
    let mut step = reasoning.step(&BW_R8);
    step.claim(Document::IdToken, &ClaimPath::top("email"));
    let Some(index) = found else {
        step.not_applicable("no internal user has this e-mail");
        return Ok(None);
    };
    step.state(format!("/users/{index}/email"), state.users.get(index).map(|user| json!(user.email)));
    let reading = config.readings.internal_user;
    step.reading("BW-Q7", reading.name());
    if reading == InternalUser::Link {
        step.because([identity.step]);
        let step = step.not_applicable("the internal user with this e-mail becomes external");
        return Ok(Some((Relation::Internal(index), step)));
    }
    step.then("refuse", "/decision", Some(json!("internal_user_email_conflict")));
    let step = step.fired("an internal user has this e-mail");
    Err(Refusal::new("internal_user_email_conflict", [step]))
}

/// BW-Q4: an invitation that names the External Id, else a never-used one that names none, by e-mail.
fn invited(config: &Config, state: &State, identity: &Identity, by_id: Option<usize>) -> Option<usize> {
    let open = |user: &User| user.kind == UserKind::External && user.status == Status::Invited;
    let by_email = |unbound: bool| {
        position(state, |user| {
            open(user) && user.has_email(&identity.email) && (!unbound || user.external_id.is_none())
        })
    };
    let by_id = by_id.filter(|index| state.users.get(*index).is_some_and(open));
    match config.readings.invitation {
        Invitation::IdThenEmail => by_id.or_else(|| by_email(true)),
        Invitation::IdOnly => by_id,
        Invitation::EmailOnly => by_email(false),
    }
}

fn position(state: &State, wanted: impl Fn(&User) -> bool) -> Option<usize> {
    state.users.iter().position(wanted)
}
