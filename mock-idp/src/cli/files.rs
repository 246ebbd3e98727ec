//! Files that a command was told to read or write.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::exit_code::Failure;
use super::io::Io;
use crate::config::{Block, Loaded};
use crate::source::{Diagnostic, Sources, render};

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path)
        .map_err(|error| Failure::not_understood(format!("cannot read `{}`: {error}", path.display())))
}

/// Reads a file that holds JSON.
pub(super) fn read_json(path: &Path) -> Result<serde_json::Value, Failure> {
    let name = path.display();
    serde_json::from_slice(&read(path)?)
        .map_err(|error| Failure::not_understood(format!("`{name}` is not JSON: {error}")))
}

/// Opens the `idp:` block of a file.
pub(super) fn open_block(path: &Path, sources: &mut Sources, io: &Io<'_>) -> Result<Block, Failure> {
    let bytes = read(path)?;
    Block::open(sources, &path.display().to_string(), bytes).map_err(|found| complaints(&found, sources, io))
}

/// Reads a block, showing what should be looked at.
pub(super) fn read_block(block: &Block, sources: &Sources, io: &mut Io<'_>) -> Result<Loaded, Failure> {
    let loaded = block.read().map_err(|found| complaints(&found, sources, io))?;
    if !loaded.warnings.is_empty() {
        let text = render(&loaded.warnings, sources, io.style);
        io.remark(&text);
        io.remark("\n");
    }
    Ok(loaded)
}

/// The mistakes of a file, drawn.
pub(super) fn complaints(found: &[Diagnostic], sources: &Sources, io: &Io<'_>) -> Failure {
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = found.len() - errors;
    let drawn = render(found, sources, io.style);
    Failure::drawn(format!("{drawn}\n{}, {}\n", count(errors, "error"), count(warnings, "warning")))
}

/// Writes a whole file at once: who waits for it never sees half of it.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::cannot_run(format!("cannot write `{}`: {error}", path.display()));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    fs::write(&part, text).map_err(failed)?;
    fs::rename(&part, path).map_err(failed)
}

/// Writes a new file that nobody else may read. What is there already stays: a key that is gone cannot be had again.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::cannot_run(format!("cannot write `{}`: {error}", path.display())))
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
