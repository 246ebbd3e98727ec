//! A sign-in to GoRules, from top to bottom.

pub(super) mod gate;
mod groups;
mod level;
mod person;
mod roles;
mod token;

use serde_json::{Value, json};

use super::GoRules;
use super::config::Config;
use super::record::{Effect, Record, Session, State, Status, User};
use super::rules;
use crate::decision::{Decision, Document, SignIn, StepId};
use crate::products::draft::{Draft, Refusal, segment};

/// The draft of a GoRules decision.
pub(super) type Reasons<'a> = Draft<'a, Effect>;

/// The token that identifies the user, and why it may be believed.
struct Identity {
    document: Document,
    steps: Vec<StepId>,
}

/// Decides a sign-in.
pub(super) fn sign_in(config: &Config, state: &State, sign_in: &SignIn) -> Decision<GoRules> {
    let mut reasons = Draft::new(&sign_in.documents);
    match decide(config, state, sign_in, &mut reasons) {
        Ok((session, steps)) => reasons.signed_in(Record::Session(session), steps),
        Err(refusal) => reasons.refused(refusal),
    }
}

/// Refusals come in the order GR-R1, R4, R8, R5, R23, R24.
fn decide(
    config: &Config,
    state: &State,
    sign_in: &SignIn,
    reasons: &mut Reasons<'_>,
) -> Result<(Session, Vec<StepId>), Refusal> {
    let gate = gate::open(config, reasons)?;
    let token = token::identity(config, sign_in, reasons)?;
    let person = person::known(config, state, &token, reasons)?;
    let groups = groups::held(config, state, &token, reasons);
    let stored = person.position.and_then(|position| state.users.get(position));

    let (user_type, typed) = level::of(config, &gate, stored, &groups, reasons);
    let assigned = roles::assigned(config, state, stored, &groups, reasons);
    let user = User {
        email: stored.map_or(person.email, |stored| stored.email.clone()),
        user_type,
        status: Status::Active,
        sub: stored.and_then(|stored| stored.sub.clone()).or(person.sub),
        display_name: person.display_name.or_else(|| stored.and_then(|stored| stored.display_name.clone())),
        idp_roles: assigned.idp,
        manual_roles: stored.map(|stored| stored.manual_roles.clone()).unwrap_or_default(),
    };
    roles::permissions(state, &user, &assigned.steps, reasons);
    roles::reach(user_type, typed, reasons);

    let settled = match (person.position, stored) {
        (Some(position), Some(stored)) => {
            let provisioned = provisioned(stored, person.step, reasons);
            let before = Before { position, user: stored, provisioned };
            before.effects(&user, [typed, assigned.replaced], reasons);
            provisioned
        }
        _ => created(&user, person.step, reasons),
    };
    reasons.rests_on("/user/email", [person.step]);
    reasons.rests_on("/user/type", [typed]);
    reasons.rests_on("/user/status", [settled]);
    reasons.rests_on("/roles/idp", [assigned.replaced]);

    let steps = gate.steps.into_iter().chain(token.steps).chain([person.step, person.enabled, settled]);
    Ok((state.session_of(&user), steps.collect()))
}

/// GR-R25: the first login creates the user; no invitation is needed and nobody is special for being first.
fn created(user: &User, person: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R25);
    step.because([person]);
    step.default("status", Status::Active.as_str());
    step.then("set", "/user/status", Some(json!(Status::Active.as_str())));
    let settled = step.fired("nobody with this key is stored, so the user is created");
    reasons.effect(Effect::Created(Box::new(user.clone())), [settled]);
    settled
}

/// GR-R25: a pending invited user becomes active; anybody else stays what they are.
fn provisioned(stored: &User, person: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R25);
    step.because([person]);
    step.state(format!("/users/{}/status", segment(&stored.email)), Some(json!(stored.status)));
    if stored.status == Status::Invited {
        step.then("set", "/user/status", Some(json!(Status::Active.as_str())));
        step.fired("the user was invited, and this is the first login")
    } else {
        step.not_applicable("the user exists and is active")
    }
}

/// A stored user before this login.
struct Before<'s> {
    position: usize,
    user: &'s User,
    provisioned: StepId,
}

impl Before<'_> {
    /// What this login changes; only differences are listed.
    fn effects(&self, after: &User, [typed, replaced]: [StepId; 2], reasons: &mut Reasons<'_>) {
        let (position, before) = (self.position, self.user);
        if before.status == Status::Invited {
            reasons.effect(Effect::Activated(position), [self.provisioned]);
        }
        if before.user_type != after.user_type {
            let step = type_changed(before, after, typed, reasons);
            reasons.effect(Effect::TypeChanged(position, before.user_type, after.user_type), [step]);
        }
        if before.idp_roles != after.idp_roles {
            reasons.effect(Effect::IdpRolesReplaced(position, after.idp_roles.clone()), [replaced]);
        }
        if before.sub != after.sub || before.display_name != after.display_name {
            let (sub, display_name) = (after.sub.clone(), after.display_name.clone());
            reasons.effect(Effect::Recorded { user: position, sub, display_name }, []);
        }
    }
}

/// GR-R15: the level is worked out again at every login, so it also demotes.
fn type_changed(before: &User, after: &User, typed: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let (old, new) = (before.user_type.as_str(), after.user_type.as_str());
    let mut step = reasons.step(&rules::GR_R15);
    step.because([typed]);
    step.state(format!("/users/{}/type", segment(&before.email)), Some(json!(old)));
    step.then("set", "/user/type", Some(json!(new)));
    step.fired(format!("the stored level is {old}, this login gives {new}"))
}

/// The configuration value of a variable, for showing it.
fn shown(value: Option<&str>) -> Option<Value> {
    value.map(Value::from)
}
