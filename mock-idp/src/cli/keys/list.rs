//! `mock-idp keys list`: which keys a provider would have.

use clap::Args;

use super::Configured;
use crate::cli::exit_code::Failure;
use crate::cli::io::Io;

const EXAMPLES: &str = "\
Examples:
  mock-idp keys list
  mock-idp keys list --config idp.yaml";

/// List the keys that a provider of this configuration signs with, the usual one first
#[derive(Debug, Args)]
#[command(help_template = crate::cli::HELP, before_help = EXAMPLES)]
pub(super) struct List {
    #[command(flatten)]
    configured: Configured,
}

impl List {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let keys = self.configured.keys(io)?;
        let widest = keys.current().iter().map(|key| key.kid().chars().count()).max().unwrap_or_default();
        for key in keys.current() {
            io.say(&format!(
                "{:widest$}  {:5}  {}\n",
                key.kid(),
                key.algorithm().as_str(),
                key.material().thumbprint()
            ));
        }
        Ok(())
    }
}
