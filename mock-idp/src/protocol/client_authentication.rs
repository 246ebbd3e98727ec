//! How a client proves who it is (RFC6749-2.3, OIDCC-9).

use std::sync::Arc;

use subtle::ConstantTimeEq as _;

use super::client::{AuthMethod, Client, ClientAuthenticationRule, Clients, ExpectedCertificate};
use super::client_assertion::{Assertion, AssertionError, Expected, OnceOnly};
use super::client_certificate::ClientCertificate;
use super::{Cause, OAuthErrorCode, Parameters};

/// What the `Authorization` header said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BasicCredentials {
    /// There was no such header.
    #[default]
    Absent,
    /// The header is not `Basic` with base64 of `id:secret`.
    Malformed,
    /// Client id and secret, decoded.
    Present {
        /// The client id.
        client_id: String,
        /// The secret.
        secret: String,
        /// The secret before it was decoded, to recognise a client that forgot to encode it.
        secret_as_sent: String,
    },
}

/// Why a client was not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientAuthenticationError {
    /// The client assertion does not hold.
    #[error("the client assertion is refused: {0}")]
    Assertion(#[from] AssertionError),
    /// There is no client assertion.
    #[error("`{client_id}` is registered for private_key_jwt and did not send a client_assertion")]
    AssertionMissing {
        /// The client.
        client_id: String,
    },
    /// The client did not show a TLS certificate.
    #[error(
        "`{client_id}` is registered for {method} and showed no certificate: it is asked for one at the endpoints in \
         mtls_endpoint_aliases"
    )]
    CertificateMissing {
        /// The client.
        client_id: String,
        /// What it is registered for.
        method: &'static str,
    },
    /// The client showed another TLS certificate.
    #[error("the certificate is not that of `{client_id}`: it is for {found}, {expected}")]
    CertificateWrong {
        /// The client.
        client_id: String,
        /// Whom it is for.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// Header and body name different clients.
    #[error("the Authorization header is from `{header}`, the body from `{body}`")]
    ClientIdsDiffer {
        /// In the header.
        header: String,
        /// In the body.
        body: String,
    },
    /// Nobody said which client it is.
    #[error("no client_id, neither in an Authorization header nor in the body")]
    ClientIdMissing,
    /// The header cannot be read.
    #[error("the Authorization header is not `Basic` with base64 of the form-encoded client id and secret")]
    MalformedBasic,
    /// The client uses another method than it is registered for.
    #[error("`{client_id}` authenticated with {used}, it is registered for {registered}")]
    OtherMethod {
        /// The client.
        client_id: String,
        /// What it did.
        used: &'static str,
        /// What it should do.
        registered: &'static str,
    },
    /// A public client sent a secret, or a wrong secret was sent.
    #[error("the secret is not that of `{client_id}`")]
    SecretWrong {
        /// The client.
        client_id: String,
    },
    /// The right secret, but not form-encoded before it was put into the header.
    #[error(
        "the secret of `{client_id}` was put into the Authorization header without form-encoding it first"
    )]
    SecretNotEncoded {
        /// The client.
        client_id: String,
    },
    /// There is no secret.
    #[error("`{client_id}` has a secret and did not send it")]
    SecretMissing {
        /// The client.
        client_id: String,
    },
    /// Header and body both carry a secret.
    #[error("the client authenticated in the Authorization header and in the body")]
    SeveralMethods,
    /// There is no such client.
    #[error("there is no client `{client_id}`{}", did_you_mean(nearest.as_deref()))]
    UnknownClient {
        /// What was asked for.
        client_id: String,
        /// A registered client with a similar name.
        nearest: Option<String>,
    },
}

/// A question with a similar name, for the end of a sentence.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// The registered name that is most like a wrong one, if any is like it.
pub(crate) fn nearest(wrong: &str, known: &[String]) -> Option<String> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name.clone())
}

impl Cause for ClientAuthenticationError {
    fn clause(&self) -> &'static str {
        match self {
            Self::Assertion(why) => why.clause(),
            Self::SeveralMethods => "RFC6749-2.3",
            Self::ClientIdsDiffer { .. } | Self::MalformedBasic | Self::SecretNotEncoded { .. } => {
                "RFC6749-2.3.1"
            }
            Self::ClientIdMissing => "RFC6749-3.2.1",
            Self::OtherMethod { .. } => "OIDCC-9",
            Self::CertificateMissing { .. } | Self::CertificateWrong { .. } => "RFC8705-2",
            Self::AssertionMissing { .. }
            | Self::SecretWrong { .. }
            | Self::SecretMissing { .. }
            | Self::UnknownClient { .. } => "RFC6749-5.2",
        }
    }

    fn code(&self) -> OAuthErrorCode {
        match self {
            Self::ClientIdsDiffer { .. } | Self::SeveralMethods => OAuthErrorCode::InvalidRequest,
            Self::Assertion(_)
            | Self::AssertionMissing { .. }
            | Self::CertificateMissing { .. }
            | Self::CertificateWrong { .. }
            | Self::ClientIdMissing
            | Self::MalformedBasic
            | Self::OtherMethod { .. }
            | Self::SecretWrong { .. }
            | Self::SecretNotEncoded { .. }
            | Self::SecretMissing { .. }
            | Self::UnknownClient { .. } => OAuthErrorCode::InvalidClient,
        }
    }
}

/// A client that proved who it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Authenticated {
    /// The client.
    pub client: Arc<Client>,
    /// What it must not prove itself with again.
    pub once_only: Option<OnceOnly>,
}

/// Finds out which client a request is from, and refuses one that does not prove it.
///
/// Whether an assertion was used before is for whoever remembers to say.
pub fn authenticate(
    basic: &BasicCredentials,
    certificate: Option<&ClientCertificate>,
    parameters: &Parameters,
    clients: &dyn Clients,
    expected: &Expected<'_>,
) -> Result<Authenticated, ClientAuthenticationError> {
    let claim = claim(basic, parameters)?;
    let client =
        clients.client(&claim.client_id).ok_or_else(|| ClientAuthenticationError::UnknownClient {
            client_id: claim.client_id.clone(),
            nearest: nearest(&claim.client_id, &clients.registered_ids()),
        })?;
    let once_only = prove(&claim, certificate, &client, expected)?;
    Ok(Authenticated { client, once_only })
}

/// What a request says about its sender.
struct Claim<'a> {
    client_id: String,
    proof: Proof<'a>,
}

/// How a request backs what it says.
enum Proof<'a> {
    Nothing,
    Basic { secret: &'a str, as_sent: &'a str },
    InBody(&'a str),
    Assertion(Box<Assertion>),
}

impl Proof<'_> {
    const fn method(&self) -> AuthMethod {
        match self {
            Self::Nothing => AuthMethod::None,
            Self::Basic { .. } => AuthMethod::ClientSecretBasic,
            Self::InBody(_) => AuthMethod::ClientSecretPost,
            Self::Assertion(assertion) if assertion.algorithm.is_symmetric() => AuthMethod::ClientSecretJwt,
            Self::Assertion(_) => AuthMethod::PrivateKeyJwt,
        }
    }
}

/// "The client MUST NOT use more than one authentication method in each request." (RFC6749-2.3)
fn claim<'a>(
    basic: &'a BasicCredentials,
    parameters: &'a Parameters,
) -> Result<Claim<'a>, ClientAuthenticationError> {
    let in_body = (parameters.value("client_id"), parameters.value("client_secret"));
    if let Some(assertion) = Assertion::of(parameters)? {
        if *basic != BasicCredentials::Absent || in_body.1.is_some() {
            return Err(ClientAuthenticationError::SeveralMethods);
        }
        let client_id = assertion.client_id.clone();
        return Ok(Claim { client_id, proof: Proof::Assertion(Box::new(assertion)) });
    }
    match (basic, in_body) {
        (BasicCredentials::Malformed, _) => Err(ClientAuthenticationError::MalformedBasic),
        (BasicCredentials::Present { .. }, (_, Some(_))) => Err(ClientAuthenticationError::SeveralMethods),
        (BasicCredentials::Present { client_id, .. }, (Some(body), None)) if client_id != body => {
            Err(ClientAuthenticationError::ClientIdsDiffer {
                header: client_id.clone(),
                body: body.to_owned(),
            })
        }
        (BasicCredentials::Present { client_id, secret, secret_as_sent }, (_, None)) => Ok(Claim {
            client_id: client_id.clone(),
            proof: Proof::Basic { secret, as_sent: secret_as_sent },
        }),
        (BasicCredentials::Absent, (Some(client_id), Some(secret))) => {
            Ok(Claim { client_id: client_id.to_owned(), proof: Proof::InBody(secret) })
        }
        (BasicCredentials::Absent, (Some(client_id), None)) => {
            Ok(Claim { client_id: client_id.to_owned(), proof: Proof::Nothing })
        }
        (BasicCredentials::Absent, (None, _)) => Err(ClientAuthenticationError::ClientIdMissing),
    }
}

fn prove(
    claim: &Claim<'_>,
    certificate: Option<&ClientCertificate>,
    client: &Client,
    expected: &Expected<'_>,
) -> Result<Option<OnceOnly>, ClientAuthenticationError> {
    let client_id = claim.client_id.clone();
    match (&client.authentication, &claim.proof) {
        // some libraries send an empty password for a public client
        (ClientAuthenticationRule::Anything, _)
        | (
            ClientAuthenticationRule::Public,
            Proof::Nothing | Proof::InBody("") | Proof::Basic { secret: "", .. },
        ) => Ok(None),
        (ClientAuthenticationRule::Certificate { expected, .. }, Proof::Nothing) => {
            own_certificate(client, expected, certificate).map(|()| None)
        }
        (ClientAuthenticationRule::Secret { .. }, Proof::Nothing) => {
            Err(ClientAuthenticationError::SecretMissing { client_id })
        }
        (ClientAuthenticationRule::PrivateKey { .. }, Proof::Nothing) => {
            Err(ClientAuthenticationError::AssertionMissing { client_id })
        }
        (rule, proof) if !allows(rule, proof.method()) => Err(ClientAuthenticationError::OtherMethod {
            client_id,
            used: proof.method().as_str(),
            registered: registered(rule),
        }),
        (_, Proof::Assertion(assertion)) => Ok(Some(assertion.verified(client, expected)?)),
        (_, Proof::Basic { secret, as_sent }) => same_secret(client, secret, Some(as_sent)).map(|()| None),
        (_, Proof::InBody(secret)) => same_secret(client, secret, None).map(|()| None),
    }
}

/// "If no certificate is presented, or that which is presented doesn't match that which is expected for the given
/// `client_id`, the authorization server returns a normal OAuth 2.0 error response" (RFC8705-2)
fn own_certificate(
    client: &Client,
    expected: &ExpectedCertificate,
    certificate: Option<&ClientCertificate>,
) -> Result<(), ClientAuthenticationError> {
    let client_id = client.id.clone();
    let Some(certificate) = certificate else {
        let method = expected.method().as_str();
        return Err(ClientAuthenticationError::CertificateMissing { client_id, method });
    };
    let (is_it, wanted) = match expected {
        ExpectedCertificate::For(subject) => {
            let (place, name) = subject.parts();
            (subject.is_that_of(certificate), format!("the client is registered with {place} `{name}`"))
        }
        ExpectedCertificate::Registered => {
            (certificate.is_among(&client.keys), "and none of the client's keys is in it".to_owned())
        }
    };
    if is_it {
        return Ok(());
    }
    Err(ClientAuthenticationError::CertificateWrong {
        client_id,
        found: certificate.holder(),
        expected: wanted,
    })
}

/// Whether a client may prove itself in this way.
fn allows(rule: &ClientAuthenticationRule, method: AuthMethod) -> bool {
    match rule {
        ClientAuthenticationRule::Anything => true,
        ClientAuthenticationRule::Secret { only: Some(only), .. } => *only == method,
        ClientAuthenticationRule::Secret { only: None, .. } => matches!(
            method,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::ClientSecretJwt
        ),
        ClientAuthenticationRule::PrivateKey { .. } => method == AuthMethod::PrivateKeyJwt,
        // the certificate is no part of the request, so every proof in the request is another method
        ClientAuthenticationRule::Certificate { .. } => false,
        ClientAuthenticationRule::Public => method == AuthMethod::None,
    }
}

/// How a client should prove itself, for the end of a sentence.
const fn registered(rule: &ClientAuthenticationRule) -> &'static str {
    match rule {
        ClientAuthenticationRule::Anything => "anything",
        ClientAuthenticationRule::Secret { only: Some(only), .. } => only.as_str(),
        ClientAuthenticationRule::Secret { only: None, .. } => "its secret",
        ClientAuthenticationRule::PrivateKey { .. } => AuthMethod::PrivateKeyJwt.as_str(),
        ClientAuthenticationRule::Certificate { expected, .. } => expected.method().as_str(),
        ClientAuthenticationRule::Public => AuthMethod::None.as_str(),
    }
}

fn same_secret(client: &Client, sent: &str, as_sent: Option<&str>) -> Result<(), ClientAuthenticationError> {
    let client_id = client.id.clone();
    let secret = client.secret().map(|secret| secret.as_bytes()).unwrap_or_default();
    let is_it = |text: &str| bool::from(text.as_bytes().ct_eq(secret));
    if is_it(sent) {
        Ok(())
    } else if as_sent.is_some_and(is_it) {
        Err(ClientAuthenticationError::SecretNotEncoded { client_id })
    } else {
        Err(ClientAuthenticationError::SecretWrong { client_id })
    }
}
