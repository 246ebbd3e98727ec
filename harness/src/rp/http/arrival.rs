//! Taking the browser back from the provider.

use axum::response::Response;
use http::StatusCode;

use super::answers::{html, redirect, redirect_target, refusal, with_cookie};
use super::cookies::{browser_cookie, session_cookie, set_session, unset_session};
use super::request::Inbound;
use crate::decision::{Profile, ProviderProfile, ResponseMode};
use crate::rp::authentication_request::Transaction;
use crate::rp::authentication_response::AuthenticationResponse;
use crate::rp::rejection::Rejection;
use crate::rp::sessions::Ending;
use crate::rp::sign_in::Exchange;
use crate::rp::state::Session;
use crate::rp::weakness::Weakness;
use crate::rp::{RelyingParty, pages};

impl RelyingParty {
    pub(super) async fn callback(&self, profile: &Profile, inbound: &Inbound) -> Response {
        if asks_for_fragment(profile, inbound) {
            return html(StatusCode::OK, pages::fragment(profile));
        }
        let response = inbound.response(&self.left_out);
        match self.matching(profile, inbound, &response) {
            Ok((transaction, provider)) => {
                let earlier = self.current(profile, inbound);
                let ending = self.complete(&provider, &transaction, &response, earlier.as_ref()).await;
                let ending = self.under_the_id_brought(profile, inbound, ending);
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
                if self.skips(Weakness::StartsAgainAfterErrors) {
                    return redirect(StatusCode::SEE_OTHER, &self.start_url(None, &[]));
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
        let made_up = || self.made_up(inbound, profile);
        let latest = browser.and_then(|browser| self.latest_state(browser));
        let latest = latest.filter(|latest| response.state.as_ref() != Some(latest));
        let whatever = [Weakness::SkipsState, Weakness::KeepsOneRequest];
        let latest = latest.filter(|_| self.left_out.has_any(&whatever));
        let transaction = match latest.as_ref().or(response.state.as_ref()) {
            Some(state) => self.recall(state).or_else(made_up),
            None => Some(made_up().ok_or(Rejection::StateMismatch("the response has no `state`"))?),
        };
        let transaction =
            transaction.ok_or(Rejection::StateMismatch("no request with this `state` waits"))?;
        let same_browser = browser.map_or("", String::as_str) == transaction.browser;
        if !same_browser && !self.skips(Weakness::SkipsBrowser) {
            return Err(Rejection::StateMismatch("the `state` belongs to another browser"));
        }
        match self.provider(transaction.provider) {
            Some(provider)
                if inbound.is_for(&provider.redirect_uri) || self.skips(Weakness::KeepsOneRequest) =>
            {
                Ok((transaction, provider))
            }
            _ => Err(Rejection::StateMismatch("the `state` belongs to another provider")),
        }
    }

    /// A request for a response that nobody asked for, if it is weak enough.
    fn made_up(&self, inbound: &Inbound, profile: &Profile) -> Option<Transaction> {
        let browser = inbound.cookies.get(&browser_cookie(profile)).cloned().unwrap_or_default();
        self.skips(Weakness::AcceptsUnsolicited).then(|| Transaction::made_up(browser))
    }

    /// The same session under the identifier that the browser had before, if it is weak enough.
    fn under_the_id_brought(&self, profile: &Profile, inbound: &Inbound, ending: Ending) -> Ending {
        let names = [session_cookie(profile), browser_cookie(profile)];
        match (ending, names.iter().find_map(|name| inbound.cookies.get(name))) {
            (Ending::SignIn(envelope, Some(session)), Some(brought))
                if self.skips(Weakness::KeepsSessionId) =>
            {
                self.end(&session.id);
                let session = Session { id: brought.clone(), ..*session };
                self.keep(session.clone());
                Ending::SignIn(envelope, Some(Box::new(session)))
            }
            (other, _) => other,
        }
    }

    pub(super) fn ended(&self, profile: &Profile, inbound: &Inbound, ending: Ending) -> Response {
        match ending {
            Ending::SignIn(envelope, Some(session)) => {
                let base = self.address("/");
                let anywhere = session.start.return_to.as_deref();
                let anywhere = anywhere.filter(|_| self.skips(Weakness::ReturnsAnywhere));
                let target = anywhere.or_else(|| redirect_target(&envelope)).unwrap_or(&base);
                let status = if inbound.form.is_some() { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
                let cookie = set_session(profile, &session);
                with_cookie(redirect(status, target), &cookie)
            }
            Ending::SignIn(..) if self.skips(Weakness::StartsAgainAfterErrors) => {
                redirect(StatusCode::SEE_OTHER, &self.start_url(None, &[]))
            }
            Ending::SignIn(envelope, None) => {
                let response = refusal(profile, &envelope, StatusCode::FORBIDDEN);
                match self.current(profile, inbound) {
                    Some(_) => response,
                    None => with_cookie(response, &unset_session(profile)),
                }
            }
            Ending::Check => {
                let frame = profile.services.check_session.as_deref().unwrap_or("/");
                let response = redirect(StatusCode::SEE_OTHER, &self.address(frame));
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
