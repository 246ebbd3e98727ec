//! The command line: arguments to rooms, outcomes to exit codes. No rule lives here.

mod astray;
mod check;
mod conformance;
mod documents;
mod exit_code;
mod explain;
mod init;
mod list;
mod output;
mod preview;
mod product;
mod reports;
mod review;
mod run;
mod schema;
mod selection;
mod share;
mod shell;
mod suggest;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use mock_idp::source::did_you_mean;

use output::{Forsaken, Output};

pub use exit_code::{
    COULD_NOT_RUN, FAILED, INCONCLUSIVE, INTERRUPTED, INVALID, NOTHING_RAN, OK, TO_REVIEW, USAGE,
};

use crate::decision::ProductKind;
use crate::products;

/// What the command line may touch.
pub struct Io<'a> {
    /// Results go here.
    pub out: &'a mut (dyn Write + Send),
    /// Progress and messages about the run itself go here.
    pub err: &'a mut (dyn Write + Send),
    /// Read where a file is named `-`.
    pub input: &'a mut dyn Read,
    /// Whether `out` is a terminal.
    pub out_is_terminal: bool,
    /// Whether `err` is a terminal.
    pub err_is_terminal: bool,
    /// Waits for a key, where somebody sits at a terminal.
    pub keys: Option<&'a mut dyn FnMut() -> io::Result<char>>,
    /// Reads an environment variable.
    pub env: &'a dyn Fn(&str) -> Option<String>,
}

impl fmt::Debug for Io<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Io")
            .field("out_is_terminal", &self.out_is_terminal)
            .field("err_is_terminal", &self.err_is_terminal)
            .finish_non_exhaustive()
    }
}

impl Io<'_> {
    /// `out`, with terminal escapes taken away where they are not wanted.
    fn out(&mut self, when: ColorWhen) -> Output<'_> {
        let coloured = self.coloured(when, self.out_is_terminal);
        Output::new(self.out, coloured)
    }

    /// `err`, with terminal escapes taken away where they are not wanted.
    fn err(&mut self, when: ColorWhen) -> Output<'_> {
        let coloured = self.coloured(when, self.err_is_terminal);
        Output::new(self.err, coloured)
    }

    fn coloured(&self, when: ColorWhen, terminal: bool) -> bool {
        let set = |name: &str| (self.env)(name).is_some_and(|value| !value.is_empty() && value != "0");
        match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto if set("NO_COLOR") => false,
            ColorWhen::Auto if set("CLICOLOR_FORCE") => true,
            ColorWhen::Auto => terminal && (self.env)("TERM").as_deref() != Some("dumb"),
        }
    }
}

/// Drive relying parties through OpenID Connect logins, and explain what products make of the claims
#[derive(Debug, Parser)]
#[command(name = "harness", version, after_help = EXAMPLES)]
struct Cli {
    /// Colours: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", env = "HARNESS_COLOR")]
    color: ColorWhen,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  harness run                                   every scenario below `scenarios`
  harness run -t 'bindplane and not slow'       by tag
  harness list --format json                    what would run
  harness check my.scenario.yaml                is the file right?
  harness preview --all --claims token.jwt      what five products make of a token
  harness init -p bindplane                     a first scenario
  harness explain E0204 BP-R15                  what a code or a rule means
  harness conformance --rp reference:bindplane  what does it do when the provider misbehaves?";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios and compare the outcome with expectations and snapshots
    Run(run::Run),
    /// Check scenario files without running them
    Check(check::Check),
    /// List the cases that would run
    List(list::List),
    /// Show what a product would do with these claims, and why
    Preview(Box<preview::Preview>),
    /// Find the smallest claims that yield what is wanted, and what to configure for them
    Suggest(suggest::Suggest),
    /// Say what a code, rule, reading, finding, reason or fault means
    Explain(explain::Explain),
    /// Look at snapshots that changed, permissions first
    Review(review::Review),
    /// Take changed snapshots
    Accept(review::Accept),
    /// Throw changed snapshots away
    Reject(review::Reject),
    /// Probe a relying party with a provider that misbehaves, and say what it lets through
    Conformance(Box<conformance::Conformance>),
    /// Print the JSON Schema of what is read and written
    Schema(schema::Schema),
    /// Write a first scenario, or one from a recorded login
    Init(init::Init),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page
    Man(shell::Man),
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ColorWhen {
    /// On a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// What the command line understands, for whoever writes one down: a page, an action, a container file.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs a command line, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, io),
    };
    let ends = !matches!(&cli.command, Command::Run(run) if run.watches());
    let (mut out, mut err) = (Forsaken::new(&mut *io.out, ends), Forsaken::new(&mut *io.err, ends));
    let io = &mut Io {
        out: &mut out,
        err: &mut err,
        input: &mut *io.input,
        out_is_terminal: io.out_is_terminal,
        err_is_terminal: io.err_is_terminal,
        keys: io.keys.as_mut().map(|keys| &mut **keys as &mut dyn FnMut() -> io::Result<char>),
        env: io.env,
    };
    let done = match cli.command {
        Command::Run(run) => run.run(cli.color, io),
        Command::Check(check) => check.run(cli.color, io),
        Command::List(list) => list.run(cli.color, io),
        Command::Preview(preview) => preview.run(cli.color, io),
        Command::Suggest(suggest) => suggest.run(cli.color, io),
        Command::Explain(explain) => explain.run(io),
        Command::Review(review) => review.run(cli.color, io),
        Command::Accept(accept) => accept.run(cli.color, io),
        Command::Reject(reject) => reject.run(cli.color, io),
        Command::Conformance(conformance) => conformance.run(cli.color, io),
        Command::Schema(schema) => schema.run(io),
        Command::Init(init) => init.run(cli.color, io),
        Command::Completions(completions) => completions.run(io),
        Command::Man(man) => man.run(io),
    };
    exit_code::exit(match done {
        Ok(code) => code,
        // Nobody watches any more.
        Err(error) if !ends && error.kind() == io::ErrorKind::BrokenPipe => OK,
        Err(error) => {
            // There is nowhere left to say that this failed as well.
            let _ = writeln!(io.err, "error: {error}");
            COULD_NOT_RUN
        }
    })
}

/// Help and version go to the output, mistakes to the error output.
fn usage(error: &clap::Error, io: &mut Io<'_>) -> ExitCode {
    let text = error.render();
    let written = if error.use_stderr() {
        write!(io.err(ColorWhen::Auto), "{}", text.ansi())
    } else {
        write!(io.out(ColorWhen::Auto), "{}", text.ansi())
    };
    let written =
        written.and_then(|()| hint(error).map_or(Ok(()), |hint| writeln!(io.err, "\nhelp: {hint}")));
    let code = if error.use_stderr() { USAGE } else { OK };
    exit_code::exit(if written.is_ok() { code } else { COULD_NOT_RUN })
}

/// Where something is that was looked for in the wrong place.
fn hint(error: &clap::Error) -> Option<&'static str> {
    let unknown =
        matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(name)) if name == "--retries");
    (unknown && error.kind() == ErrorKind::UnknownArgument).then_some(
        "`harness conformance --retries N` tries a case of an external relying party again; a scenario comes out the same \
         each time",
    )
}

/// `ID=CHOICE`, for `--reading`.
fn reading(text: &str) -> Result<(String, String), String> {
    let (id, choice) =
        text.split_once('=').ok_or("expected `ID=CHOICE`, for example `BP-Q2=minimum_of_both`")?;
    let mut known = products::ALL.iter().flat_map(|kind| kind.readings());
    let ids = || products::ALL.iter().flat_map(|kind| kind.readings()).map(|reading| reading.id);
    let Some(reading) = known.find(|reading| reading.id == id) else {
        let hint = did_you_mean(id, ids()).map(|hint| format!("; {hint}")).unwrap_or_default();
        return Err(format!("unknown reading `{id}`{hint}"));
    };
    let choices: Vec<&str> = reading.choices.iter().map(|choice| choice.name).collect();
    if !choices.contains(&choice) {
        return Err(format!("`{id}` has no choice `{choice}`; the choices are {}", choices.join(", ")));
    }
    Ok((id.to_owned(), choice.to_owned()))
}

/// What is wrong with readings that were typed: a question of another product, or one that is answered twice.
fn mistaken_reading(pairs: &[(String, String)], kinds: &[&'static dyn ProductKind]) -> Option<String> {
    for (index, (id, choice)) in pairs.iter().enumerate() {
        let owns = |kind: &&&'static dyn ProductKind| kind.readings().iter().any(|reading| reading.id == id);
        if let (None, Some(owner)) = (kinds.iter().find(owns), products::ALL.iter().find(owns)) {
            let asked: Vec<&str> = kinds.iter().map(|kind| kind.title()).collect();
            return Some(format!(
                "`--reading {id}` is a question about {}, and this is about {}",
                owner.title(),
                asked.join(" and ")
            ));
        }
        if let Some((_, other)) = pairs.iter().skip(index + 1).find(|(other, _)| other == id) {
            return Some(format!(
                "`--reading {id}` is given twice: `{choice}` and `{other}`; one question has one answer"
            ));
        }
    }
    None
}

fn readings(pairs: &[(String, String)]) -> BTreeMap<String, String> {
    pairs.iter().cloned().collect()
}
