//! The signing keys of an issuer.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::problem::{Problem, answer};
use crate::config::Duration;
use crate::provider::Provider;

/// How long old keys stay published where nothing is said: long enough for every token that they signed to run out.
const KEEP_OLD: Duration = Duration::from_secs(3_600);

/// What a rotation may be told.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Rotation {
    /// For how long the old keys stay published; not at all with `0s`.
    keep_old: Duration,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { keep_old: KEEP_OLD }
    }
}

/// Which key signs, and which are published besides.
pub(super) fn show(provider: &Provider, base: &str) -> Response {
    answer(&json!({ "issuer": provider.issuer(base), "keys": provider.key_states() }))
}

/// Signs with new keys from now on (OIDCC-10.1.1).
pub(super) fn rotate(provider: &Provider, base: &str, rotation: Rotation) -> Result<Response, Problem> {
    match provider.rotate_keys(rotation.keep_old.as_secs()) {
        Ok(()) => Ok(show(provider, base)),
        Err(cause) => Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, cause.to_string())),
    }
}
