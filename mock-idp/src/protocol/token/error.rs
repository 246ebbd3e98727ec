//! Why a token request was refused.

use crate::protocol::client_authentication::ClientAuthenticationError;
use crate::protocol::{Cause, MalformedScope, OAuthErrorCode, Timestamp, UnreadableRequest};

/// A refusal at the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The client was not believed.
    #[error(transparent)]
    Client(#[from] ClientAuthenticationError),
    /// The client's tokens are bound to its TLS certificate, and it showed none.
    #[error(
        "the access tokens of `{0}` are bound to its TLS certificate, and it showed none: mtls_endpoint_aliases says where \
         one is asked for"
    )]
    CertificateMissing(String),
    /// The client may not use `client_credentials`.
    #[error("`{0}` is not registered for client_credentials, or it is public")]
    ClientCredentialsNotAllowed(String),
    /// The code was redeemed before; every token that came of it is now revoked.
    #[error("the code was redeemed before; what it brought is revoked")]
    CodeAlreadyRedeemed,
    /// The code is past its time.
    #[error("the code expired at {0}")]
    CodeExpired(Timestamp),
    /// The code was given to another client.
    #[error("the code was issued to `{issued_to}` and is presented by `{presented_by}`")]
    CodeOfAnotherClient {
        /// Who got it.
        issued_to: String,
        /// Who has it.
        presented_by: String,
    },
    /// The provider never issued the code, or forgot it.
    #[error("the code is not one of this provider, or was forgotten after it expired")]
    CodeUnknown,
    /// The device had its tokens already.
    #[error("the device code was exchanged for tokens before")]
    DeviceCodeAlreadyRedeemed,
    /// The device code is past its time.
    #[error("the device code expired at {0}")]
    DeviceCodeExpired(Timestamp),
    /// The device code was given to another client.
    #[error("the device code was issued to `{issued_to}` and is presented by `{presented_by}`")]
    DeviceCodeOfAnotherClient {
        /// Who got it.
        issued_to: String,
        /// Who has it.
        presented_by: String,
    },
    /// The provider never issued the device code, or forgot it.
    #[error("the device code is not one of this provider, or was forgotten after it expired")]
    DeviceCodeUnknown,
    /// The person said no.
    #[error("the person did not let the device in")]
    DeviceDenied,
    /// The device asks too often.
    #[error("the device asks too often, or is held back: from now on it has to wait {0} seconds")]
    DeviceHurries(i64),
    /// The client may not use the device grant.
    #[error("`{0}` is not registered for the device grant")]
    DeviceNotAllowed(String),
    /// Nobody has answered the device yet.
    #[error("nobody has let the device in or turned it away yet")]
    DevicePending,
    /// The grant behind the token was revoked.
    #[error("the grant was revoked")]
    GrantRevoked,
    /// A public client asks about a token, which it could have found.
    #[error("`{0}` is public and proves nothing, so it is not told what is known of a token")]
    IntrospectedByPublicClient(String),
    /// No `grant_type`.
    #[error("the request has no grant_type")]
    GrantTypeMissing,
    /// Another grant type.
    #[error("`{0}` is not a grant_type of this provider")]
    GrantTypeUnsupported(String),
    /// Every user code that was drawn is taken.
    #[error("no user code is free: too many devices wait")]
    NoUserCode,
    /// A parameter is missing.
    #[error("the request has no {0}")]
    ParameterMissing(&'static str),
    /// The parameters cannot be told.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRequest),
    /// The redirect URI is another than in the authentication request.
    #[error("the redirect_uri is `{found}`, the code was asked for with `{expected}`")]
    RedirectUriDiffers {
        /// In the authentication request.
        expected: String,
        /// In the token request.
        found: String,
    },
    /// The refresh token was used before; the whole family is now revoked.
    #[error("the refresh token was used before; every token of its family is revoked")]
    RefreshTokenReused,
    /// The refresh token is good only with another TLS certificate.
    #[error("the refresh token is bound to another TLS certificate")]
    RefreshTokenOfAnotherCertificate,
    /// The refresh token is past its time.
    #[error("the refresh token expired at {0}")]
    RefreshTokenExpired(Timestamp),
    /// The refresh token was given to another client.
    #[error("the refresh token was issued to `{issued_to}` and is presented by `{presented_by}`")]
    RefreshTokenOfAnotherClient {
        /// Who got it.
        issued_to: String,
        /// Who has it.
        presented_by: String,
    },
    /// The person signed out, and the refresh token was not meant to outlive that.
    #[error("the session of the refresh token was ended, and it was issued without `offline_access`")]
    RefreshTokenOfEndedSession,
    /// The provider never issued the refresh token, or forgot it.
    #[error("the refresh token is not one of this provider, or was forgotten after it expired")]
    RefreshTokenUnknown,
    /// More scope than was granted.
    #[error("the scope `{0}` was not granted")]
    ScopeBeyondGrant(String),
    /// Not a scope.
    #[error(transparent)]
    ScopeMalformed(#[from] MalformedScope),
    /// The client may not ask for it.
    #[error("`{client_id}` is not registered for the scope `{scope}`")]
    ScopeNotAllowed {
        /// The client.
        client_id: String,
        /// The first scope beyond what is registered.
        scope: String,
    },
    /// The tokens could not be made.
    #[error("the answer could not be signed: {0}")]
    Unsignable(String),
    /// A token of somebody else.
    #[error("the token was issued to `{issued_to}` and is presented by `{presented_by}`")]
    TokenOfAnotherClient {
        /// Who got it.
        issued_to: String,
        /// Who has it.
        presented_by: String,
    },
    /// The verifier does not belong to the challenge.
    #[error("the code_verifier does not belong to the code_challenge")]
    VerifierWrong,
    /// The verifier is too short, too long, or has characters that it may not have.
    #[error("the code_verifier does not have 43 to 128 characters, each a letter, a digit or one of `-._~`")]
    VerifierMalformed,
    /// There was a challenge and there is no verifier.
    #[error("the code was asked for with a code_challenge, and the request has no code_verifier")]
    VerifierMissing,
    /// There is a verifier and there was no challenge: somebody stripped it, or the client is confused.
    #[error("the request has a code_verifier, and the code was asked for without a code_challenge")]
    VerifierWithoutChallenge,
}

impl Cause for TokenError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Client(cause) => cause.clause(),
            Self::CertificateMissing(_) => "RFC8705-3",
            Self::RefreshTokenOfAnotherCertificate => "RFC8705-4",
            Self::ClientCredentialsNotAllowed(_) => "RFC6749-4.4",
            Self::CodeAlreadyRedeemed | Self::CodeExpired(_) => "RFC6749-4.1.2",
            Self::CodeOfAnotherClient { .. } | Self::CodeUnknown | Self::RedirectUriDiffers { .. } => {
                "RFC6749-4.1.3"
            }
            Self::DeviceCodeAlreadyRedeemed
            | Self::DeviceCodeExpired(_)
            | Self::DeviceCodeOfAnotherClient { .. }
            | Self::DeviceCodeUnknown
            | Self::DeviceDenied
            | Self::DeviceHurries(_)
            | Self::DevicePending => "RFC8628-3.5",
            Self::DeviceNotAllowed(_) => "RFC8628-3.1",
            Self::NoUserCode => "RFC8628-3.2",
            Self::GrantRevoked
            | Self::GrantTypeUnsupported(_)
            | Self::GrantTypeMissing
            | Self::ParameterMissing(_)
            | Self::Unsignable(_) => "RFC6749-5.2",
            Self::IntrospectedByPublicClient(_) => "RFC7662-2.1",
            Self::TokenOfAnotherClient { .. } => "RFC7009-2.1",
            Self::Unreadable(_) => "RFC6749-3.2",
            Self::RefreshTokenReused => "RFC9700-4.14.2",
            Self::RefreshTokenOfEndedSession => "OIDCBC-2.7",
            Self::RefreshTokenExpired(_)
            | Self::RefreshTokenOfAnotherClient { .. }
            | Self::RefreshTokenUnknown
            | Self::ScopeBeyondGrant(_) => "RFC6749-6",
            Self::ScopeMalformed(_) | Self::ScopeNotAllowed { .. } => "RFC6749-3.3",
            Self::VerifierMalformed => "RFC7636-4.1",
            Self::VerifierWrong | Self::VerifierMissing => "RFC7636-4.6",
            Self::VerifierWithoutChallenge => "RFC9700-2.1.1",
        }
    }

    fn status(&self) -> u16 {
        if let Self::Unreadable(cause) = self { cause.status() } else { self.code().status() }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::Client(cause) => cause.code(),
            Self::IntrospectedByPublicClient(_) => OAuthErrorCode::InvalidClient,
            Self::ClientCredentialsNotAllowed(_) | Self::DeviceNotAllowed(_) => {
                OAuthErrorCode::UnauthorizedClient
            }
            Self::DeviceCodeExpired(_) => OAuthErrorCode::ExpiredToken,
            Self::DeviceDenied => OAuthErrorCode::AccessDenied,
            Self::DeviceHurries(_) => OAuthErrorCode::SlowDown,
            Self::DevicePending => OAuthErrorCode::AuthorizationPending,
            Self::CodeAlreadyRedeemed
            | Self::CodeExpired(_)
            | Self::CodeOfAnotherClient { .. }
            | Self::CodeUnknown
            | Self::DeviceCodeAlreadyRedeemed
            | Self::DeviceCodeOfAnotherClient { .. }
            | Self::DeviceCodeUnknown
            | Self::GrantRevoked
            | Self::RedirectUriDiffers { .. }
            | Self::RefreshTokenReused
            | Self::RefreshTokenExpired(_)
            | Self::RefreshTokenOfAnotherCertificate
            | Self::RefreshTokenOfAnotherClient { .. }
            | Self::RefreshTokenOfEndedSession
            | Self::RefreshTokenUnknown
            | Self::TokenOfAnotherClient { .. }
            | Self::VerifierWrong
            | Self::VerifierMalformed
            | Self::VerifierMissing
            | Self::VerifierWithoutChallenge => OAuthErrorCode::InvalidGrant,
            Self::CertificateMissing(_)
            | Self::GrantTypeMissing
            | Self::ParameterMissing(_)
            | Self::Unreadable(_) => OAuthErrorCode::InvalidRequest,
            Self::GrantTypeUnsupported(_) => OAuthErrorCode::UnsupportedGrantType,
            Self::ScopeBeyondGrant(_) | Self::ScopeMalformed(_) | Self::ScopeNotAllowed { .. } => {
                OAuthErrorCode::InvalidScope
            }
            Self::NoUserCode | Self::Unsignable(_) => OAuthErrorCode::ServerError,
        }
    }
}
