//! Everything that happens at CloudBilling besides signing in: signing out, refused renewals, administration.

use serde_json::{Value, json};

use super::CloudBilling;
use super::config::Config;
use super::record::{Effect, Record, State};
use super::refusal::Refusal;
use super::rules::{CB_R8, CB_R18, CB_R19, CB_R20, CB_R21, CB_R22};
use crate::decision::{Act, Decision, Documents, Reasoning, Rule, SessionView, Verdict};
use crate::products::form::Form;

/// CB-R22: the session lives on until its token expires, and the groups stay stored.
pub(super) fn renewal_refused(config: &Config, session: &SessionView, error: &str) -> Decision<CloudBilling> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let mut step = reasoning.step(&CB_R22);
    step.request("/error", Some(json!(error)));
    step.state("/session/expires_at", session.record.pointer("/session/expires_at").cloned());
    step.reading("CB-Q7", config.readings.renewal.name());
    let step =
        step.fired("the provider refused; the session ends when its token expires, the groups stay stored");
    reasoning.rests_on("/decision", [step]);
    carried_out(reasoning, record_of(session), Vec::new())
}

/// CB-R20, CB-R21: the local session ends, whichever side asked.
pub(super) fn sign_out(config: &Config, session: &SessionView) -> Decision<CloudBilling> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let mut step = reasoning.step(&CB_R20);
    step.reading("CB-Q6", config.readings.logout_uri.name());
    let here = step.fired("signing out here goes on to the provider's `end_session_endpoint`");
    let mut step = reasoning.step(&CB_R21);
    step.state("/session/sid", session.record.pointer("/session/sid").cloned());
    step.reading("CB-Q6", config.readings.logout_uri.name());
    let there = step.fired("the local session ends; a further call finds none and succeeds");
    reasoning.rests_on("/decision", [here, there]);
    carried_out(reasoning, record_of(session), Vec::new())
}

/// CloudBilling documents no permissions below user groups.
pub(super) fn permission(session: &SessionView, permission: &str) -> Decision<CloudBilling> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let record = record_of(session);
    let groups = record.user.as_ref().map(|user| user.user_groups.clone()).unwrap_or_default();
    let mut step = reasoning.step(&CB_R8);
    step.state("/user/user_groups", Some(json!(groups)));
    step.request("/permission", Some(json!(permission)));
    if groups.iter().any(|group| group == permission) {
        let step = step.fired("the user is in this group");
        reasoning.rests_on("/decision", [step]);
        return carried_out(reasoning, record, Vec::new());
    }
    let step = step.not_applicable("the user is not in this group");
    refuse(reasoning, Refusal::new(format!("permission_denied:{permission}"), [step]))
}

/// Accounts can be locked and unlocked; groups belong to the provider, and nobody is invited.
pub(super) fn administer(state: &State, act: &Act) -> Decision<CloudBilling> {
    match act {
        Act::EditUser(edit) => edit_user(state, edit),
        Act::AssignRoles(_) => {
            never("groups_come_from_the_roles_claim", &CB_R8, "groups come only from the `roles` claim")
        }
        Act::Invite(_) => {
            never("no_invitations", &CB_R18, "the first sign-in creates the user; nobody is invited")
        }
        Act::SwitchAuthentication(_) => {
            never("set_by_vendor_support", &CB_R18, "only the vendor's support switches SSO")
        }
    }
}

/// CB-R19: `{"sub": "a1", "locked": true}`, with `issuer` where two are in use.
fn edit_user(state: &State, edit: &Value) -> Decision<CloudBilling> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let mut form = Form::of(edit, "");
    form.only(&["sub", "issuer", "locked"]);
    let (sub, issuer, locked) = (form.text("sub"), form.text("issuer"), form.flag("locked"));
    let mut step = reasoning.step(&CB_R19);
    step.request("/edit_user", Some(edit.clone()));
    let mistakes = form.into_mistakes();
    if let Some(mistake) = mistakes.first() {
        let step = step.unreadable(mistake.to_string());
        return refuse(reasoning, Refusal::new("unreadable_edit", [step]));
    }
    let found = state.users.iter().find(|user| {
        let [known, subject] = &user.external_key;
        Some(subject) == sub.as_ref() && issuer.as_ref().is_none_or(|issuer| issuer == known)
    });
    step.state("/users/external_key", found.map(|user| json!(user.external_key)));
    let Some(user) = found else {
        let step = step.no_input("there is no such user");
        return refuse(reasoning, Refusal::new("no_such_user", [step]));
    };
    let mut user = user.clone();
    let mut effects = Vec::new();
    if let Some(locked) = locked.filter(|locked| *locked != user.locked) {
        user.locked = locked;
        effects.push(Effect::Locked { key: user.external_key.clone(), locked });
    }
    let step = step.fired("an administrator has edited the account");
    reasoning.rests_on("/decision", [step]);
    reasoning.rests_on("/effects", [step]);
    reasoning.rests_on("/user", [step]);
    carried_out(reasoning, Record { session: None, user: Some(user) }, effects)
}

fn never(reason: &str, rule: &'static Rule, why: &str) -> Decision<CloudBilling> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let step = reasoning.step(rule).fired(why);
    refuse(reasoning, Refusal::new(reason, [step]))
}

fn refuse(reasoning: Reasoning<'_>, refusal: Refusal) -> Decision<CloudBilling> {
    refusal.decision(reasoning, Vec::new(), Vec::new(), None)
}

fn carried_out(reasoning: Reasoning<'_>, record: Record, effects: Vec<Effect>) -> Decision<CloudBilling> {
    let trace = reasoning.into_trace();
    Decision { verdict: Verdict::SignedIn(record), effects, findings: Vec::new(), rejection: None, trace }
}

fn record_of(session: &SessionView) -> Record {
    serde_json::from_value(session.record.clone()).unwrap_or_default()
}
