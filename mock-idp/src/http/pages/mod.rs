//! Pages for people: signing in, being sent on by a form, errors, and goodbyes. All of them work without JavaScript.

mod policy;
mod template;

use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use http::{HeaderName, StatusCode, header};
use minijinja::value::Serde;
use minijinja::{Value, context};

use self::policy::Policy;
use self::template::{AUTO_SUBMIT, Page, STYLE, rendered};
use super::extract::SESSION_COOKIE;
use crate::protocol::Cause;
use crate::protocol::authorization::Delivery;
use crate::provider::{Confirmation, Farewell, Interaction, LoggedOut, LoginPage, SessionCookie};

/// What the browser gets from the authorization endpoint and the login form.
pub(super) fn interaction(interaction: Interaction, issuer: &str) -> Response {
    match interaction {
        Interaction::Answer { delivery, cookie } => {
            let answer = delivered(delivery, issuer);
            match cookie {
                Some(cookie) => with_cookie(answer, &cookie, issuer),
                None => answer,
            }
        }
        Interaction::Ask(login) => login_page(&login),
        Interaction::Refuse(cause) => error(&cause, issuer),
    }
}

/// What the browser gets from the end-session endpoint.
pub(super) fn farewell(farewell: Farewell, issuer: &str) -> Response {
    match farewell {
        Farewell::LoggedOut(LoggedOut { frames, return_to: Some(to), .. }) if frames.is_empty() => {
            without_cookie(redirect(&to), issuer)
        }
        Farewell::LoggedOut(logged_out) => without_cookie(logged_out_page(&logged_out, issuer), issuer),
        Farewell::Confirm(confirmation) => confirmation_page(&confirmation, issuer),
        Farewell::Refuse(cause) => error(&cause, issuer),
    }
}

/// An answer on its way to the client.
fn delivered(delivery: Delivery, issuer: &str) -> Response {
    match delivery {
        Delivery::Redirect(to) => redirect(&to),
        Delivery::Post { action, fields } => {
            let policy = Policy::default().script(AUTO_SUBMIT);
            let context = context! { action, fields => Serde(&fields), issuer, script => AUTO_SUBMIT };
            page(StatusCode::OK, Page::FormPost, context, &policy)
        }
    }
}

fn login_page(login: &LoginPage) -> Response {
    let status = if login.problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let [id_token, access_token, userinfo] = &login.claims;
    let context = context! {
        action => format!("{}{}", login.issuer.trim_end_matches('/'), crate::provider::path::LOGIN),
        documents => vec![
            context! { name => "id_token", title => "ID token", text => id_token },
            context! { name => "access_token", title => "Access token", text => access_token },
            context! { name => "userinfo", title => "UserInfo", text => userinfo },
        ],
        claims_open => !(id_token.is_empty() && access_token.is_empty() && userinfo.is_empty()),
        problem => login.problem.as_ref().map(ToString::to_string),
        ..Value::from(Serde(login))
    };
    page(status, Page::Login, context, &Policy::default())
}

fn logged_out_page(logged_out: &LoggedOut, issuer: &str) -> Response {
    let urls: Vec<_> = logged_out.frames.iter().map(|frame| frame.url.as_str()).collect();
    let policy = urls.iter().fold(Policy::default(), |policy, url| policy.frame(url));
    let context = context! { issuer, user => &logged_out.user, frames => Serde(&urls), return_to => &logged_out.return_to };
    page(StatusCode::OK, Page::LoggedOut, context, &policy)
}

fn confirmation_page(confirmation: &Confirmation, issuer: &str) -> Response {
    let fields: Vec<_> = confirmation.request.iter().filter(|(name, _)| name != "confirm").collect();
    let context = context! {
        issuer,
        action => format!("{}{}", issuer.trim_end_matches('/'), crate::provider::path::END_SESSION),
        user => &confirmation.user,
        client => &confirmation.client_name,
        fields => Serde(&fields),
    };
    page(StatusCode::OK, Page::ConfirmLogout, context, &Policy::default())
}

/// An error that the client cannot be told of. A mock says more here than a real provider would.
fn error(cause: &dyn Cause, issuer: &str) -> Response {
    let status = StatusCode::from_u16(cause.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let context = context! {
        issuer, code => cause.code().as_str(), cause => cause.to_string(), clause => cause.clause(),
    };
    page(status, Page::Error, context, &Policy::default())
}

/// 303 and not 302, so that no browser repeats a POST with whatever was typed into it (RFC9700-4.12).
fn redirect(to: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = StatusCode::SEE_OTHER.into_response();
    answer.headers_mut().insert(LOCATION, location);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn page(status: StatusCode, page: Page, context: Value, policy: &Policy) -> Response {
    let context = context! { style => STYLE, ..context };
    let Ok(body) = rendered(page, context) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = (status, body).into_response();
    let headers = answer.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy.header(STYLE)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // not `no-referrer`: forms would then be posted with `Origin: null`, which many applications refuse
    let fixed: [(HeaderName, &str); 4] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "strict-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn with_cookie(answer: Response, cookie: &SessionCookie, issuer: &str) -> Response {
    set_cookie(answer, &cookie.value, cookie.max_age, issuer)
}

fn without_cookie(answer: Response, issuer: &str) -> Response {
    set_cookie(answer, "", 0, issuer)
}

/// `SameSite=None` lets frames of other sites renew silently, but browsers take it only over TLS; without TLS everything is
/// on the loopback interface, which is one site whatever the ports.
fn set_cookie(mut answer: Response, value: &str, max_age: i64, issuer: &str) -> Response {
    let url = url::Url::parse(issuer).ok();
    let path = url.as_ref().map_or("/", url::Url::path).trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let secure = url.as_ref().is_some_and(|url| url.scheme() == "https");
    let site = if secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
    let cookie = format!("{SESSION_COOKIE}={value}; Path={path}; Max-Age={max_age}; HttpOnly; {site}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}
