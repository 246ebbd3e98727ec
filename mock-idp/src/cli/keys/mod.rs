//! `mock-idp keys`: signing keys for configurations and tests. They are test keys, and marked as such.

mod export;
mod generate;
mod list;
mod rotate;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::exit_code::Failure;
use super::io::Io;
use super::settings::{Builder, Settings};
use crate::config::{IdpConfig, KeyOrigin};
use crate::http::key_entropy;
use crate::protocol::keys::KeySet;
use crate::provider::Provider;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  mock-idp keys generate --alg ES256 --kid next --out keys.json   a new key; 0600, for `signing: {from: {file: keys.json}}`
  mock-idp keys list --config idp.yaml                            which keys a configuration signs with
  mock-idp keys export --format jwks --public                     what the provider publishes at /jwks
  mock-idp keys rotate --control http://127.0.0.1:9401            new keys for a provider that runs";

/// Make, show, export and rotate signing keys
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Generate),
    List(list::List),
    Export(export::Export),
    Rotate(rotate::Rotate),
}

impl Keys {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        match self.command {
            Command::Generate(generate) => generate.run(io),
            Command::List(list) => list.run(io),
            Command::Export(export) => export.run(io),
            Command::Rotate(rotate) => rotate.run(io),
        }
    }
}

/// How keys are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A JWK set (RFC 7517)
    Jwks,
    /// PEM, one block after the other
    Pem,
}

/// What says which keys a provider has.
#[derive(Debug, Args)]
struct Configured {
    /// An `idp:` block, alone or in a scenario file; the usual key when left out
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The seed of keys that are made from one
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl Configured {
    /// The keys that a provider would sign with.
    fn keys(&self, io: &mut Io<'_>) -> Result<KeySet, Failure> {
        let settings = Settings { config: self.config.clone(), seed: self.seed, ..Settings::default() };
        let config = Builder::new(&settings, &mut Sources::new(), io)?.read(io)?;
        if is_unsettled(&config) {
            io.remark("warning: keys from a seed are other ones on each start, because there is no seed\n");
        }
        Provider::keys_for(&config, key_entropy(&config).as_ref()).map_err(Failure::not_understood)
    }
}

/// Whether a key is made anew on each start.
fn is_unsettled(config: &IdpConfig) -> bool {
    config.seed.is_none() && config.signing.0.iter().any(|key| key.from == KeyOrigin::Seed)
}
