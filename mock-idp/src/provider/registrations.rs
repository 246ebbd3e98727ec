//! The clients: those that were registered, and where nobody was, everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::{ClientConfig, Flow, IdpConfig, Pkce};
use crate::protocol::ResponseType;
use crate::protocol::client::{AuthMethod, Client, ClientAuthenticationRule, Clients, TokenProfile, UriList};
use crate::protocol::keys::{Algorithm, ClientKeys};

/// The clients of one provider.
#[derive(Debug)]
pub(super) struct Registrations {
    registered: BTreeMap<String, Arc<Client>>,
    any_client: bool,
}

impl Registrations {
    pub(super) fn new(config: &IdpConfig) -> Self {
        let registered =
            config.clients.iter().map(|(id, client)| (id.clone(), Arc::new(registered(id, client))));
        Self { registered: registered.collect(), any_client: !config.strict() }
    }

    /// Every algorithm that a registered client asks for.
    pub(super) fn algorithms(&self) -> BTreeSet<Algorithm> {
        let profiles = self.registered.values().map(|client| &client.tokens);
        profiles.flat_map(|tokens| [tokens.id_token_alg, tokens.access_token_alg]).flatten().collect()
    }
}

impl Clients for Registrations {
    fn client(&self, id: &str) -> Option<Arc<Client>> {
        let registered = self.registered.get(id).cloned();
        registered.or_else(|| self.any_client.then(|| Arc::new(anybody(id))))
    }

    fn registered_ids(&self) -> Vec<String> {
        self.registered.keys().cloned().collect()
    }
}

/// A client that nobody registered: whatever it does on the loopback interface is fine.
fn anybody(id: &str) -> Client {
    let loopback = UriList { exact: Vec::new(), any_loopback: true };
    Client {
        id: id.to_owned(),
        name: id.to_owned(),
        authentication: ClientAuthenticationRule::Anything,
        keys: ClientKeys::default(),
        assertion_alg: None,
        redirect_uris: loopback.clone(),
        post_logout_redirect_uris: loopback,
        frontchannel_logout_uri: None,
        response_types: BTreeSet::from(ResponseType::ALL),
        client_credentials: true,
        pkce_required: false,
        scopes: None,
        query_tokens: false,
        tokens: TokenProfile::default(),
    }
}

fn registered(id: &str, config: &ClientConfig) -> Client {
    let any_loopback = config.any_loopback_redirect_uri;
    Client {
        id: id.to_owned(),
        name: config.name.clone().unwrap_or_else(|| id.to_owned()),
        authentication: authentication(config),
        keys: keys(config),
        assertion_alg: None,
        redirect_uris: UriList { exact: config.redirect_uris.clone(), any_loopback },
        post_logout_redirect_uris: UriList { exact: config.post_logout_redirect_uris.clone(), any_loopback },
        frontchannel_logout_uri: config.logout_uri.clone(),
        response_types: ResponseType::ALL.into_iter().filter(|wanted| may(config, flow(*wanted))).collect(),
        client_credentials: may(config, Flow::ClientCredentials),
        pkce_required: config.pkce.map_or(config.public, |pkce| pkce == Pkce::Required),
        scopes: config.scopes.as_ref().map(|scopes| scopes.iter().cloned().collect()),
        query_tokens: config.query_tokens,
        tokens: TokenProfile {
            id_token_alg: config.id_token_alg,
            access_token_alg: config.access_token_alg,
            access_token: config.access_token,
            access_token_typ: config.access_token_typ.clone(),
            access_token_audience: config.access_token_audience.clone(),
            id_token_audiences: config.id_token_audiences.clone(),
            refresh_tokens: config.refresh_tokens,
            id_token_lifetime: config.id_token_lifetime.map(crate::config::Duration::as_secs),
        },
    }
}

/// A client without a secret and without keys is public, whether it says so or not.
fn authentication(config: &ClientConfig) -> ClientAuthenticationRule {
    let secret: Option<Arc<str>> = config.secret.as_deref().map(Arc::from);
    let keys_only = secret.is_none() && config.jwks.is_some() && config.auth_method.is_none();
    match secret {
        _ if config.public => ClientAuthenticationRule::Public,
        secret if keys_only || config.auth_method == Some(AuthMethod::PrivateKeyJwt) => {
            ClientAuthenticationRule::PrivateKey { secret }
        }
        Some(secret) => ClientAuthenticationRule::Secret { secret, only: config.auth_method },
        None => ClientAuthenticationRule::Public,
    }
}

/// Keys that are not good were reported when the configuration was read; with none, nothing can be proved.
fn keys(config: &ClientConfig) -> ClientKeys {
    let set = config.jwks.clone().map(serde_json::Value::Object);
    set.and_then(|set| ClientKeys::new(&set).ok()).unwrap_or_default()
}

fn may(config: &ClientConfig, flow: Flow) -> bool {
    config.flows.as_ref().is_none_or(|flows| flows.contains(&flow))
}

const fn flow(response_type: ResponseType) -> Flow {
    match response_type {
        ResponseType::Code => Flow::Code,
        ResponseType::IdToken | ResponseType::IdTokenToken => Flow::Implicit,
        ResponseType::CodeIdToken | ResponseType::CodeToken | ResponseType::CodeIdTokenToken => Flow::Hybrid,
    }
}
