//! From a file's text to a checked [`IdpConfig`], with every mistake of the file at its place.

mod partial;

use std::sync::LazyLock;

use serde_json::Value;

use super::check::codes;
use super::{IdpConfig, check};
use crate::source::{
    Diagnostic, Entry, InvalidSchema, Node, Schema, Sources, Span, code, deserialize, did_you_mean, near,
    parse_despite_mistakes,
};

/// The keys that a scenario has beside `idp`: a scenario's provider can be served alone.
const SCENARIO_KEYS: [&str; 18] = [
    "version",
    "kind",
    "name",
    "description",
    "tags",
    "skip",
    "only",
    "allow",
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

/// An `idp:` block as it was written: something to lay other settings over, then to read.
#[derive(Debug, Clone)]
pub struct Block {
    place: &'static str,
    node: Node,
    /// What stands beside the block and is not read here.
    ignored: Option<Diagnostic>,
    /// What is wrong with the file already, so that nothing is read from it, but does not keep the rest from being looked at.
    mistakes: Vec<Diagnostic>,
}

impl Block {
    /// A block of settings that stand in no file, such as those of a command line.
    pub fn new(node: Node) -> Self {
        Self { place: "", node, ignored: None, mistakes: Vec::new() }
    }

    /// Finds the block in a file: under `idp:`, alone or in a scenario, of which nothing else is read, or the whole file.
    ///
    /// # Errors
    /// The file is not YAML, or has something beside the block that belongs nowhere.
    pub fn open(sources: &mut Sources, name: &str, bytes: Vec<u8>) -> Result<Self, Vec<Diagnostic>> {
        let (document, mistakes) = parse_despite_mistakes(sources, name, bytes);
        let Some(document) = document else { return Err(mistakes) };
        if let Some(block) = document.get("idp") {
            let stray = stray_keys(&document);
            let block = Self { place: "/idp", node: block.clone(), ignored: ignored(&document), mistakes };
            return if stray.is_empty() { Ok(block) } else { Err(in_order(stray, block.complaints())) };
        }
        match misspelt_block(&document) {
            Some(mistake) => Err(in_order(mistakes, vec![mistake])),
            None => Ok(Self { place: "", node: document, ignored: None, mistakes }),
        }
    }

    /// Lays settings over the block.
    #[must_use]
    pub fn overlaid_with(mut self, settings: Node) -> Self {
        self.node = self.node.overlaid_with(settings);
        self
    }

    /// The part of the block at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        self.node.at(pointer)
    }

    /// Whether the block says something about `key`.
    pub fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|value| !value.is_null())
    }

    /// The configuration.
    ///
    /// # Errors
    /// Every mistake that was found, warnings included.
    pub fn read(&self) -> Result<Loaded, Vec<Diagnostic>> {
        let read = match (read(self.place, &self.node), &self.ignored) {
            (Ok(Loaded { config, warnings }), Some(ignored)) => {
                Ok(Loaded { config, warnings: in_order(warnings, vec![ignored.clone()]) })
            }
            (Err(found), Some(ignored)) => Err(in_order(found, vec![ignored.clone()])),
            (read, None) => read,
        };
        if self.mistakes.is_empty() {
            return read;
        }
        let mut others = read.map_or_else(|found| found, |loaded| loaded.warnings);
        // What is wrong with a value that was told already follows from that.
        let place = |it: &Diagnostic| it.primary.as_ref().map(|label| label.span);
        others.retain(|other| self.mistakes.iter().all(|first| place(first) != place(other)));
        Err(in_order(self.mistakes.clone(), others))
    }

    fn complaints(&self) -> Vec<Diagnostic> {
        self.read().map_or_else(|mistakes| mistakes, |loaded| loaded.warnings)
    }
}

/// Finds the block in a file and reads it.
///
/// # Errors
/// Every mistake that was found, warnings included.
pub fn load(sources: &mut Sources, name: &str, bytes: Vec<u8>) -> Result<Loaded, Vec<Diagnostic>> {
    Block::open(sources, name, bytes)?.read()
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
        let contradictions = partial::sound_part(block, &found).map(|sound| contradictions(&sound));
        return Err(in_order(found, contradictions.unwrap_or_default()));
    }
    let config: IdpConfig = deserialize(block)?;
    let found = in_order(found, check::meaning(block, &config));
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(Loaded { config, warnings: found }) }
}

/// What the settings of a block contradict, if they can be read.
fn contradictions(block: &Node) -> Vec<Diagnostic> {
    let config: Result<IdpConfig, _> = deserialize(block);
    config.map_or_else(|_| Vec::new(), |config| check::meaning(block, &config))
}

/// Lays settings over a configuration, each in the place of the whole setting of the same name.
///
/// # Errors
/// What is wrong with the outcome, one mistake after the other.
pub fn with_settings(
    config: &IdpConfig,
    settings: &serde_json::Map<String, Value>,
) -> Result<IdpConfig, Vec<String>> {
    let mut all = serde_json::to_value(config).map_err(|why| vec![why.to_string()])?;
    if let Some(members) = all.as_object_mut() {
        members.extend(settings.clone());
    }
    let mut sources = Sources::new();
    let nowhere = Span::new(sources.add("settings", ""), 0, 0);
    let loaded = read("", &Node::from_json(&all, nowhere));
    let mistake = |found: Diagnostic| match found.help.first() {
        Some(help) => format!("{}; {help}", found.title),
        None => found.title,
    };
    loaded
        .map(|loaded| loaded.config)
        .map_err(|found| found.into_iter().filter(Diagnostic::is_error).map(mistake).collect())
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

/// Keys of a scenario that say something about the provider or about what happens.
const UNREAD_KEYS: [&str; 10] =
    ["include", "env", "vars", "product", "rp", "readings", "cases", "matrix", "blocks", "steps"];

/// W0512: of a scenario only the block is read.
fn ignored(document: &Node) -> Option<Diagnostic> {
    let beside: Vec<&Entry> =
        document.as_map()?.iter().filter(|entry| UNREAD_KEYS.contains(&entry.key.as_str())).collect();
    let first = beside.first()?;
    let names: Vec<String> = beside.iter().map(|entry| format!("`{}`", entry.key)).collect();
    let title = format!("only `idp` of this scenario is read; {} left out", said_of(&names));
    let note = Diagnostic::note(codes::LEFT_OUT, title).at(first.key_span, "not read here");
    let include = document.get("include").is_some();
    Some(note.help_if(include.then(|| "clients and users of included files are missing: name them with `--client` and `--user`, or put them here".to_owned())))
}

/// `a is`, `a and b are`.
fn said_of(names: &[String]) -> String {
    match names.split_last() {
        Some((only, [])) => format!("{only} is"),
        Some((last, rest)) => format!("{} and {last} are", rest.join(", ")),
        None => String::new(),
    }
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
