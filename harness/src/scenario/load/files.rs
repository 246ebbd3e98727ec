//! Scenario files: found below a folder, read, and merged with what they include.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use mock_idp::source::{Diagnostic, Node, Sources, parse_despite_mistakes};

/// The endings of scenario files.
const ENDINGS: [&str; 3] = [".scenario.yaml", ".scenario.yml", ".scenario.json"];

/// All scenario files at or below `paths`, in the order of the paths and of their names below each.
///
/// # Errors
///
/// The first path that cannot be read.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut found).map_err(|error| (path.clone(), error))?;
        } else {
            fs::metadata(path).map_err(|error| (path.clone(), error))?;
            found.push(path.clone());
        }
    }
    // Two paths may lead to one file: a folder and a folder below it.
    let mut known = BTreeSet::new();
    found.retain(|path| known.insert(identity(path)));
    Ok(found)
}

/// Whether a file is a part of scenarios, by what it says.
pub(super) fn is_fragment(node: &Node) -> bool {
    node.get("kind").and_then(Node::as_str) == Some("fragment")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') {
            walk(&path, found)?;
        } else if is_scenario(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// The same for all paths that lead to a file in one folder; a link in that folder stays a file of its own.
pub(super) fn identity(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
}

/// Whether a file is a scenario by its name.
pub(super) fn is_scenario(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// A path as reports show it: from the working folder where it lies below that, whatever links lead to it, `/` between
/// folders, and no way up and down again. What is remembered of a case, and its share, go by this.
pub(super) fn shown(path: &Path) -> String {
    let here = env::current_dir().and_then(|here| here.canonicalize()).ok();
    let whole = identity(path);
    let is_below = here.as_deref().is_some_and(|here| whole.starts_with(here));
    shown_from(if is_below { &whole } else { path }, here.as_deref())
}

fn shown_from(path: &Path, here: Option<&Path>) -> String {
    let path = here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    let mut short = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(short.components().next_back(), Some(Component::Normal(_))) => {
                short.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::ParentDir | Component::Normal(_) => {
                short.push(part);
            }
        }
    }
    short.to_string_lossy().replace('\\', "/")
}

/// Reads a file and lays it over everything that it includes, and says whether that is all of it: what can be read is
/// looked at despite mistakes. `opened` takes down every file, also those that are not there.
pub(super) fn read(
    path: &Path,
    sources: &mut Sources,
    opened: &mut Vec<PathBuf>,
    found: &mut Vec<Diagnostic>,
) -> Option<(Node, bool)> {
    let mut reader = Reader { sources, opened, found, open: Vec::new(), whole: true };
    let node = reader.read(path, None)?;
    Some((node, reader.whole))
}

struct Reader<'a> {
    sources: &'a mut Sources,
    opened: &'a mut Vec<PathBuf>,
    found: &'a mut Vec<Diagnostic>,
    /// The files that are being read, from the scenario down, to notice circles.
    open: Vec<PathBuf>,
    /// Whether every file could be read.
    whole: bool,
}

impl Reader<'_> {
    /// Reads one file; `from` is the entry that includes it.
    fn read(&mut self, path: &Path, from: Option<&Node>) -> Option<Node> {
        let name = shown(path);
        let place = |mistake: Diagnostic, label: &str| match from {
            Some(entry) => mistake.at(entry.span, label),
            None => mistake,
        };
        self.opened.push(path.to_owned());
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let title = format!("cannot read `{name}`: {}", lower_first(&error.to_string()));
                self.found.push(place(Diagnostic::error("E0103", title), "included here"));
                self.whole = false;
                return None;
            }
        };
        let identity = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if self.open.contains(&identity) {
            let title = format!("`{name}` includes itself");
            self.found.push(place(Diagnostic::error("E0108", title), "closes the circle"));
            return None;
        }
        let (node, mistakes) = parse_despite_mistakes(self.sources, &name, bytes);
        self.found.extend(mistakes);
        let Some(node) = node else {
            self.whole = false;
            return None;
        };
        if let Some(entry) = from.filter(|_| !is_fragment(&node)) {
            let wrong = Diagnostic::error("E0109", format!("`{name}` is not a fragment"));
            self.found.push(
                wrong.at(entry.span, "included here").help("add `kind: fragment` to the included file"),
            );
        }
        self.open.push(identity);
        let whole = self.with_includes(node, path);
        self.open.pop();
        Some(whole)
    }

    fn with_includes(&mut self, node: Node, path: &Path) -> Node {
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let entries: Vec<Node> = node.get("include").and_then(Node::as_list).unwrap_or_default().to_vec();
        let mut below: Option<Node> = None;
        for entry in &entries {
            let Some(name) = entry.as_str() else { continue };
            let Some(mut part) = self.read(&folder.join(name), Some(entry)) else { continue };
            if let Some(map) = part.as_map_mut() {
                map.remove("kind");
                map.remove("include");
            }
            below = Some(match below {
                Some(below) => below.overlaid_with(part),
                None => part,
            });
        }
        match below {
            Some(below) => below.overlaid_with(node),
            None => node,
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use mock_idp::source::Sources;
    use serde_json::json;

    use rstest::rstest;

    use super::{find, read, shown_from};

    #[rstest]
    #[case::up_and_down("scenarios/billrun/../shared/a.yaml", "scenarios/shared/a.yaml")]
    #[case::here("./a.yaml", "a.yaml")]
    #[case::above("../a.yaml", "../a.yaml")]
    #[case::the_same_from_the_root("/project/scenarios/./a.yaml", "scenarios/a.yaml")]
    #[case::elsewhere("/projects/a.yaml", "/projects/a.yaml")]
    fn a_path_is_shown_without_detours(#[case] path: &str, #[case] text: &str) {
        assert_eq!(shown_from(Path::new(path), Some(Path::new("/project"))), text);
    }

    #[test]
    fn a_file_to_which_two_paths_lead_is_found_once() {
        let folder = folder(&[("b/x.scenario.yaml", ""), ("y.scenario.yaml", "")]);
        let below = folder.path().join("b");
        let found = find(&[folder.path().to_owned(), below.clone(), below.join("x.scenario.yaml")]).unwrap();
        assert_eq!(found, [below.join("x.scenario.yaml"), folder.path().join("y.scenario.yaml")]);
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn scenario_files_are_found_in_the_order_of_their_names() {
        let folder = folder(&[("b/x.scenario.yaml", ""), ("a.scenario.json", ""), ("b/y.fragment.yaml", "")]);
        let found = find(&[folder.path().to_owned()]).unwrap();
        assert_eq!(found, [folder.path().join("a.scenario.json"), folder.path().join("b/x.scenario.yaml")]);
    }

    #[test]
    fn a_file_lies_over_what_it_includes() {
        let folder = folder(&[
            ("x.scenario.yaml", "include: [one.yaml, shared/two.yaml]\nidp: {seed: 3}"),
            ("one.yaml", "kind: fragment\nidp: {seed: 1, issuer: /a}\nvars: {x: 1}"),
            ("shared/two.yaml", "kind: fragment\nidp: {seed: 2, issuer: /b}"),
        ]);
        let (mut sources, mut opened, mut found) = (Sources::new(), Vec::new(), Vec::new());
        let path = folder.path().join("x.scenario.yaml");
        let (node, whole) = read(&path, &mut sources, &mut opened, &mut found).unwrap();
        assert!(whole);
        assert_eq!(found, []);
        assert_eq!(opened, [path, folder.path().join("one.yaml"), folder.path().join("shared/two.yaml")]);
        let expected = json!({
            "idp": {"seed": 3, "issuer": "/b"}, "vars": {"x": 1}, "include": ["one.yaml", "shared/two.yaml"]
        });
        assert_eq!(node.to_json(), expected);
    }

    #[test]
    fn a_circle_and_a_missing_file_are_found_in_one_pass() {
        let folder = folder(&[
            ("x.scenario.yaml", "include: [one.yaml, gone.yaml]"),
            ("one.yaml", "kind: fragment\ninclude: [one.yaml]"),
        ]);
        let (mut sources, mut found) = (Sources::new(), Vec::new());
        let path = folder.path().join("x.scenario.yaml");
        let (_, whole) = read(&path, &mut sources, &mut Vec::new(), &mut found).unwrap();
        assert!(!whole);
        let codes: Vec<&str> = found.iter().map(|mistake| mistake.code.as_ref()).collect();
        assert_eq!(codes, ["E0108", "E0103"]);
    }
}
