//! Reads one case in the shape of `given` (products.md 0.2), over the defaults above the product's examples.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::config::Config;
use super::record::{Effect, Invitation, OrganizationRole, Role, State, User};
use super::settings::ISSUER;
use super::{Bindplane, decide};
use crate::decision::{Documents, Example, Mistake, Product, Setup, SignIn, Timestamp, Token};
use crate::products::form::{Form, did_you_mean, over_defaults, unless_mistaken};

const DEFAULTS: &str = include_str!("defaults.json");
/// Each of them is a stored user, so there is a bound to what a case may ask for.
const MOST_ADMINS: i64 = 1000;
const FIELDS: &[&str] =
    &["oidc", "organization_has_users", "other_org_admins", "id_token", "invitation", "existing_user"];

/// Reads a case.
pub(super) fn read(given: &Value) -> Result<Example<Bindplane>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(FIELDS);
    let defaults = over_defaults(DEFAULTS, &Value::Null);
    let vendor = vendor(&defaults, &mut form);
    let config =
        Bindplane::configure(&Setup { vendor: vendor.clone(), ..Setup::default() }).unwrap_or_else(|wrong| {
            form.also(wrong.into_iter().map(below_oidc));
            Config::default()
        });
    let token = form.object("id_token").cloned().map(Token::verified);
    let documents = Documents { id_token: token, ..Documents::default() };
    let sign_in = SignIn { documents, ..SignIn::default() };

    let projects = Form::of(&defaults, "").texts("projects").unwrap_or_default();
    let mut state = State { projects, ..State::default() };
    state.invitations.extend(invitation(&state, &mut form));
    state.users = others(&defaults, &mut form);
    let existing = existing_user(&config, &state, &sign_in, &mut form);
    state.users.extend(existing);
    let example = Example { config, vendor, state, sign_in, now: Timestamp::default() };
    unless_mistaken(form.into_mistakes(), example)
}

/// The vendor's configuration with `oidc` laid over `auth.oidc`; `customClaims` is laid over likewise.
fn vendor(defaults: &Value, form: &mut Form<'_>) -> Value {
    let mut vendor = defaults.pointer("/vendor").cloned().unwrap_or_default();
    let given = form.object("oidc").cloned().unwrap_or_default();
    if let Some(oidc) = vendor.pointer_mut("/auth/oidc").and_then(Value::as_object_mut) {
        oidc.extend(given);
    }
    vendor
}

/// A place in the vendor's configuration as a place in `given`.
fn below_oidc(mut mistake: Mistake) -> Mistake {
    if let Some(place) = mistake.path.strip_prefix("/auth") {
        mistake.path = place.to_owned();
    }
    mistake
}

/// The users that the organization has besides this one.
fn others(defaults: &Value, form: &mut Form<'_>) -> Vec<User> {
    let mut defaults = Form::of(defaults, "");
    let has_users = form.flag("organization_has_users").or_else(|| defaults.flag("organization_has_users"));
    let admins = form.number("other_org_admins").or_else(|| defaults.number("other_org_admins"));
    if admins.is_some_and(|admins| !(0..=MOST_ADMINS).contains(&admins)) {
        form.wrong("other_org_admins", format!("expected a number from 0 to {MOST_ADMINS}"), None);
        return Vec::new();
    }
    if has_users == Some(false) {
        return Vec::new();
    }
    let other = |name: String, organization_role| User {
        login: format!("{name}@corp.example"),
        sub: Some(name),
        organization_role,
        ..User::default()
    };
    let admins = admins.unwrap_or_default();
    let mut users: Vec<User> =
        (1..=admins).map(|n| other(format!("other-admin-{n}"), OrganizationRole::Admin)).collect();
    if users.is_empty() {
        users.push(other("other-user".to_owned(), OrganizationRole::User));
    }
    users
}

/// An invitation for whoever signs in.
fn invitation(state: &State, form: &mut Form<'_>) -> Option<Invitation> {
    let written = form.value("invitation")?;
    let mut fields = Form::of(written, form.place("invitation"));
    fields.only(&["project", "role"]);
    let project = fields.text("project");
    let role = fields.text("role").map(|word| role("role", &word, &mut fields));
    for (key, missing) in [("project", project.is_none()), ("role", role.is_none())] {
        if missing && fields.value(key).is_none() {
            fields.wrong(key, format!("an invitation needs a {key}"), None);
        }
    }
    if let Some(unknown) = project.as_ref().filter(|project| !state.projects.contains(project)) {
        let known: Vec<&str> = state.projects.iter().map(String::as_str).collect();
        let help = did_you_mean(unknown, &known);
        fields.wrong("project", format!("unknown project `{unknown}`"), help);
    }
    form.also(fields.into_mistakes());
    Some(Invitation { email: None, project: project?, role: role?? })
}

fn role(key: &str, word: &str, fields: &mut Form<'_>) -> Option<Role> {
    let role = serde_json::from_value(json!(word)).ok();
    if role.is_none() {
        let help = did_you_mean(word, &["admin", "user", "viewer"]);
        fields.wrong(key, format!("unknown role `{word}`"), help);
    }
    role
}

/// The stored user. An organization role left out is the one that this login brings; project roles left out are none.
fn existing_user(config: &Config, state: &State, sign_in: &SignIn, form: &mut Form<'_>) -> Option<User> {
    let written = form.value("existing_user")?;
    let mut fields = Form::of(written, form.place("existing_user"));
    fields.only(&["organization_role", "project_roles"]);
    let organization_role = match fields.text("organization_role").as_deref() {
        None => brought(config, state, sign_in),
        Some("admin") => OrganizationRole::Admin,
        Some("user") => OrganizationRole::User,
        Some(other) => {
            let help = did_you_mean(other, &["admin", "user"]);
            fields.wrong("organization_role", format!("unknown role `{other}`"), help);
            OrganizationRole::User
        }
    };
    let mut project_roles = IndexMap::new();
    let written = fields.object("project_roles").cloned().unwrap_or_else(Map::new);
    for (project, word) in written {
        let role = word.as_str().and_then(|word| role("project_roles", word, &mut fields));
        if word.as_str().is_none() {
            fields.wrong("project_roles", format!("the role of `{project}` is no text"), None);
        }
        project_roles.extend(role.map(|role| (project, role)));
    }
    form.also(fields.into_mistakes());
    let claim = |name: &str| sign_in.documents.id_token.as_ref()?.claims.as_ref()?.get(name)?.as_str();
    let sub = claim("sub").map(str::to_owned);
    let login = claim("email").or(sub.as_deref()).unwrap_or_default().to_owned();
    let iss = Some(config.text(ISSUER).to_owned());
    Some(User { iss, sub, login, organization_role, project_roles })
}

/// The organization role that somebody new would get from this login.
fn brought(config: &Config, state: &State, sign_in: &SignIn) -> OrganizationRole {
    let decision = decide::sign_in(config, state, sign_in);
    let created = decision.effects.into_iter().find_map(|effect| {
        if let Effect::Created(user) = effect { Some(user.organization_role) } else { None }
    });
    created.unwrap_or_default()
}
