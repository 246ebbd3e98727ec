//! BW-R12: which of the claimed names are roles, and which of these may stand beside each other.

use serde_json::json;

use super::config::Config;
use super::readings::{Administrator, ExclusiveRoles, OneRole};
use super::record::{Role, excludes_itself};
use super::rules::{BW_R10, BW_R12};
use super::state::Effect;
use crate::decision::{Claim, ClaimPath, Document, StepBuilder, StepId, Typed};
use crate::products::draft::Draft;

/// Role names claimed for one scope.
#[derive(Debug)]
pub(super) struct Claimed<'a> {
    /// `all` or the legal entity's id.
    pub(super) scope: &'a str,
    /// Where they were read.
    pub(super) path: ClaimPath,
    pub(super) names: Vec<&'a str>,
    /// The step that read them.
    pub(super) step: StepId,
}

/// A role or a list of roles.
pub(super) fn of(claim: Claim<'_>) -> Typed<Vec<&str>> {
    match claim.text() {
        Typed::Is(name) => Typed::Is(vec![name]),
        Typed::Absent => Typed::Absent,
        Typed::Not(_) => claim.texts(),
    }
}

/// The roles of a scope that are known and may stand together, and the step that says so.
pub(super) fn accepted(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    claimed: &Claimed<'_>,
) -> (Vec<Role>, StepId) {
    let mut step = draft.step(&BW_R12);
    step.because([claimed.step]);
    let (roles, unknown) = sorted_out(&mut step, config, claimed);
    let alone = !excludes_itself(&roles);
    if alone {
        step.then("grant", format!("roles of {}", claimed.scope), Some(json!(roles)));
    }
    let step = step.fired(if unknown.is_empty() {
        "every name is that of a role".to_owned()
    } else {
        format!("names of no role are skipped: {}", unknown.join(", "))
    });
    for name in unknown {
        draft.finding(format!("unknown_role:{name}"), [step]);
    }
    if alone { (roles, step) } else { conflict(draft, config, claimed.scope, (roles, step)) }
}

/// The roles and the other names, each once, in their order (X-R8).
fn sorted_out<'a>(
    step: &mut StepBuilder<'_, '_>,
    config: &Config,
    claimed: &Claimed<'a>,
) -> (Vec<Role>, Vec<&'a str>) {
    let (mut roles, mut unknown) = (Vec::new(), Vec::new());
    for (index, name) in claimed.names.iter().copied().enumerate() {
        step.part(Document::IdToken, &claimed.path, index, name);
        if name == "Administrator" {
            step.reading("BW-Q9", config.readings.administrator.name());
        }
        match known(config, name) {
            Some(role) if !roles.contains(&role) => roles.push(role),
            None if !unknown.contains(&name) => unknown.push(name),
            Some(_) | None => {}
        }
    }
    (roles, unknown)
}

fn known(config: &Config, name: &str) -> Option<Role> {
    match config.readings.administrator {
        Administrator::Alias if name == "Administrator" => Some(Role::Admin),
        Administrator::Alias | Administrator::Exact => Role::named(name),
    }
}

/// BW-Q5: a role that should stand alone does not.
fn conflict(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    scope: &str,
    (roles, names): (Vec<Role>, StepId),
) -> (Vec<Role>, StepId) {
    let reading = config.readings.exclusive_roles;
    let (first, last) = (Role::Admin, Role::ReadOnlyOperations);
    let kept = match reading {
        ExclusiveRoles::None => Vec::new(),
        ExclusiveRoles::KeepStrongest => strongest(roles, first, last),
        ExclusiveRoles::KeepWeakest => strongest(roles, last, first),
    };
    let mut step = draft.step(&BW_R12);
    step.because([names]);
    step.reading("BW-Q5", reading.name());
    step.then("grant", format!("roles of {scope}"), Some(json!(kept)));
    let step = step.fired("`Admin` and `ReadOnlyOperations` stand alone, and do not here");
    draft.finding(format!("invalid_role_combination:{scope}"), [step]);
    (kept, step)
}

/// `first` alone if it is there, else all but `last`.
fn strongest(roles: Vec<Role>, first: Role, last: Role) -> Vec<Role> {
    if roles.contains(&first) {
        return vec![first];
    }
    roles.into_iter().filter(|role| *role != last).collect()
}

/// BW-Q8: whether several roles are one role for all legal entities.
pub(super) fn single(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    (roles, accepted): (Vec<Role>, StepId),
) -> (Vec<Role>, StepId) {
    let reading = config.readings.one_role;
    if roles.len() < 2 {
        return (roles, accepted);
    }
    let mut step = draft.step(&BW_R10);
    step.because([accepted]);
    step.reading("BW-Q8", reading.name());
    if reading == OneRole::Set {
        return (roles, step.fired("the roles together are the one set for all legal entities"));
    }
    let step = step.fired("there is more than one role, so there is none");
    draft.finding("invalid_role_combination:all", [step]);
    (Vec::new(), step)
}
