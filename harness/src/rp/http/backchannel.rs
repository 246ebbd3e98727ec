//! Logout tokens, as the provider posts them (OIDCBC-2.5, OIDCBC-2.8).

use axum::response::Response;
use http::header::{ALLOW, CACHE_CONTROL};
use http::{HeaderValue, StatusCode};
use serde_json::json;

use super::answers::{answer, json_answer};
use super::request::Inbound;
use crate::rp::RelyingParty;
use crate::rp::weakness::Weakness;

impl RelyingParty {
    pub(super) async fn backchannel_logout(&self, inbound: &Inbound) -> Response {
        if self.skips(Weakness::IgnoresLogout) {
            return answer(StatusCode::OK, "text/plain", String::new());
        }
        let any_way = self.skips(Weakness::TakesLogoutAnyWay);
        if inbound.form.is_none() && !any_way {
            let mut response = answer(StatusCode::METHOD_NOT_ALLOWED, "text/plain", String::new());
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            return response;
        }
        let elsewhere: &[(String, String)] = if any_way { &inbound.query } else { &[] };
        let sent = inbound.parameters().iter().chain(elsewhere);
        let tokens = sent.filter(|(name, value)| name == "logout_token" && !value.is_empty());
        let tokens: Vec<&str> = tokens.map(|(_, value)| value.as_str()).collect();
        let result = match tokens.as_slice() {
            [token] if inbound.says_form || any_way => self.take_logout_token(token).await,
            [token, ..] if any_way => self.take_logout_token(token).await,
            [] if self.skips(Weakness::EndsWithoutToken) => {
                let all = self.sessions();
                let ended = all.len();
                for session in all {
                    self.sign_out(session);
                }
                Ok(ended)
            }
            _ => return refused("one `logout_token` in a form is due"),
        };
        // OIDCBC-2.8: "If the logout request was invalid, the RP MUST respond with HTTP 400 Bad Request."
        let response = match result {
            Ok(_) => answer(StatusCode::OK, "text/plain", String::new()),
            Err(rejection) => refused(&rejection.to_string()),
        };
        if self.skips(Weakness::LetsLogoutBeCached) { cacheable(response) } else { response }
    }
}

/// "The RP's response SHOULD include the Cache-Control HTTP response header field with a no-store value": every answer has it.
fn refused(why: &str) -> Response {
    json_answer(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_request", "error_description": why }))
}

fn cacheable(mut response: Response) -> Response {
    response.headers_mut().remove(CACHE_CONTROL);
    response
}
