//! `harness run --watch`: runs again what a saved file affects.

mod affected;

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use notify::{RecursiveMode, Watcher as _};

use super::output::Spoken;
use super::{Played, Playing, Run, RunOptions, Snapshots, interruption};
use crate::cli::{ColorWhen, FAILED, INTERRUPTED, Io, OK, USAGE};
use crate::report;
use crate::scenario::Loaded;
use crate::scenario::last_run::LastRun;
use affected::{Affected, identity};

/// Editors write a file in several steps; what comes within this time of each other is one change.
const QUIET: Duration = Duration::from_millis(50);

/// Something to react to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Signal {
    /// These files were written, moved or removed.
    Changed(Vec<PathBuf>),
    /// A line was typed.
    Typed(String),
    /// Ctrl+C.
    Stop,
}

/// Which cases are run next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Wish {
    /// All that were selected.
    #[default]
    All,
    /// Those that did not pass the last time.
    Failed,
    /// Those of the files that a change affects.
    Affected(Vec<PathBuf>),
}

/// Watches files and the keyboard, and runs until `q` or Ctrl+C.
pub(super) fn watch(run: &Run, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
    let (sender, signals) = channel();
    let stop = sender.clone();
    let interrupted = interruption::flag(move || send(&stop, Signal::Stop))?;
    let changes = sender.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event.as_ref().map(Clone::clone)
            && !event.kind.is_access()
        {
            send(&changes, Signal::Changed(event.paths));
        }
    })
    .map_err(io::Error::other)?;
    if io.out_is_terminal {
        thread::spawn(move || type_lines(&sender));
    }
    let mut follow = |folder: &Path| {
        // A folder that cannot be watched, because it is gone, comes back with its parent.
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    };
    Watch { run, color, interrupted, quiet: QUIET }.follow(&signals, &mut follow, io)
}

/// The other end is gone only when nobody watches any more.
fn send(sender: &Sender<Signal>, signal: Signal) {
    let _ = sender.send(signal);
}

fn type_lines(sender: &Sender<Signal>) {
    for line in io::stdin().lines().map_while(Result::ok) {
        send(sender, Signal::Typed(line));
    }
}

struct Watch<'r> {
    run: &'r Run,
    color: ColorWhen,
    interrupted: Arc<AtomicBool>,
    quiet: Duration,
}

/// What is known from one run to the next.
#[derive(Debug, Default)]
struct State {
    wish: Wish,
    /// By name, as typed.
    filter: Option<String>,
    failed: BTreeSet<String>,
    /// What was typed while a file was being saved.
    typed: VecDeque<String>,
    code: u8,
}

impl Watch<'_> {
    /// Runs, and waits for a reason to run again. `watched` is told every folder that matters.
    fn follow(
        &self,
        signals: &Receiver<Signal>,
        watched: &mut dyn FnMut(&Path),
        io: &mut Io<'_>,
    ) -> io::Result<u8> {
        let mut state = State::default();
        loop {
            self.again(&mut state, watched, io)?;
            match self.next(signals, &mut state, io)? {
                Some(wish) => state.wish = wish,
                None if self.interrupted.load(Ordering::Relaxed) => return Ok(INTERRUPTED),
                None => return Ok(state.code),
            }
        }
    }

    /// Loads everything anew and runs what is wished for.
    fn again(&self, state: &mut State, watched: &mut dyn FnMut(&Path), io: &mut Io<'_>) -> io::Result<()> {
        let selected = self.run.selected.by_name(state.filter.as_deref());
        let mut loaded = match selected.load(self.color, io)? {
            Ok(loaded) => loaded,
            Err(code) => {
                for folder in affected::folders(&selected.paths(), &Loaded::default()) {
                    watched(&folder);
                }
                state.code = code;
                return Ok(());
            }
        };
        // What is saved while the cases run must not be missed.
        for folder in affected::folders(&selected.paths(), &loaded) {
            watched(&folder);
        }
        if !loaded.has_errors() {
            // What is not there any more cannot fail; what is only left out, by a name or by `only`, can.
            state.failed.retain(|key| loaded.keys.contains(key));
        }
        let affected = match &state.wish {
            Wish::Affected(changed) => {
                Some(Affected::by(changed, &loaded, self.run.snapshots != Some(Snapshots::Update)))
            }
            Wish::All | Wish::Failed => None,
        };
        if affected.as_ref().is_some_and(Affected::is_empty) {
            return Ok(());
        }
        if let Err(mistake) = self.run.cut_short(&mut loaded) {
            writeln!(io.err, "error: {mistake}")?;
            state.code = USAGE;
            return Ok(());
        }
        let share = &self.run.share;
        let before = LastRun::read(share.cache());
        loaded.cases.retain(|case| share.holds(case));
        let because = match (&state.wish, affected) {
            (_, Some(affected)) => {
                loaded.cases.retain(|case| affected.contains(&case.path));
                affected.because()
            }
            (Wish::Failed, None) => {
                loaded.cases.retain(|case| state.failed.contains(&case.id.key()));
                "failed".to_owned()
            }
            (_, None) if share.last_failed => {
                loaded.cases.retain(|case| before.failed_or_new(&case.id.key()));
                "failed and new".to_owned()
            }
            (_, None) => "all".to_owned(),
        };
        let spoken = if io.out_is_terminal { Spoken::Everything } else { Spoken::ForPrograms };
        let options = RunOptions {
            failed_before: before.knows().then(|| before.failed()),
            ..self.run.options(Arc::clone(&self.interrupted))
        };
        let playing = Playing { run: self.run, options, color: self.color, spoken };
        if loaded.cases.is_empty() && !loaded.has_errors() {
            writeln!(io.out, "rerun: {because}: no cases")?;
            return Ok(());
        }
        let played = playing.play(&loaded, None, io)?;
        if !io.out_is_terminal {
            writeln!(io.out, "rerun: {because}: {}", in_words(&played, &loaded))?;
        }
        // What was not run stays as it was.
        state.failed.retain(|key| !played.passed.contains(key));
        state.failed.extend(played.failed);
        state.code = if played.code == OK && !state.failed.is_empty() { FAILED } else { played.code };
        Ok(())
    }

    /// Waits for a reason to run again. `None` is the wish to stop.
    fn next(
        &self,
        signals: &Receiver<Signal>,
        state: &mut State,
        io: &mut Io<'_>,
    ) -> io::Result<Option<Wish>> {
        if io.out_is_terminal {
            writeln!(io.out, "Enter: again   a: all   f: failed   p GLOB: by name   q: quit")?;
        }
        io.out.flush()?;
        loop {
            let typed = state.typed.pop_front().map(Signal::Typed);
            // Whoever sends ends first only where there is nothing to wait for.
            let Some(signal) = typed.or_else(|| signals.recv().ok()) else { return Ok(None) };
            match signal {
                Signal::Stop => return Ok(None),
                Signal::Changed(paths) => return Ok(self.settled(&paths, signals, &mut state.typed)),
                Signal::Typed(line) => match line.trim() {
                    "" => return Ok(Some(state.wish.clone())),
                    "a" => {
                        state.filter = None;
                        return Ok(Some(Wish::All));
                    }
                    "f" => return Ok(Some(Wish::Failed)),
                    "q" => return Ok(None),
                    other => match other.strip_prefix("p ") {
                        Some(glob) => {
                            state.filter = Some(glob.trim().to_owned());
                            return Ok(Some(Wish::All));
                        }
                        None => writeln!(io.err, "`{other}` is no key")?,
                    },
                },
            }
        }
    }

    /// All that changes until it is quiet for a moment.
    fn settled(
        &self,
        first: &[PathBuf],
        signals: &Receiver<Signal>,
        typed: &mut VecDeque<String>,
    ) -> Option<Wish> {
        let mut changed: BTreeSet<PathBuf> = first.iter().map(|path| identity(path)).collect();
        while let Ok(signal) = signals.recv_timeout(self.quiet) {
            match signal {
                Signal::Changed(paths) => changed.extend(paths.iter().map(|path| identity(path))),
                Signal::Stop => return None,
                // Whoever types while a file is being saved is answered after that.
                Signal::Typed(line) => typed.push_back(line),
            }
        }
        Some(Wish::Affected(changed.into_iter().collect()))
    }
}

/// What a run came to, on the line that it has.
fn in_words(played: &Played, loaded: &Loaded) -> String {
    let mistakes = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    if mistakes > 0 { report::mistakes(mistakes) } else { report::tally(&played.finished) }
}

#[cfg(test)]
mod tests;
