//! A case in the shape of `given`: what differs from `defaults.json`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::config::{Integration, Strategy};
use super::record::{Roles, Status, UserType};
use super::state::{State, User};
use super::{Billwerk, Config};
use crate::decision::{Documents, Example, Mistake, Origin, Product, Setup, SignIn, Start, Timestamp, Token};
use crate::products::form::{Form, over_defaults, unless_mistaken};

/// 2026-11-01T00:00:00Z, the moment at which cases happen.
const NOW: Timestamp = Timestamp(1_793_491_200);

pub(super) fn read(given: &Value) -> Result<Example<Billwerk>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(&["provider", "strategy", "id_token", "existing_user"]);
    let mistakes = form.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let merged = over_defaults(include_str!("defaults.json"), given);
    let mut form = Form::of(&merged, "");
    let integration = integration(&mut form);
    let strategy = Strategy::read(&mut form, &["strategy"]).unwrap_or_default();
    let claims = form.object("id_token").cloned().unwrap_or_default();
    let user = existing_user(&mut form, (integration, strategy), &claims);
    let vendor = vendor(&form, integration, strategy);
    let config = configured(&mut form, &vendor);
    let sign_in = SignIn {
        start: Start { provider: Some(integration.name().to_owned()), ..Start::default() },
        origin: Origin::default(),
        documents: Documents { id_token: Some(Token::verified(claims)), ..Documents::default() },
        failure: None,
    };
    let mut state: State =
        form.value("state").and_then(|state| State::deserialize(state).ok()).unwrap_or_default();
    state.users.extend(user);
    match (config, form.into_mistakes()) {
        (Some(config), mistakes) => {
            unless_mistaken(mistakes, Example { config, vendor, state, sign_in, now: NOW })
        }
        (None, mistakes) => Err(mistakes),
    }
}

fn integration(form: &mut Form<'_>) -> Integration {
    let name = form.text("provider").unwrap_or_else(|| Integration::Oidc.name().to_owned());
    Integration::ALL.into_iter().find(|integration| integration.name() == name).unwrap_or_else(|| {
        form.wrong("provider", format!("`{name}` is no provider"), Some("use `oidc` or `azure`".to_owned()));
        Integration::Oidc
    })
}

/// The settings of the case, in the vendor's own form.
fn vendor(form: &Form<'_>, integration: Integration, strategy: Strategy) -> Value {
    let mut fields = form.value("form").and_then(Value::as_object).cloned().unwrap_or_default();
    fields.insert("External Role Assignments Strategy".to_owned(), json!(strategy.name()));
    json!({ (integration.title()): fields })
}

fn configured(form: &mut Form<'_>, vendor: &Value) -> Option<Config> {
    let setup = Setup { vendor: vendor.clone(), ..Setup::default() };
    Billwerk::configure(&setup).map_err(|mistakes| form.also(mistakes)).ok()
}

/// The stored user; what the case leaves out is as this login brings it.
fn existing_user(
    form: &mut Form<'_>,
    (provider, strategy): (Integration, Strategy),
    claims: &Map<String, Value>,
) -> Option<User> {
    let value = form.value("existing_user")?;
    let mut stored = Form::of(value, form.place("existing_user"));
    stored.only(&["type", "status", "email", "first_name", "last_name", "roles"]);
    let user_type: UserType = word(&mut stored, "type", "use `external` or `internal`").unwrap_or_default();
    let status: Status = word(&mut stored, "status", "use `active` or `invited`").unwrap_or_default();
    let internal = user_type == UserType::Internal;
    let brought = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut field = |key: &str, claim: &str| stored.text(key).or_else(|| brought(claim)).unwrap_or_default();
    let user = User {
        user_type,
        provider,
        external_id: brought("sub").filter(|_| !internal && status == Status::Active),
        email: field("email", "email"),
        first_name: field("first_name", "given_name"),
        last_name: field("last_name", "family_name"),
        status,
        roles: roles(&mut stored),
        roles_from: (!internal).then_some(strategy),
    };
    form.also(stored.into_mistakes());
    Some(user)
}

fn word<T: for<'de> Deserialize<'de>>(form: &mut Form<'_>, key: &str, help: &str) -> Option<T> {
    let value = form.value(key)?;
    T::deserialize(value)
        .map_err(|_| form.wrong(key, format!("unexpected value {value}"), Some(help.to_owned())))
        .ok()
}

fn roles(form: &mut Form<'_>) -> Roles {
    let Some(value) = form.value("roles") else { return Roles::new() };
    Roles::deserialize(value).unwrap_or_else(|wrong| {
        form.wrong("roles", wrong.to_string(), None);
        Roles::new()
    })
}
