//! Signing out: a person here, the provider through a frame.

use axum::response::Response;
use http::header::X_FRAME_OPTIONS;
use http::{HeaderValue, StatusCode};

use super::answers::{html, redirect, with_cookie};
use super::cookies::unset_session;
use super::request::Inbound;
use crate::decision::{Paths, Profile};
use crate::rp::logout::Called;
use crate::rp::weakness::Weakness;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    pub(super) async fn logout(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let next = match self.current(profile, inbound) {
            Some(session) => {
                let next = self.end_session_url(&session).await;
                self.sign_out(session);
                next
            }
            None => None,
        };
        let response = match next {
            Some(url) => redirect(StatusCode::FOUND, url.as_str()),
            None => html(StatusCode::OK, pages::notice(profile, "signed out")),
        };
        with_cookie(response, &unset_session(profile))
    }

    /// Where one path serves both ways of signing out, a person comes without `iss` and `sid`, and with a session.
    pub(super) fn is_persons_logout(&self, paths: &Paths, inbound: &Inbound) -> bool {
        paths.frontchannel_logout.as_deref() == Some(paths.logout.as_str())
            && matches!(called(inbound), Called::Bare)
            && self.current(&self.profile(), inbound).is_some()
    }

    pub(super) fn frontchannel_logout(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let called = called(inbound);
        let names_nothing = matches!(called, Called::Bare) && profile.services.frontchannel_names_session;
        let unnamed = matches!(called, Called::Half) || names_nothing;
        if unnamed && !self.skips(Weakness::SkipsFrontChannelNames) {
            let text = if names_nothing {
                "`iss` and `sid` have to name a session"
            } else {
                "`iss` and `sid` come together or not at all"
            };
            return html(StatusCode::BAD_REQUEST, pages::notice(profile, text));
        }
        let own = self.current(profile, inbound);
        self.sign_out_from_provider(&called, own.as_ref());
        let mut response = html(StatusCode::OK, pages::notice(profile, "signed out"));
        if self.skips(Weakness::RefusesFrames) {
            response.headers_mut().insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        match self.current(profile, inbound) {
            Some(_) => response,
            None => with_cookie(response, &unset_session(profile)),
        }
    }
}

fn called(inbound: &Inbound) -> Called<'_> {
    let of = |name: &str| inbound.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (of("iss"), of("sid")) {
        (Some(issuer), Some(sid)) => Called::By { issuer, sid },
        (None, None) => Called::Bare,
        (Some(_), None) | (None, Some(_)) => Called::Half,
    }
}
