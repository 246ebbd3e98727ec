//! A tree compared with a JSON Schema: every mistake in one pass, each at the value it is about.
//!
//! The comparing is a library's; this room turns pointers into spans and keywords into sentences. A schema may carry
//! four annotations that make the sentences better (schemars: `#[schemars(extend("x-noun" = "user"))]`):
//!
//! | Annotation | On | Says |
//! | --- | --- | --- |
//! | `x-noun` | an object, a closed list, a format | what a key or word of it is called: `client setting` |
//! | `x-code` | a closed list, a format, a pattern | the code of the message, instead of the general one |
//! | `x-help` | anything | a sentence to end the help line with |
//! | `x-example` | a format, a pattern | a value to write instead |

mod explain;
mod formats;
mod forms;
mod kinds;

use jsonschema::Validator;
use serde_json::Value;

use super::diagnostic::Diagnostic;
use super::node::Node;

pub use formats::duration;

/// A JSON Schema, compiled. Besides the standard's formats it knows `short-duration` for a duration as this project
/// writes one (`5m`), and `url` for an absolute http or https URL. A value with both a format and a pattern (for editors,
/// which do not know these formats) is explained by its format.
#[derive(Debug)]
pub struct Schema {
    validator: Validator,
    text: Value,
}

/// A schema that is itself wrong: a mistake in a program, not in a file.
#[derive(Debug, thiserror::Error)]
#[error("the schema is not valid: {0}")]
pub struct InvalidSchema(String);

impl Schema {
    /// Compiles a schema; without a `$schema` of its own it is read as draft 2020-12.
    ///
    /// # Errors
    /// The schema is not valid.
    pub fn new(schema: Value) -> Result<Self, InvalidSchema> {
        let options = formats::known(jsonschema::options()).should_validate_formats(true);
        let validator = options.build(&schema).map_err(|error| InvalidSchema(error.to_string()))?;
        Ok(Self { validator, text: schema })
    }

    /// Every mistake in `node`, in the order of the file.
    pub fn check(&self, node: &Node) -> Vec<Diagnostic> {
        self.check_under("", node)
    }

    /// Every mistake in `node`, which messages call by its place in a larger document: `/idp`, say.
    pub fn check_under(&self, prefix: &str, node: &Node) -> Vec<Diagnostic> {
        let json = node.to_json();
        let explain = explain::Explain { root: node, schema: &self.text, prefix };
        let mut found: Vec<Diagnostic> =
            self.validator.iter_errors(&json).flat_map(|e| explain.error(&e)).collect();
        Diagnostic::sort(&mut found);
        found.dedup();
        found
    }
}

#[cfg(test)]
mod tests;
