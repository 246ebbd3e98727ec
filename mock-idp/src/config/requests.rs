//! What authentication requests may look like.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What authentication requests may look like, for every client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "request setting"))]
pub struct Requests {
    /// Take request objects by value, as `request` (OpenID Connect Core 6.1); yes. Otherwise they are refused with
    /// `request_not_supported`.
    pub objects: bool,
}

impl Default for Requests {
    fn default() -> Self {
        Self { objects: true }
    }
}
