//! Everything that is no sign-in: signing out, asking for a permission, and what an administrator does.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::GoRules;
use super::decide::Reasons;
use super::record::{Effect, Record, State, Status, User, UserType};
use super::rules;
use crate::decision::{Act, Decision, Documents, SessionView, Standing};
use crate::products::draft::{Draft, Refusal, segment};

/// Signing out drops the local session and nothing else (GR-R26).
pub(super) fn sign_out(session: &SessionView) -> Decision<GoRules> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let step = reasons.step(&rules::GR_R26).fired("the local session ends; the provider's stays");
    reasons.signed_in(standing(session), [step])
}

/// A renewal that the provider refused leaves the session as it is until it expires.
pub(super) fn renewal_refused(session: &SessionView, error: &str) -> Decision<GoRules> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let mut step = reasons.step(&rules::GR_R26);
    step.request("/error", Some(error.into()));
    let step = step.not_applicable("nobody signed out, so the session stays until it expires");
    reasons.signed_in(standing(session), [step])
}

/// `project/permission`, for example `pricing/documents:edit-content` (GR-R20, GR-R21).
pub(super) fn permission_check(state: &State, session: &SessionView, permission: &str) -> Decision<GoRules> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let record = match look(state, session) {
        Standing::Live(record) => record,
        Standing::Ended(why) => {
            let step = reasons.step(&rules::GR_R24).fired("the session has ended");
            return reasons.refused(Refusal::because(why, [step]));
        }
    };
    let everywhere = record.pointer("/access/all_projects") == Some(&Value::Bool(true));
    let mut step = reasons.step(if everywhere { &rules::GR_R21 } else { &rules::GR_R20 });
    step.request("/permission", Some(permission.into()));
    let (project, asked) = permission.split_once('/').unwrap_or(("", permission));
    let path = format!("/access/project_permissions/{}", segment(project));
    let held = record.pointer(&path).and_then(Value::as_array);
    step.state(path, held.map(|held| json!(held)));
    if everywhere || held.is_some_and(|held| held.iter().any(|held| held == asked)) {
        step.then("allow", permission, None);
        let step = step.fired("the session holds this permission");
        return reasons.signed_in(standing(session), [step]);
    }
    step.then("refuse", permission, None);
    let step = step.not_applicable("no role of the session gives this permission");
    reasons.refused(Refusal::because(format!("permission_denied:{permission}"), [step]))
}

/// A session lives on the stored user: a disabled or removed one has none (GR-R24).
pub(super) fn look(state: &State, session: &SessionView) -> Standing {
    let email = session.record.pointer("/user/email").and_then(Value::as_str).unwrap_or_default();
    let Some(user) = state.position(email).and_then(|position| state.users.get(position)) else {
        return Standing::Ended("user_removed");
    };
    if user.status == Status::Disabled {
        return Standing::Ended("user_disabled");
    }
    Standing::Live(json!(state.session_of(user)))
}

/// What an administrator does.
pub(super) fn administer(state: &State, act: &Act) -> Decision<GoRules> {
    let nothing = Documents::default();
    let mut reasons: Reasons<'_> = Draft::new(&nothing);
    let done = match act {
        Act::Invite(fields) => read(fields).and_then(|invited| invite(state, invited, &mut reasons)),
        Act::EditUser(fields) => read(fields).and_then(|edit| edit_user(state, &edit, &mut reasons)),
        Act::AssignRoles(fields) => {
            read(fields).and_then(|assigned| assign_roles(state, assigned, &mut reasons))
        }
        Act::SwitchAuthentication(_) => Err("act_not_known:switch_authentication".to_owned()),
    };
    match done {
        Ok(()) => reasons.signed_in(Record::Standing(Map::new()), []),
        Err(reason) => reasons.refused(Refusal::because(reason, [])),
    }
}

/// `invite`: who is invited, and with which level.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invite {
    email: String,
    #[serde(default, rename = "type")]
    user_type: UserType,
}

/// `edit_user`: what changes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditUser {
    email: String,
    #[serde(rename = "type")]
    user_type: Option<UserType>,
    status: Option<Status>,
}

/// `assign_roles`: all roles that the user has by hand from now on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssignRoles {
    email: String,
    roles: Vec<String>,
}

fn read<T: DeserializeOwned>(fields: &Value) -> Result<T, String> {
    serde_json::from_value(fields.clone()).map_err(|error| format!("act_not_understood:{error}"))
}

fn invite(state: &State, invite: Invite, reasons: &mut Reasons<'_>) -> Result<(), String> {
    if state.position(&invite.email).is_some() {
        return Err(format!("user_exists:{}", invite.email));
    }
    let Invite { email, user_type } = invite;
    let step = reasons.step(&rules::GR_R25).fired("an invited user becomes active at the first login");
    let user = User { email, user_type, status: Status::Invited, ..User::default() };
    reasons.effect(Effect::Invited(Box::new(user)), [step]);
    Ok(())
}

fn edit_user(state: &State, edit: &EditUser, reasons: &mut Reasons<'_>) -> Result<(), String> {
    let (position, user) = stored(state, &edit.email)?;
    if let Some(new) = edit.user_type.filter(|new| *new != user.user_type) {
        let step = reasons.step(&rules::GR_R15).not_applicable("set by hand, not by mapping");
        reasons.effect(Effect::TypeSet(position, user.user_type, new), [step]);
    }
    if let Some(new) = edit.status.filter(|new| *new != user.status) {
        let step = reasons.step(&rules::GR_R24);
        let step = if new == Status::Disabled {
            step.fired("a disabled user cannot sign in, and running sessions end")
        } else {
            step.not_applicable("the user may sign in")
        };
        reasons.effect(Effect::StatusSet(position, user.status, new), [step]);
    }
    Ok(())
}

fn assign_roles(state: &State, assign: AssignRoles, reasons: &mut Reasons<'_>) -> Result<(), String> {
    let (position, user) = stored(state, &assign.email)?;
    if let Some(unknown) = assign.roles.iter().find(|role| state.role(role).is_none()) {
        return Err(format!("unknown_role:{unknown}"));
    }
    if user.manual_roles != assign.roles {
        let step = reasons.step(&rules::GR_R20).fired("roles assigned by hand count as well");
        reasons.effect(Effect::ManualRolesReplaced(position, assign.roles), [step]);
    }
    Ok(())
}

fn stored<'s>(state: &'s State, email: &str) -> Result<(usize, &'s User), String> {
    let position = state.position(email).ok_or_else(|| format!("unknown_user:{email}"))?;
    state.users.get(position).map(|user| (position, user)).ok_or_else(|| format!("unknown_user:{email}"))
}

/// The session's record as it stands.
fn standing(session: &SessionView) -> Record {
    Record::Standing(session.record.as_object().cloned().unwrap_or_default())
}
