//! The words that errors have on the wire, and what every cause of an error can say about itself.

use std::fmt;

/// An error code of OAuth 2.0 or OpenID Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OAuthErrorCode {
    /// The person refused (RFC6749-4.1.2.1).
    AccessDenied,
    /// Nobody has said yes or no to the device yet (RFC8628-3.5).
    AuthorizationPending,
    /// The device code is past its time (RFC8628-3.5).
    ExpiredToken,
    /// Somebody would have to agree (OIDCC-3.1.2.6).
    ConsentRequired,
    /// The token's scope does not suffice (RFC6750-3.1).
    InsufficientScope,
    /// The client did not prove who it is (RFC6749-5.2).
    InvalidClient,
    /// What a client says of itself cannot be registered (OIDCR-3.3).
    InvalidClientMetadata,
    /// The code or refresh token is not good, or not for this client (RFC6749-5.2).
    InvalidGrant,
    /// A redirect URI cannot be registered (OIDCR-3.3).
    InvalidRedirectUri,
    /// The request is malformed (RFC6749-5.2).
    InvalidRequest,
    /// The request object is not good (OIDCC-3.1.2.6).
    InvalidRequestObject,
    /// The `request_uri` leads to no request (OIDCC-3.1.2.6).
    InvalidRequestUri,
    /// The scope is malformed or not allowed (RFC6749-5.2).
    InvalidScope,
    /// The access token is not good (RFC6750-3.1).
    InvalidToken,
    /// Somebody would have to sign in (OIDCC-3.1.2.6).
    LoginRequired,
    /// `registration` is not supported (OIDCC-3.1.2.6).
    RegistrationNotSupported,
    /// `request` is not supported (OIDCC-3.1.2.6).
    RequestNotSupported,
    /// `request_uri` is not supported (OIDCC-3.1.2.6).
    RequestUriNotSupported,
    /// The provider cannot do it (RFC6749-4.1.2.1).
    ServerError,
    /// The device asks too often (RFC8628-3.5).
    SlowDown,
    /// The client may not do this (RFC6749-5.2).
    UnauthorizedClient,
    /// The person cannot sign in as thoroughly as the client insists (OpenID Connect Core Error Code
    /// `unmet_authentication_requirements` 1.0, 2).
    UnmetAuthenticationRequirements,
    /// There is no such grant type here (RFC6749-5.2).
    UnsupportedGrantType,
    /// There is no such response type here (RFC6749-4.1.2.1).
    UnsupportedResponseType,
}

impl OAuthErrorCode {
    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::AuthorizationPending => "authorization_pending",
            Self::ExpiredToken => "expired_token",
            Self::ConsentRequired => "consent_required",
            Self::InsufficientScope => "insufficient_scope",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidToken => "invalid_token",
            Self::LoginRequired => "login_required",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::SlowDown => "slow_down",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
        }
    }

    /// The HTTP status, where the error is an answer of its own and not a redirect.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::AccessDenied
            | Self::AuthorizationPending
            | Self::ConsentRequired
            | Self::ExpiredToken
            | Self::SlowDown
            | Self::InvalidClientMetadata
            | Self::InvalidGrant
            | Self::InvalidRedirectUri
            | Self::InvalidRequest
            | Self::InvalidRequestObject
            | Self::InvalidRequestUri
            | Self::InvalidScope
            | Self::LoginRequired
            | Self::RegistrationNotSupported
            | Self::RequestNotSupported
            | Self::RequestUriNotSupported
            | Self::UnauthorizedClient
            | Self::UnmetAuthenticationRequirements
            | Self::UnsupportedGrantType
            | Self::UnsupportedResponseType => 400,
        }
    }

    /// A sentence for `error_description`: true of every cause with this code, so that the wire says no more than a real
    /// provider would. The cause itself goes to the log, the journal and the error page.
    pub const fn description(self) -> &'static str {
        match self {
            Self::AccessDenied => "the person refused the request",
            Self::AuthorizationPending => "the person has not answered yet",
            Self::ExpiredToken => "the device code has expired",
            Self::ConsentRequired => "the person has to agree",
            Self::InsufficientScope => "the access token does not reach this far",
            Self::InvalidClient => "client authentication failed",
            Self::InvalidGrant => "the grant is invalid, expired, revoked or was issued to somebody else",
            Self::InvalidClientMetadata => "the client metadata cannot be registered",
            Self::InvalidRedirectUri => "a redirect URI cannot be registered",
            Self::InvalidRequest => "the request is malformed",
            Self::InvalidRequestObject => "the request object is invalid",
            Self::InvalidRequestUri => "the request_uri leads to no valid request",
            Self::InvalidScope => "the requested scope is invalid",
            Self::InvalidToken => "the access token is invalid, expired or revoked",
            Self::LoginRequired => "the person has to sign in",
            Self::RegistrationNotSupported => "the registration parameter is not supported",
            Self::RequestNotSupported => "the request parameter is not supported",
            Self::RequestUriNotSupported => "the request_uri parameter is not supported",
            Self::ServerError => "the provider cannot answer this request",
            Self::SlowDown => "the device asks too often: it has to wait five seconds more each time",
            Self::UnauthorizedClient => "the client is not allowed to do this",
            Self::UnmetAuthenticationRequirements => "the requirements for the sign-in cannot be met",
            Self::UnsupportedGrantType => "this grant type is not supported",
            Self::UnsupportedResponseType => "this response type is not supported",
        }
    }
}

impl fmt::Display for OAuthErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a request was refused: precise for the reader of the log, standard on the wire.
pub trait Cause: fmt::Display + fmt::Debug {
    /// The clause that asks for the refusal.
    fn clause(&self) -> &'static str;

    /// The code on the wire.
    fn code(&self) -> OAuthErrorCode;

    /// What to do about it, where the person who is shown the error can do something.
    fn help(&self) -> Option<&'static str> {
        None
    }

    /// The HTTP status, where the error is an answer of its own and not a redirect.
    fn status(&self) -> u16 {
        self.code().status()
    }
}
