//! Taking the browser back from the provider.

use axum::response::Response;
use http::StatusCode;

use super::answers::{html, redirect, redirect_target, refusal, with_cookie};
use super::cookies::{browser_cookie, set_session, unset_session};
use super::request::Inbound;
use crate::decision::{Profile, ProviderProfile, ResponseMode};
use crate::rp::authentication_request::Transaction;
use crate::rp::authentication_response::AuthenticationResponse;
use crate::rp::rejection::Rejection;
use crate::rp::sessions::Ending;
use crate::rp::sign_in::Exchange;
use crate::rp::weakness::Weakness;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    pub(super) async fn callback(&self, profile: &Profile, inbound: &Inbound) -> Response {
        if asks_for_fragment(profile, inbound) {
            return html(StatusCode::OK, pages::fragment(profile));
        }
        let response = inbound.response();
        match self.matching(profile, inbound, &response) {
            Ok((transaction, provider)) => {
                let earlier = self.current(profile, inbound);
                let ending = self.complete(&provider, &transaction, &response, earlier.as_ref()).await;
                self.ended(profile, inbound, ending)
            }
            Err(rejection) => {
                let Some((index, provider)) = addressed(profile, inbound) else {
                    return html(StatusCode::BAD_REQUEST, pages::error(profile, &rejection.code(), ""));
                };
                let early = self.product().departures().redeems_before_comparing_state;
                if let Some(code) = response.code.as_deref().filter(|_| early) {
                    // Whatever comes of it, the state decides.
                    let _ = Exchange::new(self, index, provider).redeem_in_vain(code).await;
                }
                let envelope = self.reject(inbound.start(), provider, &rejection);
                refusal(profile, &envelope, StatusCode::FORBIDDEN)
            }
        }
    }

    /// X-R1: the state is one of ours, unused, of this browser, and of the provider whose redirect URI was called.
    pub(super) fn matching(
        &self,
        profile: &Profile,
        inbound: &Inbound,
        response: &AuthenticationResponse,
    ) -> Result<(Transaction, ProviderProfile), Rejection> {
        let browser = inbound.cookies.get(&browser_cookie(profile));
        let transaction = if self.skips(Weakness::SkipsState) {
            browser.and_then(|browser| self.recall_latest(browser))
        } else {
            let state = response.state.as_deref();
            self.recall(state.ok_or(Rejection::StateMismatch("the response has no `state`"))?)
        };
        let transaction =
            transaction.ok_or(Rejection::StateMismatch("no request with this `state` waits"))?;
        if browser != Some(&transaction.browser) && !self.skips(Weakness::SkipsBrowser) {
            return Err(Rejection::StateMismatch("the `state` belongs to another browser"));
        }
        match profile.providers.get(transaction.provider) {
            Some(provider) if inbound.is_for(&provider.redirect_uri) => Ok((transaction, provider.clone())),
            _ => Err(Rejection::StateMismatch("the `state` belongs to another provider")),
        }
    }

    pub(super) fn ended(&self, profile: &Profile, inbound: &Inbound, ending: Ending) -> Response {
        match ending {
            Ending::SignIn(envelope, Some(session)) => {
                let base = self.address("/");
                let target = redirect_target(&envelope).unwrap_or(&base);
                let status = if inbound.form.is_some() { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
                let cookie = set_session(profile, &session);
                with_cookie(redirect(status, target), &cookie)
            }
            Ending::SignIn(envelope, None) => {
                let response = refusal(profile, &envelope, StatusCode::FORBIDDEN);
                match self.current(profile, inbound) {
                    Some(_) => response,
                    None => with_cookie(response, &unset_session(profile)),
                }
            }
            Ending::Renewal(envelope) if envelope.signed_in() => {
                html(StatusCode::OK, pages::notice(profile, "renewed"))
            }
            Ending::Renewal(envelope) => html(StatusCode::FORBIDDEN, pages::refused(profile, &envelope)),
        }
    }
}

/// Whether a provider of ours sends its responses in the fragment, and this may be one: a request without any parameters,
/// of a browser that keeps the fragment to itself.
fn asks_for_fragment(profile: &Profile, inbound: &Inbound) -> bool {
    let bare = inbound.form.is_none() && inbound.query.is_empty();
    let fragments = |provider: &ProviderProfile| provider.accepted_modes.contains(&ResponseMode::Fragment);
    bare && addressed(profile, inbound).is_some_and(|(_, provider)| fragments(provider))
}

/// The provider whose redirect URI was called; the first one if none fits.
fn addressed<'p>(profile: &'p Profile, inbound: &Inbound) -> Option<(usize, &'p ProviderProfile)> {
    let mut providers = profile.providers.iter().enumerate();
    let called = providers.find(|(_, it)| inbound.is_for(&it.redirect_uri));
    called.or_else(|| Some((0, profile.providers.first()?)))
}
