//! Signing out: here (OpenID Connect RP-Initiated Logout 1.0) and at the provider (Front-Channel Logout 1.0).

use openidconnect::{ClientId, CsrfToken, LogoutRequest, PostLogoutRedirectUrl};
use url::Url;

use super::RelyingParty;
use super::ports::random_text;
use super::state::{Received, Session};
use super::weakness::Weakness;
use crate::decision::{Envelope, Event, SignOut};

/// Whom a front-channel call is about.
pub(super) enum Called<'a> {
    /// The session that the provider names.
    By { issuer: &'a str, sid: &'a str },
    /// The browser's own session: the call names none.
    Bare,
    /// One of `iss` and `sid` without the other, which Front-Channel Logout 2 does not allow.
    Half,
}

impl RelyingParty {
    /// Ends a session and lets the product know.
    pub(super) fn sign_out(&self, session: Session) -> Envelope {
        self.end(&session.id);
        self.decide(Event::SignOut { session: session.view }, Received::default(), Some(session.id))
    }

    /// Where a person who signs out goes next: the provider's end-session endpoint, if the product uses it (CB-R20) and
    /// the provider has one.
    pub(super) async fn end_session_url(&self, session: &Session) -> Option<Url> {
        let product = self.product();
        let SignOut::EndSession { post_logout_redirect_uri } = &product.profile().sign_out else {
            return None;
        };
        let profile = self.provider(session.provider)?;
        let metadata = self.metadata(session.provider, &profile).await.ok()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut url = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(profile.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(post_logout_redirect_uri.clone()).ok()?)
            .set_state(CsrfToken::new(random_text(self.entropy())))
            .http_get_url();
        if let Some(id_token) = &session.id_token {
            // The crate's setter wants its own ID token type; the hint is the token as it was received.
            url.query_pairs_mut().append_pair("id_token_hint", id_token);
        }
        Some(url)
    }

    /// The provider calls through the browser: ends every session that it names, and says how many there were. Calling
    /// again is harmless (CB-R21).
    pub(super) fn sign_out_from_provider(&self, called: &Called<'_>, own: Option<&Session>) -> usize {
        let ending: Vec<Session> = match called {
            Called::By { issuer, sid } => {
                // The cookie does not matter: many browsers keep cookies out of frames of other sites.
                let named =
                    |session: &Session| session.view.issuer == *issuer && session.sid.as_deref() == Some(sid);
                self.sessions().into_iter().filter(named).collect()
            }
            Called::Bare if !self.product().profile().services.frontchannel_names_session => {
                own.cloned().into_iter().collect()
            }
            Called::Bare | Called::Half => Vec::new(),
        };
        let ending = if self.skips(Weakness::SkipsFrontChannelNames) { self.sessions() } else { ending };
        let count = ending.len();
        for session in ending {
            self.sign_out(session);
        }
        count
    }
}
