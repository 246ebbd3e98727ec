//! What the provider says about itself: metadata and keys, fetched once and kept.

use std::sync::Arc;

use http::header::ACCEPT;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, LogoutProviderMetadata, ProviderMetadata};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RelyingParty;
use super::jws::KeySet;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::decision::{IssuerMatch, KeySource, ProviderProfile};
use crate::transport::Transport;

/// Metadata that the crate does not know.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Further {
    /// RFC 9207, 3
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Further {}

/// The provider's metadata (OpenID Connect Discovery, 3).
pub(super) type Metadata = ProviderMetadata<
    LogoutProviderMetadata<Further>,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of one provider so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    metadata: Option<Arc<Metadata>>,
    keys: Option<Arc<KeySet>>,
}

/// Whether the provider promises an `iss` parameter in every response (RFC 9207, 2.4).
pub(super) fn promises_issuer(metadata: &Metadata) -> bool {
    metadata.additional_metadata().additional_metadata.authorization_response_iss_parameter_supported
}

/// The values of `iss` that the product accepts from this provider.
pub(super) fn accepted_issuers(profile: &ProviderProfile, metadata: &Metadata) -> Vec<String> {
    match profile.issuer_match {
        IssuerMatch::Exact => vec![profile.issuer.clone()],
        IssuerMatch::ConfiguredOrDiscovered => {
            let discovered = metadata.issuer().as_str();
            vec![profile.issuer.clone(), discovered.to_owned(), format!("{discovered}/")]
        }
    }
}

impl RelyingParty {
    /// The metadata of a provider, fetched at the first use.
    pub(super) async fn metadata(
        &self,
        provider: usize,
        profile: &ProviderProfile,
    ) -> Result<Arc<Metadata>, Rejection> {
        if let Some(metadata) = self.with_known(provider, |known| known.metadata.clone()) {
            return Ok(metadata);
        }
        let metadata = Arc::new(discover(self, profile).await?);
        self.with_known(provider, |known| known.metadata = Some(Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys of a provider, fetched at the first use.
    pub(super) async fn keys(
        &self,
        provider: usize,
        profile: &ProviderProfile,
    ) -> Result<Arc<KeySet>, Rejection> {
        match self.with_known(provider, |known| known.keys.clone()) {
            Some(keys) => Ok(keys),
            None => self.refetch_keys(provider, profile).await,
        }
    }

    /// The keys of a provider, fetched now (X-R4, OIDCC-10.1.1: an unknown `kid` is the sign to look again).
    pub(super) async fn refetch_keys(
        &self,
        provider: usize,
        profile: &ProviderProfile,
    ) -> Result<Arc<KeySet>, Rejection> {
        let uri = match &profile.keys {
            KeySource::Discovered => self.metadata(provider, profile).await?.jwks_uri().url().to_string(),
            KeySource::Configured(uri) => uri.clone(),
            KeySource::NotChecked => return Ok(Arc::default()),
        };
        let unusable = |cause: &str| Rejection::Unavailable { endpoint: "jwks", cause: cause.to_owned() };
        let document: Value = fetch_json(self.transport(), "jwks", &uri).await?;
        let keys = Arc::new(KeySet::read(&document).ok_or_else(|| unusable("the answer is no JWK Set"))?);
        self.with_known(provider, |known| known.keys = Some(Arc::clone(&keys)));
        Ok(keys)
    }
}

/// The crate's own discovery call is not used: it insists on an issuer that equals the URL it was asked at, which
/// BillRun (BR-R8) and a separate authority (GoRules) do not, and it fetches keys that may never be needed.
async fn discover(rp: &RelyingParty, profile: &ProviderProfile) -> Result<Metadata, Rejection> {
    let authority = profile.authority.as_ref().unwrap_or(&profile.issuer).trim_end_matches('/');
    let uri = format!("{authority}/.well-known/openid-configuration");
    let metadata: Metadata = fetch_json(rp.transport(), "discovery", &uri).await?;
    // OIDCD-4.3: "The issuer value returned MUST be identical to the Issuer URL that was directly used"
    let exact = profile.issuer_match == IssuerMatch::Exact && !rp.skips(Weakness::SkipsMetadataIssuer);
    if exact && metadata.issuer().as_str() != profile.issuer {
        return Err(Rejection::MetadataIssuerMismatch {
            expected: profile.issuer.clone(),
            found: metadata.issuer().as_str().to_owned(),
        });
    }
    Ok(metadata)
}

async fn fetch_json<T: DeserializeOwned>(
    transport: &Transport,
    endpoint: &'static str,
    uri: &str,
) -> Result<T, Rejection> {
    let unusable = |cause: String| Rejection::Unavailable { endpoint, cause };
    let request = http::Request::get(uri).header(ACCEPT, "application/json").body(Vec::new());
    let response = transport
        .send(request.map_err(|e| unusable(e.to_string()))?)
        .await
        .map_err(|e| unusable(e.to_string()))?;
    if response.status() != http::StatusCode::OK {
        return Err(unusable(format!("`{uri}` answered {}", response.status().as_u16())));
    }
    serde_json::from_slice(response.body()).map_err(|e| unusable(e.to_string()))
}
