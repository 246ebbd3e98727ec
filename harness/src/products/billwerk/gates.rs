//! What billwerk checks before anybody is sent to a provider, and again when a token arrives.

use serde_json::{Value, json};

use super::config::{Config, Integration, IntegrationForm};
use super::profile::{self, Purpose, RoundTrip};
use super::readings::ClientIds;
use super::rules::{BW_R1, BW_R3};
use super::state::Effect;
use crate::decision::{ProtocolFailure, SignIn, Start, StepId};
use crate::products::draft::{Draft, Refusal};
use crate::products::protocol;

/// The round trip that was asked for.
#[derive(Debug)]
pub(super) struct Chosen<'c> {
    pub(super) index: usize,
    pub(super) form: &'c IntegrationForm,
    pub(super) purpose: Purpose,
    /// The step that let it through.
    pub(super) step: StepId,
}

impl Chosen<'_> {
    pub(super) fn integration(&self) -> Integration {
        self.form.integration
    }
}

/// BW-R1: unlocked, configured and switched on.
pub(super) fn enabled<'c>(
    draft: &mut Draft<'_, Effect>,
    config: &'c Config,
    start: &Start,
) -> Result<Chosen<'c>, Refusal> {
    let wanted = start.provider.clone().or_else(|| usual(config));
    let mut step = draft.step(&BW_R1);
    step.config("/Unlocked", Some(json!(config.unlocked)));
    if start.provider.is_some() {
        step.request("/provider", wanted.clone().map(Value::from));
    }
    let found = profile::round_trips(config)
        .enumerate()
        .find(|(_, round_trip)| Some(profile::name(*round_trip)) == wanted);
    let missing = match &found {
        _ if !config.unlocked => Some("support has not unlocked the feature".to_owned()),
        None => Some(match &wanted {
            Some(name) => format!("there are no settings for `{name}`"),
            None => "no settings are filled in".to_owned(),
        }),
        Some((_, round_trip)) => unfinished(config, *round_trip),
    };
    let (why, (index, (form, purpose))) = match (missing, found) {
        (None, Some(found)) => (format!("{} is configured and active", found.1.0.integration.title()), found),
        (missing, _) => {
            step.then("refuse", "/decision", Some(json!("sso_not_enabled")));
            let step = step.fired(missing.unwrap_or_default());
            return Err(Refusal::because("sso_not_enabled", [step]));
        }
    };
    step.config(form.integration.field("Active"), Some(json!(form.active)));
    let step = step.not_applicable(why);
    Ok(Chosen { index, form, purpose, step })
}

/// The round trip that a visitor means who names none: the first login that is active.
fn usual(config: &Config) -> Option<String> {
    let form = config.forms.iter().find(|form| form.active).or_else(|| config.forms.first())?;
    Some(profile::name((form, Purpose::Login)))
}

/// What keeps an integration from working.
fn unfinished(config: &Config, round_trip: RoundTrip<'_>) -> Option<String> {
    let (form, purpose) = round_trip;
    let title = form.integration.title();
    if !form.active {
        Some(format!("{title} is not active"))
    } else if form.authority.is_none() {
        Some(format!("{title} has no `Authority`"))
    } else if profile::client_id(config, round_trip).is_none() {
        Some(match (purpose, config.readings.client_ids) {
            (Purpose::Settings, ClientIds::Two) => format!("{title} has no `OIDC Settings Client ID`"),
            (Purpose::Settings | Purpose::Login, _) => format!("{title} has no `External Login Client ID`"),
        })
    } else {
        None
    }
}

/// A failed protocol check refuses under its own code (X-R1 to X-R5).
pub(super) fn completed(
    draft: &mut Draft<'_, Effect>,
    failure: Option<&ProtocolFailure>,
) -> Result<(), Refusal> {
    let Some(failure) = failure else { return Ok(()) };
    let mut step = draft.step(protocol::rule_of(failure));
    step.request("/failure", Some(json!(failure.code)));
    step.then("refuse", "/decision", Some(json!(failure.code)));
    let step = step.fired(format!("{} ({})", failure.detail, failure.clause));
    Err(Refusal::of_protocol(failure, [step]))
}

/// BW-R3: the way the token came, when it came over a wire; a settings round trip ends here.
pub(super) fn arrived(
    draft: &mut Draft<'_, Effect>,
    config: &Config,
    chosen: &Chosen<'_>,
    sign_in: &SignIn,
) -> Result<(), Refusal> {
    let settings = chosen.purpose == Purpose::Settings;
    if sign_in.origin.issuer.is_empty() && !settings {
        return Ok(());
    }
    let (response_type, mode) = profile::response(config);
    let mut step = draft.step(&BW_R3);
    step.because([chosen.step]);
    step.config("/client_id", profile::client_id(config, (chosen.form, chosen.purpose)).map(Value::from));
    step.request("/response_type", Some(json!(response_type.as_str())));
    step.request("/response_mode", Some(json!(mode.as_str())));
    step.reading("BW-Q2", config.readings.response_type.name());
    step.reading("BW-Q3", config.readings.client_ids.name());
    if settings {
        step.then("refuse", "/decision", Some(json!("settings_only")));
        let step = step.fired("the settings work; this round trip signs nobody in");
        return Err(Refusal::because("settings_only", [step]));
    }
    step.fired("the token came through the browser and is for the External Login Client ID");
    Ok(())
}
