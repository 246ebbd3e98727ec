//! `mock-idp completions` and `mock-idp man`: what a shell and a reader of manuals want.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::exit_code::Failure;
use super::io::Io;

const FOR_SHELLS: &str = "\
Examples:
  mock-idp completions bash > ~/.local/share/bash-completion/completions/mock-idp
  mock-idp completions zsh > ~/.zfunc/_mock-idp
  mock-idp completions fish > ~/.config/fish/completions/mock-idp.fish";

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = FOR_SHELLS)]
pub(super) struct Completions {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, mut program: clap::Command, io: &mut Io<'_>) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "mock-idp", &mut script);
        io.say(&String::from_utf8_lossy(&script));
    }
}

const FOR_READERS: &str = "\
Examples:
  mock-idp man | man -l -
  mock-idp man --dir ~/.local/share/man/man1    a page for each command as well";

/// Print the manual page
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = FOR_READERS)]
pub(super) struct Man {
    /// Write a page for each command into this folder, instead of the main page to the output
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self, program: clap::Command, io: &mut Io<'_>) -> Result<(), Failure> {
        let Some(dir) = &self.dir else {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(program).render(&mut page);
            rendered.map_err(|error| Failure::cannot_run(format!("cannot write the page: {error}")))?;
            io.say(&String::from_utf8_lossy(&page));
            return Ok(());
        };
        let written = fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(program, dir));
        written
            .map_err(|error| Failure::cannot_run(format!("cannot write below `{}`: {error}", dir.display())))
    }
}
