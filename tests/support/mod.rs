//! What the acceptance tests share.

pub(crate) mod world;
