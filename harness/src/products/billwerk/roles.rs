//! BW-R9 to BW-R14: the roles of a login, from the store or from the claim that the strategy asks for.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::json;

use super::config::{Config, Strategy};
use super::names::{self, Claimed};
use super::readings::{MissingRoles, RoleClaims, StrategySwitch};
use super::record::{Role, Roles, filled};
use super::rules::{BW_R9, BW_R10, BW_R11, BW_R13, BW_R14};
use super::state::{Effect, User};
use super::users::{Account, Recognised, Who};
use crate::decision::{ClaimPath, Document, StepBuilder, StepId, Typed};
use crate::products::draft::{Draft, Refusal, segment};

/// The role claims. Their names are placeholders (BW-Q1): correct them here and nowhere else.
const ROLES: &str = "roles";
const LEGAL_ENTITY_ROLES: &str = "legal_entity_roles";

/// Roles, and the steps that they rest on.
#[derive(Debug)]
struct Assigned {
    roles: Roles,
    steps: Vec<StepId>,
}

/// The roles of this login, with every effect and finding that they have.
pub(super) fn assigned(
    draft: &mut Draft<'_, Effect>,
    account: Account<'_>,
    recognised: Recognised,
    user: StepId,
) -> Result<Roles, Refusal> {
    let strategy = account.config.strategy(account.integration);
    let stored = Stored::of(account, recognised, user);
    let assigned = match strategy {
        Strategy::NoExternalRoleAssignments => kept_by_hand(draft, account.config, &stored),
        Strategy::OneRoleForAllLegalEntities | Strategy::RolePerLegalEntity => {
            let claimed = claimed(draft, account, strategy);
            synchronised(draft, account.config, (strategy, claimed), &stored)?
        }
    };
    draft.rests_on("/roles_by_legal_entity", assigned.steps.iter().copied());
    permitted(draft, &assigned);
    Ok(assigned.roles)
}

/// What was stored before, and whose it is.
struct Stored<'a> {
    roles: &'a Roles,
    position: usize,
    is_new: bool,
    from: Option<Strategy>,
    /// The step that recognised or created the user.
    user: StepId,
}

impl<'a> Stored<'a> {
    const NONE: &'static Roles = &BTreeMap::new();

    fn of(account: Account<'a>, recognised: Recognised, user: StepId) -> Self {
        let position = recognised.position(account.state);
        let before = account.state.users.get(position);
        Self {
            roles: before.map_or(Self::NONE, |user| &user.roles),
            position,
            is_new: recognised.who == Who::New,
            from: before.and_then(|user| user.roles_from),
            user,
        }
    }

    /// Whether the stored roles were given under another strategy.
    fn switched_to(&self, strategy: Strategy) -> bool {
        self.from.is_some_and(|from| from != strategy)
    }

    fn path(&self) -> String {
        format!("/users/{}/roles", self.position)
    }
}

/// BW-Q11: what a switch of the strategy leaves of a user's roles before the next login.
pub(super) fn after_a_switch(config: &Config, user: &mut User) {
    let switched = user.roles_from.is_some_and(|from| from != config.strategy(user.provider));
    if switched && config.readings.strategy_switch == StrategySwitch::Immediate {
        user.roles.clear();
    }
}

/// BW-R9: role claims are not even looked at.
fn kept_by_hand(draft: &mut Draft<'_, Effect>, config: &Config, stored: &Stored<'_>) -> Assigned {
    let strategy = Strategy::NoExternalRoleAssignments;
    let mut step = draft.step(&BW_R9);
    step.because([stored.user]);
    step.config("/strategy", Some(json!(strategy.name())));
    if stored.switched_to(strategy) {
        let reading = config.readings.strategy_switch;
        step.reading("BW-Q11", reading.name());
        if reading == StrategySwitch::Immediate {
            step.state(stored.path(), Some(json!(stored.roles)));
            let step = step.fired("the stored roles came from the provider and count no more");
            return Assigned { roles: Roles::new(), steps: vec![step] };
        }
    }
    if stored.is_new {
        step.default("roles", json!({}));
    } else {
        step.state(stored.path(), Some(json!(stored.roles)));
    }
    step.then("keep", "/roles_by_legal_entity", Some(json!(stored.roles)));
    let step = step.fired("role claims are ignored; the roles are those given in billwerk");
    Assigned { roles: filled(stored.roles), steps: vec![step] }
}

/// What the claim of an external strategy gives.
struct FromClaim {
    /// `None` without a usable claim.
    roles: Option<Roles>,
    claim: &'static str,
    steps: Vec<StepId>,
}

/// BW-R10, BW-R11: the roles that the ID token claims.
fn claimed(draft: &mut Draft<'_, Effect>, account: Account<'_>, strategy: Strategy) -> FromClaim {
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
    step.config("/strategy", Some(json!(Strategy::OneRoleForAllLegalEntities.name())));
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
    step.config("/strategy", Some(json!(Strategy::RolePerLegalEntity.name())));
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
    step.config("/strategy", Some(json!(Strategy::RolePerLegalEntity.name())));
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

/// BW-R14: the claimed roles replace the stored ones.
fn synchronised(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    (strategy, claimed): (Strategy, FromClaim),
    stored: &Stored<'_>,
) -> Result<Assigned, Refusal> {
    let reading = config.readings.missing_roles;
    let missing = claimed.roles.is_none();
    let mut step = draft.step(&BW_R14);
    step.because(claimed.steps.iter().copied());
    if missing {
        step.reading("BW-Q6", reading.name());
    }
    if missing && reading == MissingRoles::Refuse {
        step.then("refuse", "/decision", Some(json!("missing_required_claim")));
        let step = step.fired(format!("without `{}` there is no login", claimed.claim));
        let claims = Some(vec![claimed.claim.to_owned()]);
        return Err(Refusal { claims, ..Refusal::because("missing_required_claim", [step]) });
    }
    step.because([stored.user]);
    if stored.is_new {
        step.default("stored roles", json!({}));
    } else {
        step.state(stored.path(), Some(json!(stored.roles)));
    }
    if missing && reading == MissingRoles::Keep {
        step.then("keep", "/roles_by_legal_entity", Some(json!(stored.roles)));
        let step = step.fired(format!("without `{}` the stored roles stay", claimed.claim));
        return Ok(Assigned { roles: filled(stored.roles), steps: vec![step] });
    }
    let roles = claimed.roles.unwrap_or_default();
    if stored.switched_to(strategy) {
        step.reading("BW-Q11", config.readings.strategy_switch.name());
    }
    let confirmed = Effect::RolesConfirmed(stored.position, roles.clone(), strategy);
    if stored.is_new {
        let step = step.not_applicable("the roles of a new user replace none");
        draft.effect(confirmed, [step]);
    } else if as_sets(stored.roles) == as_sets(&roles) {
        let step = step.not_applicable("the stored roles are the claimed ones");
        draft.effect(confirmed, [step]);
    } else {
        step.then("set", "/roles_by_legal_entity", Some(json!(roles)));
        let step = step.fired(if missing {
            "no roles are claimed: the stored ones are removed"
        } else {
            "the claimed roles replace the stored ones"
        });
        draft.effect(Effect::RolesReplaced(stored.position, roles.clone(), strategy), [step]);
    }
    Ok(Assigned { roles, steps: claimed.steps })
}

/// Roles without their order, to compare them.
fn as_sets(roles: &Roles) -> BTreeMap<String, BTreeSet<Role>> {
    filled(roles).into_iter().map(|(entity, roles)| (entity, roles.into_iter().collect())).collect()
}

/// BW-R13: a user without roles is signed in all the same.
fn permitted(draft: &mut Draft<'_, Effect>, assigned: &Assigned) {
    let mut step = draft.step(&BW_R13);
    step.because(assigned.steps.iter().copied());
    let step = if assigned.roles.is_empty() {
        step.then("allow", "personal_details", None);
        step.fired("there is no role: no menu item, and personal details only")
    } else {
        step.not_applicable("there are roles")
    };
    draft.rests_on("/has_any_permission", [step]);
}
