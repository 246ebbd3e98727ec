//! A self-hosted OpenID provider for tests: any claims, real signatures, no set-up.

pub mod config;
pub mod protocol;
pub mod source;
