//! What an administrator can do to users: BW-R15, BW-R16, BW-R23.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::config::{Config, Integration};
use super::record::{Record, Role, Roles, Status, UserType};
use super::rules::{BW_R7, BW_R8, BW_R12, BW_R15, BW_R16, BW_R23};
use super::state::{Effect, State, User, check_roles};
use super::{Billwerk, decide, ui};
use crate::decision::{Act, Decision, Documents, StepId};
use crate::products::draft::{Draft, Refusal};

/// Roles as an administrator writes them: legal entity → names of roles.
type Written = BTreeMap<String, Vec<String>>;

/// The fields of an invitation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    #[serde(default, rename = "type")]
    user_type: UserType,
    #[serde(default)]
    provider: Integration,
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    roles: Option<Written>,
}

/// A user, by e-mail address or External Id, and the fields to set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    user: String,
    #[serde(default)]
    external_id: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    #[serde(default)]
    roles: Option<Written>,
}

/// A user, by e-mail address or External Id, and all roles that the user has from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignment {
    user: String,
    roles: Written,
}

/// A change that was let through: the effect, the user as the change leaves it, and the step that let it through.
type Done = (Effect, User, StepId);

pub(super) fn act(config: &Config, state: &State, act: &Act) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut draft = Draft::new(&documents);
    let done = match act {
        Act::Invite(fields) => invited(&mut draft, config, state, fields),
        Act::EditUser(fields) => edited(&mut draft, config, state, fields),
        Act::AssignRoles(fields) => roles_assigned(&mut draft, config, state, fields),
        Act::SwitchAuthentication(_) => Err(unsupported(&mut draft)),
    };
    match done {
        Ok((effect, user, step)) => {
            draft.effect(effect, [step]);
            decide::carried_out(draft, Record::of(config, &user), step)
        }
        Err(refusal) => draft.refused(refusal),
    }
}

/// BW-R15: the user is created beforehand.
fn invited(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    state: &State,
    fields: &Value,
) -> Result<Done, Refusal> {
    let invitation: Invitation = understood(draft, fields)?;
    let internal = invitation.user_type == UserType::Internal;
    let mut fixed = Vec::new();
    if internal && invitation.external_id.is_some() {
        fixed.push("external_id");
    }
    if !internal && invitation.roles.is_some() && config.strategy(invitation.provider).is_external() {
        fixed.push("roles");
    }
    let mut user = User {
        user_type: invitation.user_type,
        provider: invitation.provider,
        external_id: invitation.external_id,
        email: invitation.email,
        first_name: invitation.first_name,
        last_name: invitation.last_name,
        status: Status::Invited,
        ..User::default()
    };
    editable(draft, config, &user, &fixed)?;
    email_free(draft, state, &user.email, None)?;
    given(draft, (config, state), &mut user, &invitation.roles.unwrap_or_default())?;
    let mut step = draft.step(&BW_R15);
    step.request("/email", Some(json!(user.email)));
    step.then("set", "/user", Some(json!(user)));
    let step = step.fired("the user is created beforehand and waits for the first login");
    Ok((Effect::Invited(Box::new(user.clone())), user, step))
}

/// BW-R23: a field that is read-only refuses the whole edit.
fn edited(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    state: &State,
    fields: &Value,
) -> Result<Done, Refusal> {
    let edit: Edit = understood(draft, fields)?;
    let (index, mut user) = found(draft, state, &edit.user)?;
    let shown = Record::of(config, &user).ui;
    let wanted = [
        ("external_id", edit.external_id.is_some()),
        ("email", edit.email.is_some()),
        ("first_name", edit.first_name.is_some()),
        ("last_name", edit.last_name.is_some()),
        ("roles", edit.roles.is_some()),
    ];
    let fixed: Vec<&str> = wanted
        .into_iter()
        .filter(|(field, set)| *set && !shown.editable_fields.iter().any(|editable| editable == field))
        .map(|(field, _)| field)
        .collect();
    let step = editable(draft, config, &user, &fixed)?;
    if let Some(email) = edit.email {
        email_free(draft, state, &email, Some(index))?;
        user.email = email;
    }
    user.first_name = edit.first_name.unwrap_or(user.first_name);
    user.last_name = edit.last_name.unwrap_or(user.last_name);
    if let Some(roles) = edit.roles {
        given(draft, (config, state), &mut user, &roles)?;
    }
    Ok((Effect::Edited(index, Box::new(user.clone())), user, step))
}

fn roles_assigned(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    state: &State,
    fields: &Value,
) -> Result<Done, Refusal> {
    let assignment: Assignment = understood(draft, fields)?;
    let (index, mut user) = found(draft, state, &assignment.user)?;
    let fixed = if Record::of(config, &user).ui.editable_fields.iter().any(|field| field == "roles") {
        Vec::new()
    } else {
        vec!["roles"]
    };
    let step = editable(draft, config, &user, &fixed)?;
    given(draft, (config, state), &mut user, &assignment.roles)?;
    Ok((Effect::RolesAssigned(index, Box::new(user.clone())), user, step))
}

fn given(
    draft: &mut Draft<'_, Effect>,
    (config, state): (&Config, &State),
    user: &mut User,
    roles: &Written,
) -> Result<(), Refusal> {
    user.roles = offered(draft, state, roles)?;
    user.roles_from = (user.user_type == UserType::External).then(|| config.strategy(user.provider));
    Ok(())
}

/// BW-R7, BW-R16, BW-R23: none of the fields is read-only.
fn editable(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    user: &User,
    fixed: &[&str],
) -> Result<StepId, Refusal> {
    let mut behind = Vec::new();
    if fixed.iter().any(|field| matches!(*field, "email" | "external_id")) {
        let step = draft.step(&BW_R7);
        behind.push(step.fired("External Id and e-mail belong to the provider"));
    }
    if fixed.contains(&"roles") {
        let mut step = draft.step(&BW_R16);
        step.config(
            user.provider.field("External Role Assignments Strategy"),
            Some(json!(config.strategy(user.provider).name())),
        );
        behind.push(step.fired("the roles come from the provider"));
    }
    if user.user_type == UserType::External && !fixed.is_empty() {
        let step = draft.step(ui::rule(config, user.provider));
        behind.push(step.fired("this is what can be edited of such a user"));
    }
    let mut step = draft.step(&BW_R23);
    step.because(behind);
    if fixed.is_empty() {
        return Ok(step.not_applicable("no read-only field is touched"));
    }
    step.request("/fields", Some(json!(fixed)));
    step.then("refuse", "/decision", Some(json!("field_read_only")));
    let step = step.fired(format!("read-only: {}", fixed.join(", ")));
    Err(Refusal { own: vec![("fields", fixed.join(", "))], ..Refusal::because("field_read_only", [step]) })
}

/// The stored user with this e-mail address or External Id.
fn found(draft: &mut Draft<'_, Effect>, state: &State, wanted: &str) -> Result<(usize, User), Refusal> {
    let by_email = state.users.iter().position(|user| user.has_email(wanted));
    let by_id = || state.users.iter().position(|user| user.external_id.as_deref() == Some(wanted));
    let index = by_email.or_else(by_id);
    if let Some((index, user)) = index.and_then(|index| Some((index, state.users.get(index)?.clone()))) {
        return Ok((index, user));
    }
    let mut step = draft.step(&BW_R23);
    step.request("/user", Some(json!(wanted)));
    step.state("/users", None);
    let step = step.no_input(format!("nobody has the e-mail address or External Id `{wanted}`"));
    Err(Refusal::because(format!("unknown_user:{wanted}"), [step]))
}

/// Nobody else has the e-mail address: a second invitation would leave open which one a login takes up.
fn email_free(
    draft: &mut Draft<'_, Effect>,
    state: &State,
    email: &str,
    own: Option<usize>,
) -> Result<(), Refusal> {
    let taken = |(index, user): (usize, &User)| Some(index) != own && user.has_email(email);
    let Some(index) = state.users.iter().enumerate().position(taken) else { return Ok(()) };
    let internal = state.users.get(index).is_some_and(|user| user.user_type == UserType::Internal);
    let (rule, reason) = if internal {
        (&BW_R8, "internal_user_email_conflict".to_owned())
    } else {
        (&BW_R15, format!("user_exists:{email}"))
    };
    let mut step = draft.step(rule);
    step.state(format!("/users/{index}/email"), Some(json!(email)));
    let step = step.fired(format!("another user has the e-mail address `{email}`"));
    Err(Refusal::because(reason, [step]))
}

/// BW-R12 for roles given by hand: what billwerk does not offer cannot be given.
fn offered(draft: &mut Draft<'_, Effect>, state: &State, written: &Written) -> Result<Roles, Refusal> {
    let mut roles = Roles::new();
    for (entity, names) in written {
        for name in names {
            match Role::named(name) {
                Some(role) => roles.entry(entity.clone()).or_default().push(role),
                None => return Err(not_offered(draft, written, format!("unknown_role:{name}"))),
            }
        }
    }
    match check_roles(state, &roles).into_iter().next() {
        Some(wrong) => Err(not_offered(draft, written, format!("{}:{}", wrong.code, wrong.legal_entity))),
        None => Ok(roles),
    }
}

fn not_offered(draft: &mut Draft<'_, Effect>, written: &Written, reason: String) -> Refusal {
    let mut step = draft.step(&BW_R12);
    step.request("/roles", Some(json!(written)));
    let step = step.fired("these roles cannot be chosen in billwerk");
    Refusal::because(reason, [step])
}

fn understood<T: DeserializeOwned>(draft: &mut Draft<'_, Effect>, fields: &Value) -> Result<T, Refusal> {
    T::deserialize(fields).map_err(|wrong| {
        let mut step = draft.step(&BW_R15);
        step.request("", Some(fields.clone()));
        let step = step.unreadable(wrong.to_string());
        Refusal::because(format!("act_not_understood:{wrong}"), [step])
    })
}

fn unsupported(draft: &mut Draft<'_, Effect>) -> Refusal {
    let step = draft.step(&BW_R23).fired("how people sign in is changed in the settings, not at a user");
    Refusal::because("act_not_known:switch_authentication", [step])
}
