//! A relying party without a product: who signs in is who the ID token says, and nothing else is decided.
//!
//! What is special about it is data in its profile. The protocol is the same code that the products stand on, so what is
//! proved with it is proved of them.

mod product;
mod setup;

use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::ports::Entropy;
use super::state::Inner;
use super::weakness::LeftOut;
use super::{RelyingParty, Shared};
use crate::transport::{Clock, Transport};
use product::Plain;

pub use setup::PlainSetup;

impl RelyingParty {
    /// A relying party without product rules.
    ///
    /// It starts a sign-in at `/login` (`?provider=` an issuer, if it knows several), takes responses at `/callback` and
    /// says at `/me` who is signed in: `signed_in`, `issuer`, `sub`, `sid`, the `claims` of the ID token and those of
    /// `userinfo`. `/refresh` renews the session with its refresh token, `/logout` ends it here and at the provider.
    /// Others begin a sign-in at `/initiate`, and end sessions at `/backchannel_logout` and `/frontchannel_logout`. If it is to,
    /// its page watches the session at the provider, by the frame at `/check_session`.
    pub fn plain(
        setup: &PlainSetup,
        transport: &Transport,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let product = Arc::new(Plain::new(setup));
        let inner = Mutex::new(Inner::new(product, Value::Null));
        let transport = transport.called_by("rp");
        Self { shared: Arc::new(Shared { transport, clock, entropy, inner }), left_out: LeftOut::default() }
    }
}
