//! The provider under test: served over TLS, with a clock that the test moves.

use std::sync::Arc;

use harness::transport::Transport;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use mock_idp::{MockIdp, Tls};
use serde_json::json;

use super::client::STATIC_CLIENTS;
use super::site::Site;

/// The person who signs in, as the login page calls them.
pub(crate) const USER: &str = "ada";

/// 2031-03-04T04:00:00Z
const START: i64 = 1_930_377_600;

/// A provider, its clock, and the way there.
#[derive(Debug)]
pub(crate) struct Op {
    pub(super) transport: Transport,
    pub(crate) idp: MockIdp,
    pub(crate) clock: VirtualClock,
    pub(crate) issuer: String,
}

impl Op {
    pub(crate) async fn start() -> Self {
        let clock = VirtualClock::at(Timestamp(START));
        let builder =
            MockIdp::builder().config(config()).clock(Arc::new(clock.clone())).tls(Tls::self_signed());
        let idp = builder.start().await.expect("the provider starts");
        let issuer = idp.default_issuer();
        let ca = idp.ca_certificate().expect("the provider signs its own certificate");
        let transport = Transport::tcp_trusting(ca).expect("there is an HTTP client");
        Self { transport, idp, clock, issuer }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_secs()
    }
}

fn config() -> IdpConfig {
    let clients: serde_json::Map<_, _> = STATIC_CLIENTS
        .into_iter()
        .map(|(id, secret)| {
            let client = json!({ "secret": secret, "redirect_uris": [Site::address("/callback")] });
            (id.to_owned(), client)
        })
        .collect();
    // nobody signed the certificate of the client's site, as it is with the suite's own
    let outgoing = json!({ "insecure_skip_certificate_check": true });
    let config =
        json!({ "issuer": "/op", "persona": "strict", "seed": 7, "clients": clients, "outgoing": outgoing });
    serde_json::from_value(config).expect("the configuration is understood")
}
