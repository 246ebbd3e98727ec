//! How GoRules BRMS talks OpenID Connect.

use super::config::{AUTHORITY_URL, CLIENT_ID, Config, ISSUER, JWKS_URI, REDIRECT_URI, SCOPES, TokenSource};
use super::readings::SignOutReading;
use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SignOut,
};

/// Where the redirect URI is unless a setting moves it.
const CALLBACK: &str = "/_callback";

/// Algorithms with a public key: the keys come from a JWKS URI, and a public client has no secret to share (GR-R2, R5).
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

/// The profile under a configuration. GR-R3: a change of it is a new configuration, that is a restart.
pub(super) fn profile(config: &Config) -> Profile {
    Profile {
        product: "gorules",
        base_url: config.base_url.clone(),
        paths: Paths {
            start: vec!["/login".to_owned()],
            callback: vec![callback(config)],
            logout: "/logout".to_owned(),
            frontchannel_logout: None,
            who_am_i: "/api/me".to_owned(),
        },
        providers: vec![provider(config)],
        renewal: Renewal::None,
        sign_out: match config.readings.sign_out {
            // GR-R26: no end-session call.
            SignOutReading::Local => SignOut::Local,
            SignOutReading::EndSession => {
                SignOut::EndSession { post_logout_redirect_uri: format!("{}/", config.base_url) }
            }
        },
        // The browser application works with the token itself, so its session cannot outlive it; undocumented.
        session_lifetime: SessionLifetime::IdTokenExpiry,
        error_redirect: false,
        services: Services::default(),
    }
}

fn provider(config: &Config) -> ProviderProfile {
    let variable = |name| config.variable(name).map(str::to_owned);
    ProviderProfile {
        name: "oidc".to_owned(),
        label: "Sign in with SSO".to_owned(),
        issuer: variable(ISSUER).unwrap_or_default(),
        authority: variable(AUTHORITY_URL),
        client_id: variable(CLIENT_ID).unwrap_or_default(),
        // GR-R2: a browser application; no client secret is ever sent.
        client_secret: None,
        client_authentication: ClientAuthentication::None,
        response_type: ResponseType::Code,
        response_mode: None,
        accepted_modes: vec![ResponseMode::Query],
        scope: variable(SCOPES).unwrap_or_else(|| "openid email profile".to_owned()),
        redirect_uri: redirect_uri(config),
        // GR-R2: every authorization request carries a challenge.
        pkce: true,
        algorithms: ALGORITHMS.to_vec(),
        issuer_match: IssuerMatch::Exact,
        leeway: 0,
        // GR-R5, GR-R6: the keys come from the configuration, not from discovery; without them nothing is verified.
        keys: config
            .variable(JWKS_URI)
            .map_or(KeySource::NotChecked, |uri| KeySource::Configured(uri.to_owned())),
        // GR-R7: one token for everything.
        identity: match config.token_source {
            TokenSource::AccessToken => IdentityDocument::AccessToken,
            TokenSource::IdToken => IdentityDocument::IdToken,
        },
        userinfo: None,
        abilities: Abilities::default(),
    }
}

/// The path of the redirect URI; the setting is a path, but a whole URL is understood too.
fn callback(config: &Config) -> String {
    let written = config.variable(REDIRECT_URI).unwrap_or(CALLBACK);
    if let Ok(url) = url::Url::parse(written) {
        return url.path().to_owned();
    }
    let path = written.split(['?', '#']).next().unwrap_or(CALLBACK);
    format!("/{}", path.trim_start_matches('/'))
}

fn redirect_uri(config: &Config) -> String {
    let written = config.variable(REDIRECT_URI).unwrap_or(CALLBACK);
    if url::Url::parse(written).is_ok() {
        return written.to_owned();
    }
    format!("{}/{}", config.base_url, written.trim_start_matches('/'))
}
