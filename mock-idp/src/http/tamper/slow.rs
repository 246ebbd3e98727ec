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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use http_body::Body as _;
    use tokio::time::Instant;

    use super::*;

    /// What comes next, and after how many seconds.
    async fn next(body: &mut Slow) -> (Option<Bytes>, u64) {
        let begun = Instant::now();
        let frame = poll_fn(|task| Pin::new(&mut *body).poll_frame(task)).await;
        (frame.map(|frame| frame.unwrap().into_data().unwrap()), begun.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_a_byte_a_second() {
        let mut body = Slow::sending(Sending::Slowly, Bytes::from("{}"));
        assert_eq!(next(&mut body).await, (Some(Bytes::from("{")), 0));
        assert_eq!(next(&mut body).await, (Some(Bytes::from("}")), 1));
        assert_eq!(next(&mut body).await, (None, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_body_ends_after_five_minutes_without_a_byte() {
        let mut body = Slow::sending(Sending::Head, Bytes::from("{}"));
        assert_eq!(next(&mut body).await, (None, 300));
    }

    #[tokio::test(start_paused = true)]
    async fn an_endless_body_is_white_space_at_once_until_there_is_enough_for_everybody() {
        let mut body = Slow::sending(Sending::Endlessly, Bytes::from("{}"));
        assert_eq!(next(&mut body).await, (Some(Bytes::from("{}")), 0));
        let mut padded = 0;
        while let (Some(piece), 0) = next(&mut body).await {
            assert_eq!(&piece[..], [b' '; PIECE]);
            padded += piece.len();
        }
        assert_eq!(padded, 268_435_456);
    }
}
