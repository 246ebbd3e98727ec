//! The workspace seen from outside.
