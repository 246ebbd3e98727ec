//! What can be wrong with a token, each with the clause that demands the check.

/// Which token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An ID token.
    Id,
    /// A JWT access token that identifies the user.
    Access,
    /// A signed UserInfo response.
    Userinfo,
    /// A logout token.
    Logout,
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
    #[error("expected `azp` to be `{expected}`, found {found}")]
    AuthorizedPartyMismatch {
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
    /// The header says that it is a token for something else, such as `at+jwt`.
    #[error("the token is a `{0}`, not an ID token")]
    OfAnotherKind(String),
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
    /// `acr` is none of those that are essential.
    #[error("expected an essential `acr`, found {0}")]
    ContextClassMismatch(String),
    /// A logout token is too old to have been sent just now.
    #[error("issued at {issued_at}, and it is {now}")]
    TooOld {
        /// `iat`
        issued_at: i64,
        /// The time of the check.
        now: i64,
    },
    /// A logout token says neither whose session nor which one.
    #[error("neither `sub` nor `sid` names anybody")]
    NobodyNamed,
    /// A logout token has a `nonce`, and so may be an ID token.
    #[error("there is a `nonce`")]
    NonceUnexpected,
    /// A logout token came before.
    #[error("the token `{0}` was here before")]
    SeenBefore(String),
    /// A logout token names a session and somebody else than its person.
    #[error("the session is not that person's")]
    OfSomebodyElse,
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
            Self::OfAnotherKind(_) => "of_another_kind",
            Self::CriticalHeader => "critical_header",
            Self::UnknownKey(_) => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::IssuedInFuture { .. } => "issued_in_future",
            Self::NonceMismatch(_) => "nonce_mismatch",
            Self::AuthenticationTooOld { .. } => "authentication_too_old",
            Self::ContextClassMismatch(_) => "context_class_mismatch",
            Self::TooOld { .. } => "too_old",
            Self::NobodyNamed => "nobody_named",
            Self::NonceUnexpected => "nonce_unexpected",
            Self::SeenBefore(_) => "seen_before",
            Self::OfSomebodyElse => "of_somebody_else",
            Self::AccessTokenHashMismatch => "access_token_hash_mismatch",
            Self::CodeHashMismatch => "code_hash_mismatch",
            Self::SubjectUnusable => "subject_unusable",
        }
    }

    /// The check that failed, as it stands behind `invalid_id_token:`.
    pub const fn check(&self) -> &'static str {
        match self {
            Self::Malformed => "format",
            Self::ClaimUnusable(claim) => claim,
            Self::IssuerMismatch { .. } => "iss",
            Self::AudienceMismatch { .. } => "aud",
            Self::AuthorizedPartyMissing | Self::AuthorizedPartyMismatch { .. } => "azp",
            Self::AlgorithmNotAccepted(_) => "alg",
            Self::HeaderCarriesKey(_) | Self::BadSignature => "signature",
            Self::OfAnotherKind(_) => "typ",
            Self::CriticalHeader => "crit",
            Self::UnknownKey(_) => "kid",
            Self::Expired { .. } => "exp",
            Self::NotYetValid { .. } => "nbf",
            Self::IssuedInFuture { .. } | Self::TooOld { .. } => "iat",
            Self::NonceMismatch(_) | Self::NonceUnexpected => "nonce",
            Self::ContextClassMismatch(_) => "acr",
            Self::SeenBefore(_) => "jti",
            Self::AuthenticationTooOld { .. } => "auth_time",
            Self::AccessTokenHashMismatch => "at_hash",
            Self::CodeHashMismatch => "c_hash",
            Self::SubjectUnusable | Self::NobodyNamed | Self::OfSomebodyElse => "sub",
        }
    }

    pub(super) const fn clause(&self, kind: TokenKind) -> &'static str {
        match (self, kind) {
            (Self::Malformed, _) => "RFC7519-7.2",
            (Self::OfAnotherKind(_), _) => "RFC8725-3.11",
            (Self::CriticalHeader, _) => "RFC7515-4.1.11",
            (Self::HeaderCarriesKey(_), _) => "RFC8725-3.10",
            (Self::NotYetValid { .. }, _) => "RFC7519-4.1.5",
            (Self::UnknownKey(_), _) => "OIDCC-10.1.1",
            (_, TokenKind::Access) => "RFC9068-4",
            (_, TokenKind::Userinfo) => "OIDCC-5.3.4",
            (_, TokenKind::Logout)
            | (
                Self::TooOld { .. }
                | Self::NobodyNamed
                | Self::NonceUnexpected
                | Self::SeenBefore(_)
                | Self::OfSomebodyElse,
                _,
            ) => "OIDCBC-2.6",
            (Self::ContextClassMismatch(_), TokenKind::Id) => "OIDCC-3.1.3.7-12",
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
