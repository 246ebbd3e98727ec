//! `mock-idp serve`: the provider on a port, until it is told to stop.

mod banner;
mod listen;
mod log;
mod tls;
mod trust;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::exit_code::Failure;
use super::io::Io;
use super::settings::{Addition, Builder, Settings};
use super::{block_on, files};
use crate::config::{AllowedHost, IdpConfig};
use crate::source::Sources;
use crate::{MockIdp, StartError};
use log::LogFormat;
use tls::TlsFlags;

const EXAMPLES: &str = "\
Examples:
  mock-idp serve                                       any issuer, any client, three example users
  mock-idp serve --config idp.yaml --auto-login ada    your own users and clients, without the login page
  mock-idp serve --user 'eve={\"groups\": [\"ops\"]}'      one more user
  mock-idp serve --tls self-signed --tls-ca-out ca.pem   over https, with a CA to trust
  mock-idp serve --listen 127.0.0.1:0 --ready-file ready.json";

/// Start the provider: everything is accepted unless a configuration says otherwise
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9400", value_parser = listen::address)]
    listen: SocketAddr,
    /// Listen on an address that other machines can reach: whoever reaches it can sign in as anyone
    #[arg(long)]
    allow_remote: bool,
    /// Where to listen for commands to the running provider, such as to rotate its keys; on this machine only
    #[arg(long, value_name = "ADDR", value_parser = listen::address)]
    control: Option<SocketAddr>,
    /// Have a trap there: an address that nobody should call, to which faults point relying parties. Who comes is told in the
    /// log
    #[arg(long, value_name = "ADDR", value_parser = listen::address)]
    trap: Option<SocketAddr>,
    /// Have a second issuer at this path, of somebody who attacks the first: the same users and clients, other keys
    #[arg(long, value_name = "PATH")]
    attacker: Option<String>,
    #[command(flatten)]
    tls: TlsFlags,
    /// Skip the login page and sign this user in
    #[arg(long, value_name = "USER")]
    auto_login: Option<String>,
    /// Add a user, with claims
    #[arg(long, value_name = "NAME[=JSON]")]
    user: Vec<Addition>,
    /// Add a client, with its settings; only clients that are named are then accepted
    #[arg(long, value_name = "ID[=JSON]")]
    client: Vec<Addition>,
    /// Accept unknown clients beside those that are named
    #[arg(long)]
    any_client: bool,
    /// A host that the provider may call itself besides this machine, for documents and logouts of clients
    #[arg(long, value_name = "HOST[:PORT]")]
    allow_outgoing: Vec<AllowedHost>,
    /// Written once listening, with url, issuer, pid, and what there is about control, trap, attacker and TLS, as JSON; removed in the end
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// How to write the log, on standard error
    #[arg(long, value_enum, default_value_t = LogFormat::Human)]
    log: LogFormat,
}

impl Serve {
    pub(super) fn run(self, io: &mut Io<'_>) -> Result<(), Failure> {
        self.may_listen()?;
        self.may_be_controlled()?;
        let config = self.configuration(io)?;
        self.tls.suit(&config)?;
        log::start(self.log);
        self.forget_ready_file();
        let served = block_on(self.serve(config, io));
        self.forget_ready_file();
        served?
    }

    /// Anyone who reaches the provider can be anyone, so it keeps to this machine unless told otherwise.
    fn may_listen(&self) -> Result<(), Failure> {
        let addresses =
            [("--listen", Some(self.listen)), ("--mtls-listen", self.tls.mtls_listen), ("--trap", self.trap)];
        let mut addresses = addresses.into_iter().filter_map(|(flag, address)| Some((flag, address?)));
        let remote = addresses.find(|(_, address)| !listen::is_loopback(address.ip()));
        match remote.filter(|_| !self.allow_remote) {
            None => Ok(()),
            Some((flag, address)) => {
                let message = "lets other machines in, and whoever reaches it can sign in as anyone";
                let port = address.port();
                Err(Failure::usage(format!("`{flag} {address}` {message}"))
                    .help(format!("add `--allow-remote` if they should, or write `{flag} 127.0.0.1:{port}`")))
            }
        }
    }

    /// Whoever reaches the control listener does as they like, so there is no way to open it to others.
    fn may_be_controlled(&self) -> Result<(), Failure> {
        match self.control {
            Some(address) if !listen::is_loopback(address.ip()) => {
                let message = "would let other machines drive the provider";
                Err(Failure::usage(format!("`--control {address}` {message}"))
                    .help(format!("write `--control 127.0.0.1:{}`", address.port())))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn configuration(&self, io: &mut Io<'_>) -> Result<IdpConfig, Failure> {
        let mut sources = Sources::new();
        let mut builder = Builder::new(&self.settings, &mut sources, io)?;
        for user in &self.user {
            builder.user(user, io)?;
        }
        for client in &self.client {
            builder.client(client, io)?;
        }
        builder.text("--auto-login", "auto_login", self.auto_login.as_deref());
        builder.attacker(self.attacker.as_deref());
        builder.switch("--any-client", "any_client", self.any_client);
        builder.also("--allow-outgoing", ["outgoing", "allow"], &self.allow_outgoing);
        builder.read(io)
    }

    async fn serve(&self, config: IdpConfig, io: &mut Io<'_>) -> Result<(), Failure> {
        let stop = listen::Stop::expected()
            .map_err(|error| Failure::cannot_run(format!("cannot wait for signals: {error}")))?;
        let builder = MockIdp::builder().config(config.clone()).listen(self.listen);
        let builder = match self.control {
            Some(address) => builder.control(address),
            None => builder,
        };
        let builder = match self.trap {
            Some(address) => builder.trap(address),
            None => builder,
        };
        let idp = self.tls.applied(builder)?.start().await.map_err(cannot_start)?;
        let ca = self.tls.hand_out(&idp)?;
        let issuer = idp.default_issuer();
        let mut announcement = json!({ "url": idp.url(), "issuer": issuer, "pid": std::process::id() });
        let ca_file = ca.as_ref().map(|ca| ca.display().to_string());
        let (control, mtls_url) = (idp.control_url(), idp.mutual_tls_url());
        let more = [
            ("control", control.map(str::to_owned)),
            ("trap", idp.trap_url().map(str::to_owned)),
            ("attacker", idp.attacker().map(|attacker| attacker.issuer(idp.url()))),
            ("mtls_url", mtls_url.map(str::to_owned)),
            ("tls_ca", ca_file),
        ];
        for (name, value) in more {
            if let (Some(members), Some(value)) = (announcement.as_object_mut(), value) {
                members.insert(name.to_owned(), value.into());
            }
        }
        if let Some(path) = &self.ready_file {
            files::write(path, &format!("{announcement}\n"))?;
        }
        match self.log {
            LogFormat::Human => io.say(&banner::text(&config, &idp, (ca.as_deref(), self.tls.tls_flaw))),
            LogFormat::Json => io.say(&format!("{announcement}\n")),
        }
        stop.asked().await;
        idp.stop().await;
        if self.log == LogFormat::Human {
            io.say("stopped\n");
        }
        Ok(())
    }

    /// A ready file of an earlier run must not make somebody believe in this one.
    fn forget_ready_file(&self) {
        if let Some(path) = &self.ready_file {
            drop(fs::remove_file(path));
        }
    }
}

fn cannot_start(error: StartError) -> Failure {
    match &error {
        StartError::Listen { cause, .. } if cause.kind() == std::io::ErrorKind::AddrInUse => {
            let help =
                "another program listens there; stop it, or write another address: port 0 picks a free one";
            Failure::cannot_run(error).help(help)
        }
        StartError::Listen { .. } => Failure::cannot_run(error),
        StartError::Attacker(_)
        | StartError::Control(_)
        | StartError::Issuer(_)
        | StartError::Key(_)
        | StartError::KeyFile(_)
        | StartError::Tls(_) => Failure::not_understood(error),
    }
}
