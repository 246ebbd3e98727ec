//! Why a registration was refused (OIDCR-3.3, RFC7591-3.2.2).

use crate::protocol::{Cause, OAuthErrorCode};

/// A refusal of the registration endpoint or of the client configuration endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// Two members contradict each other.
    #[error("{0}")]
    Contradiction(String),
    /// There is no room for another client.
    #[error("{0} clients are registered, which is the most; delete some")]
    Full(usize),
    /// The body is not a JSON object.
    #[error("the body is not a JSON object sent as application/json{}", .0.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    NotAnObject(Option<String>),
    /// A redirect URI that nobody may have.
    #[error("the redirect URI `{uri}` {why}")]
    RedirectUri {
        /// The URI.
        uri: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is nowhere to return to.
    #[error("the client has no redirect_uris, and its response types need one")]
    RedirectUriMissing,
    /// The client's sector does not confirm it.
    #[error("the sector_identifier_uri `{uri}` does not confirm the client: {why}")]
    Sector {
        /// The URI.
        uri: String,
        /// What is wrong with its document.
        why: String,
    },
    /// The body is too large.
    #[error("the body has more than {0} bytes")]
    TooLarge(usize),
    /// A registration access token is missing.
    #[error("no registration access token in an Authorization header of the kind `Bearer`")]
    TokenMissing,
    /// A registration access token that is not the client's, or a client that does not exist.
    #[error("the registration access token is not that of `{0}`, or there is no such client")]
    TokenWrong(String),
    /// A member that the provider knows and cannot honour.
    #[error("`{member}` cannot be `{value}` here: {why}")]
    Unsupported {
        /// The member.
        member: &'static str,
        /// What was asked for.
        value: String,
        /// What there is instead.
        why: String,
    },
    /// A member of another type or form.
    #[error("`{member}` has to be {expected}")]
    WrongForm {
        /// The member.
        member: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl Cause for RegistrationError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Contradiction(_)
            | Self::RedirectUri { .. }
            | Self::RedirectUriMissing
            | Self::Unsupported { .. }
            | Self::WrongForm { .. } => "OIDCR-2",
            Self::Sector { .. } => "OIDCR-5",
            Self::Full(_) | Self::TooLarge(_) => "RFC7591-5",
            Self::NotAnObject(_) => "OIDCR-3.1",
            Self::TokenMissing | Self::TokenWrong(_) => "RFC7592-2",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::RedirectUri { .. } | Self::RedirectUriMissing => OAuthErrorCode::InvalidRedirectUri,
            Self::Contradiction(_)
            | Self::NotAnObject(_)
            | Self::Sector { .. }
            | Self::TooLarge(_)
            | Self::Unsupported { .. }
            | Self::WrongForm { .. } => OAuthErrorCode::InvalidClientMetadata,
            Self::Full(_) => OAuthErrorCode::ServerError,
            Self::TokenMissing | Self::TokenWrong(_) => OAuthErrorCode::InvalidToken,
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Full(_) => 503,
            Self::TokenMissing | Self::TokenWrong(_) => 401,
            Self::Contradiction(_)
            | Self::NotAnObject(_)
            | Self::RedirectUri { .. }
            | Self::RedirectUriMissing
            | Self::Sector { .. }
            | Self::Unsupported { .. }
            | Self::WrongForm { .. } => 400,
            Self::TooLarge(_) => 413,
        }
    }
}
