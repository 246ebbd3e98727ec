//! A self-hosted OpenID provider for tests: any claims, real signatures, no set-up.

pub mod config;
#[cfg(feature = "server")]
pub mod http;
pub mod protocol;
