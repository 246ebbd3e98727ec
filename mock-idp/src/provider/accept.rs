//! From a request in the browser to the request that counts: pushed, by reference, or as it stands.

use super::{Call, JournalEntry, Provider};
use crate::config::PushedRequests;
use crate::protocol::Parameters;
use crate::protocol::authorization::{
    AcceptedRequest, AuthorizationError, ReferenceError, Terms, Unredirectable, Way, authorize, request_uri,
};
use crate::protocol::client::{Client, Clients as _, Pushing};
use crate::protocol::pkce::s256;

impl Provider {
    /// Checks a request that came through the browser, and leaves out what is not to be had here.
    pub(super) fn accepted(
        &self,
        request: &Parameters,
        call: &Call,
        entry: &mut JournalEntry,
    ) -> Result<AcceptedRequest, AuthorizationError> {
        let requests = &self.settings.requests;
        match request.value("request_uri") {
            Some(uri) if uri.starts_with(request_uri::PUSHED) && self.takes_pushed_requests() => {
                let pushed = self.pushed(request, uri)?;
                entry.received(&pushed);
                entry.notes.push("the parameters are those of a pushed request".to_owned());
                self.measured(&pushed, Way::Direct, call, entry)
            }
            Some(uri) if requests.by_reference && request.value("request").is_none() => {
                let object = self.referred(request, uri, entry)?;
                self.measured(&object, Way::Referred(uri), call, entry)
            }
            Some(_) | None => self.measured(request, Way::Browser, call, entry),
        }
    }

    /// Checks a request that came this way.
    pub(super) fn measured(
        &self,
        request: &Parameters,
        way: Way<'_>,
        call: &Call,
        entry: &mut JournalEntry,
    ) -> Result<AcceptedRequest, AuthorizationError> {
        let requests = &self.settings.requests;
        let terms = Terms {
            issuer: &self.issuer(&call.base),
            now: self.now(),
            way,
            request_objects: requests.objects,
            pushing: self.pushing(),
        };
        let mut accepted = authorize(request, &self.registrations, &terms)?;
        if let Some(security) = accepted.object {
            entry.received(&accepted.parameters);
            entry.notes.push(format!("the parameters are those of a request object that is {security}"));
        }
        let ignored = accepted.ignore_offline_access(self.settings.offline_access);
        entry.notes.extend(ignored.map(str::to_owned));
        Ok(accepted)
    }

    /// Whether a client's requests have to be pushed.
    pub(super) fn has_to_push(&self, client: &Client) -> bool {
        [self.pushing(), client.pushing].contains(&Pushing::Required)
    }

    /// Whether every client's requests have to be pushed.
    pub(super) fn pushing(&self) -> Pushing {
        match self.settings.requests.pushed {
            PushedRequests::Required => Pushing::Required,
            PushedRequests::Optional | PushedRequests::Off => Pushing::Optional,
        }
    }

    /// The request that a client pushed. What stands beside the reference does not count: "the authorization server […]
    /// MUST only use the parameters in the Request Object" (RFC9101-5).
    fn pushed(&self, request: &Parameters, uri: &str) -> Result<Parameters, AuthorizationError> {
        let client_id = request.value("client_id").ok_or(Unredirectable::ClientIdMissing)?;
        let taken = self.store.take_pushed(uri, client_id, self.now());
        taken.map_err(|cause| request_uri::unresolved(request, &self.registrations, cause))
    }

    /// A request with the object that it refers to.
    fn referred(
        &self,
        request: &Parameters,
        uri: &str,
        entry: &mut JournalEntry,
    ) -> Result<Parameters, AuthorizationError> {
        let object = self.object_at(request, uri);
        let object = object.map_err(|cause| request_uri::unresolved(request, &self.registrations, cause))?;
        let hash = s256(&object);
        if request_uri::hash(uri).is_some_and(|claimed| claimed != hash) {
            entry.notes.push(format!(
                "the fragment of the request_uri is not the SHA-256 hash of the document, which is `{hash}` (OIDCC-6.2)"
            ));
        }
        let beside = request.iter().filter(|(name, _)| *name != "request_uri");
        Ok(beside.chain([("request", object.trim())]).collect())
    }

    fn object_at(&self, request: &Parameters, uri: &str) -> Result<String, ReferenceError> {
        if let Some(client) = request.value("client_id").and_then(|id| self.registrations.client(id)) {
            request_uri::fetchable(uri, &client, self.settings.only_registered_request_uris())?;
        }
        self.registrations.documents().object(uri).map_err(ReferenceError::Unavailable)
    }
}
