//! Snapshots that wait for a person, and those that no step keeps any more.
//!
//! What waits is told with what it means first: who may do more than before, which rules came and went, and only then the
//! text. Nothing is accepted or removed unless somebody says so.

mod delta;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::event::stem;
use super::load::{Kept, Loaded};
use super::snapshot;

pub use delta::{Delta, Direction, Shift};

/// A snapshot of which another text waits beside it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The snapshot; what waits has `.new` appended.
    pub path: PathBuf,
    /// The scenario's file.
    pub file: String,
    /// The scenario's sentence.
    pub scenario: String,
    /// The case.
    pub case: String,
    /// The step.
    pub step: String,
    /// The stored text, if there is one.
    pub stored: Option<String>,
    /// The text that waits.
    pub now: String,
    /// What the difference means.
    pub delta: Delta,
}

impl Waiting {
    /// The snapshot's path with `/` between folders.
    pub fn shown(&self) -> String {
        shown(&self.path)
    }

    /// The lines that differ, with so many lines around them.
    pub fn difference(&self, around: usize) -> String {
        let stored = self.stored.as_deref().unwrap_or_default();
        similar::TextDiff::from_lines(stored, &self.now)
            .unified_diff()
            // the crate doubles it, and more lines than these no snapshot has
            .context_radius(around.min(1_000_000))
            .missing_newline_hint(false)
            .header("stored", "now")
            .to_string()
    }

    /// Puts the new text in the place of the stored one.
    ///
    /// # Errors
    ///
    /// When a file cannot be moved.
    pub fn accept(&self) -> io::Result<()> {
        fs::rename(self.path.with_extension("snap.new"), &self.path)
    }

    /// Throws the new text away.
    ///
    /// # Errors
    ///
    /// When a file cannot be removed.
    pub fn reject(&self) -> io::Result<()> {
        fs::remove_file(self.path.with_extension("snap.new"))
    }
}

/// A path with `/` between folders.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Everything that waits beside the snapshots of these cases; what gives nobody more than before comes first.
///
/// # Errors
///
/// When a file cannot be read.
pub fn waiting(loaded: &Loaded) -> io::Result<Vec<Waiting>> {
    let mut found = Vec::new();
    for case in &loaded.cases {
        for (path, step, _) in case.snapshots() {
            let Some(now) = read(&path.with_extension("snap.new"))? else { continue };
            let stored = read(&path)?;
            found.push(Waiting {
                delta: Delta::between(case, stored.as_deref(), &now),
                path,
                file: case.id.file.clone(),
                scenario: case.id.scenario.clone(),
                case: case.id.case.clone(),
                step: step.to_owned(),
                stored,
                now,
            });
        }
    }
    found.sort_by_key(|waiting| waiting.delta.may_raise());
    Ok(found)
}

/// The text of a snapshot without its header; `None` where there is no such file.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(snapshot::body_of(&text) + "\n")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Snapshots at or below `paths` that no step keeps, selected or not. Those of files that cannot be used are not judged.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn orphans(loaded: &Loaded, paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, &mut |folder| below(folder, None, &loaded.kept, &mut found))?;
        } else {
            let folder = path.parent().unwrap_or(Path::new(""));
            below(folder, Some(stem(&shown(path))), &loaded.kept, &mut found)?;
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Calls `look` for a folder and every folder below it that may hold scenarios.
fn walk(folder: &Path, look: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    look(folder)?;
    for path in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') && name != "snapshots" {
            walk(&path, look)?;
        }
    }
    Ok(())
}

/// The orphans among the snapshots of one folder of scenarios.
fn below(folder: &Path, only: Option<&str>, kept: &Kept, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let store = folder.join("snapshots");
    if !store.is_dir() {
        return Ok(());
    }
    let beside = entries(folder)?;
    for its in entries(&store)?.into_iter().filter(|path| path.is_dir()) {
        let name = its.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kept.in_doubt(&beside, &name) || only.is_some_and(|only| only != name) {
            continue;
        }
        for path in entries(&its)? {
            // What waits goes with what it waits beside.
            let ends_in = |path: &Path, ending: &str| path.extension().is_some_and(|it| it == ending);
            let stored = if ends_in(&path, "new") { path.with_extension("") } else { path.clone() };
            if ends_in(&stored, "snap") && !kept.keeps(&stored) {
                found.push(path);
            }
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Removes an orphan, and its folder once that is empty.
///
/// # Errors
///
/// When the file cannot be removed.
pub fn remove_orphan(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    for folder in path.ancestors().skip(1).take(2) {
        // A folder that still holds something stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
