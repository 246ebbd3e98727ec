//! The ID token (OIDCC-2, OIDCC-3.1.3.6, OIDCC-3.2.2.10, OIDCC-3.3.2.11).

use serde_json::{Map, Value};

use super::hash::left_half;
use crate::protocol::Timestamp;
use crate::protocol::keys::Algorithm;

/// What an ID token is made of.
#[derive(Clone, Debug)]
pub struct IdTokenContent<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// The client.
    pub client_id: &'a str,
    /// Audiences besides the client.
    pub other_audiences: &'a [String],
    /// `nonce`, as the request had it.
    pub nonce: Option<&'a str>,
    /// `auth_time`.
    pub auth_time: Timestamp,
    /// `acr`.
    pub acr: Option<&'a str>,
    /// `sid` (OIDCFC-3).
    pub sid: &'a str,
    /// `iat`.
    pub now: Timestamp,
    /// Seconds until `exp`.
    pub lifetime: i64,
    /// The signature algorithm, which decides how `at_hash` and `c_hash` are made: without one there is no hash that the
    /// client could know, and none is required where an ID token may be unsigned (OIDCC-3.1.3.6).
    pub algorithm: Option<Algorithm>,
    /// The access token that comes along.
    pub access_token: Option<&'a str>,
    /// The code that comes along.
    pub code: Option<&'a str>,
}

/// The claims of an ID token about a person.
pub fn id_token(person: Map<String, Value>, content: &IdTokenContent<'_>) -> Map<String, Value> {
    let hash = |text: &str| Some(Value::from(left_half(content.algorithm?, text)));
    let several = !content.other_audiences.is_empty();
    let own = [
        ("iss", Some(content.issuer.into())),
        ("aud", Some(audience(content))),
        // OIDCC-2: "azp […] is only needed when the ID Token has a single audience value and that audience is different
        // than the authorized party", or several
        ("azp", several.then(|| content.client_id.into())),
        ("exp", Some(content.now.plus(content.lifetime).as_secs().into())),
        ("iat", Some(content.now.as_secs().into())),
        ("auth_time", Some(content.auth_time.as_secs().into())),
        ("acr", content.acr.map(Value::from)),
        ("nonce", content.nonce.map(Value::from)),
        ("sid", Some(content.sid.into())),
        ("at_hash", content.access_token.and_then(hash)),
        ("c_hash", content.code.and_then(hash)),
    ];
    laid_under(person, own)
}

fn audience(content: &IdTokenContent<'_>) -> Value {
    if content.other_audiences.is_empty() {
        return content.client_id.into();
    }
    let others = content.other_audiences.iter().map(String::as_str);
    std::iter::once(content.client_id).chain(others).collect()
}

/// The protocol's claims first, then the person's; where both have one, the protocol's stands.
pub(super) fn laid_under<const N: usize>(
    person: Map<String, Value>,
    own: [(&'static str, Option<Value>); N],
) -> Map<String, Value> {
    let mut claims = Map::new();
    for (name, value) in own {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    }
    for (name, value) in person {
        claims.entry(name).or_insert(value);
    }
    claims
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content(others: &[String]) -> IdTokenContent<'_> {
        IdTokenContent {
            issuer: "https://idp.test",
            client_id: "app",
            other_audiences: others,
            nonce: None,
            auth_time: Timestamp(90),
            acr: None,
            sid: "s",
            now: Timestamp(100),
            lifetime: 300,
            algorithm: Some(Algorithm::RS256),
            access_token: None,
            code: None,
        }
    }

    #[test]
    fn the_protocols_claims_stand_against_the_persons() {
        let person = json!({ "sub": "u", "iss": "evil", "exp": 1, "nonce": "mine", "a.b": null });
        let claims = id_token(person.as_object().unwrap().clone(), &content(&[]));
        let expected = json!({
            "iss": "https://idp.test", "aud": "app", "exp": 400, "iat": 100, "auth_time": 90, "sid": "s",
            "sub": "u", "nonce": "mine", "a.b": null,
        });
        assert_eq!(Value::Object(claims), expected);
    }

    #[test]
    fn several_audiences_name_the_authorized_party() {
        let others = ["api".to_owned()];
        let claims = id_token(Map::new(), &content(&others));
        assert_eq!((&claims["aud"], &claims["azp"]), (&json!(["app", "api"]), &json!("app")));
    }
}
