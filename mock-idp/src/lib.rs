//! A self-hosted OpenID provider for tests.

pub mod source;
