//! The registration endpoint (OIDCR-3, RFC7591-3) and the client configuration endpoint (RFC7592-2).

use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::ports::token;
use super::registrations::Registered;
use super::{Call, Endpoint, JournalEntry, Provider, path};
use crate::protocol::bearer;
use crate::protocol::registration::{
    ClientMetadata, Credentials, RegistrationError, RequestRules, Rules, checked,
};

/// What a client sent, or why it cannot be read.
type Document = Result<Map<String, Value>, RegistrationError>;

/// Members that only the provider sets: "This request MUST NOT include" them (RFC7592-2.2).
const OF_THE_PROVIDER: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

impl Provider {
    /// Whether clients may register themselves.
    pub const fn registration_is_open(&self) -> bool {
        self.settings.registration
    }

    /// Registers a client.
    pub fn register(&self, call: &Call, document: Document) -> Result<Value, RegistrationError> {
        let mut entry = self.entry(Endpoint::Registration, call);
        entry.status = 201;
        let outcome = self.registered(call, document, &mut entry);
        self.noted(outcome, call, entry)
    }

    /// What is registered of a client (RFC7592-2.1).
    pub fn registration(&self, call: &Call, authorization: Option<&str>) -> Result<Value, RegistrationError> {
        let entry = self.entry(Endpoint::Registration, call);
        let outcome = self.opened(call, authorization).map(|known| self.told(&known, call));
        self.noted(outcome, call, entry)
    }

    /// Replaces what is registered of a client (RFC7592-2.2).
    pub fn update_registration(
        &self,
        call: &Call,
        authorization: Option<&str>,
        document: Document,
    ) -> Result<Value, RegistrationError> {
        let mut entry = self.entry(Endpoint::Registration, call);
        let outcome = self.opened(call, authorization).and_then(|known| {
            let document = document?;
            entry.received_document(&document);
            same_client(&document, &known)?;
            let metadata = self.acceptable(&document)?;
            let registered = Registered {
                token: known.token,
                issued: known.issued,
                ..self.made(metadata, known.credentials)
            };
            let told = self.told(&registered, call);
            self.registrations.replace(registered)?;
            Ok(told)
        });
        self.noted(outcome, call, entry)
    }

    /// Forgets a client, and with it everything that it was granted (RFC7592-2.3).
    pub fn unregister(&self, call: &Call, authorization: Option<&str>) -> Result<(), RegistrationError> {
        let mut entry = self.entry(Endpoint::Registration, call);
        entry.status = 204;
        let outcome = self.opened(call, authorization).map(|known| {
            self.registrations.remove(&known.credentials.id);
            self.store.revoke_client(&known.credentials.id, self.now());
            self.consents.forget_client(&known.credentials.id);
        });
        self.noted(outcome, call, entry)
    }

    fn registered(
        &self,
        call: &Call,
        document: Document,
        entry: &mut JournalEntry,
    ) -> Result<Value, RegistrationError> {
        let document = document?;
        entry.received_document(&document);
        let metadata = self.acceptable(&document)?;
        let id = token::<16>(self.ports.entropy.as_ref());
        entry.client = Some(id.clone());
        let registered = self.made(metadata, Credentials { id, secret: None });
        let told = self.told(&registered, call);
        self.registrations.add(registered)?;
        Ok(told)
    }

    /// What a client says of itself, checked, and confirmed by its sector if it names one.
    fn acceptable(&self, document: &Map<String, Value>) -> Result<ClientMetadata, RegistrationError> {
        let metadata = checked(document, &self.rules())?;
        if let Some(uri) = &metadata.sector_identifier_uri {
            let listed = self.registrations.documents().sector(uri);
            metadata.confirmed_by(listed.as_deref().map_err(Clone::clone))?;
        }
        Ok(metadata)
    }

    /// A client with its secret: the one it has, a new one, or none, as its metadata needs.
    fn made(&self, metadata: ClientMetadata, credentials: Credentials) -> Registered {
        let Credentials { id, secret } = credentials;
        // 48 bytes make 64 characters, enough for every HMAC (RFC7518-3.2)
        let new = || token::<48>(self.ports.entropy.as_ref());
        let secret = metadata.needs_secret().then(|| secret.unwrap_or_else(new));
        let credentials = Credentials { id, secret };
        Registered {
            client: metadata.client(&credentials).into(),
            members: metadata.members,
            credentials,
            token: token::<32>(self.ports.entropy.as_ref()),
            issued: self.now(),
        }
    }

    /// The registration that a registration access token opens.
    fn opened(&self, call: &Call, authorization: Option<&str>) -> Result<Registered, RegistrationError> {
        let sent = bearer::token(authorization, None).map_err(|_| RegistrationError::TokenMissing)?;
        let id = call.parameters.as_ref().ok().and_then(|parameters| parameters.value("client_id"));
        let id = id.unwrap_or_default();
        let known = self.registrations.registered(id);
        known
            .filter(|known| bool::from(known.token.as_bytes().ct_eq(sent.as_bytes())))
            .ok_or_else(|| RegistrationError::TokenWrong(id.to_owned()))
    }

    /// The client information response (OIDCR-3.2, RFC7592-3).
    fn told(&self, registered: &Registered, call: &Call) -> Value {
        let Credentials { id, secret } = &registered.credentials;
        let mut told = Map::new();
        told.insert("client_id".to_owned(), id.clone().into());
        if let Some(secret) = secret {
            told.insert("client_secret".to_owned(), secret.clone().into());
            // "0 if it will not expire" (OIDCR-3.2)
            told.insert("client_secret_expires_at".to_owned(), 0.into());
        }
        told.insert("client_id_issued_at".to_owned(), registered.issued.as_secs().into());
        told.insert("registration_access_token".to_owned(), registered.token.clone().into());
        let issuer = self.issuer(&call.base);
        let at = format!("{}{}?client_id={id}", issuer.trim_end_matches('/'), path::REGISTRATION);
        told.insert("registration_client_uri".to_owned(), at.into());
        told.extend(registered.members.clone());
        Value::Object(told)
    }

    fn rules(&self) -> Rules {
        Rules {
            requests: RequestRules {
                objects: self.settings.requests.objects || self.settings.requests.by_reference,
                pushed: self.takes_pushed_requests(),
            },
            id_token_algorithms: self.algorithms(&self.settings.id_token_signatures),
            any_loopback: !self.settings.only_registered_clients,
            certificates: self.ports.certificate_port.is_some(),
            pkce: self.settings.pkce,
        }
    }

    fn noted<T>(
        &self,
        outcome: Result<T, RegistrationError>,
        call: &Call,
        mut entry: JournalEntry,
    ) -> Result<T, RegistrationError> {
        if let Err(cause) = &outcome {
            entry.refused(cause);
        }
        self.record(call, entry);
        outcome
    }
}

/// "The client MUST include its `client_id` field in the request, and it MUST be the same as its currently issued client
/// identifier. If the client includes the `client_secret` field […] the value of this field MUST match" (RFC7592-2.2)
fn same_client(document: &Map<String, Value>, known: &Registered) -> Result<(), RegistrationError> {
    let text = |member: &str| document.get(member).and_then(Value::as_str);
    let contradiction = |why: &str| Err(RegistrationError::Contradiction(why.to_owned()));
    if let Some(member) = OF_THE_PROVIDER.into_iter().find(|member| document.contains_key(*member)) {
        return contradiction(&format!("`{member}` is not the client's to set (RFC7592-2.2)"));
    }
    if text("client_id") != Some(known.credentials.id.as_str()) {
        return contradiction("`client_id` is not that of the client (RFC7592-2.2)");
    }
    let same = |sent: &str, secret: &str| bool::from(sent.as_bytes().ct_eq(secret.as_bytes()));
    let is_its_secret = match (text("client_secret"), known.credentials.secret.as_deref()) {
        (Some(sent), Some(secret)) => same(sent, secret),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if document.contains_key("client_secret") && !is_its_secret {
        return contradiction("`client_secret` is not that of the client (RFC7592-2.2)");
    }
    Ok(())
}
