//! The relying party as an HTTP application: bytes to protocol and back. No rule lives here.
//!
//! `departure` sends the browser away, `arrival` takes it back, `session_check` watches sessions and `sign_out` ends them; looking at
//! one is here.

mod answers;
mod arrival;
mod backchannel;
mod careless;
mod cookies;
mod departure;
mod initiate;
mod refresh;
mod request;
mod session_check;
mod sign_out;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use super::authentication_response::AuthenticationResponse;
use super::state::Session;
use super::weakness::Weakness;
use super::{RelyingParty, own_keys, pages};
use crate::decision::{Document, Profile, SignOut, Standing};
use answers::{answer, html, json_answer, with_cookie};
pub(super) use cookies::session_cookie;
use cookies::{browser_cookie, unset_session};
use request::Inbound;

/// Renews the session in the background, where the product does so. A path of ours; a browser loads it in a frame.
pub const RENEW_PATH: &str = "/rp/renew";
/// Starts a sign-in even if somebody is signed in. A path of ours; it takes the same query as the product's start.
pub const LOGIN_PATH: &str = "/rp/login";

/// The application of a relying party.
pub(super) fn router(rp: RelyingParty) -> Router {
    // The paths are data of the profile, and one path may serve several purposes, so they are not axum routes.
    Router::new().fallback(handle).with_state(rp)
}

async fn handle(State(rp): State<RelyingParty>, request: http::Request<Body>) -> Response {
    match Inbound::read(request).await {
        Some(inbound) => {
            let response = rp.route(&inbound).await;
            if rp.is_tried() { careless::answer(&rp, &inbound, response).await } else { response }
        }
        None => answer(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "the request is too large".into()),
    }
}

impl RelyingParty {
    /// The route table.
    async fn route(&self, inbound: &Inbound) -> Response {
        let profile = self.profile();
        let paths = &profile.paths;
        let path = inbound.path.as_str();
        let starts = paths.start.iter().any(|it| it == path);
        let returns = paths.callback.iter().any(|it| it == path)
            && (!starts || AuthenticationResponse::is_one(inbound.parameters()));
        if returns {
            self.callback(&profile, inbound).await
        } else if paths.frontchannel_logout.as_deref() == Some(path)
            && !self.is_persons_logout(paths, inbound)
        {
            self.frontchannel_logout(&profile, inbound)
        } else if path == paths.logout {
            self.logout(&profile, inbound).await
        } else if path == paths.who_am_i || (starts && asks_who_am_i(inbound)) {
            self.who_am_i(&profile, inbound)
        } else if starts || path == LOGIN_PATH {
            self.start(&profile, inbound).await
        } else if profile.services.refresh.as_deref() == Some(path) {
            self.refresh_current(&profile, inbound).await
        } else if profile.services.initiate.as_deref() == Some(path) {
            self.initiate(&profile, inbound).await
        } else if profile.services.backchannel_logout.as_deref() == Some(path) {
            self.backchannel_logout(inbound).await
        } else if profile.services.jwks.as_deref() == Some(path) {
            json_answer(StatusCode::OK, &own_keys::jwks())
        } else if let Some(object) = self.published(path) {
            answer(StatusCode::OK, "application/oauth-authz-req+jwt", object)
        } else if path == RENEW_PATH {
            self.begin_renewal(&profile, inbound).await
        } else if path == "/" {
            self.home(&profile, inbound).await
        } else if profile.services.check_session.as_deref() == Some(path) {
            self.check_session(&profile, inbound).await
        } else if is_way_back(&profile, inbound) {
            self.came_back(&profile, inbound)
        } else {
            html(StatusCode::NOT_FOUND, pages::notice(&profile, "there is no such page"))
        }
    }

    /// The documented start URL of a provider, with more query parameters.
    pub fn start_url(&self, provider: Option<&str>, more: &[(&str, &str)]) -> String {
        let profile = self.profile();
        let path = profile.paths.start.first().map_or(LOGIN_PATH, String::as_str);
        let mut query = form_urlencoded::Serializer::new(String::new());
        // BillRun's start is its callback too, and its query names protocol and provider (products.md 1.1).
        let shared = profile.paths.callback.iter().any(|it| it == path);
        if shared {
            query.append_pair("protocol", "oidc");
        }
        if let Some(provider) = provider.filter(|_| shared || profile.providers.len() > 1) {
            query.append_pair("provider", provider);
        }
        let query = query.extend_pairs(more).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", profile.base_url)
    }

    fn who_am_i(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let Some(session) = self.session_of(profile, inbound) else {
            return json_answer(StatusCode::UNAUTHORIZED, &json!({"signed_in": false}));
        };
        match self.standing(&session) {
            Standing::Live(shown) => json_answer(StatusCode::OK, &who(profile, &session, &shown)),
            Standing::Ended(reason) => {
                let body = json!({"signed_in": false, "reason": reason});
                with_cookie(json_answer(StatusCode::UNAUTHORIZED, &body), &unset_session(profile))
            }
        }
    }

    async fn home(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let error = inbound.query.iter().find(|(key, _)| key == "error").map(|(_, code)| code.as_str());
        let Some(session) = self.session_of(profile, inbound) else {
            return html(StatusCode::OK, pages::signed_out(self, error));
        };
        match self.standing(&session) {
            Standing::Live(shown) => {
                let frames = self.watch(&session).await.map(|watch| watch.frames()).unwrap_or_default();
                html(StatusCode::OK, pages::signed_in(profile, &shown, &frames))
            }
            Standing::Ended(reason) => html(StatusCode::OK, pages::signed_out(self, Some(reason))),
        }
    }

    /// A person who signed out at the provider comes back. The `state` is ours or somebody else's; nothing hangs on it.
    fn came_back(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let state = inbound.query.iter().find(|(name, _)| name == "state").map(|(_, state)| state.as_str());
        match state.filter(|state| state.contains("//")).filter(|_| self.skips(Weakness::ReturnsAnywhere)) {
            Some(state) => answers::redirect(StatusCode::FOUND, state),
            None => html(StatusCode::OK, pages::notice(profile, "signed out")),
        }
    }

    /// The browser's session, if it still stands.
    fn current(&self, profile: &Profile, inbound: &Inbound) -> Option<Session> {
        let session = self.session_of(profile, inbound)?;
        matches!(self.standing(&session), Standing::Live(_)).then_some(session)
    }

    fn session_of(&self, profile: &Profile, inbound: &Inbound) -> Option<Session> {
        let under = |name: &str| self.session(inbound.cookies.get(name)?);
        let brought = || under(&browser_cookie(profile)).filter(|_| self.skips(Weakness::KeepsSessionId));
        under(&session_cookie(profile)).or_else(brought)
    }
}

/// Where the provider sends a person who has signed out (RP-Initiated Logout 1.0, 3), if nothing else is there.
fn is_way_back(profile: &Profile, inbound: &Inbound) -> bool {
    match &profile.sign_out {
        SignOut::EndSession { post_logout_redirect_uri } => inbound.is_for(post_logout_redirect_uri),
        SignOut::Local => false,
    }
}

/// BillRun asks at its login path with `protocol=Internal` (products.md 1.1).
fn asks_who_am_i(inbound: &Inbound) -> bool {
    inbound.start().protocol.is_some_and(|it| it.eq_ignore_ascii_case("internal"))
}

fn who(profile: &Profile, session: &Session, shown: &Value) -> Value {
    json!({
        "signed_in": true,
        "product": profile.product,
        "provider": profile.providers.get(session.provider).map(|it| it.name.as_str()),
        "issuer": session.view.issuer,
        "sub": session.view.subject,
        "sid": session.sid,
        "expires_at": session.expires_at,
        "claims": session.documents.claims(Document::IdToken),
        "userinfo": session.documents.claims(Document::Userinfo),
        "record": shown,
    })
}
