//! The clients: those that are configured, those that registered themselves, and where nobody is configured, everybody.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::documents::{Documents, with_its_keys};
use crate::config::{ClientConfig, Flow, IdpConfig, Pkce, PkceRule};
use crate::protocol::client::{
    AuthMethod, Client, ClientAuthenticationRule, Clients, ExpectedCertificate, LogoutSession, Presentation,
    Pushing, TokenProfile, UriList,
};
use crate::protocol::client_certificate::CertificateSubject;
use crate::protocol::keys::{Algorithm, ClientKeys, Signature};
use crate::protocol::registration::{Credentials, RegistrationError};
use crate::protocol::{ResponseType, Timestamp};

/// How many clients may be registered at once; a forgetful test suite must not fill the memory.
const MOST: usize = 1_000;

/// The clients of one provider.
#[derive(Debug)]
pub(super) struct Registrations {
    configured: BTreeMap<String, Arc<Client>>,
    any_client: bool,
    /// Those that registered themselves.
    dynamic: Mutex<BTreeMap<String, Registered>>,
    /// The newest that were deleted: nobody else may come under their names, also where everybody may come.
    deleted: Mutex<VecDeque<String>>,
    documents: Documents,
}

/// A client that registered itself.
#[derive(Clone)]
pub(super) struct Registered {
    pub(super) client: Arc<Client>,
    /// What is said back of it.
    pub(super) members: Map<String, Value>,
    pub(super) credentials: Credentials,
    /// The registration access token.
    pub(super) token: String,
    pub(super) issued: Timestamp,
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").field("id", &self.credentials.id).finish_non_exhaustive()
    }
}

impl Registrations {
    pub(super) fn new(config: &IdpConfig) -> Self {
        let pkce = config.pkce_rule();
        let configured =
            config.clients.iter().map(|(id, client)| (id.clone(), Arc::new(configured(id, client, pkce))));
        Self {
            configured: configured.collect(),
            any_client: !config.only_registered_clients(),
            dynamic: Mutex::default(),
            deleted: Mutex::default(),
            documents: Documents::default(),
        }
    }

    /// Every algorithm that a configured client asks for.
    pub(super) fn algorithms(&self) -> BTreeSet<Algorithm> {
        let asked = |client: &Arc<Client>| {
            let tokens = &client.tokens;
            let signatures = [tokens.id_token_alg, tokens.userinfo_alg].into_iter().flatten();
            let algorithms = signatures.filter_map(Signature::algorithm).chain(tokens.access_token_alg);
            algorithms.collect::<Vec<_>>()
        };
        self.configured.values().flat_map(asked).collect()
    }

    /// What clients publish elsewhere.
    pub(super) const fn documents(&self) -> &Documents {
        &self.documents
    }

    /// A client that registered itself.
    pub(super) fn registered(&self, id: &str) -> Option<Registered> {
        self.dynamic().get(id).cloned()
    }

    /// Takes a client in, if there is room.
    pub(super) fn add(&self, registered: Registered) -> Result<(), RegistrationError> {
        let mut dynamic = self.dynamic();
        if dynamic.len() >= MOST {
            return Err(RegistrationError::Full(MOST));
        }
        dynamic.insert(registered.credentials.id.clone(), registered);
        Ok(())
    }

    /// Puts a client in the place of its former self, and fails if that was deleted in the meantime: "If the client does
    /// not exist on this server, the server MUST respond with HTTP 401 Unauthorized" (RFC7592-2.2).
    pub(super) fn replace(&self, registered: Registered) -> Result<(), RegistrationError> {
        match self.dynamic().get_mut(&registered.credentials.id) {
            Some(known) => {
                *known = registered;
                Ok(())
            }
            None => Err(RegistrationError::TokenWrong(registered.credentials.id)),
        }
    }

    /// Deletes a client, "preventing the `client_id` from being used at either the authorization endpoint or token
    /// endpoint" (RFC7592-2.3).
    pub(super) fn remove(&self, id: &str) {
        let mut dynamic = self.dynamic();
        if dynamic.remove(id).is_some() {
            // under the same lock: in between, its name would be free for anybody
            let mut deleted = self.deleted();
            if deleted.len() >= MOST {
                deleted.pop_front();
            }
            deleted.push_back(id.to_owned());
        }
    }

    fn deleted(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.deleted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a client that nobody registered may come under this name.
    fn admits(&self, id: &str) -> bool {
        self.any_client && !self.deleted().iter().any(|deleted| deleted == id)
    }

    fn dynamic(&self) -> MutexGuard<'_, BTreeMap<String, Registered>> {
        self.dynamic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clients for Registrations {
    fn client(&self, id: &str) -> Option<Arc<Client>> {
        let known = self.configured.get(id).cloned();
        let known = known.or_else(|| self.dynamic().get(id).map(|known| Arc::clone(&known.client)));
        let known = known.map(|client| with_its_keys(client, &self.documents));
        known.or_else(|| self.admits(id).then(|| Arc::new(anybody(id))))
    }

    fn registered_ids(&self) -> Vec<String> {
        self.configured.keys().cloned().collect()
    }
}

/// A client that nobody registered: whatever it does on the loopback interface is fine.
fn anybody(id: &str) -> Client {
    let loopback = UriList { any_loopback: true, ..UriList::default() };
    Client {
        id: id.to_owned(),
        name: id.to_owned(),
        authentication: ClientAuthenticationRule::Anything,
        keys: ClientKeys::default(),
        jwks_uri: None,
        sector: None,
        assertion_alg: None,
        request_object_alg: None,
        request_uris: Vec::new(),
        pushing: Pushing::Optional,
        redirect_uris: loopback.clone(),
        post_logout_redirect_uris: loopback,
        frontchannel_logout_uri: None,
        backchannel_logout_uri: None,
        logout_session: LogoutSession::default(),
        response_types: BTreeSet::from(ResponseType::ALL),
        client_credentials: true,
        device: true,
        pkce_required: false,
        scopes: None,
        query_tokens: false,
        default_max_age: None,
        default_acr_values: Vec::new(),
        consent: None,
        presentation: Presentation::default(),
        tokens: TokenProfile::default(),
    }
}

fn configured(id: &str, config: &ClientConfig, pkce: PkceRule) -> Client {
    let any_loopback = config.any_loopback_redirect_uri;
    Client {
        id: id.to_owned(),
        name: config.name.clone().unwrap_or_else(|| id.to_owned()),
        authentication: authentication(config),
        keys: keys(config),
        jwks_uri: config.jwks_uri.clone(),
        sector: pairwise_sector(config),
        assertion_alg: None,
        request_object_alg: config.request_object_alg,
        request_uris: config.request_uris.clone(),
        pushing: config.pushed_requests,
        redirect_uris: UriList { exact: config.redirect_uris.clone(), any_loopback, ..UriList::default() },
        post_logout_redirect_uris: UriList {
            exact: config.post_logout_redirect_uris.clone(),
            any_loopback,
            ..UriList::default()
        },
        frontchannel_logout_uri: config.logout_uri.clone(),
        backchannel_logout_uri: config.backchannel_logout_uri.clone(),
        logout_session: LogoutSession {
            front_channel: config.frontchannel_logout_session_required.unwrap_or(true),
            back_channel: config.backchannel_logout_session_required.unwrap_or(true),
        },
        response_types: ResponseType::ALL.into_iter().filter(|wanted| may_ask_for(config, *wanted)).collect(),
        client_credentials: may(config, Flow::ClientCredentials),
        device: may(config, Flow::Device),
        pkce_required: config.pkce.map_or_else(|| pkce.binds(config.public), |own| own == Pkce::Required),
        scopes: config.scopes.as_ref().map(|scopes| scopes.iter().cloned().collect()),
        query_tokens: config.query_tokens,
        default_max_age: None,
        default_acr_values: Vec::new(),
        consent: config.consent,
        presentation: Presentation::default(),
        tokens: TokenProfile {
            id_token_alg: config.id_token_alg,
            id_token_encryption: config.id_token_encryption,
            userinfo_alg: config.userinfo_alg,
            userinfo_encryption: config.userinfo_encryption,
            access_token_alg: config.access_token_alg,
            access_token: config.access_token,
            access_token_typ: config.access_token_typ.clone(),
            access_token_audience: config.access_token_audience.clone(),
            id_token_audiences: config.id_token_audiences.clone(),
            refresh_tokens: config.refresh_tokens,
            id_token_lifetime: config.id_token_lifetime.map(crate::config::Duration::as_secs),
            certificate_bound: config.certificate_bound_tokens,
        },
    }
}

/// A client without a sector was reported when the configuration was read. Nobody fetches the document of a configured
/// client: whoever writes the configuration vouches for the redirect URIs in it.
fn pairwise_sector(config: &ClientConfig) -> Option<String> {
    config.sector()?.ok()
}

/// A client without a secret and without keys is public, whether it says so or not.
fn authentication(config: &ClientConfig) -> ClientAuthenticationRule {
    let secret: Option<Arc<str>> = config.secret.as_deref().map(Arc::from);
    let has_keys = config.jwks.is_some() || config.jwks_uri.is_some();
    let keys_only = secret.is_none() && has_keys && config.auth_method.is_none();
    if let Some(expected) = certificate(config).filter(|_| !config.public) {
        return ClientAuthenticationRule::Certificate { expected, secret };
    }
    match secret {
        _ if config.public => ClientAuthenticationRule::Public,
        secret if keys_only || config.auth_method == Some(AuthMethod::PrivateKeyJwt) => {
            ClientAuthenticationRule::PrivateKey { secret }
        }
        Some(secret) => ClientAuthenticationRule::Secret { secret, only: config.auth_method },
        None => ClientAuthenticationRule::Public,
    }
}

/// A client that does not say whom its certificate is for was reported when the configuration was read; now none will do.
fn certificate(config: &ClientConfig) -> Option<ExpectedCertificate> {
    let method = config.auth_method.filter(|method| method.needs_a_certificate())?;
    let nobody = || CertificateSubject::SubjectDn(String::new());
    Some(if method == AuthMethod::TlsClientAuth {
        ExpectedCertificate::For(config.certificate.clone().unwrap_or_else(nobody))
    } else {
        ExpectedCertificate::Registered
    })
}

/// Keys that are not good were reported when the configuration was read; with none, nothing can be proved.
fn keys(config: &ClientConfig) -> ClientKeys {
    let set = config.jwks.clone().map(Value::Object);
    set.and_then(|set| ClientKeys::new(&set).ok()).unwrap_or_default()
}

fn may(config: &ClientConfig, flow: Flow) -> bool {
    config.flows.as_ref().is_none_or(|flows| flows.contains(&flow))
}

/// A flow that the client may use, and no unsigned ID token on its way through the browser (OIDCR-2).
fn may_ask_for(config: &ClientConfig, response_type: ResponseType) -> bool {
    let unsigned = config.id_token_alg == Some(Signature::Unsigned);
    may(config, flow(response_type)) && !(unsigned && response_type.has_id_token())
}

const fn flow(response_type: ResponseType) -> Flow {
    match response_type {
        ResponseType::Code => Flow::Code,
        ResponseType::IdToken | ResponseType::IdTokenToken => Flow::Implicit,
        ResponseType::CodeIdToken | ResponseType::CodeToken | ResponseType::CodeIdTokenToken => Flow::Hybrid,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    fn registered(id: &str) -> Registered {
        Registered {
            client: Arc::new(anybody(id)),
            members: Map::new(),
            credentials: Credentials { id: id.to_owned(), secret: None },
            token: String::new(),
            issued: Timestamp(0),
        }
    }

    #[test]
    fn a_deleted_client_does_not_come_back_where_everybody_may_come() {
        let clients = Registrations::new(&IdpConfig::default());
        clients.add(registered("gone")).unwrap();
        clients.remove("gone");
        assert!(clients.client("gone").is_none());
        assert!(clients.client("anybody").is_some());
    }

    #[test]
    fn the_name_of_a_client_is_free_at_no_time_of_its_deletion() {
        let clients = Registrations::new(&IdpConfig::default());
        clients.add(registered("gone")).unwrap();
        let (begins, begun) = channel();
        let deleted = clients.deleted();
        thread::scope(|scope| {
            scope.spawn(|| {
                begins.send(()).unwrap();
                clients.remove("gone");
            });
            begun.recv().unwrap();
            // nobody can write the name down now, so whoever finds the clients unlocked has to find it among them
            for _ in 0..10_000 {
                let is_known = clients.dynamic.try_lock().map(|dynamic| dynamic.contains_key("gone"));
                assert!(is_known.unwrap_or(true), "neither registered nor deleted");
                thread::yield_now();
            }
            drop(deleted);
        });
        assert!(clients.client("gone").is_none());
    }

    #[test]
    fn the_names_of_deleted_clients_are_forgotten_when_there_are_too_many() {
        let clients = Registrations::new(&IdpConfig::default());
        for number in 0..=MOST {
            clients.add(registered(&number.to_string())).unwrap();
            clients.remove(&number.to_string());
        }
        clients.remove("never registered");
        assert_eq!(clients.deleted().len(), MOST);
        assert!(clients.client(&MOST.to_string()).is_none());
    }

    #[test]
    fn a_client_that_was_deleted_meanwhile_is_not_replaced() {
        let clients = Registrations::new(&IdpConfig::default());
        clients.add(registered("gone")).unwrap();
        clients.remove("gone");
        let refused = clients.replace(registered("gone"));
        assert_eq!(refused, Err(RegistrationError::TokenWrong("gone".to_owned())));
    }
}
