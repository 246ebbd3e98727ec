//! A relying party that is started for each case.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::conformance::stage::Holding;
use crate::conformance::system::pause;
use crate::conformance::trouble::Trouble;
use crate::transport::Started;

/// How often a program that starts is asked whether it listens.
const BEAT: Duration = Duration::from_millis(20);
/// How long a program that has ended is listened to.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// A command, and the port that it is to listen on.
#[derive(Debug)]
pub(super) struct Program {
    command: String,
    port: u16,
}

/// A program that runs; it is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub(super) struct Running(Started);

impl Holding for Running {}

impl Program {
    /// Finds a free port for a command.
    pub(super) fn prepare(command: &str) -> Result<Self, Trouble> {
        let free = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).map_err(Trouble::because)?;
        let port = free.local_addr().map_err(Trouble::because)?.port();
        Ok(Self { command: command.to_owned(), port })
    }

    /// Where it will be.
    pub(super) fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it, and waits until it listens.
    pub(super) async fn start(
        self,
        environment: &[(&str, String)],
        patience: Duration,
    ) -> Result<Running, Trouble> {
        let mut running = self.spawn(environment)?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listens = async {
            loop {
                if TcpStream::connect(address).await.is_ok() {
                    return Ok(());
                }
                if let Some(status) = running.0.ended() {
                    return Err(format!("it ended ({status}) instead of listening on its `PORT`"));
                }
                pause(BEAT).await;
            }
        };
        let waited = timeout(patience, listens).await.unwrap_or_else(|_| {
            let seconds = patience.as_secs();
            Err(format!("it does not listen on its `PORT`, 127.0.0.1:{}, after {seconds} seconds", self.port))
        });
        match waited {
            Ok(()) => Ok(running),
            Err(why) => {
                running.fall_silent().await;
                Err(Trouble(format!("`{}`: {why}{}", self.command, running.last_words())))
            }
        }
    }

    fn spawn(&self, environment: &[(&str, String)]) -> Result<Running, Trouble> {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &self.command])
            .env("PORT", self.port.to_string())
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let started = Started::new(&mut shell);
        started.map(Running).map_err(|error| Trouble(format!("`{}`: {error}", self.command)))
    }
}

impl Running {
    /// Waits a little for words that it has written and nobody has taken down yet.
    async fn fall_silent(&self) {
        let listens = async {
            while !self.0.is_silent() {
                pause(BEAT).await;
            }
        };
        // what it has started may live on, and hold the pipe open
        let _ = timeout(LAST_WAIT, listens).await;
    }

    /// What it wrote last to its error output.
    fn last_words(&self) -> String {
        let text = self.0.words();
        if text.is_empty() { String::new() } else { format!("; it said: {text}") }
    }
}
