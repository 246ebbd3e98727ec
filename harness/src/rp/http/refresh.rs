//! Renewing the session at hand with its refresh token.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::answers::json_answer;
use super::request::Inbound;
use crate::decision::Profile;
use crate::rp::RelyingParty;

impl RelyingParty {
    pub(super) async fn refresh_current(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let Some(session) = self.current(profile, inbound) else {
            return json_answer(StatusCode::UNAUTHORIZED, &json!({ "signed_in": false }));
        };
        match self.refresh(&session.id).await {
            Ok(envelope) if envelope.signed_in() => self.who_am_i(profile, inbound),
            Ok(envelope) => {
                let body =
                    json!({ "refreshed": false, "reason": envelope.reason, "rejection": envelope.rejection });
                json_answer(StatusCode::FORBIDDEN, &body)
            }
            Err(none) => {
                json_answer(StatusCode::CONFLICT, &json!({ "refreshed": false, "reason": none.to_string() }))
            }
        }
    }
}
