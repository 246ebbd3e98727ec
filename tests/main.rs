//! The workspace seen from outside.

mod laws;
mod scenarios;
mod wire;
