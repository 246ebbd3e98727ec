//! Who came to the trap.

use axum::response::Response;
use http::{Method, Uri};
use serde_json::json;

use super::Providers;
use super::poll::{number, patience, query, wait_for};
use super::problem::{Problem, answer, empty};
use crate::provider::Trapped;

/// Tells who came, or forgets them.
pub(super) fn all(providers: &dyn Providers, method: &Method) -> Response {
    let (trap, url) = providers.trap();
    if method == Method::DELETE {
        trap.clear();
        return empty();
    }
    answer(&json!({ "url": url, "requests": trap.requests() }))
}

/// Waits for somebody: the first one after the one that is named, or after the last one so far.
pub(super) async fn next(providers: &dyn Providers, uri: &Uri) -> Result<Response, Problem> {
    let bell = providers.bell();
    let query = query(uri)?;
    let (trap, _) = providers.trap();
    let last = || trap.requests().last().map_or(0, |trapped| trapped.sequence);
    let after = number(&query, "after")?.unwrap_or_else(last);
    let look = || trap.requests().into_iter().find(|trapped: &Trapped| trapped.sequence > after);
    let came = wait_for(bell, patience(&query)?, look).await;
    Ok(answer(&json!({ "request": came })))
}
