//! Method 2: roles from groups, and what they permit per project (GR-R17 to GR-R22).

use indexmap::IndexMap;
use serde_json::json;

use super::super::config::{Config, ROLES_MAPPING};
use super::super::readings::Revocation;
use super::super::record::{Role, State, User, UserType};
use super::super::rules;
use super::groups::Groups;
use super::level::{near_misses, same};
use super::{Reasons, shown};
use crate::decision::StepId;
use crate::products::draft::segment;

/// The roles that the groups give.
pub(super) struct Assigned {
    /// The roles that the user has from groups after this login.
    pub(super) idp: Vec<String>,
    /// The step that assigned each.
    pub(super) steps: IndexMap<String, StepId>,
    /// The step that replaced the stored list.
    pub(super) replaced: StepId,
}

/// Works out the roles from groups, and replaces the stored ones.
pub(super) fn assigned(
    config: &Config,
    state: &State,
    stored: Option<&User>,
    groups: &Groups,
    reasons: &mut Reasons<'_>,
) -> Assigned {
    let (matching, because) = match enabled(config, reasons) {
        (false, step) => (IndexMap::new(), vec![step]),
        (true, step) => matching(config, state, (groups, step), reasons),
    };
    let mut idp: Vec<String> = matching.keys().cloned().collect();
    let reading = config.readings.revocation;
    let before = stored.map(|stored| stored.idp_roles.clone()).unwrap_or_default();
    if reading == Revocation::Sticky {
        idp = before.iter().cloned().chain(idp).fold(Vec::new(), |mut roles, role| {
            if !roles.contains(&role) {
                roles.push(role);
            }
            roles
        });
    }
    let mut step = reasons.step(&rules::GR_R22);
    step.because(because);
    step.reading("GR-Q8", reading.name());
    if let Some(stored) = stored {
        step.state(format!("/users/{}/idp_roles", segment(&stored.email)), Some(json!(before)));
    } else {
        step.default("idp_roles", json!([]));
    }
    let replaced = if before == idp {
        step.not_applicable("the roles derived from groups are the stored ones")
    } else {
        step.then("set", "/roles/idp", Some(json!(idp)));
        step.fired("the roles derived from groups are replaced")
    };
    let steps = idp.iter().map(|role| (role.clone(), *matching.get(role).unwrap_or(&replaced))).collect();
    Assigned { idp, steps, replaced }
}

/// GR-R17: off unless switched on; then the groups of a role mean nothing.
fn enabled(config: &Config, reasons: &mut Reasons<'_>) -> (bool, StepId) {
    let mut step = reasons.step(&rules::GR_R17);
    step.config(ROLES_MAPPING, shown(config.variable(ROLES_MAPPING)));
    if config.maps_roles() {
        return (true, step.not_applicable("role mapping is on"));
    }
    step.then("skip", "/roles/idp", None);
    (false, step.fired("role mapping is off, so the groups of roles are ignored"))
}

/// GR-R18 and GR-R19: every role that shares a group with the token, in the order of definition.
fn matching(
    config: &Config,
    state: &State,
    (groups, enabled): (&Groups, StepId),
    reasons: &mut Reasons<'_>,
) -> (IndexMap<String, StepId>, Vec<StepId>) {
    let case = config.readings.group_case;
    let mut matching = IndexMap::new();
    let mut because = vec![enabled, groups.step];
    for role in &state.roles {
        near_misses(case, role.idp_groups.iter().map(String::as_str), groups, reasons);
        let shared =
            role.idp_groups.iter().find(|wanted| groups.names.iter().any(|name| same(case, name, wanted)));
        let mut step = reasons.step(&rules::GR_R18);
        step.because([enabled, groups.step]);
        step.state(format!("/roles/{}/idpGroups", segment(&role.name)), Some(json!(role.idp_groups)));
        let Some(shared) = shared else {
            because.push(step.not_applicable(format!("`{}` shares no group with the token", role.name)));
            continue;
        };
        step.then("grant", "/roles/idp", Some(json!(role.name)));
        let step = step.fired(format!("`{}` and the token share `{shared}`", role.name));
        matching.entry(role.name.clone()).or_insert(step);
        because.push(step);
    }
    let mut step = reasons.step(&rules::GR_R19);
    step.because(because);
    step.state("/roles", Some(json!(state.roles.len())));
    let step = if matching.is_empty() {
        step.not_applicable("no defined role matches")
    } else {
        step.then("set", "/roles/idp", Some(json!(matching.keys().collect::<Vec<_>>())));
        step.fired("all matching roles, in the order of their definition")
    };
    (matching, vec![step])
}

/// GR-R20: what the roles permit, project by project; the record itself is put together from the user and the roles.
pub(super) fn permissions(
    state: &State,
    user: &User,
    derived: &IndexMap<String, StepId>,
    reasons: &mut Reasons<'_>,
) {
    let by_hand = by_hand(user, reasons);
    let idp = user.idp_roles.iter().map(|role| (role, derived.get(role).copied().unwrap_or(by_hand)));
    let manual = user.manual_roles.iter().map(|role| (role, by_hand));
    let mut per_project: IndexMap<&str, Vec<StepId>> = IndexMap::new();
    let mut all = vec![by_hand];
    for (name, because) in idp.chain(manual) {
        let step = match state.role(name) {
            Some(role) => permitted(state, role, because, reasons),
            None => undefined(name, because, reasons),
        };
        all.push(step);
        for project in state.role(name).into_iter().flat_map(|role| state.reach(role)) {
            per_project.entry(project).or_default().push(step);
        }
    }
    all.extend(derived.values().copied());
    reasons.rests_on("/roles/manual", [by_hand]);
    reasons.rests_on("/access/project_permissions", all);
    for (project, steps) in per_project {
        reasons.rests_on(format!("/access/project_permissions/{}", segment(project)), steps);
    }
}

/// GR-R20: roles assigned by hand count as well.
fn by_hand(user: &User, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R20);
    step.state(format!("/users/{}/manual_roles", segment(&user.email)), Some(json!(user.manual_roles)));
    if user.manual_roles.is_empty() {
        return step.not_applicable("no role is assigned by hand");
    }
    step.then("keep", "/roles/manual", Some(json!(user.manual_roles)));
    step.fired("roles assigned by hand count as well")
}

/// GR-R20: one role's permissions, in its projects or in all.
fn permitted(state: &State, role: &Role, because: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R20);
    step.because([because]);
    let path = format!("/roles/{}", segment(&role.name));
    step.state(format!("{path}/permissions"), Some(json!(role.permissions)));
    if role.all_projects {
        step.state(format!("{path}/all_projects"), Some(json!(true)));
        step.state("/projects", Some(json!(state.projects)));
    } else {
        step.state(format!("{path}/projects"), Some(json!(role.projects)));
    }
    let reach = state.reach(role);
    for project in reach {
        let target = format!("/access/project_permissions/{}", segment(project));
        step.then("grant", target, Some(json!(role.permissions)));
    }
    step.fired(format!("`{}` permits {} in {} projects", role.name, role.permissions.join(", "), reach.len()))
}

/// A role that is no longer defined permits nothing.
fn undefined(name: &str, because: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::GR_R20);
    step.because([because]);
    step.state(format!("/roles/{}", segment(name)), None);
    step.no_input(format!("no role `{name}` is defined"))
}

/// GR-R21: a global admin, and the owner, reach every project.
pub(super) fn reach(user_type: UserType, typed: StepId, reasons: &mut Reasons<'_>) {
    let everywhere = matches!(user_type, UserType::Admin | UserType::Owner);
    let mut step = reasons.step(&rules::GR_R21);
    step.because([typed]);
    step.then("set", "/access/all_projects", Some(json!(everywhere)));
    let step = if everywhere {
        step.fired("every project is open, whatever the roles say")
    } else {
        step.not_applicable("the level opens no project by itself")
    };
    reasons.rests_on("/access/all_projects", [step]);
}
