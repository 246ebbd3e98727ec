//! Finding the tokens in whatever was pasted.

use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::protocol::keys::jws::{Decoded, NotAJwt, decode};

/// The parameters of a response that may hold a JWT, by name.
const PARAMETERS: [&str; 4] = ["id_token", "access_token", "logout_token", "refresh_token"];

/// What stands before the token in an `Authorization` header (RFC6750-2.1).
const BEARER: &str = "bearer ";

/// A token and what it was called, if it had a name.
pub(super) struct Token {
    pub(super) name: Option<&'static str>,
    pub(super) jwt: Decoded,
}

/// Why there is nothing to inspect.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum NoToken {
    #[error("there is nothing to inspect")]
    Empty,
    #[error("this is not a JWT: {0}")]
    NotAJwt(#[from] NotAJwt),
    #[error("this is an encrypted token (five parts); only signed ones can be read")]
    Encrypted,
    #[error("the {0} has no token that is a JWT")]
    NoneInside(&'static str),
}

/// The tokens in a JWT, an `Authorization` header, a token response or a URL.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, NoToken> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NoToken::Empty);
    }
    if let Ok(Value::Object(response)) = serde_json::from_str(text) {
        let member = |name| Some((name, response.get(name)?.as_str()?.to_owned()));
        return jwts(PARAMETERS.into_iter().filter_map(member), "JSON object");
    }
    if let Some(parameters) = url_parameters(text) {
        let known = |(name, value)| Some((*PARAMETERS.iter().find(|known| **known == name)?, value));
        return jwts(parameters.into_iter().filter_map(known), "URL");
    }
    one(text).map(|token| vec![token])
}

fn one(text: &str) -> Result<Token, NoToken> {
    let scheme = text.to_ascii_lowercase().find(BEARER).map(|start| start + BEARER.len());
    let bare = scheme.and_then(|end| text.get(end..)).unwrap_or(text);
    // long tokens are often broken over lines on their way through mail and chat
    let compact: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.matches('.').count() == 4 {
        return Err(NoToken::Encrypted);
    }
    Ok(Token { name: None, jwt: decode(&compact)? })
}

/// What a URL carries in its query and in its fragment.
fn url_parameters(text: &str) -> Option<Vec<(String, String)>> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let parts = [url.query(), url.fragment()].into_iter().flatten();
    Some(parts.flat_map(|part| form_urlencoded::parse(part.as_bytes()).into_owned()).collect())
}

fn jwts(
    candidates: impl Iterator<Item = (&'static str, String)>,
    place: &'static str,
) -> Result<Vec<Token>, NoToken> {
    let found =
        candidates.filter_map(|(name, text)| Some(Token { name: Some(name), jwt: decode(&text).ok()? }));
    let found: Vec<Token> = found.collect();
    if found.is_empty() { Err(NoToken::NoneInside(place)) } else { Ok(found) }
}
