//! Back-channel logout (OIDCBC-2.4): the token that tells a client that a session is over.

use serde_json::{Map, Value, json};

use crate::protocol::Timestamp;

/// "explicitly typed by including a `typ` header parameter […] with a value of `logout+jwt`" (OIDCBC-2.4)
pub const TYP: &str = "logout+jwt";

/// The member of `events` that makes it a logout token (OIDCBC-2.4).
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// "RECOMMENDED that Logout Tokens have short expiration times, preferably at most two minutes in the future" (OIDCBC-4)
const LIFETIME: i64 = 120;

/// What a logout token is made of.
#[derive(Clone, Copy, Debug)]
pub struct LogoutTokenContent<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`.
    pub client_id: &'a str,
    /// `sub`, as the client's ID tokens have it.
    pub subject: &'a str,
    /// `sid`, as the client's ID tokens have it, for clients that are told.
    pub sid: Option<&'a str>,
    /// `jti`.
    pub jti: &'a str,
    /// `iat`.
    pub now: Timestamp,
}

/// The claims of a logout token. "A Logout Token MUST contain either a sub or a sid Claim, and MAY contain both"; a `nonce` is
/// prohibited (OIDCBC-2.4).
pub fn logout_token(content: &LogoutTokenContent<'_>) -> Map<String, Value> {
    let claims: [(&str, Value); 7] = [
        ("iss", content.issuer.into()),
        ("sub", content.subject.into()),
        ("aud", content.client_id.into()),
        ("iat", content.now.as_secs().into()),
        ("exp", content.now.plus(LIFETIME).as_secs().into()),
        ("jti", content.jti.into()),
        ("events", json!({ EVENT: {} })),
    ];
    let sid = content.sid.map(|sid| ("sid", sid.into()));
    claims.into_iter().chain(sid).map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_has_what_it_must_have_and_no_nonce() {
        let content = LogoutTokenContent {
            issuer: "https://idp.test",
            client_id: "app",
            subject: "u-1",
            sid: Some("s-1"),
            jti: "j-1",
            now: Timestamp(100),
        };
        let expected = json!({
            "iss": "https://idp.test", "sub": "u-1", "aud": "app", "iat": 100, "exp": 220, "jti": "j-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} }, "sid": "s-1",
        });
        assert_eq!(Value::Object(logout_token(&content)), expected);
        let of_all_sessions = logout_token(&LogoutTokenContent { sid: None, ..content });
        assert_eq!((of_all_sessions.get("sid"), &of_all_sessions["sub"]), (None, &json!("u-1")));
    }
}
