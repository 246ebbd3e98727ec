//! Documents that clients publish elsewhere: which of them a request needs, and what is known of them.
//!
//! The provider calls nobody. Whoever serves it asks before each request what is [wanted](Provider::wanted), gets it, and
//! [says](Provider::learn) what came of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::journal::JournalError;
use super::outgoing::CallFailed;
use super::{Call, Endpoint, JournalEntry, Provider};
use crate::protocol::Timestamp;
use crate::protocol::authorization::readable;
use crate::protocol::authorization::request_uri::{self, fetchable};
use crate::protocol::client::{Client, Clients as _};
use crate::protocol::keys::jws::{self, Decoded};
use crate::protocol::keys::{Algorithm, ClientKeys};
use crate::protocol::registration;

/// How many documents are kept; the one that was fetched first makes room.
const MOST: usize = 256;

/// For how many seconds keys are good without being looked at again.
const KEYS_GOOD_FOR: i64 = 600;

/// How often keys are fetched again within [`WINDOW`] seconds because a signature does not hold, so that nobody can have
/// the provider call a client as fast as they like. Rotations are rarer; a clock that stands still allows this many in all.
const MOST_AGAIN: u32 = 20;
const WINDOW: i64 = 10;

/// What a client publishes a document for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Its keys (OIDCR-2).
    JwksUri,
    /// A request object (OIDCC-6.2).
    RequestUri,
    /// Its redirect URIs, confirmed by its sector (OIDCR-5).
    SectorIdentifierUri,
}

impl Purpose {
    /// The member of the client's metadata that holds the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JwksUri => "jwks_uri",
            Self::RequestUri => "request_uri",
            Self::SectorIdentifierUri => "sector_identifier_uri",
        }
    }

    const fn clause(self) -> &'static str {
        match self {
            Self::JwksUri => "OIDCC-10.1",
            Self::RequestUri => "OIDCC-6.2",
            Self::SectorIdentifierUri => "OIDCR-5",
        }
    }
}

/// A document that the provider has to know before it can answer a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is for.
    pub purpose: Purpose,
    /// Where it is.
    pub url: String,
    /// Whose it is, once the client has an id.
    pub client: Option<String>,
}

/// A request that just arrived, before anything was done about it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// Where.
    pub endpoint: Endpoint,
    /// The request.
    pub call: &'a Call,
    /// Its body, where that is a document.
    pub document: Option<&'a Map<String, Value>>,
}

/// What was learnt, in the form in which it is used.
#[derive(Clone, Debug)]
enum Content {
    Keys(ClientKeys),
    Object(String),
    Uris(Arc<[String]>),
}

impl Content {
    fn new(purpose: Purpose, text: &str) -> Result<Self, String> {
        match purpose {
            Purpose::JwksUri => {
                let set: Value =
                    serde_json::from_str(text).map_err(|why| format!("it is not JSON: {why}"))?;
                ClientKeys::new(&set).map(Self::Keys).map_err(|why| why.to_string())
            }
            Purpose::RequestUri => Ok(Self::Object(text.to_owned())),
            // "a single JSON array of redirect_uri values" (OIDCR-5)
            Purpose::SectorIdentifierUri => {
                let uris: Vec<String> =
                    serde_json::from_str(text).map_err(|why| format!("it is not a list of URIs: {why}"))?;
                Ok(Self::Uris(uris.into()))
            }
        }
    }
}

#[derive(Debug)]
struct Kept {
    fetched: Timestamp,
    /// Its place in the order of arrival, which a clock that stands still does not tell.
    arrived: u64,
    /// What it says, or why nobody knows.
    content: Result<Content, String>,
    /// Since when fetches are counted, and how many there were.
    window: (Timestamp, u32),
}

/// The documents that one provider knows.
#[derive(Debug, Default)]
pub(super) struct Documents {
    known: Mutex<BTreeMap<(Purpose, String), Kept>>,
}

impl Documents {
    fn known(&self) -> MutexGuard<'_, BTreeMap<(Purpose, String), Kept>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys at an address, as far as they are known.
    pub(super) fn keys(&self, url: &str) -> ClientKeys {
        let known = self.known();
        match known.get(&(Purpose::JwksUri, url.to_owned())).map(|kept| &kept.content) {
            Some(Ok(Content::Keys(keys))) => keys.clone(),
            Some(Err(why)) => ClientKeys::unavailable(format!("`{url}`: {why}")),
            Some(Ok(Content::Object(_) | Content::Uris(_))) | None => {
                ClientKeys::unavailable(format!("`{url}` was not fetched yet"))
            }
        }
    }

    /// The URIs that a sector lists, or why nobody knows.
    pub(super) fn sector(&self, url: &str) -> Result<Arc<[String]>, String> {
        let known = self.known();
        match known.get(&(Purpose::SectorIdentifierUri, url.to_owned())).map(|kept| &kept.content) {
            Some(Ok(Content::Uris(uris))) => Ok(Arc::clone(uris)),
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(Content::Keys(_) | Content::Object(_))) | None => {
                Err("it was not fetched yet".to_owned())
            }
        }
    }

    /// The request object at an address, as far as it is known.
    pub(super) fn object(&self, uri: &str) -> Result<String, String> {
        match self.known().get(&(Purpose::RequestUri, uri.to_owned())).map(|kept| &kept.content) {
            Some(Ok(Content::Object(text))) => Ok(text.clone()),
            Some(Err(why)) => Err(format!("`{uri}`: {why}")),
            Some(Ok(Content::Keys(_) | Content::Uris(_))) | None => Err(format!("`{uri}` was not fetched")),
        }
    }

    /// Whether a request object has to be fetched. As long as the fragment is the same it is the same object (OIDCC-6.2);
    /// without a fragment nobody knows.
    fn object_is_due(&self, uri: &str) -> bool {
        let known = self.known();
        let known = known.get(&(Purpose::RequestUri, uri.to_owned()));
        !uri.contains('#') || known.is_none_or(|kept| kept.content.is_err())
    }

    /// Whether keys have to be fetched whatever they are needed for. A failure is not kept: whoever mends what it was
    /// about can ask again at once.
    fn keys_are_due(&self, url: &str, now: Timestamp) -> bool {
        self.known()
            .get(&(Purpose::JwksUri, url.to_owned()))
            .is_none_or(|kept| kept.content.is_err() || now.seconds_since(kept.fetched) >= KEYS_GOOD_FOR)
    }

    /// Whether keys may be fetched already again.
    fn may_be_fetched_again(&self, url: &str, now: Timestamp) -> bool {
        self.known().get(&(Purpose::JwksUri, url.to_owned())).is_none_or(|kept| {
            let (since, fetches) = kept.window;
            now.seconds_since(since) >= WINDOW || fetches < MOST_AGAIN
        })
    }

    /// Keeps a document. Keys that were good stay when a later fetch fails; a request object does not.
    fn keep(&self, wanted: &Wanted, content: Result<Content, String>, now: Timestamp) {
        let mut known = self.known();
        let key = (wanted.purpose, wanted.url.clone());
        let before = known.remove(&key);
        let window = match before.as_ref().map(|kept| kept.window) {
            Some((since, fetches)) if now.seconds_since(since) < WINDOW => (since, fetches.saturating_add(1)),
            Some(_) | None => (now, 1),
        };
        let content = match (content, before.map(|kept| kept.content)) {
            (Err(_), Some(Ok(good @ Content::Keys(_)))) => Ok(good),
            (content, _) => content,
        };
        if known.len() >= MOST {
            let oldest = known.iter().min_by_key(|(_, kept)| kept.arrived).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| known.remove(&oldest));
        }
        let arrived = known.values().map(|kept| kept.arrived).max().unwrap_or_default().saturating_add(1);
        known.insert(key, Kept { fetched: now, arrived, content, window });
    }
}

impl Provider {
    /// The next document that a request needs, besides those that were fetched for it already.
    pub fn wanted(&self, arrival: &Arrival<'_>, fetched: &[Wanted]) -> Option<Wanted> {
        let needs = [
            self.object_of_a_request(arrival),
            self.keys_of_an_assertion(arrival),
            self.keys_of_a_certificate(arrival),
            self.keys_to_encrypt_to(arrival),
            self.keys_of_a_request_object(arrival),
            sector_of_a_registration(arrival),
        ];
        needs.into_iter().flatten().find(|wanted| !fetched.contains(wanted))
    }

    /// Takes in a document, or why there is none, and notes the call in the journal.
    pub fn learn(&self, wanted: &Wanted, outcome: &Result<String, CallFailed>, call: &Call) {
        let mut entry = JournalEntry::new(Endpoint::Outgoing, "GET", self.issuer(&call.base), self.now());
        entry.client.clone_from(&wanted.client);
        entry.parameters.insert("url".to_owned(), wanted.url.clone());
        entry.parameters.insert("for".to_owned(), wanted.purpose.name().to_owned());
        let content = match outcome {
            Ok(text) => Content::new(wanted.purpose, text).map_err(|why| (why, "unusable")),
            Err(failed) => {
                entry.status = failed.status();
                Err((failed.to_string(), failed.code()))
            }
        };
        if let Err((cause, code)) = &content {
            entry.error = Some(JournalError { code, cause: cause.clone(), clause: wanted.purpose.clause() });
        }
        self.registrations.documents().keep(wanted, content.map_err(|(why, _)| why), self.now());
        self.note(entry);
    }

    /// The keys that a client signed its assertion with (RFC7523-3).
    fn keys_of_an_assertion(&self, arrival: &Arrival<'_>) -> Option<Wanted> {
        let parameters = arrival.call.parameters.as_ref().ok()?;
        let token = jws::decode(parameters.value("client_assertion")?).ok()?;
        let client = self.registrations.client(token.claims.get("sub")?.as_str()?)?;
        self.keys_for_a_signature(&client, &token)
    }

    /// The request object that a request refers to (OIDCC-6.2).
    fn object_of_a_request(&self, arrival: &Arrival<'_>) -> Option<Wanted> {
        if arrival.endpoint != Endpoint::Authorization || !self.settings.requests.by_reference {
            return None;
        }
        let parameters = arrival.call.parameters.as_ref().ok()?;
        let uri = parameters.value("request_uri").filter(|uri| !uri.starts_with(request_uri::PUSHED))?;
        let client = self.registrations.client(parameters.value("client_id")?)?;
        let only_registered = self.settings.only_registered_request_uris();
        let fetchable =
            parameters.value("request").is_none() && fetchable(uri, &client, only_registered).is_ok();
        (fetchable && self.registrations.documents().object_is_due(uri)).then(|| Wanted {
            purpose: Purpose::RequestUri,
            url: uri.to_owned(),
            client: Some(client.id.clone()),
        })
    }

    /// The keys that a client signed its request object with (OIDCC-6.3.2).
    fn keys_of_a_request_object(&self, arrival: &Arrival<'_>) -> Option<Wanted> {
        if !matches!(arrival.endpoint, Endpoint::Authorization | Endpoint::PushedAuthorizationRequest) {
            return None;
        }
        let parameters = arrival.call.parameters.as_ref().ok()?;
        let fetched = |uri| self.registrations.documents().object(uri).ok();
        let object = parameters.owned("request").or_else(|| fetched(parameters.value("request_uri")?))?;
        let token = jws::decode(&readable(object.trim()).ok()?).ok()?;
        // a client that pushes may say who it is in a header alone
        let said = |claim: &str| token.claims.get(claim).and_then(Value::as_str);
        let client_id =
            parameters.value("client_id").or_else(|| said("client_id")).or_else(|| said("iss"))?;
        let client = self.registrations.client(client_id)?;
        // unsigned ones need none
        token.algorithm().ok()?;
        self.keys_for_a_signature(&client, &token)
    }

    /// The keys that documents for a client are encrypted to, when it asks for some (OIDCC-10.2.1). UserInfo comes after
    /// that, and takes what is known then.
    fn keys_to_encrypt_to(&self, arrival: &Arrival<'_>) -> Option<Wanted> {
        let parameters = arrival.call.parameters.as_ref().ok()?;
        let value = |name| parameters.value(name);
        let by_code = || Some(self.store.code(value("code")?, self.now())?.promise.client_id);
        let by_refresh_token =
            || Some(self.store.refresh_token(value("refresh_token")?, self.now())?.client_id);
        // a device that authenticates in a header need not say its client_id (RFC8628-3.4)
        let by_device_code = || Some(self.store.device_with(value("device_code")?, self.now())?.client_id);
        let said = parameters.owned("client_id");
        let id = said.or_else(by_code).or_else(by_refresh_token).or_else(by_device_code)?;
        let client = self.registrations.client(&id)?;
        let url = client.jwks_uri.as_deref().filter(|_| client.is_encrypted_to())?;
        self.registrations.documents().keys_are_due(url, self.now()).then(|| keys_at(url, &client))
    }

    /// The keys that a client's TLS certificate has to be one of (RFC8705-2.2).
    fn keys_of_a_certificate(&self, arrival: &Arrival<'_>) -> Option<Wanted> {
        let certificate = arrival.call.certificate.as_deref()?;
        let parameters = arrival.call.parameters.as_ref().ok()?;
        let client = self.registrations.client(parameters.value("client_id")?)?;
        let url =
            client.jwks_uri.as_deref().filter(|_| client.authenticates_with_a_key_in_a_certificate())?;
        let documents = self.registrations.documents();
        let changed =
            || !certificate.is_among(&client.keys) && documents.may_be_fetched_again(url, self.now());
        (documents.keys_are_due(url, self.now()) || changed()).then(|| keys_at(url, &client))
    }

    /// The keys of a client, if they have to be fetched to check this signature: because they are not known, or because
    /// those that are known do not hold, so that the client may have others by now (OIDCC-10.1.1).
    pub(super) fn keys_for_a_signature(&self, client: &Client, token: &Decoded) -> Option<Wanted> {
        let url = client.jwks_uri.as_deref()?;
        if token.algorithm().is_ok_and(Algorithm::is_symmetric) {
            return None;
        }
        let documents = self.registrations.documents();
        let changed =
            || client.keys.verify(token).is_err() && documents.may_be_fetched_again(url, self.now());
        (documents.keys_are_due(url, self.now()) || changed()).then(|| keys_at(url, client))
    }
}

/// The document that has to confirm a client's redirect URIs, anew for each registration (OIDCR-5).
fn sector_of_a_registration(arrival: &Arrival<'_>) -> Option<Wanted> {
    let url = registration::sector_identifier_uri(arrival.document?)?;
    Some(Wanted { purpose: Purpose::SectorIdentifierUri, url, client: None })
}

fn keys_at(url: &str, client: &Client) -> Wanted {
    Wanted { purpose: Purpose::JwksUri, url: url.to_owned(), client: Some(client.id.clone()) }
}

/// A client with the keys that it publishes.
pub(super) fn with_its_keys(client: Arc<Client>, documents: &Documents) -> Arc<Client> {
    match &client.jwks_uri {
        None => client,
        Some(uri) => Arc::new(Client { keys: documents.keys(uri), ..Client::clone(&client) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_that_came_first_makes_room_also_when_the_clock_stands_still() {
        let documents = Documents::default();
        let keep = |purpose, url: &str, text: &str| {
            let wanted = Wanted { purpose, url: url.to_owned(), client: None };
            documents.keep(&wanted, Content::new(purpose, text), Timestamp(0));
        };
        for number in 0..MOST {
            keep(Purpose::RequestUri, &format!("https://app.example/{number}"), "object");
        }
        keep(Purpose::JwksUri, "https://app.example/jwks", r#"{ "keys": [] }"#);
        keep(Purpose::RequestUri, "https://app.example/", "object");
        assert!(!documents.keys_are_due("https://app.example/jwks", Timestamp(0)), "it is new");
        assert!(documents.object("https://app.example/").is_ok(), "it is new");
        for (number, stays) in [(0, false), (1, false), (2, true)] {
            assert_eq!(documents.object(&format!("https://app.example/{number}")).is_ok(), stays, "{number}");
        }
        assert_eq!(documents.known().len(), MOST);
    }
}
