//! Starts the command line.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use harness::cli::{self, Io};

fn main() -> ExitCode {
    let (mut out, mut err, mut input) = (io::stdout(), io::stderr(), io::stdin());
    let mut io = Io {
        out_is_terminal: out.is_terminal(),
        err_is_terminal: err.is_terminal(),
        out: &mut out,
        err: &mut err,
        input: &mut input,
        env: &|name| std::env::var(name).ok(),
    };
    cli::run(std::env::args_os(), &mut io)
}
