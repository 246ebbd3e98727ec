//! TLS: who the provider proves to be, and the connections that were made so.

mod any_certificate;
mod flaw;
mod given;
mod listener;
mod self_signed;

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::ServerName;
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio::net::TcpListener;

pub use self::flaw::{TlsFlaw, UnknownFlaw};
pub use self::listener::{Entrance, TlsListener};

use self::any_certificate::AnyCertificate;

use super::system::SystemClock;
use crate::protocol::Timestamp;
use crate::provider::ports::Clock as _;

/// How a provider proves at the TLS layer who it is: with a certificate of its own making, or with one that it is given.
///
/// ```
/// # async fn example() -> Result<(), mock_idp::StartError> {
/// use mock_idp::{MockIdp, Tls};
///
/// let idp = MockIdp::builder().tls(Tls::self_signed()).start().await?;
/// println!("{} is trusted by whoever trusts {}", idp.url(), idp.ca_certificate().unwrap_or_default());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(Origin);

#[derive(Clone)]
enum Origin {
    SelfSigned { names: Vec<String>, flaw: Option<TlsFlaw> },
    Given(Arc<CertifiedKey>),
}

/// Why a certificate or a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// There is no certificate in what should hold some.
    #[error("there is no PEM certificate in it (`-----BEGIN CERTIFICATE-----`)")]
    NoCertificate,
    /// There is a private key where the certificate should be.
    #[error("the first file holds a private key and no certificate: the certificate comes first")]
    Swapped,
    /// There is no private key in what should hold one.
    #[error("there is no PEM private key in it (PKCS#8, PKCS#1 or SEC1)")]
    NoKey,
    /// The private key is locked.
    #[error("the private key is encrypted: give it without a passphrase")]
    EncryptedKey,
    /// The PEM text is damaged.
    #[error("the PEM text cannot be read: {0}")]
    Pem(rustls::pki_types::pem::Error),
    /// Certificate and key belong to different pairs.
    #[error("the private key is not that of the first certificate")]
    OtherKey,
    /// Certificate or key are of a kind that cannot be used.
    #[error("certificate or key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// A name is neither a host name nor an IP address.
    #[error("`{0}` is neither a host name nor an IP address")]
    Name(String),
    /// The certificate could not be made.
    #[error("cannot make a certificate: {0}")]
    Making(#[from] rcgen::Error),
    /// A socket has no address.
    #[error("the socket has no address: {0}")]
    Socket(#[from] std::io::Error),
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Origin::SelfSigned { names, flaw } => {
                f.debug_struct("SelfSigned").field("names", names).field("flaw", flaw).finish()
            }
            Origin::Given(_) => f.write_str("Given"),
        }
    }
}

impl Tls {
    /// A certificate for `localhost`, `127.0.0.1`, `::1` and the address that is listened on, by a CA that signs nothing
    /// else and is thrown away.
    pub const fn self_signed() -> Self {
        Self(Origin::SelfSigned { names: Vec::new(), flaw: None })
    }

    /// One more host name or IP address for the certificate. One that was given has its names already.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        if let Origin::SelfSigned { names, .. } = &mut self.0 {
            names.push(name.to_owned());
        }
        self
    }

    /// Something wrong with the certificate, which a client that is right refuses. One that was given is as it is.
    #[must_use]
    pub const fn flawed(mut self, wrong: TlsFlaw) -> Self {
        if let Origin::SelfSigned { flaw, .. } = &mut self.0 {
            *flaw = Some(wrong);
        }
        self
    }

    /// A certificate, followed by those that lead to its CA if there are any, and its private key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        given::certified(chain, key, &provider()).map(|certified| Self(Origin::Given(Arc::new(certified))))
    }

    /// A listener with this certificate, for whoever serves [`MockIdp::router`](crate::MockIdp::router) on a socket of their
    /// own; and the certificate of the CA that vouches for it, as PEM, if it made one.
    ///
    /// # Errors
    ///
    /// When no certificate can be made.
    pub fn listen(&self, tcp: TcpListener) -> Result<(TlsListener, Option<String>), TlsError> {
        let identity = self.identity(&[], SystemClock.now())?;
        Ok((identity.listener(tcp, Clients::AskedForNothing)?, identity.ca))
    }

    /// The same twice with one certificate: the second asks clients for one of theirs, and stands beside the first at the
    /// port that [`MockIdpBuilder::mutual_tls_at`](crate::MockIdpBuilder::mutual_tls_at) names.
    ///
    /// # Errors
    ///
    /// When no certificate can be made, or a socket has no address.
    pub fn listen_twice(
        &self,
        usual: TcpListener,
        asking: TcpListener,
    ) -> Result<([TlsListener; 2], Option<String>), TlsError> {
        let identity = self.identity(&[], SystemClock.now())?;
        let port = usual.local_addr()?.port();
        let usual = identity.listener(usual, Clients::AskedForNothing)?;
        let asking = identity.listener(asking, Clients::AskedForCertificates)?.beside(port);
        Ok(([usual, asking], identity.ca))
    }

    /// The certificate to serve with, also under names that follow from where the provider is served.
    pub(super) fn identity(&self, also: &[String], now: Timestamp) -> Result<Identity, TlsError> {
        match &self.0 {
            Origin::Given(certified) => {
                Ok(Identity { certified: Arc::clone(certified), ca: None, flaw: None })
            }
            Origin::SelfSigned { names, flaw } => {
                let names: Vec<String> = names.iter().chain(also).cloned().collect();
                if let Some(wrong) = names.iter().find(|name| !is_name(name)) {
                    return Err(TlsError::Name(wrong.clone()));
                }
                self_signed::identity(&names, *flaw, now)
            }
        }
    }
}

/// A certificate with its key, the CA that is handed out for it, as PEM, if that is ours, and what is wrong on purpose.
pub(super) struct Identity {
    certified: Arc<CertifiedKey>,
    pub(super) ca: Option<String>,
    flaw: Option<TlsFlaw>,
}

impl Identity {
    /// Serves with it on a socket.
    pub(super) fn listener(&self, tcp: TcpListener, clients: Clients) -> Result<TlsListener, TlsError> {
        Ok(TlsListener::new(tcp, self.server(clients)?, self.flaw))
    }

    /// What a server needs that asks its clients for nothing, or for a certificate.
    fn server(&self, clients: Clients) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(provider());
        let versions = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let resolver = Arc::new(SingleCertAndKey::from(Arc::clone(&self.certified)));
        let verifier = match clients {
            Clients::AskedForNothing => WebPkiClientVerifier::no_client_auth(),
            Clients::AskedForCertificates => AnyCertificate::verified_with(provider),
        };
        let mut config = versions.with_client_cert_verifier(verifier).with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// What clients are asked for while they shake hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clients {
    /// Nothing: a browser would pass the question on to its user.
    AskedForNothing,
    /// A certificate, which they need not have.
    AskedForCertificates,
}

/// Whether a certificate can be for this name: a host name, perhaps with a star as its first label, or an address.
pub(crate) fn is_name(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    text.is_ascii() && ServerName::try_from(name).is_ok()
}

/// Named and not installed for the whole process: an application that embeds the provider has its own choice to make.
fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}
