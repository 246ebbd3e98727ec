//! What an administrator may do to users in billwerk.

use serde_json::{Value, json};

use super::catalogue::{invalid, role};
use super::config::Config;
use super::events::{carried_out, never};
use super::record::{Change, Effect, Record, Roles, State, Status, User, UserKind, held};
use super::refusal::Refusal;
use super::roles::written;
use super::rules::{BW_R8, BW_R12, BW_R15, BW_R16, BW_R23};
use super::{Billwerk, ui};
use crate::decision::{Act, Decision, Documents, Reasoning, StepId};
use crate::products::form::Form;

/// The fields of a user that an administrator can name.
const FIELDS: [&str; 5] = ["external_id", "email", "first_name", "last_name", "roles"];

pub(super) fn administer(config: &Config, state: &State, act: &Act) -> Decision<Billwerk> {
    match act {
        Act::Invite(invitation) => decided(|reasoning| invite(reasoning, config, state, invitation)),
        Act::EditUser(edit) | Act::AssignRoles(edit) => {
            decided(|reasoning| edit_user(reasoning, config, state, edit))
        }
        Act::SwitchAuthentication(_) => {
            never("field_read_only", &BW_R23, "the kind of authentication is set in the settings dialogue")
        }
    }
}

/// A changed user, the change and the step that made it.
type Done = (User, Effect, StepId);

fn decided(act: impl FnOnce(&mut Reasoning<'_>) -> Result<Done, Refusal>) -> Decision<Billwerk> {
    let documents = Documents::default();
    let mut reasoning = Reasoning::new(&documents);
    match act(&mut reasoning) {
        Ok((user, effect, step)) => {
            reasoning.rests_on("/decision", [step]);
            reasoning.rests_on("/effects/0", [step]);
            reasoning.rests_on("/user", [step]);
            let roles = held(&user.roles);
            let record = Record {
                user: user.view(),
                has_any_permission: !roles.is_empty(),
                roles_by_legal_entity: roles,
                ..Record::default()
            };
            carried_out(reasoning, record, vec![effect])
        }
        Err(refusal) => refusal.decision(reasoning, Vec::new(), None),
    }
}

/// BW-R15: `{"email": …, "external_id"?, "first_name"?, "last_name"?, "roles"?}` creates an external user beforehand.
fn invite(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    invitation: &Value,
) -> Result<Done, Refusal> {
    let mut form = Form::of(invitation, "");
    form.only(&FIELDS);
    let email = form.text("email");
    let user = User {
        kind: UserKind::External,
        status: Status::Invited,
        external_id: form.text("external_id"),
        email: email.clone().unwrap_or_default(),
        first_name: form.text("first_name").unwrap_or_default(),
        last_name: form.text("last_name").unwrap_or_default(),
        ..User::default()
    };
    if email.is_none() {
        form.wrong("email", "an invitation needs an e-mail", None);
    }
    readable(reasoning, invitation, form)?;
    if let Some(other) = state.users.iter().find(|other| other.has_email(&user.email)) {
        return Err(taken(reasoning, other));
    }
    let roles = invitation.get("roles").filter(|roles| !roles.is_null());
    let roles = roles.map(|roles| given_roles(reasoning, config, state, roles)).transpose()?;
    let given_under = roles.as_ref().map(|_| config.strategy);
    let user = User { roles: roles.unwrap_or_default(), roles_given_under: given_under, ..user };
    let mut step = reasoning.step(&BW_R15);
    step.request("/invite", Some(invitation.clone()));
    step.then("set", "/user", Some(json!(user.view())));
    let step = step.fired("the user is created beforehand");
    Ok((user.clone(), Effect::Invited(user), step))
}

/// An address that somebody has already.
fn taken(reasoning: &mut Reasoning<'_>, other: &User) -> Refusal {
    let reason = match other.kind {
        UserKind::Internal => "internal_user_email_conflict",
        UserKind::External => "user_exists",
    };
    let mut step = reasoning.step(&BW_R8);
    step.state("/users/email", Some(json!(other.email)));
    let step = step.fired("somebody has this e-mail already");
    Refusal::new(reason, [step])
}

/// BW-R7, BW-R23: `{"user": "eva@corp.example", "roles": {…}}`; `user` is an External Id or an e-mail.
fn edit_user(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    edit: &Value,
) -> Result<Done, Refusal> {
    let mut form = Form::of(edit, "");
    form.only(&[&["user"], &FIELDS[..]].concat());
    let who = form.text("user").unwrap_or_default();
    let [first_name, last_name, email] = ["first_name", "last_name", "email"].map(|field| form.text(field));
    readable(reasoning, edit, form)?;
    let found = state
        .users
        .iter()
        .enumerate()
        .find(|(_, user)| user.external_id.as_deref() == Some(who.as_str()) || user.has_email(&who));
    let Some((index, user)) = found else {
        let step = reasoning.step(&BW_R23).no_input(format!("there is no user `{who}`"));
        return Err(Refusal::new("no_such_user", [step]));
    };
    editable(reasoning, config, user, edit)?;
    let roles = edit.get("roles").filter(|roles| !roles.is_null());
    let roles = roles.map(|roles| given_roles(reasoning, config, state, roles)).transpose()?;
    let given_under = if roles.is_some() { Some(config.strategy) } else { user.roles_given_under };
    let user = User {
        first_name: first_name.unwrap_or_else(|| user.first_name.clone()),
        last_name: last_name.unwrap_or_else(|| user.last_name.clone()),
        email: email.unwrap_or_else(|| user.email.clone()),
        roles: roles.unwrap_or_else(|| user.roles.clone()),
        roles_given_under: given_under,
        ..user.clone()
    };
    let mut step = reasoning.step(&BW_R23);
    step.request("/edit_user", Some(edit.clone()));
    step.then("set", format!("/users/{index}"), None);
    let step = step.not_applicable("every field that was edited may be edited");
    Ok((user.clone(), Effect::Edited(Change { index, user: Box::new(user) }), step))
}

/// BW-R23: a read-only field refuses the whole edit. External Ids are nobody's to edit.
fn editable(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    user: &User,
    edit: &Value,
) -> Result<(), Refusal> {
    let allowed: Vec<String> = match user.kind {
        UserKind::External => ui::ui(config).editable_fields,
        UserKind::Internal => {
            FIELDS.into_iter().filter(|field| *field != "external_id").map(str::to_owned).collect()
        }
    };
    let refused = FIELDS.into_iter().find(|field| {
        edit.get(field).is_some_and(|value| !value.is_null()) && !allowed.iter().any(|other| other == field)
    });
    let Some(field) = refused else { return Ok(()) };
    let rule = if field == "roles" { &BW_R16 } else { &BW_R23 };
    let mut step = reasoning.step(rule);
    step.config("/External Role Assignments Strategy", Some(json!(config.strategy.name())));
    step.state("/users/type", Some(json!(user.kind)));
    step.request(format!("/edit_user/{field}"), edit.get(field).cloned());
    let step = step.fired(format!("`{field}` is read-only in billwerk"));
    Err(Refusal::new("field_read_only", [step]))
}

/// BW-R12, BW-R16: roles given by hand, only where billwerk gives roles, and only those that the product allows.
fn given_roles(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    state: &State,
    value: &Value,
) -> Result<Roles, Refusal> {
    if config.strategy.is_external() {
        let mut step = reasoning.step(&BW_R16);
        step.config("/External Role Assignments Strategy", Some(json!(config.strategy.name())));
        let step = step.fired("roles come from the provider: there is no role selection");
        return Err(Refusal::new("field_read_only", [step]));
    }
    let Some(roles) = written(value) else {
        let step = reasoning.step(&BW_R12).unreadable("roles are written as legal entity → list of roles");
        return Err(Refusal::new("unreadable_act", [step]));
    };
    for (entity, names) in &roles {
        let known: Vec<&str> = names.iter().filter_map(|name| role(config, name)).collect();
        let reason = if !state.legal_entities.contains(entity) {
            format!("unknown_legal_entity:{entity}")
        } else if let Some(unknown) = names.iter().find(|name| role(config, name).is_none()) {
            format!("unknown_role:{unknown}")
        } else if invalid(&known, false) {
            format!("invalid_role_combination:{entity}")
        } else {
            continue;
        };
        let step = reasoning.step(&BW_R12).fired(format!("these roles cannot be given: {reason}"));
        return Err(Refusal::new(reason, [step]));
    }
    Ok(roles)
}

fn readable(reasoning: &mut Reasoning<'_>, act: &Value, form: Form<'_>) -> Result<(), Refusal> {
    let mistakes = form.into_mistakes();
    let Some(mistake) = mistakes.first() else { return Ok(()) };
    let mut step = reasoning.step(&BW_R15);
    step.request("/act", Some(act.clone()));
    let step = step.unreadable(mistake.to_string());
    Err(Refusal::new("unreadable_act", [step]))
}
