//! A real browser for relying parties that need script: headless Chromium, over its debugging protocol.
//!
//! Chromium keeps the cookies, runs the scripts and applies the rules between sites. What it asks for is stopped before it
//! leaves (`pump`), carried by our [`Transport`] and handed back: so each exchange is seen as those of the scripted
//! browser are, a request can be held up on its way, and nobody is asked but the hosts that were named.

mod activity;
mod carriage;
mod copy;
mod glance;
mod messages;
mod process;
mod program;
mod pump;
mod tab;
mod wire;

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::transport::Transport;
use process::Process;
use wire::Wire;

pub use glance::Seen;
pub use messages::Message;
pub use program::find;
pub use tab::Tab;

use super::BrowserError;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no Chromium.
#[derive(Debug, thiserror::Error)]
pub enum ChromiumError {
    /// Nothing under a usual name.
    #[error(
        "there is no Chromium in `PATH`, which was searched for `{names}`\nhelp: install it (`apt-get install chromium` on \
         Debian), or name the program with `--chromium` or in `HARNESS_CHROMIUM`"
    )]
    Missing {
        /// The names.
        names: String,
    },
    /// Nothing where it was said to be.
    #[error(
        "there is no program `{}`{}\nhelp: name a Chromium with `--chromium` or in `HARNESS_CHROMIUM`, or leave that out to have \
         it found in `PATH`",
        path.display(), if *is_path { "" } else { " in `PATH`" }
    )]
    NoSuchProgram {
        /// What was named.
        path: PathBuf,
        /// Whether it is more than a name.
        is_path: bool,
    },
    /// It cannot be started.
    #[error("`{}` cannot be started: {cause}", program.display())]
    NotStarted {
        /// The program.
        program: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// It does not speak to us.
    #[error("`{}` is no Chromium that can be driven: {why}{}", program.display(), said(words))]
    Silent {
        /// The program.
        program: PathBuf,
        /// What came instead.
        why: String,
        /// What it wrote last.
        words: String,
    },
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("; it said: {words}") }
}

/// Chromium as it runs; it ends, and its profile is removed, when this is dropped.
#[derive(Debug)]
pub struct Chromium {
    wire: Arc<Wire>,
    hosts: Arc<BTreeSet<String>>,
    _process: Process,
}

impl Chromium {
    /// Starts the program, with an empty profile. It goes to these hosts and to this machine, and nowhere else.
    ///
    /// # Errors
    ///
    /// When it does not start, or is something else.
    pub async fn start(program: PathBuf, hosts: BTreeSet<String>) -> Result<Arc<Self>, ChromiumError> {
        let (process, says, hears) = match Process::start(&program, hosts.iter().map(String::as_str)) {
            Ok(started) => started,
            Err(cause) => return Err(ChromiumError::NotStarted { program, cause }),
        };
        let wire = Arc::new(Wire::over(says, hears));
        let why = match timeout(PATIENCE, wire.call(None, "Browser.getVersion", json!({}))).await {
            Ok(Ok(_)) => return Ok(Arc::new(Self { wire, hosts: Arc::new(hosts), _process: process })),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it says nothing for {} seconds", PATIENCE.as_secs()),
        };
        Err(ChromiumError::Silent { program, why, words: process.last_words() })
    }

    /// Somebody's browser, without cookies, whose requests this transport carries.
    ///
    /// # Errors
    ///
    /// When Chromium has ended.
    pub async fn tab(&self, transport: &Transport) -> Result<Tab, BrowserError> {
        let courier = pump::Courier::new(transport, &self.hosts);
        Tab::alone(Arc::clone(&self.wire), courier).await
    }
}

impl From<wire::WireError> for BrowserError {
    fn from(error: wire::WireError) -> Self {
        Self::Driver(error.to_string())
    }
}
