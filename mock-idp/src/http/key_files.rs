//! Key files that a configuration names.

use std::path::{Path, PathBuf};

use crate::config::{IdpConfig, KeyOrigin};

/// A key file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the key file `{}`: {cause}", path.display())]
pub struct KeyFileUnreadable {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub cause: std::io::Error,
}

/// Puts the keys of files in the place of their names, which are relative to a folder.
pub fn read_key_files(config: &mut IdpConfig, folder: &Path) -> Result<(), KeyFileUnreadable> {
    for key in &mut config.signing.0 {
        if let KeyOrigin::File(name) = &key.from {
            key.from = key_file(&folder.join(name))?;
        }
    }
    Ok(())
}

/// What a key file holds.
pub(crate) fn key_file(path: &Path) -> Result<KeyOrigin, KeyFileUnreadable> {
    let text = std::fs::read_to_string(path);
    text.map(KeyOrigin::of_file).map_err(|cause| KeyFileUnreadable { path: path.to_owned(), cause })
}
