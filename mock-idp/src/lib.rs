//! A self-hosted OpenID provider for tests: any claims, real signatures, no set-up.

#[cfg(feature = "server")]
pub mod cli;
pub mod config;
pub mod protocol;
pub mod provider;
pub mod source;
