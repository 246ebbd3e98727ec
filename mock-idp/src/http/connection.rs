//! What is known of a request from the connection that it came on.

use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use http::Extensions;
use tokio::net::TcpListener;

use super::tls::TlsListener;

/// A connection of a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Connection {
    /// A socket, or none at all.
    #[default]
    Plain,
    /// TLS.
    Tls,
}

impl Connection {
    /// The connection of a request.
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions.get().map_or_else(Self::default, |ConnectInfo(connection)| *connection)
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TcpListener>) -> Self {
        Self::Plain
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TlsListener>) -> Self {
        Self::Tls
    }
}
