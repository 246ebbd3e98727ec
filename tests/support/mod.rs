//! What the acceptance tests share.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests: what is not there stops the test"
)]

pub(crate) mod world;
