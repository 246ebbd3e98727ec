//! A case in the shape of `given`: what differs from `defaults.json`.

use serde_json::{Map, Value};

use super::Billwerk;
use super::config::{self, Integration, Strategy};
use super::record::{Roles, State, Status, User, UserKind};
use crate::decision::{Documents, Example, Mistake, Origin, Setup, SignIn, Start, Timestamp, Token};
use crate::products::form::{Form, did_you_mean, over_defaults};

/// 2026-11-01T00:00:00Z, the moment at which cases happen.
const NOW: Timestamp = Timestamp(1_793_491_200);

pub(super) fn read(given: &Value) -> Result<Example<Billwerk>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(&["provider", "strategy", "id_token", "existing_user"]);
    let mut mistakes = form.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let merged = over_defaults(include_str!("defaults.json"), given);
    let mut form = Form::of(&merged, "");
    let integration =
        chosen(&mut form, "provider", Integration::named, |text| did_you_mean(text, &["oidc", "azure"]));
    let strategy = chosen(&mut form, "strategy", Strategy::named, Strategy::help);
    let id_token = form.object("id_token").cloned().unwrap_or_default();
    let mut state: State =
        serde_json::from_value(merged.get("state").cloned().unwrap_or_default()).unwrap_or_default();
    if let Some(existing) = form.value("existing_user") {
        let (user, mistakes) = existing_user(existing, form.place("existing_user"), &id_token);
        state.users.push(user);
        form.also(mistakes);
    }
    mistakes = form.into_mistakes();
    let (Some(integration), Some(strategy), true) = (integration, strategy, mistakes.is_empty()) else {
        return Err(mistakes);
    };
    let vendor = config::filled_in(&merged.get("vendor").cloned().unwrap_or_default(), integration, strategy);
    let config = config::read(&Setup { vendor: vendor.clone(), ..Setup::default() })?;
    let documents = Documents { id_token: Some(Token::verified(id_token)), ..Documents::default() };
    let sign_in = SignIn { start: Start::default(), origin: Origin::default(), documents, failure: None };
    Ok(Example { config, vendor, state, sign_in, now: NOW })
}

/// One of a few words.
fn chosen<T>(
    form: &mut Form<'_>,
    key: &str,
    named: impl Fn(&str) -> Option<T>,
    help: impl Fn(&str) -> Option<String>,
) -> Option<T> {
    let text = form.text(key)?;
    let found = named(&text);
    if found.is_none() {
        form.wrong(key, format!("unknown {key} `{text}`"), help(&text));
    }
    found
}

/// What is left out has the value that this login brings; roles left out are none.
fn existing_user(existing: &Value, place: String, id_token: &Map<String, Value>) -> (User, Vec<Mistake>) {
    let mut form = Form::of(existing, place);
    form.only(&["type", "status", "email", "first_name", "last_name", "roles"]);
    let brought = |claim: &str| id_token.get(claim).and_then(Value::as_str).unwrap_or_default().to_owned();
    let kind = chosen(
        &mut form,
        "type",
        |word| match word {
            "external" => Some(UserKind::External),
            "internal" => Some(UserKind::Internal),
            _ => None,
        },
        |word| did_you_mean(word, &["external", "internal"]),
    )
    .unwrap_or_default();
    let status = chosen(
        &mut form,
        "status",
        |word| match word {
            "active" => Some(Status::Active),
            "invited" => Some(Status::Invited),
            _ => None,
        },
        |word| did_you_mean(word, &["active", "invited"]),
    )
    .unwrap_or_default();
    let bound = kind == UserKind::External && status == Status::Active;
    let user = User {
        kind,
        status,
        external_id: bound.then(|| brought("sub")),
        email: form.text("email").unwrap_or_else(|| brought("email")),
        first_name: form.text("first_name").unwrap_or_else(|| brought("given_name")),
        last_name: form.text("last_name").unwrap_or_else(|| brought("family_name")),
        roles: roles(&mut form),
        roles_given_under: None,
    };
    (user, form.into_mistakes())
}

fn roles(form: &mut Form<'_>) -> Roles {
    let Some(value) = form.value("roles") else { return Roles::new() };
    let mut entities = Form::of(value, form.place("roles"));
    let ids: Vec<&String> = value.as_object().into_iter().flat_map(Map::keys).collect();
    let roles = ids.into_iter().map(|id| (id.clone(), entities.texts(id).unwrap_or_default())).collect();
    form.also(entities.into_mistakes());
    roles
}
