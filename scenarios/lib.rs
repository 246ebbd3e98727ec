//! The empty library of the acceptance tests. It lies here because `cargo insta` looks for snapshots to review only
//! below the folders that hold a target's source file.
