//! `harness list`: what would run.

use std::io;

use clap::Args;
use mock_idp::source::Severity;
use serde_json::json;

use super::selection::{Selected, show};
use super::share::Share;
use super::{ColorWhen, INVALID, Io, NOTHING_RAN, OK, OutputFormat};
use crate::decision::counted;
use crate::scenario::Case;
use crate::scenario::last_run::LastRun;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness list -p bindplane
  harness list -t 'sync and not slow' --format json")]
pub(super) struct List {
    #[command(flatten)]
    selected: Selected,
    #[command(flatten)]
    share: Share,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", env = "HARNESS_LIST_FORMAT")]
    format: OutputFormat,
}

impl List {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let mut loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        let (cases, nothing) =
            self.share.of(std::mem::take(&mut loaded.cases), &LastRun::read(self.share.cache()));
        loaded.cases = cases;
        show(&loaded, Severity::Error, color, io)?;
        match self.format {
            OutputFormat::Human => human(&loaded.cases, io)?,
            OutputFormat::Json => {
                let cases: Vec<_> = loaded.cases.iter().map(as_json).collect();
                let document = json!({ "schema": "harness.list/1", "cases": cases });
                serde_json::to_writer_pretty(&mut *io.out, &document)?;
                writeln!(io.out)?;
            }
        }
        Ok(match loaded.cases.len() {
            _ if loaded.has_errors() => INVALID,
            0 if !self.selected.allow_empty && nothing.is_none_or(|nothing| !nothing.in_order) => NOTHING_RAN,
            _ => OK,
        })
    }
}

fn human(cases: &[Case], io: &mut Io<'_>) -> io::Result<()> {
    let mut last = "";
    for case in cases {
        if case.id.file != last {
            writeln!(io.out, "{}\n  {}", case.id.file, case.id.scenario)?;
            last = &case.id.file;
        }
        let skipped = case.skip.as_ref().map_or_else(String::new, |reason| format!("  (skipped: {reason})"));
        writeln!(io.out, "    {}{skipped}", case.id.case)?;
    }
    writeln!(io.out, "{}", counted(cases.len(), "case"))
}

fn as_json(case: &Case) -> serde_json::Value {
    json!({
        "file": case.id.file,
        "scenario": case.id.scenario,
        "case": case.id.case,
        "product": case.id.product,
        "tags": case.tags,
        "skip": case.skip,
        "steps": case.file.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>(),
    })
}
