//! The openidconnect client of one provider: it writes authentication requests and talks to the token endpoint.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, Client, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, ExtraTokenFields, IdToken, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::discovery::Metadata;
use super::rejection::Rejection;
use crate::decision::{ClientAuthentication, ProviderProfile};

/// The ID token of a token response, as it was written.
///
/// The crate's own type parses every standard claim and fails as a whole when one has an unexpected type. What an
/// unexpected type means is a product's decision here, so the token is kept as text.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct WithRawIdToken {
    pub(super) id_token: Option<String>,
}

impl ExtraTokenFields for WithRawIdToken {}

/// Stands where the crate wants to know which claims an ID token may have.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct AnyClaims {}

impl AdditionalClaims for AnyClaims {}

pub(super) type RawTokenResponse = StandardTokenResponse<WithRawIdToken, CoreTokenType>;

impl TokenResponse<AnyClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>
    for RawTokenResponse
{
    /// Always `None`: the token is read from `WithRawIdToken`.
    fn id_token(
        &self,
    ) -> Option<
        &IdToken<AnyClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>,
    > {
        None
    }
}

/// A client made from provider metadata.
pub(super) type OidcClient = Client<
    AnyClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    RawTokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The client for a provider, with the product's redirect URI and way to authenticate.
pub(super) fn client(profile: &ProviderProfile, metadata: &Metadata) -> Result<OidcClient, Rejection> {
    let redirect_uri = RedirectUrl::new(profile.redirect_uri.clone()).map_err(|e| {
        Rejection::Unavailable { endpoint: "authorization", cause: format!("redirect URI: {e}") }
    })?;
    let secret = match profile.client_authentication {
        // What these send as proof is a parameter or a certificate, and no secret.
        ClientAuthentication::None
        | ClientAuthentication::ClientSecretJwt
        | ClientAuthentication::PrivateKeyJwt
        | ClientAuthentication::TlsClientAuth
        | ClientAuthentication::SelfSignedTlsClientAuth => None,
        ClientAuthentication::AsMetadataOffers
        | ClientAuthentication::ClientSecretBasic
        | ClientAuthentication::ClientSecretPost => profile.client_secret.clone().map(ClientSecret::new),
    };
    let client_id = ClientId::new(profile.client_id.clone());
    // The product's scope is sent as it is, so the crate must not add its own `openid`.
    let metadata = with_alias(profile, metadata.clone());
    let auth_type = auth_type(profile, &metadata);
    Ok(OidcClient::from_provider_metadata(metadata, client_id, secret)
        .set_redirect_uri(redirect_uri)
        .set_auth_type(auth_type)
        .disable_openid_scope())
}

/// RFC8705-5: a client that is going to show a certificate "MUST use the alias URL of the endpoint within the
/// `mtls_endpoint_aliases`, when present".
fn with_alias(profile: &ProviderProfile, metadata: Metadata) -> Metadata {
    let alias = alias(profile, &metadata, "token_endpoint").and_then(|url| TokenUrl::new(url).ok());
    match alias {
        Some(alias) => metadata.set_token_endpoint(Some(alias)),
        None => metadata,
    }
}

/// The alternative address of an endpoint, for clients that show a certificate.
pub(super) fn alias(profile: &ProviderProfile, metadata: &Metadata, endpoint: &str) -> Option<String> {
    let by_certificate = matches!(
        profile.client_authentication,
        ClientAuthentication::TlsClientAuth | ClientAuthentication::SelfSignedTlsClientAuth
    );
    let further = &metadata.additional_metadata().additional_metadata;
    further.mtls_endpoint_aliases.get(endpoint).filter(|_| by_certificate).cloned()
}

fn auth_type(profile: &ProviderProfile, metadata: &Metadata) -> AuthType {
    match profile.client_authentication {
        ClientAuthentication::ClientSecretBasic => AuthType::BasicAuth,
        ClientAuthentication::ClientSecretPost
        | ClientAuthentication::ClientSecretJwt
        | ClientAuthentication::PrivateKeyJwt
        | ClientAuthentication::TlsClientAuth
        | ClientAuthentication::SelfSignedTlsClientAuth
        | ClientAuthentication::None => AuthType::RequestBody,
        ClientAuthentication::AsMetadataOffers => {
            let offered = metadata.token_endpoint_auth_methods_supported();
            let basic = offered.is_none_or(|it| it.contains(&CoreClientAuthMethod::ClientSecretBasic));
            if basic { AuthType::BasicAuth } else { AuthType::RequestBody }
        }
    }
}
