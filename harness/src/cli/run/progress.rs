//! How far a run is: on the error output, so that the output stays data.

use std::io::{self, Write};
use std::time::Duration;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scenario::event::Event;

/// How it is shown how far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProgressKind {
    /// A bar on a terminal; elsewhere a counter, unless cases have lines of their own
    Auto,
    /// A bar, and what is running
    Bar,
    /// A line for each tenth
    Counter,
    /// Not at all
    None,
}

/// As many of the cases that are running are named.
const NAMED: usize = 8;

/// How far a run is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    counter: bool,
    cases: usize,
    told: usize,
    running: Vec<String>,
}

impl Progress {
    /// Of so many cases.
    pub(super) fn new(kind: ProgressKind, cases: usize) -> Self {
        let shown = kind == ProgressKind::Bar;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(cases as u64), target);
        if let Ok(style) = ProgressStyle::with_template(
            "{spinner} {pos}/{len} cases {wide_bar:.dim} {elapsed}\n  {msg:.dim}",
        ) {
            bar.set_style(style);
        }
        if shown {
            bar.enable_steady_tick(Duration::from_millis(100));
        }
        Self { bar, counter: kind == ProgressKind::Counter, cases, told: 0, running: Vec::new() }
    }

    /// Takes an event in; writes to `err` only where there is no bar.
    pub(super) fn see(&mut self, event: &Event, err: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::CaseStarted(id) => self.running.push(id.key()),
            Event::CaseFinished(case) => {
                let key = case.id.key();
                self.running.retain(|running| *running != key);
                self.told += 1;
                self.bar.inc(1);
                let tenth = |told: usize| told * 10 / self.cases.max(1);
                if self.counter && tenth(self.told) > tenth(self.told - 1) {
                    writeln!(err, "{}/{} cases", self.told, self.cases)?;
                }
            }
            Event::RunStarted(_) | Event::Finding(_) | Event::RunFinished(_) => return Ok(()),
        }
        let named: Vec<&str> = self.running.iter().take(NAMED).map(String::as_str).collect();
        self.bar.set_message(named.join("\n  "));
        Ok(())
    }

    /// Does something that writes, out of the bar's way.
    pub(super) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Progress, ProgressKind};
    use crate::scenario::event::{CaseId, Event};

    #[test]
    fn what_is_running_is_known_by_name() {
        let mut progress = Progress::new(ProgressKind::None, 2);
        for case in ["a", "b"] {
            let id = CaseId { case: case.to_owned(), product: "p".to_owned(), ..CaseId::default() };
            progress.see(&Event::CaseStarted(id), &mut Vec::new()).unwrap();
        }
        assert_eq!(progress.bar.message(), "#a\n  #b");
    }
}
