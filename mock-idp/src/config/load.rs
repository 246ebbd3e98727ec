//! From a file's text to a checked [`IdpConfig`], with every mistake of the file at its place.

use std::sync::LazyLock;

use serde_json::Value;

use super::{IdpConfig, check};
use crate::source::{
    Diagnostic, InvalidSchema, Node, Schema, Sources, code, deserialize, did_you_mean, near, parse_bytes,
};

/// The keys that a scenario has beside `idp`: a scenario's provider can be served alone.
const SCENARIO_KEYS: [&str; 17] = [
    "version",
    "kind",
    "name",
    "description",
    "tags",
    "skip",
    "only",
    "include",
    "env",
    "vars",
    "product",
    "rp",
    "readings",
    "cases",
    "matrix",
    "blocks",
    "steps",
];

/// A configuration without mistakes, and what should be looked at all the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The configuration.
    pub config: IdpConfig,
    /// Things that are allowed and may not be what was meant.
    pub warnings: Vec<Diagnostic>,
}

/// The JSON Schema of an `idp:` block.
pub fn schema() -> Value {
    schemars::schema_for!(IdpConfig).to_value()
}

/// Reads a file: an `idp:` block alone or in a scenario, of which only that block is read, or the bare block.
///
/// # Errors
/// Every mistake that was found, warnings included.
pub fn load(sources: &mut Sources, name: &str, bytes: Vec<u8>) -> Result<Loaded, Vec<Diagnostic>> {
    let document = parse_bytes(sources, name, bytes)?;
    let Some(block) = document.get("idp") else {
        return match misspelt_block(&document) {
            Some(mistake) => Err(vec![mistake]),
            None => read("", &document),
        };
    };
    let mut found = stray_keys(&document);
    match read("/idp", block) {
        Ok(loaded) if found.is_empty() => Ok(loaded),
        Ok(loaded) => Err(in_order(found, loaded.warnings)),
        Err(mistakes) => {
            found.extend(mistakes);
            Err(in_order(found, Vec::new()))
        }
    }
}

/// Reads a block that is part of a larger document, in which it stands at `place` (`/idp`, say).
///
/// # Errors
/// Every mistake that was found, warnings included.
pub fn read(place: &str, block: &Node) -> Result<Loaded, Vec<Diagnostic>> {
    if block.is_null() {
        return Ok(Loaded { config: IdpConfig::default(), warnings: Vec::new() });
    }
    let found = match &*SCHEMA {
        Ok(schema) => schema.check_under(place, block),
        Err(error) => vec![Diagnostic::error(code::WRONG_TYPE, error.to_string()).at(block.span, "")],
    };
    let found = in_order(found, check::without_schema(block));
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    let config: IdpConfig = deserialize(block)?;
    let found = in_order(found, check::meaning(block, &config));
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(Loaded { config, warnings: found }) }
}

static SCHEMA: LazyLock<Result<Schema, InvalidSchema>> = LazyLock::new(|| Schema::new(schema()));

/// A key that was meant to be `idp`; what stands under it would be called unknown otherwise.
fn misspelt_block(document: &Node) -> Option<Diagnostic> {
    let entry = document.as_map()?.iter().find(|entry| !near(&entry.key, ["idp"]).is_empty())?;
    let found = Diagnostic::error(code::UNKNOWN_KEY, format!("unknown key `{}` at the top level", entry.key))
        .at(entry.key_span, "not a known key")
        .help("did you mean `idp`?");
    Some(found)
}

/// Keys beside `idp` that no scenario has.
fn stray_keys(document: &Node) -> Vec<Diagnostic> {
    let entries = document.as_map().into_iter().flatten();
    let stray = entries.filter(|entry| entry.key != "idp" && !SCENARIO_KEYS.contains(&entry.key.as_str()));
    stray
        .map(|entry| {
            Diagnostic::error(code::UNKNOWN_KEY, format!("unknown key `{}` at the top level", entry.key))
                .at(entry.key_span, "not a known key")
                .help_if(
                    did_you_mean(&entry.key, SCENARIO_KEYS)
                        .or_else(|| Some("what configures the provider stands under `idp`".to_owned())),
                )
        })
        .collect()
}

fn in_order(mut found: Vec<Diagnostic>, more: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.extend(more);
    Diagnostic::sort(&mut found);
    found
}

#[cfg(test)]
mod tests;
