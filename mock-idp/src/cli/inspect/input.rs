//! Finding the tokens in whatever was pasted.

use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::protocol::keys::jwe::{Envelope, NotEncrypted};
use crate::protocol::keys::jws::{Decoded, NotAJwt, decode};

/// The parameters of a response that may hold a JWT, by name.
const PARAMETERS: [&str; 4] = ["id_token", "access_token", "logout_token", "refresh_token"];

/// The name of a code, which is no token, but which an ID token may vouch for.
const CODE: &str = "code";

/// What stands before the token in an `Authorization` header (RFC6750-2.1).
const BEARER: &str = "bearer ";

/// A token that was found.
pub(super) enum Found {
    /// One that can be read.
    Signed(Token),
    /// One of which only the header can be read (RFC 7516), and what it was called, if it had a name.
    Encrypted(Option<&'static str>, Envelope),
}

/// A token and what it was called, if it had a name.
pub(super) struct Token {
    pub(super) name: Option<&'static str>,
    pub(super) jwt: Decoded,
    pub(super) beside: Beside,
}

/// What came in the same response, and what an ID token vouches for by a hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    pub(super) access_token: Option<String>,
    pub(super) code: Option<String>,
}

/// Why there is nothing to inspect.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum NoToken {
    #[error("there is nothing to inspect")]
    Empty,
    #[error("this is not a JWT: {0}")]
    NotAJwt(#[from] NotAJwt),
    #[error("this is not an encrypted JWT: {0}")]
    NotEncrypted(#[from] NotEncrypted),
    #[error("the {0} has no token that is a JWT")]
    NoneInside(&'static str),
}

/// The tokens in a JWT, an `Authorization` header, a token response or a URL.
pub(super) fn tokens(text: &str) -> Result<Vec<Found>, NoToken> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NoToken::Empty);
    }
    if let Ok(Value::Object(response)) = serde_json::from_str(text) {
        let member = |name: &str| Some(response.get(name)?.as_str()?.to_owned());
        return jwts(member, "JSON object");
    }
    if let Some(parameters) = url_parameters(text) {
        let parameter =
            |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        return jwts(parameter, "URL");
    }
    one(text).map(|token| vec![token])
}

fn one(text: &str) -> Result<Found, NoToken> {
    let scheme = text.to_ascii_lowercase().find(BEARER).map(|start| start + BEARER.len());
    let bare = scheme.and_then(|end| text.get(end..)).unwrap_or(text);
    // long tokens are often broken over lines on their way through mail and chat
    let compact: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.matches('.').count() == 4 {
        return Ok(Found::Encrypted(None, Envelope::parse(&compact)?));
    }
    Ok(Found::Signed(Token { name: None, jwt: decode(&compact)?, beside: Beside::default() }))
}

/// What a URL carries in its query and in its fragment.
fn url_parameters(text: &str) -> Option<Vec<(String, String)>> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let parts = [url.query(), url.fragment()].into_iter().flatten();
    Some(parts.flat_map(|part| form_urlencoded::parse(part.as_bytes()).into_owned()).collect())
}

/// The JWTs of a response whose members are found by name.
fn jwts(member: impl Fn(&str) -> Option<String>, place: &'static str) -> Result<Vec<Found>, NoToken> {
    let beside = Beside { access_token: member("access_token"), code: member(CODE) };
    let found = PARAMETERS.into_iter().filter_map(|name| {
        let text = member(name)?;
        if let Ok(envelope) = Envelope::parse(&text) {
            return Some(Found::Encrypted(Some(name), envelope));
        }
        let jwt = decode(&text).ok()?;
        Some(Found::Signed(Token { name: Some(name), jwt, beside: beside.clone() }))
    });
    let found: Vec<Found> = found.collect();
    if found.is_empty() { Err(NoToken::NoneInside(place)) } else { Ok(found) }
}
