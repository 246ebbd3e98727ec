//! The sockets at which a stranger finds our sites.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::conformance::sites::Addresses;
use crate::conformance::stage::Holding;
use crate::conformance::trouble::Trouble;

/// Whatever is served at an address just now: so one issuer can be a new provider for each case.
type Slot = Arc<RwLock<Option<Router>>>;

/// Two addresses: the provider's and the trap's.
#[derive(Debug)]
pub(super) struct Listeners {
    addresses: Addresses,
    slots: [Slot; 2],
    servers: [JoinHandle<()>; 2],
}

impl Drop for Listeners {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

/// Something is served at both addresses, until this is dropped.
#[derive(Debug)]
pub(super) struct Serving(Arc<Listeners>);

impl Holding for Serving {}

impl Drop for Serving {
    fn drop(&mut self) {
        for slot in &self.0.slots {
            *slot.write().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl Listeners {
    /// Listens: for the provider at this address, for the trap on any port of the loopback interface. The servers run on
    /// this runtime.
    pub(super) fn bind(provider: SocketAddr, on: &Handle) -> Result<Arc<Self>, Trouble> {
        let slots: [Slot; 2] = Default::default();
        let [first, second] = &slots;
        let (provider, one) = serve(provider, first, on)?;
        let (trap, two) = serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), second, on)?;
        Ok(Arc::new(Self {
            addresses: Addresses { provider, trap, certificate_port: None },
            slots,
            servers: [one, two],
        }))
    }

    pub(super) fn addresses(&self) -> Addresses {
        self.addresses.clone()
    }

    /// Serves these, the provider and the trap, until the answer is dropped.
    pub(super) fn serving(self: &Arc<Self>, routers: [Router; 2]) -> Serving {
        for (slot, router) in self.slots.iter().zip(routers) {
            *slot.write().unwrap_or_else(PoisonError::into_inner) = Some(router);
        }
        Serving(Arc::clone(self))
    }
}

fn serve(address: SocketAddr, slot: &Slot, on: &Handle) -> Result<(String, JoinHandle<()>), Trouble> {
    let cannot = |cause| Trouble(format!("cannot listen on `{address}`: {cause}"));
    let listener = TcpListener::bind(address).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    let entered = on.enter();
    let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot)?;
    drop(entered);
    let router = Router::new().fallback(whatever_is_there).with_state(Arc::clone(slot));
    let server = on.spawn(async move {
        // It ends with the run; until then a failing listener shows as a request without an answer.
        let _ = axum::serve(listener, router).await;
    });
    Ok((format!("http://{bound}"), server))
}

async fn whatever_is_there(State(slot): State<Slot>, request: Request) -> Response {
    let router = slot.read().unwrap_or_else(PoisonError::into_inner).clone();
    match router {
        Some(router) => match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
