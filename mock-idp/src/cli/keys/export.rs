//! `mock-idp keys export`: the keys of a provider, for whoever has to verify or to sign in its place.

use clap::Args;
use serde_json::{Value, json};

use super::generate::MARK;
use super::{Configured, Format};
use crate::cli::exit_code::Failure;
use crate::cli::io::Io;
use crate::protocol::keys::{KeySet, SigningKey};

const EXAMPLES: &str = "\
Examples:
  mock-idp keys export --format jwks --public                   what the provider publishes
  mock-idp keys export --format pem --kid rs256-key             one public key, for a product that wants PEM
  mock-idp keys export --config idp.yaml --private > keys.json  to sign in the provider's place";

/// Write the keys of a provider of this configuration to standard output
#[derive(Debug, Args)]
#[command(help_template = crate::cli::HELP, before_help = EXAMPLES)]
pub(super) struct Export {
    #[command(flatten)]
    configured: Configured,
    /// How they are written down
    #[arg(long, value_enum, default_value_t = Format::Jwks)]
    format: Format,
    /// The public halves; also when nothing is said
    #[arg(long, conflicts_with = "private")]
    public: bool,
    /// The whole keys: whoever has them signs as the provider
    #[arg(long)]
    private: bool,
    /// Only the key with this id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    kid: Option<String>,
}

impl Export {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let keys = self.configured.keys(io)?;
        let named = |key: &&SigningKey| self.kid.as_deref().is_none_or(|kid| key.kid() == kid);
        let meant: Vec<&SigningKey> = keys.current().iter().filter(named).collect();
        if meant.is_empty() {
            let known: Vec<&str> = keys.current().iter().map(SigningKey::kid).collect();
            let kid = self.kid.unwrap_or_default();
            let failure = Failure::usage(format!("there is no key `{kid}`"));
            return Err(failure.help(format!("the keys are: {}", known.join(", "))));
        }
        let text = match self.format {
            Format::Jwks => Some(format!("{:#}\n", self.jwks(&keys, &meant, io))),
            Format::Pem => self.pem(&meant),
        };
        io.say(&text.ok_or_else(|| Failure::cannot_run("a key cannot be written down"))?);
        Ok(())
    }

    /// With all of them, the public set is the one that is published, encryption keys included.
    fn jwks(&self, keys: &KeySet, meant: &[&SigningKey], io: &Io<'_>) -> Value {
        if self.private {
            let whole: Vec<_> = meant.iter().filter_map(|key| key.private_jwk()).collect();
            return json!({ "comment": MARK, "keys": whole });
        }
        if self.kid.is_none() {
            return keys.published(io.now);
        }
        json!({ "keys": meant.iter().map(|key| key.public_jwk()).collect::<Vec<_>>() })
    }

    fn pem(&self, meant: &[&SigningKey]) -> Option<String> {
        let one = |key: &&SigningKey| {
            if self.private {
                key.material().private_pem().map(|pem| format!("{MARK}\n{pem}"))
            } else {
                key.material().public_pem()
            }
        };
        meant.iter().map(one).collect()
    }
}
