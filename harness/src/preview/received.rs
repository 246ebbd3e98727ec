//! Claims in the forms in which people have them: JSON, a JWT, or the response of a token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::Input;
use super::terms::Algorithms;
use crate::decision::{Mistake, Token};

/// The documents that were given.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Received {
    pub(super) id_token: Option<Token>,
    pub(super) access_token: Option<Token>,
    pub(super) userinfo: Option<Map<String, Value>>,
    /// What the headers of the tokens say.
    pub(super) algorithms: Algorithms,
}

impl Received {
    /// Reads the documents; an access token or a UserInfo response given by itself wins over one in a token response.
    pub(super) fn from(input: &Input) -> Result<Self, Vec<Mistake>> {
        let mut received = Self::default();
        let mut mistakes = Vec::new();
        match &input.claims {
            None => {}
            Some(Value::Object(response)) if is_token_response(response) => {
                let part = |name: &str| response.get(name).filter(|value| !value.is_null());
                received.id_token =
                    part("id_token").and_then(|token| id_token("/claims/id_token", token, &mut mistakes));
                received.access_token = part("access_token")
                    .and_then(|token| access_token("/claims/access_token", token, &mut mistakes));
            }
            Some(claims) => received.id_token = id_token("/claims", claims, &mut mistakes),
        }
        if let Some(token) = &input.access_token {
            received.access_token = access_token("/access_token", token, &mut mistakes);
        }
        match &input.userinfo {
            None => {}
            Some(Value::Object(claims)) => received.userinfo = Some(claims.clone()),
            Some(_) => mistakes.push(mistake("/userinfo", "expected an object of claims", None)),
        }
        received.algorithms = Algorithms::of(input);
        if mistakes.is_empty() { Ok(received) } else { Err(mistakes) }
    }
}

impl Algorithms {
    /// Those of the tokens that came as JWTs.
    fn of(input: &Input) -> Self {
        let part = |name: &str| input.claims.as_ref().and_then(|response| response.get(name));
        let algorithm =
            |token: Option<&Value>| Some(header(token?.as_str()?)?.get("alg")?.as_str()?.to_owned());
        Self {
            id_token: algorithm(input.claims.as_ref()).or_else(|| algorithm(part("id_token"))),
            access_token: algorithm(input.access_token.as_ref()).or_else(|| algorithm(part("access_token"))),
        }
    }
}

/// A token response has tokens as texts (RFC6749-5.1), and a sample as objects; no claim set has either.
fn is_token_response(object: &Map<String, Value>) -> bool {
    let token = |name: &&str| object.get(*name).is_some_and(|token| token.is_string() || token.is_object());
    ["id_token", "access_token"].iter().any(token)
}

fn id_token(path: &str, token: &Value, mistakes: &mut Vec<Mistake>) -> Option<Token> {
    match token {
        Value::Object(claims) => Some(Token::unverified(claims.clone())),
        Value::String(text) if is_header(text) => {
            mistakes.push(no_header(path));
            None
        }
        Value::String(text) => {
            let claims = decoded(text);
            if claims.is_none() {
                let help = "give claims as JSON, a JWT of three parts, or a token response";
                mistakes.push(mistake(path, "this is no JWT", Some(help)));
            }
            claims.map(Token::unverified)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            mistakes.push(mistake(path, "expected an object of claims, or a JWT", None));
            None
        }
    }
}

/// An access token need not be a JWT.
fn access_token(path: &str, token: &Value, mistakes: &mut Vec<Mistake>) -> Option<Token> {
    match token {
        Value::Object(claims) => Some(Token::unverified(claims.clone())),
        Value::String(text) if is_header(text) => {
            mistakes.push(no_header(path));
            None
        }
        Value::String(text) => Some(decoded(text).map_or_else(Token::opaque, Token::unverified)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
            mistakes.push(mistake(path, "expected an object of claims, or a token", None));
            None
        }
    }
}

/// Whether a token still has what stands before it in a request (RFC6750-2.1).
fn is_header(text: &str) -> bool {
    text.trim_start().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
}

fn no_header(path: &str) -> Mistake {
    let help = "leave out `Bearer `, which tells a server what kind of token follows";
    mistake(path, "this is the value of an `Authorization` header, not a token", Some(help))
}

/// The claims of a JWT in compact form (RFC7519-7.2), its signature unseen.
fn decoded(text: &str) -> Option<Map<String, Value>> {
    let mut parts = text.trim().split('.');
    let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    object(header)?;
    object(claims)
}

/// The header of a JWT in compact form.
fn header(text: &str) -> Option<Map<String, Value>> {
    object(text.trim().split('.').next()?)
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
}

fn mistake(path: &str, message: &str, help: Option<&str>) -> Mistake {
    Mistake { path: path.to_owned(), message: message.to_owned(), help: help.map(str::to_owned) }
}
