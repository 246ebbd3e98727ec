//! The settings dialogue of billwerk, under the names of its fields.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::readings::{ClientIds, Readings};
use crate::decision::{Mistake, Setup};
use crate::products::form::{Form, choose_readings, did_you_mean, unless_mistaken};

/// Where billwerk is served when nothing else is said; the vendor publishes no host for tenants.
const BASE_URL: &str = "https://billwerk.host";

/// The scope when the field is empty; the vendor documents none.
const SCOPE: &str = "openid profile email";

/// The fields of the dialogue, each with the short form that may be typed instead.
const INTEGRATION: &str = "integration";
const AUTHORITY: [&str; 2] = ["Authority", "authority"];
const SETTINGS_CLIENT: [&str; 2] = ["OIDC Settings Client ID", "settings_client_id"];
const LOGIN_CLIENT: [&str; 2] = ["External Login Client ID", "client_id"];
const SECRET: [&str; 2] = ["Client Secret", "client_secret"];
const SCOPES: [&str; 2] = ["Scope", "scope"];
const STRATEGY: [&str; 2] = ["External Role Assignments Strategy", "strategy"];
const ACTIVE: [&str; 2] = ["Active", "active"];
const UNLOCKED: [&str; 2] = ["Unlocked", "unlocked"];

/// A configured billwerk.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, without a final slash.
    pub base_url: String,
    /// Which of the two integrations this is.
    pub integration: Integration,
    /// "Authority": the issuer.
    pub authority: String,
    /// "OIDC Settings Client ID", valid for the settings dialogue only (BW-Q3).
    pub settings_client_id: String,
    /// The audience of a login token.
    pub client_id: String,
    /// "Client Secret".
    pub client_secret: Option<String>,
    /// "Scope".
    pub scope: String,
    /// "External Role Assignments Strategy".
    pub strategy: Strategy,
    /// The activation box; off until it is ticked.
    pub active: bool,
    /// Whether support has unlocked the feature; who has the dialogue to fill in has had it unlocked.
    pub unlocked: bool,
    /// How open questions are answered.
    pub readings: Readings,
}

/// The two integrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integration {
    /// "Open Id Connect".
    Oidc,
    /// "Azure Active Directory".
    Azure,
}

impl Integration {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Azure => "azure",
        }
    }

    /// The integration with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Oidc, Self::Azure].into_iter().find(|integration| integration.name() == name)
    }
}

/// Who gives roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Strategy {
    /// Roles are given in billwerk.
    NoExternalRoleAssignments,
    /// The provider gives one set for all legal entities.
    OneRoleForAllLegalEntities,
    /// The provider gives roles for each legal entity.
    RolePerLegalEntity,
}

impl Strategy {
    const ALL: [Self; 3] =
        [Self::NoExternalRoleAssignments, Self::OneRoleForAllLegalEntities, Self::RolePerLegalEntity];

    /// The identifier.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoExternalRoleAssignments => "NoExternalRoleAssignments",
            Self::OneRoleForAllLegalEntities => "OneRoleForAllLegalEntities",
            Self::RolePerLegalEntity => "RolePerLegalEntity",
        }
    }

    /// The text of the drop-down.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NoExternalRoleAssignments => "No external role assignments",
            Self::OneRoleForAllLegalEntities => "One role for all legal entities",
            Self::RolePerLegalEntity => "Role per legal entity",
        }
    }

    /// The strategy with this identifier or label.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.name() == text || strategy.label() == text)
    }

    /// Whether the provider gives the roles.
    pub const fn is_external(self) -> bool {
        !matches!(self, Self::NoExternalRoleAssignments)
    }

    /// What to type instead of `text`.
    pub fn help(text: &str) -> Option<String> {
        did_you_mean(text, &Self::ALL.map(Self::name))
    }
}

/// Reads the dialogue.
///
/// # Errors
///
/// All mistakes, each with its place.
pub(super) fn read(setup: &Setup) -> Result<Config, Vec<Mistake>> {
    let mut form = Form::of(&setup.vendor, "");
    let fields = [AUTHORITY, SETTINGS_CLIENT, LOGIN_CLIENT, SECRET, SCOPES, STRATEGY, ACTIVE, UNLOCKED];
    let mut known = fields.concat();
    known.push(INTEGRATION);
    form.only(&known);
    let mut readings = Readings::default();
    form.also(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
    let settings_client_id = form.any_text(&SETTINGS_CLIENT).unwrap_or_default();
    let login_client_id = form.any_text(&LOGIN_CLIENT).unwrap_or_default();
    let config = Config {
        base_url: setup.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/').to_owned(),
        integration: integration(&mut form),
        authority: form.any_text(&AUTHORITY).unwrap_or_default(),
        client_id: match readings.client_ids {
            ClientIds::Two => login_client_id,
            ClientIds::One => settings_client_id.clone(),
        },
        settings_client_id,
        client_secret: form.any_text(&SECRET),
        scope: form.any_text(&SCOPES).filter(|scope| !scope.is_empty()).unwrap_or_else(|| SCOPE.to_owned()),
        strategy: strategy(&mut form),
        active: ticked(&mut form, &ACTIVE).unwrap_or(false),
        unlocked: ticked(&mut form, &UNLOCKED).unwrap_or(true),
        readings,
    };
    unless_mistaken(form.into_mistakes(), config)
}

fn integration(form: &mut Form<'_>) -> Integration {
    let Some(text) = form.text(INTEGRATION) else { return Integration::Oidc };
    Integration::named(&text).unwrap_or_else(|| {
        form.wrong(
            INTEGRATION,
            format!("unknown integration `{text}`"),
            did_you_mean(&text, &["oidc", "azure"]),
        );
        Integration::Oidc
    })
}

fn strategy(form: &mut Form<'_>) -> Strategy {
    let default = Strategy::NoExternalRoleAssignments;
    let Some(key) = STRATEGY.into_iter().find(|key| form.value(key).is_some()) else { return default };
    let Some(text) = form.text(key) else { return default };
    Strategy::named(&text).unwrap_or_else(|| {
        form.wrong(key, format!("unknown strategy `{text}`"), Strategy::help(&text));
        default
    })
}

fn ticked(form: &mut Form<'_>, names: &[&str]) -> Option<bool> {
    names.iter().find_map(|name| form.flag(name))
}

/// The dialogue filled in for a case.
pub(super) fn filled_in(defaults: &Value, integration: Integration, strategy: Strategy) -> Value {
    let mut vendor = defaults.clone();
    if let Some(fields) = vendor.as_object_mut() {
        fields.insert(INTEGRATION.to_owned(), integration.name().into());
        let [name, _] = STRATEGY;
        fields.insert(name.to_owned(), strategy.name().into());
    }
    vendor
}
