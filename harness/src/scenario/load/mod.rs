//! Scenario files to cases that can run: read, include, expand, fill in, check.
//!
//! Everything is worked in the tree, so that each value keeps the place where it was written; all mistakes of all files
//! come out in one pass.

mod blocks;
mod cases;
mod check;
mod files;
mod kept;
pub mod place;
mod schema;
mod substitute;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use mock_idp::source::{Diagnostic, Map, Node, Sources, Span, Value, deserialize};

use self::cases::Row;
use self::files::is_fragment;
use self::substitute::Roots;
use super::event::CaseId;
use super::matcher::join;
use super::model::ScenarioFile;

#[cfg(test)]
pub(crate) use self::check::SILENCEABLE;
pub use self::kept::Kept;
pub use self::schema::{checked as checked_schema, published as published_schema};

/// Where the provider is said to be, when nothing is on a socket.
pub const IDP_BASE: &str = "https://idp.test";
/// The issuer's path where a scenario names none.
const DEFAULT_ISSUER: &str = "/acme";

/// What loading depends on besides the files.
pub struct LoadOptions<'a> {
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Reading id → choice, laid over what the files say.
    pub readings: BTreeMap<String, String>,
    /// Whether `only` is a mistake.
    pub ci: bool,
    /// Whether fragments may be named by themselves: what is written in them is looked at, and nothing can run.
    pub fragments: bool,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self { env: &|_| None, readings: BTreeMap::new(), ci: false, fragments: false }
    }
}

impl std::fmt::Debug for LoadOptions<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("LoadOptions")
            .field("readings", &self.readings)
            .field("ci", &self.ci)
            .field("fragments", &self.fragments)
            .finish_non_exhaustive()
    }
}

/// Everything that was loaded.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The texts, to show places in them.
    pub sources: Sources,
    /// How many scenario files there were.
    pub files: usize,
    /// Each scenario file with everything that it includes, itself first.
    pub read: Vec<Vec<PathBuf>>,
    /// The cases of the files that have no mistakes, in order.
    pub cases: Vec<Case>,
    /// The keys of all cases of those files, also of cases that are not selected.
    pub keys: BTreeSet<String>,
    /// The snapshots of those files, also of cases that are not selected.
    pub kept: Kept,
    /// All mistakes, warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether a file cannot be used.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// One case of one scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Case {
    /// Which one.
    pub id: CaseId,
    /// The file.
    pub path: PathBuf,
    /// Where it begins: its row, or the scenario's name where it is the only one.
    pub span: Span,
    /// Words to select by: those of the scenario and those of the case.
    pub tags: BTreeSet<String>,
    /// Why it is not run.
    pub skip: Option<String>,
    /// Whether nothing but this is to be run.
    pub only: bool,
    /// Codes of its warnings.
    pub warnings: Vec<String>,
    /// What it says.
    pub file: ScenarioFile,
    tree: Node,
}

impl Case {
    /// Where the part of a step's expectation at `pointer` was written.
    pub fn expectation_span(&self, step: usize, pointer: &str) -> Span {
        self.tree.nearest(&format!("/steps/{step}/expect{pointer}")).span
    }

    /// Where a key of a step was written, or the step itself where it has no such key.
    pub fn step_span(&self, step: usize, key: &str) -> Span {
        let at = format!("/steps/{step}");
        self.tree.key_span(&join(&at, key)).unwrap_or_else(|| self.tree.nearest(&at).span)
    }

    /// Whether a step has this key.
    pub fn has_key(&self, step: usize, key: &str) -> bool {
        self.tree.at(&join(&format!("/steps/{step}"), key)).is_some()
    }

    /// The same case with every text changed by `change`: virtual host names become addresses, for example.
    ///
    /// # Errors
    ///
    /// When the changed texts no longer make a scenario.
    pub fn with_texts(&self, change: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Diagnostic>> {
        let mut tree = self.tree.clone();
        change_texts(&mut tree, change);
        Ok(Self { file: deserialize(&tree)?, tree, ..self.clone() })
    }
}

fn change_texts(node: &mut Node, change: &dyn Fn(&str) -> Option<String>) {
    match &mut node.value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| change_texts(item, change)),
        Value::Map(map) => map.values_mut().for_each(|value| change_texts(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Loads all scenario files at or below `paths`.
///
/// # Errors
///
/// A path that cannot be read at all; mistakes in files are among the diagnostics.
pub fn load(paths: &[PathBuf], options: &LoadOptions<'_>) -> Result<Loaded, (PathBuf, io::Error)> {
    let files = files::find(paths)?;
    let mut loaded = Loaded { files: files.len(), ..Loaded::default() };
    let mut said = BTreeSet::new();
    // Also those of files with mistakes: what else is wrong with them is to be told as well.
    let mut all = Vec::new();
    for path in files {
        let mut found = Vec::new();
        let mut read = Vec::new();
        let cases =
            load_file(&path, options, Texts { sources: &mut loaded.sources, read: &mut read }, &mut found);
        loaded.read.push(read);
        Diagnostic::sort(&mut found);
        all.extend(cases.iter().cloned());
        if !found.iter().any(Diagnostic::is_error) {
            loaded.cases.extend(cases);
        }
        // What several cases share is said once, and so is what several files include.
        found.retain(|it| said.insert(saying(it, &loaded.sources)));
        loaded.diagnostics.extend(found);
    }
    let collisions = kept::collisions(&all);
    loaded.cases.retain(|case| collisions.iter().all(|(path, _)| *path != case.path));
    let collisions = collisions.into_iter().map(|(_, collision)| collision);
    loaded.diagnostics.extend(collisions.filter(|it| said.insert(saying(it, &loaded.sources))));
    loaded.keys = loaded.cases.iter().map(|case| case.id.key()).collect();
    loaded.kept = Kept::by(&loaded.cases);
    Ok(loaded)
}

/// What makes two diagnostics the same to a reader.
fn saying(diagnostic: &Diagnostic, sources: &Sources) -> (String, String, Option<(String, usize)>) {
    let place = diagnostic.primary.as_ref().map(|label| label.span);
    let place = place.map(|span| (sources.name(span.source).to_owned(), span.start));
    (diagnostic.code.to_string(), diagnostic.title.clone(), place)
}

/// The texts that were read, and the files that they came from.
struct Texts<'a> {
    sources: &'a mut Sources,
    read: &'a mut Vec<PathBuf>,
}

fn load_file(
    path: &Path,
    options: &LoadOptions<'_>,
    texts: Texts<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Case> {
    let Texts { sources, read } = texts;
    let Some((merged, whole)) = files::read(path, sources, read, found) else { return Vec::new() };
    let mut used = BTreeSet::new();
    let rows = cases::rows(&merged, found);
    let (mut loaded, mut trees) = (Vec::new(), Vec::new());
    let fragment = is_fragment(&merged);
    if fragment && !options.fragments {
        let alone = Diagnostic::error("E0109", "a fragment cannot run by itself");
        found.push(alone.at(merged.span, "a fragment").help("include it in a scenario"));
    }
    let broken = places(found);
    for row in &rows {
        let mut mistakes = Vec::new();
        let (tree, roots) = expand(&merged, row, options, &mut mistakes);
        used.extend(roots.used().iter().cloned());
        let unfilled = places(&mistakes);
        let later = schema::check(&tree).into_iter().chain(check::case(&tree, options, sources));
        mistakes.extend(later.filter(|it| !follows_from(it, &broken) && !follows_from(it, &unfilled)));
        check::retain(&mut mistakes, &[Some(&merged), row.case.as_ref()]);
        let usable = !mistakes.iter().any(Diagnostic::is_error);
        let warnings: BTreeSet<String> =
            mistakes.iter().filter(|d| !d.is_error()).map(|d| d.code.to_string()).collect();
        found.extend(mistakes);
        trees.push(tree.clone());
        if fragment {
            continue;
        }
        match case(path, row, tree, warnings) {
            Ok(case) => loaded.push(case),
            Err(mistakes) if usable => found.extend(mistakes),
            Err(_) => {}
        }
    }
    let mut doubts = check::file(&merged, &used, &trees);
    check::retain(&mut doubts, &[Some(&merged)]);
    found.extend(doubts);
    if !whole || fragment {
        found.retain(|it| !MAY_STAND_ELSEWHERE.contains(&it.code.as_ref()));
    }
    loaded
}

/// Codes that say that something is not there. It may be in an included file that could not be read, or in one that includes
/// this.
const MAY_STAND_ELSEWHERE: [&str; 10] =
    ["E0209", "E0303", "E0304", "E0307", "E0308", "E0309", "P0401", "P0404", "W0504", "W0505"];

/// Where something is wrong.
fn places(found: &[Diagnostic]) -> Vec<Span> {
    let errors = found.iter().filter(|it| it.is_error());
    errors.filter_map(|it| it.primary.as_ref().map(|label| label.span)).collect()
}

/// Whether a mistake is about a value that is there only in part: what is wrong with it has been said.
fn follows_from(mistake: &Diagnostic, places: &[Span]) -> bool {
    mistake.is_error() && mistake.primary.as_ref().is_some_and(|label| places.contains(&label.span))
}

fn case(path: &Path, row: &Row, tree: Node, warnings: BTreeSet<String>) -> Result<Case, Vec<Diagnostic>> {
    let file: ScenarioFile = deserialize(&tree)?;
    let own = |key: &str| row.case.as_ref().and_then(|case| case.get(key));
    let mut tags: BTreeSet<String> = file.tags.iter().cloned().collect();
    let more = own("tags").and_then(Node::as_list).unwrap_or_default();
    tags.extend(more.iter().filter_map(Node::as_str).map(str::to_owned));
    let id = CaseId {
        file: files::shown(path),
        scenario: file.name.clone().unwrap_or_default(),
        case: row.id.clone(),
        product: file.product.as_ref().map(|product| product.kind.clone()).unwrap_or_default(),
    };
    let named = || tree.key_span("/name").unwrap_or(tree.span);
    Ok(Case {
        id,
        path: path.to_owned(),
        span: row.case.as_ref().map_or_else(named, |case| case.span),
        tags,
        skip: file.skip.clone().or_else(|| own("skip").and_then(Node::as_str).map(str::to_owned)),
        only: file.only || own("only").and_then(Node::as_bool).unwrap_or(false),
        warnings: warnings.into_iter().collect(),
        file,
        tree,
    })
}

/// One case's own tree: values filled in, blocks laid out.
fn expand(merged: &Node, row: &Row, options: &LoadOptions<'_>, found: &mut Vec<Diagnostic>) -> (Node, Roots) {
    let mut roots = roots(merged, row, options, found);
    let mut tree = merged.clone();
    let Some(map) = tree.as_map_mut() else { return (tree, roots) };
    for key in ["name", "tags", "skip", "idp", "product", "readings"] {
        if let Some(value) = map.get_mut(key) {
            roots.fill(value, found);
        }
    }
    if let Some(product) = map.get_mut("product") {
        drop_unset(product);
    }
    if let Some(readings) = with_chosen(map.get("readings"), options, merged.span) {
        map.insert("readings", merged.span, readings);
    }
    if let Some(steps) = merged.get("steps").filter(|steps| steps.as_list().is_some()) {
        map.insert("steps", steps.span, blocks::lay_out(steps, merged.get("blocks"), &mut roots, found));
    }
    (tree, roots)
}

/// What `$(…)` may name.
fn roots(merged: &Node, row: &Row, options: &LoadOptions<'_>, found: &mut Vec<Diagnostic>) -> Roots {
    let mut roots = Roots::default();
    if let Some(vars) = merged.get("vars") {
        roots.set("vars", vars.clone());
    }
    roots.set("env", environment(merged, options, found));
    if let Some(case) = &row.case {
        roots.set("case", case.clone());
    }
    if let Some(matrix) = &row.matrix {
        roots.set("matrix", matrix.clone());
    }
    let mut issuer =
        merged.at("/idp/issuer").cloned().unwrap_or_else(|| Node::string(DEFAULT_ISSUER, merged.span));
    roots.fill(&mut issuer, found);
    let span = issuer.span;
    let mut idp = Map::new();
    for (name, value) in provider_urls(issuer.as_str().unwrap_or(DEFAULT_ISSUER)) {
        idp.insert(name, span, Node::string(value, span));
    }
    roots.set("idp", Node::new(Value::Map(idp), span));
    roots
}

/// What `$(idp.…)` gives.
fn provider_urls(issuer: &str) -> [(&'static str, String); 3] {
    let url = super::world::issuer_url(issuer);
    [("issuer", url.clone()), ("jwks_uri", super::world::jwks_uri(&url)), ("base_url", IDP_BASE.to_owned())]
}

/// The environment variables that the file names; one that is not set is a mistake.
fn environment(merged: &Node, options: &LoadOptions<'_>, found: &mut Vec<Diagnostic>) -> Node {
    let mut map = Map::new();
    for name in merged.get("env").and_then(Node::as_list).unwrap_or_default() {
        let Some(text) = name.as_str() else { continue };
        match (options.env)(text) {
            Some(value) => map.insert(text, name.span, Node::string(value, name.span)),
            None => found.push(
                Diagnostic::error("E0309", format!("the environment variable `{text}` is not set"))
                    .at(name.span, "named here")
                    .help(format!("set it, for example with `{text}=… harness run`")),
            ),
        }
    }
    Node::new(Value::Map(map), merged.span)
}

/// The readings of the file with those of the command line on top.
fn with_chosen(written: Option<&Node>, options: &LoadOptions<'_>, span: Span) -> Option<Node> {
    if options.readings.is_empty() {
        return None;
    }
    let mut map = written.and_then(Node::as_map).cloned().unwrap_or_default();
    for (id, choice) in &options.readings {
        map.insert(id.clone(), span, Node::string(choice.clone(), span));
    }
    Some(Node::new(Value::Map(map), span))
}

/// Takes out every entry whose value is `{ $unset: true }`, so that a case can leave a setting out.
fn drop_unset(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(drop_unset),
        Value::Map(map) => {
            let unset: Vec<String> =
                map.iter().filter(|entry| is_unset(&entry.value)).map(|e| e.key.clone()).collect();
            for key in unset {
                map.remove(&key);
            }
            map.values_mut().for_each(drop_unset);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_unset(node: &Node) -> bool {
    let map = node.as_map().filter(|map| map.len() == 1);
    map.and_then(|map| map.get("$unset")).and_then(Node::as_bool) == Some(true)
}

#[cfg(test)]
mod tests;
