//! The ID token, checked as OIDCC-3.1.3.7, OIDCC-3.2.2.11 and OIDCC-3.3.2.12 say.

use serde_json::{Map, Value};

use super::claims::assert_typed;
use super::client::Client;
use super::jose::{Jwt, half_hash};
use super::run::Run;

/// An ID token that passed.
#[derive(Clone, Debug)]
pub(crate) struct IdToken {
    /// As it came.
    pub(crate) text: String,
    pub(crate) jwt: Jwt,
}

/// What it was issued with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IssuedWith<'a> {
    pub(crate) nonce: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) access_token: Option<&'a str>,
    /// Whether it came through the browser, where the hashes are required.
    pub(crate) by_browser: bool,
}

/// As far as two clocks may differ.
const TOLERANCE: i64 = 5 * 60;
/// Further away an `exp` is in milliseconds, or a mistake.
const FAR: i64 = 50 * 365 * 24 * 3600;

/// What an ID token says without being asked for anything (OIDCC-2, OIDCC-3.3.2.11, OIDCFC-3).
const OF_THE_PROTOCOL: [&str; 15] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "sid",
    "jti",
];

impl IdToken {
    /// Reads one and checks everything.
    pub(crate) fn read(run: &Run, client: &Client, text: &str, with: IssuedWith<'_>) -> Self {
        let jwt = Jwt::read(text);
        match client.id_token_alg() {
            "none" => jwt.assert_unsigned(),
            _ => jwt.assert_signed_by(&run.jwks),
        }
        let token = Self { text: text.to_owned(), jwt };
        token.assert_issuer(&run.op.issuer);
        token.assert_audience(&client.id);
        token.assert_times(run.op.now());
        token.assert_authentication();
        assert_typed(token.claims());
        assert!(token.text_of("sub").is_some(), "`sub` is a string");
        assert_eq!(token.text_of("nonce"), with.nonce, "`nonce` is that of the request");
        token.assert_hash("c_hash", with.code, with.by_browser);
        token.assert_hash("at_hash", with.access_token, with.by_browser);
        token
    }

    pub(crate) const fn claims(&self) -> &Map<String, Value> {
        &self.jwt.claims
    }

    pub(crate) fn text_of(&self, claim: &str) -> Option<&str> {
        self.claims().get(claim).map(|value| value.as_str().unwrap_or_else(|| panic!("`{claim}` is {value}")))
    }

    pub(crate) fn sub(&self) -> &str {
        self.text_of("sub").expect("`sub` is a string")
    }

    pub(crate) fn time(&self, claim: &str) -> i64 {
        self.claims()[claim].as_i64().unwrap_or_else(|| panic!("`{claim}` is no time"))
    }

    /// "The Issuer Identifier for the OpenID Provider […] MUST exactly match the value of the `iss` (issuer) Claim."
    /// (OIDCC-3.1.3.7-2)
    fn assert_issuer(&self, issuer: &str) {
        assert_eq!(self.text_of("iss"), Some(issuer));
    }

    /// "The `aud` Claim MAY contain an array with more than one element. The ID Token MUST be rejected if the ID Token does not
    /// list the Client as a valid audience, or if it contains additional audiences not trusted by the Client."
    /// (OIDCC-3.1.3.7-3)
    fn assert_audience(&self, client_id: &str) {
        let aud = &self.claims()["aud"];
        let audiences = aud.as_array().cloned().unwrap_or_else(|| vec![aud.clone()]);
        assert_eq!(audiences, [Value::from(client_id)]);
        if let Some(azp) = self.text_of("azp") {
            assert_eq!(azp, client_id);
        }
    }

    /// OIDCC-3.1.3.7-9 and OIDCC-3.1.3.7-10; an `exp` in milliseconds is thousands of years away.
    fn assert_times(&self, now: i64) {
        let (iat, exp) = (self.time("iat"), self.time("exp"));
        assert!((iat - now).abs() <= TOLERANCE, "`iat` is {iat}, now is {now}");
        assert!(exp > now - TOLERANCE && exp > iat && exp < now + FAR, "`exp` is {exp}, now is {now}");
        if self.claims().contains_key("auth_time") {
            let auth_time = self.time("auth_time");
            assert!(auth_time <= now + TOLERANCE && auth_time > now - FAR, "`auth_time` is {auth_time}");
        }
        if self.claims().contains_key("nbf") {
            assert!(self.time("nbf") <= now + TOLERANCE);
        }
    }

    /// `acr` is a string that says something, `amr` a list of such (OIDCC-2).
    fn assert_authentication(&self) {
        assert!(self.text_of("acr").is_none_or(|acr| !acr.is_empty()));
        if let Some(amr) = self.claims().get("amr") {
            assert!(amr.as_array().is_some_and(|list| list.iter().all(Value::is_string)), "`amr` is {amr}");
        }
    }

    /// Through the browser, the hash of what came beside the token "is REQUIRED" (OIDCC-3.2.2.10, OIDCC-3.3.2.11); from the
    /// token endpoint it may be left out, but not be wrong.
    fn assert_hash(&self, claim: &str, of: Option<&str>, required: bool) {
        match (self.text_of(claim), of) {
            (Some(hash), Some(of)) => assert_eq!(hash, half_hash(of), "`{claim}`"),
            (Some(hash), None) => panic!("`{claim}` is `{hash}`, and there is nothing to hash"),
            (None, Some(_)) => assert!(!required, "there is no `{claim}`"),
            (None, None) => {}
        }
    }

    /// It says nothing of the person that nobody asked for.
    pub(super) fn assert_thin(&self) {
        let more = |name: &&String| !OF_THE_PROTOCOL.contains(&name.as_str());
        let more: Vec<_> = self.claims().keys().filter(more).collect();
        assert!(more.is_empty(), "nobody asked for {more:?} in the ID token");
    }
}
