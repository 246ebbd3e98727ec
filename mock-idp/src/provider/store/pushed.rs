//! Pushed requests: kept until they are used or past their time.

use super::{EXPLAINED, Store, digest_of};
use crate::protocol::authorization::ReferenceError;
use crate::protocol::pushed::PushError;
use crate::protocol::{Parameters, Timestamp};

/// How many pushed requests are kept; clients that never send anybody must not fill the memory.
const MOST: usize = 2_000;

/// A request that a client pushed.
#[derive(Clone, Debug)]
pub(in crate::provider) struct PushedRequest {
    client_id: String,
    /// The request, as long as it was not used.
    request: Option<Parameters>,
    expires: Timestamp,
}

impl PushedRequest {
    pub(in crate::provider) const fn new(client_id: String, request: Parameters, expires: Timestamp) -> Self {
        Self { client_id, request: Some(request), expires }
    }
}

impl Store {
    /// Keeps a pushed request, if there is room.
    pub(in crate::provider) fn put_pushed(
        &self,
        uri: &str,
        pushed: PushedRequest,
        now: Timestamp,
    ) -> Result<(), PushError> {
        let mut state = self.at(now);
        if state.pushed.len() >= MOST {
            // used ones and those past their time are only there to be explained
            state.pushed.remove_where(|pushed| pushed.request.is_none() || now >= pushed.expires);
        }
        if state.pushed.len() >= MOST {
            return Err(PushError::Full(MOST));
        }
        let until = pushed.expires.plus(EXPLAINED);
        state.pushed.insert(digest_of(uri), pushed, until);
        Ok(())
    }

    /// Takes a client's pushed request out: "authorization servers SHOULD treat `request_uri` values as one-time use"
    /// (RFC9126-4). Somebody else's attempt leaves it where it is.
    pub(in crate::provider) fn take_pushed(
        &self,
        uri: &str,
        client_id: &str,
        now: Timestamp,
    ) -> Result<Parameters, ReferenceError> {
        let mut state = self.at(now);
        let pushed = state.pushed.value_mut(&digest_of(uri)).ok_or(ReferenceError::PushedUnknown)?;
        if pushed.client_id != client_id {
            return Err(ReferenceError::PushedByAnother {
                pushed_by: pushed.client_id.clone(),
                client_id: client_id.to_owned(),
            });
        }
        if now >= pushed.expires {
            return Err(ReferenceError::PushedExpired(pushed.expires));
        }
        pushed.request.take().ok_or(ReferenceError::PushedUsed)
    }
}
