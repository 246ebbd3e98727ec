//! `config.auth`, under BillRun's own keys.

use serde_json::Value;

use super::readings::{Readings, RolesPath};
use crate::decision::{ClaimPath, Mistake, Setup};
use crate::products::form::{Form, choose_readings};

/// Where BillRun is served when nothing else is said.
const BASE_URL: &str = "https://billrun.host";

/// Seconds that a session lives when `session.timeout` is left out.
const SESSION_TIMEOUT: i64 = 3600;

/// A configured BillRun.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme, host and port, without a final slash.
    pub base_url: String,
    /// `protocols`: the protocols that are active and visible.
    pub protocols: Vec<String>,
    /// `oidc`: the providers, in configuration order.
    pub providers: Vec<Provider>,
    /// `session.timeout` in seconds.
    pub session_timeout: i64,
    /// How open questions are answered.
    pub readings: Readings,
    /// Where all this stands in the vendor's configuration: `/auth`, or nothing where it is the whole.
    pub(super) place: &'static str,
}

/// One entry of `oidc`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// `name`: becomes `provider` in the redirect URI.
    pub name: String,
    /// `label`: the button says `Login with <label>`.
    pub label: Option<String>,
    /// `issuer_url`; without it a login is refused (BR-R3).
    pub issuer_url: Option<String>,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`.
    pub client_secret: Option<String>,
    /// `scopes`.
    pub scopes: Vec<String>,
    /// `roles_path`, if it is set.
    pub roles_path: Option<String>,
}

impl Provider {
    /// The name of the role array as it would be written as one literal claim name.
    pub fn roles_name(&self, reading: RolesPath) -> String {
        match (reading, self.roles_path.as_deref()) {
            (RolesPath::Array, path) => path.unwrap_or("billrun_roles.billing").to_owned(),
            (RolesPath::Container, path) => format!("{}.billing", path.unwrap_or("billrun_roles")),
        }
    }

    /// The path of the role array.
    pub fn roles_path(&self, reading: RolesPath) -> ClaimPath {
        ClaimPath::dotted(&self.roles_name(reading))
    }
}

/// Reads `config.auth`, bare or as the member `auth` of an object, as far as it can be read.
pub(super) fn read(setup: &Setup) -> (Config, Vec<Mistake>) {
    let (auth, path) = setup.vendor.get("auth").map_or((&setup.vendor, ""), |auth| (auth, "/auth"));
    let mut form = Form::of(auth, path);
    form.only_as_meant(&["protocols", "oidc", "session"]);
    let protocols = form.texts("protocols").unwrap_or_default();
    let mut providers = Vec::new();
    for (place, entry) in form.list("oidc") {
        let (provider, mistakes) = provider(entry, place);
        providers.push(provider);
        form.also(mistakes);
    }
    let session_timeout = session_timeout(&mut form);
    let mut readings = Readings::default();
    form.also(choose_readings(&setup.readings, |id, choice| readings.choose(id, choice)));
    let base_url = setup.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/').to_owned();
    let config = Config { base_url, protocols, providers, session_timeout, readings, place: path };
    (config, form.into_mistakes())
}

fn provider(entry: &Value, place: String) -> (Provider, Vec<Mistake>) {
    let mut form = Form::of(entry, place);
    form.only_as_meant(&[
        "name",
        "label",
        "issuer_url",
        "client_id",
        "client_secret",
        "scopes",
        "roles_path",
    ]);
    let provider = Provider {
        name: form.text("name").unwrap_or_default(),
        label: form.text("label"),
        issuer_url: form.text("issuer_url").filter(|url| !url.is_empty()),
        client_id: form.text("client_id").unwrap_or_default(),
        client_secret: form.text("client_secret"),
        scopes: form
            .texts("scopes")
            .unwrap_or_else(|| ["openid", "profile", "billrun"].map(str::to_owned).to_vec()),
        roles_path: form.text("roles_path").filter(|path| !path.is_empty()),
    };
    (provider, form.into_mistakes())
}

fn session_timeout(form: &mut Form<'_>) -> i64 {
    let Some(session) = form.value("session") else { return SESSION_TIMEOUT };
    let mut session = Form::of(session, form.place("session"));
    session.only_as_meant(&["timeout"]);
    let seconds = session.number("timeout").unwrap_or(SESSION_TIMEOUT);
    if seconds <= 0 {
        session.wrong("timeout", "expected a positive number of seconds", None);
    }
    form.also(session.into_mistakes());
    seconds
}
