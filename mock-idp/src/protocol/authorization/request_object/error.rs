//! Why a request object was refused.

use crate::protocol::keys::NotVerified;
use crate::protocol::keys::Signature;
use crate::protocol::keys::jwe::NotDecrypted;
use crate::protocol::keys::jws::{BadSignature, NotAJwt};
use crate::protocol::{Cause, OAuthErrorCode, Timestamp};

/// Why a request object was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// The client is registered for another algorithm.
    #[error("its `alg` is `{found}`, and `{client_id}` is registered for `{registered}`")]
    AlgorithmNotRegistered {
        /// The client.
        client_id: String,
        /// In the header.
        found: Signature,
        /// What it should be.
        registered: Signature,
    },
    /// It is for somebody else.
    #[error("its `aud` is {found}, and the issuer `{issuer}` is not in it")]
    AudienceWrong {
        /// In the object.
        found: String,
        /// What would do.
        issuer: String,
    },
    /// A reference to another one stands beside it.
    #[error("the request has both a request and a request_uri")]
    BesideReference,
    /// A claim has another type than it should have.
    #[error("its `{0}` has the wrong type")]
    ClaimMalformed(&'static str),
    /// It contradicts a parameter beside it.
    #[error("its {parameter} is `{inside}`, and the parameter beside it is `{beside}`")]
    Differs {
        /// The parameter.
        parameter: &'static str,
        /// In the object.
        inside: String,
        /// Beside it.
        beside: String,
    },
    /// It cannot be decrypted.
    #[error("it cannot be decrypted: {0}")]
    Encrypted(#[from] NotDecrypted),
    /// It is past its time.
    #[error("it expired at {0}")]
    Expired(Timestamp),
    /// Somebody else speaks for the client.
    #[error("its `iss` is {found}, not the client id `{client_id}`")]
    IssuerWrong {
        /// The client.
        client_id: String,
        /// In the object.
        found: String,
    },
    /// It is not a JWT.
    #[error("it cannot be read: {0}")]
    Malformed(#[from] NotAJwt),
    /// It has a request object in it.
    #[error("there is a `{0}` in it")]
    Nested(&'static str),
    /// Its time has not come.
    #[error("it is of the future: `nbf` is {0}")]
    NotYetValid(Timestamp),
    /// Its signature does not hold.
    #[error("its signature is not good: {0}")]
    Signature(#[from] NotVerified),
    /// It says that it is not signed, and there is a signature.
    #[error("its `alg` is `none`, and it has a signature")]
    SignatureUnexpected,
    /// It is another kind of JWT.
    #[error("its `typ` is `{0}`, not `oauth-authz-req+jwt` or `JWT`")]
    TypeUnknown(String),
}

impl From<BadSignature> for ObjectError {
    fn from(cause: BadSignature) -> Self {
        Self::Signature(cause.into())
    }
}

impl Cause for ObjectError {
    fn clause(&self) -> &'static str {
        match self {
            Self::AlgorithmNotRegistered { .. } => "OIDCR-2",
            Self::AudienceWrong { .. }
            | Self::BesideReference
            | Self::Differs { .. }
            | Self::IssuerWrong { .. }
            | Self::Malformed(_)
            | Self::Nested(_) => "OIDCC-6.1",
            Self::ClaimMalformed(_) => "RFC7519-4.1",
            Self::Encrypted(_) => "OIDCC-6.3.1",
            Self::Expired(_) => "RFC7519-4.1.4",
            Self::NotYetValid(_) => "RFC7519-4.1.5",
            Self::Signature(_) => "OIDCC-6.3.2",
            Self::SignatureUnexpected => "RFC7518-3.6",
            Self::TypeUnknown(_) => "RFC9101-10.8",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::BesideReference => OAuthErrorCode::InvalidRequest,
            Self::AlgorithmNotRegistered { .. }
            | Self::AudienceWrong { .. }
            | Self::ClaimMalformed(_)
            | Self::Differs { .. }
            | Self::Encrypted(_)
            | Self::Expired(_)
            | Self::IssuerWrong { .. }
            | Self::Malformed(_)
            | Self::Nested(_)
            | Self::NotYetValid(_)
            | Self::Signature(_)
            | Self::SignatureUnexpected
            | Self::TypeUnknown(_) => OAuthErrorCode::InvalidRequestObject,
        }
    }
}
