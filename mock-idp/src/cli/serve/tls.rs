//! The flags about TLS: which certificate, and where its CA is written.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use super::super::exit_code::Failure;
use super::super::files;
use super::listen;
use crate::config::{AuthMethod, ClientConfig, IdpConfig};
use crate::http::tls::is_name;
use crate::{MockIdp, MockIdpBuilder, Tls, TlsFlaw};

#[derive(Debug, Args)]
pub(super) struct TlsFlags {
    /// Speak https: with a certificate that is made now, or with PEM files
    #[arg(long, value_name = "self-signed|CERT,KEY")]
    tls: Option<Choice>,
    /// One more host name or IP address for the self-signed certificate, beside the loopback's own
    #[arg(long, value_name = "NAME", requires = "tls", value_parser = name)]
    tls_name: Vec<String>,
    /// Have something wrong with the self-signed certificate, which clients have to refuse: `expired`, `not-yet-valid`,
    /// `wrong-name`, `self-signed` or `unknown-authority`
    #[arg(long, value_name = "FLAW", requires = "tls")]
    pub(super) tls_flaw: Option<TlsFlaw>,
    /// Listen on a second address as well, where clients are asked for TLS certificates (RFC 8705); port 0 picks a free one
    #[arg(long, value_name = "ADDR", requires = "tls", value_parser = listen::address)]
    pub(super) mtls_listen: Option<SocketAddr>,
    /// Write the CA behind the self-signed certificate as PEM, and say how each runtime is made to trust it
    #[arg(long, value_name = "FILE", requires = "tls")]
    tls_ca_out: Option<PathBuf>,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    SelfSigned,
    Files { certificate: PathBuf, key: PathBuf },
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "self-signed" {
            return Ok(Self::SelfSigned);
        }
        match text.split_once(',') {
            Some((certificate, key)) if !certificate.is_empty() && !key.is_empty() => {
                Ok(Self::Files { certificate: certificate.into(), key: key.into() })
            }
            Some(_) | None => {
                Err("write `self-signed`, or two PEM files with a comma between: `cert.pem,key.pem`"
                    .to_owned())
            }
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    if is_name(text) {
        return Ok(text.to_owned());
    }
    Err("write a host name such as `idp` or `*.acme.test`, or an IP address, without scheme and port"
        .to_owned())
}

impl TlsFlags {
    /// A provider as the flags ask for.
    pub(super) fn applied(&self, builder: MockIdpBuilder) -> Result<MockIdpBuilder, Failure> {
        let builder = match self.chosen()? {
            Some(tls) => builder.tls(tls),
            None => builder,
        };
        Ok(match self.mtls_listen {
            Some(address) => builder.mutual_tls(address),
            None => builder,
        })
    }

    /// A client with a certificate has to be asked for it somewhere.
    pub(super) fn suit(&self, config: &IdpConfig) -> Result<(), Failure> {
        let shows_one = |client: &ClientConfig| {
            client.certificate_bound_tokens || client.auth_method.is_some_and(AuthMethod::needs_a_certificate)
        };
        let first = config.clients.iter().find(|(_, client)| shows_one(client));
        match first.filter(|_| self.mtls_listen.is_none()) {
            None => Ok(()),
            Some((id, _)) => {
                let message =
                    format!("client `{id}` has a TLS certificate, and nobody would ask it for that");
                Err(Failure::usage(message).help("add `--tls self-signed --mtls-listen 127.0.0.1:9443`"))
            }
        }
    }

    /// What `--tls` asks for, files read.
    fn chosen(&self) -> Result<Option<Tls>, Failure> {
        match &self.tls {
            None => Ok(None),
            Some(Choice::SelfSigned) => {
                let own = self.tls_flaw.map_or(Tls::self_signed(), |flaw| Tls::self_signed().flawed(flaw));
                Ok(Some(self.tls_name.iter().fold(own, |tls, name| tls.name(name))))
            }
            Some(Choice::Files { certificate, key }) => {
                self.only_for_our_own()?;
                let given = Tls::from_pem(&files::read(certificate)?, &files::read(key)?);
                given.map(Some).map_err(|cause| {
                    let (certificate, key) = (certificate.display(), key.display());
                    Failure::not_understood(format!("cannot use `{certificate},{key}` for TLS: {cause}"))
                })
            }
        }
    }

    /// A certificate that was given has its names and its CA already.
    fn only_for_our_own(&self) -> Result<(), Failure> {
        let flag = match (self.tls_name.is_empty(), &self.tls_ca_out, self.tls_flaw) {
            (true, None, None) => return Ok(()),
            (false, _, _) => "--tls-name",
            (true, Some(_), _) => "--tls-ca-out",
            (true, None, Some(_)) => "--tls-flaw",
        };
        Err(Failure::usage(format!("`{flag}` is about a certificate that is made now, and one is given"))
            .help("write `--tls self-signed`, or leave the flag out"))
    }

    /// Writes the CA where it was asked for, and says where that is, as seen from any folder.
    pub(super) fn hand_out(&self, idp: &MockIdp) -> Result<Option<PathBuf>, Failure> {
        let (Some(path), Some(ca)) = (&self.tls_ca_out, idp.ca_certificate()) else { return Ok(None) };
        files::write(path, ca)?;
        Ok(Some(absolute(path)))
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::made_now("self-signed", Choice::SelfSigned)]
    #[case::files("a/cert.pem,b/key.pem", Choice::Files { certificate: "a/cert.pem".into(), key: "b/key.pem".into() })]
    fn a_certificate_is_made_or_given(#[case] text: &str, #[case] expected: Choice) {
        assert_eq!(text.parse(), Ok(expected));
    }

    #[rstest]
    #[case::another_word("selfsigned")]
    #[case::one_file("cert.pem")]
    #[case::no_key("cert.pem,")]
    fn other_text_says_what_to_write(#[case] text: &str) {
        assert!(text.parse::<Choice>().unwrap_err().contains("`cert.pem,key.pem`"));
    }

    #[rstest]
    #[case::url("https://idp.test")]
    #[case::port("idp:9400")]
    #[case::nothing("")]
    #[case::not_ascii("bücher.test")]
    fn a_name_is_a_host_or_an_address(#[case] text: &str) {
        assert!(name(text).is_err(), "`{text}`");
        assert_eq!(name("*.acme.test"), Ok("*.acme.test".to_owned()));
        assert_eq!(name("fd00::1"), Ok("fd00::1".to_owned()));
    }
}
