//! Waiting for what comes next, for a while.

use std::time::Duration;

use http::{StatusCode, Uri};
use tokio::sync::watch;
use tokio::time::timeout;

use super::problem::Problem;
use crate::config;
use crate::protocol::Parameters;

/// For how long somebody waits who does not say.
const USUAL: config::Duration = config::Duration::from_secs(30);

/// For how long nobody waits.
const LONGEST: config::Duration = config::Duration::from_secs(60);

/// The parameters of the query.
pub(super) fn query(uri: &Uri) -> Result<Parameters, Problem> {
    let query = uri.query().unwrap_or_default();
    Parameters::parse(query).map_err(|why| Problem::new(StatusCode::BAD_REQUEST, why.to_string()))
}

/// A number in the query.
pub(super) fn number(query: &Parameters, name: &str) -> Result<Option<u64>, Problem> {
    let parsed = query.value(name).map(str::parse).transpose();
    parsed.map_err(|_| Problem::new(StatusCode::BAD_REQUEST, format!("`{name}` is not a whole number")))
}

/// For how long to wait.
pub(super) fn patience(query: &Parameters) -> Result<Duration, Problem> {
    let told = query.value("timeout").map(str::parse::<config::Duration>).transpose();
    let told = told.map_err(|why| Problem::new(StatusCode::BAD_REQUEST, why.to_string()))?;
    let millis = told.unwrap_or(USUAL).min(LONGEST).as_millis();
    Ok(Duration::from_millis(u64::try_from(millis).unwrap_or_default()))
}

/// Looks each time the bell rings, until there is something or patience ends.
pub(super) async fn wait_for<T>(
    mut bell: watch::Receiver<u64>,
    patience: Duration,
    look: impl Fn() -> Option<T>,
) -> Option<T> {
    let found = async {
        loop {
            if let Some(found) = look() {
                return Some(found);
            }
            if bell.changed().await.is_err() {
                return None;
            }
        }
    };
    timeout(patience, found).await.ok().flatten()
}
