//! One entry being run: its provider, its client, its browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use harness::transport::Transport;
use harness::user_agent::Browser;
use mock_idp::provider::ports::Clock as _;
use serde_json::Value;

use super::client::Client;
use super::op::Op;
use super::request::Request;
use super::site::{HOST, Site};
use super::{Answer, metadata};
use crate::op::plans::{Entry, Mode};

/// Everything that a module needs.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) entry: Entry,
    pub(crate) op: Arc<Op>,
    pub(crate) site: Site,
    pub(crate) browser: Browser,
    pub(crate) metadata: Value,
    pub(crate) jwks: Value,
    pub(crate) clients: Vec<Client>,
    transport: Transport,
    counter: AtomicU32,
}

impl Run {
    /// Reads what the provider says of itself, as every module does first.
    pub(crate) async fn begin(op: Arc<Op>, entry: Entry) -> Self {
        let site = Site::default();
        let transport = op.transport.clone();
        transport.serve(HOST, site.router());
        let clock = op.clock.clone();
        let browser = Browser::new(&transport, Arc::new(move || clock.now().as_secs()));
        let mut run = Self {
            entry,
            op,
            site,
            browser,
            metadata: Value::Null,
            jwks: Value::Null,
            clients: Vec::new(),
            transport,
            counter: AtomicU32::new(1),
        };
        run.metadata = metadata::fetched(&run).await;
        run.jwks = metadata::fetched_keys(&run).await;
        run
    }

    /// Deletes the clients. "The server responds with an HTTP 204 No Content" (RFC7592-2.3).
    pub(crate) async fn end(self) {
        for client in &self.clients {
            let answer = self.configuration(client, "DELETE").await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        }
    }

    /// An endpoint, as the metadata names it.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        self.metadata[name].as_str().unwrap_or_else(|| panic!("there is no `{name}`")).to_owned()
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.send("GET", address, &[], "").await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let request = http::Request::builder().method(method).uri(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(body.as_bytes().to_vec()).expect("the request can be sent");
        Answer::read(self.transport.send(request).await.expect("the provider answers"))
    }

    /// A value that was not there before.
    pub(crate) fn fresh(&self, name: &str) -> String {
        format!(
            "{name}-{}-{}",
            self.entry.response_type.as_str().len(),
            self.counter.fetch_add(1, Ordering::Relaxed)
        )
    }

    /// The plainest request of a client. A nonce is always sent, whether it is needed or not.
    pub(crate) fn request(&self, client: &Client) -> Request {
        let request = Request::to(&self.endpoint("authorization_endpoint"))
            .with("client_id", &client.id)
            .with("response_type", self.entry.response_type.as_str())
            .with("redirect_uri", &client.redirect_uri)
            .with("scope", "openid")
            .with("state", &self.fresh("state"))
            .with("nonce", &self.fresh("nonce"));
        match self.entry.mode {
            Mode::FormPost => request.with("response_mode", Mode::FormPost.as_str()),
            // the usual one of the response type
            Mode::Query | Mode::Fragment => request,
        }
    }
}
