//! BW-R18 to BW-R21: what can be seen and edited of a user, by who provides the user and who provides the roles.

use serde_json::json;

use super::config::{Config, Integration};
use super::readings::AzureRoles;
use super::record::Ui;
use super::rules::{BW_R18, BW_R19, BW_R20, BW_R21};
use super::state::Effect;
use crate::decision::Rule;
use crate::products::draft::Draft;

/// The fields of a user that an administrator can edit when the user is internal.
pub(super) const FIELDS: [&str; 4] = ["email", "first_name", "last_name", "roles"];

/// A user who is managed in billwerk: everything is editable.
pub(super) fn of_internal() -> Ui {
    Ui { editable_fields: FIELDS.map(str::to_owned).to_vec(), roles_visible: true, read_only: false }
}

/// A user of an integration.
pub(super) fn of_external(config: &Config, integration: Integration) -> Ui {
    if !config.strategy(integration).is_external() {
        return Ui { editable_fields: vec!["roles".to_owned()], roles_visible: true, read_only: false };
    }
    match integration {
        Integration::Azure => Ui {
            editable_fields: Vec::new(),
            roles_visible: config.readings.azure_roles == AzureRoles::Visible,
            read_only: true,
        },
        Integration::Oidc => Ui { editable_fields: Vec::new(), roles_visible: false, read_only: false },
    }
}

/// The rule that speaks of the users of an integration.
pub(super) fn rule(config: &Config, integration: Integration) -> &'static Rule {
    match (integration, config.strategy(integration).is_external()) {
        (Integration::Azure, true) => &BW_R18,
        (Integration::Azure, false) => &BW_R19,
        (Integration::Oidc, true) => &BW_R20,
        (Integration::Oidc, false) => &BW_R21,
    }
}

/// Records what the page of the user who signs in allows.
pub(super) fn explained(draft: &mut Draft<'_, Effect>, config: &Config, integration: Integration) {
    let shown = of_external(config, integration);
    let strategy = config.strategy(integration);
    let mut step = draft.step(rule(config, integration));
    step.config(integration.field("External Role Assignments Strategy"), Some(json!(strategy.name())));
    if integration == Integration::Azure && strategy.is_external() {
        step.reading("BW-Q10", config.readings.azure_roles.name());
    }
    step.then("set", "/ui", Some(json!(shown)));
    let step = step.fired(if shown.read_only {
        "nothing can be edited in billwerk"
    } else if shown.roles_visible {
        "the roles can be edited in billwerk, and nothing else"
    } else {
        "the roles are enforced and not shown"
    });
    draft.rests_on("/ui", [step]);
}
