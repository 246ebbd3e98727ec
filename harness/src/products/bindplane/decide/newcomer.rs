//! Somebody who is not stored yet (BP-R23 to BP-R29).

use indexmap::IndexMap;
use serde_json::json;

use super::super::config::Config;
use super::super::readings::{ClaimsAndInvitation, Enrolment, RoleOnly, UnusableClaims};
use super::super::record::{Effect, Invitation, OrganizationRole, Role, State, User};
use super::super::rules;
use super::super::settings::DISABLE_INVITATIONS;
use super::claims::{Claimed, Meaning, Member};
use super::person::Person;
use super::{Access, Given, Reasons};
use crate::decision::StepId;
use crate::products::draft::Refusal;

/// BP-R27: the first user is organization admin, and owner of all projects.
pub(super) fn bootstrapped(
    state: &State,
    person: &Person,
    first: StepId,
    reasons: &mut Reasons<'_>,
) -> (Access, Vec<StepId>) {
    let access = everywhere(state, first);
    let user = created(person, &access);
    reasons.effect(Effect::Created(Box::new(user)), [first]);
    reasons.effect(Effect::Bootstrapped, [first]);
    (access, vec![first])
}

/// BP-R24 and BP-R25: claims, or an invitation where invitations are enabled.
pub(super) fn provisioned(
    config: &Config,
    state: &State,
    person: &Person,
    (claimed, reasons): (Claimed, &mut Reasons<'_>),
) -> Result<(Access, Vec<StepId>), Refusal> {
    let enrolled = if config.invitations_disabled() {
        by_claims_alone(&claimed, reasons)?
    } else {
        by_claims_or_invitation(config, state, (&claimed, person), reasons)?
    };
    let by_invitation = enrolled.invitation.and_then(|position| state.invitations.get(position));
    let invited = by_invitation.map(|invitation| invited(invitation, enrolled.step, reasons));
    let access = match (invited, enrolled.claims) {
        (Some(invited), false) => invited,
        (None, _) => from_claims(config, state, &claimed, reasons),
        (Some(invited), true) => {
            let mut access = from_claims(config, state, &claimed, reasons);
            if config.readings.claims_and_invitation == ClaimsAndInvitation::Union {
                add_higher(&mut access.projects, invited.projects);
            }
            access
        }
    };
    effects(state, person, (&access, &enrolled), reasons);
    Ok((access, vec![enrolled.step]))
}

/// How somebody gets in.
struct Enrolled {
    step: StepId,
    claims: bool,
    invitation: Option<usize>,
}

/// BP-R25: invitations do not help.
fn by_claims_alone(claimed: &Claimed, reasons: &mut Reasons<'_>) -> Result<Enrolled, Refusal> {
    let mut step = reasons.step(&rules::BP_R25);
    step.because([claimed.step]);
    step.config(DISABLE_INVITATIONS, Some(json!(true)));
    if claimed.is_valid() {
        step.then("allow", "/decision", None);
        return Ok(Enrolled {
            step: step.not_applicable("the claims are valid"),
            claims: true,
            invitation: None,
        });
    }
    step.then("refuse", "/decision", None);
    let step = step.fired("there are no valid claims, and invitations are disabled");
    Err(Refusal::because("no_valid_claims", [step]))
}

/// BP-R24: valid claims provision; otherwise an invitation is needed (BP-Q12, BP-Q15, BP-Q17).
fn by_claims_or_invitation(
    config: &Config,
    state: &State,
    (claimed, person): (&Claimed, &Person),
    reasons: &mut Reasons<'_>,
) -> Result<Enrolled, Refusal> {
    let readings = config.readings;
    let invitation = state.invitations.iter().position(|invitation| is_for(invitation, person));
    let unusable = matches!(claimed.meaning, Meaning::Unusable);
    let mut step = reasons.step(&rules::BP_R24);
    step.because([claimed.step]);
    match config.setting(DISABLE_INVITATIONS) {
        Some(set) => step.config(DISABLE_INVITATIONS, Some(set.clone())),
        None => step.default(DISABLE_INVITATIONS, false),
    }
    step.state("/invitations", invitation.and_then(|at| state.invitations.get(at)).map(|open| json!(open)));
    step.reading("BP-Q15", readings.enrolment.name());
    if unusable {
        step.reading("BP-Q17", readings.unusable_claims.name());
        if readings.unusable_claims == UnusableClaims::Refuse {
            step.then("refuse", "/decision", None);
            let step = step.fired("the claims are unusable");
            return Err(Refusal::because("no_valid_claims", [step]));
        }
    }
    let enough = claimed.is_valid() && readings.enrolment == Enrolment::Either;
    let Some(invitation) = invitation else {
        if enough {
            step.then("allow", "/decision", None);
            let step = step.fired("the claims are valid");
            return Ok(Enrolled { step, claims: true, invitation: None });
        }
        step.then("refuse", "/decision", None);
        let step = step.fired("there are no valid claims and no invitation");
        return Err(Refusal::because("invitation_required", [step]));
    };
    step.then("allow", "/decision", None);
    if !claimed.is_valid() {
        let step = step.fired("the invitation stands for a project and a role");
        return Ok(Enrolled { step, claims: false, invitation: Some(invitation) });
    }
    step.reading("BP-Q12", readings.claims_and_invitation.name());
    let needed = readings.enrolment == Enrolment::InvitationOnly;
    let (claims, accepted) = match readings.claims_and_invitation {
        ClaimsAndInvitation::Claims => (true, needed),
        ClaimsAndInvitation::Invitation => (false, true),
        ClaimsAndInvitation::Union => (true, true),
    };
    let step = step.fired("there are valid claims and an invitation");
    Ok(Enrolled { step, claims, invitation: accepted.then_some(invitation) })
}

/// An invitation without an address is for anybody.
fn is_for(invitation: &Invitation, person: &Person) -> bool {
    invitation.email.as_ref().is_none_or(|email| email.to_lowercase() == person.login.to_lowercase())
}

/// BP-R24: the project and the role that the invitation stands for.
fn invited(invitation: &Invitation, step: StepId, reasons: &mut Reasons<'_>) -> Access {
    let given = Given { role: invitation.role, step };
    let organization = (OrganizationRole::User, implied([step], reasons));
    Access { organization, projects: IndexMap::from([(invitation.project.clone(), given)]), step }
}

fn add_higher(projects: &mut IndexMap<String, Given>, more: IndexMap<String, Given>) {
    for (project, given) in more {
        let higher = projects.get(&project).is_none_or(|claimed| claimed.role < given.role);
        if higher {
            projects.insert(project, given);
        }
    }
}

/// What valid claims give to somebody new.
fn from_claims(config: &Config, state: &State, claimed: &Claimed, reasons: &mut Reasons<'_>) -> Access {
    match &claimed.meaning {
        Meaning::Member(member) => of_member(config, state, member, reasons),
        // The caller has made sure that the claims are valid.
        Meaning::OrganizationAdmin | Meaning::Unusable | Meaning::Nothing => everywhere(state, claimed.step),
    }
}

/// BP-R9, BP-R27: admin of everything.
pub(super) fn everywhere(state: &State, step: StepId) -> Access {
    let roles = state.everywhere(Role::Admin).into_iter();
    let projects = roles.map(|(project, role)| (project, Given { role, step })).collect();
    Access { organization: (OrganizationRole::Admin, step), projects, step }
}

/// The claimed scope; a role without one gives no project (BP-R23, BP-Q1).
fn of_member(config: &Config, state: &State, member: &Member, reasons: &mut Reasons<'_>) -> Access {
    let organization = (OrganizationRole::User, implied([member.organization], reasons));
    if let Some(projects) = &member.scope.listed {
        return Access { organization, projects: projects.clone(), step: member.scope.step };
    }
    let (projects, step) = role_only(config, state, member, reasons);
    if config.readings.role_only == RoleOnly::NoProjects {
        reasons.finding("no_project_scope", [step]);
    }
    Access { organization, projects, step }
}

/// BP-R23: what a role without a scope gives to somebody who has no project.
pub(super) fn role_only(
    config: &Config,
    state: &State,
    member: &Member,
    reasons: &mut Reasons<'_>,
) -> (IndexMap<String, Given>, StepId) {
    let reading = config.readings.role_only;
    let mut step = reasons.step(&rules::BP_R23);
    step.because([member.default_role.step, member.scope.step]);
    step.reading("BP-Q1", reading.name());
    if let (RoleOnly::AllProjects, Some(given)) = (reading, member.default_role.given) {
        step.state("/projects", Some(json!(state.projects)));
        let step = step.fired("a role without a project scope is for all projects");
        let roles = state.everywhere(given.role).into_iter();
        return (roles.map(|(project, role)| (project, Given { role, step })).collect(), step);
    }
    step.then("report", "/findings", Some("no_project_scope".into()));
    (IndexMap::new(), step.fired("a role without a project scope gives no project"))
}

/// BP-R29: everybody else is a user of the organization.
pub(super) fn implied(because: impl IntoIterator<Item = StepId>, reasons: &mut Reasons<'_>) -> StepId {
    let mut step = reasons.step(&rules::BP_R29);
    step.because(because);
    step.default("organization_role", OrganizationRole::User.as_str());
    step.then("set", "/organization_role", Some(json!(OrganizationRole::User)));
    step.fired("whoever is no organization admin is a user of the organization")
}

fn created(person: &Person, access: &Access) -> User {
    User {
        iss: Some(person.iss.clone()),
        sub: Some(person.sub.clone()),
        login: person.login.clone(),
        organization_role: access.organization.0,
        project_roles: access.roles(),
    }
}

/// BP-R24: the user, the invitation if one was used, then one grant per project.
fn effects(
    state: &State,
    person: &Person,
    (access, enrolled): (&Access, &Enrolled),
    reasons: &mut Reasons<'_>,
) {
    let position = state.users.len();
    reasons.effect(Effect::Created(Box::new(created(person, access))), [enrolled.step]);
    if let Some(invitation) = enrolled.invitation {
        reasons.effect(Effect::InvitationAccepted(invitation), [enrolled.step]);
    }
    for project in &state.projects {
        if let Some(given) = access.projects.get(project) {
            reasons.effect(Effect::AccessGranted(position, project.clone(), given.role), [given.step]);
        }
    }
}
