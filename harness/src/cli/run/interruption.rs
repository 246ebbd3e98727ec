//! Ctrl+C: the first lets the cases under way finish and the reports be written, the second ends at once.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::task::Poll;
use std::thread;

use crate::cli::INTERRUPTED;

/// A flag that the first Ctrl+C sets; then `then` is called. It is listened to from when this returns.
///
/// # Errors
///
/// When nothing can listen.
pub(super) fn flag(then: impl FnOnce() + Send + 'static) -> io::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let (ready, listening) = channel();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        let first = async {
            let mut signal = pin!(tokio::signal::ctrl_c());
            // The handler is in place once the signal has been asked for.
            let early = std::future::poll_fn(|context| Poll::Ready(signal.as_mut().poll(context))).await;
            // The other end waits for just this.
            let _ = ready.send(());
            match early {
                Poll::Ready(told) => told,
                Poll::Pending => signal.await,
            }
        };
        let on_first = || {
            set.store(true, Ordering::Relaxed);
            then();
        };
        runtime.block_on(twice(first, tokio::signal::ctrl_c(), on_first, end));
    });
    // Whoever sends is gone only when there is nothing to listen to.
    let _ = listening.recv();
    Ok(flag)
}

async fn twice(
    first: impl Future<Output = io::Result<()>>,
    second: impl Future<Output = io::Result<()>>,
    on_first: impl FnOnce(),
    on_second: impl FnOnce(),
) {
    if first.await.is_ok() {
        on_first();
        if second.await.is_ok() {
            on_second();
        }
    }
}

#[expect(
    clippy::exit,
    reason = "whoever asks twice does not want to wait for anything that would have to be unwound"
)]
fn end() {
    std::process::exit(i32::from(INTERRUPTED));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;

    use rstest::rstest;

    use super::twice;

    #[rstest]
    #[case::none(Err(io::ErrorKind::Other), Ok(()), "")]
    #[case::one(Ok(()), Err(io::ErrorKind::Other), "stop ")]
    #[case::two(Ok(()), Ok(()), "stop end ")]
    #[tokio::test]
    async fn the_first_signal_stops_and_the_second_ends(
        #[case] first: Result<(), io::ErrorKind>,
        #[case] second: Result<(), io::ErrorKind>,
        #[case] told: &str,
    ) {
        let said = Cell::new(String::new());
        let say = |word: &str| said.set(said.take() + word + " ");
        let told_of = |what: Result<(), io::ErrorKind>| async move { what.map_err(io::Error::from) };
        twice(told_of(first), told_of(second), || say("stop"), || say("end")).await;
        assert_eq!(said.take(), told);
    }
}
