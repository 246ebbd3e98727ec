//! Snapshots beside the scenario, in insta's file format: a YAML header, then the body.
//!
//! `cargo insta review` reads the same files, and a pending one has `.new` appended, as insta does it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use similar::TextDiff;

use super::event::{CaseId, SnapshotState};

/// What happens to snapshots during a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SnapshotMode {
    /// Compare only; a difference fails.
    #[default]
    Check,
    /// Compare; one that is missing is left as `.snap.new` for review; a difference fails.
    New,
    /// Compare; one that is missing or different is left as `.snap.new` for review.
    Pending,
    /// Write the current text.
    Update,
}

/// Where the snapshot of a step is kept: `snapshots/<scenario>/<case>.<step>.snap` beside the scenario. A case may be named
/// after a URL, which must not become folders.
pub fn path(scenario: &Path, case: &str, step: &str) -> PathBuf {
    let folder = scenario.parent().unwrap_or_else(|| Path::new(""));
    let name = scenario.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    folder
        .join("snapshots")
        .join(super::event::stem(&name))
        .join(format!("{case}.{step}.snap").replace(['/', '\\'], "_"))
}

/// Compares `body` with the stored snapshot and does what `mode` says.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn settle(
    path: &Path,
    id: &CaseId,
    step: &str,
    body: &str,
    mode: SnapshotMode,
) -> io::Result<SnapshotState> {
    let pending = path.with_extension("snap.new");
    let stored = match fs::read_to_string(path) {
        Ok(text) => Some(body_of(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if stored.as_deref() == Some(body.trim_end()) {
        if mode != SnapshotMode::Check {
            remove(&pending)?;
        }
        return Ok(SnapshotState::Same);
    }
    let file = format!("{}{}\n", header(id, step), body.trim_end());
    match mode {
        SnapshotMode::Update => {
            write(path, &file)?;
            remove(&pending)?;
            return Ok(SnapshotState::Written);
        }
        SnapshotMode::Pending => write(&pending, &file)?,
        SnapshotMode::New if stored.is_none() => write(&pending, &file)?,
        SnapshotMode::New | SnapshotMode::Check => {}
    }
    let pending = mode == SnapshotMode::Pending || mode == SnapshotMode::New && stored.is_none();
    Ok(stored.map_or(SnapshotState::Missing { pending }, |stored| SnapshotState::Differs {
        diff: difference(&stored, body.trim_end()),
        pending,
    }))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Insta's header. The description is shown in a review.
fn header(id: &CaseId, step: &str) -> String {
    let text = |text: &str| Value::from(text).to_string();
    format!(
        "---\nsource: {}\ndescription: {}\ninfo:\n  case: {}\n  step: {}\n---\n",
        text(&id.file),
        text(&id.scenario),
        text(&id.case),
        text(step),
    )
}

/// What follows the header.
pub(super) fn body_of(file: &str) -> String {
    let file = file.replace("\r\n", "\n");
    let body = file
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(file.as_str(), |(_, body)| body);
    body.trim_end().to_owned()
}

/// The lines that differ, with three lines around them.
fn difference(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .missing_newline_hint(false)
        .header("stored", "now")
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use rstest::rstest;

    use super::{SnapshotMode, path, settle};
    use crate::scenario::event::{CaseId, SnapshotState};

    fn id() -> CaseId {
        CaseId {
            file: "billrun/x.scenario.yaml".to_owned(),
            scenario: "BillRun says \"no\"".to_owned(),
            case: "main".to_owned(),
            product: "billrun".to_owned(),
        }
    }

    #[test]
    fn a_snapshot_lies_beside_its_scenario() {
        let found = path(Path::new("scenarios/billrun/a-b.scenario.yaml"), "main", "first");
        assert_eq!(found, Path::new("scenarios/billrun/snapshots/a-b/main.first.snap"));
    }

    #[rstest]
    #[case::of_a_url("u=https://a.test/b", "u=https:__a.test_b.first.snap")]
    #[case::of_a_way_out("../../x", ".._.._x.first.snap")]
    fn a_snapshot_never_leaves_its_folder(#[case] case: &str, #[case] name: &str) {
        let found = path(Path::new("billrun/a.b.scenario.yaml"), case, "first");
        assert_eq!(found, Path::new("billrun/snapshots/a.b").join(name));
    }

    #[test]
    fn a_written_snapshot_is_the_same_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("snapshots/x/main.login.snap");
        let settle = |body, mode| settle(&path, &id(), "login", body, mode).unwrap();
        assert_eq!(settle("a: 1\n", SnapshotMode::Check), SnapshotState::Missing { pending: false });
        assert_eq!(settle("a: 1\n", SnapshotMode::Update), SnapshotState::Written);
        assert_eq!(settle("a: 1", SnapshotMode::Check), SnapshotState::Same);
    }

    #[test]
    fn a_new_text_waits_for_review_beside_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.login.snap");
        settle(&path, &id(), "login", "a: 1", SnapshotMode::Update).unwrap();
        let state = settle(&path, &id(), "login", "a: 2", SnapshotMode::New).unwrap();
        assert!(matches!(state, SnapshotState::Differs { pending: false, .. }), "{state:?}");
        let state = settle(&path, &id(), "login", "a: 2", SnapshotMode::Pending).unwrap();
        let SnapshotState::Differs { diff, pending: true } = state else { panic!("{state:?}") };
        assert!(diff.contains("-a: 1\n+a: 2"), "{diff}");
        assert!(folder.path().join("main.login.snap.new").exists());
        settle(&path, &id(), "login", "a: 1", SnapshotMode::New).unwrap();
        assert!(!folder.path().join("main.login.snap.new").exists());
    }

    #[test]
    fn the_header_is_one_that_insta_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("main.login.snap");
        settle(&path, &id(), "login", "a: 1", SnapshotMode::Update).unwrap();
        insta::assert_snapshot!(fs::read_to_string(path).unwrap(), @r#"
        ---
        source: "billrun/x.scenario.yaml"
        description: "BillRun says \"no\""
        info:
          case: "main"
          step: "login"
        ---
        a: 1
        "#);
    }
}
