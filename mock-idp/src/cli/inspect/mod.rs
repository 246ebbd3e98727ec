//! `mock-idp inspect`: what a token says, and whether it holds, check by check.

mod checks;
mod dates;
mod input;
mod report;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;
use url::Url;

use super::exit_code::Failure;
use super::fetch::{self, Trust};
use super::io::Io;
use super::{block_on, files};
use crate::protocol::Timestamp;
use checks::{Expectations, Keys};

const EXAMPLES: &str = "\
Examples:
  mock-idp inspect token.jwt                                  decode, and check what needs no more than the token
  mock-idp token --user ada | mock-idp inspect -              from a pipe
  mock-idp inspect - --jwks http://127.0.0.1:9400/acme/jwks --audience app --nonce n-1
  pbpaste | mock-idp inspect -                                a token response or a URL with tokens works as well";

/// Decode a token, verify it and explain the verdict: exit 0 if it holds, 1 if not, 3 if it is no token
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Inspect {
    /// The token, a file that holds it, or `-` for standard input
    #[arg(value_name = "TOKEN|FILE|-", default_value = "-", hide_default_value = true)]
    token: String,
    /// The key set to verify the signature with
    #[arg(long, value_name = "URL|FILE")]
    jwks: Option<String>,
    /// The CA, as PEM, behind an https key set; only this one is trusted [default: those of the system]
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
    /// The client secret, for HS256, HS384 and HS512
    #[arg(long)]
    secret: Option<String>,
    /// The issuer that the token must come from
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// Who the token must be for: the client id, or the name of an API
    #[arg(long)]
    audience: Option<String>,
    /// The nonce that was sent
    #[arg(long)]
    nonce: Option<String>,
    /// The time to judge by, such as 2031-03-04T08:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    clock: Option<Timestamp>,
    /// Text for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Inspect {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let tokens = input::tokens(&self.given(io)?).map_err(|error| self.no_token(&error))?;
        let now = self.clock.unwrap_or(io.now);
        let keys = self.keys()?;
        let Self { issuer, audience, nonce, format, .. } = self;
        let expected = Expectations { issuer, audience, nonce, keys, now };
        let reports: Vec<_> = tokens.into_iter().map(|token| report::Report::new(token, &expected)).collect();
        let text = match format {
            Format::Human => reports.iter().map(|report| report.human(now)).collect::<Vec<_>>().join("\n"),
            Format::Json => report::json(&reports),
        };
        io.say(&text);
        if reports.iter().all(report::Report::holds) { Ok(()) } else { Err(Failure::failed()) }
    }

    fn no_token(&self, error: &input::NoToken) -> Failure {
        let help = "give a JWT, a token response as JSON, or a URL that carries tokens";
        let failure = Failure::not_understood(error).help(help);
        let is_name = self.token != "-" && !Path::new(&self.token).is_file();
        if is_name { failure.help(format!("no file is called `{}` either", self.token)) } else { failure }
    }

    /// What was given, wherever it stands.
    fn given(&self, io: &mut Io<'_>) -> Result<String, Failure> {
        let bytes = if self.token == "-" {
            let mut bytes = Vec::new();
            let read = io.input.read_to_end(&mut bytes);
            read.map_err(|error| Failure::not_understood(format!("cannot read standard input: {error}")))?;
            bytes
        } else if Path::new(&self.token).is_file() {
            files::read(Path::new(&self.token))?
        } else {
            return Ok(self.token.clone());
        };
        String::from_utf8(bytes).map_err(|_| Failure::not_understood("the input is not UTF-8"))
    }

    fn trust(&self) -> Trust<'_> {
        self.tls_ca.as_deref().map_or(Trust::System, Trust::Only)
    }

    fn keys(&self) -> Result<Keys, Failure> {
        let secret = self.secret.clone();
        let Some(place) = &self.jwks else { return Ok(Keys { published: None, secret }) };
        let document = match Url::parse(place) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => fetched(place, self.trust())?,
            Ok(_) | Err(_) => files::read_json(&PathBuf::from(place))?,
        };
        let Some(keys) = document.get("keys").and_then(Value::as_array) else {
            return Err(Failure::not_understood(format!("`{place}` is not a key set"))
                .help("a key set is a JSON object with a list `keys` (RFC7517-5)"));
        };
        Ok(Keys { published: Some(keys.clone()), secret })
    }
}

fn fetched(url: &str, trust: Trust<'_>) -> Result<Value, Failure> {
    let answer = block_on(fetch::get(url, trust))??;
    if !answer.status.is_success() {
        return Err(Failure::cannot_run(format!("`{url}` answers {}", answer.status)));
    }
    serde_json::from_slice(&answer.body).map_err(|error| {
        Failure::not_understood(format!("`{url}` answers with something that is not JSON: {error}"))
    })
}

#[cfg(test)]
mod tests;
