//! The log of a served provider, on standard error: what the rooms report, for people or for programs.

use std::io::{IsTerminal as _, stderr};

use clap::ValueEnum;
use tracing_subscriber::filter::LevelFilter;

/// What the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// A line for people
    Human,
    /// A JSON object per line, for programs; the start-up text is JSON as well
    Json,
}

/// Sends what the rooms report to standard error. A process has one log, so a second start changes nothing.
pub(super) fn start(format: LogFormat) {
    let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log =
        tracing_subscriber::fmt().with_writer(stderr).with_target(false).with_max_level(LevelFilter::INFO);
    let started = match format {
        LogFormat::Human => log.with_ansi(colours).compact().try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    drop(started);
}
