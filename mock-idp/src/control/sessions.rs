//! Who is signed in at an issuer, and signing them out from its side.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Value, json};

use super::Providers;
use super::problem::{Problem, answer};
use crate::provider::{Provider, Told};

/// Everybody.
pub(super) fn list(provider: &Provider) -> Response {
    answer(&json!({ "sessions": provider.sessions() }))
}

/// Ends a session, or all of a user's, and tells the clients that have a back channel. What a browser would have to load
/// for the others is in the answer.
pub(super) async fn end(
    providers: &dyn Providers,
    provider: &Arc<Provider>,
    which: &str,
) -> Result<Response, Problem> {
    let sessions = provider.sessions().into_iter();
    let ended: Vec<String> = sessions
        .filter(|session| session.sid == which || session.user == which)
        .map(|session| session.sid)
        .collect();
    if ended.is_empty() {
        return Err(Problem::missing(format!(
            "there is no session `{which}`, and none of a user of this name"
        )));
    }
    let notices = provider.end_session(which);
    let frames: Vec<Value> =
        notices.frames.iter().map(|frame| json!({ "client": frame.client_id, "url": frame.url })).collect();
    let told = providers.tell(provider, notices.calls).await;
    let told: Vec<Value> = told.iter().map(shown).collect();
    Ok(answer(&json!({ "ended": ended, "told": told, "frames": frames })))
}

/// What became of telling a client.
pub(super) fn shown(told: &Told) -> Value {
    let Told { client_id, url, status, outcome } = told;
    let problem = outcome.as_ref().err().map(ToString::to_string);
    json!({ "client": client_id, "url": url, "status": status, "signed_out": outcome.is_ok(), "problem": problem })
}
