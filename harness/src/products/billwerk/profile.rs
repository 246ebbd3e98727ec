//! How billwerk talks OpenID Connect. The vendor publishes no paths; those here are ours.

use super::config::Config;
use super::readings::ResponseTypeSent;
use crate::decision::{
    Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, SessionLifetime, SignOut,
};

/// The vendor names no algorithms: the asymmetric ones that providers use.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm("RS256"),
    Algorithm("RS384"),
    Algorithm("RS512"),
    Algorithm("PS256"),
    Algorithm("PS384"),
    Algorithm("PS512"),
    Algorithm("ES256"),
    Algorithm("ES384"),
    Algorithm("EdDSA"),
];

/// The vendor documents no session lifetime.
const SESSION_SECONDS: i64 = 3600;

pub(super) fn profile(config: &Config) -> Profile {
    let below = format!("/sso/{}", config.integration.name());
    Profile {
        product: "billwerk",
        base_url: config.base_url.clone(),
        paths: Paths {
            start: vec![format!("{below}/login")], // BW-R3
            callback: vec![format!("{below}/callback")],
            logout: "/logout".to_owned(),
            frontchannel_logout: None, // BW-R22
            who_am_i: "/whoami".to_owned(),
        },
        providers: vec![provider(config, &format!("{}{below}/callback", config.base_url))],
        renewal: Renewal::None,
        sign_out: SignOut::Local, // BW-R22
        session_lifetime: SessionLifetime::Seconds(SESSION_SECONDS),
        error_redirect: false,
    }
}

fn provider(config: &Config, redirect_uri: &str) -> ProviderProfile {
    let (response_type, mode) = response(config); // BW-R3
    ProviderProfile {
        name: config.integration.name().to_owned(),
        label: "Single sign-on".to_owned(),
        issuer: config.authority.clone(),
        authority: None,
        client_id: config.client_id.clone(), // BW-R3
        client_secret: config.client_secret.clone().filter(|_| response_type.has_code()),
        client_authentication: if response_type.has_code() {
            ClientAuthentication::AsMetadataOffers
        } else {
            ClientAuthentication::None
        },
        response_type,
        response_mode: (mode == ResponseMode::FormPost).then_some(mode),
        accepted_modes: vec![mode],
        scope: config.scope.clone(),
        redirect_uri: redirect_uri.to_owned(),
        pkce: false,
        algorithms: ALGORITHMS.to_vec(),
        issuer_match: IssuerMatch::Exact,
        leeway: 0,
        keys: KeySource::Discovered,
        identity: IdentityDocument::IdToken,
        userinfo: None,
    }
}

/// BW-Q2.
pub(super) const fn response(config: &Config) -> (ResponseType, ResponseMode) {
    match config.readings.response_type {
        ResponseTypeSent::IdTokenToken => (ResponseType::IdTokenToken, ResponseMode::FormPost),
        ResponseTypeSent::IdToken => (ResponseType::IdToken, ResponseMode::FormPost),
        ResponseTypeSent::CodeIdToken => (ResponseType::CodeIdToken, ResponseMode::FormPost),
        ResponseTypeSent::Code => (ResponseType::Code, ResponseMode::Query),
    }
}
