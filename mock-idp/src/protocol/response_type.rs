//! Response types and modes (OAuth 2.0 Multiple Response Type Encoding Practices, OIDCC-3).

use std::fmt;
use std::str::FromStr;

/// What comes back from the authorization endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResponseType {
    /// `code`
    Code,
    /// `id_token`
    IdToken,
    /// `id_token token`
    IdTokenToken,
    /// `code id_token`
    CodeIdToken,
    /// `code token`
    CodeToken,
    /// `code id_token token`
    CodeIdTokenToken,
}

/// Text that names no response type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a response type of OpenID Connect")]
pub struct UnknownResponseType(String);

impl ResponseType {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::Code,
        Self::IdToken,
        Self::IdTokenToken,
        Self::CodeIdToken,
        Self::CodeToken,
        Self::CodeIdTokenToken,
    ];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Whether a code comes back.
    pub const fn has_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    /// Whether an ID token comes back through the browser.
    pub const fn has_id_token(self) -> bool {
        !matches!(self, Self::Code | Self::CodeToken)
    }

    /// Whether an access token comes back through the browser.
    pub const fn has_token(self) -> bool {
        matches!(self, Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken)
    }

    /// Whether an access token comes of it, at once or for the code.
    pub const fn leads_to_access_token(self) -> bool {
        self.has_code() || self.has_token()
    }

    /// Whether anything comes back that is a credential by itself.
    pub const fn has_any_token(self) -> bool {
        !matches!(self, Self::Code)
    }

    /// The mode when none is asked for (OAuth.Responses-5).
    pub const fn default_mode(self) -> ResponseMode {
        if self.has_any_token() { ResponseMode::Fragment } else { ResponseMode::Query }
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ResponseType {
    type Err = UnknownResponseType;

    /// "The order of values does not matter." (RFC6749-3.1.1)
    fn from_str(text: &str) -> Result<Self, UnknownResponseType> {
        let words = sorted_words(text);
        Self::ALL
            .into_iter()
            .find(|known| sorted_words(known.as_str()) == words)
            .ok_or_else(|| UnknownResponseType(text.to_owned()))
    }
}

fn sorted_words(text: &str) -> Vec<&str> {
    let mut words: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words
}

/// How a response travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query string.
    Query,
    /// In the fragment.
    Fragment,
    /// As a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// Text that names no response mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a response mode of this provider")]
pub struct UnknownResponseMode(String);

impl ResponseMode {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

impl FromStr for ResponseMode {
    type Err = UnknownResponseMode;

    fn from_str(text: &str) -> Result<Self, UnknownResponseMode> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == text)
            .ok_or_else(|| UnknownResponseMode(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_words_does_not_matter() {
        assert_eq!("token id_token code".parse(), Ok(ResponseType::CodeIdTokenToken));
    }

    #[test]
    fn a_word_too_many_is_another_response_type() {
        assert!("code code".parse::<ResponseType>().is_err());
        assert!("none".parse::<ResponseType>().is_err());
        assert!("token".parse::<ResponseType>().is_err());
    }

    #[test]
    fn every_spelling_is_read_back() {
        for response_type in ResponseType::ALL {
            assert_eq!(response_type.as_str().parse(), Ok(response_type));
        }
    }
}
