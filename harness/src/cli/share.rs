//! A part of the selected cases: a share for one of several machines, or what failed before.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;

use crate::scenario::Case;
use crate::scenario::last_run::LastRun;
use crate::scenario::shard::Shard;

/// Where is remembered what failed, unless it is said.
const CACHE: &str = "target/harness";

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct Share {
    /// Only the N-th of M shares; a case stays in its share when others are added
    #[arg(long, value_name = "N/M", env = "HARNESS_SHARD")]
    pub(super) shard: Option<Shard>,
    /// Only what failed when it was last run, and what is new
    #[arg(long, env = "HARNESS_LAST_FAILED", value_parser = FalseyValueParser::new())]
    pub(super) last_failed: bool,
    /// Where is remembered what failed [default: target/harness; with --ci nowhere]
    #[arg(long, value_name = "FOLDER", env = "HARNESS_CACHE")]
    cache: Option<PathBuf>,
}

impl Share {
    /// Keeps the cases of this share. When none is left, says why that is so and whether it is in order.
    pub(super) fn of(&self, mut cases: Vec<Case>, before: &LastRun) -> (Vec<Case>, Option<Nothing>) {
        if cases.is_empty() {
            return (cases, Some(Nothing { because: "nothing was selected".to_owned(), in_order: false }));
        }
        if self.last_failed {
            cases.retain(|case| before.failed_or_new(&case.id.key()));
            if cases.is_empty() {
                let because = "nothing of what was selected failed before, and nothing is new".to_owned();
                return (cases, Some(Nothing { because, in_order: false }));
            }
        }
        let Some(shard) = self.shard else { return (cases, None) };
        let selected = cases.len();
        cases.retain(|case| self.holds(case));
        let because = || format!("share {shard} holds none of the {selected} selected cases");
        let nothing = cases.is_empty().then(|| Nothing { because: because(), in_order: true });
        (cases, nothing)
    }

    /// Whether a case is in the share, whatever came of it before.
    pub(super) fn holds(&self, case: &Case) -> bool {
        self.shard.is_none_or(|shard| shard.takes(&case.id))
    }

    /// What was asked for, as on the command line.
    pub(super) fn asked(&self) -> Vec<String> {
        let shard = self.shard.map(|shard| format!("--shard {shard}"));
        shard.into_iter().chain(self.last_failed.then(|| "--last-failed".to_owned())).collect()
    }

    /// Where it is looked up what failed.
    pub(super) fn cache(&self) -> &Path {
        self.cache.as_deref().unwrap_or(Path::new(CACHE))
    }

    /// Whether it is remembered what fails: on a machine of nobody's only where that was asked for.
    pub(super) const fn remembers(&self, ci: bool) -> bool {
        !ci || self.cache.is_some()
    }
}

/// Why no case is left.
#[derive(Debug)]
pub(super) struct Nothing {
    /// In words.
    pub(super) because: String,
    /// Whether that may happen to anybody: with few cases and many machines, some have nothing to do.
    pub(super) in_order: bool,
}
