//! Settings that BillRun takes and that do nothing.

use super::config::Config;
use super::readings::UnlistedProtocol;
use crate::decision::{Doubt, Mistake};

/// P0407 and P0408.
pub(super) fn doubts(config: &Config) -> Vec<Doubt> {
    roles_paths(config).chain(protocol_off(config)).collect()
}

/// P0407: a name in a `roles_path` that is empty (BR-R13).
fn roles_paths(config: &Config) -> impl Iterator<Item = Doubt> {
    config.providers.iter().enumerate().filter_map(|(index, provider)| {
        let path = provider.roles_path.as_deref()?;
        let names: Vec<&str> = path.split('.').filter(|name| !name.is_empty()).collect();
        let mended = names.join(".");
        (mended != path).then(|| Doubt {
            code: "P0407",
            about: Mistake {
                path: format!("{}/oidc/{index}/roles_path", config.place),
                message: format!("`{path}` has an empty name in it"),
                help: (!mended.is_empty()).then(|| format!("write `{mended}`")),
            },
            part: String::new(),
            label: "two dots in a row, or one at an end",
            because: "BR-R13: no provider sends a claim without a name, so there will be no roles",
        })
    })
}

/// P0408: providers for a protocol that is off (BR-R1), unless that only hides their buttons (BR-Q2).
fn protocol_off(config: &Config) -> Option<Doubt> {
    let is_off = config.readings.unlisted_protocol == UnlistedProtocol::Refuse
        && !config.protocols.iter().any(|protocol| protocol == "oidc");
    let (setting, label) = if config.protocols.is_empty() {
        ("oidc", "not used")
    } else {
        ("protocols", "`oidc` is not among these")
    };
    (is_off && !config.providers.is_empty()).then(|| Doubt {
        code: "P0408",
        about: Mistake {
            path: format!("{}/{setting}", config.place),
            message: "OpenID Connect is off: `protocols` does not list `oidc`".to_owned(),
            help: Some("add `oidc` to `protocols`".to_owned()),
        },
        part: String::new(),
        label,
        because: "BR-R1: what stands under `oidc` is not used then",
    })
}
