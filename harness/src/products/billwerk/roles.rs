//! Roles of a login: from the provider under an external strategy, else from billwerk itself.

use serde_json::{Value, json};

use super::catalogue::{Scope, set};
use super::config::{Config, Strategy};
use super::readings::{MissingRoles, OneRole, RoleClaims};
use super::record::{Roles, State, User, held};
use super::refusal::Refusal;
use super::rules::{BW_R9, BW_R10, BW_R11, BW_R13, BW_R14};
use crate::decision::{Claim, ClaimPath, Document, Reasoning, StepId};
use crate::products::findings::Findings;

/// The roles after a login, and the steps that they rest on.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) roles: Roles,
    pub(super) steps: Vec<StepId>,
}

/// BW-R9 to BW-R14: the roles of this login.
pub(super) fn assigned(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    (stored, matched): (Option<&User>, StepId),
    findings: &mut Findings,
) -> Result<Assigned, Refusal> {
    let assigned = match config.strategy {
        Strategy::NoExternalRoleAssignments => kept(reasoning, stored, matched),
        Strategy::OneRoleForAllLegalEntities => {
            let path = ClaimPath::top("roles");
            match claimed(reasoning, config, &path, (stored, matched))? {
                Ok(step) => one_set(reasoning, config, state, &path, (step, findings)),
                Err(kept) => kept,
            }
        }
        Strategy::RolePerLegalEntity => {
            let path = ClaimPath::top(match config.readings.role_claims {
                RoleClaims::Placeholders => "legal_entity_roles",
                RoleClaims::SingleClaim => "roles",
            });
            match claimed(reasoning, config, &path, (stored, matched))? {
                Ok(step) => per_entity(reasoning, config, state, &path, (step, findings)),
                Err(kept) => kept,
            }
        }
    };
    for pointer in ["/roles_by_legal_entity", "/has_any_permission"] {
        reasoning.rests_on(pointer, assigned.steps.iter().copied());
    }
    permissions(reasoning, &assigned);
    Ok(assigned)
}

/// BW-R9: role claims are not even looked at.
fn kept(reasoning: &mut Reasoning<'_>, stored: Option<&User>, matched: StepId) -> Assigned {
    let roles = stored.map(|user| held(&user.roles)).unwrap_or_default();
    let mut step = reasoning.step(&BW_R9);
    step.config(
        "/External Role Assignments Strategy",
        Some(json!(Strategy::NoExternalRoleAssignments.name())),
    );
    step.because([matched]);
    match stored {
        Some(user) => step.state("/users/roles", Some(json!(user.roles))),
        None => step.default("roles", json!({})),
    }
    step.then("keep", "/roles_by_legal_entity", Some(json!(roles)));
    let step = step.fired("roles are given in billwerk, whatever the token says");
    Assigned { roles, steps: vec![step] }
}

/// BW-R14, BW-Q6: whether the role claim is there. `Err` holds the roles that stay without it.
fn claimed(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    path: &ClaimPath,
    (stored, matched): (Option<&User>, StepId),
) -> Result<Result<StepId, Assigned>, Refusal> {
    let reading = config.readings.missing_roles;
    let mut step = reasoning.step(&BW_R14);
    step.config("/External Role Assignments Strategy", Some(json!(config.strategy.name())));
    if step.claim(Document::IdToken, path).is_present() {
        return Ok(Ok(step.fired("the roles of the token replace the stored ones")));
    }
    step.reading("BW-Q6", reading.name());
    match reading {
        MissingRoles::Revoke => {
            step.default("roles", json!({}));
            let step = step.no_input("the role claim is not there, so no role is claimed");
            Ok(Err(Assigned { roles: Roles::new(), steps: vec![step] }))
        }
        MissingRoles::Keep => {
            step.because([matched]);
            let roles = stored.map(|user| held(&user.roles)).unwrap_or_default();
            step.state("/users/roles", Some(json!(roles)));
            let step = step.no_input("the role claim is not there, so the stored roles stay");
            Ok(Err(Assigned { roles, steps: vec![step] }))
        }
        MissingRoles::Refuse => {
            step.default("roles", "refused when missing");
            step.then("refuse", "/decision", Some(json!("missing_required_claim")));
            let step = step.no_input("the role claim is not there");
            let claims = Some(path.segments().to_vec());
            Err(Refusal { claims, ..Refusal::new("missing_required_claim", [step]) })
        }
    }
}

/// BW-R10: one set, in every legal entity of the account.
fn one_set(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    path: &ClaimPath,
    (claimed, findings): (StepId, &mut Findings),
) -> Assigned {
    let mut step = reasoning.step(&BW_R10);
    step.because([claimed]);
    step.reading("BW-Q1", config.readings.role_claims.name());
    step.reading("BW-Q8", config.readings.one_role.name());
    step.state("/legal_entities", Some(json!(state.legal_entities)));
    let Some(values) = names(step.claim(Document::IdToken, path)) else {
        let step = step.unreadable("neither a string nor an array of strings: no roles");
        return Assigned { roles: Roles::new(), steps: vec![step] };
    };
    let read = step.fired(format!("{} roles are claimed for every legal entity", values.len()));
    let single = config.readings.one_role == OneRole::Single;
    let scope = Scope { name: "all", path, read, single };
    let (roles, step) = set(reasoning, config, &scope, &values, findings);
    let entities = state.legal_entities.iter().filter(|_| !roles.is_empty());
    let roles = entities.map(|entity| (entity.clone(), roles.clone())).collect();
    Assigned { roles, steps: vec![read, step] }
}

/// BW-R11: each legal entity has exactly what is claimed for it.
fn per_entity(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    path: &ClaimPath,
    (claimed, findings): (StepId, &mut Findings),
) -> Assigned {
    let mut step = reasoning.step(&BW_R11);
    step.because([claimed]);
    step.reading("BW-Q1", config.readings.role_claims.name());
    step.state("/legal_entities", Some(json!(state.legal_entities)));
    let Some(entities) = step.claim(Document::IdToken, path).object().ok() else {
        let step = step.unreadable("not an object of legal entities: no roles");
        return Assigned { roles: Roles::new(), steps: vec![step] };
    };
    let read = step.fired(format!("roles are claimed for {} legal entities", entities.len()));
    let mut assigned = Assigned { roles: Roles::new(), steps: vec![read] };
    for entity in entities.keys() {
        let path = ClaimPath::of(path.segments().iter().cloned().chain([entity.clone()]));
        if !state.legal_entities.contains(entity) {
            findings.report(reasoning, &BW_R11, format!("unknown_legal_entity:{entity}"), |step| {
                step.because([read]);
                step.claim(Document::IdToken, &path);
                format!("the account has no legal entity `{entity}`")
            });
            continue;
        }
        let mut step = reasoning.step(&BW_R11);
        step.because([read]);
        let Some(values) = names(step.claim(Document::IdToken, &path)) else {
            assigned.steps.push(step.unreadable(format!("no roles can be read for `{entity}`")));
            continue;
        };
        let read = step.fired(format!("{} roles are claimed for `{entity}`", values.len()));
        let scope = Scope { name: entity, path: &path, read, single: false };
        let (roles, step) = set(reasoning, config, &scope, &values, findings);
        assigned.steps.push(step);
        if !roles.is_empty() {
            reasoning.rests_on(format!("/roles_by_legal_entity/{}", escaped(entity)), [step]);
            assigned.roles.insert(entity.clone(), roles);
        }
    }
    assigned
}

/// BW-R13: somebody without a role signs in and sees nothing.
fn permissions(reasoning: &mut Reasoning<'_>, assigned: &Assigned) {
    let mut step = reasoning.step(&BW_R13);
    step.because(assigned.steps.iter().copied());
    step.then("set", "/has_any_permission", Some(json!(!assigned.roles.is_empty())));
    let step = if assigned.roles.is_empty() {
        step.fired("without any role the user sees no menu item and edits only personal details")
    } else {
        step.not_applicable("there are roles")
    };
    reasoning.rests_on("/has_any_permission", [step]);
}

/// A string, or an array of strings, each once (X-R8).
fn names(claim: Claim<'_>) -> Option<Vec<&str>> {
    let all = claim.text().ok().map(|one| vec![one]).or_else(|| claim.texts().ok())?;
    let mut once: Vec<&str> = Vec::new();
    for name in all {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    Some(once)
}

/// A segment of a JSON pointer.
fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Roles that an administrator wrote, as they are kept.
pub(super) fn written(value: &Value) -> Option<Roles> {
    serde_json::from_value(value.clone()).ok()
}
