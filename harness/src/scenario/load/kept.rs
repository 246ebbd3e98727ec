//! The snapshots that scenarios keep, whatever is selected to run: what nobody keeps can be told only from all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use mock_idp::source::{Diagnostic, Span};

use super::{Case, files};
use crate::scenario::event::stem;
use crate::scenario::model::Snapshot;
use crate::scenario::snapshot;

/// The snapshots of all files that were loaded.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    snapshots: BTreeSet<PathBuf>,
    /// Files that can be used; of the others nobody knows what they keep.
    usable: BTreeSet<PathBuf>,
}

impl Kept {
    /// What the steps of these cases keep.
    pub(super) fn by(cases: &[Case]) -> Self {
        Self {
            snapshots: cases
                .iter()
                .flat_map(|case| case.snapshots().map(|(path, _, _)| files::identity(&path)))
                .collect(),
            usable: cases.iter().map(|case| files::identity(&case.path)).collect(),
        }
    }

    /// Whether a step keeps this snapshot.
    pub fn keeps(&self, snapshot: &Path) -> bool {
        self.snapshots.contains(&files::identity(snapshot))
    }

    /// Whether a file beside the folder `snapshots` could keep what is in its folder `name`, but cannot be used.
    pub fn in_doubt(&self, beside: &[PathBuf], name: &str) -> bool {
        let of_that_name = beside.iter().filter(|path| path.is_file() && stem(&files::shown(path)) == name);
        let (usable, not): (Vec<&PathBuf>, Vec<&PathBuf>) =
            of_that_name.partition(|path| self.usable.contains(&files::identity(path)));
        // What is no scenario by name may have been run as one by its path.
        not.iter().any(|path| files::is_scenario(path)) || usable.is_empty() && !not.is_empty()
    }
}

impl Case {
    /// The snapshots that the case keeps, each with its step and where that says so.
    pub fn snapshots(&self) -> impl Iterator<Item = (PathBuf, &str, Span)> {
        self.file.steps.iter().enumerate().filter_map(|(index, step)| {
            if matches!(step.snapshot, None | Some(Snapshot::Whole(false))) {
                return None;
            }
            let id = step.id.as_deref()?;
            let path = snapshot::path(&self.path, &self.id.case, id);
            Some((path, id, self.step_span(index, "snapshot")))
        })
    }
}

/// E0110: steps whose snapshots would overwrite each other, each with the file that it is in.
pub(super) fn collisions(cases: &[Case]) -> Vec<(PathBuf, Diagnostic)> {
    let mut known: BTreeMap<PathBuf, (&Case, &str, Span)> = BTreeMap::new();
    let mut found = Vec::new();
    for case in cases {
        for (path, step, span) in case.snapshots() {
            let Some((first, its_step, its_span)) = known.get(&path) else {
                known.insert(path, (case, step, span));
                continue;
            };
            let name = files::shown(&path);
            let said = |case: &Case, step: &str| format!("step `{step}` of case `{}`", case.id.case);
            let twice = Diagnostic::error("E0110", format!("two steps keep the snapshot `{name}`"))
                .at(span, said(case, step))
                .also(*its_span, said(first, its_step))
                .help(if first.path == case.path {
                    "the name is made of the case and the step: rename one of them".to_owned()
                } else {
                    format!("rename `{}` or `{}`", first.id.file, case.id.file)
                });
            found.push((first.path.clone(), twice.clone()));
            if first.path != case.path {
                found.push((case.path.clone(), twice));
            }
        }
    }
    found
}
