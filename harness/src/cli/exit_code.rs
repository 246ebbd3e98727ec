//! What the exit codes mean. If several apply, the order is 3, 4, 1, 7, 6.

use std::process::ExitCode;

/// Everything selected passed; a preview was printed, whatever it says.
pub const OK: u8 = 0;
/// An expectation or a snapshot did not hold.
pub const FAILED: u8 = 1;
/// The command line was not understood.
pub const USAGE: u8 = 2;
/// A scenario, configuration or claims file is invalid; nothing ran.
pub const INVALID: u8 = 3;
/// Could not run: a file or a port is out of reach, a step could not be carried out.
pub const COULD_NOT_RUN: u8 = 4;
/// Nothing was selected.
pub const NOTHING_RAN: u8 = 5;
/// Everything passed but for snapshots that wait for review.
pub const TO_REVIEW: u8 = 6;
/// Nothing failed, but some verdicts rest on silence alone.
pub const INCONCLUSIVE: u8 = 7;
/// Interrupted; what did run is reported.
pub const INTERRUPTED: u8 = 130;

/// The process's answer.
pub(super) fn exit(code: u8) -> ExitCode {
    ExitCode::from(code)
}
