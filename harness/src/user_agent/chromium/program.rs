//! Which program Chromium is.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::ChromiumError;

/// What it is called, wherever it is packaged. First those that are nothing but the engine: they take half the time.
const NAMES: [&str; 7] = [
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Where it is although it is in no folder of `PATH`.
const PLACES: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The program that was named, or else the first under one of its usual names.
///
/// # Errors
///
/// When there is none.
pub fn find(named: Option<&Path>) -> Result<PathBuf, ChromiumError> {
    let folders = env::var_os("PATH").unwrap_or_default();
    if let Some(named) = named {
        return the_named(named, &folders);
    }
    let places = PLACES.iter().map(PathBuf::from).find(|place| place.is_file());
    let found = NAMES.iter().find_map(|name| in_folders(name.as_ref(), &folders)).or(places);
    found.ok_or_else(|| ChromiumError::Missing { names: NAMES.join("`, `") })
}

fn the_named(named: &Path, folders: &OsStr) -> Result<PathBuf, ChromiumError> {
    let is_path = named.components().count() > 1;
    let found = if is_path {
        Some(named.to_owned()).filter(|path| path.is_file())
    } else {
        in_folders(named, folders)
    };
    found.ok_or_else(|| ChromiumError::NoSuchProgram { path: named.to_owned(), is_path })
}

fn in_folders(name: &Path, folders: &OsStr) -> Option<PathBuf> {
    env::split_paths(folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_name_is_looked_for_in_path_and_a_path_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("my-browser");
        fs::write(&program, "").unwrap();
        let folders = folder.path().as_os_str();
        assert_eq!(the_named(Path::new("my-browser"), folders).unwrap(), program);
        assert_eq!(the_named(&program, OsStr::new("")).unwrap(), program);
        let missing = |named: &str| the_named(Path::new(named), folders).unwrap_err().to_string();
        assert!(missing("other-browser").starts_with("there is no program `other-browser` in `PATH`\n"));
        assert!(missing("/no/my-browser").starts_with("there is no program `/no/my-browser`\n"));
    }
}
