//! What OAuth 2.0 and OpenID Connect say, and nothing else: no sockets, no files, no clock, no randomness.

pub mod keys;
mod plain_enum;
mod vocabulary;

pub(crate) use plain_enum::plain_enum;
pub use vocabulary::{InvalidTimestamp, Timestamp};
