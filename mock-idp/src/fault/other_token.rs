//! One token in the place of another, under an honest signature: whoever looks at the signature alone is taken in
//! (RFC8725-2.8, RFC8725-3.11).

use serde_json::{Value, json};

use super::Expected::Refuse;
use super::claims::{Members, set};
use super::jwt::JwsEdit;
use super::{Edit, Group, way};
use crate::protocol::logout::back_channel;

pub(super) const ID_TOKEN: &[Group] = &[Group {
    name: "token",
    clause: "RFC8725-2.8",
    rp: "tells an ID token from the provider's other tokens",
    values: &[
        way(
            "access_token",
            Refuse,
            "sends the access token in place of the ID token",
            Edit::Jws(JwsEdit::compact(|token, at| at.access_token.unwrap_or(token).to_owned())),
        ),
        way(
            "logout_token",
            Refuse,
            "sends a logout token for the same person in place of the ID token",
            Edit::Jws(JwsEdit {
                header: Some(|header, _| set(header, "typ", back_channel::TYP)),
                claims_text: Some(|text, at| {
                    let mut claims = kept(text, &["iss", "sub", "aud", "iat", "sid"]);
                    set(&mut claims, "exp", at.now.plus(120).as_secs());
                    set(&mut claims, "jti", format!("logout-{}", at.serial));
                    set(&mut claims, "events", json!({ (back_channel::EVENT): {} }));
                    written(claims)
                }),
                ..JwsEdit::HONEST
            }),
        ),
        way(
            "userinfo",
            Refuse,
            "sends a signed UserInfo response in place of the ID token",
            Edit::Jws(JwsEdit::claims_text(|text, _| {
                let mut claims = parsed(text);
                let of_the_token = [
                    "exp",
                    "iat",
                    "nbf",
                    "auth_time",
                    "nonce",
                    "sid",
                    "at_hash",
                    "c_hash",
                    "acr",
                    "azp",
                    "jti",
                ];
                claims.retain(|name, _| !of_the_token.contains(&name.as_str()));
                written(claims)
            })),
        ),
        way(
            "of_another_client",
            Refuse,
            "sends an ID token that is for another client",
            Edit::Jws(JwsEdit::claims_text(|text, _| {
                let mut claims = parsed(text);
                set(&mut claims, "aud", "another-client");
                set(&mut claims, "azp", "another-client");
                written(claims)
            })),
        ),
        way(
            "previous",
            Refuse,
            "sends the ID token of the login before",
            Edit::Jws(JwsEdit::compact(|token, at| {
                at.previous.id_token.as_deref().unwrap_or(token).to_owned()
            })),
        ),
        way("empty", Refuse, "sends an empty text", Edit::Jws(JwsEdit::compact(|_, _| String::new()))),
        way(
            "garbage",
            Refuse,
            "sends text that is no token",
            Edit::Jws(JwsEdit::compact(|_, _| "not.a.token".to_owned())),
        ),
    ],
}];

pub(super) const LOGOUT_TOKEN: &[Group] = &[Group {
    name: "token",
    clause: "OIDCBC-2.4",
    rp: "answers 400 to whatever is no logout token",
    values: &[
        way(
            "id_token",
            Refuse,
            "sends an ID token of the same person in place of the logout token",
            Edit::Jws(JwsEdit {
                header: Some(|header, _| set(header, "typ", "JWT")),
                claims_text: Some(|text, at| {
                    let mut claims = kept(text, &["iss", "sub", "aud", "iat", "sid"]);
                    set(&mut claims, "exp", at.now.plus(300).as_secs());
                    set(&mut claims, "auth_time", at.now.as_secs());
                    if let Some(nonce) = &at.previous.nonce {
                        set(&mut claims, "nonce", nonce.as_str());
                    }
                    written(claims)
                }),
                ..JwsEdit::HONEST
            }),
        ),
        way("empty", Refuse, "sends an empty text", Edit::Jws(JwsEdit::compact(|_, _| String::new()))),
        way(
            "garbage",
            Refuse,
            "sends text that is no token",
            Edit::Jws(JwsEdit::compact(|_, _| "not.a.token".to_owned())),
        ),
    ],
}];

fn parsed(text: &str) -> Members {
    serde_json::from_str(text).unwrap_or_default()
}

/// Some of the claims, in the order in which they stand.
fn kept(text: &str, names: &[&str]) -> Members {
    let mut claims = parsed(text);
    claims.retain(|name, _| names.contains(&name.as_str()));
    claims
}

fn written(claims: Members) -> Vec<u8> {
    Value::Object(claims).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_is_made_of_what_an_id_token_says_of_the_person() {
        let id_token =
            r#"{"iss":"https://idp.test","aud":"app","exp":9,"nonce":"n","sub":"u-1","sid":"s-1"}"#;
        assert_eq!(
            Value::Object(kept(id_token, &["iss", "sub", "aud", "iat", "sid"])),
            json!({ "iss": "https://idp.test", "aud": "app", "sub": "u-1", "sid": "s-1" })
        );
    }
}
