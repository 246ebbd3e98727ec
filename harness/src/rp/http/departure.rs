//! Sending the browser to the provider: sign-ins and renewals in the background.

use axum::response::Response;
use http::StatusCode;

use super::LOGIN_PATH;
use super::answers::{html, redirect, refusal, with_cookie};
use super::cookies::{browser_cookie, set_browser};
use super::request::Inbound;
use crate::decision::{Profile, ProviderProfile, Renewal};
use crate::rp::authentication_request::{Begin, Overrides, Purpose};
use crate::rp::ports::random_text;
use crate::rp::state::Session;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    pub(super) async fn start(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let overrides = Overrides::read(&inbound.query);
        let asked = |name: &str| inbound.query.iter().any(|(key, _)| key == name);
        let explicit = inbound.path == LOGIN_PATH
            || profile.services.starts_anew
            || profile.paths.callback.contains(&inbound.path)
            || asked("provider")
            || overrides != Overrides::default();
        if !explicit && self.current(profile, inbound).is_some() {
            // CB-R1, BP-R3: only a visitor who is not signed in is sent away.
            return self.home(profile, inbound).await;
        }
        let start = inbound.start();
        let index = match self.product().admit(&start) {
            Ok(index) => index,
            Err(envelope) => {
                self.record_refused_start(start, (*envelope).clone());
                return refusal(profile, &envelope, StatusCode::BAD_REQUEST);
            }
        };
        let Some(provider) = profile.providers.get(index) else {
            return html(StatusCode::INTERNAL_SERVER_ERROR, pages::notice(profile, "no such provider"));
        };
        let begin = Begin {
            provider: index,
            browser: self.browser(profile, inbound),
            start,
            purpose: Purpose::SignIn,
            overrides,
            id_token_hint: None,
        };
        self.send_away(profile, provider, begin).await
    }

    pub(super) async fn begin_renewal(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let Some(session) = self.current(profile, inbound).filter(|_| profile.renewal == Renewal::Silent)
        else {
            let text = "there is nothing to renew";
            return html(StatusCode::CONFLICT, pages::notice(profile, text));
        };
        let purpose = Purpose::Renewal(session.id.clone());
        self.ask_again(profile, inbound, session, purpose).await
    }

    /// Asks the provider about somebody who is signed in, without a page there.
    pub(super) async fn ask_again(
        &self,
        profile: &Profile,
        inbound: &Inbound,
        session: Session,
        purpose: Purpose,
    ) -> Response {
        let Some(provider) = profile.providers.get(session.provider) else {
            return html(StatusCode::INTERNAL_SERVER_ERROR, pages::notice(profile, "no such provider"));
        };
        let overrides = Overrides { prompt: Some("none".to_owned()), ..Overrides::default() };
        let begin = Begin {
            provider: session.provider,
            browser: self.browser(profile, inbound),
            start: session.start,
            purpose,
            overrides,
            id_token_hint: session.id_token,
        };
        self.send_away(profile, provider, begin).await
    }

    pub(super) async fn send_away(
        &self,
        profile: &Profile,
        provider: &ProviderProfile,
        begin: Begin,
    ) -> Response {
        let cookie = set_browser(profile, provider, &begin.browser);
        let start = begin.start.clone();
        match self.begin(begin).await {
            Ok(url) => with_cookie(redirect(StatusCode::FOUND, url.as_str()), &cookie),
            Err(rejection) => {
                let envelope = self.reject(start, provider, &rejection);
                refusal(profile, &envelope, StatusCode::BAD_GATEWAY)
            }
        }
    }

    /// The browser's mark: the one it brought, or a new one.
    pub(super) fn browser(&self, profile: &Profile, inbound: &Inbound) -> String {
        let brought = inbound.cookies.get(&browser_cookie(profile)).filter(|mark| mark.len() == 43);
        brought.cloned().unwrap_or_else(|| random_text(self.entropy()))
    }
}
