//! `harness completions` and `harness man`: what a shell and a reader of manuals want.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::{COULD_NOT_RUN, Cli, Io, OK};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness completions bash > ~/.local/share/bash-completion/completions/harness
  harness completions zsh > ~/.zfunc/_harness
  harness completions fish > ~/.config/fish/completions/harness.fish")]
pub(super) struct Completions {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, io: &mut Io<'_>) -> io::Result<u8> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "harness", &mut script);
        io.out.write_all(&script)?;
        Ok(OK)
    }
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness man | man -l -
  harness man --dir ~/.local/share/man/man1    a page for each command as well")]
pub(super) struct Man {
    /// Write a page for each command into this folder, instead of the main page to the output
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self, io: &mut Io<'_>) -> io::Result<u8> {
        let Some(dir) = &self.dir else {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            io.out.write_all(&page)?;
            return Ok(OK);
        };
        let written = fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(Cli::command(), dir));
        match written {
            Ok(()) => Ok(OK),
            Err(error) => {
                writeln!(io.err, "error: cannot write below `{}`: {error}", dir.display())?;
                Ok(COULD_NOT_RUN)
            }
        }
    }
}
