//! From text to a tree whose every value knows where it was written, and from a mistake to a message about that place.
//!
//! Reading happens in steps, each total over its input and each reporting all it finds: [`parse()`] reads YAML 1.2 or
//! JSON into a [`Node`], [`Schema::check`] compares the tree with a JSON Schema, [`deserialize()`] fills a Rust type, and
//! [`render()`] draws the [`Diagnostic`]s. Between the steps a tree may be rewritten freely (includes, cases, `$(…)`):
//! a value keeps its span wherever it is moved. No file is opened here.

mod deserialize;
mod diagnostic;
mod json_text;
mod merge;
mod node;
mod parse;
mod pointer;
mod render;
mod scalar;
mod suggest;
mod text;
mod validate;

pub use deserialize::deserialize;
pub use diagnostic::{Diagnostic, Label, Severity, code};
pub use node::{Entry, Map, Node, Value};
pub use parse::{parse, parse_bytes, parse_despite_mistakes};
pub use pointer::{member, words};
pub use render::{Style, render, to_json};
pub use suggest::{did_you_mean, near};
pub use text::{Position, SourceId, Sources, Span};
pub use validate::{InvalidSchema, Schema, duration};
