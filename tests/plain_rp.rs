//! The relying party without product rules, against the mock provider: what it can do, and what it does not put up with.

mod conduct;
mod flows;
mod session;
mod weaknesses;
mod world;
