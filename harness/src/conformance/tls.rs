//! A provider with TLS, for the cases that are about its certificate.
//!
//! Only the relying party comes in by this door: browsers, and whoever carries the provider's own calls, reach the provider
//! in process. So a bad certificate stands between relying party and provider, and stops nobody else.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use mock_idp::{Tls, TlsFlaw, TlsListener};
use tokio::task::JoinHandle;

use super::case::Capability;
use super::stage::Holding;
use super::trouble::Trouble;

/// Before the name of a flaw where a row names its faults: `tls: expired`.
const PREFIX: &str = "tls: ";

/// The flaw that a text of a row names, if it is about certificates at all.
pub fn flaw(text: &str) -> Option<Result<TlsFlaw, Trouble>> {
    let name = text.strip_prefix(PREFIX)?;
    Some(name.parse().map_err(|error| Trouble(format!("`{name}` is no flaw of a certificate: {error}"))))
}

/// Who came in by the door, and what they saw.
#[derive(Clone, Debug, Default)]
pub struct Doorkeeper {
    flaw: Option<TlsFlaw>,
    knocks: Arc<AtomicUsize>,
}

impl Doorkeeper {
    /// The fault that somebody came to see, as rows have it.
    pub fn fired(&self) -> Option<String> {
        let flaw = self.flaw.filter(|_| self.knocks.load(Ordering::SeqCst) > 0)?;
        Some(format!("{PREFIX}{}", flaw.name()))
    }
}

/// The door, still closed.
pub(super) struct Door {
    /// Scheme, host and port.
    pub(super) url: String,
    /// Host and port.
    pub(super) authority: String,
    /// The certificate authority to trust, as PEM.
    pub(super) ca: String,
    /// The port at which clients are asked for certificates, if there is one.
    pub(super) certificate_port: Option<u16>,
    /// Who comes.
    pub(super) keeper: Doorkeeper,
    listeners: Vec<TlsListener>,
}

impl fmt::Debug for Door {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Door").field("url", &self.url).field("keeper", &self.keeper).finish_non_exhaustive()
    }
}

/// The door is open until this is dropped.
#[derive(Debug)]
pub(super) struct Opened(Vec<JoinHandle<()>>);

impl Holding for Opened {}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Door {
    /// A door on any port of the loopback interface, with a certificate that is good or has this flaw.
    ///
    /// # Errors
    ///
    /// When there is no port, or no certificate can be made.
    pub(super) fn new(flaw: Option<TlsFlaw>) -> Result<Self, Trouble> {
        let tls = flaw.map_or_else(Tls::self_signed, |flaw| Tls::self_signed().flawed(flaw));
        let (tcp, at) = socket()?;
        let (listener, ca) = tls.listen(tcp).map_err(Trouble::because)?;
        let keeper = Doorkeeper { flaw, knocks: listener.knocks() };
        Ok(Self { keeper, listeners: vec![listener], ..Self::at(at, ca)? })
    }

    /// A door with another one beside it, at which clients are asked for certificates (RFC8705-5).
    ///
    /// # Errors
    ///
    /// When there is no port, or no certificate can be made.
    pub(super) fn asking_for_certificates() -> Result<Self, Trouble> {
        let ((usual, at), (asking, beside)) = (socket()?, socket()?);
        let (listeners, ca) = Tls::self_signed().listen_twice(usual, asking).map_err(Trouble::because)?;
        Ok(Self { certificate_port: Some(beside.port()), listeners: listeners.into(), ..Self::at(at, ca)? })
    }

    /// The door that a case needs, if it needs any.
    ///
    /// # Errors
    ///
    /// When there is no port, or no certificate can be made.
    pub(super) fn needed(needs: &[Capability], flaw: Option<TlsFlaw>) -> Result<Option<Self>, Trouble> {
        if needs.iter().any(|need| need.is_by_certificate()) {
            return Self::asking_for_certificates().map(Some);
        }
        needs.contains(&Capability::Tls).then(|| Self::new(flaw)).transpose()
    }

    fn at(address: SocketAddr, ca: Option<String>) -> Result<Self, Trouble> {
        Ok(Self {
            url: format!("https://{address}"),
            authority: address.to_string(),
            ca: ca.ok_or_else(|| Trouble("nobody vouches for the certificate".to_owned()))?,
            certificate_port: None,
            keeper: Doorkeeper::default(),
            listeners: Vec::new(),
        })
    }

    /// Lets people in to this.
    pub(super) fn open(self, router: &Router) -> Opened {
        let open = |listener: TlsListener| {
            let router = router.clone();
            tokio::spawn(async move {
                // It ends with the case; until then a failing listener shows as a request without an answer.
                let _ = listener.serve(router).await;
            })
        };
        Opened(self.listeners.into_iter().map(open).collect())
    }
}

/// A socket on any port of the loopback interface, and where it is.
fn socket() -> Result<(tokio::net::TcpListener, SocketAddr), Trouble> {
    let cannot = |cause: io::Error| Trouble(format!("cannot listen with TLS: {cause}"));
    let tcp = TcpListener::bind("127.0.0.1:0").map_err(cannot)?;
    tcp.set_nonblocking(true).map_err(cannot)?;
    let at = tcp.local_addr().map_err(cannot)?;
    Ok((tokio::net::TcpListener::from_std(tcp).map_err(cannot)?, at))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Door, TlsFlaw, flaw};
    use crate::transport::Transport;

    async fn call(transport: &Transport, url: &str) -> Result<u16, String> {
        let request = http::Request::get(url).body(Vec::new()).unwrap();
        let answer = transport.send(request).await.map_err(|error| error.to_string())?;
        Ok(answer.status().as_u16())
    }

    #[rstest]
    #[case::good(None, Ok(404))]
    #[case::expired(Some(TlsFlaw::Expired), Err("certificate expired"))]
    #[case::unknown_authority(Some(TlsFlaw::UnknownAuthority), Err("UnknownIssuer"))]
    #[tokio::test]
    async fn a_caller_sees_the_certificate_and_is_noticed(
        #[case] flaw: Option<TlsFlaw>,
        #[case] expected: Result<u16, &str>,
    ) {
        let door = Door::new(flaw).unwrap();
        let (url, keeper) = (door.url.clone(), door.keeper.clone());
        let trusting = Transport::tcp_trusting(&door.ca).unwrap();
        assert_eq!(keeper.fired(), None, "nobody has come");
        let _open = door.open(&axum::Router::new());
        match (call(&trusting, &url).await, expected) {
            (Ok(status), Ok(expected)) => assert_eq!(status, expected),
            (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
        assert_eq!(keeper.fired().is_some(), flaw.is_some());
        assert_eq!(call(&trusting.trusting_anybody().unwrap(), &url).await, Ok(404));
    }

    #[test]
    fn a_text_of_a_row_names_a_flaw() {
        assert!(matches!(flaw("tls: expired"), Some(Ok(TlsFlaw::Expired))));
        assert_eq!(
            flaw("tls: expird").unwrap().unwrap_err().to_string(),
            "`expird` is no flaw of a certificate: there are `expired`, `not-yet-valid`, `wrong-name`, `self-signed`, \
             `unknown-authority`"
        );
        assert!(flaw("id_token.iss=wrong").is_none());
    }
}
