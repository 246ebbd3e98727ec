//! Why an authentication request was refused.

use super::{Back, MalformedClaims, ObjectError, ReferenceError};
use crate::protocol::client_authentication::did_you_mean;
use crate::protocol::{Cause, MalformedScope, OAuthErrorCode, UnreadableRequest};

/// A refusal, and whether the client may hear of it.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorizationError {
    /// The redirect URI is not known to be the client's: only the person is told (RFC6749-4.1.2.1).
    Show(Unredirectable),
    /// The client is told.
    Redirect(Redirectable),
}

/// A refusal and the way back to the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirectable {
    /// Where and how the client is told.
    pub back: Back,
    /// Why.
    pub cause: Refused,
}

impl From<Unredirectable> for AuthorizationError {
    fn from(cause: Unredirectable) -> Self {
        Self::Show(cause)
    }
}

/// A refusal that must not be redirected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unredirectable {
    /// No `client_id`.
    #[error("the request has no client_id")]
    ClientIdMissing,
    /// The parameters cannot be told, so that not even the redirect URI can be trusted.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRequest),
    /// No `redirect_uri`.
    #[error("the request has no redirect_uri")]
    RedirectUriMissing,
    /// Not an absolute URI, or one with a fragment.
    #[error("the redirect_uri `{0}` is not an absolute URI without a fragment")]
    RedirectUriMalformed(String),
    /// Not on the loopback interface, where only that is accepted.
    #[error(
        "the redirect_uri `{found}` is not on the loopback interface, and `{client_id}` has not registered it"
    )]
    RedirectUriNotLoopback {
        /// The client.
        client_id: String,
        /// What was asked for.
        found: String,
    },
    /// Not one of the client's.
    #[error("the redirect_uri `{found}` is not registered for `{client_id}`{}", difference(nearest.as_deref(), *differs_at))]
    RedirectUriNotRegistered {
        /// The client.
        client_id: String,
        /// What was asked for.
        found: String,
        /// The registered URI that shares the longest beginning with it.
        nearest: Option<String>,
        /// At which character the two differ, counted from 1.
        differs_at: usize,
    },
    /// The request object is not good, and nothing else says where the client is.
    #[error("the request object is refused: {0}")]
    RequestObject(Box<ObjectError>),
    /// The `request_uri` leads to no request, and nothing else says where the client is.
    #[error("the request_uri leads to no request: {0}")]
    RequestUri(Box<ReferenceError>),
    /// The request that a login form carried along cannot be read.
    #[error("the login form does not carry a request of this provider")]
    RequestLost,
    /// No such client.
    #[error("there is no client `{client_id}`{}", did_you_mean(nearest.as_deref()))]
    UnknownClient {
        /// What was asked for.
        client_id: String,
        /// A registered client with a similar name.
        nearest: Option<String>,
    },
}

fn difference(nearest: Option<&str>, differs_at: usize) -> String {
    nearest
        .map(|nearest| format!(": it differs from `{nearest}` at character {differs_at}"))
        .unwrap_or_default()
}

impl Cause for Unredirectable {
    fn clause(&self) -> &'static str {
        match self {
            Self::ClientIdMissing | Self::RequestLost => "RFC6749-4.1.1",
            Self::Unreadable(_) => "RFC6749-3.1",
            Self::RedirectUriMissing
            | Self::RedirectUriNotLoopback { .. }
            | Self::RedirectUriNotRegistered { .. } => "OIDCC-3.1.2.1",
            Self::RedirectUriMalformed(_) => "RFC6749-3.1.2",
            Self::RequestObject(cause) => cause.clause(),
            Self::RequestUri(cause) => cause.clause(),
            Self::UnknownClient { .. } => "RFC6749-4.1.2.1",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::RequestObject(cause) => cause.code(),
            Self::RequestUri(cause) => cause.code(),
            Self::ClientIdMissing
            | Self::Unreadable(_)
            | Self::RedirectUriMissing
            | Self::RedirectUriMalformed(_)
            | Self::RedirectUriNotLoopback { .. }
            | Self::RedirectUriNotRegistered { .. }
            | Self::RequestLost => OAuthErrorCode::InvalidRequest,
            Self::UnknownClient { .. } => OAuthErrorCode::UnauthorizedClient,
        }
    }

    fn status(&self) -> u16 {
        if let Self::Unreadable(cause) = self { cause.status() } else { self.code().status() }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::ClientIdMissing => "send the `client_id` under which the application is registered",
            Self::Unreadable(cause) => cause.help(),
            Self::RedirectUriMissing => "send the `redirect_uri`, as it is registered",
            Self::RedirectUriMalformed(_) => "use an address such as `http://localhost:3000/callback`",
            Self::RedirectUriNotLoopback { .. } => {
                "register the client with this address, or use one on `localhost` or `127.0.0.1`"
            }
            Self::RedirectUriNotRegistered { .. } => {
                "register this address for the client, character by character, or correct the application"
            }
            Self::RequestObject(_) => "correct the request object that the application makes",
            Self::RequestLost => "go back to the application and sign in from there",
            Self::RequestUri(cause) => cause.remedy(),
            Self::UnknownClient { .. } => {
                "register the client, or correct the `client_id` in the application"
            }
        })
    }
}

/// A refusal that the client hears of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// None of the `acr` values that the request insists on.
    #[error("the request insists on the acr `{wanted}`, and this sign-in has {}", if found.is_empty() { "none of them".to_owned() } else { format!("`{found}`") })]
    AcrUnmet {
        /// What the request insists on.
        wanted: String,
        /// What the sign-in has; empty for nothing.
        found: String,
    },
    /// `code_challenge` is not 43 to 128 unreserved characters.
    #[error("the code_challenge is not 43 to 128 unreserved characters")]
    ChallengeMalformed,
    /// PKCE is required.
    #[error("`{client_id}` has to send a code_challenge")]
    ChallengeMissing {
        /// The client.
        client_id: String,
    },
    /// `code_challenge_method` is something else.
    #[error("`{0}` is not a code_challenge_method, those are `S256` and `plain`")]
    ChallengeMethodUnknown(String),
    /// A method for a challenge that is not there.
    #[error("there is a code_challenge_method and no code_challenge")]
    ChallengeMethodAlone,
    /// `claims` cannot be read, or asks for what cannot be had.
    #[error("the claims parameter cannot be taken: {0}")]
    ClaimsMalformed(MalformedClaims),
    /// The person pressed the deny button of the consent page.
    #[error("the person refused on the consent page")]
    ConsentDenied,
    /// `prompt=none`, and the person would have to be asked.
    #[error("prompt is `none`, and the person has not agreed yet to what `{client_id}` asks for")]
    ConsentRequired {
        /// The client.
        client_id: String,
    },
    /// The person pressed the deny button of the login page.
    #[error("the person refused on the login page")]
    Denied,
    /// The `id_token_hint` is not an ID token of ours.
    #[error("the id_token_hint is not an ID token of this provider: {0}")]
    HintInvalid(String),
    /// `prompt=none`, and nobody is signed in, or not recently enough, or somebody else.
    #[error("prompt is `none`, and {0}")]
    LoginRequired(LoginRequired),
    /// `max_age` is not a number of seconds.
    #[error("max_age is `{0}`, not a number of seconds")]
    MaxAgeMalformed(String),
    /// An ID token through the browser needs a nonce.
    #[error("an ID token from the authorization endpoint needs a nonce, and the request has none")]
    NonceMissing,
    /// The client has to push its requests.
    #[error(
        "`{client_id}` has to push its requests (`request_uri` of the pushed authorization request endpoint)"
    )]
    NotPushed {
        /// The client.
        client_id: String,
    },
    /// `none` besides other prompts.
    #[error("prompt is `{0}`: `none` cannot be combined")]
    PromptContradictory(String),
    /// Not a prompt.
    #[error("`{0}` is not a prompt, those are `none`, `login`, `consent` and `select_account`")]
    PromptUnknown(String),
    /// `registration`.
    #[error("the request has a registration parameter")]
    RegistrationUnsupported,
    /// The request object is not good.
    #[error("the request object is refused: {0}")]
    RequestObject(Box<ObjectError>),
    /// `request`.
    #[error("the request has a request parameter, and request objects are switched off")]
    RequestObjectUnsupported,
    /// The `request_uri` leads to no request.
    #[error("the request_uri leads to no request: {0}")]
    RequestUri(Box<ReferenceError>),
    /// `request_uri`.
    #[error("the request has a request_uri parameter, and requests by reference are switched off")]
    RequestUriUnsupported,
    /// Tokens in the query string.
    #[error("response_mode is `query`, and the response type `{0}` carries tokens")]
    ResponseModeUnsafe(&'static str),
    /// Not a response mode.
    #[error("`{0}` is not a response_mode, those are `query`, `fragment` and `form_post`")]
    ResponseModeUnknown(String),
    /// No `response_type`.
    #[error("the request has no response_type")]
    ResponseTypeMissing,
    /// The client may not use it.
    #[error("`{client_id}` is not registered for the response type `{response_type}`")]
    ResponseTypeNotAllowed {
        /// The client.
        client_id: String,
        /// What it asked for.
        response_type: &'static str,
    },
    /// Not a response type.
    #[error("`{0}` is not a response_type of OpenID Connect")]
    ResponseTypeUnknown(String),
    /// An ID token without `openid`.
    #[error("the response type `{0}` has an ID token, and the scope has no `openid`")]
    ScopeWithoutOpenid(&'static str),
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
    /// Somebody else signed in than the request names.
    #[error("`{found}` signed in, and the request is for {expected}")]
    SomebodyElse {
        /// Whom the request names.
        expected: String,
        /// Who signed in.
        found: String,
    },
    /// The tokens could not be made.
    #[error("the answer could not be signed: {0}")]
    Unsignable(String),
}

/// Why `prompt=none` could not be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginRequired {
    /// There is no session, or it is over.
    #[error("nobody is signed in")]
    NoSession,
    /// `max_age` is exceeded.
    #[error("the sign-in is older than max_age")]
    TooOld,
    /// The hint names another person.
    #[error("somebody else is signed in than the request expects")]
    SomebodyElse,
}

impl Cause for Refused {
    fn clause(&self) -> &'static str {
        match self {
            Self::ChallengeMalformed => "RFC7636-4.2",
            Self::ChallengeMissing { .. } | Self::ChallengeMethodUnknown(_) => "RFC7636-4.4.1",
            Self::ChallengeMethodAlone => "RFC7636-4.3",
            Self::ConsentDenied
            | Self::Denied
            | Self::ResponseTypeNotAllowed { .. }
            | Self::ResponseTypeUnknown(_)
            | Self::Unsignable(_) => "RFC6749-4.1.2.1",
            Self::AcrUnmet { .. } => "OIDCC-5.5.1.1",
            Self::ClaimsMalformed(_) => "OIDCC-5.5",
            Self::HintInvalid(_)
            | Self::MaxAgeMalformed(_)
            | Self::PromptContradictory(_)
            | Self::PromptUnknown(_)
            | Self::ScopeWithoutOpenid(_) => "OIDCC-3.1.2.1",
            Self::ConsentRequired { .. }
            | Self::LoginRequired(_)
            | Self::RegistrationUnsupported
            | Self::RequestObjectUnsupported
            | Self::RequestUriUnsupported => "OIDCC-3.1.2.6",
            Self::SomebodyElse { .. } => "OIDCC-3.1.2.2",
            Self::NonceMissing => "OIDCC-3.2.2.1",
            Self::NotPushed { .. } => "RFC9126-5",
            Self::ResponseModeUnsafe(_) => "OAuth.Responses-3",
            Self::ResponseModeUnknown(_) => "OAuth.Responses-2.1",
            Self::RequestObject(cause) => cause.clause(),
            Self::RequestUri(cause) => cause.clause(),
            Self::ResponseTypeMissing => "RFC6749-3.1.1",
            Self::ScopeMalformed(_) | Self::ScopeNotAllowed { .. } => "RFC6749-3.3",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::ChallengeMalformed
            | Self::ChallengeMissing { .. }
            | Self::ChallengeMethodUnknown(_)
            | Self::ChallengeMethodAlone
            | Self::ClaimsMalformed(_)
            | Self::HintInvalid(_)
            | Self::MaxAgeMalformed(_)
            | Self::NonceMissing
            | Self::NotPushed { .. }
            | Self::PromptContradictory(_)
            | Self::PromptUnknown(_)
            | Self::ResponseModeUnsafe(_)
            | Self::ResponseModeUnknown(_)
            | Self::ResponseTypeMissing => OAuthErrorCode::InvalidRequest,
            Self::AcrUnmet { .. } => OAuthErrorCode::UnmetAuthenticationRequirements,
            Self::ConsentDenied | Self::Denied => OAuthErrorCode::AccessDenied,
            Self::ConsentRequired { .. } => OAuthErrorCode::ConsentRequired,
            Self::LoginRequired(_) | Self::SomebodyElse { .. } => OAuthErrorCode::LoginRequired,
            Self::RegistrationUnsupported => OAuthErrorCode::RegistrationNotSupported,
            Self::RequestObject(cause) => cause.code(),
            Self::RequestUri(cause) => cause.code(),
            Self::RequestObjectUnsupported => OAuthErrorCode::RequestNotSupported,
            Self::RequestUriUnsupported => OAuthErrorCode::RequestUriNotSupported,
            Self::ResponseTypeNotAllowed { .. } => OAuthErrorCode::UnauthorizedClient,
            Self::ResponseTypeUnknown(_) => OAuthErrorCode::UnsupportedResponseType,
            Self::ScopeWithoutOpenid(_) | Self::ScopeMalformed(_) | Self::ScopeNotAllowed { .. } => {
                OAuthErrorCode::InvalidScope
            }
            Self::Unsignable(_) => OAuthErrorCode::ServerError,
        }
    }
}
