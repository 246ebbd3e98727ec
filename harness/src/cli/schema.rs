//! `harness schema`: the JSON Schema of scenario files, for editors.

use std::io;

use clap::Args;

use super::{Io, OK};
use crate::scenario::load::published_schema;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness schema > scenario.schema.json
  then on the first line of a scenario: # yaml-language-server: $schema=scenario.schema.json")]
pub(super) struct Schema {}

impl Schema {
    #[expect(clippy::unused_self, reason = "all commands have one shape")]
    pub(super) fn run(&self, io: &mut Io<'_>) -> io::Result<u8> {
        serde_json::to_writer_pretty(&mut *io.out, &published_schema())?;
        writeln!(io.out)?;
        Ok(OK)
    }
}
