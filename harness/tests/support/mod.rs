//! What tests of the command line share.

use std::fs;
use std::path::Path;

/// A folder with the shared fragments and one scenario.
pub(crate) fn folder(scenario: &str) -> tempfile::TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().unwrap();
    for part in ["scenarios/shared", "fixtures/clients"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
        for entry in fs::read_dir(root.join(part)).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, folder.path().join(part).join(from.file_name().unwrap())).unwrap();
        }
    }
    fs::write(folder.path().join("scenarios/x.scenario.yaml"), scenario).unwrap();
    folder
}
