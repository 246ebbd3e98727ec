//! The grants that can be exchanged for tokens.

use super::TokenError;
use crate::protocol::Parameters;

/// A grant type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// A code (RFC6749-4.1.3).
    AuthorizationCode,
    /// A refresh token (RFC6749-6).
    RefreshToken,
    /// The client's own credentials (RFC6749-4.4).
    ClientCredentials,
    /// A device code (RFC8628-3.4).
    DeviceCode,
}

impl GrantType {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::DeviceCode];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
        }
    }

    /// The grant that a token request offers.
    pub fn of(request: &Parameters) -> Result<Self, TokenError> {
        let text = request.value("grant_type").ok_or(TokenError::GrantTypeMissing)?;
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| TokenError::GrantTypeUnsupported(text.to_owned()))
    }
}
