//! The workspace seen from outside.

mod examples;
mod laws;
mod logins;
mod support;
mod wire;
