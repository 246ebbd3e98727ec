//! The workspace seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, what is not there stops the test"
)]

mod assertions;
mod examples;
mod laws;
mod logins;
mod mutual_tls;
mod op;
mod outgoing;
mod pages;
mod peers;
mod personas;
mod pushed_requests;
mod races;
mod registered;
mod request_objects;
mod requests;
mod scenarios;
mod support;
mod tls;
mod wire;
