//! Connections over TLS. Several shake hands at a time: one that dawdles keeps nobody waiting.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use rustls::{AlertDescription, Error, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::TlsFlaw;
use crate::http::connection::Connection;

/// How many connections may shake hands at the same time; more wait their turn in the system's queue.
const MOST_HANDSHAKES: usize = 256;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first byte of every TLS connection: a record of type handshake (RFC8446-5.1).
const HANDSHAKE: u8 = 22;

/// What somebody hears who speaks plain HTTP here.
const PLAIN: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 46\r\nConnection: close\r\n\r\n\
                     this port speaks TLS: write https, not http.\r\n";

type Shaken = Option<TlsStream<TcpStream>>;

/// Where a connection came in.
#[derive(Clone, Copy, Debug)]
pub struct Entrance {
    /// Where everybody else comes in, if this is the port for clients with certificates.
    pub(in crate::http) usual_port: Option<u16>,
}

/// Accepts connections and shakes hands on them ([`Tls::listen`](super::Tls::listen)).
pub struct TlsListener {
    tcp: TcpListener,
    knocks: Arc<AtomicUsize>,
    usual_port: Option<u16>,
    acceptor: TlsAcceptor,
    flaw: Option<TlsFlaw>,
    handshakes: JoinSet<Shaken>,
}

impl TlsListener {
    /// With what is wrong with the certificate on purpose.
    pub(in crate::http) fn new(tcp: TcpListener, config: Arc<ServerConfig>, flaw: Option<TlsFlaw>) -> Self {
        Self {
            tcp,
            knocks: Arc::default(),
            usual_port: None,
            acceptor: TlsAcceptor::from(config),
            flaw,
            handshakes: JoinSet::new(),
        }
    }

    /// How many connections have come, whatever became of their handshakes; it goes on counting.
    pub fn knocks(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.knocks)
    }

    /// The same, beside another one at the usual port.
    pub(in crate::http) fn beside(self, usual_port: u16) -> Self {
        Self { usual_port: Some(usual_port), ..self }
    }

    /// Answers until the listener fails or this is dropped, and knows of each request which certificate its client showed.
    ///
    /// # Errors
    ///
    /// When the listener fails.
    pub async fn serve(self, router: Router) -> io::Result<()> {
        axum::serve(self, router.into_make_service_with_connect_info::<Connection>()).await
    }

    const fn entrance(&self) -> Entrance {
        Entrance { usual_port: self.usual_port }
    }
}

impl fmt::Debug for TlsListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsListener").field("tcp", &self.tcp).finish_non_exhaustive()
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Entrance;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                (stream, peer) = Listener::accept(&mut self.tcp), if self.handshakes.len() < MOST_HANDSHAKES => {
                    self.knocks.fetch_add(1, Ordering::SeqCst);
                    self.handshakes.spawn(shake_hands(self.acceptor.clone(), self.flaw, stream, peer));
                }
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(stream)) = done {
                        return (stream, self.entrance());
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Entrance> {
        self.tcp.local_addr().map(|_| self.entrance())
    }
}

async fn shake_hands(
    acceptor: TlsAcceptor,
    flaw: Option<TlsFlaw>,
    stream: TcpStream,
    peer: SocketAddr,
) -> Shaken {
    match timeout(PATIENCE, handshake(acceptor, stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(cause)) => {
            tracing::warn!(%peer, "no TLS connection: {cause}{}", advice(&cause, flaw));
            None
        }
        Err(_) => None,
    }
}

async fn handshake(acceptor: TlsAcceptor, mut stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
    // an answer is written in several records, which Nagle's algorithm would hold back
    stream.set_nodelay(true)?;
    let mut first = [HANDSHAKE];
    if stream.peek(&mut first).await? == 0 {
        return Ok(None);
    }
    if first == [HANDSHAKE] {
        return acceptor.accept(stream).await.map(Some);
    }
    // what was sent is read, or closing the connection would take the answer along
    let _ = stream.read(&mut [0; 4096]).await?;
    stream.write_all(PLAIN.as_bytes()).await?;
    stream.shutdown().await?;
    Ok(None)
}

/// What is wrong most of the time when a client breaks off; or that it is right, if the certificate is not.
fn advice(cause: &io::Error, flaw: Option<TlsFlaw>) -> String {
    let cause = cause.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let Some(Error::AlertReceived(alert)) = cause else { return String::new() };
    let distrusts = matches!(
        alert,
        AlertDescription::UnknownCA | AlertDescription::BadCertificate | AlertDescription::CertificateUnknown
    );
    match flaw {
        Some(flaw) if distrusts || matches!(alert, AlertDescription::CertificateExpired) => {
            format!("; the client refuses the certificate, which is {} on purpose", flaw.name())
        }
        None if distrusts => {
            "; the client does not trust the certificate: --tls-ca-out writes the CA to trust".to_owned()
        }
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TRUST: &str = "; the client does not trust the certificate: --tls-ca-out writes the CA to trust";
    const SELF_SIGNED: &str = "; the client refuses the certificate, which is self-signed on purpose";
    const EXPIRED: &str = "; the client refuses the certificate, which is expired on purpose";

    #[rstest]
    #[case::distrust(AlertDescription::UnknownCA, None, TRUST)]
    #[case::of_nobodys(AlertDescription::UnknownCA, Some(TlsFlaw::SelfSigned), SELF_SIGNED)]
    #[case::in_other_words(AlertDescription::BadCertificate, Some(TlsFlaw::SelfSigned), SELF_SIGNED)]
    #[case::past(AlertDescription::CertificateExpired, Some(TlsFlaw::Expired), EXPIRED)]
    #[case::a_late_clock(AlertDescription::CertificateExpired, None, "")]
    #[case::about_something_else(AlertDescription::HandshakeFailure, Some(TlsFlaw::Expired), "")]
    fn whoever_refuses_a_certificate_is_wrong_only_if_it_is_good(
        #[case] alert: AlertDescription,
        #[case] flaw: Option<TlsFlaw>,
        #[case] expected: &str,
    ) {
        let cause = io::Error::new(io::ErrorKind::InvalidData, Error::AlertReceived(alert));
        assert_eq!(advice(&cause, flaw), expected);
    }
}
