//! The second party of an attack.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FaultRules;

/// A second issuer of the same server, run by somebody who attacks the first: it knows the same users and clients, so that
/// it can name the same subjects, and has keys of its own. Faults whose value is `attacker` point to it or to the trap;
/// its own faults can point back, with `honest` for a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "attacker setting"))]
pub struct AttackerConfig {
    /// The issuer, a path or a URL, which has to be another than the honest one.
    pub issuer: String,
    /// Faults of the attacker's own, such as `{ discovery.authorization_endpoint: honest }`. Those of the honest issuer do not
    /// stand here.
    #[serde(skip_serializing_if = "FaultRules::is_empty")]
    pub faults: FaultRules,
}

impl Default for AttackerConfig {
    fn default() -> Self {
        Self { issuer: "/attacker".to_owned(), faults: FaultRules::default() }
    }
}
