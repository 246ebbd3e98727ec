//! A verdict about any relying party: what it does when the provider misbehaves, with evidence.
//!
//! [`catalogue`] says what is asked, as data; [`profiles`] which of it binds whom; [`evidence`] holds what was seen.

pub mod case;
pub mod catalogue;
pub mod checks;
pub mod evidence;
pub mod profiles;
