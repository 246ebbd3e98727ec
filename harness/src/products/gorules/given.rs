//! Reads one case in the shape of `given` (products.md 0.2), over the defaults above the product's examples.

use serde_json::{Map, Value};

use super::config::{Config, TokenSource};
use super::record::{Record, Role, State, Status, User, UserType};
use super::{GoRules, decide};
use crate::decision::{
    Documents, Example, Mistake, Product, Setup, SignIn, Signature, Timestamp, Token, Verdict,
};
use crate::products::form::{Form, over_defaults, unless_mistaken};

const DEFAULTS: &str = include_str!("defaults.json");
const FIELDS: &[&str] = &["env", "access_token", "id_token", "signature", "roles", "existing_user"];

/// Reads a case.
pub(super) fn read(given: &Value) -> Result<Example<GoRules>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(FIELDS);
    let defaults = over_defaults(DEFAULTS, &Value::Null);
    let mut env = defaults.pointer("/env").and_then(Value::as_object).cloned().unwrap_or_default();
    env.extend(form.object("env").cloned().unwrap_or_default());
    let vendor = Value::Object(Map::from_iter([("env".to_owned(), Value::Object(env))]));
    let config =
        GoRules::configure(&Setup { vendor: vendor.clone(), ..Setup::default() }).unwrap_or_else(|wrong| {
            form.also(wrong);
            Config::default()
        });

    let documents = documents(config.token_source, &mut form);
    let sign_in = SignIn { documents, ..SignIn::default() };
    let projects = Form::of(&defaults, "").texts("projects").unwrap_or_default();
    let mut state = State { projects, roles: roles(&mut form), ..State::default() };
    let existing = existing_user(&config, &state, &sign_in, &mut form);
    state.users.extend(existing);
    let example = Example { config, vendor, state, sign_in, now: Timestamp::default() };
    unless_mistaken(form.into_mistakes(), example)
}

/// The tokens; the signature is that of the one that is read.
fn documents(source: TokenSource, form: &mut Form<'_>) -> Documents {
    let signature = match form.text("signature").as_deref() {
        None | Some("valid") => Signature::Valid,
        Some("invalid") => Signature::Invalid,
        Some(other) => {
            let help = Some("use `valid` or `invalid`".to_owned());
            form.wrong("signature", format!("`{other}` is nothing that a signature can be"), help);
            Signature::Valid
        }
    };
    let mut documents = Documents {
        id_token: token("id_token", form),
        access_token: token("access_token", form),
        userinfo: None,
    };
    let read = match source {
        TokenSource::AccessToken => documents.access_token.as_mut(),
        TokenSource::IdToken => documents.id_token.as_mut(),
    };
    if let Some(token) = read {
        token.signature = signature;
    }
    documents
}

/// An object is the claims of a JWT, a text is an opaque token.
fn token(key: &str, form: &mut Form<'_>) -> Option<Token> {
    match form.value(key)? {
        Value::Object(claims) => Some(Token::verified(claims.clone())),
        Value::String(_) => Some(Token::opaque()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            form.wrong(key, "expected the claims of a JWT, or the text of an opaque token", None);
            None
        }
    }
}

fn roles(form: &mut Form<'_>) -> Vec<Role> {
    let mut roles = Vec::new();
    for (place, entry) in form.list("roles") {
        match serde_json::from_value::<Role>(entry.clone()) {
            Ok(role) => roles.push(role),
            Err(error) => form.also([Mistake { path: place, message: error.to_string(), help: None }]),
        }
    }
    roles
}

/// The stored user. What is left out has the value that this login brings; role lists left out are empty.
fn existing_user(config: &Config, state: &State, sign_in: &SignIn, form: &mut Form<'_>) -> Option<User> {
    let written = form.value("existing_user")?;
    let mut fields = Form::of(written, form.place("existing_user"));
    fields.only(&["type", "status", "idp_roles", "manual_roles"]);
    let brought = brought(config, state, sign_in);
    let mut user = User {
        idp_roles: fields.texts("idp_roles").unwrap_or_default(),
        manual_roles: fields.texts("manual_roles").unwrap_or_default(),
        ..brought
    };
    if let Some(user_type) = word::<UserType>("type", &mut fields) {
        user.user_type = user_type;
    }
    if let Some(status) = word::<Status>("status", &mut fields) {
        user.status = status;
    }
    form.also(fields.into_mistakes());
    Some(user)
}

/// One of the product's own words.
fn word<T: serde::de::DeserializeOwned>(key: &str, fields: &mut Form<'_>) -> Option<T> {
    let value = fields.value(key)?;
    match serde_json::from_value(value.clone()) {
        Ok(word) => Some(word),
        Err(error) => {
            fields.wrong(key, error.to_string(), None);
            None
        }
    }
}

/// The user that this login would create if there were none.
fn brought(config: &Config, state: &State, sign_in: &SignIn) -> User {
    let decision = decide::sign_in(config, state, sign_in);
    let created = decision.effects.into_iter().find_map(|effect| match (effect, &decision.verdict) {
        (super::record::Effect::Created(user), Verdict::SignedIn(Record::Session(_))) => Some(*user),
        _ => None,
    });
    created.unwrap_or_else(|| User { email: email(config, sign_in), ..User::default() })
}

/// The address that this login brings, when the login itself would be refused.
fn email(config: &Config, sign_in: &SignIn) -> String {
    let token = match config.token_source {
        TokenSource::AccessToken => sign_in.documents.access_token.as_ref(),
        TokenSource::IdToken => sign_in.documents.id_token.as_ref(),
    };
    let claims = token.and_then(|token| token.claims.as_ref());
    claims.and_then(|claims| claims.get("email")?.as_str()).unwrap_or_default().to_owned()
}
