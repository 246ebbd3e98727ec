//! Whole flows through a provider, without HTTP.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test that finds another outcome than it expects says so, whichever outcome it is"
)]

mod assertions;
mod claims_request;
mod consent;
mod flows;
mod logout;
mod pairwise;
mod sessions;
mod tokens;
mod world;

use self::world::World;
