//! What tokens say, before they are signed.
//!
//! The claims of a person are laid down first and the protocol's own claims on top: whatever somebody configures for a
//! user, `iss`, `aud`, `exp` and their like stay true. Where the protocol has nothing to say, as of the `nonce` of a request
//! without one, a claim of that name is the user's like every other. A provider that lies is a fault, and faults live
//! elsewhere.

mod access_token;
mod claim_sources;
pub mod hash;
mod id_token;
mod release;
mod userinfo;

pub use access_token::{AccessTokenContent, access_token, confirmation};
pub use claim_sources::{ClaimReferences, vouched_for};
pub use id_token::{IdTokenContent, id_token};
pub use release::{Gates, laid_over, thinned, with_subject};
pub use userinfo::signed_userinfo;
