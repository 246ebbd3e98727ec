//! Drives relying parties through OpenID Connect logins, and explains what five products make of the claims.

pub mod decision;
pub mod markup;
pub mod preview;
pub mod products;

#[cfg(feature = "driver")]
pub mod cli;
#[cfg(feature = "driver")]
pub mod conformance;
#[cfg(feature = "driver")]
pub mod explain;
#[cfg(feature = "driver")]
pub mod report;
#[cfg(feature = "driver")]
pub mod rp;
#[cfg(feature = "driver")]
pub mod scenario;
#[cfg(feature = "driver")]
pub mod transport;
#[cfg(feature = "driver")]
pub mod user_agent;
