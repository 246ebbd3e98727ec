//! Access tokens for the claims endpoint: each opens what one source says of one user.

use super::{EXPLAINED, GrantId, Store, digest_of};
use crate::protocol::Timestamp;

/// What an access token for the claims endpoint opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::provider) struct ClaimsTokenRecord {
    pub(in crate::provider) client_id: String,
    pub(in crate::provider) grant: GrantId,
    pub(in crate::provider) source: String,
    /// The claims that were released.
    pub(in crate::provider) claims: Vec<String>,
    pub(in crate::provider) expires: Timestamp,
}

impl Store {
    /// Keeps a token. There are no more of them than grants have sources and sets of claims: one that comes again is the same.
    pub(in crate::provider) fn put_claims_token(
        &self,
        token: &str,
        record: ClaimsTokenRecord,
        now: Timestamp,
    ) {
        let until = record.expires.plus(EXPLAINED);
        self.at(now).claims_tokens.insert(digest_of(token), record, until);
    }

    pub(in crate::provider) fn claims_token(&self, token: &str, now: Timestamp) -> Option<ClaimsTokenRecord> {
        self.at(now).claims_tokens.value(&digest_of(token)).cloned()
    }
}
