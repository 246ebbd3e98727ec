//! The token endpoint (RFC6749-3.2): what each grant demands before it is exchanged.

pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
mod error;
mod grant_type;
pub mod refresh_token;
mod response;

pub use error::TokenError;
pub use grant_type::GrantType;
pub use response::TokenResponse;
