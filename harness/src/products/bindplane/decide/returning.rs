//! Somebody who is stored (BP-R19 to BP-R23).

use indexmap::IndexMap;
use serde_json::json;

use super::super::config::Config;
use super::super::readings::{ExistingUsers, FirstAndLast, NoClaimsLeft, RoleOnly};
use super::super::record::{Effect, OrganizationRole, State, User};
use super::super::rules;
use super::super::settings::DISABLE_INVITATIONS;
use super::claims::{Claimed, Meaning, Member};
use super::newcomer::{everywhere, implied, role_only};
use super::person::Person;
use super::{Access, Given, Reasons};
use crate::decision::{Rule, StepId};
use crate::products::draft::{Refusal, segment};

/// A stored user who signs in.
pub(super) struct Known<'p> {
    pub(super) position: usize,
    pub(super) person: &'p Person,
}

/// What the login leaves the user with.
pub(super) fn settled(
    config: &Config,
    state: &State,
    known: &Known<'_>,
    (claimed, reasons): (Claimed, &mut Reasons<'_>),
) -> Result<(Access, Vec<StepId>), Refusal> {
    let stored = state.users.get(known.position).cloned().unwrap_or_default();
    recorded(&stored, known, reasons);
    let position = known.position;
    let user = Stored { state, position, user: &stored };
    if !config.invitations_disabled() && config.readings.existing_users == ExistingUsers::Ignore {
        return Ok(user.not_synchronised(config, &claimed, reasons));
    }
    let synchronised = synchronised(config, &claimed, reasons);
    match &claimed.meaning {
        Meaning::Unusable => Ok(user.kept(&rules::BP_R19, claimed.step, reasons)),
        Meaning::Nothing => user.without_claims(config, claimed.step, reasons),
        Meaning::OrganizationAdmin => {
            let access = everywhere(state, claimed.step);
            Ok(user.changed_to(config, access, synchronised, reasons))
        }
        Meaning::Member(member) => {
            let access = user.of_member(config, member, reasons);
            Ok(user.changed_to(config, access, synchronised, reasons))
        }
    }
}

/// The identity and the name to show are kept up to date without a word.
fn recorded(stored: &User, known: &Known<'_>, reasons: &mut Reasons<'_>) {
    let Person { iss, sub, login, .. } = known.person;
    if stored.sub.as_ref() != Some(sub) || stored.login != *login || stored.iss.as_ref() != Some(iss) {
        let (iss, sub, login) = (iss.clone(), sub.clone(), login.clone());
        reasons.effect(Effect::Recorded { user: known.position, iss, sub, login }, []);
    }
}

/// BP-R21: role and project access follow the claims at every login.
fn synchronised(config: &Config, claimed: &Claimed, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::BP_R21);
    step.because([claimed.step]);
    step.config(DISABLE_INVITATIONS, Some(json!(config.invitations_disabled())));
    if !config.invitations_disabled() {
        step.reading("BP-Q11", config.readings.existing_users.name());
    }
    if claimed.is_valid() {
        step.fired("role and project access follow the claims")
    } else {
        step.not_applicable("there are no valid claims to follow")
    }
}

/// The stored user and the state around.
struct Stored<'s> {
    state: &'s State,
    position: usize,
    user: &'s User,
}

impl Stored<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/users/{}{rest}", segment(&self.user.login))
    }

    /// What is stored, resting on one step.
    fn as_stored(&self, step: StepId) -> Access {
        let roles = self.user.project_roles.iter();
        Access {
            organization: (self.user.organization_role, step),
            projects: roles.map(|(project, role)| (project.clone(), Given { role: *role, step })).collect(),
            step,
        }
    }

    /// A step that keeps what is stored.
    fn keep(
        &self,
        rule: &'static Rule,
        because: Option<StepId>,
        why: &str,
        reasons: &mut Reasons<'_>,
    ) -> StepId {
        let mut step = reasons.step(rule);
        step.because(because);
        step.state(self.path("/organization_role"), Some(json!(self.user.organization_role)));
        step.state(self.path("/project_roles"), Some(json!(self.user.project_roles)));
        step.then("keep", "/organization_role", None);
        step.then("keep", "/project_roles", None);
        step.fired(why)
    }

    /// BP-R20: claims matter only at the first login; valid ones are reported.
    fn not_synchronised(
        &self,
        config: &Config,
        claimed: &Claimed,
        reasons: &mut Reasons<'_>,
    ) -> (Access, Vec<StepId>) {
        let mut step = reasons.step(&rules::BP_R20);
        step.reading("BP-Q11", config.readings.existing_users.name());
        match config.setting(DISABLE_INVITATIONS) {
            Some(set) => step.config(DISABLE_INVITATIONS, Some(set.clone())),
            None => step.default(DISABLE_INVITATIONS, false),
        }
        let enabled = step.fired("invitations are enabled, so claims matter at the first login only");
        let keep = self.keep(&rules::BP_R20, Some(enabled), "stored permissions stay", reasons);
        if claimed.is_valid() {
            let code = "claims_not_synced:disableInvitations=false";
            let mut step = reasons.step(&rules::BP_R20);
            step.because([enabled, claimed.step]);
            step.then("report", "/findings", Some(code.into()));
            let step = step.fired("the token holds valid claims that are not applied");
            reasons.finding(code, [step]);
        }
        (self.as_stored(keep), vec![keep])
    }

    /// BP-R19, BP-R22: nothing is provisioned.
    fn kept(&self, rule: &'static Rule, because: StepId, reasons: &mut Reasons<'_>) -> (Access, Vec<StepId>) {
        let keep = self.keep(rule, Some(because), "stored permissions stay", reasons);
        reasons.effect(Effect::NothingProvisioned, [keep]);
        (self.as_stored(keep), vec![keep])
    }

    /// BP-R22 with BP-Q18: a token without any valid claim.
    fn without_claims(
        &self,
        config: &Config,
        nothing: StepId,
        reasons: &mut Reasons<'_>,
    ) -> Result<(Access, Vec<StepId>), Refusal> {
        let reading = config.readings.no_claims_left;
        let mut step = reasons.step(&rules::BP_R22);
        step.because([nothing]);
        step.reading("BP-Q18", reading.name());
        match reading {
            NoClaimsLeft::Keep => {
                step.then("report", "/findings", Some("no_valid_claims".into()));
                let step = step.not_applicable("there is nothing to follow");
                reasons.finding("no_valid_claims", [step]);
                Ok(self.kept(&rules::BP_R22, step, reasons))
            }
            NoClaimsLeft::RevokeAll => {
                step.then("revoke", "/project_roles", None);
                let step = step.fired("without valid claims there is no access");
                let organization = (OrganizationRole::User, implied([step], reasons));
                let access = Access { organization, projects: IndexMap::new(), step };
                Ok(self.changed_to(config, access, step, reasons))
            }
            NoClaimsLeft::Refuse => {
                step.then("refuse", "/decision", None);
                let step = step.fired("without valid claims there is no session");
                Err(Refusal::because("no_valid_claims", [step]))
            }
        }
    }

    /// The claimed scope; a role without one re-roles what is there (BP-R23).
    fn of_member(&self, config: &Config, member: &Member, reasons: &mut Reasons<'_>) -> Access {
        let organization = (OrganizationRole::User, implied([member.organization], reasons));
        if let Some(projects) = &member.scope.listed {
            return Access { organization, projects: projects.clone(), step: member.scope.step };
        }
        let default = member.default_role.given;
        let (projects, step) = match (default, config.readings.role_only) {
            (Some(given), RoleOnly::NoProjects) => {
                let mut step = reasons.step(&rules::BP_R23);
                step.because([given.step, member.scope.step]);
                step.state(self.path("/project_roles"), Some(json!(self.user.project_roles)));
                step.reading("BP-Q1", config.readings.role_only.name());
                let step = step.fired("memberships stay and take the default role");
                let held = self.user.project_roles.keys();
                (held.map(|project| (project.clone(), Given { role: given.role, step })).collect(), step)
            }
            _ => role_only(config, self.state, member, reasons),
        };
        Access { organization, projects, step }
    }

    /// BP-R22: the claimed access replaces the stored one, unless the last organization admin would go (BP-Q7).
    fn changed_to(
        &self,
        config: &Config,
        access: Access,
        synchronised: StepId,
        reasons: &mut Reasons<'_>,
    ) -> (Access, Vec<StepId>) {
        if let Some(last) = self.last_admin(config, &access, reasons) {
            let code = "last_organization_admin_retained";
            reasons.finding(code, [last]);
            return self.kept(&rules::BP_R22, last, reasons);
        }
        self.organization_effect(&access, reasons);
        self.project_effects(&access, reasons);
        (access, vec![synchronised])
    }

    fn last_admin(&self, config: &Config, access: &Access, reasons: &mut Reasons<'_>) -> Option<StepId> {
        let demoted = self.user.organization_role == OrganizationRole::Admin
            && access.organization.0 == OrganizationRole::User;
        let others = self.state.users.iter().enumerate().filter(|(position, other)| {
            *position != self.position && other.organization_role == OrganizationRole::Admin
        });
        let others = others.count();
        if !demoted || others > 0 {
            return None;
        }
        let reading = config.readings.first_and_last;
        let keeps = matches!(reading, FirstAndLast::BootstrapKeepLast | FirstAndLast::ClaimsKeepLast);
        let mut step = reasons.step(&rules::BP_R22);
        step.because([access.organization.1]);
        step.state(self.path("/organization_role"), Some(json!(OrganizationRole::Admin)));
        step.state("/users", Some(json!({ "other organization admins": others })));
        step.reading("BP-Q7", reading.name());
        if !keeps {
            step.not_applicable("the last organization admin is demoted like any other");
            return None;
        }
        step.then("keep", "/organization_role", None);
        Some(step.fired("the last organization admin is kept as stored"))
    }

    fn organization_effect(&self, access: &Access, reasons: &mut Reasons<'_>) {
        let (old, (new, because)) = (self.user.organization_role, access.organization);
        if old == new {
            return;
        }
        let mut step = reasons.step(&rules::BP_R22);
        step.because([because]);
        step.state(self.path("/organization_role"), Some(json!(old)));
        step.then("set", "/organization_role", Some(json!(new)));
        let step = step.fired(format!("organization role {} becomes {}", old.as_str(), new.as_str()));
        reasons.effect(Effect::OrganizationRoleChanged(self.position, old, new), [step]);
    }

    /// Revocations, then changes, then grants, each in the order of the existing projects.
    fn project_effects(&self, access: &Access, reasons: &mut Reasons<'_>) {
        let existing = &self.state.projects;
        let gone = self.user.project_roles.keys().filter(|project| !existing.contains(project));
        let projects: Vec<&String> = existing.iter().chain(gone).collect();
        let held = |project: &str| self.user.project_roles.get(project).copied();
        for project in &projects {
            if let (Some(old), None) = (held(project), access.projects.get(*project)) {
                let why = format!("`{project}` is held as {} and not claimed", old.as_str());
                let step = self.difference(project, access.step, ("revoke", why), reasons);
                reasons.effect(Effect::AccessRevoked(self.position, (*project).clone()), [step]);
            }
        }
        for project in &projects {
            if let (Some(old), Some(new)) = (held(project), access.projects.get(*project))
                && old != new.role
            {
                let why =
                    format!("`{project}` is held as {} and becomes {}", old.as_str(), new.role.as_str());
                let step = self.difference(project, new.step, ("set", why), reasons);
                let effect = Effect::RoleChanged(self.position, (*project).clone(), old, new.role);
                reasons.effect(effect, [step]);
            }
        }
        for project in &projects {
            if let (None, Some(new)) = (held(project), access.projects.get(*project)) {
                let why = format!("`{project}` is new as {}", new.role.as_str());
                let step = self.difference(project, new.step, ("grant", why), reasons);
                reasons.effect(Effect::AccessGranted(self.position, (*project).clone(), new.role), [step]);
            }
        }
    }

    fn difference(
        &self,
        project: &str,
        because: StepId,
        (op, why): (&'static str, String),
        reasons: &mut Reasons<'_>,
    ) -> StepId {
        let held = self.user.project_roles.get(project);
        let mut step = reasons.step(&rules::BP_R22);
        step.because([because]);
        step.state(self.path(&format!("/project_roles/{}", segment(project))), held.map(|role| json!(role)));
        step.then(op, format!("/project_roles/{}", segment(project)), None);
        step.fired(why)
    }
}
