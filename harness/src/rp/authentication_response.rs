//! The authentication response (OIDCC-3.1.2.5, 3.2.2.5, 3.3.2.5), however it travelled.

use super::discovery::{Metadata, promises_issuer};
use super::rejection::Rejection;
use super::weakness::{LeftOut, Weakness};
use crate::decision::{IssuerMatch, ProviderProfile, ResponseMode};

/// The parameters of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AuthenticationResponse {
    /// How it travelled. `None` only where nothing was read.
    pub(super) mode: Option<ResponseMode>,
    pub(super) state: Option<String>,
    pub(super) code: Option<String>,
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<String>,
    pub(super) token_type: Option<String>,
    pub(super) expires_in: Option<i64>,
    pub(super) scope: Option<String>,
    /// OIDCSM-2
    pub(super) session_state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl AuthenticationResponse {
    /// Reads the parameters.
    pub(super) fn read(parameters: &[(String, String)], mode: ResponseMode, left_out: &LeftOut) -> Self {
        let of = |name: &str| {
            // RFC6749-3.1: "Parameters sent without a value MUST be treated as if they were omitted from the request."
            let named = parameters.iter().filter(|(key, value)| key == name && !value.is_empty());
            let mut values = named.map(|(_, value)| value);
            // RFC6749-3.1: parameters must not come more than once; two values are as good as none.
            match (values.next(), values.next()) {
                (Some(value), None) => Some(value.clone()),
                (first, _) => first.filter(|_| left_out.has(Weakness::TakesFirstParameter)).cloned(),
            }
        };
        Self {
            mode: Some(mode),
            state: of("state"),
            code: of("code"),
            id_token: of("id_token"),
            access_token: of("access_token"),
            token_type: of("token_type"),
            expires_in: of("expires_in").and_then(|seconds| seconds.parse().ok()),
            scope: of("scope"),
            session_state: of("session_state"),
            iss: of("iss"),
            error: of("error"),
            error_description: of("error_description"),
        }
    }

    /// Whether these parameters are a response at all, where one path serves both start and callback.
    pub(super) fn is_one(parameters: &[(String, String)]) -> bool {
        parameters.iter().any(|(name, _)| {
            matches!(name.as_str(), "code" | "state" | "error" | "id_token" | "access_token")
        })
    }

    /// Whether tokens came in a query string, which the standard does not allow (CB-Q5).
    pub(super) fn has_tokens_in_query(&self) -> bool {
        self.mode == Some(ResponseMode::Query) && (self.id_token.is_some() || self.access_token.is_some())
    }

    /// The provider's error code, if this is an error response.
    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// RFC9207-2.4: the response comes from the issuer that was asked.
    pub(super) fn comes_from_issuer_asked(
        &self,
        profile: &ProviderProfile,
        metadata: &Metadata,
    ) -> Result<(), Rejection> {
        let expected = match profile.issuer_match {
            IssuerMatch::Exact => &profile.issuer,
            IssuerMatch::ConfiguredOrDiscovered => metadata.issuer().as_str(),
        };
        match &self.iss {
            Some(found) if found == expected => Ok(()),
            None if !promises_issuer(metadata) => Ok(()),
            other => Err(Rejection::ResponseIssuerMismatch {
                expected: expected.to_owned(),
                found: other.as_ref().map_or_else(|| "none".to_owned(), |found| format!("`{found}`")),
            }),
        }
    }

    /// Without the tokens that nobody asked for: they were not promised, and are not for use.
    pub(super) fn without_unasked(mut self, profile: &ProviderProfile) -> Self {
        self.id_token = self.id_token.filter(|_| profile.response_type.has_id_token());
        self.access_token = self.access_token.filter(|_| profile.response_type.has_token());
        self
    }

    /// OIDCC-3.1.2.6: an error response is an answer too, and the end of the attempt (X-R5).
    pub(super) fn without_error(&self) -> Result<(), Rejection> {
        match &self.error {
            Some(code) => Err(Rejection::provider_error(code, self.error_description.as_deref())),
            None => Ok(()),
        }
    }

    /// The product takes responses in only some modes (CB-R3).
    pub(super) fn in_accepted_mode(&self, profile: &ProviderProfile) -> Result<(), Rejection> {
        let mode = self.mode.unwrap_or(ResponseMode::Query);
        if profile.accepted_modes.contains(&mode) {
            return Ok(());
        }
        Err(Rejection::ResponseModeRefused(match mode {
            ResponseMode::Query => "query string",
            ResponseMode::Fragment => "fragment",
            ResponseMode::FormPost => "body of a form",
        }))
    }

    /// Every parameter that the response type promises is there.
    pub(super) fn complete(&self, profile: &ProviderProfile) -> Result<(), Rejection> {
        let promised = [
            ("code", profile.response_type.has_code(), self.code.is_some()),
            ("id_token", profile.response_type.has_id_token(), self.id_token.is_some()),
            ("access_token", profile.response_type.has_token(), self.access_token.is_some()),
        ];
        match promised.into_iter().find(|(_, promised, there)| *promised && !there) {
            Some((name, _, _)) => Err(Rejection::ResponseIncomplete(name)),
            None => Ok(()),
        }
    }
}
