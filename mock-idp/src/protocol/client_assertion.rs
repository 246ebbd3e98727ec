//! A client that proves itself with a signed JWT (RFC7523-2.2, RFC7523-3, OIDCC-9).

use serde_json::Value;

use super::client::Client;
use super::keys::jws::{self, Decoded, NotAJwt};
use super::keys::{Algorithm, NotVerified};
use super::{Cause, OAuthErrorCode, Parameters, Timestamp};

/// The one `client_assertion_type` (RFC7523-2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How far in the future `exp` may be, so that a `jti` need not be remembered forever (RFC7523-3, rule 4).
const LONGEST: i64 = 24 * 60 * 60;

/// How far a client's clock may be ahead, in seconds (RFC7523-3, rules 5 and 6).
const SKEW: i64 = 60;

/// Why a client assertion was not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// The client is registered for another algorithm.
    #[error("it is signed with {found}, `{client_id}` is registered for {registered}")]
    AlgorithmNotRegistered {
        /// The client.
        client_id: String,
        /// In the header.
        found: Algorithm,
        /// What it should be.
        registered: Algorithm,
    },
    /// It is for somebody else.
    #[error(
        "its `aud` is {found}, neither the issuer nor the token endpoint is in it: `{issuer}`, `{token_endpoint}`"
    )]
    AudienceWrong {
        /// In the assertion.
        found: String,
        /// One that would do.
        issuer: String,
        /// The other.
        token_endpoint: String,
    },
    /// A claim is missing or has another type.
    #[error("it has no `{0}` of the right type")]
    ClaimMissing(&'static str),
    /// The parameter names another client.
    #[error("it is from `{subject}`, the parameter client_id says `{parameter}`")]
    ClientIdDiffers {
        /// In the assertion.
        subject: String,
        /// In the request.
        parameter: String,
    },
    /// It is past its time.
    #[error("it expired at {0}")]
    Expired(Timestamp),
    /// It lives for so long that its `jti` would have to be remembered for too long.
    #[error("it expires at {0}, more than a day from now")]
    ExpiresTooLate(Timestamp),
    /// Somebody else speaks for the client.
    #[error("its `iss` is `{issuer}` and its `sub` is `{subject}`, both have to be the client id")]
    IssuerDiffers {
        /// Who issued it.
        issuer: String,
        /// Whom it is about.
        subject: String,
    },
    /// It is not a JWT.
    #[error("it cannot be read: {0}")]
    Malformed(#[from] NotAJwt),
    /// A type without an assertion.
    #[error("client_assertion_type comes without a client_assertion")]
    Missing,
    /// Its time has not come.
    #[error("it is of the future: `{claim}` is {time}")]
    NotYetValid {
        /// `iat` or `nbf`.
        claim: &'static str,
        /// What it says.
        time: Timestamp,
    },
    /// It was used before.
    #[error("its `jti` `{0}` was used before")]
    Replayed(String),
    /// Its signature does not hold.
    #[error("its signature is not good: {0}")]
    Signature(#[from] NotVerified),
    /// Another kind of assertion.
    #[error("the client_assertion_type is {}, only `{JWT_BEARER}` is known", .0.as_ref().map_or_else(|| "missing".to_owned(), |found| format!("`{found}`")))]
    TypeUnknown(Option<String>),
}

impl Cause for AssertionError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Missing | Self::TypeUnknown(_) => "RFC7523-2.2",
            Self::ClientIdDiffers { .. } => "RFC7521-4.2",
            Self::ClaimMissing(_) | Self::IssuerDiffers { .. } | Self::Replayed(_) => "OIDCC-9",
            Self::AlgorithmNotRegistered { .. } => "OIDCR-2",
            Self::AudienceWrong { .. }
            | Self::Expired(_)
            | Self::ExpiresTooLate(_)
            | Self::Malformed(_)
            | Self::NotYetValid { .. }
            | Self::Signature(_) => "RFC7523-3",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        OAuthErrorCode::InvalidClient
    }
}

/// An assertion as it was sent, and whom it claims to be from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Assertion {
    token: Decoded,
    pub(super) client_id: String,
    pub(super) algorithm: Algorithm,
}

/// What an assertion is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Its token endpoint.
    pub token_endpoint: &'a str,
    /// The endpoint that the assertion was sent to.
    pub endpoint: &'a str,
    /// The time.
    pub now: Timestamp,
}

/// An assertion that holds, and must not hold a second time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceOnly {
    /// `jti`, unique for the client.
    pub jti: String,
    /// When the assertion stops being good by itself.
    pub expires: Timestamp,
}

impl Assertion {
    /// The assertion in a request, if there is one.
    pub(super) fn of(request: &Parameters) -> Result<Option<Self>, AssertionError> {
        let kind = request.value("client_assertion_type");
        let Some(text) = request.value("client_assertion") else {
            return if kind.is_some() { Err(AssertionError::Missing) } else { Ok(None) };
        };
        if kind != Some(JWT_BEARER) {
            return Err(AssertionError::TypeUnknown(kind.map(str::to_owned)));
        }
        let token = jws::decode(text)?;
        let algorithm = token.algorithm().map_err(NotVerified::from)?;
        let client_id = speaks_for_itself(&token)?;
        same_client(request, &client_id)?;
        Ok(Some(Self { token, client_id, algorithm }))
    }

    /// Checks everything about it but whether it was used before.
    pub(super) fn verified(
        &self,
        client: &Client,
        expected: &Expected<'_>,
    ) -> Result<OnceOnly, AssertionError> {
        self.registered_algorithm(client)?;
        self.signed_by(client)?;
        self.addressed_to(expected)?;
        let expires = self.expires(expected.now)?;
        self.valid_already("nbf", expected.now)?;
        self.valid_already("iat", expected.now)?;
        // OIDCC-9: "jti REQUIRED. JWT ID. A unique identifier for the token, which can be used to prevent reuse"
        let jti = text(&self.token, "jti")?.to_owned();
        Ok(OnceOnly { jti, expires })
    }

    /// `token_endpoint_auth_signing_alg`: "Servers MUST reject" others (OIDCR-2).
    fn registered_algorithm(&self, client: &Client) -> Result<(), AssertionError> {
        match client.assertion_alg.filter(|registered| *registered != self.algorithm) {
            None => Ok(()),
            Some(registered) => Err(AssertionError::AlgorithmNotRegistered {
                client_id: self.client_id.clone(),
                found: self.algorithm,
                registered,
            }),
        }
    }

    /// Rule 9: "The authorization server MUST reject JWTs with an invalid signature" (RFC7523-3).
    fn signed_by(&self, client: &Client) -> Result<(), AssertionError> {
        Ok(client.verify(&self.token)?)
    }

    /// Rule 3: "The JWT MUST contain an aud (audience) claim […] that identifies the authorization server as an intended
    /// audience. The token endpoint URL of the authorization server MAY be used" (RFC7523-3). "the authorization server MUST
    /// accept its issuer identifier, token endpoint URL, or pushed authorization request endpoint URL" (RFC9126-2), and
    /// clients do alike at the other endpoints.
    fn addressed_to(&self, expected: &Expected<'_>) -> Result<(), AssertionError> {
        let audience = self.token.claims.get("aud").ok_or(AssertionError::ClaimMissing("aud"))?;
        let is_us = |one: &Value| {
            one.as_str().is_some_and(|one| {
                [expected.issuer, expected.token_endpoint, expected.endpoint].contains(&one)
            })
        };
        let ours = match audience.as_array() {
            Some(several) => several.iter().any(is_us),
            None => is_us(audience),
        };
        if ours {
            return Ok(());
        }
        Err(AssertionError::AudienceWrong {
            found: audience.to_string(),
            issuer: expected.issuer.to_owned(),
            token_endpoint: expected.token_endpoint.to_owned(),
        })
    }

    /// Rule 4: "The JWT MUST contain an exp (expiration time) claim" (RFC7523-3).
    fn expires(&self, now: Timestamp) -> Result<Timestamp, AssertionError> {
        let expires = self.time("exp")?.ok_or(AssertionError::ClaimMissing("exp"))?;
        if now >= expires {
            return Err(AssertionError::Expired(expires));
        }
        if expires.seconds_since(now) > LONGEST {
            return Err(AssertionError::ExpiresTooLate(expires));
        }
        Ok(expires)
    }

    /// Rules 5 and 6, where a claim says when the assertion begins to be good (RFC7523-3).
    fn valid_already(&self, claim: &'static str, now: Timestamp) -> Result<(), AssertionError> {
        match self.time(claim)?.filter(|time| time.seconds_since(now) > SKEW) {
            None => Ok(()),
            Some(time) => Err(AssertionError::NotYetValid { claim, time }),
        }
    }

    fn time(&self, claim: &'static str) -> Result<Option<Timestamp>, AssertionError> {
        self.token.time(claim).map_err(|_| AssertionError::ClaimMissing(claim))
    }
}

/// "iss REQUIRED. Issuer. This MUST contain the `client_id` of the OAuth Client. sub REQUIRED. Subject. This MUST contain
/// the `client_id` of the OAuth Client." (OIDCC-9)
fn speaks_for_itself(token: &Decoded) -> Result<String, AssertionError> {
    let (issuer, subject) = (text(token, "iss")?.to_owned(), text(token, "sub")?.to_owned());
    if issuer == subject { Ok(subject) } else { Err(AssertionError::IssuerDiffers { issuer, subject }) }
}

/// `client_id` is unnecessary beside an assertion; "if present, MUST identify the same client" (RFC7521-4.2).
fn same_client(request: &Parameters, subject: &str) -> Result<(), AssertionError> {
    match request.value("client_id").filter(|parameter| *parameter != subject) {
        None => Ok(()),
        Some(parameter) => Err(AssertionError::ClientIdDiffers {
            subject: subject.to_owned(),
            parameter: parameter.to_owned(),
        }),
    }
}

fn text<'a>(token: &'a Decoded, claim: &'static str) -> Result<&'a str, AssertionError> {
    token.claims.get(claim).and_then(Value::as_str).ok_or(AssertionError::ClaimMissing(claim))
}
