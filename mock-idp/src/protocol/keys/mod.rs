//! Keys: which algorithms there are, which keys sign, what is published of them.

mod algorithm;

pub use algorithm::{Algorithm, KeyKind, UnknownAlgorithm};
