//! Drives relying parties through OpenID Connect logins, and explains what five products make of the claims.

pub mod decision;
pub mod preview;
pub mod products;
