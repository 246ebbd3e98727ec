//! Where to listen, who may then come, and when to stop.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::signal;

/// `127.0.0.1:9400`, `[::1]:9400` or `localhost:9400`.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| format!("`{text}` is not an address such as 127.0.0.1:9400"))
}

/// Whether only this machine can reach an address.
pub(super) fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Being asked to stop: by Ctrl+C, or by SIGTERM as container runtimes send it.
#[derive(Debug)]
pub(super) struct Stop {
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
    #[cfg(unix)]
    terminate: signal::unix::Signal,
}

impl Stop {
    /// From now on a signal does not end the process; it waits to be noticed.
    pub(super) fn expected() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            interrupt: signal::unix::signal(signal::unix::SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal::unix::signal(signal::unix::SignalKind::terminate())?,
        })
    }

    /// Ends when somebody asks.
    #[cfg(unix)]
    pub(super) async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Ends when somebody asks.
    #[cfg(not(unix))]
    pub(super) async fn asked(self) {
        drop(signal::ctrl_c().await);
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::loopback("127.0.0.1:9400", true)]
    #[case::another_loopback("127.8.8.8:1", true)]
    #[case::name("localhost:0", true)]
    #[case::six("[::1]:9400", true)]
    #[case::mapped("[::ffff:127.0.0.1]:9400", true)]
    #[case::every_interface("0.0.0.0:9400", false)]
    #[case::every_interface_six("[::]:9400", false)]
    #[case::network("192.168.0.7:9400", false)]
    fn only_loopback_is_private(#[case] text: &str, #[case] private: bool) {
        assert_eq!(is_loopback(address(text).unwrap().ip()), private);
    }

    #[rstest]
    #[case::no_port("127.0.0.1")]
    #[case::other_name("idp.test:9400")]
    #[case::no_address("here")]
    fn other_text_is_no_address(#[case] text: &str) {
        assert!(address(text).unwrap_err().contains("is not an address such as"));
    }
}
