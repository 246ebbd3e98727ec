//! What several acceptance tests need.

pub(crate) mod app;
pub(crate) mod signed;
pub(crate) mod world;
