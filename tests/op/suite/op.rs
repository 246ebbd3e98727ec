//! The provider under test: served on a socket, with a clock that the test moves.

use std::sync::Arc;

use mock_idp::MockIdp;
use mock_idp::config::IdpConfig;
use mock_idp::protocol::Timestamp;
use mock_idp::provider::ports::{Clock as _, VirtualClock};
use serde_json::json;

use super::client::STATIC_CLIENTS;
use super::site::Site;

/// The person who signs in, as the login page calls them.
pub(crate) const USER: &str = "ada";

/// 2031-03-04T04:00:00Z
const START: i64 = 1_930_377_600;

/// A provider and its clock.
#[derive(Debug)]
pub(crate) struct Op {
    pub(crate) idp: MockIdp,
    pub(crate) clock: VirtualClock,
    pub(crate) issuer: String,
}

impl Op {
    pub(crate) async fn start() -> Self {
        let clock = VirtualClock::at(Timestamp(START));
        let builder = MockIdp::builder().config(config()).clock(Arc::new(clock.clone()));
        let idp = builder.start().await.expect("the provider starts");
        let issuer = idp.default_issuer();
        Self { idp, clock, issuer }
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
    let config = json!({ "issuer": "/op", "persona": "strict", "seed": 7, "clients": clients });
    serde_json::from_value(config).expect("the configuration is understood")
}
