//! The issuers that exist.

use axum::response::Response;
use serde_json::{Value, json};

use super::Providers;
use super::problem::answer;

/// Each by its path and its name.
pub(super) fn list(providers: &dyn Providers) -> Response {
    let base = providers.base();
    let paths = providers.paths();
    let known = paths.iter().filter_map(|path| Some((path, providers.at(path)?)));
    let shown: Vec<Value> = known
        .map(|(path, provider)| json!({ "path": format!("{path}/"), "issuer": provider.issuer(&base) }))
        .collect();
    answer(&json!({ "issuers": shown }))
}
