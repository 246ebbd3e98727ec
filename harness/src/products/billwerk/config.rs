//! The settings of billwerk, under the names of its forms.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::readings::Readings;
use crate::decision::{Mistake, SettingNames, Setup};
use crate::products::form::{Form, choose_readings, did_you_mean};

/// Where billwerk is served when nothing else is said.
const BASE_URL: &str = "https://app.billwerk.com";

/// The scope that is asked for when the field is empty; none is documented.
const SCOPE: &str = "openid profile email";

/// Who may provide users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integration {
    /// Any provider, through Open Id Connect.
    #[default]
    Oidc,
    /// Azure Active Directory.
    Azure,
}

impl Integration {
    /// Both, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Oidc, Self::Azure];

    /// The name in URLs and states.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Azure => "azure",
        }
    }

    /// The pointer of a field of the settings form.
    pub(super) fn field(self, name: &str) -> String {
        format!("/{}/{name}", self.title())
    }

    /// The title of the settings form.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Oidc => "Open Id Connect",
            Self::Azure => "Azure Active Directory",
        }
    }
}

/// `External Role Assignments Strategy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Strategy {
    /// Roles are managed in billwerk.
    #[default]
    NoExternalRoleAssignments,
    /// One set of roles from the provider, for each legal entity.
    OneRoleForAllLegalEntities,
    /// Roles from the provider per legal entity.
    RolePerLegalEntity,
}

impl Strategy {
    /// Each with its two spellings: that of the form and that of the notes.
    const SPELLINGS: [(Self, &'static str, &'static str); 3] = [
        (Self::NoExternalRoleAssignments, "NoExternalRoleAssignments", "No external role assignments"),
        (Self::OneRoleForAllLegalEntities, "OneRoleForAllLegalEntities", "One role for all legal entities"),
        (Self::RolePerLegalEntity, "RolePerLegalEntity", "Role per legal entity"),
    ];

    /// The spelling of the notes, for example `RolePerLegalEntity`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoExternalRoleAssignments => "NoExternalRoleAssignments",
            Self::OneRoleForAllLegalEntities => "OneRoleForAllLegalEntities",
            Self::RolePerLegalEntity => "RolePerLegalEntity",
        }
    }

    /// Whether roles come from the provider.
    pub const fn is_external(self) -> bool {
        !matches!(self, Self::NoExternalRoleAssignments)
    }

    /// The strategy with this name, in either spelling.
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::SPELLINGS.iter().find(|(_, note, form)| name == *note || name == *form);
        known.map(|(strategy, _, _)| *strategy)
    }

    /// Reads a strategy from the first of `keys` that is there.
    pub(super) fn read(form: &mut Form<'_>, keys: &[&'static str]) -> Option<Self> {
        let key = keys.iter().copied().find(|key| form.value(key).is_some())?;
        let name = form.text(key)?;
        let strategy = Self::named(&name);
        if strategy.is_none() {
            let known: Vec<&str> =
                Self::SPELLINGS.iter().flat_map(|(_, note, title)| [*note, *title]).collect();
            form.wrong(key, format!("`{name}` is no role assignments strategy"), did_you_mean(&name, &known));
        }
        strategy
    }
}

/// A configured billwerk account.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, without a final slash.
    pub base_url: String,
    /// Whether support has unlocked the feature.
    pub unlocked: bool,
    /// The forms that are filled in, Open Id Connect first.
    pub forms: Vec<IntegrationForm>,
    /// How open questions are answered.
    pub readings: Readings,
}

impl Config {
    /// The form of an integration, if it is filled in.
    pub fn form(&self, integration: Integration) -> Option<&IntegrationForm> {
        self.forms.iter().find(|form| form.integration == integration)
    }

    /// Where the roles of an integration's users come from.
    pub fn strategy(&self, integration: Integration) -> Strategy {
        self.form(integration).map(|form| form.strategy).unwrap_or_default()
    }
}

/// One settings form below `Settings › 3rd Party Integrations`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IntegrationForm {
    /// Which form it is.
    pub integration: Integration,
    /// `Authority`.
    pub authority: Option<String>,
    /// `OIDC Settings Client ID`.
    pub settings_client_id: Option<String>,
    /// `External Login Client ID`.
    pub login_client_id: Option<String>,
    /// `Client Secret`.
    pub client_secret: Option<String>,
    /// `Scope`.
    pub scope: String,
    /// `External Role Assignments Strategy`.
    pub strategy: Strategy,
    /// The activation checkbox.
    pub active: bool,
}

/// The fields of a form: the vendor's name, then a short one.
const FIELDS: [[&str; 2]; 7] = [
    ["Authority", "authority"],
    ["OIDC Settings Client ID", "settings_client_id"],
    ["External Login Client ID", "login_client_id"],
    ["Client Secret", "client_secret"],
    ["Scope", "scope"],
    ["External Role Assignments Strategy", "strategy"],
    ["Active", "active"],
];

/// Which of them say how it talks OpenID Connect; the redirect URI follows from the form.
pub(super) const SETTINGS: SettingNames = SettingNames {
    client_id: &[
        "OIDC Settings Client ID",
        "settings_client_id",
        "External Login Client ID",
        "login_client_id",
    ],
    scope: &["Scope", "scope"],
    keys: &[],
    redirect_uri: &[],
};

/// What stands beside the forms: who can fill them in has had the feature unlocked, so this is on if left out.
const UNLOCKED: [&str; 2] = ["Unlocked", "unlocked"];

/// Reads the settings, as far as they can be read: the two forms by their titles, or the fields of Open Id Connect without
/// a title.
pub(super) fn read(setup: &Setup) -> (Config, Vec<Mistake>) {
    let mut account = Form::of(&setup.vendor, "");
    let titles = Integration::ALL.map(|integration| [integration.title(), integration.name()]);
    let by_form = titles.iter().flatten().any(|title| account.value(title).is_some());
    let beside: &[[&str; 2]] = if by_form { &titles } else { &FIELDS };
    let mut known = vendor_names_last(beside);
    known.extend(UNLOCKED);
    account.only_as_meant(&known);
    let forms = if by_form { by_title(&mut account) } else { without_title(&mut account) };
    let unlocked = first(&mut account, &UNLOCKED, Form::flag).unwrap_or(true);
    let mut readings = Readings::default();
    account.also(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
    let base_url = setup.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/').to_owned();
    (Config { base_url, unlocked, forms, readings }, account.into_mistakes())
}

/// All names, the vendor's after the short ones: of two equally near suggestions the last one is made.
fn vendor_names_last(names: &[[&'static str; 2]]) -> Vec<&'static str> {
    names.iter().map(|[_, short]| *short).chain(names.iter().map(|[vendor, _]| *vendor)).collect()
}

fn by_title(account: &mut Form<'_>) -> Vec<IntegrationForm> {
    let mut forms = Vec::new();
    for integration in Integration::ALL {
        for title in [integration.title(), integration.name()] {
            let Some(value) = account.value(title) else { continue };
            let mut form = Form::of(value, account.place(title));
            form.only_as_meant(&vendor_names_last(&FIELDS));
            forms.push(fields(&mut form, integration));
            account.also(form.into_mistakes());
            break;
        }
    }
    forms
}

fn without_title(account: &mut Form<'_>) -> Vec<IntegrationForm> {
    if FIELDS.iter().flatten().all(|field| account.value(field).is_none()) {
        return Vec::new();
    }
    let as_meant = Value::Object(account.as_meant());
    let mut form = Form::of(&as_meant, "");
    let filled = fields(&mut form, Integration::Oidc);
    account.also(form.into_mistakes());
    vec![filled]
}

fn fields(form: &mut Form<'_>, integration: Integration) -> IntegrationForm {
    let [authority, settings, login, secret, scope, strategy, active] = FIELDS;
    IntegrationForm {
        integration,
        authority: filled(form, authority),
        settings_client_id: filled(form, settings),
        login_client_id: filled(form, login),
        client_secret: filled(form, secret),
        scope: filled(form, scope).unwrap_or_else(|| SCOPE.to_owned()),
        strategy: Strategy::read(form, &strategy).unwrap_or_default(),
        active: first(form, &active, Form::flag).unwrap_or(false),
    }
}

/// A text field; an empty one is not filled in.
fn filled(form: &mut Form<'_>, names: [&'static str; 2]) -> Option<String> {
    first(form, &names, Form::text).filter(|text| !text.is_empty())
}

fn first<'v, T>(
    form: &mut Form<'v>,
    names: &[&'static str; 2],
    read: impl Fn(&mut Form<'v>, &str) -> Option<T>,
) -> Option<T> {
    names.iter().find_map(|name| read(form, name))
}
