//! The pushed authorization request endpoint (RFC9126-2).

use super::ports::token;
use super::store::PushedRequest;
use super::{Call, Endpoint, JournalEntry, Provider};
use crate::config::PushedRequests;
use crate::protocol::authorization::{Way, request_uri};
use crate::protocol::client_authentication::BasicCredentials;
use crate::protocol::pushed::{PushError, PushResponse, request};

impl Provider {
    /// Whether clients may push their requests.
    pub fn takes_pushed_requests(&self) -> bool {
        self.settings.requests.pushed != PushedRequests::Off
    }

    /// Takes in a client's request, for the browser to refer to.
    pub fn push(&self, call: &Call, basic: &BasicCredentials) -> Result<PushResponse, PushError> {
        let mut entry = self.entry(Endpoint::PushedAuthorizationRequest, call);
        let outcome = self.taken_in(call, basic, &mut entry);
        match &outcome {
            Ok(_) => entry.status = 201,
            Err(cause) => entry.refused(cause),
        }
        self.record(call, entry);
        outcome
    }

    /// "Validate the pushed request as it would an authorization request sent to the authorization endpoint." (RFC9126-2.1)
    fn taken_in(
        &self,
        call: &Call,
        basic: &BasicCredentials,
        entry: &mut JournalEntry,
    ) -> Result<PushResponse, PushError> {
        let (sent, client) = self.authenticated(call, basic, entry)?;
        let accepted = self.measured(&request(sent, &client.id)?, Way::Direct, call, entry)?;
        let request_uri = format!("{}{}", request_uri::PUSHED, token::<32>(self.ports.entropy.as_ref()));
        let expires_in = self.settings.lifetimes.pushed_request.as_secs();
        let now = self.now();
        let pushed = PushedRequest::new(client.id.clone(), accepted.parameters, now.plus(expires_in));
        self.store.put_pushed(&request_uri, pushed, now)?;
        Ok(PushResponse { request_uri, expires_in })
    }
}
