//! Starts the command line.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use harness::cli::{self, Io};

fn main() -> ExitCode {
    let (mut out, mut err, mut input) = (io::stdout(), io::stderr(), io::stdin());
    let terminal = console::Term::stdout();
    let mut key = || terminal.read_char();
    let asks = out.is_terminal() && input.is_terminal();
    let mut io = Io {
        out_is_terminal: out.is_terminal(),
        err_is_terminal: err.is_terminal(),
        keys: if asks { Some(&mut key) } else { None },
        out: &mut out,
        err: &mut err,
        input: &mut input,
        env: &|name| std::env::var(name).ok(),
    };
    cli::run(std::env::args_os(), &mut io)
}
