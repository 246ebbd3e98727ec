//! The workspace seen from outside; everything is in the test target.
