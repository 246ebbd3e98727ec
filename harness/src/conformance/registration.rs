//! The provider's side of a registration: its keys, and what it knows of the client.

use mock_idp::config::{AuthMethod, ClientConfig, IdpConfig, OneOrMany, SigningConfig};
use mock_idp::protocol::keys::{Algorithm, Signature};

use super::case::Capability;
use super::people;

/// Keys of two kinds, so that a token can be well signed and still wrong.
const KEYS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// A provider with one client.
pub(super) fn provider(client_id: &str, client: ClientConfig) -> IdpConfig {
    let registered = client.id_token_alg.and_then(Signature::algorithm);
    let others = registered.filter(|alg| !alg.is_symmetric() && !KEYS.contains(alg));
    let keys = KEYS.into_iter().chain(others);
    IdpConfig {
        signing: OneOrMany(keys.map(|alg| SigningConfig { alg, ..SigningConfig::default() }).collect()),
        registration: Some(true),
        clients: [(client_id.to_owned(), client)].into(),
        users: people::users(),
        ..IdpConfig::default()
    }
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
            Capability::PrivateKeyJwt => client.auth_method = Some(AuthMethod::PrivateKeyJwt),
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
            | Capability::MutualTls
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
            | Capability::SessionManagement
            | Capability::ReturnTo => {}
        }
        client
    })
}
