//! Who is signed in, as an operator sees it.

use serde::Serialize;

use super::Provider;
use crate::protocol::Timestamp;

/// A session at the provider. What its cookie holds is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionSummary {
    /// `sid`.
    pub sid: String,
    /// The user.
    pub user: String,
    /// The subject identifier.
    pub subject: String,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// When the session ends by itself.
    pub expires: Timestamp,
    /// The clients that it signed in to.
    pub clients: Vec<String>,
}

impl Provider {
    /// Everybody who is signed in now.
    pub fn sessions(&self) -> Vec<SessionSummary> {
        let sessions = self.store.sessions(self.now()).into_iter();
        let summary = |(sid, session): (String, super::store::Session)| SessionSummary {
            sid,
            user: session.user,
            subject: session.subject,
            auth_time: session.auth_time,
            expires: session.expires,
            clients: session.clients.into_keys().collect(),
        };
        sessions.map(summary).collect()
    }
}
