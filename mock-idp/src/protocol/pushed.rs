//! Pushed authorization requests (RFC 9126): a client hands its request over before it sends the browser.

use serde::Serialize;

use super::authorization::{AuthorizationError, Redirectable, Refused, Unredirectable};
use super::token::TokenError;
use super::{Cause, OAuthErrorCode, Parameters};

/// Parameters that prove who the client is, and are no part of its request.
const PROOF: [&str; 3] = ["client_assertion", "client_assertion_type", "client_secret"];

/// What a client gets for its request (RFC9126-2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PushResponse {
    /// What to send in place of the request.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: i64,
}

/// Why a pushed request was not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PushError {
    /// It is not known who asks.
    #[error(transparent)]
    Caller(#[from] TokenError),
    /// There is no room for another one.
    #[error("{0} pushed requests wait to be used, which is the most")]
    Full(usize),
    /// It would be refused at the authorization endpoint, and the client told.
    #[error("{0}")]
    Refused(Refused),
    /// It refers to another one.
    #[error("the pushed request has a request_uri")]
    RequestUri,
    /// It would be refused at the authorization endpoint, and shown to the person.
    #[error("{0}")]
    Unredirectable(Unredirectable),
}

impl From<AuthorizationError> for PushError {
    fn from(cause: AuthorizationError) -> Self {
        match cause {
            AuthorizationError::Show(cause) => Self::Unredirectable(cause),
            AuthorizationError::Redirect(Redirectable { cause, .. }) => Self::Refused(cause),
        }
    }
}

impl Cause for PushError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Caller(cause) => cause.clause(),
            Self::Full(_) => "RFC9126-7",
            Self::Refused(cause) => cause.clause(),
            Self::RequestUri => "RFC9126-2.1",
            Self::Unredirectable(cause) => cause.clause(),
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::Caller(cause) => cause.code(),
            Self::Full(_) => OAuthErrorCode::ServerError,
            Self::Refused(cause) => cause.code(),
            Self::RequestUri => OAuthErrorCode::InvalidRequest,
            Self::Unredirectable(cause) => cause.code(),
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Caller(cause) => cause.status(),
            Self::Full(_) => 503,
            Self::Refused(cause) => cause.status(),
            Self::RequestUri => self.code().status(),
            Self::Unredirectable(cause) => cause.status(),
        }
    }
}

/// The authorization request in a client's call.
///
/// "Reject the request if the `request_uri` authorization request parameter is provided." (RFC9126-2.1)
pub fn request(sent: &Parameters, client_id: &str) -> Result<Parameters, PushError> {
    if sent.value("request_uri").is_some() {
        return Err(PushError::RequestUri);
    }
    let kept = sent.iter().filter(|(name, _)| !PROOF.contains(name));
    Ok(kept.chain([("client_id", client_id)]).collect())
}
