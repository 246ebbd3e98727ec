//! The authentication response (OIDCC-3.1.2.5, OIDCC-3.2.2.5, OIDCC-3.3.2.5, RFC 9207).

use super::response_mode::for_errors;
use super::{AuthorizationError, Redirectable, Refused};
use crate::protocol::client::Client;
use crate::protocol::{Cause, Parameters, ResponseMode};

/// The way back to the client: a redirect URI that is known to be its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

impl Back {
    /// The way back for errors; [`Back::by`] makes it the way for the answer.
    pub(super) fn to(redirect_uri: String, request: &Parameters, client: &Client) -> Self {
        Self { redirect_uri, mode: for_errors(request, client), state: request.owned("state") }
    }

    /// The same way by another mode.
    pub(super) fn by(self, mode: ResponseMode) -> Self {
        Self { mode, ..self }
    }

    /// A refusal that goes this way.
    pub fn refused(self, cause: Refused) -> AuthorizationError {
        AuthorizationError::Redirect(Redirectable { back: self, cause })
    }

    /// The redirect URI.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Whether and how parameters are attached.
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// Answers with these parameters, `state` as it came, and `iss` (RFC9207-2).
    pub fn answer(self, mut parameters: Vec<(&'static str, String)>, issuer: &str) -> AuthorizationResponse {
        parameters.extend(self.state.clone().map(|state| ("state", state)));
        parameters.push(("iss", issuer.to_owned()));
        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        AuthorizationResponse { back: self, parameters }
    }

    /// Answers with an error (OIDCC-3.1.2.6).
    pub fn error(self, cause: &Refused, issuer: &str) -> AuthorizationResponse {
        let code = cause.code();
        let parameters =
            vec![("error", code.as_str().to_owned()), ("error_description", code.description().to_owned())];
        self.answer(parameters, issuer)
    }
}

/// An answer on its way to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationResponse {
    back: Back,
    parameters: Vec<(String, String)>,
}

/// What the browser has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Go there.
    Redirect(String),
    /// Post these fields there.
    Post {
        /// Where.
        action: String,
        /// What.
        fields: Vec<(String, String)>,
    },
}

impl AuthorizationResponse {
    /// One parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All of them, in their order.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Other parameters, by another mode if there is one.
    pub fn replace(&mut self, parameters: Vec<(String, String)>, mode: Option<ResponseMode>) {
        self.parameters = parameters;
        self.back.mode = mode.unwrap_or(self.back.mode);
    }

    /// How it reaches the client. A query string that the redirect URI already has "MUST be retained when adding
    /// additional query parameters" (RFC6749-3.1.2).
    pub fn delivery(self) -> Delivery {
        let uri = self.back.redirect_uri;
        let encoded =
            || form_urlencoded::Serializer::new(String::new()).extend_pairs(self.parameters.iter()).finish();
        match self.back.mode {
            ResponseMode::Query if uri.ends_with('?') || uri.ends_with('&') => {
                Delivery::Redirect(format!("{uri}{}", encoded()))
            }
            ResponseMode::Query if uri.contains('?') => Delivery::Redirect(format!("{uri}&{}", encoded())),
            ResponseMode::Query => Delivery::Redirect(format!("{uri}?{}", encoded())),
            ResponseMode::Fragment => Delivery::Redirect(format!("{uri}#{}", encoded())),
            ResponseMode::FormPost => Delivery::Post { action: uri, fields: self.parameters },
        }
    }
}
