//! What browsers get: redirects, pages and the session cookie.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use url::Url;

use super::extract::{SESSION_COOKIE, STATE_COOKIE};
use super::pages;
use crate::protocol::Cause;
use crate::protocol::authorization::Delivery;
use crate::provider::{
    DeviceInteraction, Farewell, Interaction, LoggedOut, LoginPage, SessionCookie, Told, path,
};

/// What the browser gets from the authorization endpoint and the login form.
pub(super) fn interaction(interaction: Interaction, issuer: &str) -> Response {
    match interaction {
        Interaction::Answer { delivery, cookie } => with_cookie(delivered(delivery), cookie.as_ref(), issuer),
        Interaction::Ask(login) => asked(&login),
        Interaction::AskConsent { page, cookie } => {
            let page = pages::consent(&page, &below(&page.issuer, path::CONSENT));
            with_cookie(page.into_response(StatusCode::OK), cookie.as_ref(), issuer)
        }
        Interaction::Refuse(cause) => refused(&cause, issuer),
    }
}

/// What the browser gets where a person lets a device in.
pub(super) fn device(interaction: DeviceInteraction, issuer: &str) -> Response {
    let action = below(issuer, path::DEVICE);
    let status = |problem: bool| if problem { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    match interaction {
        DeviceInteraction::Enter(page) => {
            pages::enter_code(&page, issuer, &action).into_response(status(page.unknown))
        }
        DeviceInteraction::Ask(page) => {
            pages::device(&page, &action).into_response(status(page.nobody_named))
        }
        DeviceInteraction::Connected { client_name, user, cookie } => {
            let page = pages::device_answered(&client_name, Some(&user), issuer);
            with_cookie(page.into_response(StatusCode::OK), Some(&cookie), issuer)
        }
        DeviceInteraction::Denied { client_name } => {
            pages::device_answered(&client_name, None, issuer).into_response(StatusCode::OK)
        }
        DeviceInteraction::Refuse(cause) => refused(&cause, issuer),
    }
}

/// What the browser gets from the end-session endpoint.
pub(super) fn farewell(farewell: Farewell, told: &[Told], issuer: &str) -> Response {
    let page = match farewell {
        Farewell::LoggedOut(LoggedOut { frames, return_to: Some(to), .. }) if frames.is_empty() => {
            return without_cookie(redirect(&to), issuer);
        }
        Farewell::LoggedOut(logged_out) => {
            let page = pages::signed_out(&logged_out, told, issuer);
            return without_cookie(page.into_response(StatusCode::OK), issuer);
        }
        Farewell::Refuse(cause) => return refused(&cause, issuer),
        Farewell::Confirm(question) => {
            pages::confirm_logout(&question, issuer, &below(issuer, path::END_SESSION))
        }
        Farewell::Stayed(user) => pages::still_signed_in(&user, issuer),
    };
    page.into_response(StatusCode::OK)
}

/// An answer on its way to the client.
fn delivered(delivery: Delivery) -> Response {
    match delivery {
        Delivery::Redirect(to) => redirect(&to),
        Delivery::Post { action, fields } => pages::form_post(&action, &fields).into_response(StatusCode::OK),
    }
}

fn asked(login: &LoginPage) -> Response {
    let status = if login.problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    pages::login(login, &below(&login.issuer, path::LOGIN)).into_response(status)
}

fn refused(cause: &dyn Cause, issuer: &str) -> Response {
    let status = StatusCode::from_u16(cause.status()).unwrap_or(StatusCode::BAD_REQUEST);
    pages::error(cause, issuer).into_response(status)
}

/// The path of an endpoint. Forms are sent to a path and not to a whole URL, because the browser may know the provider
/// by another address than the issuer says.
fn below(issuer: &str, endpoint: &str) -> String {
    let path = Url::parse(issuer).map(|url| url.path().to_owned()).unwrap_or_default();
    format!("{}{endpoint}", path.trim_end_matches('/'))
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

/// The page of the `check_session_iframe`.
pub(super) fn session_check() -> Response {
    pages::check_session().into_response(StatusCode::OK)
}

fn with_cookie(answer: Response, cookie: Option<&SessionCookie>, issuer: &str) -> Response {
    match cookie {
        Some(cookie) => set_cookies(answer, [&cookie.value, &cookie.browser_state], cookie.max_age, issuer),
        None => answer,
    }
}

fn without_cookie(answer: Response, issuer: &str) -> Response {
    set_cookies(answer, ["", ""], 0, issuer)
}

/// The session's cookie, and the one beside it, which scripts may read.
///
/// Applications renew silently in a frame of theirs, and the cookies have to get there. `SameSite=None` lets them, but
/// browsers take that only with `Secure` and so over TLS. Without TLS there is `Lax`, which reaches frames of the same
/// site: all ports of `localhost` are one site, all ports of `127.0.0.1` another, so an application that renews without
/// TLS has to be opened under the same host name as the provider.
fn set_cookies(mut answer: Response, values: [&str; 2], max_age: i64, issuer: &str) -> Response {
    let url = Url::parse(issuer).ok();
    let path = url.as_ref().map_or("/", Url::path).trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let secure = url.as_ref().is_some_and(|url| url.scheme() == "https");
    let site = if secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
    let [session, state] = values;
    let cookies = [
        format!("{SESSION_COOKIE}={session}; Path={path}; Max-Age={max_age}; HttpOnly; {site}"),
        format!("{STATE_COOKIE}={state}; Path={path}; Max-Age={max_age}; {site}"),
    ];
    for cookie in cookies {
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    answer
}
