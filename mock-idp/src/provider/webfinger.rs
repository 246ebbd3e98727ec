//! Whom the provider knows, for whoever asks where they sign in (OIDCD-2).

use super::{Call, Endpoint, Provider};
use crate::protocol::webfinger::{Query, Resource};

impl Provider {
    /// Whether this is a user's account: their mail address wherever it is, or their name at the host of this provider.
    pub fn knows_account(&self, user: &str, host: &str, own_host: &str) -> bool {
        let named = host == own_host && self.users.meant_by(user).is_some();
        named || self.users.has_email(&format!("{user}@{host}"))
    }

    /// Whether the last part of a path names a user, as in `https://idp.test/ada`.
    pub fn knows_page(&self, path: &str) -> bool {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        !name.is_empty() && self.users.meant_by(name).is_some()
    }

    /// Notes a query in the journal.
    pub fn looked_up(&self, query: &Query, call: &Call, found: bool) {
        let mut entry = self.entry(Endpoint::Webfinger, call);
        entry.parameters.insert("resource".to_owned(), query.subject.clone());
        if !found {
            entry.status = 404;
            let what = match query.resource {
                Resource::Account { .. } => "a user",
                Resource::Page(_) => "a user or an issuer",
            };
            entry.notes.push(format!("`{}` is not known as {what} here (RFC7033-4.2)", query.subject));
        }
        self.record(call, entry);
    }
}
