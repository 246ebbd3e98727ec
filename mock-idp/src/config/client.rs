//! Registered clients.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ConsentRule, Duration};
pub use crate::protocol::client::{AccessTokenFormat, AuthMethod, Pushing, RefreshTokens};
pub use crate::protocol::client_certificate::CertificateSubject;
use crate::protocol::keys::jwe::Encryption;
use crate::protocol::keys::{Algorithm, Signature};
pub use crate::protocol::subject::SubjectType;
use crate::protocol::subject::{NoSector, sector};

/// What a client may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Flow {
    /// `response_type=code`.
    Code,
    /// `response_type=id_token` and `id_token token`.
    Implicit,
    /// `response_type=code id_token`, `code token` and `code id_token token`.
    Hybrid,
    /// `grant_type=client_credentials`.
    ClientCredentials,
    /// A device without a browser (RFC 8628).
    Device,
}

/// Whether authorization requests for a code must carry a PKCE challenge (RFC 7636).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Pkce {
    /// A challenge is honoured when there is one.
    Optional,
    /// A request without a challenge is refused.
    Required,
}

/// One registered client.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that somebody sets by its name in a file"
)]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(extend("x-noun" = "client setting"))]
pub struct ClientConfig {
    /// The name that the login page shows; the client id when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The client secret. A client has either a secret or `public: true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The client's public keys as a JWK set: for `private_key_jwt`, `self_signed_tls_client_auth` and signed request objects,
    /// and to encrypt to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Map<String, Value>>,
    /// Whom the client's TLS certificate is for, with `auth_method: tls_client_auth`; whoever issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateSubject>,
    /// Bind access tokens to the TLS certificate that they are fetched with: they are then good only on connections with
    /// that certificate (RFC 8705).
    pub certificate_bound_tokens: bool,
    /// Where the client publishes its keys as a JWK set, instead of `jwks`. They are fetched when they are needed, and again
    /// when a signature does not match them; `outgoing` says which hosts may be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// A client that cannot keep a secret, such as an app in the browser.
    pub public: bool,
    /// Where responses may be sent, compared character by character, query string included.
    pub redirect_uris: Vec<String>,
    /// Besides `redirect_uris`, accept every URI on the loopback interface.
    pub any_loopback_redirect_uri: bool,
    /// The front-channel logout URI: loaded in a frame with `iss` and `sid` when the user's session ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logout_uri: Option<String>,
    /// The back-channel logout URI: a logout token is posted to it when the user's session ends (OpenID Connect Back-Channel
    /// Logout 1.0). `outgoing` says which hosts may be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether the frame of `logout_uri` has to be told `iss` and `sid` (OpenID Connect Front-Channel Logout 1.0). It is told
    /// in any case unless this is `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    /// Whether logout tokens have to have a `sid` (OpenID Connect Back-Channel Logout 1.0). They have one in any case unless
    /// this is `false`, and then say by `sub` alone who signed out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// Where the browser may be sent after a logout, compared character by character.
    pub post_logout_redirect_uris: Vec<String>,
    /// What the client may do; everything when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flows: Option<Vec<Flow>>,
    /// Whether the client sees the same subject identifiers as others, or pairwise ones (OpenID Connect Core 8.1). They follow
    /// from the host of the redirect URIs, the user's `sub` and the provider's `seed`.
    pub subject_type: SubjectType,
    /// A URL whose host takes the place of that of the redirect URIs for pairwise subjects, for clients on several hosts. It is
    /// not fetched: what stands here is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_identifier_uri: Option<String>,
    /// Whether PKCE is required; left out, the provider's `pkce` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkce: Option<Pkce>,
    /// The one way in which the client authenticates; left out, a client with a secret may use the header, the body or a
    /// JWT signed with it, and one with only keys a JWT signed with one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<AuthMethod>,
    /// The scopes that the client may ask for; every scope, known or not, when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// How ID tokens for this client are signed; left out, with the provider's first key. HS* uses the client secret. `none`
    /// leaves them unsigned, for clients that get them from the token endpoint only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_alg: Option<Signature>,
    /// How ID tokens for this client are encrypted, after they are signed, to one of its keys; left out, not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encryption: Option<Encryption>,
    /// How UserInfo responses for this client are signed; left out, they are JSON, unless they are encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_alg: Option<Signature>,
    /// How UserInfo responses for this client are encrypted, to one of its keys; left out, not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_encryption: Option<Encryption>,
    /// How JWT access tokens for this client are signed; left out, with the provider's first key. Not HS*: whoever is shown
    /// the token does not have the client's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_alg: Option<Algorithm>,
    /// How request objects of this client are signed: others are refused. Left out, in any way or not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_alg: Option<Signature>,
    /// Where request objects of this client can be fetched, for `request_uri`. A fragment, which is the hash of a
    /// version, does not matter.
    pub request_uris: Vec<String>,
    /// Whether this client has to push its requests to `/par` (RFC 9126).
    pub pushed_requests: Pushing,
    /// What access tokens look like.
    pub access_token: AccessTokenFormat,
    /// The `typ` header of JWT access tokens; `at+jwt` when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_typ: Option<String>,
    /// `aud` of access tokens; the client id when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_audience: Option<Vec<String>>,
    /// Audiences of the ID token besides the client itself. With any, `aud` is a list and `azp` names the client.
    pub id_token_audiences: Vec<String>,
    /// When a refresh token is given out.
    pub refresh_tokens: RefreshTokens,
    /// Allow `response_mode=query` for responses that carry tokens, against OAuth 2.0 Multiple Response Type Encoding
    /// Practices 3: tokens then end up in server logs and browser history. Only for applications that ask for it.
    pub query_tokens: bool,
    /// When a person is asked to agree before this client is answered, instead of the provider's `consent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentRule>,
    /// How long ID tokens for this client live, instead of `lifetimes.id_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_lifetime: Option<Duration>,
}

impl ClientConfig {
    /// The sector of its pairwise subjects, if it has such.
    pub fn sector(&self) -> Option<Result<String, NoSector>> {
        let redirect_uris = self.redirect_uris.iter().map(String::as_str);
        let pairwise = self.subject_type == SubjectType::Pairwise;
        pairwise.then(|| sector(self.sector_identifier_uri.as_deref(), redirect_uris))
    }
}
