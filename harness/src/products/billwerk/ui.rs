//! BW-R18 to BW-R21: what an administrator sees of a user in billwerk.

use serde_json::json;

use super::config::{Config, Integration};
use super::readings::AzureRoles;
use super::record::Ui;
use super::rules::{BW_R7, BW_R18, BW_R19, BW_R20, BW_R21};
use crate::decision::Reasoning;

/// The view of an external user under this configuration.
pub(super) fn ui(config: &Config) -> Ui {
    let external = config.strategy.is_external();
    let azure = config.integration == Integration::Azure;
    let shown = azure && config.readings.azure_roles == AzureRoles::Visible;
    Ui {
        editable_fields: if external { Vec::new() } else { vec!["roles".to_owned()] },
        roles_visible: !external || shown,
        read_only: azure && external,
    }
}

/// The view, with its reasons.
pub(super) fn explained(reasoning: &mut Reasoning<'_>, config: &Config) -> Ui {
    let ui = ui(config);
    let (rule, why) = match (config.integration, config.strategy.is_external()) {
        (Integration::Azure, true) => (&BW_R18, "the whole record is read-only"),
        (Integration::Azure, false) => (&BW_R19, "only roles are editable"),
        (Integration::Oidc, true) => {
            (&BW_R20, "roles come from the provider and are not shown, only enforced")
        }
        (Integration::Oidc, false) => (&BW_R21, "only roles are editable"),
    };
    let mut step = reasoning.step(&BW_R7);
    step.then("keep", "/ui/editable_fields", Some(json!(ui.editable_fields)));
    let owned = step.fired("External Id, e-mail and name belong to the provider");
    let mut step = reasoning.step(rule);
    step.because([owned]);
    step.config("/integration", Some(json!(config.integration.name())));
    step.config("/External Role Assignments Strategy", Some(json!(config.strategy.name())));
    if config.integration == Integration::Azure && config.strategy.is_external() {
        step.reading("BW-Q10", config.readings.azure_roles.name());
    }
    step.then("set", "/ui", Some(json!(ui)));
    let step = step.fired(why);
    reasoning.rests_on("/ui", [step]);
    ui
}
