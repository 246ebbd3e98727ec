//! How CloudBilling talks OpenID Connect.

use super::config::Config;
use super::readings::{LogoutUri, QueryTokens, RenewalBy, ResponseTypeSent};
use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SignOut,
};

/// The vendor names no algorithms. A client without a secret can check all but the HMAC ones.
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

pub(super) fn profile(config: &Config) -> Profile {
    let readings = config.readings;
    // CB-R21, CB-Q6: whether the provider may call `SignOut`
    let frontchannel = (readings.logout_uri != LogoutUri::PostLogout).then(|| config.sso_path("SignOut"));
    // CB-R20, CB-Q6: where the provider sends the browser back to
    let way_back = match readings.logout_uri {
        LogoutUri::Both | LogoutUri::PostLogout => config.sso_path("SignOut"),
        LogoutUri::FrontChannel => config.tenant_path(),
    };
    Profile {
        product: "cloudbilling",
        base_url: config.base_url.clone(),
        paths: Paths {
            start: vec![config.tenant_path()], // CB-R1
            callback: vec![config.sso_path("Callback")],
            // the vendor publishes neither of the next two; these are ours
            logout: format!("{}/SignOut", config.tenant_path()),
            frontchannel_logout: frontchannel,
            who_am_i: format!("{}/WhoAmI", config.tenant_path()),
        },
        providers: vec![provider(config)],
        renewal: match readings.renewal {
            RenewalBy::Silent => Renewal::Silent, // CB-R17, CB-Q7
            RenewalBy::None => Renewal::None,
        },
        sign_out: SignOut::EndSession { post_logout_redirect_uri: format!("{}{way_back}", config.base_url) },
        session_lifetime: SessionLifetime::IdTokenExpiry, // CB-R22
        error_redirect: false,
        services: Services::default(),
    }
}

fn provider(config: &Config) -> ProviderProfile {
    let accepted_modes = match config.readings.query_tokens {
        QueryTokens::Support => vec![ResponseMode::FormPost, ResponseMode::Query], // CB-R3
        QueryTokens::Refuse => vec![ResponseMode::FormPost],
    };
    ProviderProfile {
        name: config.tenant.clone(),
        label: config.tenant.clone(),
        issuer: config.issuer.clone(),
        authority: None,
        client_id: config.client_id.clone(),
        client_secret: None,
        client_authentication: ClientAuthentication::None,
        response_type: response_type(config), // CB-R2
        response_mode: Some(ResponseMode::FormPost),
        accepted_modes,
        scope: "openid profile email".to_owned(), // CB-R2
        redirect_uri: format!("{}{}", config.base_url, config.sso_path("Callback")), // CB-R2, CB-R5
        pkce: false,
        algorithms: ALGORITHMS.to_vec(),
        issuer_match: IssuerMatch::Exact, // CB-R4
        leeway: 0,
        keys: KeySource::Discovered,
        identity: IdentityDocument::IdToken,
        userinfo: None,
        abilities: Abilities::default(),
    }
}

/// CB-R2, CB-Q4.
pub(super) const fn response_type(config: &Config) -> ResponseType {
    match config.readings.response_type {
        ResponseTypeSent::IdToken => ResponseType::IdToken,
        ResponseTypeSent::IdTokenToken => ResponseType::IdTokenToken,
    }
}
