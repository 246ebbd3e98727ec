//! The provider's side of a registration: its keys, and what it knows of the client.

use mock_idp::config::{AuthMethod, ClientConfig, IdpConfig, OneOrMany, SigningConfig};
use mock_idp::protocol::keys::{Algorithm, Signature};

use super::case::Capability;
use super::people;

/// A provider with one client.
pub(super) fn provider(client_id: &str, client: ClientConfig, needs: &[Capability]) -> IdpConfig {
    IdpConfig {
        signing: OneOrMany(keys(&client)),
        registration: Some(true),
        clients: [(client_id.to_owned(), client)].into(),
        users: people::users(needs),
        ..IdpConfig::default()
    }
}

/// The keys: two kinds, so that a token can be well signed and still wrong, and the one that was registered for.
fn keys(client: &ClientConfig) -> Vec<SigningConfig> {
    const USUAL: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];
    let registered = match client.id_token_alg {
        Some(Signature::Signed(algorithm)) => Some(algorithm),
        Some(Signature::Unsigned) | None => None,
    };
    let other = registered.filter(|algorithm| !USUAL.contains(algorithm) && !algorithm.is_symmetric());
    let all = USUAL.into_iter().chain(other);
    all.map(|alg| SigningConfig { alg, ..SigningConfig::default() }).collect()
}

/// The client, registered for what a case is about. Whatever is the relying party's own business changes nothing here.
pub(super) fn registered_for(client: ClientConfig, needs: &[Capability]) -> ClientConfig {
    needs.iter().fold(client, |mut client, need| {
        match need {
            Capability::Es256 => client.id_token_alg = Some(Signature::Signed(Algorithm::ES256)),
            Capability::Es384 => client.id_token_alg = Some(Signature::Signed(Algorithm::ES384)),
            Capability::Ps256 => client.id_token_alg = Some(Signature::Signed(Algorithm::PS256)),
            Capability::Rs512 => client.id_token_alg = Some(Signature::Signed(Algorithm::RS512)),
            Capability::EdDsa => client.id_token_alg = Some(Signature::Signed(Algorithm::EdDsa)),
            Capability::Hs256 => client.id_token_alg = Some(Signature::Signed(Algorithm::HS256)),
            Capability::UnsignedIdToken => client.id_token_alg = Some(Signature::Unsigned),
            Capability::SignedUserinfo => client.userinfo_alg = Some(Signature::Signed(Algorithm::RS256)),
            Capability::ClientSecretBasic => client.auth_method = Some(AuthMethod::ClientSecretBasic),
            Capability::ClientSecretPost => client.auth_method = Some(AuthMethod::ClientSecretPost),
            Capability::ClientSecretJwt => client.auth_method = Some(AuthMethod::ClientSecretJwt),
            Capability::MutualTls => client.auth_method = Some(AuthMethod::TlsClientAuth),
            Capability::SelfSignedMutualTls => {
                client.auth_method = Some(AuthMethod::SelfSignedTlsClientAuth);
            }
            Capability::PrivateKeyJwt => client.auth_method = Some(AuthMethod::PrivateKeyJwt),
            // who is told of a logout need not watch
            Capability::SessionManagement => {
                client.logout_uri = None;
                client.backchannel_logout_uri = None;
            }
            Capability::PublicClient => {
                client.public = true;
                client.secret = None;
            }
            Capability::Userinfo
            | Capability::Nonce
            | Capability::SpecialCredentials
            | Capability::MaxAge
            | Capability::EssentialAcr
            | Capability::Refresh
            | Capability::ScopeClaims
            | Capability::AggregatedClaims
            | Capability::DistributedClaims
            | Capability::BearerBody
            | Capability::RequestUri
            | Capability::UnsignedRequestUri
            | Capability::DynamicRegistration
            | Capability::WebfingerAcct
            | Capability::WebfingerUrl
            | Capability::ThirdPartyLogin
            | Capability::FormPost
            | Capability::PromptNone
            | Capability::ResponseIssuer
            | Capability::TwoProviders
            | Capability::RpInitiatedLogout
            | Capability::BackChannelLogout
            | Capability::FrontChannelLogout
            | Capability::ReturnTo
            | Capability::Tls => {}
        }
        client
    })
}
