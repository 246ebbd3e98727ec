//! Questions about what no decision has, told to whoever asked.

use std::io;

use mock_idp::source::did_you_mean;

use super::{Io, OK, USAGE};
use crate::decision::{ProductKind, UnknownField, bare};
use crate::preview::{Astray, CERTAIN, Wrong};

/// Tells each; the exit code says whether there was one.
pub(super) fn refuse(kind: &dyn ProductKind, astray: &[Astray], io: &mut Io<'_>) -> io::Result<u8> {
    for Astray { asked, wrong } in astray {
        writeln!(io.err, "error: in `{asked}`: {wrong}")?;
        match wrong {
            Wrong::Path(unknown) => {
                if let Some(near) = near(unknown) {
                    writeln!(io.err, "help: {near}")?;
                }
                if !unknown.known().is_empty() {
                    writeln!(io.err, "help: {} has {}", holder(kind, unknown), quoted(unknown.known()))?;
                }
            }
            Wrong::ListAgainstText { instead, .. } => writeln!(io.err, "help: write `{instead}`")?,
            Wrong::Word { word, known, .. } => {
                let near = did_you_mean(bare(word), known.iter().copied());
                writeln!(io.err, "help: {}", near.unwrap_or_else(|| format!("it can be {}", quoted(known))))?;
            }
        }
    }
    Ok(if astray.is_empty() { OK } else { USAGE })
}

fn near(unknown: &UnknownField) -> Option<String> {
    if unknown.name == CERTAIN {
        return Some(format!(
            "`{CERTAIN}` is no part of a decision; `harness preview --require` asks for it"
        ));
    }
    let elsewhere: Vec<&str> = unknown.elsewhere.iter().map(String::as_str).collect();
    if !elsewhere.is_empty() {
        return Some(format!("did you mean {}?", quoted(&elsewhere).replace(", ", " or ")));
    }
    did_you_mean(&unknown.name, unknown.known().iter().copied())
}

fn holder(kind: &dyn ProductKind, unknown: &UnknownField) -> String {
    if unknown.below.is_empty() {
        format!("a decision of {}", kind.title())
    } else {
        format!("`{}`", unknown.below)
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
