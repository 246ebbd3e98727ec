//! The workspace seen from outside.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, what is not there stops the test"
)]

mod assertions;
mod attacker;
mod automation;
mod claim_sources;
mod conformance;
mod consent;
mod control;
mod device;
mod examples;
mod faults;
mod laws;
mod logins;
mod matrix;
mod mutual_tls;
mod op;
mod outgoing;
mod pages;
mod peers;
mod personas;
mod plain_rp;
mod protection;
mod pushed_requests;
mod races;
mod readme;
mod registered;
mod request_objects;
mod requests;
mod scenarios;
mod session_management;
mod single_sign_on;
mod support;
mod tls;
mod webfinger;
mod wire;
