//! A self-hosted OpenID provider for tests: any claims, real signatures, no set-up.
//!
//! [`protocol`] says what the specifications say, [`provider`] makes an identity provider of it, [`config`] is what a
//! person writes about one and [`source`] how it is read, [`fault`] how it can misbehave, [`http`] puts it on the wire, and
//! `control` drives one that runs. All but the last two are pure: without the feature `server` nothing else is built.

#[cfg(feature = "server")]
pub mod cli;
pub mod config;
#[cfg(feature = "server")]
pub mod control;
pub mod fault;
#[cfg(feature = "server")]
pub mod http;
pub mod protocol;
pub mod provider;
pub mod source;

#[cfg(feature = "server")]
pub use crate::http::{
    Entrance, Fetcher, Fetching, MockIdp, MockIdpBuilder, StartError, Tls, TlsError, TlsFlaw, TlsListener,
    UnknownFlaw,
};
