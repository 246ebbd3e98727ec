//! The users of an issuer, and what is said of them.

use axum::extract::Request;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::body;
use super::problem::{Problem, answer, empty};
use crate::config::{ClaimsChange, UserConfig};
use crate::provider::Provider;

/// Lists everybody, or makes them as they were configured.
pub(super) fn all(provider: &Provider, method: &Method) -> Response {
    if method == Method::DELETE {
        provider.reset_users();
        return empty();
    }
    let users: Vec<Value> = provider
        .users()
        .into_iter()
        .map(|user| json!({ "name": user.name, "sub": user.subject, "label": user.label }))
        .collect();
    answer(&json!({ "users": users }))
}

/// Shows, replaces, changes or resets one.
pub(super) async fn one(provider: &Provider, name: &str, request: Request) -> Result<Response, Problem> {
    match request.method().as_str() {
        "PUT" => {
            let user: UserConfig = body::read(request).await?;
            provider
                .put_user(name, user)
                .map_err(|full| Problem::new(StatusCode::CONFLICT, full.to_string()))?;
        }
        "PATCH" => {
            let change: ClaimsChange = body::read(request).await?;
            if provider.user(name).is_none() {
                return Err(unknown(name));
            }
            provider.user_claims(name, &change);
        }
        "DELETE" => {
            return if provider.reset_user(name) { Ok(empty()) } else { Err(unknown(name)) };
        }
        _ => {}
    }
    let user = provider.user(name).ok_or_else(|| unknown(name))?;
    Ok(answer(&json!({ "name": name, "user": user })))
}

fn unknown(name: &str) -> Problem {
    Problem::missing(format!("there is no user `{name}`"))
}
