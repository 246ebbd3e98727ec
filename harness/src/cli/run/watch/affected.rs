//! Which scenarios a change affects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::scenario::{Loaded, snapshot};

/// Scenario files that a change affects, and the changed files that do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Affected {
    scenarios: BTreeSet<PathBuf>,
    reasons: BTreeSet<String>,
}

impl Affected {
    /// Follows includes, and snapshots to their scenario unless this run writes them itself.
    pub(super) fn by(changed: &[PathBuf], loaded: &Loaded, snapshots: bool) -> Self {
        let mut users: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
        for read in &loaded.read {
            let Some(scenario) = read.first() else { continue };
            for path in read {
                users.entry(identity(path)).or_default().push(scenario);
            }
            if snapshots {
                // Of the path only the folder counts, which all snapshots of the scenario share.
                let folder = snapshot::path(scenario, "any", "any").parent().map(identity);
                users.entry(folder.unwrap_or_default()).or_default().push(scenario);
            }
        }
        let mut affected = Self::default();
        for path in changed {
            let kept = path.extension().is_some_and(|ending| ending == "snap");
            let key = if kept { path.parent() } else { Some(path.as_path()) };
            let Some(scenarios) = key.and_then(|key| users.get(key)) else { continue };
            affected.scenarios.extend(scenarios.iter().map(|path| path.to_path_buf()));
            affected.reasons.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
        affected
    }

    pub(super) fn is_empty(&self) -> bool {
        self.scenarios.is_empty()
    }

    pub(super) fn contains(&self, scenario: &Path) -> bool {
        self.scenarios.contains(scenario)
    }

    /// Why it is run again: `a.scenario.yaml changed`.
    pub(super) fn because(&self) -> String {
        let mut names: Vec<&str> = self.reasons.iter().map(String::as_str).collect();
        let more = names.len().saturating_sub(3);
        names.truncate(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more} changed", names.join(", "))
    }
}

/// A path by which a file is known however it is named, also when it is not there any more.
pub(super) fn identity(path: &Path) -> PathBuf {
    let whole = path.canonicalize();
    let parent = || {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    whole.ok().or_else(parent).unwrap_or_else(|| path.to_owned())
}

/// The folders in which something that matters may change: those of all files that were read, those of their snapshots, and
/// all below the given ones, where scenarios may appear.
pub(super) fn folders(given: &[PathBuf], loaded: &Loaded) -> BTreeSet<PathBuf> {
    let files = loaded.read.iter().flatten().chain(given).filter(|path| !path.is_dir());
    let mut folders: BTreeSet<PathBuf> =
        files.filter_map(|path| identity(path).parent().map(Path::to_owned)).collect();
    let kept = loaded.read.iter().filter_map(|read| read.first());
    let kept = kept.filter_map(|scenario| snapshot::path(scenario, "any", "any").parent().map(identity));
    folders.extend(kept.filter(|folder| folder.is_dir()));
    let mut open: Vec<PathBuf> =
        given.iter().filter(|path| path.is_dir()).map(|path| identity(path)).collect();
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok);
        open.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir() && !is_hidden(path)));
        folders.insert(folder);
    }
    folders
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
