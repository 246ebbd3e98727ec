//! The command line: `mock-idp serve`, `token`, `inspect`, `keys`, `faults`, `ping`, and what a
//! shell wants.
//!
//! Thin: it reads arguments and files, calls the rooms that know, and writes what they say. [`run`] is a function over
//! streams, so that it can be tested without a process.

mod exit_code;
mod faults;
mod fetch;
mod files;
mod inspect;
mod io;
mod keys;
mod ping;
mod serve;
mod settings;
mod shell;
mod token;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub use exit_code::{CANNOT_RUN, FAILED, NOT_UNDERSTOOD, SUCCESS, USAGE};
pub use io::{Io, now};

use crate::source::Style;
use exit_code::Failure;

/// The help of a command: what it does, how to call it, examples, then the options.
const HELP: &str = "\
{about-with-newline}
{usage-heading} {usage}

{before-help}{all-args}

Every flag has a twin in the environment: `serve --ready-file` is MOCK_IDP_SERVE_READY_FILE";

const EXAMPLES: &str = "\
Examples:
  mock-idp serve                             start with everything accepted and three example users
  mock-idp serve --config idp.yaml           your own users and clients, strictly checked
  mock-idp token --user ada --audience app   a signed ID token on standard output
  mock-idp inspect token.jwt                 what a token says and whether it holds
  mock-idp keys generate --out keys.json     a signing key for a configuration
  mock-idp faults id_token.aud               how the provider can misbehave, and what is right then";

/// A self-hosted OpenID provider for tests: any claims, real signatures, no set-up
#[derive(Debug, Parser)]
#[command(name = "mock-idp", version, help_template = HELP, before_help = EXAMPLES, subcommand_required = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Token(token::Token),
    Inspect(inspect::Inspect),
    Keys(keys::Keys),
    Faults(faults::List),
    Ping(ping::Ping),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// What the command line understands, for whoever writes one down: a page, an action, a container file.
pub fn command() -> clap::Command {
    with_environment(Arguments::command())
}

/// Runs one command. The first argument is the program's name.
pub fn run<A: Into<OsString> + Clone>(arguments: impl IntoIterator<Item = A>, io: &mut Io<'_>) -> ExitCode {
    let parsed = command().try_get_matches_from(arguments);
    let arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return parsing_stopped(&error, io),
    };
    let done = match arguments.command {
        Command::Serve(serve) => serve.run(io),
        Command::Token(token) => token.run(io),
        Command::Inspect(inspect) => inspect.run(io),
        Command::Keys(keys) => keys.run(io),
        Command::Faults(list) => list.run(io),
        Command::Ping(ping) => ping.run(io),
        Command::Completions(completions) => {
            completions.run(with_environment(Arguments::command()), io);
            Ok(())
        }
        Command::Man(man) => man.run(with_environment(Arguments::command()), io),
    };
    match done {
        Ok(()) => ExitCode::from(SUCCESS),
        Err(failure) => {
            io.remark(failure.text());
            failure.code()
        }
    }
}

/// Gives every flag of every command its twin in the environment, so that none is forgotten.
fn with_environment(program: clap::Command) -> clap::Command {
    with_twins(program, "MOCK_IDP")
}

fn with_twins(command: clap::Command, prefix: &str) -> clap::Command {
    command.mut_subcommands(|command| {
        let prefix = format!("{prefix}_{}", command.get_name()).to_uppercase();
        let command = command.mut_args(|argument| match argument.get_long() {
            None => argument,
            Some(flag) => {
                let twin = format!("{prefix}_{}", flag.replace('-', "_").to_uppercase());
                argument.env(twin).hide_env(true)
            }
        });
        with_twins(command, &prefix)
    })
}

/// Help and version are asked for; anything else is a mistake in the command line.
fn parsing_stopped(error: &clap::Error, io: &mut Io<'_>) -> ExitCode {
    let text = match io.style {
        Style::Plain => error.render().to_string(),
        Style::Ansi => error.render().ansi().to_string(),
    };
    if error.use_stderr() {
        io.remark(&text);
        ExitCode::from(USAGE)
    } else {
        io.say(&text);
        ExitCode::from(SUCCESS)
    }
}

/// Runs what waits for the network.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::cannot_run(format!("cannot start the runtime: {error}")))?;
    Ok(runtime.block_on(work))
}
