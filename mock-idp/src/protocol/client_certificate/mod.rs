//! TLS certificates of clients (RFC 8705): what they say, and whether they are those that a client registered.

mod key;
mod subject;

use core::net::IpAddr;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

pub use self::subject::{CertificateSubject, NotASubject};

use self::key::PublicKey;
use super::keys::ClientKeys;

/// A certificate that a client proved to hold the private key of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Vec<u8>,
    thumbprint: String,
    subject: String,
    names: Vec<AlternativeName>,
    key: PublicKey,
}

/// One of the names that a certificate has beside its subject (RFC5280-4.2.1.6), of those that RFC 8705 knows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AlternativeName {
    Dns(String),
    Uri(String),
    Ip(IpAddr),
    Email(String),
}

/// Bytes that are not an X.509 certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an X.509 certificate: {0}")]
pub struct NotACertificate(String);

impl From<x509_cert::der::Error> for NotACertificate {
    fn from(cause: x509_cert::der::Error) -> Self {
        Self(cause.to_string())
    }
}

impl ClientCertificate {
    /// Reads a certificate. Who issued it and when it expires is not looked at: a test's CA is known to nobody, and the
    /// clock here may stand still in another year.
    pub fn from_der(der: &[u8]) -> Result<Self, NotACertificate> {
        let certificate = Certificate::from_der(der)?;
        let content = certificate.tbs_certificate();
        let names = match content.get_extension::<SubjectAltName>() {
            Ok(Some((_, SubjectAltName(names)))) => names.iter().filter_map(alternative).collect(),
            Ok(None) => Vec::new(),
            Err(cause) => return Err(NotACertificate(cause.to_string())),
        };
        Ok(Self {
            thumbprint: URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, der)),
            subject: content.subject().to_string(),
            names,
            key: PublicKey {
                whole: content.subject_public_key_info().to_der()?,
                bits: content.subject_public_key_info().subject_public_key.raw_bytes().to_vec(),
            },
            der: der.to_vec(),
        })
    }

    /// `x5t#S256`: "the base64url-encoded SHA-256 hash of the DER encoding of the X.509 certificate" (RFC8705-3.1).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether it is one of a client's own: the certificate in a JWK's `x5c`, or one with the JWK's public key (RFC8705-2.2).
    pub fn is_among(&self, keys: &ClientKeys) -> bool {
        keys.iter().any(|jwk| match key::certificate(jwk) {
            Some(registered) => registered == self.der,
            None => self.key.is(jwk),
        })
    }

    /// What it says of its holder, to be compared with what was expected.
    pub fn holder(&self) -> String {
        let names = self.names.iter().map(|name| match name {
            AlternativeName::Dns(name) => format!("san_dns `{name}`"),
            AlternativeName::Uri(uri) => format!("san_uri `{uri}`"),
            AlternativeName::Ip(address) => format!("san_ip `{address}`"),
            AlternativeName::Email(address) => format!("san_email `{address}`"),
        });
        let subject = format!("subject_dn `{}`", self.subject);
        std::iter::once(subject).chain(names).collect::<Vec<_>>().join(", ")
    }
}

fn alternative(name: &GeneralName) -> Option<AlternativeName> {
    match name {
        GeneralName::DnsName(name) => Some(AlternativeName::Dns(name.to_string())),
        GeneralName::UniformResourceIdentifier(uri) => Some(AlternativeName::Uri(uri.to_string())),
        GeneralName::Rfc822Name(address) => Some(AlternativeName::Email(address.to_string())),
        GeneralName::IpAddress(octets) => address(octets.as_bytes()).map(AlternativeName::Ip),
        GeneralName::OtherName(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EdiPartyName(_)
        | GeneralName::RegisteredId(_) => None,
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from).ok();
    four.or_else(|| <[u8; 16]>::try_from(octets).map(IpAddr::from).ok())
}

#[cfg(test)]
mod tests;
