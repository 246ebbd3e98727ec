//! How BillRun talks OpenID Connect.

use url::form_urlencoded::byte_serialize;

use super::config::{Config, Provider};
use super::readings::Scope;
use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SignOut, UserinfoCall,
};

/// The algorithms that the client library accepts (BR-R7): no ECDSA, no `none`, and no PS384.
const ALGORITHMS: [Algorithm; 8] = [
    Algorithm("RS256"),
    Algorithm("RS384"),
    Algorithm("RS512"),
    Algorithm("PS256"),
    Algorithm("PS512"),
    Algorithm("HS256"),
    Algorithm("HS384"),
    Algorithm("HS512"),
];

pub(super) fn profile(config: &Config) -> Profile {
    Profile {
        product: "billrun",
        base_url: config.base_url.clone(),
        // start and callback share one path: `code` or `error` marks a callback. BillRun tells who is signed in at the
        // same path under `protocol=Internal`; the further path is ours.
        paths: Paths {
            start: vec!["/auth/login".to_owned()],
            callback: vec!["/auth/login".to_owned()],
            logout: "/auth/logout".to_owned(),
            frontchannel_logout: None,
            who_am_i: "/auth/whoami".to_owned(),
        },
        providers: config.providers.iter().map(|provider| provider_profile(config, provider)).collect(),
        renewal: Renewal::None,   // BR-R20
        sign_out: SignOut::Local, // BR-R23
        session_lifetime: SessionLifetime::Seconds(config.session_timeout),
        error_redirect: true, // BR-R15, BR-R22
        services: Services::default(),
    }
}

fn provider_profile(config: &Config, provider: &Provider) -> ProviderProfile {
    ProviderProfile {
        name: provider.name.clone(),
        label: format!("Login with {}", provider.label.as_deref().unwrap_or("oidc")), // BR-R2
        issuer: provider.issuer_url.clone().unwrap_or_default(),
        authority: None,
        client_id: provider.client_id.clone(),
        client_secret: provider.client_secret.clone(),
        client_authentication: ClientAuthentication::AsMetadataOffers,
        response_type: ResponseType::Code, // BR-R6
        response_mode: None,               // BR-R6
        accepted_modes: vec![ResponseMode::Query],
        scope: scope(config, provider),
        redirect_uri: redirect_uri(config, provider),
        pkce: false,                                       // BR-R6
        algorithms: ALGORITHMS.to_vec(),                   // BR-R7
        issuer_match: IssuerMatch::ConfiguredOrDiscovered, // BR-R8
        leeway: 300,                                       // BR-R8
        keys: KeySource::Discovered,
        identity: IdentityDocument::IdTokenOverUserinfo, // BR-R9, BR-R11
        userinfo: Some(UserinfoCall {
            query: Some("schema=openid"),
            compares_subject: false,
            token_in_body: false,
        }), // BR-R10
        abilities: Abilities::default(),
    }
}

/// The scopes with one more `openid` (BR-R6), unless BR-Q12 says each is sent once.
pub(super) fn scope(config: &Config, provider: &Provider) -> String {
    let mut scopes: Vec<&str> = provider.scopes.iter().map(String::as_str).collect();
    scopes.push("openid");
    if config.readings.scope == Scope::Dedupe {
        let mut once: Vec<&str> = Vec::new();
        for scope in scopes {
            if !once.contains(&scope) {
                once.push(scope);
            }
        }
        scopes = once;
    }
    scopes.join(" ")
}

/// The redirect URI with its own query, parameters in this order (BR-R5).
pub(super) fn redirect_uri(config: &Config, provider: &Provider) -> String {
    let name: String = byte_serialize(provider.name.as_bytes()).collect();
    format!("{}/auth/login?protocol=oidc&provider={name}", config.base_url)
}
