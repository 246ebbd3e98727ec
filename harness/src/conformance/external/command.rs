//! A relying party that is started for each case.

use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::conformance::stage::Holding;
use crate::conformance::system::pause;
use crate::conformance::trouble::Trouble;

/// How often a program that starts is asked whether it listens.
const BEAT: Duration = Duration::from_millis(20);
/// How long a program that has ended is listened to.
const LAST_WAIT: Duration = Duration::from_secs(1);
/// How much of a program's last words is kept.
const LAST_WORDS: usize = 2_000;

/// A command, and the port that it is to listen on.
#[derive(Debug)]
pub(super) struct Program {
    command: String,
    port: u16,
}

/// A program that runs; it is ended with all that it has started when this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    words: Arc<Mutex<Vec<u8>>>,
    /// Takes down the words until there will be no more.
    listener: Option<thread::JoinHandle<()>>,
}

impl Holding for Running {}

impl Drop for Running {
    fn drop(&mut self) {
        // the shell and all that it started are one group; without such groups the shell alone is ended
        #[cfg(unix)]
        let _ = Command::new("kill")
            .args(["-KILL", "--", &format!("-{}", self.child.id())])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
                if let Ok(Some(status)) = running.child.try_wait() {
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
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut child = shell.spawn().map_err(|error| Trouble(format!("`{}`: {error}", self.command)))?;
        let words: Arc<Mutex<Vec<u8>>> = Arc::default();
        let listener = child.stderr.take().map(|mut stderr| {
            let words = Arc::clone(&words);
            thread::spawn(move || {
                let mut read = [0; 512];
                while let Ok(count) = stderr.read(&mut read) {
                    let Some(new) = read.get(..count).filter(|new| !new.is_empty()) else { break };
                    let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
                    words.extend_from_slice(new);
                    let surplus = words.len().saturating_sub(LAST_WORDS);
                    words.drain(..surplus);
                }
            })
        });
        Ok(Running { child, words, listener })
    }
}

impl Running {
    /// Waits a little for words that it has written and nobody has taken down yet.
    async fn fall_silent(&self) {
        let listens = async {
            while self.listener.as_ref().is_some_and(|listener| !listener.is_finished()) {
                pause(BEAT).await;
            }
        };
        // what it has started may live on, and hold the pipe open
        let _ = timeout(LAST_WAIT, listens).await;
    }

    /// What it wrote last to its error output.
    fn last_words(&self) -> String {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&words);
        let text = text.trim();
        if text.is_empty() { String::new() } else { format!("; it said: {text}") }
    }
}
