//! `harness review`, `accept` and `reject`: snapshots that wait for a person.

mod asking;
mod settling;
mod showing;

use std::io;

use clap::Args;
use serde_json::{Value, json};

use super::selection::{Selected, show};
use super::{ColorWhen, INTERRUPTED, INVALID, Io, OK, OutputFormat, TO_REVIEW};
use crate::scenario::Loaded;
use crate::scenario::review::{Waiting, orphans, shown, waiting};
use mock_idp::source::Severity;

pub(super) use settling::{Accept, Reject};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness run --snapshots pending     leave what differs beside the snapshots
  harness review                      look at each: permissions first, then rules, then the text
  harness review --list --format json

Keys: a accept, r reject, s skip, d the whole text, i more about it; A, R and S do the same with all that are left.
What gives somebody more than before comes last, and is asked for one by one.

Exit codes: 0 nothing waits any more, 2 bad command line, 3 invalid file, 4 could not run, 6 snapshots still wait")]
pub(super) struct Review {
    #[command(flatten)]
    selected: Selected,
    /// List what waits, and snapshots that no step keeps; ask nothing
    #[arg(long)]
    list: bool,
    /// human or json, with `--list`
    #[arg(long, value_name = "FORMAT", default_value = "human", env = "HARNESS_REVIEW_FORMAT")]
    format: OutputFormat,
}

impl Review {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        show(&loaded, Severity::Error, color, io)?;
        let all = waiting(&loaded)?;
        let orphans = if self.selected.is_everything() {
            orphans(&loaded, &self.selected.paths())?
        } else {
            Vec::new()
        };
        let orphans: Vec<String> = orphans.iter().map(|path| shown(path)).collect();
        if self.format == OutputFormat::Json {
            let document = json!({
                "schema": "harness.review/1",
                "waiting": all.iter().map(as_json).collect::<Vec<_>>(),
                "orphans": orphans,
            });
            serde_json::to_writer_pretty(&mut *io.out, &document)?;
            writeln!(io.out)?;
            return Ok(code(&loaded, left(all.len())));
        }
        if self.list || all.is_empty() || io.keys.is_none() {
            let commands = !self.list && io.keys.is_none();
            showing::list(&all, &orphans, commands, &mut io.out(color))?;
            return Ok(code(&loaded, left(all.len())));
        }
        Ok(match asking::ask(&all, color, io)? {
            INTERRUPTED => INTERRUPTED,
            done => code(&loaded, done),
        })
    }
}

/// Of a file that cannot be used nobody knows what waits beside it.
fn code(loaded: &Loaded, done: u8) -> u8 {
    if loaded.has_errors() { INVALID } else { done }
}

/// Whether there is still something to review.
const fn left(count: usize) -> u8 {
    if count == 0 { OK } else { TO_REVIEW }
}

fn as_json(waiting: &Waiting) -> Value {
    json!({
        "snapshot": waiting.shown(),
        "file": waiting.file,
        "scenario": waiting.scenario,
        "case": waiting.case,
        "step": waiting.step,
        "may_raise": waiting.delta.may_raise(),
        "delta": waiting.delta,
        "diff": waiting.difference(3),
    })
}
