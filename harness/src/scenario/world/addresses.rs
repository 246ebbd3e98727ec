//! Where provider and product are: under virtual names in process, or on ports of the loopback interface.

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;

use super::Trouble;
use crate::scenario::load::{Case, IDP_BASE};
use crate::transport::Transport;

/// Where provider and product are.
pub(in crate::scenario) struct Addresses {
    /// The provider's base URL.
    pub(in crate::scenario) idp: String,
    /// What the product would be called in process.
    product_name: String,
    sockets: Option<Sockets>,
}

/// Two ports; what is served on them ends with the case.
struct Sockets {
    product: String,
    listeners: std::sync::Mutex<Option<(TcpListener, TcpListener)>>,
    servers: std::sync::Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

impl Drop for Sockets {
    fn drop(&mut self) {
        let servers = self.servers.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        servers.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Addresses {
    /// Virtual names.
    pub(in crate::scenario) fn in_process(case: &Case) -> Result<Self, Trouble> {
        let (kind, setup) = super::setup(&case.file, None)?;
        let product = super::configured(kind, &setup)?;
        let product_name = product.profile().base_url.clone();
        Ok(Self { idp: IDP_BASE.to_owned(), product_name, sockets: None })
    }

    /// Free ports of the loopback interface.
    pub(in crate::scenario) async fn on_sockets(case: &Case) -> Result<Self, Trouble> {
        let named = Self::in_process(case)?;
        let idp = TcpListener::bind("127.0.0.1:0").await.map_err(Trouble::because)?;
        let product = TcpListener::bind("127.0.0.1:0").await.map_err(Trouble::because)?;
        let url = |listener: &TcpListener| {
            listener.local_addr().map(|address| format!("http://{address}")).map_err(Trouble::because)
        };
        let (idp_url, product_url) = (url(&idp)?, url(&product)?);
        let sockets = Sockets {
            product: product_url,
            listeners: std::sync::Mutex::new(Some((idp, product))),
            servers: std::sync::Mutex::default(),
        };
        Ok(Self { idp: idp_url, sockets: Some(sockets), ..named })
    }

    /// Where the product is, if not where it usually is.
    pub(super) fn base_url(&self) -> Option<String> {
        self.sockets.as_ref().map(|sockets| sockets.product.clone())
    }

    pub(super) fn transport(&self) -> Result<Transport, Trouble> {
        match &self.sockets {
            Some(_) => Transport::tcp().map_err(Trouble::because),
            None => Ok(Transport::in_process()),
        }
    }

    /// Serves both.
    pub(super) fn serve(
        &self,
        transport: &Transport,
        idp: Router,
        product: Router,
        product_authority: &str,
    ) -> Result<(), Trouble> {
        let Some(sockets) = &self.sockets else {
            let authority = IDP_BASE.trim_start_matches("https://");
            transport.serve(authority, idp);
            transport.serve(product_authority, product);
            return Ok(());
        };
        let lock = |_| Trouble("the listeners are in use".to_owned());
        let Some((idp_listener, product_listener)) = sockets.listeners.lock().map_err(lock)?.take() else {
            return Ok(());
        };
        let mut servers = sockets.servers.lock().map_err(|_| Trouble("the servers are in use".to_owned()))?;
        for (listener, router) in [(idp_listener, idp), (product_listener, product)] {
            servers.push(tokio::spawn(async move {
                // It ends with the case; until then a failing listener shows as a request without an answer.
                let _ = axum::serve(listener, router).await;
            }));
        }
        Ok(())
    }

    /// The case with addresses for names.
    pub(in crate::scenario) fn case(&self, case: &Case) -> Result<Case, Trouble> {
        let Some(sockets) = &self.sockets else { return Ok(case.clone()) };
        let moved = |text: &str| {
            Some(text.replace(IDP_BASE, &self.idp).replace(&self.product_name, &sockets.product))
        };
        case.with_texts(&moved).map_err(|mistakes| {
            Trouble(mistakes.into_iter().map(|mistake| mistake.title).collect::<Vec<_>>().join("; "))
        })
    }

    /// A value with names for addresses, so that an outcome is the same wherever it came about.
    pub(in crate::scenario) fn named(&self, value: &mut Value) {
        let Some(sockets) = &self.sockets else { return };
        match value {
            Value::String(text) => {
                *text = text.replace(&self.idp, IDP_BASE).replace(&sockets.product, &self.product_name);
            }
            Value::Array(entries) => entries.iter_mut().for_each(|entry| self.named(entry)),
            Value::Object(members) => members.values_mut().for_each(|member| self.named(member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
