//! The pages that people see: sign-in, errors, sign-out, and the form that carries a response (`form_post`).
//!
//! One more has no text at all: the page that applications keep in a frame to hear whether the session changed.
//!
//! A page is text plus the content security policy that belongs to it; whoever answers the request picks the status.
//! All that people see works without script, load nothing, and show whatever they are given as text. Automation may rely on the
//! names of the controls: `button[name=user][value=ada]`, `input[name=other_user]`, `textarea[name="claims.id_token"]`,
//! `input[name=fault]`, `button[name=action][value=other]` and `[value=deny]`, `[value=allow]`, `[value=switch]`, `[value=logout]`,
//! `[value=stay]`, `input[name=user_code]`; the deny and allow buttons have ids of the same name.

mod check_session;
mod consent;
mod device;
mod error;
mod form_post;
mod login;
mod logout;
mod policy;
mod templates;
#[cfg(test)]
mod tests;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

pub(super) use check_session::check_session;
pub(super) use consent::consent;
pub(super) use device::{device, device_answered, enter_code};
pub(super) use error::error;
pub(super) use form_post::form_post;
pub(super) use login::login;
pub(super) use logout::{confirm_logout, signed_out, still_signed_in};

/// A page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The HTML document.
    pub(super) body: String,
    /// The `Content-Security-Policy` under which it works; the hashes in it are those of this body.
    pub(super) content_security_policy: String,
    /// Whether other sites may show it in a frame.
    pub(super) may_be_framed: bool,
}

impl Page {
    /// The response, with every header that the page needs: never stored, never sniffed, and framed only where
    /// that is needed.
    ///
    /// The referrer is cut to the origin and not left out, because a browser that may not say where it comes from also
    /// posts forms with `Origin: null`, which applications take for an attack.
    pub(super) fn into_response(self, status: StatusCode) -> Response {
        let policy = HeaderValue::from_str(&self.content_security_policy).unwrap_or(
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
        );
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        ];
        let mut response = (status, headers, self.body).into_response();
        if !self.may_be_framed {
            response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        response
    }
}
