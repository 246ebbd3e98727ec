//! BW-R9, BW-R13, BW-R14: the roles of a login, from the store or from the claim, and what becomes of the stored ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::claimed::{FromClaim, claimed};
use super::config::{Config, Strategy};
use super::readings::{MissingRoles, StrategySwitch};
use super::record::{Role, Roles, filled};
use super::rules::{BW_R9, BW_R13, BW_R14};
use super::state::{Effect, User};
use super::users::{Account, Recognised, Who};
use crate::decision::StepId;
use crate::products::draft::{Draft, Refusal};

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
        Strategy::NoExternalRoleAssignments => kept_by_hand(draft, account, &stored),
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
fn kept_by_hand(draft: &mut Draft<'_, Effect>, account: Account<'_>, stored: &Stored<'_>) -> Assigned {
    let strategy = Strategy::NoExternalRoleAssignments;
    let mut step = draft.step(&BW_R9);
    step.because([stored.user]);
    step.config(
        account.integration.field("External Role Assignments Strategy"),
        Some(json!(strategy.name())),
    );
    if stored.switched_to(strategy) {
        let reading = account.config.readings.strategy_switch;
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
