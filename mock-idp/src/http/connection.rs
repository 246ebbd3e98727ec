//! What is known of a request from the connection that it came on.

use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use http::Extensions;
use tokio::net::TcpListener;

use super::tls::TlsListener;
use crate::protocol::client_certificate::ClientCertificate;

/// A connection of a client; by default a socket without TLS, or none at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Connection {
    /// Whether it is TLS.
    pub(super) tls: bool,
    /// Where everybody else comes in, if this is the port for clients with certificates.
    pub(super) usual_port: Option<u16>,
    /// The client's certificate.
    pub(super) certificate: Option<Arc<ClientCertificate>>,
}

impl Connection {
    /// The connection of a request.
    pub(super) fn of(extensions: &Extensions) -> Self {
        extensions
            .get()
            .map_or_else(Self::default, |ConnectInfo(connection): &ConnectInfo<Self>| connection.clone())
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Connection {
    fn connect_info(_: IncomingStream<'_, TcpListener>) -> Self {
        Self::default()
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Connection {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        let (_, session) = stream.io().get_ref();
        let shown = session.peer_certificates().and_then(|chain| chain.first());
        let certificate = shown.and_then(|der| match ClientCertificate::from_der(der) {
            Ok(certificate) => Some(Arc::new(certificate)),
            Err(cause) => {
                tracing::warn!("a client's certificate is not looked at: {cause}");
                None
            }
        });
        Self { tls: true, usual_port: stream.remote_addr().usual_port, certificate }
    }
}
