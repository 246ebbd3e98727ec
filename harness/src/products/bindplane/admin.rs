//! Everything that is no sign-in: signing out, asking for a permission, and what an administrator does.

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::config::Config;
use super::decide::Reasons;
use super::record::{Effect, Invitation, OrganizationRole, Record, Role, State, User};
use super::settings::ISSUER;
use super::{Bindplane, capabilities, rules};
use crate::decision::{Act, Decision, Documents, Rule, SessionView, Standing};
use crate::products::draft::{Draft, Refusal};

/// Signing out, or a renewal that the provider refused: the provider hears nothing, the record stands (BP-R31).
pub(super) fn local(session: &SessionView, signed_out: bool) -> Decision<Bindplane> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let step = reasons.step(&rules::BP_R31);
    let step = if signed_out {
        step.fired("the local session ends; the provider's stays")
    } else {
        step.not_applicable("nobody signed out, so the session stays until it expires")
    };
    reasons.signed_in(standing(session), [step])
}

/// `capability` for the organization, `capability:PROJECT` for a project, for example `project.view:P1` (BP-R30).
pub(super) fn permission_check(
    config: &Config,
    state: &State,
    session: &SessionView,
    permission: &str,
) -> Decision<Bindplane> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let mut step = reasons.step(&rules::BP_R30);
    step.request("/permission", Some(permission.into()));
    let Some(user) = user_of(config, state, session) else {
        let step = step.no_input("the session's user is not stored any more");
        return reasons.refused(Refusal::because("user_removed", [step]));
    };
    let (capability, project) = permission.split_once(':').unwrap_or((permission, ""));
    let permitted = if project.is_empty() {
        step.state("/organization_role", Some(json!(user.organization_role)));
        capabilities::in_organization(user.organization_role, capability)
    } else {
        let role = user.project_roles.get(project).copied();
        step.state(format!("/project_roles/{project}"), role.map(|role| json!(role)));
        role.is_some_and(|role| capabilities::in_project(role, capability))
    };
    if permitted {
        step.then("allow", permission, None);
        let step = step.fired("the role permits it");
        return reasons.signed_in(Record::Session(state.session_of(user)), [step]);
    }
    step.then("refuse", permission, None);
    let step = step.not_applicable("no role permits it");
    reasons.refused(Refusal::because(format!("permission_denied:{permission}"), [step]))
}

/// A session lives on the stored user, and shows what is stored now.
pub(super) fn look(config: &Config, state: &State, session: &SessionView) -> Standing {
    match user_of(config, state, session) {
        Some(user) => Standing::Live(json!(state.session_of(user))),
        None => Standing::Ended("user_removed"),
    }
}

fn user_of<'s>(config: &Config, state: &'s State, session: &SessionView) -> Option<&'s User> {
    let shown = session.record.pointer("/user/sub").and_then(Value::as_str);
    let sub = session.subject.as_deref().or(shown)?;
    let issuer = if session.issuer.is_empty() { config.text(ISSUER) } else { &session.issuer };
    state.users.iter().find(|user| {
        user.sub.as_deref() == Some(sub) && user.iss.as_deref().unwrap_or(config.text(ISSUER)) == issuer
    })
}

/// What an administrator does.
pub(super) fn administer(state: &State, act: &Act) -> Decision<Bindplane> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let (rule, why): (&'static Rule, &str) = match act {
        Act::Invite(_) => (&rules::BP_R24, "an invitation stands for a project and a role"),
        Act::EditUser(_) | Act::AssignRoles(_) => {
            (&rules::BP_R20, "stored permissions are what an administrator made them")
        }
        Act::SwitchAuthentication(_) => (&rules::BP_R1, "all users, permissions and invitations are removed"),
    };
    let done = match act {
        Act::Invite(fields) => read(fields).and_then(|invitation| invite(state, invitation)),
        Act::EditUser(fields) => read(fields).and_then(|edit| edit_user(state, edit)),
        Act::AssignRoles(fields) => read(fields).and_then(|assigned| assign_roles(state, assigned)),
        Act::SwitchAuthentication(_) => Ok(vec![Effect::EverybodyRemoved]),
    };
    match done {
        Ok(effects) => {
            let step = reasons.step(rule).fired(why);
            for effect in effects {
                reasons.effect(effect, [step]);
            }
            reasons.signed_in(Record::Standing(Map::new()), [step])
        }
        Err(reason) => {
            let step = reasons.step(rule).unreadable(reason.clone());
            reasons.refused(Refusal::because(reason, [step]))
        }
    }
}

/// `edit_user`: what changes of the user with this login.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditUser {
    login: String,
    organization_role: Option<OrganizationRole>,
    /// All project roles from now on.
    project_roles: Option<IndexMap<String, Role>>,
    #[serde(default)]
    remove: bool,
}

/// `assign_roles`: project roles given by hand; somebody unknown is added, and may then sign in without an invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignRoles {
    login: String,
    project_roles: IndexMap<String, Role>,
}

fn read<T: DeserializeOwned>(fields: &Value) -> Result<T, String> {
    serde_json::from_value(fields.clone()).map_err(|error| format!("act_not_understood:{error}"))
}

fn invite(state: &State, invitation: Invitation) -> Result<Vec<Effect>, String> {
    existing(state, [&invitation.project])?;
    Ok(vec![Effect::Invited(invitation)])
}

fn edit_user(state: &State, edit: EditUser) -> Result<Vec<Effect>, String> {
    let (position, user) =
        stored(state, &edit.login).ok_or_else(|| format!("unknown_user:{}", edit.login))?;
    if edit.remove {
        return Ok(vec![Effect::Removed(position)]);
    }
    let mut effects = Vec::new();
    if let Some(new) = edit.organization_role.filter(|new| *new != user.organization_role) {
        effects.push(Effect::OrganizationRoleChanged(position, user.organization_role, new));
    }
    if let Some(roles) = edit.project_roles {
        existing(state, roles.keys())?;
        let gone = user.project_roles.keys().filter(|project| !roles.contains_key(*project));
        effects.extend(gone.map(|project| Effect::AccessRevoked(position, project.clone())));
        effects.extend(differences(position, user, roles));
    }
    Ok(effects)
}

fn assign_roles(state: &State, assign: AssignRoles) -> Result<Vec<Effect>, String> {
    existing(state, assign.project_roles.keys())?;
    let AssignRoles { login, project_roles } = assign;
    Ok(match stored(state, &login) {
        Some((position, user)) => differences(position, user, project_roles),
        None => vec![Effect::Added(Box::new(User { login, project_roles, ..User::default() }))],
    })
}

fn differences(position: usize, user: &User, roles: IndexMap<String, Role>) -> Vec<Effect> {
    let different = roles.into_iter().filter_map(|(project, role)| match user.project_roles.get(&project) {
        None => Some(Effect::AccessGranted(position, project, role)),
        Some(old) if *old != role => Some(Effect::RoleChanged(position, project, *old, role)),
        Some(_) => None,
    });
    different.collect()
}

fn stored<'s>(state: &'s State, login: &str) -> Option<(usize, &'s User)> {
    state.users.iter().enumerate().find(|(_, user)| user.login.to_lowercase() == login.to_lowercase())
}

fn existing<'p>(state: &State, projects: impl IntoIterator<Item = &'p String>) -> Result<(), String> {
    match projects.into_iter().find(|project| !state.projects.contains(project)) {
        Some(unknown) => Err(format!("unknown_project:{unknown}")),
        None => Ok(()),
    }
}

/// The session's record as it stands.
fn standing(session: &SessionView) -> Record {
    Record::Standing(session.record.as_object().cloned().unwrap_or_default())
}
