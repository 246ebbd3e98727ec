//! The OpenID Foundation's test modules for providers, rebuilt: what each of them asks is asked of `mock-idp` over HTTP, in
//! every plan and with every response type and response mode that the module is part of. A warning of theirs is a failure
//! here, and where they want a person's screenshot, what the page shows is looked at.
//!
//! [`plans`] is the table, [`suite`] the other side of the wire, and each further file a group of modules with one test per
//! module. `docs/op-conformance.md` lists them with the results of the run.

#![expect(
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    reason = "helpers of tests, which clippy does not recognise as such"
)]
mod claims;
mod codes;
mod discovery;
mod happy_path;
mod id_token;
mod listing;
mod login;
mod logout;
mod plans;
mod redirect_uri;
mod registration;
mod request_objects;
mod script;
mod single_logout;
mod suite;
mod userinfo;

use script::Script;

/// Every script that there is.
fn scripts() -> impl Iterator<Item = Script> {
    let groups = [
        discovery::SCRIPTS,
        happy_path::SCRIPTS,
        id_token::SCRIPTS,
        userinfo::SCRIPTS,
        claims::SCRIPTS,
        login::SCRIPTS,
        codes::SCRIPTS,
        redirect_uri::SCRIPTS,
        request_objects::SCRIPTS,
        registration::SCRIPTS,
        logout::SCRIPTS,
        single_logout::SCRIPTS,
    ];
    groups.into_iter().flatten().copied()
}
