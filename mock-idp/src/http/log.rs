//! The journal as log lines, as it is written.

use tracing::{Level, debug, enabled, info, warn};

use crate::provider::ports::Listener;
use crate::provider::{Endpoint, JournalEntry};

/// Under this name the whole entry is written, as JSON, where somebody listens that closely.
pub(crate) const JOURNAL: &str = "mock_idp::journal";

/// Writes every journal entry to the log. Secrets never reach the journal, so they cannot reach the log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Log;

impl Listener for Log {
    fn hear(&self, entry: &JournalEntry) {
        let endpoint = entry.endpoint.name();
        let client = entry.client.as_deref().unwrap_or("-");
        let user = entry.user.as_deref().unwrap_or("-");
        // a call of the provider's own: nobody else sees what became of it when the browser is sent on
        let url = entry.parameters.get("url").filter(|_| entry.endpoint == Endpoint::Outgoing);
        let url = url.map(tracing::field::display);
        match &entry.error {
            None => info!(
                endpoint,
                method = entry.method,
                status = entry.status,
                client,
                user,
                url,
                "{}",
                if entry.endpoint == Endpoint::Outgoing { "the call was answered" } else { "answered" }
            ),
            Some(error) => warn!(
                endpoint,
                method = entry.method,
                status = entry.status,
                client,
                user,
                url,
                code = error.code,
                clause = error.clause,
                "{}: {}",
                if entry.endpoint == Endpoint::Outgoing { "the call failed" } else { "refused" },
                error.cause
            ),
        }
        for note in &entry.notes {
            warn!(endpoint, client, "{note}");
        }
        if enabled!(target: JOURNAL, Level::DEBUG)
            && let Ok(entry) = serde_json::to_string(entry)
        {
            debug!(target: JOURNAL, entry, "journal");
        }
    }
}
