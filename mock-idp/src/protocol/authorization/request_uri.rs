//! Requests by reference: `request_uri` (OIDCC-6.2, RFC9126-4).

use url::Url;

use super::{
    AuthorizationError, Back, ObjectError, Refused, Security, Unredirectable, client_id, redirect_uri,
};
use crate::protocol::client::{Client, Clients, is_loopback};
use crate::protocol::{Cause, OAuthErrorCode, Parameters, Timestamp};

/// How the references of pushed requests begin (RFC9126-2.2).
pub const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// "The entire Request URI MUST NOT exceed 512 ASCII characters" (OIDCC-6.2).
const LONGEST: usize = 512;

/// Why a reference leads to no request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not an address that could be asked.
    #[error("`{uri}` {why}")]
    Malformed {
        /// The reference.
        uri: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The client did not register it.
    #[error("`{uri}` is not among the request_uris of `{client_id}`")]
    NotRegistered {
        /// The client.
        client_id: String,
        /// The reference.
        uri: String,
    },
    /// There is a request object, and it is not good.
    #[error("the request object there is refused: {0}")]
    Object(Box<ObjectError>),
    /// Somebody else pushed it.
    #[error("the request was pushed by `{pushed_by}`, not by `{client_id}`")]
    PushedByAnother {
        /// Who pushed it.
        pushed_by: String,
        /// Who refers to it.
        client_id: String,
    },
    /// The pushed request is past its time.
    #[error("the pushed request expired at {0}")]
    PushedExpired(Timestamp),
    /// There is no such pushed request.
    #[error("no such request was pushed, or it was forgotten long after its time")]
    PushedUnknown,
    /// The pushed request was used.
    #[error("the pushed request was used before")]
    PushedUsed,
    /// The document could not be had.
    #[error("{0}")]
    Unavailable(String),
    /// Anybody on the way could have changed it.
    #[error("the request object at `{0}` is neither signed nor fetched over https")]
    Unprotected(String),
}

impl ReferenceError {
    /// What to do about it.
    pub(super) const fn remedy(&self) -> &'static str {
        match self {
            Self::PushedExpired(_) | Self::PushedUsed => "go back to the application and sign in from there",
            Self::Malformed { .. }
            | Self::NotRegistered { .. }
            | Self::Object(_)
            | Self::PushedByAnother { .. }
            | Self::PushedUnknown
            | Self::Unavailable(_)
            | Self::Unprotected(_) => {
                "correct the request_uri that the application sends, or what is found there"
            }
        }
    }
}

impl Cause for ReferenceError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Object(cause) => cause.clause(),
            Self::NotRegistered { .. } => "OIDCR-2",
            Self::Malformed { .. } | Self::Unavailable(_) | Self::Unprotected(_) => "OIDCC-6.2",
            Self::PushedByAnother { .. } => "RFC9126-2.2",
            Self::PushedExpired(_) | Self::PushedUnknown | Self::PushedUsed => "RFC9126-4",
        }
    }

    /// "The `request_uri` in the Authorization Request returns an error or contains invalid data." (OIDCC-3.1.2.6)
    fn code(&self) -> OAuthErrorCode {
        OAuthErrorCode::InvalidRequestUri
    }
}

/// Whether a client's request object may be fetched from an address.
pub fn fetchable(uri: &str, client: &Client, only_registered: bool) -> Result<(), ReferenceError> {
    let malformed = |why| ReferenceError::Malformed { uri: uri.to_owned(), why };
    if uri.len() > LONGEST {
        return Err(malformed("has more than 512 characters"));
    }
    let url = Url::parse(uri).ok().filter(|_| uri.bytes().all(|byte| byte.is_ascii_graphic()));
    if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Err(malformed("is not an http or https URL"));
    }
    if !only_registered || client.request_uris.iter().any(|known| without_hash(known) == without_hash(uri)) {
        return Ok(());
    }
    Err(ReferenceError::NotRegistered { client_id: client.id.clone(), uri: uri.to_owned() })
}

/// A reference without its fragment, which is the hash of a version and not part of the address: "If the fragment value used
/// for a URI changes, that signals the server that any cached value for that URI with the old fragment value is no longer
/// valid." (OIDCC-6.2)
pub fn without_hash(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(address, _)| address)
}

/// The hash of the document's content that a reference has for a fragment: 256 bits in base64url (OIDCC-6.2).
pub fn hash(uri: &str) -> Option<&str> {
    let (_, fragment) = uri.split_once('#')?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (fragment.len() == 43 && fragment.bytes().all(is_base64url)).then_some(fragment)
}

/// "The scheme used in the `request_uri` value MUST be `https`, unless the target Request Object is signed in a way that is
/// verifiable by the Authorization Server." (OIDCC-6.2) On the loopback interface nobody is on the way.
pub(super) fn protected(uri: &str, security: Option<Security>) -> Result<(), ReferenceError> {
    let is_signed = matches!(security, Some(Security::Signed(_)));
    if is_signed || is_loopback(uri) || Url::parse(uri).is_ok_and(|url| url.scheme() == "https") {
        return Ok(());
    }
    Err(ReferenceError::Unprotected(uri.to_owned()))
}

/// A reference that leads to no request: the client is told if what stands beside it leads to the client, else the person.
pub fn unresolved(request: &Parameters, clients: &dyn Clients, cause: ReferenceError) -> AuthorizationError {
    match client_id::known(request, clients) {
        Ok(client) => sent_back(request, &client, cause),
        Err(unknown) => unknown.into(),
    }
}

/// The same for a client that is known.
pub(super) fn sent_back(request: &Parameters, client: &Client, cause: ReferenceError) -> AuthorizationError {
    match redirect_uri::registered(request, client) {
        Ok(redirect_uri) => {
            Back::to(redirect_uri, request, client).refused(Refused::RequestUri(cause.into()))
        }
        Err(_) => Unredirectable::RequestUri(cause.into()).into(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::protocol::authorization::tests::client;

    #[rstest]
    #[case::as_registered("https://app.example/o")]
    #[case::another_version("https://app.example/o#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM")]
    #[case::registered_with_a_hash("https://app.example/hashed")]
    fn a_registered_address_is_fetched_whatever_its_hash(#[case] uri: &str) {
        assert_eq!(fetchable(uri, &with_references(), true), Ok(()));
    }

    #[rstest]
    #[case::another_path("https://app.example/o/2", "is not among the request_uris of `billrun`")]
    #[case::relative("/o", "is not an http or https URL")]
    #[case::file("file:///etc/passwd", "is not an http or https URL")]
    #[case::line_break("https://app.example/\n", "is not an http or https URL")]
    fn another_address_is_not_fetched(#[case] uri: &str, #[case] why: &str) {
        let refused = fetchable(uri, &with_references(), true).unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }

    #[test]
    fn an_address_of_more_than_512_characters_is_not_fetched() {
        let uri = |length: usize| format!("https://app.example/{}", "x".repeat(length - 20));
        assert_eq!(fetchable(&uri(512), &client(), false), Ok(()));
        assert!(fetchable(&uri(513), &client(), false).is_err());
    }

    #[rstest]
    #[case::https("https://app.example/o", true)]
    #[case::loopback("http://localhost:3000/o", true)]
    #[case::plain("http://app.example/o", false)]
    fn an_unsigned_object_has_to_come_over_https(#[case] uri: &str, #[case] fine: bool) {
        assert_eq!(protected(uri, Some(Security::Unsigned)).is_ok(), fine);
    }

    #[test]
    fn only_a_fragment_of_256_bits_is_a_hash() {
        let digest = "GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM";
        assert_eq!(hash(&format!("https://app.example/o#{digest}")), Some(digest));
        assert_eq!((hash("https://app.example/o#v2"), hash("https://app.example/o")), (None, None));
    }

    fn with_references() -> Client {
        let registered = ["https://app.example/o", "https://app.example/hashed#v1"];
        Client { request_uris: registered.map(str::to_owned).into(), ..client() }
    }
}
