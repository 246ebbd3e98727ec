//! `mock-idp token`: a signed token on standard output, and nothing else there, so that it fits into `$(…)`.

mod claims;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::exit_code::Failure;
use super::files;
use super::io::Io;
use super::settings::{Builder, Settings};
use crate::MockIdp;
use crate::config::{AccessTokenFormat, Duration, IdpConfig};
use crate::protocol::keys::{Algorithm, Signature};
use crate::protocol::{Scope, Timestamp};
use crate::provider::ports::VirtualClock;
use crate::provider::{LoginClaims, Provider, TokenKind, TokenOrder};
use crate::source::{Sources, did_you_mean};
use claims::Claim;

const EXAMPLES: &str = "\
Examples:
  mock-idp token --user ada --audience app --claim 'groups=[\"ops\"]' --expires 5m
  mock-idp token --kind access --audience https://api.acme.test --scope 'read write'
  mock-idp token --config idp.yaml --user ben --audience web --jwks-out jwks.json
  curl -H \"Authorization: Bearer $(mock-idp token --kind access)\" http://127.0.0.1:8080/";

/// Mint a signed token on standard output, as the provider would after a login
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Token {
    #[command(flatten)]
    settings: Settings,
    /// Who the token is about: a user of the configuration, else one of the examples, else a stranger of that name
    #[arg(long, default_value = "ada")]
    user: String,
    /// An ID token for a client, or an access token for an API
    #[arg(long, value_enum, default_value_t = Kind::Id)]
    kind: Kind,
    /// The client that the token is issued to [default: the audience of an ID token, else app]
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// The client's secret, for HS256, HS384 and HS512
    #[arg(long)]
    secret: Option<String>,
    /// Who the token is for; may be repeated
    #[arg(long)]
    audience: Vec<String>,
    /// The scopes that were granted
    #[arg(long, default_value = "openid")]
    scope: Scope,
    /// The nonce of the authentication request
    #[arg(long)]
    nonce: Option<String>,
    /// Set a claim, whatever it is: JSON, or else text; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<Claim>,
    /// Set every claim of a JSON file
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// How long the token is valid [default: what the configuration says]
    #[arg(long, value_name = "DURATION")]
    expires: Option<Duration>,
    /// The signature algorithm [default: what the client or the provider has]
    #[arg(long)]
    alg: Option<Algorithm>,
    /// Write the key set that verifies the token
    #[arg(long, value_name = "FILE")]
    jwks_out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// An ID token
    Id,
    /// An access token in JWT form
    Access,
}

/// Where the provider would be if it ran with its defaults.
const BASE: &str = "http://127.0.0.1:9400";

impl Token {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        let mut sources = Sources::new();
        let mut config = Builder::new(&self.settings, &mut sources, io)?.read(io)?;
        let client_id = self.client_id();
        self.prepare(&mut config, &client_id);
        self.remark_on_strangers(&config, io);
        let now = config.clock.unwrap_or(io.now);
        let provider = provider(config, now)?;
        let order = TokenOrder {
            user: self.user.clone(),
            client_id: client_id.clone(),
            kind: if self.kind == Kind::Id { TokenKind::Id } else { TokenKind::Access },
            scope: self.scope.clone(),
            nonce: self.nonce.clone(),
            claims: LoginClaims::default(),
            lifetime: self.expires.map(Duration::as_secs),
            changes: self.claims(&client_id)?,
        };
        let token = provider.mint(&order, BASE).map_err(|reason| {
            Failure::not_understood(reason)
                .help("name a client of the configuration with --client, and give HS* a --secret")
        })?;
        if let Some(path) = &self.jwks_out {
            files::write(path, &format!("{:#}\n", provider.published_keys()))?;
        }
        io.say(&format!("{token}\n"));
        Ok(())
    }

    /// An ID token is for the client that it is issued to; an access token is usually for somebody else.
    fn client_id(&self) -> String {
        let audience = self.audience.first().filter(|_| self.kind == Kind::Id);
        self.client.as_ref().or(audience).map_or("app", String::as_str).to_owned()
    }

    /// What the flags say about the client.
    fn prepare(&self, config: &mut IdpConfig, client_id: &str) {
        let known = !config.only_registered_clients() || config.clients.contains_key(client_id);
        let asked = self.alg.is_some() || self.secret.is_some();
        if !known || !(asked || config.clients.contains_key(client_id)) {
            return;
        }
        let client = config.clients.entry(client_id.to_owned()).or_default();
        client.access_token = AccessTokenFormat::Jwt;
        if self.secret.is_some() {
            client.public = false;
            client.secret.clone_from(&self.secret);
        }
        if self.alg.is_some() {
            client.id_token_alg = self.alg.map(Signature::Signed);
            client.access_token_alg = self.alg;
        }
    }

    /// A stranger is welcome, as on the login page; a misspelt user is not what was meant.
    fn remark_on_strangers(&self, config: &IdpConfig, io: &mut Io<'_>) {
        let users = config.known_users();
        if !users.contains_key(&self.user) {
            let meant = did_you_mean(&self.user, users.keys().map(String::as_str));
            let meant = meant.map(|question| format!("; {question}")).unwrap_or_default();
            io.remark(&format!(
                "note: no user is called `{}`, so this is about a stranger{meant}\n",
                self.user
            ));
        }
    }

    /// What the flags say about claims; single claims win over the file's, and these over all else.
    fn claims(&self, client_id: &str) -> Result<Map<String, Value>, Failure> {
        let mut own = Map::new();
        match self.audience.as_slice() {
            [] => {}
            [one] => drop(own.insert("aud".to_owned(), one.clone().into())),
            several => {
                own.insert("aud".to_owned(), several.into());
                if self.kind == Kind::Id {
                    own.insert("azp".to_owned(), client_id.into());
                }
            }
        }
        let file = self.claims.as_deref().map(claims_file).transpose()?.unwrap_or_default();
        Ok(claims::laid_over(own, file, &self.claim))
    }
}

/// A provider that lives for one token, made as a served one is, so that both have the same keys.
fn provider(config: IdpConfig, now: Timestamp) -> Result<Arc<Provider>, Failure> {
    let clock = Arc::new(VirtualClock::at(now));
    let idp = MockIdp::builder().config(config).base_url(BASE).clock(clock).in_process();
    let (_, idp) = idp.map_err(Failure::not_understood)?;
    Ok(idp.default_provider())
}

fn claims_file(path: &Path) -> Result<Map<String, Value>, Failure> {
    let json = files::read_json(path)?;
    let Value::Object(claims) = json else {
        return Err(Failure::not_understood(format!(
            "`{}` must hold a JSON object, found `{json}`",
            path.display()
        )));
    };
    Ok(claims)
}

#[cfg(test)]
mod tests;
