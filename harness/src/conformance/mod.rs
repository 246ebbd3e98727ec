//! A verdict about any relying party: what it does when the provider misbehaves, with evidence.
//!
//! [`catalogue`] says what is asked, as data; [`profiles`] which of it binds whom; [`plan`] what is played. A case is played
//! on a [`stage`]: a relying party behind its [`target`] contract (the [`reference`](mod@reference) one, or a stranger),
//! and our [`sites`]. [`flow`] drives it, [`evidence`] holds what was seen, and [`verdict`] judges, without any I/O.
//!
//! [`matrix`] is the proof that a case notices what it is about: the reference relying party without one check at a time.

pub mod agent;
mod calibrate;
pub mod case;
pub mod catalogue;
pub mod checks;
pub mod event;
pub mod evidence;
pub mod expected;
pub mod external;
pub mod flow;
pub mod matrix;
pub mod party;
mod people;
pub mod plan;
pub mod profiles;
pub mod reference;
mod registration;
pub mod report;
pub mod run;
pub mod sites;
pub mod stage;
mod system;
pub mod target;
pub mod tls;
mod trouble;
pub mod verdict;
mod workers;

pub use trouble::Trouble;
