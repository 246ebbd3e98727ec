//! The workspace seen from outside.

mod laws;
mod pages;
mod scenarios;
mod wire;
