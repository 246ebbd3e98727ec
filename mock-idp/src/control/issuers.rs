//! The issuers that exist, and isolated ones that come and go with a test.

use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::problem::{Problem, answer, empty};
use super::{NotAdded, NotRemoved, Providers};

/// What is asked for in an issuer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wish {
    /// Where it shall be; anywhere, if this is left out.
    path: Option<String>,
    /// Settings of an `idp:` block, each in the place of the server's own.
    idp: Map<String, Value>,
}

/// Each by its path and its name.
pub(super) fn list(providers: &dyn Providers) -> Response {
    let paths = providers.paths();
    let shown: Vec<Value> = paths.iter().filter_map(|path| shown(providers, path)).collect();
    answer(&json!({ "issuers": shown }))
}

fn shown(providers: &dyn Providers, path: &str) -> Option<Value> {
    let provider = providers.at(path)?;
    Some(json!({ "path": format!("{path}/"), "issuer": provider.issuer(&providers.base()) }))
}

/// Makes one more, which knows nothing of the others: its own sessions, faults, users, keys and journal.
pub(super) fn add(providers: &dyn Providers, wish: &Wish) -> Result<Response, Problem> {
    let path = providers.add(wish.path.as_deref(), &wish.idp).map_err(|why| {
        let status = match why {
            NotAdded::Path(_) | NotAdded::Settings(_) => StatusCode::BAD_REQUEST,
            NotAdded::Taken(_) | NotAdded::Full(_) => StatusCode::CONFLICT,
        };
        Problem::new(status, why.to_string())
    })?;
    let made = shown(providers, &path).unwrap_or_default();
    Ok((StatusCode::CREATED, answer(&made)).into_response())
}

/// Shows one that exists, or forgets it.
pub(super) fn one(providers: &dyn Providers, path: &str, method: &Method) -> Result<Response, Problem> {
    let known = providers.paths();
    let unknown = || Problem::no_issuer(path, &known);
    if !known.iter().any(|known| known == path) {
        return Err(unknown());
    }
    if method == Method::DELETE {
        return match providers.remove(path) {
            Ok(()) => Ok(empty()),
            Err(NotRemoved::Unknown) => Err(unknown()),
            Err(why @ NotRemoved::Configured) => Err(Problem::new(StatusCode::CONFLICT, why.to_string())),
        };
    }
    shown(providers, path).map(|shown| answer(&shown)).ok_or_else(unknown)
}
