//! What the provider knows of a client (OIDCR-2).

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::authorization::ConsentRule;
use super::client_certificate::CertificateSubject;
use super::keys::jwe::Encryption;
use super::keys::jws::{BadSignature, Decoded};
use super::keys::{Algorithm, ClientKeys, NotVerified, Signature};
use super::{ResponseType, Scope};

/// How a client proves itself at the token endpoint (OIDCC-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum AuthMethod {
    /// HTTP Basic with client id and secret.
    ClientSecretBasic,
    /// Client id and secret in the request body.
    ClientSecretPost,
    /// A JWT that is signed with the client secret (RFC 7523).
    ClientSecretJwt,
    /// A JWT that is signed with a key of the client (RFC 7523).
    PrivateKeyJwt,
    /// A TLS certificate with the right subject (RFC8705-2.1).
    TlsClientAuth,
    /// A TLS certificate with a key of the client (RFC8705-2.2).
    SelfSignedTlsClientAuth,
    /// Only the client id, in the request body.
    None,
}

impl AuthMethod {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::ClientSecretJwt,
        Self::PrivateKeyJwt,
        Self::TlsClientAuth,
        Self::SelfSignedTlsClientAuth,
        Self::None,
    ];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::None => "none",
        }
    }

    /// Whether it needs a TLS connection on which the client is asked for its certificate.
    pub const fn needs_a_certificate(self) -> bool {
        matches!(self, Self::TlsClientAuth | Self::SelfSignedTlsClientAuth)
    }

    /// Those that a provider has which asks for certificates, or does not.
    pub fn offered(certificates: bool) -> Vec<Self> {
        Self::ALL.into_iter().filter(|method| certificates || !method.needs_a_certificate()).collect()
    }
}

/// What an access token looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum AccessTokenFormat {
    /// A signed JWT (RFC 9068).
    #[default]
    Jwt,
    /// A random string that says nothing.
    Opaque,
}

/// When a code brings a refresh token along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum RefreshTokens {
    /// When `offline_access` is among the scopes (OIDCC-11).
    #[default]
    OfflineAccess,
    /// With every code.
    Always,
    /// Never.
    Never,
}

impl RefreshTokens {
    /// Whether a grant of this scope brings a refresh token.
    pub fn due(self, scope: &Scope) -> bool {
        match self {
            Self::OfflineAccess => scope.contains("offline_access"),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Whether a client hands its requests over before it sends the browser (RFC 9126).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(transform = crate::protocol::plain_enum)]
pub enum Pushing {
    /// It may.
    #[default]
    Optional,
    /// It has to: other requests are refused.
    Required,
}

/// A list of URIs that are compared character by character, and whether the whole loopback interface is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UriList {
    /// The URIs.
    pub exact: Vec<String>,
    /// Whether every `http` and `https` URI on the loopback interface belongs to it.
    pub any_loopback: bool,
    /// Whether the port of an `http` URI with a loopback address is left open.
    pub any_port: bool,
}

impl UriList {
    /// Whether a URI is in the list.
    ///
    /// "The comparison of the two URIs must be made by simple string comparison." (RFC6749-3.1.2.3, OIDCC-3.1.2.1) The one
    /// exception: "The authorization server MUST allow any port to be specified at the time of the request for loopback IP
    /// redirect URIs, to accommodate clients that obtain an available ephemeral port from the operating system at the time of
    /// the request." (RFC8252-7.3)
    pub fn contains(&self, uri: &str) -> bool {
        let but_for_the_port = |known: &String| {
            without_port(known).is_some_and(|known| without_port(uri).is_some_and(|uri| known == uri))
        };
        self.exact.iter().any(|known| known == uri)
            || (self.any_port && self.exact.iter().any(but_for_the_port))
            || (self.any_loopback && is_loopback(uri))
    }
}

/// What comes before and after the port of an `http` URI with a loopback IP literal; `None` for any other URI. Of `localhost`
/// the port counts: "the use of `localhost` is NOT RECOMMENDED" (RFC8252-8.3), for it may be anything.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let authority = uri.strip_prefix("http://")?;
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let (authority, rest) = authority.split_at(end);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return None;
    }
    let is_loopback = match url::Host::parse(host) {
        Ok(url::Host::Ipv4(address)) => address.is_loopback(),
        Ok(url::Host::Ipv6(address)) => address.is_loopback(),
        Ok(url::Host::Domain(_)) | Err(_) => false,
    };
    is_loopback.then_some((host, rest))
}

/// Whether a URI leads to this machine: `localhost` and names below it, `127.0.0.0/8`, `[::1]`.
///
/// A URI is printable ASCII (RFC3986-2): the parser is kinder than a `Location` header.
pub fn is_loopback(uri: &str) -> bool {
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let Ok(url) = url::Url::parse(uri) else { return false };
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    matches!(url.scheme(), "http" | "https")
        && loopback
        && url.username().is_empty()
        && url.password().is_none()
}

/// How a client may authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuthenticationRule {
    /// In any way and with any secret: nobody registered the client.
    Anything,
    /// With its secret, in one of these ways.
    Secret {
        /// The secret.
        secret: Arc<str>,
        /// The way, or any of them when there is none.
        only: Option<AuthMethod>,
    },
    /// With a JWT that is signed with one of its keys.
    PrivateKey {
        /// A secret for HS* signatures, never sent.
        secret: Option<Arc<str>>,
    },
    /// With a TLS certificate.
    Certificate {
        /// Which one.
        expected: ExpectedCertificate,
        /// A secret for HS* signatures, never sent.
        secret: Option<Arc<str>>,
    },
    /// With nothing but its id: a public client.
    Public,
}

/// Which TLS certificate a client authenticates with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedCertificate {
    /// One for this subject, by whatever CA (`tls_client_auth`).
    For(CertificateSubject),
    /// One of its own (`self_signed_tls_client_auth`).
    Registered,
}

impl ExpectedCertificate {
    /// The method that is meant.
    pub const fn method(&self) -> AuthMethod {
        match self {
            Self::For(_) => AuthMethod::TlsClientAuth,
            Self::Registered => AuthMethod::SelfSignedTlsClientAuth,
        }
    }
}

/// What tokens for a client look like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenProfile {
    /// How ID tokens are signed, if not with the provider's default key.
    pub id_token_alg: Option<Signature>,
    /// How ID tokens are encrypted, if they are.
    pub id_token_encryption: Option<Encryption>,
    /// How UserInfo responses are signed, if they are JWTs.
    pub userinfo_alg: Option<Signature>,
    /// How UserInfo responses are encrypted, if they are.
    pub userinfo_encryption: Option<Encryption>,
    /// How JWT access tokens are signed, if not with the provider's default key.
    pub access_token_alg: Option<Algorithm>,
    /// JWT or opaque.
    pub access_token: AccessTokenFormat,
    /// `typ` of JWT access tokens.
    pub access_token_typ: Option<String>,
    /// `aud` of access tokens, if not the client id.
    pub access_token_audience: Option<Vec<String>>,
    /// Audiences of ID tokens besides the client.
    pub id_token_audiences: Vec<String>,
    /// When there is a refresh token.
    pub refresh_tokens: RefreshTokens,
    /// The lifetime of ID tokens in seconds, if not the provider's.
    pub id_token_lifetime: Option<i64>,
    /// Whether access tokens are good only with the TLS certificate that they were fetched with (RFC8705-3).
    pub certificate_bound: bool,
}

/// Pages of a client, as http or https URLs (OIDCR-2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Presentation {
    /// Its home page.
    pub home: Option<String>,
    /// Its logo.
    pub logo: Option<String>,
    /// How it uses what it is told of people.
    pub policy: Option<String>,
    /// Its terms of service.
    pub terms: Option<String>,
}

/// Whether a logout says to a client which session is over. It may always (OIDCFC-2: "the OP MAY add these query parameters",
/// OIDCBC-2.4: "MUST contain either a `sub` or a `sid` Claim, and MAY contain both"), and has to where the client said so by
/// `frontchannel_logout_session_required` or `backchannel_logout_session_required`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoutSession {
    /// `iss` and `sid` for the frame.
    pub front_channel: bool,
    /// `sid` in the logout token.
    pub back_channel: bool,
}

impl Default for LogoutSession {
    /// Nobody is worse off for being told.
    fn default() -> Self {
        Self { front_channel: true, back_channel: true }
    }
}

/// One client.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a right or a duty of its own, and none follows from another"
)]
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// How it authenticates.
    pub authentication: ClientAuthenticationRule,
    /// Its public keys: those that it registered, or those that were found where it publishes them.
    pub keys: ClientKeys,
    /// Where it publishes its keys, if it did not register them.
    pub jwks_uri: Option<String>,
    /// The sector in which its subject identifiers mean something, if they are pairwise (OIDCC-8.1).
    pub sector: Option<String>,
    /// The algorithm that it signs assertions with, if only one will do.
    pub assertion_alg: Option<Algorithm>,
    /// The algorithm that it signs request objects with, if only one will do.
    pub request_object_alg: Option<Signature>,
    /// Where its request objects can be fetched.
    pub request_uris: Vec<String>,
    /// Whether its requests have to be pushed (RFC9126-6).
    pub pushing: Pushing,
    /// Where responses may be sent.
    pub redirect_uris: UriList,
    /// Where the browser may be sent after a logout.
    pub post_logout_redirect_uris: UriList,
    /// The front-channel logout URI (OIDCFC-2).
    pub frontchannel_logout_uri: Option<String>,
    /// The back-channel logout URI (OIDCBC-2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Whether a logout says which session is over.
    pub logout_session: LogoutSession,
    /// The response types it may use.
    pub response_types: BTreeSet<ResponseType>,
    /// Whether it may use `client_credentials`.
    pub client_credentials: bool,
    /// Whether it may be a device without a browser (RFC 8628).
    pub device: bool,
    /// Whether a request for a code must carry a PKCE challenge.
    pub pkce_required: bool,
    /// The scopes it may ask for; any when there is no list.
    pub scopes: Option<BTreeSet<String>>,
    /// Whether tokens may travel in the query string, against OAuth.Responses-3.
    pub query_tokens: bool,
    /// How old a sign-in may be where a request does not say, in seconds.
    pub default_max_age: Option<i64>,
    /// The authentication context classes that are wanted where a request does not say, the preferred one first.
    pub default_acr_values: Vec<String>,
    /// When a person is asked to agree, if not as the provider does with other clients.
    pub consent: Option<ConsentRule>,
    /// What the login page and the consent page show of it.
    pub presentation: Presentation,
    /// What its tokens look like.
    pub tokens: TokenProfile,
}

impl Client {
    /// Whether somebody registered it, or it is known only because any client is.
    pub const fn is_registered(&self) -> bool {
        !matches!(self.authentication, ClientAuthenticationRule::Anything)
    }

    /// Whether it has nothing to prove itself with (RFC6749-2.1).
    pub const fn is_public(&self) -> bool {
        matches!(self.authentication, ClientAuthenticationRule::Public)
    }

    /// Whether it authenticates with a TLS certificate that holds one of its keys.
    pub const fn authenticates_with_a_key_in_a_certificate(&self) -> bool {
        matches!(
            self.authentication,
            ClientAuthenticationRule::Certificate { expected: ExpectedCertificate::Registered, .. }
        )
    }

    /// `aud` of its access tokens, JWT or not: those that are configured, else the client itself.
    pub fn audience(&self) -> Value {
        match self.tokens.access_token_audience.as_deref() {
            None => self.id.clone().into(),
            Some([one]) => one.clone().into(),
            Some(several) => several.into(),
        }
    }

    /// Whether documents for it are signed with its secret.
    pub fn is_signed_to_with_secret(&self) -> bool {
        let signatures = [self.tokens.id_token_alg, self.tokens.userinfo_alg];
        signatures.into_iter().flatten().any(Signature::is_symmetric)
    }

    /// Whether documents for it are encrypted.
    pub const fn is_encrypted_to(&self) -> bool {
        self.tokens.id_token_encryption.is_some() || self.tokens.userinfo_encryption.is_some()
    }

    /// The client secret, if it has one.
    pub fn secret(&self) -> Option<&Arc<str>> {
        match &self.authentication {
            ClientAuthenticationRule::Secret { secret, .. } => Some(secret),
            ClientAuthenticationRule::PrivateKey { secret }
            | ClientAuthenticationRule::Certificate { secret, .. } => secret.as_ref(),
            ClientAuthenticationRule::Anything | ClientAuthenticationRule::Public => None,
        }
    }

    /// Checks a signature of the client, with its secret or one of its keys (OIDCC-10.1).
    pub fn verify(&self, token: &Decoded) -> Result<(), NotVerified> {
        if !token.algorithm()?.is_symmetric() {
            return self.keys.verify(token);
        }
        match self.secret() {
            Some(secret) => Ok(token.verify_with_secret(secret)?),
            None => Err(BadSignature::Mismatch.into()),
        }
    }
}

/// Where clients are looked up.
pub trait Clients {
    /// The client with this id, if it is known.
    fn client(&self, id: &str) -> Option<Arc<Client>>;

    /// The ids that are registered, for help with a misspelt one.
    fn registered_ids(&self) -> Vec<String>;
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::localhost("http://localhost:3000/cb", true)]
    #[case::name_below_localhost("http://app.localhost/cb", true)]
    #[case::ipv4("https://127.0.0.1/cb?x=1", true)]
    #[case::all_of_127("http://127.9.9.9/", true)]
    #[case::ipv6("http://[::1]:8080/cb", true)]
    #[case::elsewhere("https://app.example/cb", false)]
    #[case::name_that_only_begins_so("http://localhost.example/cb", false)]
    #[case::user_before_the_host("http://localhost@app.example/cb", false)]
    #[case::user_at_localhost("http://app.example@localhost/cb", false)]
    #[case::script("javascript://localhost/%0aalert(1)", false)]
    #[case::relative("/cb", false)]
    #[case::control_character("http://localhost/\0", false)]
    #[case::not_ascii("http://localhost/ü", false)]
    fn loopback_uris_are_recognised(#[case] uri: &str, #[case] expected: bool) {
        assert_eq!(is_loopback(uri), expected);
    }

    #[rstest]
    #[case::as_registered("http://127.0.0.1/cb?a=b", true)]
    #[case::with_a_port("http://127.0.0.1:52817/cb?a=b", true)]
    #[case::ipv6("http://[::1]:52817", true)]
    #[case::ipv6_without_a_port("http://[::1]", true)]
    #[case::another_path("http://127.0.0.1:52817/cb", false)]
    #[case::another_loopback_address("http://127.0.0.2:52817/cb?a=b", false)]
    #[case::another_scheme("https://127.0.0.1:52817/cb?a=b", false)]
    #[case::a_name_has_one_port("http://localhost:52817/cb", false)]
    #[case::a_host_behind_the_address("http://127.0.0.1:52817@app.example/cb?a=b", false)]
    #[case::no_port("http://127.0.0.1:/cb?a=b", false)]
    #[case::elsewhere("http://192.0.2.1:52817/cb", false)]
    fn the_port_of_a_loopback_address_is_left_open(#[case] uri: &str, #[case] expected: bool) {
        let registered =
            ["http://127.0.0.1/cb?a=b", "http://[::1]:9", "http://localhost:3000/cb", "http://192.0.2.1/cb"];
        let exact = registered.map(str::to_owned).to_vec();
        let list = UriList { exact: exact.clone(), any_port: true, ..UriList::default() };
        assert_eq!(list.contains(uri), expected);
        let strict = UriList { exact: exact.clone(), ..UriList::default() };
        assert_eq!(strict.contains(uri), exact.iter().any(|known| known == uri), "unless it is");
    }
}
