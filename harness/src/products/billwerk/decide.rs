//! billwerk's decisions, event by event.

use serde_json::json;

use super::config::Config;
use super::gates::{self, Chosen};
use super::record::{Record, Roles};
use super::rules::{BW_R2, BW_R13, BW_R22};
use super::state::{Effect, Person, State, User};
use super::users::Account;
use super::{Billwerk, administer, claims, roles, ui, users};
use crate::decision::{Decision, Documents, Event, Rule, SessionView, SignIn, Standing, Start, StepId};
use crate::products::draft::{Draft, Refusal};

pub(super) fn on(config: &Config, state: &State, event: &Event) -> Decision<Billwerk> {
    match event {
        Event::SignIn(sign_in) => signed_in(config, state, sign_in),
        Event::Renewal(_) => not_offered("renewal_not_supported", "sessions are not renewed"),
        Event::RenewalRefused { session, .. } => stands(session, &BW_R2, "the session stays as it is"),
        Event::SignOut { session } => {
            stands(session, &BW_R22, "the session in billwerk ends; the one at the provider goes on")
        }
        Event::PermissionCheck { session, permission } => checked(config, state, session, permission),
        Event::Administer(act) => administer::act(config, state, act),
    }
}

/// Where a visitor is sent, or the refusal (BW-R1).
pub(super) fn start(config: &Config, start: &Start) -> Result<usize, Box<Decision<Billwerk>>> {
    let documents = Documents::default();
    let mut draft = Draft::new(&documents);
    match gates::enabled(&mut draft, config, start) {
        Ok(chosen) => Ok(chosen.index),
        Err(refusal) => Err(Box::new(draft.refused(refusal))),
    }
}

fn signed_in(config: &Config, state: &State, sign_in: &SignIn) -> Decision<Billwerk> {
    let mut draft = Draft::new(&sign_in.documents);
    match opened(&mut draft, config, state, sign_in) {
        Ok((record, step)) => draft.signed_in(record, [step]),
        Err(refusal) => draft.refused(refusal),
    }
}

/// The rules of a sign-in, in the order of their refusals.
fn opened(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    state: &State,
    sign_in: &SignIn,
) -> Result<(Record, StepId), Refusal> {
    let chosen = gates::enabled(draft, config, &sign_in.start)?;
    gates::completed(draft, sign_in.failure.as_ref())?;
    gates::arrived(draft, config, &chosen, sign_in)?;
    let account = Account { config, state, integration: chosen.integration() };
    let identified = claims::identified(draft)?;
    let recognised = users::recognised(draft, account, &identified)?;
    let named = claims::named(draft, state, recognised.who, &identified);
    let user = users::profile_written(draft, account, recognised, &named);
    let roles = roles::assigned(draft, account, recognised, user)?;
    ui::explained(draft, config, chosen.integration());
    let step = external_user(draft, &chosen, user);
    Ok((record(account, &named.person, roles), step))
}

/// BW-R2: whoever is signed in is an external user of the integration.
fn external_user(draft: &mut Draft<'_, Effect>, chosen: &Chosen<'_>, user: StepId) -> StepId {
    let mut step = draft.step(&BW_R2);
    step.because([chosen.step, user]);
    step.then("allow", "/decision", Some(json!("signed_in")));
    let step = step.fired("an external user is signed in");
    for pointer in ["/user/type", "/user/provider", "/user/status"] {
        draft.rests_on(pointer, [step]);
    }
    step
}

fn record(account: Account<'_>, person: &Person, roles: Roles) -> Record {
    let mut user = User { provider: account.integration, roles, ..User::default() };
    user.is_now(person);
    Record::of(account.config, &user)
}

/// What a session shows now: the stored user, who may have changed since the sign-in.
pub(super) fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
    let shown = record_of(session);
    let owned = |user: &&User| {
        shown.user.provider.is_some_and(|integration| user.is_of(integration))
            && user.external_id == shown.user.external_id
    };
    let Some(user) = state.users.iter().find(owned) else { return Standing::Ended("user_removed") };
    let mut user = user.clone();
    roles::after_a_switch(config, &mut user);
    serde_json::to_value(Record::of(config, &user)).map_or(Standing::Ended("user_removed"), Standing::Live)
}

/// BW-R13: without roles no menu item, and personal details only. A permission is `menu`, `personal_details`, a role,
/// or a role for one legal entity, written `LE1/Finance`.
fn checked(config: &Config, state: &State, session: &SessionView, permission: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut draft = Draft::new(&documents);
    let record: Record = match look(config, state, session) {
        Standing::Live(record) => serde_json::from_value(record).unwrap_or_default(),
        Standing::Ended(reason) => {
            let mut step = draft.step(&BW_R2);
            step.state("/users", None);
            let step = step.fired("the user of this session is no longer stored");
            return draft.refused(Refusal::because(reason, [step]));
        }
    };
    let mut step = draft.step(&BW_R13);
    step.state("/roles_by_legal_entity", Some(json!(record.roles_by_legal_entity)));
    step.request("/permission", Some(json!(permission)));
    if !holds(&record, permission) {
        step.then("refuse", permission, None);
        let step = step.fired(format!("the user's roles do not include `{permission}`"));
        return draft.refused(Refusal::because(format!("permission_denied:{permission}"), [step]));
    }
    step.then("allow", permission, None);
    let step = step.not_applicable(format!("the user has `{permission}`"));
    carried_out(draft, record, step)
}

fn holds(record: &Record, permission: &str) -> bool {
    let mut roles = record.roles_by_legal_entity.iter();
    match (permission, permission.rsplit_once('/')) {
        ("personal_details", _) => true,
        ("menu", _) => record.has_any_permission,
        (_, Some((entity, role))) => {
            roles.any(|(id, roles)| id == entity && roles.iter().any(|held| held.name() == role))
        }
        (role, None) => roles.any(|(_, roles)| roles.iter().any(|held| held.name() == role)),
    }
}

fn stands(session: &SessionView, rule: &'static Rule, why: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut draft = Draft::new(&documents);
    let record = record_of(session);
    let mut step = draft.step(rule);
    step.state("/user/external_id", record.user.external_id.clone().map(Into::into));
    let step = step.fired(why);
    carried_out(draft, record, step)
}

/// An event other than a sign-in was carried out: everything that it shows rests on one step.
pub(super) fn carried_out(mut draft: Draft<'_, Effect>, record: Record, step: StepId) -> Decision<Billwerk> {
    for pointer in ["/user", "/roles_by_legal_entity", "/has_any_permission", "/ui"] {
        draft.rests_on(pointer, [step]);
    }
    draft.signed_in(record, [step])
}

fn not_offered(reason: &str, why: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut draft: Draft<'_, Effect> = Draft::new(&documents);
    let step = draft.step(&BW_R2).fired(why);
    draft.refused(Refusal::because(reason, [step]))
}

fn record_of(session: &SessionView) -> Record {
    serde_json::from_value(session.record.clone()).unwrap_or_default()
}
