//! Bodies that keep their reader waiting: nothing at all, a byte a second, or more than anybody wants.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::Frame;

use super::Sending;
use crate::http::system::pause;

/// How much of nothing is sent in the end: enough for every reader that has no bound to be noticed, and no more.
const MOST: usize = 256 * 1024 * 1024;

/// How much of it at once.
const PIECE: usize = 16 * 1024;

/// For how long a silence lasts, in milliseconds.
const SILENCE: u64 = 300_000;

/// A wait under way.
type Waiting = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A body that keeps its reader waiting.
pub(super) struct Slow {
    sending: Sending,
    rest: Bytes,
    padded: usize,
    waiting: Option<Waiting>,
}

impl Slow {
    /// This body, sent this way.
    pub(super) fn sending(sending: Sending, body: Bytes) -> Self {
        Self { sending, rest: body, padded: 0, waiting: None }
    }

    /// What is sent after the wait, and how long the next wait is.
    fn next(&mut self) -> Option<Bytes> {
        match self.sending {
            Sending::Slowly if !self.rest.is_empty() => {
                self.waiting = Some(Box::pin(pause(1_000)));
                Some(self.rest.split_to(1))
            }
            Sending::Endlessly if !self.rest.is_empty() => Some(std::mem::take(&mut self.rest)),
            Sending::Endlessly if self.padded < MOST => {
                self.padded += PIECE;
                Some(Bytes::from_static(&[b' '; PIECE]))
            }
            Sending::Whole
            | Sending::Half
            | Sending::Nothing
            | Sending::Head
            | Sending::Slowly
            | Sending::Endlessly => None,
        }
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if matches!(self.sending, Sending::Head) && self.waiting.is_none() {
            self.waiting = Some(Box::pin(pause(SILENCE)));
        }
        if let Some(waiting) = &mut self.waiting {
            if waiting.as_mut().poll(task).is_pending() {
                return Poll::Pending;
            }
            self.waiting = None;
            if matches!(self.sending, Sending::Head) {
                return Poll::Ready(None);
            }
        }
        Poll::Ready(self.next().map(|bytes| Ok(Frame::data(bytes))))
    }
}
