//! Starts the command line.

use std::io::{stderr, stdin, stdout};
use std::process::ExitCode;

use anstream::AutoStream;
use mock_idp::cli::{self, Io};
use mock_idp::source::Style;

fn main() -> ExitCode {
    // these two take the colours out again where nobody would see them
    let (mut out, mut err) = (AutoStream::auto(stdout()), AutoStream::auto(stderr()));
    let mut io =
        Io { input: &mut stdin(), out: &mut out, err: &mut err, style: Style::Ansi, now: cli::now() };
    cli::run(std::env::args_os(), &mut io)
}
