//! Logout tokens that are delivered as they are told to be.

use std::sync::Arc;

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Problem, answer};
use super::{Providers, sessions};
use crate::provider::{LogoutToken, Provider};

/// What is to be delivered, and to whom.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Wish {
    /// The client.
    client: String,
    /// The token as it stands.
    token: Option<String>,
    /// Or whom a good one names.
    sub: Option<String>,
    /// And which session.
    sid: Option<String>,
}

/// Posts a logout token to a client's `backchannel_logout_uri`. No session ends by it.
pub(super) async fn deliver(
    providers: &dyn Providers,
    provider: &Arc<Provider>,
    wish: Wish,
) -> Result<Response, Problem> {
    let Wish { client, token, sub, sid } = wish;
    let token = match (token, sub, sid) {
        (Some(token), None, None) => LogoutToken::Given(token),
        (None, None, None) | (Some(_), _, _) => {
            let detail =
                "the body has to say what to deliver: a `token`, or whom it names by `sub`, `sid` or both";
            return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
        }
        (None, sub, sid) => LogoutToken::Naming { sub, sid },
    };
    let issuer = provider.issuer(&providers.base());
    let call = provider.logout_call(&client, &issuer, token);
    let call = call.map_err(|why| Problem::missing(why.to_string()))?;
    let told = providers.tell(provider, vec![call]).await;
    let told: Vec<Value> = told.iter().map(sessions::shown).collect();
    Ok(answer(&json!({ "told": told })))
}
