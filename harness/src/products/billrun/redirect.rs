//! BR-R21: where the browser goes after a login.

use serde_json::{Value, json};
use url::Url;

use super::config::Config;
use super::readings::ReturnTo;
use super::rules::BR_R21;
use crate::decision::{Reasoning, Start, StepId};

/// The stored `return_to`, if it may be followed, else the base URL.
pub(super) fn after_login(
    reasoning: &mut Reasoning<'_>,
    config: &Config,
    start: &Start,
    opened: StepId,
) -> String {
    let reading = config.readings.return_to;
    let base = format!("{}/", config.base_url);
    let mut step = reasoning.step(&BR_R21);
    step.because([opened]);
    step.request("/return_to", start.return_to.clone().map(Value::from));
    let (redirect, why) = match start.return_to.as_deref().filter(|page| !page.is_empty()) {
        None => {
            step.default("redirect", base.clone());
            (base, "no page was asked for")
        }
        Some(page) => {
            step.reading("BR-Q9", reading.name());
            match followed(&base, page, reading) {
                Some(redirect) => (redirect, "this page was asked for"),
                None => (base, "the page that was asked for is not of this site"),
            }
        }
    };
    step.then("set", "/redirect", Some(json!(redirect)));
    let step = step.fired(why);
    reasoning.rests_on("/redirect", [step]);
    redirect
}

fn followed(base: &str, page: &str, reading: ReturnTo) -> Option<String> {
    let base = Url::parse(base).ok()?;
    let target = base.join(page).ok()?;
    (reading == ReturnTo::Copy || target.origin() == base.origin()).then(|| target.to_string())
}
