//! Who a person is to a client: the same to all, or pairwise (OIDCC-8).

use serde_json::{Map, Value};

use super::Provider;
use super::store::Grant;
use super::users::Asked;
use crate::config::Document;
use crate::protocol::Scope;
use crate::protocol::client::{Client, Clients as _};

impl Provider {
    /// The subject identifier under which a client knows somebody.
    pub(super) fn subject_for(&self, client: &Client, subject: &str) -> String {
        match &client.sector {
            None => subject.to_owned(),
            Some(sector) => self.settings.pairwise_salt.subject(sector, subject),
        }
    }

    /// What a document for a client says of the person behind a grant.
    pub(super) fn said_to(
        &self,
        client: &Client,
        document: Document,
        grant: &Grant,
        scope: &Scope,
    ) -> Map<String, Value> {
        let asked: Asked<'_> = grant.asked(scope);
        let mut claims = self.users.claims(&grant.user, document, &asked);
        if client.sector.is_some()
            && let Some(Value::String(subject)) = claims.get_mut("sub")
        {
            *subject = self.subject_for(client, subject);
        }
        claims
    }

    /// The person whom a client means by a subject identifier; `also` is somebody who may be meant and is not among the
    /// users. What nobody is known by stays as it is.
    pub(super) fn meant_by_client(&self, client_id: &str, subject: &str, also: Option<&str>) -> String {
        let client = self.registrations.client(client_id).filter(|client| client.sector.is_some());
        let Some(client) = client else { return subject.to_owned() };
        let known = self.users.subjects().into_iter().chain(also.map(str::to_owned));
        let mut meant = known.filter(|known| self.subject_for(&client, known) == subject);
        meant.next().unwrap_or_else(|| subject.to_owned())
    }
}
