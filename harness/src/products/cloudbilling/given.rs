//! A case in the shape of `given`: what differs from `defaults.json`.

use serde_json::Value;

use super::CloudBilling;
use super::record::{State, User};
use crate::decision::{Documents, Example, Mistake, Origin, Product, Setup, SignIn, Start, Timestamp, Token};
use crate::products::form::{Form, over_defaults};

/// 2026-11-01T00:00:00Z, the moment at which cases happen.
const NOW: Timestamp = Timestamp(1_793_491_200);

pub(super) fn read(given: &Value) -> Result<Example<CloudBilling>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(&["id_token", "existing_user"]);
    let mistakes = form.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let merged = over_defaults(include_str!("defaults.json"), given);
    let mut form = Form::of(&merged, "");
    let id_token = form.object("id_token").cloned().unwrap_or_default();
    let vendor = merged.get("vendor").cloned().unwrap_or_default();
    let config = CloudBilling::configure(&Setup { vendor: vendor.clone(), ..Setup::default() })?;
    let mut state: State =
        serde_json::from_value(merged.get("state").cloned().unwrap_or_default()).unwrap_or_default();
    let key =
        [config.issuer.clone(), id_token.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned()];
    if let Some(existing) = form.value("existing_user") {
        let (user, mistakes) = existing_user(existing, form.place("existing_user"), key);
        state.users.push(user);
        form.also(mistakes);
    }
    let mistakes = form.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let documents = Documents { id_token: Some(Token::verified(id_token)), ..Documents::default() };
    let sign_in = SignIn { start: Start::default(), origin: Origin::default(), documents, failure: None };
    Ok(Example { config, vendor, state, sign_in, now: NOW })
}

/// Profile fields need no values: taking a profile over is no effect.
fn existing_user(existing: &Value, place: String, external_key: [String; 2]) -> (User, Vec<Mistake>) {
    let mut form = Form::of(existing, place);
    form.only(&["user_groups", "locked"]);
    let user = User {
        external_key,
        user_groups: form.texts("user_groups").unwrap_or_default(),
        locked: form.flag("locked").unwrap_or(false),
        ..User::default()
    };
    (user, form.into_mistakes())
}
