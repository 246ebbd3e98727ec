//! The provider over HTTP.

pub mod pages;
