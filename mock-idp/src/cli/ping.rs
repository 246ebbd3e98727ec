//! `mock-idp ping`: is the provider up? For containers that have no other client.

use clap::Args;
use url::Url;

use super::block_on;
use super::exit_code::Failure;
use super::fetch::{self, Trust};
use super::io::Io;

const EXAMPLES: &str = "\
Examples:
  mock-idp ping                          the provider on this machine, port 9400
  mock-idp ping http://idp:9400          another one
  mock-idp ping https://127.0.0.1:9400   one that speaks TLS, whatever its certificate
  HEALTHCHECK CMD [\"mock-idp\", \"ping\"]   in a container file";

/// Ask a running provider whether it is ready: exit 0 if it is, 4 if not
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Ping {
    /// The provider's address; only its scheme, host and port count
    #[arg(
        value_name = "URL",
        default_value = "http://127.0.0.1:9400",
        env = "MOCK_IDP_PING_URL",
        hide_env = true
    )]
    url: Url,
}

impl Ping {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let health = self
            .url
            .join("/health")
            .map_err(|error| Failure::usage(format!("`{}` has no address to ask: {error}", self.url)))?;
        let answer = block_on(fetch::get(health.as_str(), Trust::Anyone))?;
        let answer = answer.map_err(|failure| failure.help("is `mock-idp serve` running there?"))?;
        if !answer.status.is_success() {
            return Err(Failure::cannot_run(format!("`{health}` answers {}", answer.status)));
        }
        io.say(&format!("ready at {}\n", self.url));
        Ok(())
    }
}
