//! The protected resources: UserInfo's bearer token (RFC 6750, OIDCC-5.3).

use super::{Cause, OAuthErrorCode, Timestamp, UnreadableRequest};

/// Why a bearer token did not open UserInfo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// The token is past its time.
    #[error("the access token expired at {0}")]
    Expired(Timestamp),
    /// The header is not `Bearer`.
    #[error("the Authorization header is not `Bearer` with a token")]
    MalformedHeader,
    /// There is no token at all.
    #[error("no access token, neither in an Authorization header nor in the body")]
    Missing,
    /// The token is good only with another TLS certificate.
    #[error("the access token is bound to a TLS certificate, and {}", if *shown { "another one was shown" } else { "none was shown: mtls_endpoint_aliases says where one is asked for" })]
    OtherCertificate {
        /// Whether there was a certificate at all.
        shown: bool,
    },
    /// The token is not about a person who signed in with OpenID Connect.
    #[error("the access token was issued without the scope `openid`")]
    NoOpenidScope,
    /// The grant behind it was revoked.
    #[error("the access token was revoked")]
    Revoked,
    /// The token came twice.
    #[error("the access token was sent in the Authorization header and in the body")]
    SeveralMethods,
    /// The provider never issued it, or forgot it after it expired.
    #[error("the access token is not one of this provider{}", hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default())]
    Unknown {
        /// What the token itself says, if that explains it.
        hint: Option<String>,
    },
    /// The parameters cannot be told.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRequest),
    /// The client asked for an answer that cannot be made.
    #[error("the answer cannot be made: {0}")]
    Unsignable(String),
}

impl Cause for BearerError {
    fn clause(&self) -> &'static str {
        match self {
            Self::MalformedHeader => "RFC6750-2.1",
            Self::Missing => "RFC6750-3",
            Self::SeveralMethods => "RFC6750-2",
            Self::NoOpenidScope => "OIDCC-5.3",
            Self::Unsignable(_) => "OIDCC-5.3.2",
            Self::Unreadable(_) => "RFC6750-2.2",
            Self::OtherCertificate { .. } => "RFC8705-3",
            Self::Expired(_) | Self::Revoked | Self::Unknown { .. } => "RFC6750-3.1",
        }
    }

    fn status(&self) -> u16 {
        if let Self::Unreadable(cause) = self { cause.status() } else { self.code().status() }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::MalformedHeader | Self::SeveralMethods | Self::Unreadable(_) => {
                OAuthErrorCode::InvalidRequest
            }
            Self::NoOpenidScope => OAuthErrorCode::InsufficientScope,
            Self::Unsignable(_) => OAuthErrorCode::ServerError,
            Self::Missing
            | Self::Expired(_)
            | Self::OtherCertificate { .. }
            | Self::Revoked
            | Self::Unknown { .. } => OAuthErrorCode::InvalidToken,
        }
    }
}

impl BearerError {
    /// The challenge (RFC6750-3): a request without any token gets no error code, and one that is not at fault none either.
    pub fn challenge(&self) -> String {
        match self {
            Self::Missing | Self::Unsignable(_) => "Bearer realm=\"mock-idp\"".to_owned(),
            Self::NoOpenidScope => format!(
                "Bearer realm=\"mock-idp\", error=\"{}\", error_description=\"{}\", scope=\"openid\"",
                self.code(),
                self.code().description()
            ),
            Self::Expired(_)
            | Self::MalformedHeader
            | Self::OtherCertificate { .. }
            | Self::Revoked
            | Self::SeveralMethods
            | Self::Unknown { .. }
            | Self::Unreadable(_) => format!(
                "Bearer realm=\"mock-idp\", error=\"{}\", error_description=\"{}\"",
                self.code(),
                self.code().description()
            ),
        }
    }
}

/// The one token of a request, from the header or the form body.
///
/// A request that "attempted using an unsupported authentication method" is one without a token (RFC6750-3.1).
pub fn token<'a>(header: Option<&'a str>, body: Option<&'a str>) -> Result<&'a str, BearerError> {
    match (header.filter(|header| other_scheme(header).is_none()), body) {
        (Some(_), Some(_)) => Err(BearerError::SeveralMethods),
        (None, Some(token)) => Ok(token),
        (None, None) => Err(BearerError::Missing),
        (Some(header), None) => header
            .split_once(' ')
            .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
            .map(|(_, token)| token.trim())
            .ok_or(BearerError::MalformedHeader),
    }
}

/// What the header is instead of `Bearer`.
pub fn other_scheme(header: &str) -> Option<&str> {
    let scheme = header.split(' ').next().unwrap_or_default();
    (!scheme.eq_ignore_ascii_case("bearer")).then_some(scheme)
}

/// "the resource server MUST […] verify that the certificate matches the certificate associated with the access token. If they
/// do not match, the resource access attempt MUST be rejected" (RFC8705-3)
pub fn bound_to(bound_to: Option<&str>, shown: Option<&str>) -> Result<(), BearerError> {
    match bound_to {
        Some(_) if bound_to != shown => Err(BearerError::OtherCertificate { shown: shown.is_some() }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::header(Some("Bearer t"), None, Ok("t"))]
    #[case::another_case(Some("bearer  t"), None, Ok("t"))]
    #[case::body(None, Some("t"), Ok("t"))]
    #[case::neither(None, None, Err(BearerError::Missing))]
    #[case::both(Some("Bearer t"), Some("t"), Err(BearerError::SeveralMethods))]
    #[case::no_token(Some("Bearer"), None, Err(BearerError::MalformedHeader))]
    #[case::another_scheme(Some("Basic YTpi"), None, Err(BearerError::Missing))]
    #[case::another_scheme_and_a_body(Some("Basic YTpi"), Some("t"), Ok("t"))]
    #[case::no_scheme(Some("t"), None, Err(BearerError::Missing))]
    fn a_request_has_one_token(
        #[case] header: Option<&str>,
        #[case] body: Option<&str>,
        #[case] expected: Result<&str, BearerError>,
    ) {
        assert_eq!(token(header, body), expected);
    }
}
