//! What BillRun checks before anybody is sent to a provider, and again when they come back.

use serde_json::{Value, json};

use super::config::{Config, Provider};
use super::readings::UnlistedProtocol;
use super::rules::{BR_R1, BR_R3, BR_R4};
use crate::decision::{Reasoning, Start, StepId};

/// A refusal and the steps that it rests on.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: String,
    /// Where the browser goes; `None` when HTTP 400 answers in place.
    pub(super) redirect: Option<String>,
    pub(super) because: Vec<StepId>,
}

impl Refusal {
    /// Answered in place: no redirect.
    pub(super) fn in_place(reason: &str, because: impl IntoIterator<Item = StepId>) -> Self {
        Self { reason: reason.to_owned(), redirect: None, because: because.into_iter().collect() }
    }

    /// Answered with a redirect to `<base>/?error=<reason>`.
    pub(super) fn redirected(
        config: &Config,
        reason: &str,
        because: impl IntoIterator<Item = StepId>,
    ) -> Self {
        let redirect = format!("{}/?error={reason}", config.base_url);
        Self { redirect: Some(redirect), ..Self::in_place(reason, because) }
    }
}

/// The provider that was asked for.
#[derive(Debug)]
pub(super) struct Chosen<'c> {
    pub(super) index: usize,
    pub(super) provider: &'c Provider,
    /// The step that found it.
    pub(super) step: StepId,
}

/// The gates in the order in which refusals are reported: BR-R1, BR-R4, BR-R3.
pub(super) fn pass<'c>(
    reasoning: &mut Reasoning<'_>,
    config: &'c Config,
    start: &Start,
) -> Result<Chosen<'c>, Refusal> {
    let enabled = protocol_enabled(reasoning, config)?;
    let supported = protocol_supported(reasoning, start)?;
    provider_found(reasoning, config, start, [enabled, supported])
}

fn protocol_enabled(reasoning: &mut Reasoning<'_>, config: &Config) -> Result<StepId, Refusal> {
    let reading = config.readings.unlisted_protocol;
    let listed = config.protocols.iter().any(|protocol| protocol == "oidc");
    let mut step = reasoning.step(&BR_R1);
    step.config("/protocols", Some(json!(config.protocols)));
    if listed {
        return Ok(step.not_applicable("`protocols` lists `oidc`"));
    }
    step.reading("BR-Q2", reading.name());
    if reading == UnlistedProtocol::Hide {
        return Ok(step.not_applicable("`protocols` does not list `oidc`, which only hides its buttons"));
    }
    step.then("refuse", "/decision", Some(json!("protocol_not_enabled")));
    let step = step.fired("`protocols` does not list `oidc`");
    Err(Refusal::in_place("protocol_not_enabled", [step]))
}

fn protocol_supported(reasoning: &mut Reasoning<'_>, start: &Start) -> Result<StepId, Refusal> {
    let mut step = reasoning.step(&BR_R4);
    step.request("/protocol", start.protocol.clone().map(Value::from));
    match start.protocol.as_deref() {
        None => {
            step.default("protocol", "oidc");
            Ok(step.not_applicable("no protocol was named, so `oidc` is meant"))
        }
        // the start URL writes `oidc`, the logout URL `Oidc`
        Some("oidc" | "Oidc") => Ok(step.not_applicable("`oidc` is implemented")),
        Some(other) => {
            step.then("refuse", "/decision", Some(json!("protocol_not_supported")));
            let step = step.fired(format!("Authentication protocol '{other}' is not supported."));
            Err(Refusal::in_place("protocol_not_supported", [step]))
        }
    }
}

fn provider_found<'c>(
    reasoning: &mut Reasoning<'_>,
    config: &'c Config,
    start: &Start,
    gates: [StepId; 2],
) -> Result<Chosen<'c>, Refusal> {
    let wanted = start.provider.as_deref();
    let found =
        config.providers.iter().enumerate().find(|(_, provider)| Some(provider.name.as_str()) == wanted);
    let mut step = reasoning.step(&BR_R3);
    step.request("/provider", wanted.map(Value::from));
    step.because(gates);
    let why = if let Some((index, provider)) = found {
        let issuer = provider.issuer_url.clone();
        step.config(format!("/oidc/{index}/issuer_url"), issuer.clone().map(Value::from));
        if issuer.is_some() {
            step.then("set", "/session/auth_provider", Some(json!(provider.name)));
            let step = step.fired(format!("the first provider called `{}` has an issuer", provider.name));
            return Ok(Chosen { index, provider, step });
        }
        format!("provider `{}` has no `issuer_url`", provider.name)
    } else {
        let names: Vec<&str> = config.providers.iter().map(|provider| provider.name.as_str()).collect();
        step.config("/oidc", Some(json!(names)));
        format!("no provider is called `{}`", wanted.unwrap_or_default())
    };
    step.then("refuse", "/decision", Some(json!("missing_config")));
    let step = step.fired(why);
    Err(Refusal::redirected(config, "missing_config", [step]))
}
