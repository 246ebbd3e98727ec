//! How a product talks OpenID Connect: what the relying party must know before a login.

use serde::Serialize;

use super::{Abilities, Services};

/// The six response types of OpenID Connect (OIDCC-3, OAuth 2.0 Multiple Response Types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ResponseType {
    /// `code`
    #[serde(rename = "code")]
    Code,
    /// `id_token`
    #[serde(rename = "id_token")]
    IdToken,
    /// `id_token token`
    #[serde(rename = "id_token token")]
    IdTokenToken,
    /// `code id_token`
    #[serde(rename = "code id_token")]
    CodeIdToken,
    /// `code token`
    #[serde(rename = "code token")]
    CodeToken,
    /// `code id_token token`
    #[serde(rename = "code id_token token")]
    CodeIdTokenToken,
}

impl ResponseType {
    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Whether an authorization code comes back.
    pub const fn has_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    /// Whether an ID token comes back from the authorization endpoint.
    pub const fn has_id_token(self) -> bool {
        !matches!(self, Self::Code | Self::CodeToken)
    }

    /// Whether an access token comes back from the authorization endpoint.
    pub const fn has_token(self) -> bool {
        matches!(self, Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken)
    }
}

/// How an authorization response travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query string.
    Query,
    /// In the fragment.
    Fragment,
    /// As a form sent by POST (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl ResponseMode {
    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

/// How the client proves itself at the token endpoint (OIDCC-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_secret_basic`
    ClientSecretBasic,
    /// `client_secret_post`
    ClientSecretPost,
    /// `client_secret_basic` if the provider's metadata offers it or says nothing, else `client_secret_post`.
    AsMetadataOffers,
    /// A JWT under the client secret: `client_secret_jwt`.
    ClientSecretJwt,
    /// A JWT under a key of the client's: `private_key_jwt`.
    PrivateKeyJwt,
    /// A certificate that somebody vouches for (RFC8705-2.1).
    TlsClientAuth,
    /// A certificate whose key the client publishes (RFC8705-2.2).
    SelfSignedTlsClientAuth,
    /// A public client: `none`.
    None,
}

/// A signature algorithm (RFC 7518, RFC 8037), by its wire name, for example `RS256`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Algorithm(pub &'static str);

/// Which `iss` values are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerMatch {
    /// Byte for byte the configured issuer (OIDCC-3.1.3.7-2).
    Exact,
    /// The configured issuer, the discovered issuer, or the discovered issuer with one `/` more (BR-R8).
    ConfiguredOrDiscovered,
}

/// Where signature keys come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// The `jwks_uri` of the discovered metadata.
    Discovered,
    /// A fixed JWKS URI from the product's configuration.
    Configured(String),
    /// None: the product does not check signatures (GR-R6).
    NotChecked,
}

/// Which document identifies the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityDocument {
    /// The ID token.
    IdToken,
    /// The access token, which must then be a JWT (GR-R7).
    AccessToken,
    /// The ID token laid over the UserInfo response (BR-R11).
    IdTokenOverUserinfo,
}

/// A UserInfo call at each login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserinfoCall {
    /// An extra query string, for example `schema=openid`.
    pub query: Option<&'static str>,
    /// Whether a `sub` other than the ID token's ends the sign-in (OIDCC-5.3.2); if not, it is the product's rule.
    pub compares_subject: bool,
    /// Whether the access token travels in the body of a form (RFC6750-2.2) and not in the header.
    pub token_in_body: bool,
}

/// How a session is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Renewal {
    /// Not at all.
    None,
    /// With `prompt=none` in the same browser.
    Silent,
    /// With a refresh token, where the provider gives one.
    RefreshToken,
}

/// What signing out of the product does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignOut {
    /// Ends the local session only.
    Local,
    /// Ends the local session and sends the browser to the provider's `end_session_endpoint`.
    EndSession {
        /// Where the provider sends the browser back to, absolute.
        post_logout_redirect_uri: String,
    },
}

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionLifetime {
    /// This many seconds from the sign-in.
    Seconds(i64),
    /// Until the ID token expires.
    IdTokenExpiry,
}

/// The product's own URL paths, each starting with `/` and without a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Where a sign-in starts when the visitor is not signed in; the first is the documented one.
    pub start: Vec<String>,
    /// The redirect URI's path.
    pub callback: Vec<String>,
    /// Where a person signs out.
    pub logout: String,
    /// Where the provider signs a person out (front channel), if the product has such a path.
    pub frontchannel_logout: Option<String>,
    /// Who is signed in, as JSON.
    pub who_am_i: String,
}

/// How the product talks to one configured provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProviderProfile {
    /// The provider's name inside the product; unique.
    pub name: String,
    /// The text of its button.
    pub label: String,
    /// The configured issuer, as written.
    pub issuer: String,
    /// The URL below which `/.well-known/openid-configuration` is fetched, when it differs from the issuer.
    pub authority: Option<String>,
    /// The client identifier.
    pub client_id: String,
    /// The client secret; `None` for public clients and for flows that do not use one.
    #[serde(skip_serializing)]
    pub client_secret: Option<String>,
    /// How the client proves itself at the token endpoint.
    pub client_authentication: ClientAuthentication,
    /// `response_type`.
    pub response_type: ResponseType,
    /// `response_mode`; `None` sends no such parameter.
    pub response_mode: Option<ResponseMode>,
    /// The modes in which a response is taken in.
    pub accepted_modes: Vec<ResponseMode>,
    /// `scope`, exactly as it is sent.
    pub scope: String,
    /// `redirect_uri`, absolute, with its own query string where the product has one.
    pub redirect_uri: String,
    /// Whether a PKCE challenge (S256) is sent.
    pub pkce: bool,
    /// Signature algorithms accepted for the identity token.
    pub algorithms: Vec<Algorithm>,
    /// Which `iss` values are accepted.
    pub issuer_match: IssuerMatch,
    /// Leeway for `exp`, `nbf` and `iat`, in seconds.
    pub leeway: i64,
    /// Where signature keys come from.
    pub keys: KeySource,
    /// Which document identifies the user.
    pub identity: IdentityDocument,
    /// The UserInfo call, if there is one.
    pub userinfo: Option<UserinfoCall>,
    /// What goes beyond a plain login.
    pub abilities: Abilities,
}

/// How a configured product talks OpenID Connect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// The product's name: `billrun`, `cloudbilling`, `billwerk`, `gorules` or `bindplane`.
    pub product: &'static str,
    /// Scheme, host and port of the product, without a final slash.
    pub base_url: String,
    /// The product's paths.
    pub paths: Paths,
    /// The configured providers, in configuration order.
    pub providers: Vec<ProviderProfile>,
    /// How a session is renewed.
    pub renewal: Renewal,
    /// What signing out does.
    pub sign_out: SignOut,
    /// How long a session lives.
    pub session_lifetime: SessionLifetime,
    /// Whether a refused sign-in goes to the envelope's `redirect` with its reason; if not, an error page answers in
    /// place.
    pub error_redirect: bool,
    /// What it answers besides its own pages.
    pub services: Services,
}
