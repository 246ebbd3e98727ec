//! The log of a served provider, on standard error: what the rooms report, for people or for programs.

use std::io::{IsTerminal as _, stderr};

use clap::ValueEnum;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::http::log::JOURNAL;

/// What the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// A line for people
    Human,
    /// A JSON object per line, for programs, with each request's journal entry; the start-up text is JSON as well
    Json,
}

/// Sends what the rooms report to standard error. A process has one log, so a second start changes nothing.
pub(super) fn start(format: LogFormat) {
    let colours = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let log =
        tracing_subscriber::fmt().with_writer(stderr).with_target(false).with_max_level(LevelFilter::INFO);
    let started = match format {
        LogFormat::Human => log.with_ansi(colours).compact().try_init(),
        LogFormat::Json => {
            let wanted =
                Targets::new().with_default(LevelFilter::INFO).with_target(JOURNAL, LevelFilter::DEBUG);
            let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_target(false);
            let lines = lines.json().flatten_event(true).with_filter(wanted);
            tracing_subscriber::registry().with(lines).try_init().map_err(Into::into)
        }
    };
    drop(started);
}
