//! The frame that watches the session at the provider (OpenID Connect Session Management 1.0, 3.1).

use axum::response::Response;
use http::StatusCode;

use super::answers::html;
use super::request::Inbound;
use crate::decision::Profile;
use crate::rp::authentication_request::Purpose;
use crate::rp::session_check::CHANGED;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    /// The frame. It comes back when it has heard that something has changed, and "SHOULD first try a `prompt=none` request
    /// within an iframe to obtain a new ID Token and session state, sending the old ID Token as the `id_token_hint`"
    /// (OIDCSM-3.1).
    pub(super) async fn check_session(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let Some(session) = self.current(profile, inbound) else {
            return html(StatusCode::OK, pages::notice(profile, "nobody is signed in"));
        };
        if inbound.query.iter().any(|(name, _)| name == CHANGED) {
            let purpose = Purpose::Check(session.id.clone());
            return self.ask_again(profile, inbound, session, purpose).await;
        }
        let page = match self.watch(&session).await {
            Some(watch) => pages::frame(profile, &watch.script(&self.watching_script())),
            None => pages::notice(profile, "nothing is known of the session at the provider"),
        };
        html(StatusCode::OK, page)
    }
}
