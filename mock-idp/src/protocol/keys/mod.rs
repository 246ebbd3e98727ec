//! Keys: which algorithms there are, which keys sign and decrypt, and what is published of them.

mod algorithm;
mod claims_provider;
mod client_keys;
pub mod encryption;
mod fixed;
pub mod jwe;
pub mod jws;
mod key_set;
mod material;
mod private_jwk;
mod public_form;
mod signature;

pub use algorithm::{Algorithm, KeyKind, UnknownAlgorithm};
pub use claims_provider::{claims_provider_key, claims_provider_keys};
pub use client_keys::{BadKeySet, ClientKeys, NoRecipient, NotVerified};
pub use fixed::{STRANGER_CERTIFICATE, stranger, stranger_certificate, strangers_plan};
pub use key_set::{KeyPlan, KeySet, KeyState, SigningKey};
pub use material::{KeyError, KeyMaterial};
pub use private_jwk::chosen;
pub use public_form::PublicForm;
pub use signature::Signature;
