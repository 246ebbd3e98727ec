//! BW-R10, BW-R11: the roles that the ID token claims, for every legal entity alike or for each.

use indexmap::IndexMap;
use serde_json::json;

use super::config::Strategy;
use super::names::{self, Claimed};
use super::readings::RoleClaims;
use super::record::{Roles, filled};
use super::rules::{BW_R10, BW_R11};
use super::state::Effect;
use super::users::Account;
use crate::decision::{ClaimPath, Document, StepBuilder, StepId, Typed};
use crate::products::draft::{Draft, segment};

/// The role claims. Their names are placeholders (BW-Q1): correct them here and nowhere else.
const ROLES: &str = "roles";
const LEGAL_ENTITY_ROLES: &str = "legal_entity_roles";

/// What the claim of an external strategy gives.
pub(super) struct FromClaim {
    /// `None` without a usable claim.
    pub(super) roles: Option<Roles>,
    pub(super) claim: &'static str,
    pub(super) steps: Vec<StepId>,
}

/// BW-R10, BW-R11: the roles that the ID token claims.
pub(super) fn claimed(draft: &mut Draft<'_, Effect>, account: Account<'_>, strategy: Strategy) -> FromClaim {
    match (strategy, account.config.readings.role_claims) {
        (Strategy::RolePerLegalEntity, RoleClaims::Placeholders) => per_legal_entity(draft, account),
        (Strategy::RolePerLegalEntity, RoleClaims::OneClaim) => per_written_entity(draft, account),
        (Strategy::OneRoleForAllLegalEntities | Strategy::NoExternalRoleAssignments, _) => {
            for_all(draft, account)
        }
    }
}

/// BW-R10: one set of roles for every legal entity.
fn for_all(draft: &mut Draft<'_, Effect>, account: Account<'_>) -> FromClaim {
    let path = ClaimPath::top(ROLES);
    let mut step = draft.step(&BW_R10);
    step.config(
        account.integration.field("External Role Assignments Strategy"),
        Some(json!(Strategy::OneRoleForAllLegalEntities.name())),
    );
    step.state("/legal_entities", Some(json!(account.state.legal_entities)));
    step.reading("BW-Q1", account.config.readings.role_claims.name());
    let claimed = names::of(step.claim(Document::IdToken, &path));
    let found = match usable(step, ROLES, claimed) {
        Ok(found) => found,
        Err(nothing) => return nothing,
    };
    let scope = Claimed { scope: "all", path, names: found.value, step: found.step };
    let accepted = names::accepted(draft, account.config, &scope);
    let (roles, step) = names::single(draft, account.config, accepted);
    let each = account.state.legal_entities.iter().map(|entity| (entity.clone(), roles.clone())).collect();
    FromClaim { roles: Some(filled(&each)), claim: ROLES, steps: vec![step] }
}

/// BW-R11: each legal entity gets what the object has for it.
fn per_legal_entity(draft: &mut Draft<'_, Effect>, account: Account<'_>) -> FromClaim {
    let claim = LEGAL_ENTITY_ROLES;
    let mut step = draft.step(&BW_R11);
    step.config(
        account.integration.field("External Role Assignments Strategy"),
        Some(json!(Strategy::RolePerLegalEntity.name())),
    );
    step.state("/legal_entities", Some(json!(account.state.legal_entities)));
    step.reading("BW-Q1", account.config.readings.role_claims.name());
    let members = step.claim(Document::IdToken, &ClaimPath::top(claim)).object();
    let found = match usable(step, claim, members) {
        Ok(found) => found,
        Err(nothing) => return nothing,
    };
    let mut entities = Entities { account, claim, roles: Roles::new(), steps: vec![found.step] };
    for (entity, _) in found.value.iter().filter(|(_, value)| !value.is_null()) {
        let path = ClaimPath::of([claim.to_owned(), entity.clone()]);
        let mut step = draft.step(&BW_R11);
        step.because([found.step]);
        let claimed = names::of(step.claim(Document::IdToken, &path));
        if !entities.known(entity) {
            let step = step.fired(format!("`{entity}` is no legal entity of the account: skipped"));
            draft.finding(format!("unknown_legal_entity:{entity}"), [step]);
            continue;
        }
        match claimed {
            Typed::Is(names) => {
                let step = step.fired(format!("`{entity}` gets exactly these roles"));
                entities.give(draft, &Claimed { scope: entity, path, names, step });
            }
            Typed::Not(kind) => {
                let why = format!("neither a role nor a list of roles but of type {kind}: no roles");
                entities.steps.push(step.unreadable(why));
            }
            Typed::Absent => entities.steps.push(step.no_input("nothing is claimed")),
        }
    }
    entities.into_claim()
}

/// BW-R11 with the roles written `<legal entity>:<role>` in one claim (BW-Q1 = `one_claim`).
fn per_written_entity(draft: &mut Draft<'_, Effect>, account: Account<'_>) -> FromClaim {
    let path = ClaimPath::top(ROLES);
    let mut step = draft.step(&BW_R11);
    step.config(
        account.integration.field("External Role Assignments Strategy"),
        Some(json!(Strategy::RolePerLegalEntity.name())),
    );
    step.state("/legal_entities", Some(json!(account.state.legal_entities)));
    step.reading("BW-Q1", account.config.readings.role_claims.name());
    let claimed = names::of(step.claim(Document::IdToken, &path));
    let found = match usable(step, ROLES, claimed) {
        Ok(found) => found,
        Err(nothing) => return nothing,
    };
    let mut entities = Entities { account, claim: ROLES, roles: Roles::new(), steps: vec![found.step] };
    let mut written: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for entry in found.value {
        match entry.split_once(':') {
            Some((entity, role)) => written.entry(entity).or_default().push(role),
            None => draft.finding(format!("unknown_role:{entry}"), [found.step]),
        }
    }
    for (entity, names) in written {
        if entities.known(entity) {
            let path = path.clone();
            entities.give(draft, &Claimed { scope: entity, path, names, step: found.step });
        } else {
            draft.finding(format!("unknown_legal_entity:{entity}"), [found.step]);
        }
    }
    entities.into_claim()
}

/// A claim of a usable type, and the step that read it.
struct Usable<T> {
    value: T,
    step: StepId,
}

fn usable<T>(
    mut step: StepBuilder<'_, '_>,
    claim: &'static str,
    found: Typed<T>,
) -> Result<Usable<T>, FromClaim> {
    let nothing = match found {
        Typed::Is(value) => {
            return Ok(Usable { value, step: step.fired(format!("`{claim}` is there")) });
        }
        Typed::Not(kind) => {
            step.unreadable(format!("`{claim}` is of type {kind}, which says nothing of roles"))
        }
        Typed::Absent => {
            step.default(claim, "none");
            step.no_input(format!("`{claim}` is not there"))
        }
    };
    Err(FromClaim { roles: None, claim, steps: vec![nothing] })
}

/// The roles per legal entity, being gathered.
struct Entities<'c> {
    account: Account<'c>,
    claim: &'static str,
    roles: Roles,
    steps: Vec<StepId>,
}

impl Entities<'_> {
    fn known(&self, entity: &str) -> bool {
        self.account.state.legal_entities.iter().any(|known| known == entity)
    }

    fn give(&mut self, draft: &mut Draft<'_, Effect>, claimed: &Claimed<'_>) {
        let (roles, step) = names::accepted(draft, self.account.config, claimed);
        self.steps.push(step);
        if !roles.is_empty() {
            draft.rests_on(format!("/roles_by_legal_entity/{}", segment(claimed.scope)), [step]);
            self.roles.insert(claimed.scope.to_owned(), roles);
        }
    }

    fn into_claim(self) -> FromClaim {
        FromClaim { roles: Some(self.roles), claim: self.claim, steps: self.steps }
    }
}
