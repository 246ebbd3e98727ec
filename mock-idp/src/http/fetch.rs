//! The only calls that the provider makes: bounded in time, size and number, to the loopback interface and to hosts that
//! the operator allowed, and never on to where an answer redirects.

mod destinations;
mod network;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use self::network::Network;
use crate::config::OutgoingConfig;
use crate::provider::{CallFailed, OutgoingAnswer, OutgoingCall};

/// How many calls are under way at once.
const AT_ONCE: usize = 16;

/// A call that is under way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<OutgoingAnswer, CallFailed>> + Send + 'a>>;

/// Carries the calls that the provider makes itself. Whoever has no sockets brings one of their own, which then decides who
/// can be called.
pub trait Fetcher: Send + Sync {
    /// Makes a call and waits for the whole answer, of which no more than [`OutgoingCall::most_bytes`] are read. Redirects
    /// are not followed. Time is kept by the caller.
    fn fetch<'a>(&'a self, call: &'a OutgoingCall) -> Fetching<'a>;
}

/// A place among the calls that may be under way.
pub(super) type Turn<'a> = SemaphorePermit<'a>;

/// Everything that goes out, for all issuers of one server.
pub(super) struct Outgoing {
    fetcher: Arc<dyn Fetcher>,
    patience: Duration,
    turns: Semaphore,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("patience", &self.patience).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// Calls over the network, unless somebody else carries them.
    pub(super) fn new(config: &OutgoingConfig, fetcher: Option<Arc<dyn Fetcher>>) -> Self {
        let patience = u64::try_from(config.timeout.as_millis()).unwrap_or_default();
        Self {
            fetcher: fetcher.unwrap_or_else(|| Arc::new(Network::new(config))),
            patience: Duration::from_millis(patience),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Waits for a turn, as long as a call may take.
    pub(super) async fn turn(&self) -> Option<Turn<'_>> {
        timeout(self.patience, self.turns.acquire()).await.ok()?.ok()
    }

    /// Gets a document.
    pub(super) async fn document(&self, turn: Option<Turn<'_>>, url: &str) -> Result<String, CallFailed> {
        let answer = self.call(turn, &OutgoingCall::get(url.to_owned())).await?;
        if answer.status != 200 {
            return Err(CallFailed::Status { status: answer.status });
        }
        String::from_utf8(answer.body).map_err(|_| CallFailed::NotText)
    }

    /// Makes a call of which only the status matters.
    pub(super) async fn status(&self, call: &OutgoingCall) -> Result<u16, CallFailed> {
        let turn = self.turn().await;
        self.call(turn, call).await.map(|answer| answer.status)
    }

    /// Makes a call.
    async fn call(&self, turn: Option<Turn<'_>>, call: &OutgoingCall) -> Result<OutgoingAnswer, CallFailed> {
        let _turn = turn.ok_or(CallFailed::Busy)?;
        let answered = timeout(self.patience, self.fetcher.fetch(call)).await;
        let late = |_| CallFailed::TimedOut(i64::try_from(self.patience.as_millis()).unwrap_or(i64::MAX));
        let answer = answered.map_err(late)??;
        if answer.body.len() > call.most_bytes {
            return Err(CallFailed::TooLarge(call.most_bytes));
        }
        Ok(answer)
    }
}
