//! The certificate authority of a case, where a program that is started can read it.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::conformance::stage::Holding;
use crate::conformance::trouble::Trouble;

/// Ours, and those that TLS libraries look at by themselves: OpenSSL and Go, Node.js, Python's requests.
const VARIABLES: [&str; 4] = ["OIDC_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"];

/// A file that is gone with the case.
#[derive(Debug)]
pub(super) struct CaFile(NamedTempFile);

impl Holding for CaFile {}

impl CaFile {
    /// Writes a CA (in PEM) down.
    pub(super) fn new(ca: &str) -> Result<Self, Trouble> {
        let mut file = NamedTempFile::with_suffix(".pem").map_err(Trouble::because)?;
        file.write_all(ca.as_bytes()).map_err(Trouble::because)?;
        Ok(Self(file))
    }

    /// The variables that name it.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let path = self.0.path().display().to_string();
        VARIABLES.into_iter().map(|name| (name, path.clone())).collect()
    }
}
