//! `harness accept` and `harness reject`: what a review does, as commands.

use std::io;
use std::path::PathBuf;

use clap::Args;
use mock_idp::source::Severity;

use super::super::selection::{Selected, show};
use super::{ColorWhen, Io, OK, code, left};
use crate::cli::{FAILED, USAGE};
use crate::scenario::review::{Waiting, orphans, remove_orphan, shown, waiting};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness accept --snapshot scenarios/bindplane/snapshots/groups/main.login.snap
  harness accept --all                    all but those that give somebody more than before
  harness accept --orphans                remove snapshots that no step keeps

Exit codes: 0 done, 1 a named snapshot does not wait, 2 bad command line, 3 a file cannot be used and what it keeps
was left as it is, 6 snapshots still wait")]
pub(in crate::cli) struct Accept {
    #[command(flatten)]
    which: Which,
    /// With `--all`: also those after which somebody may do more than before
    #[arg(long, requires = "all")]
    include_raised: bool,
    /// Remove snapshots that no step keeps
    #[arg(long)]
    orphans: bool,
    #[command(flatten)]
    selected: Selected,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness reject --snapshot scenarios/bindplane/snapshots/groups/main.login.snap
  harness reject --all

Exit codes: 0 done, 1 a named snapshot does not wait, 2 bad command line, 3 a file cannot be used and what it keeps
was left as it is")]
pub(in crate::cli) struct Reject {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    selected: Selected,
}

#[derive(Debug, Args)]
struct Which {
    /// A snapshot that waits, with or without `.new`; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    snapshot: Vec<PathBuf>,
    /// All that wait
    #[arg(long)]
    all: bool,
}

impl Which {
    /// The ones that are meant, or the first that does not wait.
    fn of(&self, waiting: Vec<Waiting>) -> Result<Vec<Waiting>, String> {
        if self.all {
            return Ok(waiting);
        }
        let same = |one: &Waiting, path: &PathBuf| {
            let text = shown(path);
            let text = text.trim_end_matches(".new").trim_start_matches("./");
            one.shown().trim_start_matches("./") == text
        };
        let missing = self.snapshot.iter().find(|path| !waiting.iter().any(|one| same(one, path)));
        match missing {
            Some(path) => Err(shown(path)),
            None => Ok(waiting
                .into_iter()
                .filter(|one| self.snapshot.iter().any(|path| same(one, path)))
                .collect()),
        }
    }
}

impl Accept {
    pub(in crate::cli) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if self.which.snapshot.is_empty() && !self.which.all && !self.orphans {
            writeln!(io.err, "error: say which: `--snapshot FILE`, `--all` or `--orphans`")?;
            return Ok(USAGE);
        }
        let loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        show(&loaded, Severity::Error, color, io)?;
        if self.orphans {
            if !self.selected.is_everything() {
                writeln!(io.err, "error: `--orphans` looks at all scenarios; leave the selection out")?;
                return Ok(USAGE);
            }
            for orphan in orphans(&loaded, &self.selected.paths())? {
                remove_orphan(&orphan)?;
                writeln!(io.out, "removed   {}", shown(&orphan))?;
            }
            if self.which.snapshot.is_empty() && !self.which.all {
                return Ok(code(&loaded, OK));
            }
        }
        let chosen = match self.which.of(waiting(&loaded)?) {
            Ok(chosen) => chosen,
            Err(path) => return not_waiting(&path, io),
        };
        let mut held = 0;
        for one in chosen {
            // Who names a snapshot has looked at it.
            if self.which.all && one.delta.may_raise() && !self.include_raised {
                held += 1;
                writeln!(io.out, "left      {}", one.shown())?;
                continue;
            }
            one.accept()?;
            writeln!(io.out, "accepted  {}", one.shown())?;
        }
        if held > 0 {
            writeln!(
                io.err,
                "{held} left: somebody may do more than before. Look at them with `harness review`"
            )?;
        }
        Ok(code(&loaded, left(held)))
    }
}

impl Reject {
    pub(in crate::cli) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if self.which.snapshot.is_empty() && !self.which.all {
            writeln!(io.err, "error: say which: `--snapshot FILE` or `--all`")?;
            return Ok(USAGE);
        }
        let loaded = match self.selected.load(color, io)? {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        show(&loaded, Severity::Error, color, io)?;
        let chosen = match self.which.of(waiting(&loaded)?) {
            Ok(chosen) => chosen,
            Err(path) => return not_waiting(&path, io),
        };
        for one in chosen {
            one.reject()?;
            writeln!(io.out, "rejected  {}", one.shown())?;
        }
        Ok(code(&loaded, OK))
    }
}

fn not_waiting(path: &str, io: &mut Io<'_>) -> io::Result<u8> {
    writeln!(io.err, "error: nothing waits beside `{path}`")?;
    writeln!(io.err, "help: `harness review --list` names what does")?;
    Ok(FAILED)
}
