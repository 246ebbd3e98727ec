//! How billwerk talks OpenID Connect.

use super::config::{Config, IntegrationForm};
use super::readings::{ClientIds, ResponseTypes};
use crate::decision::{
    Abilities, Algorithm, ClientAuthentication, IdentityDocument, IssuerMatch, KeySource, Paths, Profile,
    ProviderProfile, Renewal, ResponseMode, ResponseType, Services, SessionLifetime, SignOut,
};

/// Every asymmetric algorithm: none is documented, and a secret is not needed to verify a token (X-R3).
const ALGORITHMS: [&str; 8] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"];

/// What a round trip to the provider is for: the vendor shows one redirect URI for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// "For Login".
    Login,
    /// "For settings": proves that the form is filled in well, and signs nobody in.
    Settings,
}

/// One round trip: the integration that it goes through, and its purpose.
pub(super) type RoundTrip<'c> = (&'c IntegrationForm, Purpose);

/// Every round trip, in the order of [`Profile::providers`]: logins first.
pub(super) fn round_trips(config: &Config) -> impl Iterator<Item = RoundTrip<'_>> {
    let to = |purpose| config.forms.iter().map(move |form| (form, purpose));
    to(Purpose::Login).chain(to(Purpose::Settings))
}

/// The name of a round trip in the product, for example `oidc` or `azure-settings`.
pub(super) fn name(round_trip: RoundTrip<'_>) -> String {
    let (form, purpose) = round_trip;
    match purpose {
        Purpose::Login => form.integration.name().to_owned(),
        Purpose::Settings => format!("{}-settings", form.integration.name()),
    }
}

/// The client of a round trip (BW-R3, BW-Q3): a login token is for the External Login Client ID.
pub(super) fn client_id<'c>(config: &Config, round_trip: RoundTrip<'c>) -> Option<&'c str> {
    match (round_trip, config.readings.client_ids) {
        ((form, Purpose::Settings), ClientIds::Two) => form.settings_client_id.as_deref(),
        ((form, _), _) => form.login_client_id.as_deref(),
    }
}

pub(super) fn profile(config: &Config) -> Profile {
    Profile {
        product: "billwerk",
        base_url: config.base_url.clone(),
        paths: Paths {
            start: start_paths(config), // BW-R3
            callback: round_trips(config).map(callback_path).collect(),
            logout: "/logout".to_owned(),
            frontchannel_logout: None, // BW-R22
            who_am_i: "/me".to_owned(),
        },
        providers: round_trips(config).map(|round_trip| provider_profile(config, round_trip)).collect(),
        renewal: Renewal::None,
        sign_out: SignOut::Local, // BW-R22
        session_lifetime: SessionLifetime::IdTokenExpiry,
        error_redirect: false,
        services: Services::default(),
    }
}

/// The URLs shown in the settings; without any settings the usual one, which answers `sso_not_enabled` (BW-R1).
fn start_paths(config: &Config) -> Vec<String> {
    if config.forms.is_empty() {
        return vec![start_path(&IntegrationForm::default())];
    }
    config.forms.iter().map(start_path).collect()
}

fn start_path(form: &IntegrationForm) -> String {
    format!("/sso/{}", form.integration.name())
}

fn callback_path((form, purpose): RoundTrip<'_>) -> String {
    match purpose {
        Purpose::Login => format!("{}/login", start_path(form)),
        Purpose::Settings => format!("{}/settings", start_path(form)),
    }
}

fn provider_profile(config: &Config, round_trip: RoundTrip<'_>) -> ProviderProfile {
    let (form, _) = round_trip;
    let (response_type, mode) = response(config);
    ProviderProfile {
        name: name(round_trip),
        label: form.integration.title().to_owned(),
        issuer: form.authority.clone().unwrap_or_default(),
        authority: None,
        client_id: client_id(config, round_trip).unwrap_or_default().to_owned(), // BW-R3
        client_secret: form.client_secret.clone().filter(|_| response_type.has_code()),
        client_authentication: ClientAuthentication::AsMetadataOffers,
        response_type,
        response_mode: (mode != ResponseMode::Query).then_some(mode),
        accepted_modes: vec![mode],
        scope: form.scope.clone(),
        redirect_uri: format!("{}{}", config.base_url, callback_path(round_trip)),
        pkce: false,
        algorithms: ALGORITHMS.map(Algorithm).to_vec(),
        issuer_match: IssuerMatch::Exact,
        leeway: 0,
        keys: KeySource::Discovered,
        identity: IdentityDocument::IdToken,
        userinfo: None,
        abilities: Abilities::default(),
    }
}

/// The response type and how the response travels (BW-R3, BW-Q2).
pub(super) const fn response(config: &Config) -> (ResponseType, ResponseMode) {
    match config.readings.response_type {
        ResponseTypes::IdTokenToken => (ResponseType::IdTokenToken, ResponseMode::FormPost),
        ResponseTypes::IdToken => (ResponseType::IdToken, ResponseMode::FormPost),
        ResponseTypes::CodeIdToken => (ResponseType::CodeIdToken, ResponseMode::FormPost),
        ResponseTypes::Code => (ResponseType::Code, ResponseMode::Query),
    }
}
