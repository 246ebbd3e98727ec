//! The clock that all issuers of the server have.

use axum::extract::Request;
use axum::response::Response;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::problem::{Problem, answer};
use super::{Providers, body};
use crate::config::Duration;
use crate::protocol::Timestamp;
use crate::provider::ports::VirtualClock;

/// The time to be.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Time {
    time: Option<Timestamp>,
}

/// How far to go.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Step {
    by: Option<Duration>,
}

/// What time it is, or shall be.
pub(super) async fn read_or_set(providers: &dyn Providers, request: Request) -> Result<Response, Problem> {
    if request.method() == Method::PUT {
        let Time { time } = body::read(request).await?;
        let time = time.ok_or_else(|| lacks("`{\"time\": \"2031-03-04T08:00:00Z\"}`"))?;
        movable(providers)?.set(time);
    }
    Ok(shown(providers))
}

/// Lets time go by.
pub(super) fn advance(providers: &dyn Providers, step: Step) -> Result<Response, Problem> {
    let by = step.by.ok_or_else(|| lacks("`{\"by\": \"5m\"}`"))?;
    movable(providers)?.advance(by.as_secs());
    Ok(shown(providers))
}

fn shown(providers: &dyn Providers) -> Response {
    let clock = providers.clock();
    answer(&json!({ "time": clock.now(), "virtual": clock.as_virtual().is_some() }))
}

fn movable(providers: &dyn Providers) -> Result<&VirtualClock, Problem> {
    let detail = "the clock is that of the machine; start with `--clock 2031-03-04T08:00:00Z` to have one that can be set";
    providers.clock().as_virtual().ok_or_else(|| Problem::new(StatusCode::CONFLICT, detail))
}

fn lacks(example: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("the body does not say to what; write {example}"))
}
