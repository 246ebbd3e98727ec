//! Every reason for which the relying party refuses, each with the clause that demands it.

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

    // the token response
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

/// Which token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An ID token.
    Id,
    /// A JWT access token that identifies the user.
    Access,
}

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is not a JWT in compact form.
    #[error("the token is not a JWT")]
    Malformed,
    /// A claim that must be there is missing or of the wrong JSON type.
    #[error("claim `{0}` is missing or of the wrong type")]
    ClaimUnusable(&'static str),
    /// `iss` is another issuer.
    #[error("expected `iss` to be {expected}, found `{found}`")]
    IssuerMismatch {
        /// The issuers accepted.
        expected: String,
        /// The issuer found.
        found: String,
    },
    /// `aud` does not hold the client id.
    #[error("expected `aud` to hold `{expected}`, found {found}")]
    AudienceMismatch {
        /// The client id.
        expected: String,
        /// The audiences found, as JSON.
        found: String,
    },
    /// There are several audiences and no `azp`.
    #[error("several audiences and no `azp`")]
    AuthorizedPartyMissing,
    /// `azp` is another client.
    #[error("expected `{claim}` to be `{expected}`, found {found}")]
    AuthorizedPartyMismatch {
        /// The claim that names the client: `azp`, or `cid` or `client_id` of an access token.
        claim: &'static str,
        /// The client id.
        expected: String,
        /// The claim found, as JSON.
        found: String,
    },
    /// `alg` is not one of the accepted algorithms.
    #[error("signature algorithm `{0}` is not accepted")]
    AlgorithmNotAccepted(String),
    /// The header carries its own key.
    #[error("the header carries its own key in `{0}`")]
    HeaderCarriesKey(&'static str),
    /// The header names an extension that must be understood and is not.
    #[error("the header names critical extensions")]
    CriticalHeader,
    /// No key of the provider fits.
    #[error("no key of the provider fits `kid` {0}")]
    UnknownKey(String),
    /// The signature is wrong.
    #[error("the signature is wrong")]
    BadSignature,
    /// `exp` has passed.
    #[error("expired at {expired_at}, and it is {now}")]
    Expired {
        /// `exp`
        expired_at: i64,
        /// The time of the check.
        now: i64,
    },
    /// `nbf` lies ahead.
    #[error("not valid before {not_before}, and it is {now}")]
    NotYetValid {
        /// `nbf`
        not_before: i64,
        /// The time of the check.
        now: i64,
    },
    /// `iat` lies ahead.
    #[error("issued at {issued_at}, and it is {now}")]
    IssuedInFuture {
        /// `iat`
        issued_at: i64,
        /// The time of the check.
        now: i64,
    },
    /// `nonce` is missing or another one.
    #[error("expected the `nonce` of the request, found {0}")]
    NonceMismatch(String),
    /// `auth_time` is further back than `max_age` allows.
    #[error("signed in at {auth_time}, longer than {max_age} seconds ago")]
    AuthenticationTooOld {
        /// `auth_time`
        auth_time: i64,
        /// The `max_age` of the request.
        max_age: i64,
    },
    /// `at_hash` is missing where it must be there, or does not fit the access token.
    #[error("`at_hash` does not fit the access token")]
    AccessTokenHashMismatch,
    /// `c_hash` is missing where it must be there, or does not fit the code.
    #[error("`c_hash` does not fit the code")]
    CodeHashMismatch,
    /// `sub` is empty or longer than 255 characters.
    #[error("`sub` is empty or longer than 255 characters")]
    SubjectUnusable,
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

    /// An error response of the provider.
    pub(super) fn provider_error(code: &str, description: Option<&str>) -> Self {
        let description = description.map(|text| format!(": {text}")).unwrap_or_default();
        Self::ProviderError { code: code.to_owned(), description }
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
            Self::IdTokenMissing => "id_token_missing",
            Self::IdentityChanged { .. } => "identity_changed",
            Self::Token { flaw, .. } => flaw.name(),
        }
    }

    /// The clause that demands the check.
    pub const fn clause(&self) -> &'static str {
        match self {
            Self::StateMismatch(_) => "RFC6749-10.12",
            Self::ResponseModeRefused(_) => "OAuth-Multiple-Response-Types-3",
            Self::ResponseIssuerMismatch { .. } => "RFC9207-2.4",
            Self::ProviderError { .. } => "OIDCC-3.1.2.6",
            Self::ResponseIncomplete(_) => "OIDCC-3.1.2.7",
            Self::Unavailable { .. } => "OIDCD-4",
            Self::MetadataIssuerMismatch { .. } => "OIDCD-4.3",
            Self::IdTokenMissing => "OIDCC-3.1.3.3",
            Self::IdentityChanged { clause, .. } => clause,
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
            Self::IdTokenMissing => "invalid_id_token:missing".to_owned(),
            Self::IdentityChanged { claim, .. } => format!("invalid_id_token:{claim}"),
            Self::Token { flaw: Flaw::NonceMismatch(_), .. } => "nonce_mismatch".to_owned(),
            Self::Token { kind: TokenKind::Id, flaw } => format!("invalid_id_token:{}", flaw.check()),
            Self::Token { kind: TokenKind::Access, flaw } => {
                format!("invalid_access_token:{}", flaw.check())
            }
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

impl Flaw {
    /// The name, in `snake_case`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed_token",
            Self::ClaimUnusable(_) => "claim_unusable",
            Self::IssuerMismatch { .. } => "issuer_mismatch",
            Self::AudienceMismatch { .. } => "audience_mismatch",
            Self::AuthorizedPartyMissing => "authorized_party_missing",
            Self::AuthorizedPartyMismatch { .. } => "authorized_party_mismatch",
            Self::AlgorithmNotAccepted(_) => "algorithm_not_accepted",
            Self::HeaderCarriesKey(_) => "header_carries_key",
            Self::CriticalHeader => "critical_header",
            Self::UnknownKey(_) => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::IssuedInFuture { .. } => "issued_in_future",
            Self::NonceMismatch(_) => "nonce_mismatch",
            Self::AuthenticationTooOld { .. } => "authentication_too_old",
            Self::AccessTokenHashMismatch => "access_token_hash_mismatch",
            Self::CodeHashMismatch => "code_hash_mismatch",
            Self::SubjectUnusable => "subject_unusable",
        }
    }

    /// The check that failed, as it stands behind `invalid_id_token:`.
    pub const fn check(&self) -> &'static str {
        match self {
            Self::Malformed => "format",
            Self::ClaimUnusable(claim) | Self::AuthorizedPartyMismatch { claim, .. } => claim,
            Self::IssuerMismatch { .. } => "iss",
            Self::AudienceMismatch { .. } => "aud",
            Self::AuthorizedPartyMissing => "azp",
            Self::AlgorithmNotAccepted(_) => "alg",
            Self::HeaderCarriesKey(_) | Self::BadSignature => "signature",
            Self::CriticalHeader => "crit",
            Self::UnknownKey(_) => "kid",
            Self::Expired { .. } => "exp",
            Self::NotYetValid { .. } => "nbf",
            Self::IssuedInFuture { .. } => "iat",
            Self::NonceMismatch(_) => "nonce",
            Self::AuthenticationTooOld { .. } => "auth_time",
            Self::AccessTokenHashMismatch => "at_hash",
            Self::CodeHashMismatch => "c_hash",
            Self::SubjectUnusable => "sub",
        }
    }

    const fn clause(&self, kind: TokenKind) -> &'static str {
        match (self, kind) {
            (Self::Malformed, _) => "RFC7519-7.2",
            (Self::CriticalHeader, _) => "RFC7515-4.1.11",
            (Self::HeaderCarriesKey(_), _) => "RFC8725-3.10",
            (Self::NotYetValid { .. }, _) => "RFC7519-4.1.5",
            (Self::UnknownKey(_), _) => "OIDCC-10.1.1",
            (_, TokenKind::Access) => "RFC9068-4",
            (Self::ClaimUnusable(_) | Self::SubjectUnusable, TokenKind::Id) => "OIDCC-2",
            (Self::IssuerMismatch { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-2",
            (Self::AudienceMismatch { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-3",
            (Self::AuthorizedPartyMissing, TokenKind::Id) => "OIDCC-3.1.3.7-4",
            (Self::AuthorizedPartyMismatch { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-5",
            (Self::BadSignature, TokenKind::Id) => "OIDCC-3.1.3.7-6",
            (Self::AlgorithmNotAccepted(_), TokenKind::Id) => "OIDCC-3.1.3.7-7",
            (Self::Expired { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-9",
            (Self::IssuedInFuture { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-10",
            (Self::NonceMismatch(_), TokenKind::Id) => "OIDCC-3.1.3.7-11",
            (Self::AuthenticationTooOld { .. }, TokenKind::Id) => "OIDCC-3.1.3.7-13",
            (Self::AccessTokenHashMismatch, TokenKind::Id) => "OIDCC-3.1.3.8",
            (Self::CodeHashMismatch, TokenKind::Id) => "OIDCC-3.3.2.10",
        }
    }
}
