//! `mock-idp keys rotate`: new keys for a provider that runs.

use clap::Args;
use serde_json::{Map, Value};
use url::Url;

use crate::cli::exit_code::Failure;
use crate::cli::io::Io;
use crate::cli::{block_on, fetch};
use crate::config::Duration;

const EXAMPLES: &str = "\
Examples:
  mock-idp keys rotate --control http://127.0.0.1:9401
  mock-idp keys rotate --control http://127.0.0.1:9401 --issuer /acme --keep-old 10m";

/// Have a provider that runs sign with new keys from now on, and list its keys
#[derive(Debug, Args)]
#[command(help_template = crate::cli::HELP, before_help = EXAMPLES)]
pub(super) struct Rotate {
    /// Where the provider is driven: what `serve --control` said
    #[arg(long, value_name = "URL")]
    control: Url,
    /// The issuer, by its path
    #[arg(long, value_name = "PATH", default_value = "")]
    issuer: String,
    /// For how long the old keys stay published; `0s` for not at all [default: 1h]
    #[arg(long, value_name = "DURATION")]
    keep_old: Option<Duration>,
}

impl Rotate {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let issuer = self.issuer.trim_matches('/');
        let slash = if issuer.is_empty() { "" } else { "/" };
        let place = format!("/issuers{slash}{issuer}/keys/rotate");
        let url = self
            .control
            .join(&place)
            .map_err(|error| Failure::usage(format!("`{}` has no address to ask: {error}", self.control)))?;
        let mut asked = Map::new();
        asked.extend(self.keep_old.map(|keep| ("keep_old".to_owned(), keep.to_string().into())));
        let answer = block_on(fetch::post(url.as_str(), &asked.into()))?;
        let answer =
            answer.map_err(|failure| failure.help("is `mock-idp serve --control` running there?"))?;
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !answer.status.is_success() {
            let why = told.get("detail").and_then(Value::as_str).unwrap_or("it does not say why");
            return Err(Failure::cannot_run(format!("`{url}` answers {}: {why}", answer.status)));
        }
        for key in told.get("keys").and_then(Value::as_array).into_iter().flatten() {
            io.say(&line(key));
        }
        Ok(())
    }
}

/// A key as the control listener tells of it.
fn line(key: &Value) -> String {
    let text = |member: &str| key.get(member).and_then(Value::as_str);
    let (kid, alg) = (text("kid").unwrap_or_default(), text("alg").unwrap_or_default());
    match text("published_until") {
        None => format!("{kid}  {alg}  signs\n"),
        Some(until) => format!("{kid}  {alg}  published until {until}\n"),
    }
}
