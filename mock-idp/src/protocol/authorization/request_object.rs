//! Request objects: parameters as the claims of a JWT (OIDCC-6, RFC 9101).
//!
//! What stands in the object wins over what stands beside it. Until the object is found good nothing in it is believed,
//! so a refusal then goes where the parameters beside it say.

mod error;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

pub use error::ObjectError;

use super::{Terms, Way};
use crate::protocol::client::{Client, ClientAuthenticationRule};
use crate::protocol::keys::Signature;
use crate::protocol::keys::encryption;
use crate::protocol::keys::jwe::NotDecrypted;
use crate::protocol::keys::jws::{self, Decoded};
use crate::protocol::{Parameters, ResponseType, Timestamp};

/// How far a client's clock may be ahead, in seconds.
const SKEW: i64 = 60;

/// How many parts an encrypted object has (RFC7516-7.1); others are signed, or pretend to be.
const ENCRYPTED_PARTS: usize = 5;

/// Claims that are about the JWT and not about the request (RFC7519-4.1).
const ENVELOPE: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// "`request` and `request_uri` parameters MUST NOT be included in Request Objects." (OIDCC-6.1)
const NESTED: [&str; 2] = ["request", "request_uri"];

/// A request with its object, if it has one, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    /// The parameters that count.
    pub(super) request: Parameters,
    /// How the object was secured.
    pub(super) security: Option<Security>,
}

/// How a request object is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Unsigned,
    /// By a signature that holds.
    Signed(Signature),
    /// By a signature that nobody can check: the client is not registered, and so has neither key nor secret here.
    Unchecked(Signature),
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("not signed"),
            Self::Signed(algorithm) => write!(f, "signed with {algorithm}"),
            Self::Unchecked(algorithm) => write!(
                f,
                "signed with {algorithm}, which was not checked: neither the client nor a key of it is registered"
            ),
        }
    }
}

/// A request whose object is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    /// The parameters that say where the refusal goes.
    pub(super) known: Parameters,
    pub(super) cause: ObjectError,
}

/// Opens the request object of a request.
pub(super) fn opened(
    request: &Parameters,
    client: &Client,
    terms: &Terms<'_>,
) -> Result<Opened, Box<Rejected>> {
    let taken = terms.request_objects || matches!(terms.way, Way::Referred(_));
    let Some(text) = request.value("request").filter(|_| taken) else {
        return Ok(Opened { request: request.clone(), security: None });
    };
    let rejected = |known: &Parameters, cause| Box::new(Rejected { known: known.clone(), cause });
    let (object, security) = trusted(text, request, client).map_err(|cause| rejected(request, cause))?;
    let combined = combined(request, &object);
    match consistent(&object, request, client, terms) {
        Ok(()) => Ok(Opened { request: combined, security: Some(security) }),
        Err(cause) => Err(rejected(&combined, cause)),
    }
}

/// The object, if it is from the client.
fn trusted(text: &str, request: &Parameters, client: &Client) -> Result<(Decoded, Security), ObjectError> {
    // OIDCC-6.1: "If one of these parameters is used, the other MUST NOT be used in the same request."
    if request.value("request_uri").is_some() {
        return Err(ObjectError::BesideReference);
    }
    let object = jws::decode(&readable(text)?)?;
    of_a_fitting_type(&object)?;
    let algorithm = registered_algorithm(&object, client)?;
    let security = signed(&object, algorithm, client)?;
    Ok((object, security))
}

/// The object as it was before it was encrypted to this provider, if it was (OIDCC-6.1, OIDCC-6.3.1).
pub fn readable(text: &str) -> Result<Cow<'_, str>, NotDecrypted> {
    if text.split('.').count() != ENCRYPTED_PARTS {
        return Ok(Cow::Borrowed(text));
    }
    let content = encryption::decrypt(text)?;
    String::from_utf8(content).map(Cow::Owned).map_err(|_| NotDecrypted::Closed)
}

/// A JWT that says what it is has to be a request object (RFC9101-10.8, RFC8725-3.11).
fn of_a_fitting_type(object: &Decoded) -> Result<(), ObjectError> {
    let Some(kind) = object.header.get("typ").and_then(Value::as_str) else { return Ok(()) };
    let known = kind.to_ascii_lowercase();
    match known.strip_prefix("application/").unwrap_or(&known) {
        "jwt" | "oauth-authz-req+jwt" => Ok(()),
        _ => Err(ObjectError::TypeUnknown(kind.to_owned())),
    }
}

/// `request_object_signing_alg`: "All Request Objects from this Client MUST be rejected, if not signed with this
/// algorithm." (OIDCR-2)
fn registered_algorithm(object: &Decoded, client: &Client) -> Result<Signature, ObjectError> {
    let algorithm = object.named_signature()?;
    match client.request_object_alg.filter(|registered| *registered != algorithm) {
        None => Ok(algorithm),
        Some(registered) => Err(ObjectError::AlgorithmNotRegistered {
            client_id: client.id.clone(),
            found: algorithm,
            registered,
        }),
    }
}

/// The signature, checked with the client's keys or its secret (OIDCC-6.3.2).
fn signed(object: &Decoded, algorithm: Signature, client: &Client) -> Result<Security, ObjectError> {
    match algorithm {
        Signature::Unsigned if object.is_unsecured() => Ok(Security::Unsigned),
        Signature::Unsigned => Err(ObjectError::SignatureUnexpected),
        Signature::Signed(_) if client.authentication == ClientAuthenticationRule::Anything => {
            Ok(Security::Unchecked(algorithm))
        }
        Signature::Signed(_) => {
            client.verify(object)?;
            Ok(Security::Signed(algorithm))
        }
    }
}

/// "the Authorization Request Parameters are assembled from the Request Object value and the OAuth 2.0 Authorization
/// Request parameters. If the same parameter exists both in the Request Object and the OAuth Authorization Request
/// parameters, the parameter in the Request Object is used." (OIDCC-6.3.3)
fn combined(request: &Parameters, object: &Decoded) -> Parameters {
    let inside = object.claims.iter().filter(|(name, _)| is_parameter(name));
    let inside = inside.filter_map(|(name, value)| Some((name.clone(), parameter(value)?)));
    let beside = request.iter().filter(|(name, _)| *name != "request");
    beside.map(|(name, value)| (name.to_owned(), value.to_owned())).chain(inside).collect()
}

fn is_parameter(name: &str) -> bool {
    !ENVELOPE.contains(&name) && !NESTED.contains(&name)
}

/// A claim as the parameter that it stands for: `max_age` is a number here and `claims` an object (OIDCC-6.1).
fn parameter(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(value.to_string()),
    }
}

/// What an object of the client may still be refused for.
fn consistent(
    object: &Decoded,
    request: &Parameters,
    client: &Client,
    terms: &Terms<'_>,
) -> Result<(), ObjectError> {
    if let Some(nested) =
        NESTED.into_iter().find(|name| object.claims.get(*name).is_some_and(|v| !v.is_null()))
    {
        return Err(ObjectError::Nested(nested));
    }
    same_client(object, client)?;
    same_response_type(object, request)?;
    issued_by(object, client)?;
    addressed_to(object, terms.issuer)?;
    in_time(object, terms.now)
}

/// "The values for these parameters MUST match those in the Request Object, if present." (OIDCC-6.1, of `client_id` and
/// `response_type`)
fn same_client(object: &Decoded, client: &Client) -> Result<(), ObjectError> {
    same("client_id", object.claims.get("client_id"), &client.id, |one, other| one == other)
}

fn same_response_type(object: &Decoded, request: &Parameters) -> Result<(), ObjectError> {
    // RFC9101-5 lets it stand in the object alone, and so do clients that are made for that
    let Some(beside) = request.value("response_type") else { return Ok(()) };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    same("response_type", object.claims.get("response_type"), beside, |one, other| {
        let parsed = |text: &str| text.parse::<ResponseType>().ok();
        words(one) == words(other) || (parsed(one).is_some() && parsed(one) == parsed(other))
    })
}

fn same(
    parameter: &'static str,
    inside: Option<&Value>,
    beside: &str,
    equal: impl Fn(&str, &str) -> bool,
) -> Result<(), ObjectError> {
    match inside.filter(|value| !value.is_null()) {
        None => Ok(()),
        Some(inside) if inside.as_str().is_some_and(|inside| equal(inside, beside)) => Ok(()),
        Some(inside) => Err(ObjectError::Differs {
            parameter,
            inside: inside.as_str().map_or_else(|| inside.to_string(), str::to_owned),
            beside: beside.to_owned(),
        }),
    }
}

/// "The `iss` value SHOULD be the Client ID of the RP" (OIDCC-6.1); where it is something else, somebody else speaks.
fn issued_by(object: &Decoded, client: &Client) -> Result<(), ObjectError> {
    match object.claims.get("iss").filter(|issuer| issuer.as_str() != Some(&client.id)) {
        None => Ok(()),
        Some(found) => {
            Err(ObjectError::IssuerWrong { client_id: client.id.clone(), found: found.to_string() })
        }
    }
}

/// "The `aud` value SHOULD be or include the OP's Issuer Identifier URL." (OIDCC-6.1)
fn addressed_to(object: &Decoded, issuer: &str) -> Result<(), ObjectError> {
    let Some(audience) = object.claims.get("aud") else { return Ok(()) };
    let is_us = |one: &Value| one.as_str() == Some(issuer);
    let ours = audience.as_array().map_or_else(|| is_us(audience), |several| several.iter().any(is_us));
    if ours {
        return Ok(());
    }
    Err(ObjectError::AudienceWrong { found: audience.to_string(), issuer: issuer.to_owned() })
}

/// `exp` and `nbf`, where the object has them (RFC7519-4.1.4, RFC7519-4.1.5).
fn in_time(object: &Decoded, now: Timestamp) -> Result<(), ObjectError> {
    let time = |claim| object.time(claim).map_err(|_| ObjectError::ClaimMalformed(claim));
    if let Some(expired) = time("exp")?.filter(|expires| now >= *expires) {
        return Err(ObjectError::Expired(expired));
    }
    match time("nbf")?.filter(|begins| begins.seconds_since(now) > SKEW) {
        None => Ok(()),
        Some(begins) => Err(ObjectError::NotYetValid(begins)),
    }
}

#[cfg(test)]
mod tests;
