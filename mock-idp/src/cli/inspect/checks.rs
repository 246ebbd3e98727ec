//! The checks a relying party owes a token, in the order of OIDCC-3.1.3.7, each with its clause and a sentence.
//!
//! An access token is judged by RFC 9068 instead: it has no nonce and no authorized party.

use serde_json::Value;

use super::dates::length;
use super::input::Token;
use crate::protocol::Timestamp;
use crate::protocol::issue::hash::left_half;
use crate::protocol::keys::jwe::{Encryption, Envelope, NESTED};
use crate::protocol::keys::jws::Decoded;

/// What the caller knows about the token from elsewhere.
pub(super) struct Expectations {
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) keys: Keys,
    pub(super) now: Timestamp,
}

/// What the signature can be verified with.
pub(super) struct Keys {
    pub(super) published: Option<Vec<Value>>,
    pub(super) secret: Option<String>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Passed,
    Failed,
    NotChecked,
}

/// One check.
#[derive(Debug, serde::Serialize)]
pub(super) struct Check {
    /// The claim or header that was looked at.
    pub(super) subject: &'static str,
    /// The clause that asks for it.
    pub(super) clause: &'static str,
    pub(super) outcome: Outcome,
    /// What was found.
    pub(super) because: String,
}

/// An ID token, or an access token in JWT form (RFC9068-2.1 gives it a `typ` of its own).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    IdToken,
    AccessToken,
}

impl Kind {
    pub(super) fn of(jwt: &Decoded) -> Self {
        let typ = jwt.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        if matches!(typ.as_str(), "at+jwt" | "application/at+jwt") {
            Self::AccessToken
        } else {
            Self::IdToken
        }
    }

    fn clause(self, id_token: &'static str, access_token: &'static str) -> &'static str {
        if self == Self::IdToken { id_token } else { access_token }
    }
}

/// Every check, in the standard's order.
pub(super) fn all(token: &Token, expected: &Expectations) -> Vec<Check> {
    let Token { jwt, beside, .. } = token;
    let kind = Kind::of(jwt);
    let mut checks = vec![
        issuer(jwt, expected, kind),
        audience(jwt, expected, kind),
        signature(jwt, &expected.keys, kind),
        expiry(jwt, expected.now, kind),
        issued(jwt, expected.now, kind),
    ];
    if kind == Kind::IdToken {
        checks.insert(2, authorized_party(jwt, expected));
        checks.push(nonce(jwt, expected));
        checks.extend(hash(jwt, Check::of("at_hash", "OIDCC-3.1.3.8"), beside.access_token.as_deref()));
        checks.extend(hash(jwt, Check::of("c_hash", "OIDCC-3.3.2.10"), beside.code.as_deref()));
    }
    checks.push(subject(jwt));
    checks.extend(not_before(jwt, expected.now));
    checks
}

/// What is inside is for whoever has the private key.
pub(super) fn encryption(envelope: &Envelope) -> Check {
    let check = Check::of("encryption", "RFC7516-5.2");
    match envelope.encryption() {
        Ok(Encryption { alg, enc }) => {
            let nested =
                envelope.header.get("cty").and_then(Value::as_str).is_some_and(|kind| kind == NESTED);
            let inside = if nested { "a JWT" } else { "something" };
            check.not_checked(format!(
                "{inside} is encrypted with {alg} and {enc}; decrypt it with the private key, and inspect that"
            ))
        }
        Err(why) => check.not_checked(format!("{why}, so this program could not have made it")),
    }
}

fn issuer(jwt: &Decoded, expected: &Expectations, kind: Kind) -> Check {
    let check = Check::of("iss", kind.clause("OIDCC-3.1.3.7-2", "RFC9068-4"));
    match (text(jwt, "iss"), &expected.issuer) {
        (Err(reason), _) => check.failed(reason),
        (Ok(found), None) => check.not_checked(format!("it is `{found}`; give --issuer to compare")),
        (Ok(found), Some(issuer)) if found == issuer => check.passed(format!("it is `{found}`, as expected")),
        (Ok(found), Some(issuer)) => {
            check.failed(format!("it is `{found}`, expected `{issuer}`, byte for byte"))
        }
    }
}

fn audience(jwt: &Decoded, expected: &Expectations, kind: Kind) -> Check {
    let check = Check::of("aud", kind.clause("OIDCC-3.1.3.7-3", "RFC9068-4"));
    let found = audiences(jwt);
    if found.is_empty() {
        return check.failed("it is missing, or neither text nor a list of texts");
    }
    let named = found.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match &expected.audience {
        None => check.not_checked(format!("it names {named}; give --audience to compare")),
        Some(audience) if found.contains(&audience.as_str()) => {
            check.passed(format!("it names `{audience}`"))
        }
        Some(audience) => check.failed(format!("it names {named}, not `{audience}`")),
    }
}

/// With `azp` the token was issued to that client, whoever else may read it (OIDCC-2).
fn authorized_party(jwt: &Decoded, expected: &Expectations) -> Check {
    let check = Check::of("azp", "OIDCC-3.1.3.7-5");
    let several = audiences(jwt).len() > 1;
    match (jwt.claims.get("azp"), &expected.audience) {
        (None, _) if several => {
            check.failed("it is missing, and there are several audiences (OIDCC-3.1.3.7-4)")
        }
        (None, _) => check.passed("it is absent, and with one audience it need not be there"),
        (Some(azp), Some(client)) if azp == client.as_str() => check.passed(format!("it is `{client}`")),
        (Some(azp), Some(client)) => check.failed(format!("it is {azp}, expected `{client}`")),
        (Some(azp), None) => check.not_checked(format!("it is {azp}; give --audience to compare")),
    }
}

fn signature(jwt: &Decoded, keys: &Keys, kind: Kind) -> Check {
    let check = Check::of("signature", kind.clause("OIDCC-3.1.3.7-6", "RFC9068-4"));
    let algorithm = match jwt.algorithm() {
        Err(reason) => return check.failed(reason.to_string()),
        Ok(algorithm) => algorithm,
    };
    if algorithm.is_symmetric() {
        return match &keys.secret {
            None => check.not_checked(format!("{algorithm} needs the client's secret; give --secret")),
            Some(secret) => match jwt.verify_with_secret(secret) {
                Ok(()) => check.passed(format!("{algorithm}, made with this secret")),
                Err(reason) => check.failed(reason.to_string()),
            },
        };
    }
    let Some(published) = &keys.published else {
        return check.not_checked(format!("{algorithm}; give --jwks to verify it"));
    };
    let key = match choose(jwt, published) {
        Err(reason) => return check.failed(reason),
        Ok(key) => key,
    };
    let name = key.get("kid").and_then(Value::as_str).unwrap_or("without a name");
    match jwt.verify_with_jwk(key) {
        Ok(()) => check.passed(format!("{algorithm}, made with the key `{name}`")),
        Err(reason) => check.failed(format!("with the key `{name}`: {reason}")),
    }
}

/// The key that the header names, or the only one that there is (OIDCC-10.1).
fn choose<'k>(jwt: &Decoded, published: &'k [Value]) -> Result<&'k Value, String> {
    let text = |key: &'k Value, member| key.get(member).and_then(Value::as_str);
    let published: Vec<&Value> = published.iter().filter(|key| text(key, "use") != Some("enc")).collect();
    let ids = published.iter().filter_map(|key| text(key, "kid"));
    let Some(kid) = jwt.kid() else {
        return match published.as_slice() {
            [only] => Ok(only),
            _ => Err(format!("the header has no `kid`, and the key set has {} keys", published.len())),
        };
    };
    let named = published.iter().copied().find(|key| text(key, "kid") == Some(kid));
    named.ok_or_else(|| {
        let ids = ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        format!(
            "the key set has no key `{kid}`, only {ids}; was it rotated, or is this another provider's token?"
        )
    })
}

fn expiry(jwt: &Decoded, now: Timestamp, kind: Kind) -> Check {
    let check = Check::of("exp", kind.clause("OIDCC-3.1.3.7-9", "RFC9068-4"));
    match moment(jwt, "exp") {
        Err(reason) => check.failed(reason),
        Ok(exp) if now < exp => {
            check.passed(format!("it is valid for another {}", length(exp.seconds_since(now))))
        }
        Ok(exp) if now == exp => {
            check.failed("it expires at this very second, on which it must not be accepted")
        }
        Ok(exp) => check.failed(format!("it expired {} ago", length(now.seconds_since(exp)))),
    }
}

fn issued(jwt: &Decoded, now: Timestamp, kind: Kind) -> Check {
    let check = Check::of("iat", kind.clause("OIDCC-3.1.3.7-10", "RFC9068-2.2"));
    match moment(jwt, "iat") {
        Err(reason) => check.failed(reason),
        Ok(iat) if iat <= now => {
            check.passed(format!("it was issued {} ago", length(now.seconds_since(iat))))
        }
        Ok(iat) => check.failed(format!("it is issued {} in the future", length(iat.seconds_since(now)))),
    }
}

fn nonce(jwt: &Decoded, expected: &Expectations) -> Check {
    let check = Check::of("nonce", "OIDCC-3.1.3.7-11");
    match (jwt.claims.get("nonce"), &expected.nonce) {
        (None, None) => check.passed("there is none, and none was asked for"),
        (None, Some(nonce)) => check.failed(format!("there is none, expected `{nonce}`")),
        (Some(found), None) => check.not_checked(format!("it is {found}; give --nonce to compare")),
        (Some(found), Some(nonce)) if found == nonce.as_str() => {
            check.passed(format!("it is `{nonce}`, as sent"))
        }
        (Some(found), Some(nonce)) => check.failed(format!("it is {found}, expected `{nonce}`")),
    }
}

/// What the ID token says of the access token or the code that came with it.
fn hash(jwt: &Decoded, check: Check, beside: Option<&str>) -> Option<Check> {
    let found = jwt.claims.get(check.subject)?;
    let (Some(beside), Ok(algorithm)) = (beside, jwt.algorithm()) else {
        return Some(check.not_checked(format!("it is {found}; give the whole response to compare")));
    };
    let computed = left_half(algorithm, beside);
    Some(if found == computed.as_str() {
        check.passed(format!("it is `{computed}`, as computed from what came along"))
    } else {
        check.failed(format!("it is {found}, computed from what came along `{computed}`"))
    })
}

fn subject(jwt: &Decoded) -> Check {
    let check = Check::of("sub", "OIDCC-2");
    match text(jwt, "sub") {
        Err(reason) => check.failed(reason),
        Ok("") => check.failed("it is empty"),
        Ok(sub) if !sub.is_ascii() => check.failed("it has characters that are not ASCII"),
        Ok(sub) if sub.len() > 255 => {
            check.failed(format!("it has {} characters; 255 are allowed", sub.len()))
        }
        Ok(sub) => check.passed(format!("it is `{sub}`")),
    }
}

fn not_before(jwt: &Decoded, now: Timestamp) -> Option<Check> {
    jwt.claims.get("nbf")?;
    let check = Check::of("nbf", "RFC7519-4.1.5");
    Some(match moment(jwt, "nbf") {
        Err(reason) => check.failed(reason),
        Ok(nbf) if nbf <= now => check.passed("its time has come"),
        Ok(nbf) => check.failed(format!("it is not valid for another {}", length(nbf.seconds_since(now)))),
    })
}

impl Check {
    fn of(subject: &'static str, clause: &'static str) -> Self {
        Self { subject, clause, outcome: Outcome::NotChecked, because: String::new() }
    }

    fn passed(self, because: impl Into<String>) -> Self {
        Self { outcome: Outcome::Passed, because: because.into(), ..self }
    }

    fn failed(self, because: impl Into<String>) -> Self {
        Self { outcome: Outcome::Failed, because: because.into(), ..self }
    }

    fn not_checked(self, because: impl Into<String>) -> Self {
        Self { outcome: Outcome::NotChecked, because: because.into(), ..self }
    }
}

fn text<'j>(jwt: &'j Decoded, claim: &str) -> Result<&'j str, String> {
    let value = jwt.claims.get(claim).ok_or("it is missing")?;
    value.as_str().ok_or_else(|| format!("it is {value}, which is not text"))
}

/// A `NumericDate` may have a fraction (RFC7519-2); only whole seconds matter here.
pub(super) fn moment(jwt: &Decoded, claim: &str) -> Result<Timestamp, String> {
    let value = jwt.claims.get(claim).ok_or("it is missing")?;
    let seconds = value.as_i64().or_else(|| value.as_f64().and_then(whole_seconds));
    seconds.map(Timestamp).ok_or_else(|| format!("it is {value}, which is not a number of seconds"))
}

fn whole_seconds(seconds: f64) -> Option<i64> {
    format!("{:.0}", seconds.floor()).parse().ok()
}

fn audiences(jwt: &Decoded) -> Vec<&str> {
    match jwt.claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
