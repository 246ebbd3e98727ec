//! Certificates that are wrong on purpose, for clients that have to refuse them (OIDCC-16.17, RFC9525).

use std::str::FromStr;

/// What is wrong with a certificate of our own making.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFlaw {
    /// It ran out yesterday.
    Expired,
    /// It is good from tomorrow on.
    NotYetValid,
    /// It is for another host.
    WrongName,
    /// It vouches for itself; the CA that is handed out has nothing to do with it.
    SelfSigned,
    /// It is by another CA than the one that is handed out.
    UnknownAuthority,
}

impl TlsFlaw {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Expired, Self::NotYetValid, Self::WrongName, Self::SelfSigned, Self::UnknownAuthority];

    /// The word on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::WrongName => "wrong-name",
            Self::SelfSigned => "self-signed",
            Self::UnknownAuthority => "unknown-authority",
        }
    }

    /// Whether the CA that is handed out made the certificate all the same.
    pub const fn is_by_the_known_authority(self) -> bool {
        match self {
            Self::Expired | Self::NotYetValid | Self::WrongName => true,
            Self::SelfSigned | Self::UnknownAuthority => false,
        }
    }
}

/// A word that is no flaw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are `{}`", TlsFlaw::ALL.map(TlsFlaw::name).join("`, `"))]
pub struct UnknownFlaw;

impl FromStr for TlsFlaw {
    type Err = UnknownFlaw;

    fn from_str(text: &str) -> Result<Self, UnknownFlaw> {
        Self::ALL.into_iter().find(|flaw| flaw.name() == text).ok_or(UnknownFlaw)
    }
}
