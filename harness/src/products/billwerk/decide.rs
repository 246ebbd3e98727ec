//! billwerk's decision about a login.

use serde_json::json;

use super::config::Config;
use super::record::{Change, Effect, Record, State, Status, User, UserKind, same};
use super::refusal::Refusal;
use super::roles::{self, Assigned};
use super::rules::{BW_R1, BW_R2, BW_R3, BW_R5, BW_R6, BW_R14, BW_R17};
use super::whom::{self, Identity, Relation};
use super::{Billwerk, profile, ui};
use crate::decision::{ClaimPath, Decision, Document, Documents, Reasoning, SignIn, StepId, Typed, Verdict};
use crate::products::findings::Findings;
use crate::products::protocol;

/// BW-R1: without an unlocked and ticked integration there is no SSO; for a visitor who has not left yet.
pub(super) fn start(config: &Config) -> Result<(), Box<Decision<Billwerk>>> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    match enabled(&mut reasoning, config) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(Box::new(refusal.decision(reasoning, Vec::new(), None))),
    }
}

pub(super) fn sign_in(config: &Config, state: &State, sign_in: &SignIn) -> Decision<Billwerk> {
    let mut reasoning = Reasoning::new(&sign_in.documents);
    let mut findings = Findings::default();
    match admitted(&mut reasoning, config, state, (sign_in, &mut findings)) {
        Ok((record, effects)) => Decision {
            verdict: Verdict::SignedIn(record),
            effects,
            findings: findings.into_codes(),
            rejection: None,
            trace: reasoning.into_trace(),
        },
        Err(refusal) => refusal.decision(reasoning, findings.into_codes(), sign_in.failure.clone()),
    }
}

/// The rules in the order of their refusals: BW-R1, protocol, BW-R4, BW-R8.
fn admitted(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    (sign_in, findings): (&SignIn, &mut Findings),
) -> Result<(Record, Vec<Effect>), Refusal> {
    let enabled = enabled(reasoning, config)?;
    delivered(reasoning, config, sign_in)?;
    let identity = whom::identified(reasoning)?;
    let (relation, matched) = whom::related(reasoning, config, state, &identity)?;
    let profile = profile_fields(reasoning, &identity);
    let stored = relation.stored(state);
    let assigned = roles::assigned(reasoning, config, state, (stored, matched), findings)?;
    let login = Login { config, state, relation, matched, profile, assigned };
    let (user, effects) = login.stored_user(reasoning);
    let ui = ui::explained(reasoning, config);
    let mut step = reasoning.step(&BW_R2);
    step.because([enabled, identity.step, matched]);
    step.then("allow", "/user", None);
    let step = step.fired("an external user signs in");
    for pointer in ["/decision", "/user/type", "/user/status"] {
        reasoning.rests_on(pointer, [step]);
    }
    let roles_by_legal_entity = login.assigned.roles;
    let has_any_permission = !roles_by_legal_entity.is_empty();
    Ok((Record { user: user.view(), roles_by_legal_entity, has_any_permission, ui }, effects))
}

/// BW-R1.
fn enabled(reasoning: &mut Reasoning<'_>, config: &Config) -> Result<StepId, Refusal> {
    let mut step = reasoning.step(&BW_R1);
    step.config("/Active", Some(json!(config.active)));
    step.config("/Unlocked", Some(json!(config.unlocked)));
    if config.active && config.unlocked {
        return Ok(step.not_applicable("the feature is unlocked and its box is ticked"));
    }
    step.then("refuse", "/decision", Some(json!("sso_not_enabled")));
    let why = if config.unlocked { "the activation box is not ticked" } else { "the feature is locked" };
    let step = step.fired(why);
    Err(Refusal::new("sso_not_enabled", [step]))
}

/// BW-R3, and the protocol checks that every product shares.
fn delivered(reasoning: &mut Reasoning<'_>, config: &Config, sign_in: &SignIn) -> Result<(), Refusal> {
    if let Some(failure) = &sign_in.failure {
        let step = protocol::failed(reasoning, failure);
        return Err(Refusal::new(failure.code.clone(), [step]));
    }
    let mut step = reasoning.step(&BW_R3);
    step.config("/External Login Client ID", Some(json!(config.client_id)));
    step.reading("BW-Q2", config.readings.response_type.name());
    step.reading("BW-Q3", config.readings.client_ids.name());
    if sign_in.origin.issuer.is_empty() {
        step.not_applicable("no exchange was seen");
    } else {
        let (response_type, _) = profile::response(config);
        step.request("/response_type", Some(json!(response_type.as_str())));
        step.fired("the token came by way of the browser, for this client id");
    }
    Ok(())
}

/// The profile that the token brings.
struct ProfileFields {
    external_id: String,
    email: String,
    first_name: String,
    last_name: String,
    steps: Vec<StepId>,
}

/// BW-R6: e-mail and names as the provider says them; a name that it does not say is empty.
fn profile_fields(reasoning: &mut Reasoning<'_>, identity: &Identity) -> ProfileFields {
    let mut step = reasoning.step(&BW_R6);
    step.claim(Document::IdToken, &ClaimPath::top("email"));
    step.then("set", "/user/email", Some(json!(identity.email)));
    let email = step.fired("the e-mail is the provider's");
    reasoning.rests_on("/user/email", [email]);
    let (first_name, first) = name(reasoning, "given_name", "/user/first_name");
    let (last_name, last) = name(reasoning, "family_name", "/user/last_name");
    let steps = vec![identity.step, email, first, last];
    ProfileFields {
        external_id: identity.sub.clone(),
        email: identity.email.clone(),
        first_name,
        last_name,
        steps,
    }
}

fn name(reasoning: &mut Reasoning<'_>, claim: &str, pointer: &str) -> (String, StepId) {
    let mut step = reasoning.step(&BW_R6);
    let (value, step) = match step.claim(Document::IdToken, &ClaimPath::top(claim)).text() {
        Typed::Is(text) => {
            step.then("set", pointer, Some(json!(text)));
            (text.to_owned(), step.fired(format!("`{claim}` is there")))
        }
        Typed::Absent => {
            step.default(claim, "");
            (String::new(), step.no_input(format!("`{claim}` is not there: left empty")))
        }
        Typed::Not(kind) => {
            (String::new(), step.unreadable(format!("`{claim}` is of type {kind}: left empty")))
        }
    };
    reasoning.rests_on(pointer, [step]);
    (value, step)
}

/// A login that nothing refuses any more.
struct Login<'l> {
    config: &'l Config,
    state: &'l State,
    relation: Relation,
    matched: StepId,
    profile: ProfileFields,
    assigned: Assigned,
}

impl Login<'_> {
    /// The user after the login, and the changes that lead there.
    fn stored_user(&self, reasoning: &mut Reasoning<'_>) -> (User, Vec<Effect>) {
        let user = self.with_profile();
        let known = self.relation.index().zip(self.relation.stored(self.state));
        let Some((index, before)) = known else { return self.created(reasoning, user) };
        let mut effects = Vec::new();
        match self.relation {
            Relation::New => {}
            Relation::Known(_) => {
                if self.profile_updated(reasoning, before, &user) {
                    effects.push(Effect::ProfileUpdated(change(index, &user)));
                }
            }
            Relation::Invited(_) => {
                reasoning.rests_on("/effects/0", self.profile.steps.iter().copied().chain([self.matched]));
                effects.push(Effect::LinkedToInvitation(change(index, &user)));
            }
            Relation::Internal(_) => {
                reasoning.rests_on("/effects/0", self.profile.steps.iter().copied().chain([self.matched]));
                effects.push(Effect::LinkedToInternalUser(change(index, &user)));
            }
        }
        let user = self.with_roles(user);
        if self.roles_replaced(reasoning, before, effects.len()) {
            effects.push(Effect::RolesReplaced(change(index, &user)));
        }
        (user, effects)
    }

    /// BW-R5: the user is created, and nothing else is listed.
    fn created(&self, reasoning: &mut Reasoning<'_>, user: User) -> (User, Vec<Effect>) {
        let user = self.with_roles(user);
        let mut step = reasoning.step(&BW_R5);
        step.because(self.profile.steps.iter().copied().chain([self.matched]));
        step.then("set", "/user", Some(json!(user.view())));
        let step = step.fired("the user is created");
        reasoning.rests_on("/effects/0", [step]);
        (user.clone(), vec![Effect::Created(user)])
    }

    /// BW-R6, BW-R17: the stored user with the profile of the token.
    fn with_profile(&self) -> User {
        let stored = self.relation.stored(self.state).cloned().unwrap_or_default();
        User {
            kind: UserKind::External,
            status: Status::Active,
            external_id: Some(self.profile.external_id.clone()),
            email: self.profile.email.clone(),
            first_name: self.profile.first_name.clone(),
            last_name: self.profile.last_name.clone(),
            ..stored
        }
    }

    fn with_roles(&self, user: User) -> User {
        User { roles: self.assigned.roles.clone(), roles_given_under: Some(self.config.strategy), ..user }
    }

    /// BW-R6: an effect only when e-mail, first or last name differ.
    fn profile_updated(&self, reasoning: &mut Reasoning<'_>, before: &User, after: &User) -> bool {
        let fields = |user: &User| [user.email.clone(), user.first_name.clone(), user.last_name.clone()];
        let mut step = reasoning.step(&BW_R6);
        step.because(self.profile.steps.iter().copied().chain([self.matched]));
        step.state("/users/profile", Some(json!(fields(before))));
        if fields(before) == fields(after) {
            step.not_applicable("e-mail and names are as stored");
            return false;
        }
        step.then("set", "/users/profile", Some(json!(fields(after))));
        let step = step.fired("the stored e-mail and names become those of the token");
        reasoning.rests_on("/effects/0", [step]);
        true
    }

    /// BW-R14: an effect only when the stored roles differ.
    fn roles_replaced(&self, reasoning: &mut Reasoning<'_>, before: &User, index: usize) -> bool {
        if !self.config.strategy.is_external() || same(&before.roles, &self.assigned.roles) {
            return false;
        }
        let rule = if matches!(self.relation, Relation::Invited(_)) { &BW_R17 } else { &BW_R14 };
        let mut step = reasoning.step(rule);
        step.because(self.assigned.steps.iter().copied().chain([self.matched]));
        step.state("/users/roles", Some(json!(before.roles)));
        step.then("set", "/users/roles", Some(json!(self.assigned.roles)));
        let step = step.fired("the stored roles become the claimed ones");
        reasoning.rests_on(format!("/effects/{index}"), [step]);
        true
    }
}

fn change(index: usize, user: &User) -> Change {
    Change { index, user: Box::new(user.clone()) }
}
