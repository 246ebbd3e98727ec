//! `harness check`: are the files right?

use std::io;
use std::path::PathBuf;

use clap::Args;
use mock_idp::source::{Diagnostic, Severity, to_json};
use serde_json::json;

use super::selection::{Selected, show};
use super::{ColorWhen, INVALID, Io, NOTHING_RAN, OK, OutputFormat};
use crate::report::counted;
use crate::scenario::Loaded;
use crate::scenario::review::{orphans, shown};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness check                            every scenario below `scenarios`
  harness check my.scenario.yaml --format json
  harness check shared/acme.fragment.yaml  a part of scenarios, as far as it goes")]
pub(super) struct Check {
    #[command(flatten)]
    selected: Selected,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", env = "HARNESS_CHECK_FORMAT")]
    format: OutputFormat,
}

impl Check {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let mut loaded = match self.selected.load_fragments_too(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        let orphans = orphaned(&self.selected, &loaded)?;
        loaded.diagnostics.extend(orphans);
        let count = |severity| loaded.diagnostics.iter().filter(|d| d.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        match self.format {
            OutputFormat::Human => {
                show(&loaded, Severity::Note, color, io)?;
                writeln!(
                    io.out,
                    "{}, {}: {}, {}",
                    counted(loaded.files, "file"),
                    counted(loaded.cases.len(), "case"),
                    counted(errors, "error"),
                    counted(warnings, "warning")
                )?;
                if let Some(first) = loaded.diagnostics.first() {
                    writeln!(io.out, "`harness explain {}` tells more, and so for each code", first.code)?;
                }
            }
            OutputFormat::Json => {
                let document = json!({
                    "schema": "harness.check/1",
                    "files": loaded.files,
                    "cases": loaded.cases.len(),
                    "diagnostics": to_json(&loaded.diagnostics, &loaded.sources),
                });
                serde_json::to_writer_pretty(&mut *io.out, &document)?;
                writeln!(io.out)?;
            }
        }
        Ok(match (errors, loaded.files) {
            (0, 0) if !self.selected.allow_empty => NOTHING_RAN,
            (0, _) => OK,
            _ => INVALID,
        })
    }
}

/// W0510: snapshots that no step keeps. Only looked for where nothing is left out.
fn orphaned(selected: &Selected, loaded: &Loaded) -> io::Result<Vec<Diagnostic>> {
    if !selected.is_everything() {
        return Ok(Vec::new());
    }
    let said = |path: &PathBuf| {
        Diagnostic::warning("W0510", format!("no step keeps the snapshot `{}`", shown(path)))
            .help("`harness accept --orphans` removes it")
    };
    Ok(orphans(loaded, &selected.paths())?.iter().map(said).collect())
}
