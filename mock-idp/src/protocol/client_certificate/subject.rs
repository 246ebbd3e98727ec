//! Whom a client's certificate must be for (RFC8705-2.1.2).

use core::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use x509_cert::name::Name;

use super::{AlternativeName, ClientCertificate};

/// Whom a client's certificate must be for: one name, in one of the places where certificates have names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateSubject {
    /// The whole subject as RFC 4514 writes it, the most specific part first: `CN=app,O=Acme,C=DE`.
    SubjectDn(String),
    /// A host name among the alternative names.
    SanDns(String),
    /// A URI among the alternative names.
    SanUri(String),
    /// An IP address among the alternative names.
    SanIp(String),
    /// An email address among the alternative names.
    SanEmail(String),
}

/// A name that no certificate can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotASubject {
    /// Not a distinguished name.
    #[error("`{0}` is not a distinguished name such as `CN=app,O=Acme`")]
    Dn(String),
    /// Not an address.
    #[error("`{0}` is not an IP address")]
    Ip(String),
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
}

impl CertificateSubject {
    /// The places for names, as members of client metadata (RFC8705-2.1.2), without their common beginning.
    pub const PLACES: [&str; 5] = ["subject_dn", "san_dns", "san_uri", "san_ip", "san_email"];

    /// A name in one of [`Self::PLACES`].
    pub fn at(place: &str, name: &str) -> Option<Self> {
        let name = name.to_owned();
        Some(match place {
            "subject_dn" => Self::SubjectDn(name),
            "san_dns" => Self::SanDns(name),
            "san_uri" => Self::SanUri(name),
            "san_ip" => Self::SanIp(name),
            "san_email" => Self::SanEmail(name),
            _ => return None,
        })
    }

    /// The place and the name.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::SubjectDn(name) => ("subject_dn", name),
            Self::SanDns(name) => ("san_dns", name),
            Self::SanUri(uri) => ("san_uri", uri),
            Self::SanIp(address) => ("san_ip", address),
            Self::SanEmail(address) => ("san_email", address),
        }
    }

    /// Whether a certificate could have this name.
    pub fn checked(&self) -> Result<(), NotASubject> {
        let (_, name) = self.parts();
        match self {
            _ if name.trim().is_empty() => Err(NotASubject::Empty),
            Self::SubjectDn(name) if canonical(name).is_none() => Err(NotASubject::Dn(name.clone())),
            Self::SanIp(address) if address.parse::<IpAddr>().is_err() => {
                Err(NotASubject::Ip(address.clone()))
            }
            Self::SubjectDn(_) | Self::SanDns(_) | Self::SanUri(_) | Self::SanIp(_) | Self::SanEmail(_) => {
                Ok(())
            }
        }
    }

    /// Whether a certificate is for this subject.
    pub fn is_that_of(&self, certificate: &ClientCertificate) -> bool {
        let among = |wanted: &dyn Fn(&AlternativeName) -> bool| certificate.names.iter().any(wanted);
        match self {
            Self::SubjectDn(name) => {
                canonical(name).is_some_and(|name| folded(&name) == folded(&certificate.subject))
            }
            // RFC4343-2: host names are the same in either case
            Self::SanDns(wanted) => {
                among(&|name| matches!(name, AlternativeName::Dns(name) if name.eq_ignore_ascii_case(wanted)))
            }
            Self::SanUri(wanted) => among(&|name| matches!(name, AlternativeName::Uri(uri) if uri == wanted)),
            Self::SanIp(wanted) => {
                among(&|name| matches!(name, AlternativeName::Ip(address) if wanted.parse() == Ok(*address)))
            }
            Self::SanEmail(wanted) => {
                among(&|name| matches!(name, AlternativeName::Email(address) if address == wanted))
            }
        }
    }
}

/// A distinguished name in one spelling. Many tools put a space behind each comma, which RFC 4514 does not.
fn canonical(text: &str) -> Option<String> {
    let mut tight = String::with_capacity(text.len());
    let mut characters = text.trim().chars().peekable();
    let mut escaped = false;
    while let Some(character) = characters.next() {
        tight.push(character);
        let separates = character == ',' && !escaped;
        escaped = character == '\\' && !escaped;
        while separates && characters.next_if_eq(&' ').is_some() {}
    }
    let name: Name = tight.parse().ok()?;
    (!name.is_empty()).then(|| name.to_string())
}

/// Names are compared without regard to case and to how many spaces there are (RFC5280-7.1, RFC4518-2.6.1).
fn folded(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
