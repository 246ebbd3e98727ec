//! What the provider says about itself: metadata and keys, fetched once and kept.

use std::collections::BTreeMap;
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
use serde_json::{Value, json};
use url::{Host, Url};

use super::RelyingParty;
use super::call;
use super::client;
use super::introduction::Learnt;
use super::json::read;
use super::jws::KeySet;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::decision::{IssuerMatch, KeySource, ProviderProfile, Timestamp};

/// As often keys are looked at again within [`LOOKS_PERIOD`] for the sake of tokens with unknown keys.
const MOST_LOOKS: usize = 5;

/// In seconds.
const LOOKS_PERIOD: i64 = 60;

/// Metadata that the crate does not know.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Further {
    /// RFC 9207, 3
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    /// RFC 8705, 5
    #[serde(default)]
    pub(super) mtls_endpoint_aliases: BTreeMap<String, String>,
    /// RFC 8414, 2
    #[serde(default)]
    pub(super) code_challenge_methods_supported: Vec<String>,
    /// OIDCSM-3.3
    #[serde(default)]
    pub(super) check_session_iframe: Option<String>,
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
    /// When the keys were looked at again for the sake of a token, lately.
    looks: Vec<Timestamp>,
    /// What else was learnt before the first login.
    pub(super) learnt: Learnt,
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
        let found = discover(self, profile).await;
        let usable =
            found.as_ref().is_ok_and(|it| !profile.response_type.has_code() || it.token_endpoint().is_some());
        let guessed = if usable { None } else { guessed(&profile.issuer) };
        let guessed = guessed.filter(|_| self.skips(Weakness::GuessesMetadata));
        let metadata = Arc::new(guessed.map_or(found, Ok)?);
        self.with_known(provider, |known| known.metadata = Some(Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys of a provider, fetched at the first use.
    pub(super) async fn keys(
        &self,
        provider: usize,
        profile: &ProviderProfile,
    ) -> Result<Arc<KeySet>, Rejection> {
        match self.known_keys(provider) {
            Some(keys) => Ok(keys),
            None => self.refetch_keys(provider, profile).await,
        }
    }

    /// The keys of a provider, as far as they were fetched.
    pub(super) fn known_keys(&self, provider: usize) -> Option<Arc<KeySet>> {
        self.with_known(provider, |known| known.keys.clone())
    }

    /// The keys of a provider, fetched again because a token is signed with one that is not among them. Whoever sends many
    /// such tokens does not bring about as many calls.
    pub(super) async fn renewed_keys(
        &self,
        provider: usize,
        profile: &ProviderProfile,
    ) -> Result<Arc<KeySet>, Rejection> {
        let now = self.now();
        let enough = self.with_known(provider, |known| {
            known.looks.retain(|at| now.0.saturating_sub(at.0) < LOOKS_PERIOD);
            known.looks.push(now);
            known.looks.len() > MOST_LOOKS
        });
        let enough = enough && !self.skips(Weakness::LooksForKeysWithoutEnd);
        if enough { self.keys(provider, profile).await } else { self.refetch_keys(provider, profile).await }
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
        let document: Value = self.fetch_json("jwks", &uri).await?;
        let keys = Arc::new(KeySet::read(&document).ok_or_else(|| unusable("the answer is no JWK Set"))?);
        self.with_known(provider, |known| known.keys = Some(Arc::clone(&keys)));
        Ok(keys)
    }
}

/// The addresses that a provider may have, for somebody who cannot do without.
fn guessed(issuer: &str) -> Option<Metadata> {
    let at = |path: &str| format!("{}/{path}", issuer.trim_end_matches('/'));
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    serde_json::from_value(metadata).ok()
}

/// The crate's own discovery call is not used: it insists on an issuer that equals the URL it was asked at, which
/// BillRun (BR-R8) and a separate authority (GoRules) do not, and it fetches keys that may never be needed.
async fn discover(rp: &RelyingParty, profile: &ProviderProfile) -> Result<Metadata, Rejection> {
    let authority = profile.authority.as_ref().unwrap_or(&profile.issuer).trim_end_matches('/');
    let uri = format!("{authority}/.well-known/openid-configuration");
    let metadata: Metadata = rp.fetch_json("discovery", &uri).await?;
    // OIDCD-4.3: "The issuer value returned MUST be identical to the Issuer URL that was directly used"
    let other = profile.issuer_match == IssuerMatch::Exact && metadata.issuer().as_str() != profile.issuer;
    if other && !rp.skips(Weakness::SkipsMetadataIssuer) {
        return Err(Rejection::MetadataIssuerMismatch {
            expected: profile.issuer.clone(),
            found: metadata.issuer().as_str().to_owned(),
        });
    }
    for (name, url) in endpoints(&metadata).into_iter().chain(aliases(profile, &metadata)) {
        rp.trustworthy(name, &url, profile)?;
    }
    Ok(metadata)
}

/// The endpoints that will be called, or that the browser will be sent to.
fn endpoints(metadata: &Metadata) -> Vec<(&'static str, Url)> {
    let optional = [
        ("token_endpoint", metadata.token_endpoint().map(|it| it.url().clone())),
        ("userinfo_endpoint", metadata.userinfo_endpoint().map(|it| it.url().clone())),
        ("registration_endpoint", metadata.registration_endpoint().map(|it| it.url().clone())),
    ];
    let mut all = vec![
        ("authorization_endpoint", metadata.authorization_endpoint().url().clone()),
        ("jwks_uri", metadata.jwks_uri().url().clone()),
    ];
    all.extend(optional.into_iter().filter_map(|(name, url)| Some((name, url?))));
    all
}

/// The addresses that take their place for a client that shows a certificate (RFC8705-5).
fn aliases(profile: &ProviderProfile, metadata: &Metadata) -> Vec<(&'static str, Url)> {
    let alias = |name| Some((name, Url::parse(&client::alias(profile, metadata, name)?).ok()?));
    ["token_endpoint", "userinfo_endpoint"].into_iter().filter_map(alias).collect()
}

impl RelyingParty {
    /// OIDCD-3 has every endpoint use https, and OIDCD-7.1 the whole of discovery. A provider on plain http is for tests on
    /// one machine, and may have all of it there. No provider elsewhere has an endpoint on this machine or in its network.
    pub(super) fn trustworthy(
        &self,
        name: &'static str,
        url: &Url,
        profile: &ProviderProfile,
    ) -> Result<(), Rejection> {
        let issuer = Url::parse(&profile.issuer).ok();
        let plain = issuer.as_ref().is_some_and(|issuer| issuer.scheme() == "http");
        let secure = url.scheme() == "https" || (plain && url.scheme() == "http");
        let within = is_local(url) && !issuer.as_ref().is_some_and(is_local);
        let refused = if within {
            !self.skips(Weakness::CallsAnyAddress)
        } else {
            !secure && !self.skips(Weakness::AcceptsInsecureEndpoints)
        };
        if refused {
            return Err(Rejection::EndpointNotTrusted { endpoint: name, url: url.to_string() });
        }
        Ok(())
    }

    /// Fetches a document of the provider's.
    pub(super) async fn fetch_json<T: DeserializeOwned>(
        &self,
        endpoint: &'static str,
        uri: &str,
    ) -> Result<T, Rejection> {
        let unusable = |cause: String| Rejection::Unavailable { endpoint, cause };
        let request = http::Request::get(uri).header(ACCEPT, "application/json").body(Vec::new());
        let response = self.call(endpoint, request.map_err(|e| unusable(e.to_string()))?).await?;
        // OIDCD-4.2: "A successful response MUST use the 200 OK HTTP status code"
        if response.status() != http::StatusCode::OK && !self.skips(Weakness::SkipsStatus) {
            return Err(unusable(format!("`{uri}` answered {}", response.status().as_u16())));
        }
        // OIDCD-4.2: "and return a JSON object using the application/json content type". Key sets have a type of their own
        // (RFC7517-8.5.2), which many servers do not know.
        let kind = call::media_type(&response).unwrap_or_default();
        let json = kind == "application/json" || endpoint == "jwks";
        if !json && !self.skips(Weakness::SkipsContentType) {
            return Err(unusable(format!("`{uri}` answered with content type `{kind}`")));
        }
        let document = read(response.body(), &self.left_out).map_err(|e| unusable(e.to_string()))?;
        serde_json::from_value(document).map_err(|e| unusable(e.to_string()))
    }
}

/// Whether a URL leads to this machine or the network that it is in.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(it)) => {
            it.is_loopback() || it.is_link_local() || it.is_private() || it.is_unspecified()
        }
        Some(Host::Ipv6(it)) => {
            it.is_loopback() || it.is_unspecified() || it.is_unicast_link_local() || it.is_unique_local()
        }
        None => true,
    }
}
