//! Every reason for which the relying party refuses, each with the clause that demands it.

use super::flaw::{Flaw, TokenKind};
use crate::decision::ProtocolFailure;

/// A protocol check that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    // the authentication response
    /// `state` is missing, unknown, used before, or belongs to another browser or provider.
    #[error("{0}")]
    StateMismatch(&'static str),
    /// The response came in a mode that the product does not take in.
    #[error("tokens or codes in the {0} are not taken in")]
    ResponseModeRefused(&'static str),
    /// The `iss` parameter is missing although the provider promises it, or it names another issuer.
    #[error("expected response parameter `iss` to be `{expected}`, found {found}")]
    ResponseIssuerMismatch {
        /// The issuer that the request was sent to.
        expected: String,
        /// What came.
        found: String,
    },
    /// The provider answered with an error.
    #[error("the provider answered `{code}`{description}")]
    ProviderError {
        /// The OAuth or OpenID Connect error code.
        code: String,
        /// Its description, with a colon in front, or nothing.
        description: String,
        /// `OIDCC-3.1.2.6` for the authorization endpoint, `OIDCC-3.1.3.4` for the token endpoint.
        clause: &'static str,
    },
    /// A response parameter that the response type promises is missing.
    #[error("the response has no `{0}`")]
    ResponseIncomplete(&'static str),

    // the provider itself
    /// Metadata, keys, tokens or claims could not be had.
    #[error("the {endpoint} endpoint could not be used: {cause}")]
    Unavailable {
        /// `discovery`, `jwks`, `token` or `userinfo`.
        endpoint: &'static str,
        /// What went wrong.
        cause: String,
    },
    /// The metadata names another issuer.
    #[error("expected metadata of issuer `{expected}`, found `{found}`")]
    MetadataIssuerMismatch {
        /// The configured issuer.
        expected: String,
        /// The issuer in the metadata.
        found: String,
    },

    /// The metadata names an endpoint where the provider would not have one.
    #[error("the metadata names `{url}` as `{endpoint}`, which is not trusted")]
    EndpointNotTrusted {
        /// The metadata member.
        endpoint: &'static str,
        /// What it says.
        url: String,
    },
    /// The provider registered the client otherwise than it asked.
    #[error("the provider registered another `{0}` than was asked for")]
    RegisteredOtherwise(&'static str),

    // the token response
    /// The access token is of a type that is not understood.
    #[error("expected `token_type` to be `Bearer`, found {0}")]
    TokenTypeUnknown(String),
    /// The token response holds no ID token.
    #[error("the token response has no ID token")]
    IdTokenMissing,
    /// A renewed or second ID token is about somebody else.
    #[error("expected `{claim}` to stay `{expected}`, found `{found}`")]
    IdentityChanged {
        /// `iss` or `sub`.
        claim: &'static str,
        /// The value before.
        expected: String,
        /// The value now.
        found: String,
        /// `OIDCC-12.2` for a refreshed token, `OIDCC-3.3.3.6` for the second of two.
        clause: &'static str,
    },

    // UserInfo
    /// UserInfo speaks of somebody else.
    #[error("expected `sub` of UserInfo to be {expected}, found {found}")]
    UserinfoSubject {
        /// The ID token's, as JSON.
        expected: String,
        /// What came, as JSON.
        found: String,
    },

    // a token
    /// A check of a token failed.
    #[error("{flaw}")]
    Token {
        /// Which token.
        kind: TokenKind,
        /// What is wrong with it.
        flaw: Flaw,
    },
}

impl Rejection {
    /// An ID token with this flaw.
    pub(super) const fn id_token(flaw: Flaw) -> Self {
        Self::Token { kind: TokenKind::Id, flaw }
    }

    /// An access token with this flaw.
    pub(super) const fn access_token(flaw: Flaw) -> Self {
        Self::Token { kind: TokenKind::Access, flaw }
    }

    /// An error response of the authorization endpoint.
    pub(super) fn provider_error(code: &str, description: Option<&str>) -> Self {
        Self::answered(code, description, "OIDCC-3.1.2.6")
    }

    /// An error response of the token endpoint.
    pub(super) fn token_error(code: &str, description: Option<&str>) -> Self {
        Self::answered(code, description, "OIDCC-3.1.3.4")
    }

    fn answered(code: &str, description: Option<&str>, clause: &'static str) -> Self {
        let description = description.map(|text| format!(": {text}")).unwrap_or_default();
        Self::ProviderError { code: code.to_owned(), description, clause }
    }

    /// The name, in `snake_case`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::StateMismatch(_) => "state_mismatch",
            Self::ResponseModeRefused(_) => "response_mode_refused",
            Self::ResponseIssuerMismatch { .. } => "response_issuer_mismatch",
            Self::ProviderError { .. } => "provider_error",
            Self::ResponseIncomplete(_) => "response_incomplete",
            Self::Unavailable { .. } => "provider_unavailable",
            Self::MetadataIssuerMismatch { .. } => "metadata_issuer_mismatch",
            Self::EndpointNotTrusted { .. } => "endpoint_not_trusted",
            Self::RegisteredOtherwise(_) => "registered_otherwise",
            Self::TokenTypeUnknown(_) => "token_type_unknown",
            Self::IdTokenMissing => "id_token_missing",
            Self::IdentityChanged { .. } => "identity_changed",
            Self::UserinfoSubject { .. } => "userinfo_subject_mismatch",
            Self::Token { flaw, .. } => flaw.name(),
        }
    }

    /// The clause that demands the check.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::StateMismatch(_) => "RFC6749-10.12",
            Self::ResponseModeRefused(_) => "OAuth-Multiple-Response-Types-3",
            Self::ResponseIssuerMismatch { .. } => "RFC9207-2.4",
            Self::ResponseIncomplete(_) => "OIDCC-3.1.2.7",
            Self::Unavailable { .. } => "OIDCD-4",
            Self::MetadataIssuerMismatch { .. } => "OIDCD-4.3",
            Self::EndpointNotTrusted { .. } => "OIDCD-3",
            Self::RegisteredOtherwise(_) => "OIDCR-3.2",
            Self::TokenTypeUnknown(_) => "RFC6749-7.1",
            Self::IdTokenMissing => "OIDCC-3.1.3.3",
            Self::UserinfoSubject { .. } => "OIDCC-5.3.2",
            Self::ProviderError { clause, .. } | Self::IdentityChanged { clause, .. } => clause,
            Self::Token { flaw, kind } => flaw.clause(*kind),
        }
    }

    /// The code of products.md 0.3.
    pub fn code(&self) -> String {
        match self {
            Self::StateMismatch(_) => "state_mismatch".to_owned(),
            Self::ResponseModeRefused(_) => "invalid_response:response_mode".to_owned(),
            Self::ResponseIssuerMismatch { .. } => "invalid_response:iss".to_owned(),
            Self::ProviderError { code, .. } => format!("idp_error:{code}"),
            Self::ResponseIncomplete(parameter) => format!("invalid_response:{parameter}"),
            Self::Unavailable { endpoint, .. } => format!("idp_unavailable:{endpoint}"),
            Self::MetadataIssuerMismatch { .. } => "invalid_metadata:issuer".to_owned(),
            Self::EndpointNotTrusted { endpoint, .. } => format!("invalid_metadata:{endpoint}"),
            Self::RegisteredOtherwise(member) => format!("invalid_registration:{member}"),
            Self::TokenTypeUnknown(_) => "invalid_response:token_type".to_owned(),
            Self::IdTokenMissing => "invalid_id_token:missing".to_owned(),
            Self::IdentityChanged { claim, .. } => format!("invalid_id_token:{claim}"),
            Self::UserinfoSubject { .. } => "invalid_userinfo:sub".to_owned(),
            Self::Token { kind: TokenKind::Id, flaw: Flaw::NonceMismatch(_) } => "nonce_mismatch".to_owned(),
            Self::Token { kind: TokenKind::Id, flaw } => format!("invalid_id_token:{}", flaw.check()),
            Self::Token { kind: TokenKind::Access, flaw } => {
                format!("invalid_access_token:{}", flaw.check())
            }
            Self::Token { kind: TokenKind::Userinfo, flaw } => format!("invalid_userinfo:{}", flaw.check()),
            Self::Token { kind: TokenKind::Logout, flaw } => format!("invalid_logout_token:{}", flaw.check()),
        }
    }

    /// The same for the products.
    pub fn to_failure(&self) -> ProtocolFailure {
        ProtocolFailure {
            code: self.code(),
            name: self.name(),
            clause: self.clause(),
            detail: self.to_string(),
        }
    }
}
