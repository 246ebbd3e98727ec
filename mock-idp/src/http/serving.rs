//! The tasks that answer on sockets, and how they end.

use std::fmt;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connection::Connection;

/// How long a stopping server waits for its last answers.
const PATIENCE: Duration = Duration::from_secs(5);

/// One task per socket; they accept nothing more when this is dropped, and end with their last answer.
#[derive(Default)]
pub(super) struct Serving {
    tasks: Vec<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Serving {
    /// Answers on one more socket.
    pub(super) fn serve<L>(&mut self, listener: L, router: Router)
    where
        L: Listener,
        L::Addr: fmt::Debug,
        Connection: for<'a> Connected<IncomingStream<'a, L>>,
    {
        let (stop, stopped) = oneshot::channel::<()>();
        let until = async {
            // a dropped sender means the same as a message
            let _ = stopped.await;
        };
        let service = router.into_make_service_with_connect_info::<Connection>();
        let served = axum::serve(listener, service).with_graceful_shutdown(until);
        let task = tokio::spawn(async move {
            if let Err(cause) = served.await {
                tracing::error!("the server stopped: {cause}");
            }
        });
        self.tasks.push((stop, task));
    }

    /// Ends all tasks, and waits until requests that are being answered have their answers. Nobody is waited for forever.
    pub(super) async fn stop(self) {
        let (stops, tasks): (Vec<_>, Vec<_>) = self.tasks.into_iter().unzip();
        drop(stops);
        let all = async {
            for task in tasks {
                // one that panicked has nothing more to answer
                let _ = task.await;
            }
        };
        // whatever still hangs on after that is left alone, as it is when the handle is dropped: nothing new is accepted, and
        // the runtime ends it with itself
        let _ = timeout(PATIENCE, all).await;
    }
}
