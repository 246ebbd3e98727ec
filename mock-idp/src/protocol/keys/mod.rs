//! Keys: which algorithms there are, which keys sign and decrypt, and what is published of them.

mod algorithm;
mod client_keys;
pub mod encryption;
mod fixed;
pub mod jwe;
pub mod jws;
mod key_set;
mod material;

pub use algorithm::{Algorithm, KeyKind, UnknownAlgorithm};
pub use client_keys::{BadKeySet, ClientKeys, NotVerified};
pub use key_set::{KeyPlan, KeySet, KeyState, SigningKey};
pub use material::{KeyError, KeyMaterial};
