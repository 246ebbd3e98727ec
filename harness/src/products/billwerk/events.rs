//! Everything that happens at billwerk besides signing in: signing out, permission checks, sessions being looked at.

use serde_json::{Value, json};

use super::Billwerk;
use super::config::Config;
use super::readings::StrategySwitch;
use super::record::{Effect, Record, Roles, State};
use super::refusal::Refusal;
use super::rules::{BW_R12, BW_R22};
use crate::decision::{Decision, Documents, Reasoning, Rule, SessionView, Standing, Verdict};

/// A session goes on, or ends, without anything else changing.
pub(super) fn kept(session: &SessionView, rule: &'static Rule, why: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let mut step = reasoning.step(rule);
    step.state("/user/external_id", session.record.pointer("/user/external_id").cloned());
    let step = step.fired(why);
    reasoning.rests_on("/decision", [step]);
    carried_out(reasoning, record_of(session), Vec::new())
}

/// billwerk renews no sessions.
pub(super) fn renewal() -> Decision<Billwerk> {
    never("renewal_not_supported", &BW_R22, "billwerk keeps its own session and asks for no further token")
}

/// A permission is a role, in any legal entity or, written `LE1/Finance`, in one.
pub(super) fn permission(session: &SessionView, permission: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let record = record_of(session);
    let (entity, role) = permission.split_once('/').map_or((None, permission), |(e, r)| (Some(e), r));
    let holds = record
        .roles_by_legal_entity
        .iter()
        .any(|(id, roles)| entity.is_none_or(|entity| entity == id) && roles.iter().any(|held| held == role));
    let mut step = reasoning.step(&BW_R12);
    step.state("/roles_by_legal_entity", Some(json!(record.roles_by_legal_entity)));
    step.request("/permission", Some(json!(permission)));
    if holds {
        let step = step.fired(format!("the user has the role `{role}`"));
        reasoning.rests_on("/decision", [step]);
        return carried_out(reasoning, record, Vec::new());
    }
    let step = step.not_applicable(format!("the user does not have the role `{role}`"));
    Refusal::new(format!("permission_denied:{permission}"), [step]).decision(reasoning, Vec::new(), None)
}

/// BW-Q11: whether roles that were given under another strategy still count.
pub(super) fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
    let live = Standing::Live(session.record.clone());
    if config.readings.strategy_switch == StrategySwitch::NextLogin {
        return live;
    }
    let mut record = record_of(session);
    let stored = state.users.iter().find(|user| user.external_id == record.user.external_id);
    let given_under = stored.and_then(|user| user.roles_given_under);
    if given_under.is_none_or(|strategy| strategy == config.strategy) {
        return live;
    }
    record.roles_by_legal_entity = Roles::new();
    record.has_any_permission = false;
    Standing::Live(serde_json::to_value(record).unwrap_or(Value::Null))
}

/// A refusal that depends on nothing stored.
pub(super) fn never(reason: &str, rule: &'static Rule, why: &str) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    let step = reasoning.step(rule).fired(why);
    Refusal::new(reason, [step]).decision(reasoning, Vec::new(), None)
}

/// An event that was carried out.
pub(super) fn carried_out(
    reasoning: Reasoning<'_>,
    record: Record,
    effects: Vec<Effect>,
) -> Decision<Billwerk> {
    let trace = reasoning.into_trace();
    Decision { verdict: Verdict::SignedIn(record), effects, findings: Vec::new(), rejection: None, trace }
}

fn record_of(session: &SessionView) -> Record {
    serde_json::from_value(session.record.clone()).unwrap_or_default()
}
