//! Scenarios: who signs in to what, step by step, and what must come out.
//!
//! A file goes through [`load()`] and becomes cases; [`run::run`] plays each case in a world of its own — one provider, one
//! relying party, one clock, one seed — and tells what happened as [`event::Event`]s, which reports read.
//!
//! To add an action: a key of [`model::Step`], its variant in [`model::Action`], and its arm in `act.rs`.

mod act;
pub mod coverage;
pub mod event;
pub mod expectation;
pub mod finding;
pub mod glob;
pub mod last_run;
pub mod load;
pub mod matcher;
pub mod model;
pub mod outcome;
pub mod page;
pub mod review;
pub mod run;
mod runner;
pub mod select;
pub mod shard;
pub mod snapshot;
pub mod tags;
mod world;

pub use load::{Case, LoadOptions, Loaded, load};
