//! How long codes, tokens and sessions live.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Duration;

/// How long things live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "lifetime"))]
pub struct Lifetimes {
    /// Authorization codes; `60s`.
    pub code: Duration,
    /// Pushed requests, until the browser comes; `60s`.
    pub pushed_request: Duration,
    /// ID tokens; `5m`.
    pub id_token: Duration,
    /// Access tokens; `10m`.
    pub access_token: Duration,
    /// Refresh tokens, from the last use on; `8h`.
    pub refresh_token: Duration,
    /// Device codes, and the codes that people copy from devices; `10m`.
    pub device_code: Duration,
    /// The user's session at the provider; `8h`.
    pub session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            code: Duration::from_secs(60),
            pushed_request: Duration::from_secs(60),
            id_token: Duration::from_secs(5 * 60),
            access_token: Duration::from_secs(10 * 60),
            refresh_token: Duration::from_secs(8 * 3600),
            device_code: Duration::from_secs(10 * 60),
            session: Duration::from_secs(8 * 3600),
        }
    }
}
