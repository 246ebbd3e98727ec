//! A JWT that proves who the client is (OIDCC-9, RFC7523).

use serde_json::json;

use super::RelyingParty;
use super::discovery::Metadata;
use super::own_keys;
use super::ports::random_text;
use super::weakness::Weakness;
use crate::decision::{ClientAuthentication, ProviderProfile};

/// RFC7523-2.2: the one `client_assertion_type`.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion is good for, in seconds.
const LIFETIME: i64 = 60;

/// The parameters that prove who the client is, where a JWT does.
pub(super) fn parameters(
    rp: &RelyingParty,
    profile: &ProviderProfile,
    metadata: &Metadata,
) -> Vec<(&'static str, String)> {
    let algorithm = match profile.client_authentication {
        ClientAuthentication::ClientSecretJwt => "HS256",
        ClientAuthentication::PrivateKeyJwt => "RS256",
        ClientAuthentication::ClientSecretBasic
        | ClientAuthentication::ClientSecretPost
        | ClientAuthentication::AsMetadataOffers
        | ClientAuthentication::TlsClientAuth
        | ClientAuthentication::SelfSignedTlsClientAuth
        | ClientAuthentication::None => return Vec::new(),
    };
    let now = rp.now().0;
    let jti = if rp.skips(Weakness::RepeatsAssertionId) { "1".to_owned() } else { random_text(rp.entropy()) };
    let claims = json!({
        "iss": profile.client_id,
        "sub": profile.client_id,
        "aud": audience(rp, profile, metadata),
        "jti": jti,
        "iat": now,
        "exp": now.saturating_add(LIFETIME),
    });
    let assertion = own_keys::signed(algorithm, profile.client_secret.as_deref(), &claims);
    assertion.map_or_else(Vec::new, |assertion| {
        vec![("client_assertion_type", JWT_BEARER.to_owned()), ("client_assertion", assertion)]
    })
}

/// The issuer and nothing else. OIDCC-9 would have the token endpoint's URL; but that comes from metadata, and an attacker's
/// metadata may name the endpoint of an honest provider, where the assertion would then be good ("Audience Injection
/// Attacks", which the revised RFC7523 answers with the issuer identifier as the sole audience).
fn audience(rp: &RelyingParty, profile: &ProviderProfile, metadata: &Metadata) -> String {
    let endpoint = metadata.token_endpoint().filter(|_| rp.skips(Weakness::AddressesTokenEndpoint));
    endpoint.map_or_else(|| profile.issuer.clone(), |endpoint| endpoint.url().to_string())
}
