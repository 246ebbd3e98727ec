//! What the claims of a token amount to, before any user is looked at.
//!
//! In order: names, organization admin, default role, project scope, explicit roles, fallback. BP-R19 and BP-R26 then
//! say whether the whole is usable and valid.

use super::super::config::Config;
use super::super::record::State;
use super::super::rules;
use super::default_role::DefaultRole;
use super::remarks::Remarks;
use super::scope::Scope;
use super::{Reasons, default_role, names, organization, scope};
use crate::decision::StepId;

/// What the claims amount to, and the step that says so.
pub(super) struct Claimed {
    pub(super) meaning: Meaning,
    pub(super) step: StepId,
}

/// What the claims say.
pub(super) enum Meaning {
    /// Something that cannot be used (BP-R19).
    Unusable,
    /// Nothing that provisions (BP-R26).
    Nothing,
    /// An organization admin (BP-R9).
    OrganizationAdmin,
    /// A user with a role, or projects, or both.
    Member(Box<Member>),
}

/// What the claims say of somebody who is no organization admin.
pub(super) struct Member {
    /// The step that found no organization admin.
    pub(super) organization: StepId,
    pub(super) default_role: DefaultRole,
    pub(super) scope: Scope,
}

impl Claimed {
    /// BP-R26: whether the claims provision anything.
    pub(super) const fn is_valid(&self) -> bool {
        matches!(self.meaning, Meaning::OrganizationAdmin | Meaning::Member(_))
    }
}

/// Reads the claims and reports what is odd about them.
pub(super) fn read(config: &Config, state: &State, reasons: &mut Reasons<'_>) -> Claimed {
    let mut remarks = Remarks::default();
    let names = names::read(config, reasons, &mut remarks);
    let (admin, organization) = organization::admin(config, &names, reasons, &mut remarks);
    if admin && remarks.unusable_steps().is_empty() {
        remarks.report(reasons);
        return Claimed {
            meaning: Meaning::OrganizationAdmin,
            step: organization_admin(organization, reasons),
        };
    }
    let mut member = None;
    if !admin {
        let default_role = default_role::find(config, &names, reasons, &mut remarks);
        let context = scope::Context { config, state, names: &names, default_role: &default_role };
        let scope = scope::find(&context, reasons, &mut remarks);
        member = Some(Member { organization, default_role, scope });
    }
    let unusable = remarks.unusable_steps();
    remarks.report(reasons);
    match member {
        Some(member) if unusable.is_empty() => valid(member, reasons),
        _ => {
            let mut step = reasons.step(&rules::BP_R19);
            step.because(unusable);
            step.then("keep", "/project_roles", None);
            Claimed {
                meaning: Meaning::Unusable,
                step: step.fired("nothing is provisioned from these claims"),
            }
        }
    }
}

/// BP-R9: role and project claims are ignored.
fn organization_admin(organization: StepId, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::BP_R9);
    step.because([organization]);
    step.then("grant", "/project_roles", Some("admin".into()));
    step.fired("admin of the organization and of all its projects")
}

/// BP-R26: a default role, or at least one valid project.
fn valid(member: Member, reasons: &mut Reasons<'_>) -> Claimed {
    let role = member.default_role.given.map(|given| given.step);
    let projects = member.scope.listed.as_ref().map(|_| member.scope.step);
    let mut step = reasons.step(&rules::BP_R26);
    if role.is_none() && projects.is_none() {
        step.because([member.organization, member.default_role.step, member.scope.step]);
        let step = step.no_input("no organization admin, no default role and no valid project");
        return Claimed { meaning: Meaning::Nothing, step };
    }
    step.because(role.into_iter().chain(projects));
    let step = step.fired(match (role, projects) {
        (Some(_), Some(_)) => "there are a default role and a project",
        (Some(_), None) => "there is a default role",
        _ => "there is a project",
    });
    Claimed { meaning: Meaning::Member(Box::new(member)), step }
}
