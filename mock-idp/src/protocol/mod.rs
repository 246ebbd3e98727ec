//! What OAuth 2.0 and OpenID Connect say, and nothing else: no sockets, no files, no clock, no randomness.
//!
//! In the order of the specifications: the words, discovery, clients, authorization, tokens, what tokens say, and the
//! endpoints around them.

mod vocabulary;

mod error;
#[cfg(test)]
mod error_table;
mod parameters;
mod plain_enum;
mod response_type;
mod scope;

pub mod authorization;
pub mod bearer;
pub mod client;
pub mod client_assertion;
pub mod client_authentication;
pub mod client_certificate;
pub mod discovery;
pub mod issue;
pub mod keys;
pub mod logout;
pub mod pkce;
pub mod pushed;
pub mod registration;
pub mod session;
pub mod subject;
pub mod token;
pub mod user_code;
pub mod webfinger;

pub use error::{Cause, OAuthErrorCode};
pub use parameters::{Parameters, RepeatedParameter, UnreadableRequest};
pub(crate) use plain_enum::plain_enum;
pub use response_type::{ResponseMode, ResponseType};
pub use scope::{MalformedScope, Scope};
pub use vocabulary::{InvalidTimestamp, Timestamp};
