//! The journal of an issuer: everything that was received and answered, and whatever comes next.

use axum::response::Response;
use http::{Method, StatusCode, Uri};
use serde_json::json;

use super::Providers;
use super::poll::{number, patience, query, wait_for};
use super::problem::{Problem, answer, empty};
use crate::protocol::Parameters;
use crate::provider::{JournalEntry, Provider};

/// How many entries are told at once where nothing is said.
const USUAL: u64 = 1_000;

/// Which entries are wanted.
#[derive(Clone, Debug)]
struct Filter {
    after: Option<u64>,
    endpoint: Option<String>,
    client: Option<String>,
    user: Option<String>,
    fault: Option<String>,
}

impl Filter {
    /// The parameters that choose entries.
    const NAMES: [&'static str; 5] = ["after", "client", "endpoint", "fault", "user"];

    fn of(query: &Parameters, others: &[&str]) -> Result<Self, Problem> {
        let known = |name: &str| Self::NAMES.contains(&name) || others.contains(&name);
        if let Some((unknown, _)) = query.iter().find(|(name, _)| !known(name)) {
            let names: Vec<&str> = Self::NAMES.iter().chain(others).copied().collect();
            let detail = format!("there is no parameter `{unknown}`; there are `{}`", names.join("`, `"));
            return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
        }
        Ok(Self {
            after: number(query, "after")?,
            endpoint: query.owned("endpoint"),
            client: query.owned("client"),
            user: query.owned("user"),
            fault: query.owned("fault"),
        })
    }

    fn wants(&self, entry: &JournalEntry) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        let fault = |wanted: &String| entry.faults.iter().any(|fault| fault.starts_with(wanted.as_str()));
        same(&self.endpoint, Some(entry.endpoint.name()))
            && same(&self.client, entry.client.as_deref())
            && same(&self.user, entry.user.as_deref())
            && self.fault.as_ref().is_none_or(fault)
    }
}

/// Tells the entries, or forgets them.
pub(super) fn all(provider: &Provider, method: &Method, uri: &Uri) -> Result<Response, Problem> {
    if method == Method::DELETE {
        provider.clear_journal();
        return Ok(empty());
    }
    let query = query(uri)?;
    let filter = Filter::of(&query, &["limit"])?;
    let limit = usize::try_from(number(&query, "limit")?.unwrap_or(USUAL)).unwrap_or(usize::MAX);
    let entries: Vec<JournalEntry> = provider
        .journal_after(filter.after.unwrap_or_default())
        .into_iter()
        .filter(|entry| filter.wants(entry))
        .take(limit)
        .collect();
    Ok(answer(&json!({ "entries": entries, "last": provider.last_in_journal() })))
}

/// Waits for an entry that is wanted: the first one after the one that is named, or after the last one that there is.
pub(super) async fn next(
    providers: &dyn Providers,
    provider: &Provider,
    uri: &Uri,
) -> Result<Response, Problem> {
    let bell = providers.bell();
    let query = query(uri)?;
    let filter = Filter::of(&query, &["timeout"])?;
    let after = filter.after.unwrap_or_else(|| provider.last_in_journal());
    let look = || provider.journal_after(after).into_iter().find(|entry| filter.wants(entry));
    let entry = wait_for(bell, patience(&query)?, look).await;
    Ok(answer(&json!({ "entry": entry, "last": provider.last_in_journal() })))
}
