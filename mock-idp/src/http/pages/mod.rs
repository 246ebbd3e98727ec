//! The pages that people see: sign-in, errors, sign-out, and the form that carries a response (`form_post`).
//!
//! A page is text plus the content security policy that belongs to it; whoever answers the request picks the status.
//! All of them work without script, load nothing, and show whatever they are given as text. Automation may rely on the
//! names of the controls: `button[name=user][value=ada]`, `input[name=other_user]`, `textarea[name="claims.id_token"]`,
//! `button[name=action][value=other]` and `[value=deny]`, `[value=logout]`, `[value=stay]`.

mod claims;
mod error;
mod form_post;
mod gist;
mod login;
mod logout;
mod policy;
mod templates;
#[cfg(test)]
mod tests;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

pub use claims::{ClaimsMistake, parse_claims};
pub use error::{ErrorPage, error};
pub use form_post::{FormPostPage, form_post};
pub use login::{Client, EditedClaims, LoginError, LoginPage, UserButton, login};
pub use logout::{ConfirmLogoutPage, Person, SignedOutPage, confirm_logout, signed_out};

/// A page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTML document.
    pub body: String,
    /// The `Content-Security-Policy` under which it works; the hashes in it are those of this body.
    pub content_security_policy: String,
}

impl Page {
    /// The response, with every header that the page needs: never stored, never framed, never sniffed.
    ///
    /// The referrer is cut to the origin and not left out, because a browser that may not say where it comes from also
    /// posts forms with `Origin: null`, which applications take for an attack.
    pub fn into_response(self, status: StatusCode) -> Response {
        let policy = HeaderValue::from_str(&self.content_security_policy).unwrap_or(
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
        );
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        ];
        (status, headers, self.body).into_response()
    }
}
