//! A self-hosted OpenID provider for tests: any claims, real signatures, no set-up.
//!
//! [`protocol`] says what the specifications say, [`provider`] makes an identity provider of it, [`config`] is what a
//! person writes about one and [`source`] how it is read.

#[cfg(feature = "server")]
pub mod cli;
pub mod config;
pub mod protocol;
pub mod provider;
pub mod source;
