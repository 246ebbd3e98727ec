//! RP-initiated logout (OIDCRP-2): which client asks, for whom, and where the browser may go afterwards.

use std::sync::Arc;

use super::with_parameters;
use crate::protocol::client::{Client, Clients};
use crate::protocol::{Cause, OAuthErrorCode, Parameters, UnreadableRequest};

/// What a verified `id_token_hint` says. It may be expired: "The OP SHOULD accept ID Tokens when the RP identified by the
/// ID Token's aud claim and/or sid claim has a current session […] even when the exp time has passed." (OIDCRP-2)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// `azp`, or the only `aud`.
    pub client_id: String,
    /// `sub`.
    pub subject: String,
    /// `sid`.
    pub sid: Option<String>,
}

/// A logout request that passed its checks.
#[derive(Clone, Debug, PartialEq)]
pub struct EndSessionRequest {
    /// The verified hint.
    pub hint: Option<Hint>,
    /// The client, if the request says which.
    pub client: Option<Arc<Client>>,
    /// Where the browser goes afterwards.
    pub return_to: Option<Return>,
}

/// The way back to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// The registered address.
    pub uri: String,
    /// What goes along: the request's `state`, if it has one.
    pub parameters: Vec<(String, String)>,
}

impl Return {
    /// The whole address.
    pub fn address(&self) -> String {
        with_parameters(&self.uri, &self.parameters)
    }
}

/// Why a logout request is answered with an error page. It is never redirected: the return address is what is wrong, or
/// cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndSessionError {
    /// `client_id` and the hint disagree.
    #[error("client_id is `{client_id}`, the id_token_hint was issued to `{issued_to}`")]
    ClientIdDiffers {
        /// In the request.
        client_id: String,
        /// In the hint.
        issued_to: String,
    },
    /// A return address from nobody.
    #[error(
        "the post_logout_redirect_uri `{0}` comes without an id_token_hint or a client_id, so it could be anybody's"
    )]
    ClientUnknown(String),
    /// The hint is not ours.
    #[error("the id_token_hint is not an ID token of this provider: {0}")]
    HintInvalid(String),
    /// The parameters cannot be told.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRequest),
    /// The return address is not the client's.
    #[error("the post_logout_redirect_uri `{found}` is not registered for `{client_id}`")]
    ReturnNotRegistered {
        /// The client.
        client_id: String,
        /// What was asked for.
        found: String,
    },
    /// There is no such client.
    #[error("there is no client `{0}`")]
    UnknownClient(String),
}

impl Cause for EndSessionError {
    fn clause(&self) -> &'static str {
        match self {
            Self::ClientIdDiffers { .. } | Self::HintInvalid(_) | Self::UnknownClient(_) => "OIDCRP-2",
            Self::ClientUnknown(_) | Self::ReturnNotRegistered { .. } => "OIDCRP-3",
            Self::Unreadable(_) => "RFC6749-3.1",
        }
    }

    fn status(&self) -> u16 {
        if let Self::Unreadable(cause) = self { cause.status() } else { self.code().status() }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::ClientIdDiffers { .. }
            | Self::ClientUnknown(_)
            | Self::HintInvalid(_)
            | Self::Unreadable(_)
            | Self::ReturnNotRegistered { .. }
            | Self::UnknownClient(_) => OAuthErrorCode::InvalidRequest,
        }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::ClientIdDiffers { .. } => {
                "send the `client_id` of the client that got the ID token, or none"
            }
            Self::ClientUnknown(_) => "send an `id_token_hint` or the `client_id` along with it",
            Self::HintInvalid(_) => "send an ID token that this provider issued, unchanged, expired or not",
            Self::Unreadable(cause) => cause.help(),
            Self::ReturnNotRegistered { .. } => {
                "add it to the client's `post_logout_redirect_uris`, character by character, or correct the application"
            }
            Self::UnknownClient(_) => "register the client, or correct the `client_id` in the application",
        })
    }
}

/// Checks a logout request; `hint` is its `id_token_hint`, verified.
pub fn end_session(
    request: &Parameters,
    hint: Option<Hint>,
    clients: &dyn Clients,
) -> Result<EndSessionRequest, EndSessionError> {
    let client_id = consistent_client_id(request, hint.as_ref())?;
    let client =
        client_id.map(|id| clients.client(&id).ok_or(EndSessionError::UnknownClient(id))).transpose()?;
    let return_to = registered_return(request, client.as_deref())?;
    Ok(EndSessionRequest { hint, client, return_to })
}

/// "When both `client_id` and `id_token_hint` are present, the OP MUST verify that the Client Identifier matches the one used
/// when issuing the ID Token." (OIDCRP-2)
fn consistent_client_id(
    request: &Parameters,
    hint: Option<&Hint>,
) -> Result<Option<String>, EndSessionError> {
    match (request.value("client_id"), hint) {
        (Some(client_id), Some(hint)) if client_id != hint.client_id => {
            Err(EndSessionError::ClientIdDiffers {
                client_id: client_id.to_owned(),
                issued_to: hint.client_id.clone(),
            })
        }
        (Some(client_id), _) => Ok(Some(client_id.to_owned())),
        (None, hint) => Ok(hint.map(|hint| hint.client_id.clone())),
    }
}

/// "This URI […] MUST have been previously registered with the OP" and is compared exactly (OIDCRP-2, OIDCRP-3).
fn registered_return(
    request: &Parameters,
    client: Option<&Client>,
) -> Result<Option<Return>, EndSessionError> {
    let Some(found) = request.value("post_logout_redirect_uri") else { return Ok(None) };
    let client = client.ok_or_else(|| EndSessionError::ClientUnknown(found.to_owned()))?;
    if !client.post_logout_redirect_uris.contains(found) {
        let (client_id, found) = (client.id.clone(), found.to_owned());
        return Err(EndSessionError::ReturnNotRegistered { client_id, found });
    }
    // "the OP passes this value back to the RP using the state parameter" (OIDCRP-2)
    let parameters = request.value("state").map(|state| ("state".to_owned(), state.to_owned()));
    Ok(Some(Return { uri: found.to_owned(), parameters: parameters.into_iter().collect() }))
}
