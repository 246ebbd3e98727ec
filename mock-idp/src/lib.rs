//! A self-hosted OpenID provider for tests.
