//! The relying party as an HTTP application: bytes to protocol and back. No rule lives here.

mod cookies;
mod request;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use serde_json::{Value, json};

use super::authentication_request::{Begin, Overrides, Purpose, Transaction};
use super::authentication_response::AuthenticationResponse;
use super::logout::Called;
use super::ports::random_text;
use super::rejection::Rejection;
use super::sessions::Ending;
use super::state::Session;
use super::{RelyingParty, pages};
use crate::decision::{Envelope, Paths, Profile, ProviderProfile, Renewal, Standing};
pub(super) use cookies::session_cookie;
use cookies::{browser_cookie, set_browser, set_session, unset_session};
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
        Some(inbound) => rp.route(&inbound).await,
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
        } else if path == RENEW_PATH {
            self.begin_renewal(&profile, inbound).await
        } else if path == "/" {
            self.home(&profile, inbound)
        } else {
            html(StatusCode::NOT_FOUND, pages::notice(&profile, "there is no such page"))
        }
    }

    /// The documented start URL of a provider, with more query parameters.
    pub fn start_url(&self, provider: Option<&str>, more: &[(&str, &str)]) -> String {
        let profile = self.profile();
        let path = profile.paths.start.first().map_or(LOGIN_PATH, String::as_str);
        let mut query = form_urlencoded::Serializer::new(String::new());
        // BillRun's start is its callback too, and its query names the protocol (products.md 1.1).
        if profile.paths.callback.iter().any(|it| it == path) {
            query.append_pair("protocol", "oidc");
        }
        if let Some(provider) = provider.filter(|_| profile.providers.len() > 1 || profile.error_redirect) {
            query.append_pair("provider", provider);
        }
        let query = query.extend_pairs(more).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{path}{mark}{query}", profile.base_url)
    }

    async fn start(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let overrides = Overrides::read(&inbound.query);
        let asked = |name: &str| inbound.query.iter().any(|(key, _)| key == name);
        let explicit = inbound.path == LOGIN_PATH
            || profile.paths.callback.contains(&inbound.path)
            || asked("provider")
            || overrides != Overrides::default();
        if !explicit && self.current(profile, inbound).is_some() {
            // CB-R1, BP-R3: only a visitor who is not signed in is sent away.
            return self.home(profile, inbound);
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

    async fn begin_renewal(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let Some(session) = self.current(profile, inbound).filter(|_| profile.renewal == Renewal::Silent)
        else {
            let text = "there is nothing to renew";
            return html(StatusCode::CONFLICT, pages::notice(profile, text));
        };
        let Some(provider) = profile.providers.get(session.provider) else {
            return html(StatusCode::INTERNAL_SERVER_ERROR, pages::notice(profile, "no such provider"));
        };
        let overrides = Overrides { prompt: Some("none".to_owned()), ..Overrides::default() };
        let begin = Begin {
            provider: session.provider,
            browser: self.browser(profile, inbound),
            start: session.start.clone(),
            purpose: Purpose::Renewal(session.id),
            overrides,
            id_token_hint: session.id_token,
        };
        self.send_away(profile, provider, begin).await
    }

    async fn send_away(&self, profile: &Profile, provider: &ProviderProfile, begin: Begin) -> Response {
        let cookie = set_browser(profile, provider, &begin.browser);
        let start = begin.start.clone();
        match self.begin(provider, begin).await {
            Ok(url) => with_cookie(redirect(StatusCode::FOUND, url.as_str()), &cookie),
            Err(rejection) => {
                let envelope = self.reject(start, provider, &rejection);
                refusal(profile, &envelope, StatusCode::BAD_GATEWAY)
            }
        }
    }

    async fn callback(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let response = AuthenticationResponse::read(inbound.parameters(), inbound.form.is_some());
        match self.matching(profile, inbound, &response) {
            Ok((transaction, provider)) => {
                let earlier = self.current(profile, inbound);
                let ending = self.complete(&provider, &transaction, &response, earlier.as_ref()).await;
                self.ended(profile, inbound, ending)
            }
            Err(rejection) => {
                let Some(provider) = addressed(profile, inbound) else {
                    return html(StatusCode::BAD_REQUEST, pages::error(profile, &rejection.code(), ""));
                };
                let envelope = self.reject(inbound.start(), provider, &rejection);
                refusal(profile, &envelope, StatusCode::FORBIDDEN)
            }
        }
    }

    /// X-R1: the state is one of ours, unused, of this browser, and of the provider whose redirect URI was called.
    fn matching(
        &self,
        profile: &Profile,
        inbound: &Inbound,
        response: &AuthenticationResponse,
    ) -> Result<(Transaction, ProviderProfile), Rejection> {
        let state =
            response.state.as_deref().ok_or(Rejection::StateMismatch("the response has no `state`"))?;
        let transaction =
            self.recall(state).ok_or(Rejection::StateMismatch("no request with this `state` waits"))?;
        if inbound.cookies.get(&browser_cookie(profile)) != Some(&transaction.browser) {
            return Err(Rejection::StateMismatch("the `state` belongs to another browser"));
        }
        match profile.providers.get(transaction.provider) {
            Some(provider) if inbound.is_for(&provider.redirect_uri) => Ok((transaction, provider.clone())),
            _ => Err(Rejection::StateMismatch("the `state` belongs to another provider")),
        }
    }

    fn ended(&self, profile: &Profile, inbound: &Inbound, ending: Ending) -> Response {
        match ending {
            Ending::SignIn(envelope, Some(session)) => {
                let base = self.address("/");
                let target = redirect_target(&envelope).unwrap_or(&base);
                let status = if inbound.form.is_some() { StatusCode::SEE_OTHER } else { StatusCode::FOUND };
                let cookie = set_session(profile, &session, self.now());
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

    async fn logout(&self, profile: &Profile, inbound: &Inbound) -> Response {
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
    fn is_persons_logout(&self, paths: &Paths, inbound: &Inbound) -> bool {
        paths.frontchannel_logout.as_deref() == Some(paths.logout.as_str())
            && matches!(called(inbound), Called::Bare)
            && self.current(&self.profile(), inbound).is_some()
    }

    fn frontchannel_logout(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let called = called(inbound);
        if matches!(called, Called::Half) {
            let text = "`iss` and `sid` come together or not at all";
            return html(StatusCode::BAD_REQUEST, pages::notice(profile, text));
        }
        let own = self.current(profile, inbound);
        self.sign_out_from_provider(&called, own.as_ref());
        let response = html(StatusCode::OK, pages::notice(profile, "signed out"));
        match self.current(profile, inbound) {
            Some(_) => response,
            None => with_cookie(response, &unset_session(profile)),
        }
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

    fn home(&self, profile: &Profile, inbound: &Inbound) -> Response {
        let error = inbound.query.iter().find(|(key, _)| key == "error").map(|(_, code)| code.as_str());
        let session = self.session_of(profile, inbound);
        match session.map(|session| self.standing(&session)) {
            Some(Standing::Live(shown)) => html(StatusCode::OK, pages::signed_in(profile, &shown)),
            Some(Standing::Ended(reason)) => html(StatusCode::OK, pages::signed_out(self, Some(reason))),
            None => html(StatusCode::OK, pages::signed_out(self, error)),
        }
    }

    /// The browser's session, if it still stands.
    fn current(&self, profile: &Profile, inbound: &Inbound) -> Option<Session> {
        let session = self.session_of(profile, inbound)?;
        matches!(self.standing(&session), Standing::Live(_)).then_some(session)
    }

    fn session_of(&self, profile: &Profile, inbound: &Inbound) -> Option<Session> {
        self.session(inbound.cookies.get(&session_cookie(profile))?)
    }

    /// The browser's mark: the one it brought, or a new one.
    fn browser(&self, profile: &Profile, inbound: &Inbound) -> String {
        let brought = inbound.cookies.get(&browser_cookie(profile)).filter(|mark| mark.len() == 43);
        brought.cloned().unwrap_or_else(|| random_text(self.entropy()))
    }
}

/// The provider whose redirect URI was called; the first one if none fits.
fn addressed<'p>(profile: &'p Profile, inbound: &Inbound) -> Option<&'p ProviderProfile> {
    let mut providers = profile.providers.iter();
    providers.find(|it| inbound.is_for(&it.redirect_uri)).or_else(|| profile.providers.first())
}

/// BillRun asks at its login path with `protocol=Internal` (products.md 1.1).
fn asks_who_am_i(inbound: &Inbound) -> bool {
    inbound.start().protocol.is_some_and(|it| it.eq_ignore_ascii_case("internal"))
}

fn called(inbound: &Inbound) -> Called<'_> {
    let of = |name: &str| inbound.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (of("iss"), of("sid")) {
        (Some(issuer), Some(sid)) => Called::By { issuer, sid },
        (None, None) => Called::Bare,
        (Some(_), None) | (None, Some(_)) => Called::Half,
    }
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
        "record": shown,
    })
}

/// Refuses: to the product's error page where it has one, else in place. The status says whose fault it is: `fallback`,
/// or 500 when the configuration is unusable.
fn refusal(profile: &Profile, envelope: &Envelope, fallback: StatusCode) -> Response {
    if let Some(target) = redirect_target(envelope).filter(|_| profile.error_redirect) {
        return redirect(StatusCode::FOUND, target);
    }
    let unusable = envelope.decision == "config_error";
    let status = if unusable { StatusCode::INTERNAL_SERVER_ERROR } else { fallback };
    html(status, pages::refused(profile, envelope))
}

fn redirect_target(envelope: &Envelope) -> Option<&str> {
    envelope.record.get("redirect")?.as_str()
}

fn redirect(status: StatusCode, target: &str) -> Response {
    let mut response = answer(status, "text/plain", String::new());
    match http::HeaderValue::from_str(target) {
        Ok(target) => response.headers_mut().insert(LOCATION, target),
        Err(_) => return answer(StatusCode::BAD_GATEWAY, "text/plain", "the target is no address".into()),
    };
    response
}

fn html(status: StatusCode, body: String) -> Response {
    answer(status, "text/html; charset=utf-8", body)
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    // Every answer depends on who asks.
    headers.insert(CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = http::HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
