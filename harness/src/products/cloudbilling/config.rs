//! What vendor support enters for a tenant, under the vendor's own names.

use serde_json::Value;

use super::readings::{ProfileClaims, Readings};
use crate::decision::{Mistake, SettingNames, Setup};
use crate::products::form::{Form, choose_readings};

/// Where CloudBilling is served when nothing else is said.
const BASE_URL: &str = "https://app.cloudbilling.nl";

/// The vendor's names, each with the short form that may be typed instead.
const CLIENT: [&str; 2] = ["Client Identifier", "client_id"];
const ISSUER: [&str; 3] = ["Issuer Identifier", "Authority", "issuer"];
const ID: [&str; 2] = ["ID", "id"];
const TENANT: [&str; 2] = ["Tenant", "tenant"];

/// Which of them say how it talks OpenID Connect; the scopes are fixed (CB-R2).
pub(super) const SETTINGS: SettingNames =
    SettingNames { client_id: &CLIENT, scope: &[], keys: &[], redirect_uri: &ID };

/// A configured tenant of CloudBilling.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, without a final slash.
    pub base_url: String,
    /// "Client Identifier".
    pub client_id: String,
    /// "Issuer Identifier", also called "Authority"; compared byte for byte (CB-R4).
    pub issuer: String,
    /// `[ID]` in both URIs.
    pub id: String,
    /// The tenant's path, for example `AcmeCorp`.
    pub tenant: String,
    /// How open questions are answered.
    pub readings: Readings,
}

impl Config {
    /// The tenant URL, where a sign-in starts.
    pub fn tenant_path(&self) -> String {
        format!("/{}", self.tenant)
    }

    /// A path below the tenant's `[ID]`.
    pub fn sso_path(&self, last: &str) -> String {
        format!("/SSO/OIDC/{}/{last}", self.id)
    }
}

/// Reads the settings of a tenant, as far as they can be read.
pub(super) fn read(setup: &Setup) -> (Config, Vec<Mistake>) {
    let mut form = Form::of(&setup.vendor, "");
    let known: Vec<&str> = [&CLIENT[..], &ISSUER[..], &ID[..], &TENANT[..], &["lenient_profile"]].concat();
    form.only_as_meant(&known);
    let client_id = required(&mut form, &CLIENT);
    let issuer = required(&mut form, &ISSUER);
    let id = number_as_text(&form, &ID).unwrap_or_else(|| required(&mut form, &ID));
    let tenant = required(&mut form, &TENANT).trim_matches('/').to_owned();
    let mut readings = Readings::default();
    if form.flag("lenient_profile") == Some(true) {
        readings.profile_claims = ProfileClaims::Lenient;
    }
    form.also(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
    let base_url = setup.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/').to_owned();
    (Config { base_url, client_id, issuer, id, tenant, readings }, form.into_mistakes())
}

/// A setting without which the vendor cannot set a tenant up.
fn required(form: &mut Form<'_>, names: &[&'static str]) -> String {
    let text = form.any_text(names);
    let there = names.iter().find(|name| form.value(name).is_some());
    if let (Some(text), Some(name)) = (&text, there)
        && text.trim_matches([' ', '/']).is_empty()
    {
        form.wrong(name, format!("`{name}` is empty"), None);
    }
    if let (Some(name), None) = (names.first(), there) {
        form.wrong(name, format!("`{name}` is missing"), None);
    }
    text.unwrap_or_default()
}

/// `[ID]` looks like a number, and YAML reads it as one.
fn number_as_text(form: &Form<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| form.value(name).and_then(Value::as_i64)).map(|number| number.to_string())
}
