//! How Bindplane talks OpenID Connect.

use super::config::Config;
use super::settings::{CLIENT_ID, CLIENT_SECRET, ISSUER};
use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SignOut,
};

/// The documented path of the redirect URI.
const CALLBACK: &str = "/oidc/redirect";

/// The documentation names no algorithm: those of discovery with a public key.
const ALGORITHMS: &[Algorithm] = &[
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

/// The documentation names no session lifetime: one day.
const SESSION_SECONDS: i64 = 86_400;

/// The profile under a configuration. BP-R2: a change of it is a new configuration, that is a restart.
pub(super) fn profile(config: &Config) -> Profile {
    Profile {
        product: "bindplane",
        base_url: config.base_url.clone(),
        // BP-R3: a visitor who is not signed in is sent on from here.
        paths: Paths {
            start: vec!["/login".to_owned()],
            callback: vec![CALLBACK.to_owned()],
            logout: "/logout".to_owned(),
            frontchannel_logout: None,
            who_am_i: "/api/me".to_owned(),
        },
        providers: vec![ProviderProfile {
            name: "oidc".to_owned(),
            label: "Sign in with OpenID Connect".to_owned(),
            issuer: config.text(ISSUER).to_owned(),
            authority: None,
            client_id: config.text(CLIENT_ID).to_owned(),
            client_secret: Some(config.text(CLIENT_SECRET).to_owned()),
            client_authentication: ClientAuthentication::AsMetadataOffers,
            response_type: ResponseType::Code,
            response_mode: None,
            accepted_modes: vec![ResponseMode::Query],
            scope: config.scope(),
            redirect_uri: format!("{}{CALLBACK}", config.base_url),
            pkce: false,
            algorithms: ALGORITHMS.to_vec(),
            issuer_match: IssuerMatch::Exact,
            leeway: 0,
            keys: KeySource::Discovered,
            // BP-R4: only the ID token is read.
            identity: IdentityDocument::IdToken,
            userinfo: None,
            abilities: Abilities::default(),
        }],
        renewal: Renewal::None,
        // BP-R31: the provider hears nothing of it.
        sign_out: SignOut::Local,
        session_lifetime: SessionLifetime::Seconds(SESSION_SECONDS),
        error_redirect: false,
        services: Services::default(),
    }
}
