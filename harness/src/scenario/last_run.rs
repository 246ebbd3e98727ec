//! What is remembered from one run to the next: which cases passed and which did not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::event::{CaseReport, Verdict};

/// The file below the cache folder.
const FILE: &str = "last-run.json";
/// Whoever keeps the cache folder in a repository does not mean to commit what is in it.
const IGNORED: &str = "*\n";

/// The cases that are known, by [`CaseId::key`](super::event::CaseId::key).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    schema: String,
    /// Case → whether it passed.
    passed: BTreeMap<String, bool>,
}

/// The form of the file; another is read as none.
const SCHEMA: &str = "harness.last-run/2";

impl Default for LastRun {
    fn default() -> Self {
        Self { schema: SCHEMA.to_owned(), passed: BTreeMap::new() }
    }
}

impl LastRun {
    /// What is remembered in this folder; nothing, where there is nothing that can be read.
    pub fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        serde_json::from_str(&text).ok().filter(|read: &Self| read.schema == SCHEMA).unwrap_or_default()
    }

    /// Remembers it in this folder, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        if !folder.exists() {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(".gitignore"), IGNORED)?;
        }
        // Two runs at once must not read half of what the other writes.
        let whole = folder.join(format!("{FILE}.{}", std::process::id()));
        fs::write(&whole, serde_json::to_string_pretty(self)? + "\n")?;
        fs::rename(whole, folder.join(FILE))
    }

    /// Takes a case in. One that was not run stays what it was, and so does one that went well but not to its end.
    pub fn take(&mut self, case: &CaseReport, to_its_end: bool) {
        let passed = match case.verdict {
            Verdict::Passed if to_its_end => true,
            Verdict::Failed | Verdict::Broken(_) => false,
            Verdict::Passed | Verdict::Skipped(_) => return,
        };
        self.passed.insert(case.id.key(), passed);
    }

    /// Whether anything is remembered.
    pub fn knows(&self) -> bool {
        !self.passed.is_empty()
    }

    /// Whether a case failed, or has not been run yet.
    pub fn failed_or_new(&self, key: &str) -> bool {
        self.passed.get(key) != Some(&true)
    }

    /// The cases that failed.
    pub fn failed(&self) -> BTreeSet<String> {
        self.passed.iter().filter(|(_, passed)| !**passed).map(|(key, _)| key.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;

    use super::LastRun;

    fn remembered(passed: &[(&str, bool)]) -> LastRun {
        let passed = passed.iter().map(|(key, passed)| ((*key).to_owned(), *passed)).collect();
        LastRun { passed, ..LastRun::default() }
    }

    #[test]
    fn what_is_written_is_read_again_and_is_not_for_a_repository() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("target/harness");
        let run = remembered(&[("billrun/a/main", true), ("billrun/b/main", false)]);
        run.write(&folder).unwrap();
        assert_eq!(LastRun::read(&folder), run);
        assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
    }

    #[rstest]
    #[case::nothing(None)]
    #[case::no_json(Some("{"))]
    #[case::another_form(Some(r#"{"schema":"harness.last-run/1","passed":{"a":true}}"#))]
    fn what_cannot_be_read_is_nothing(#[case] text: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = text {
            fs::write(folder.path().join("last-run.json"), text).unwrap();
        }
        assert_eq!(LastRun::read(folder.path()), LastRun::default());
    }

    #[test]
    fn a_case_is_run_again_when_it_failed_and_when_it_is_new() {
        let run = remembered(&[("a", true), ("b", false)]);
        assert_eq!(["a", "b", "c"].map(|key| run.failed_or_new(key)), [false, true, true]);
    }
}
