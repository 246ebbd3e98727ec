//! `mock-idp keys generate`: a new key pair.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::Format;
use crate::cli::exit_code::Failure;
use crate::cli::files;
use crate::cli::io::Io;
use crate::http::system::SystemEntropy;
use crate::protocol::keys::{Algorithm, KeyMaterial, SigningKey};
use crate::provider::ports::Entropy as _;

const EXAMPLES: &str = "\
Examples:
  mock-idp keys generate --alg ES256 --kid next --out keys.json
  mock-idp keys generate --out key.pem";

/// What a file of ours says about itself: to whoever finds it, and to scanners for secrets.
pub(super) const MARK: &str = "a test key, made by mock-idp: it protects nothing";

/// Make a key pair to sign with, for tests and nothing else
#[derive(Debug, Args)]
#[command(help_template = crate::cli::HELP, before_help = EXAMPLES)]
pub(super) struct Generate {
    /// What it signs with
    #[arg(long, default_value_t = Algorithm::RS256)]
    alg: Algorithm,
    /// The key id [default: the key's thumbprint, RFC 7638]
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    kid: Option<String>,
    /// The file, which nobody else may read and which must not be there yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How it is written down [default: pem for a file named so, else jwks]
    #[arg(long, value_enum)]
    format: Option<Format>,
}

impl Generate {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        if self.alg.is_symmetric() {
            let help = "a client's `secret` is the key; choose one of RS*, PS*, ES* and EdDSA for a key of the provider";
            return Err(Failure::usage(format!("{} has no key of the provider", self.alg)).help(help));
        }
        let key = self.key()?;
        let text = match self.format() {
            Format::Jwks => format!("{:#}\n", json!({ "comment": MARK, "keys": [key.private_jwk()] })),
            Format::Pem => {
                let pem = key.material().private_pem();
                format!(
                    "{MARK}\n{}",
                    pem.ok_or_else(|| Failure::cannot_run("the key cannot be written down"))?
                )
            }
        };
        let Some(path) = &self.out else {
            io.say(&text);
            return Ok(());
        };
        files::write_secret(path, &text)?;
        io.remark(&self.told(&key, path));
        Ok(())
    }

    fn key(&self) -> Result<SigningKey, Failure> {
        let mut seed = [0; 32];
        SystemEntropy::default().fill(&mut seed);
        let material = KeyMaterial::from_seed(self.alg, seed).map_err(Failure::cannot_run)?;
        let kid = self.kid.clone().unwrap_or_else(|| material.thumbprint());
        Ok(SigningKey::new(kid, self.alg, Arc::new(material)))
    }

    fn format(&self) -> Format {
        let named = self.out.as_deref().and_then(Path::extension).is_some_and(|end| end == "pem");
        self.format.unwrap_or(if named { Format::Pem } else { Format::Jwks })
    }

    /// How a configuration takes the key. A PEM file does not say the key id.
    fn told(&self, key: &SigningKey, path: &Path) -> String {
        let named = self.format() == Format::Jwks && self.kid.is_none();
        let kid = if named { String::new() } else { format!(", kid: {}", key.kid()) };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!(
            "the key `{}` for {} is in `{}`; sign with it by `signing: {{alg: {}{kid}, from: {{file: {name}}}}}`\n",
            key.kid(),
            key.algorithm(),
            path.display(),
            key.algorithm(),
        )
    }
}
