//! The suite's side: a client that registers, sends a browser, redeems codes, and checks everything on the way with code of
//! its own. Nothing here is shared with the provider, so that no mistake is made twice.

mod answer;
pub(crate) mod claims;
mod client;
mod entropy;
mod id_token;
pub(crate) mod jose;
pub(crate) mod metadata;
mod op;
mod request;
mod response;
mod run;
mod sign_in;
mod site;
mod token;
pub(crate) mod userinfo;
pub(crate) mod visit;

pub(crate) use answer::Answer;
pub(crate) use client::Client;
pub(crate) use id_token::{IdToken, IssuedWith};
pub(crate) use op::{Op, USER};
pub(crate) use request::Request;
pub(crate) use response::AuthorizationResponse;
pub(crate) use run::Run;
pub(crate) use sign_in::SignIn;
pub(crate) use token::Tokens;
pub(crate) use visit::Arrival;

/// An address of the client's site.
pub(crate) fn address(path: &str) -> String {
    site::Site::address(path)
}
