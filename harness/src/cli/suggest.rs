//! `harness suggest`: the smallest claims that yield what is wanted, and what to configure at which provider for them.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use mock_idp::source::{Diagnostic, Style, render};
use serde_json::json;

use super::documents::Documents;
use super::{
    COULD_NOT_RUN, ColorWhen, FAILED, INVALID, Io, OK, OutputFormat, USAGE, astray, mistaken_reading,
    readings,
};
use crate::preview::{Astray, Expression, Input, NoSuggestion, suggest, tell_no_suggestion, tell_suggestion};
use crate::products;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness suggest -p bindplane --want 'project_roles.P1 = admin'
  harness suggest -p gorules --config brms.env --want 'user.type = admin'
  harness suggest -p billrun --want 'effective_permissions contains read' --want 'effective_permissions contains reports'

Exit codes: 0 there are such claims, 1 none were found, 2 bad command line, 3 the input is not understood,
4 a file cannot be read")]
pub(super) struct Suggest {
    /// Which product
    #[arg(short, long, value_name = "KIND", value_parser = super::product::product)]
    product: &'static str,
    /// What is to hold, for example `project_roles.P1 = admin` or `effective_permissions contains write`; may be repeated
    #[arg(long, value_name = "EXPR", required = true, value_parser = Expression::parse)]
    want: Vec<Expression>,
    /// The vendor's own configuration: JSON, YAML, or a `.env` file [default: that of the product examples]
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    config: Option<PathBuf>,
    /// What the product knows before the login
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    state: Option<PathBuf>,
    /// Another answer to an open question about the product; may be repeated
    #[arg(long, value_name = "ID=CHOICE", help_heading = "Input", value_parser = super::reading)]
    reading: Vec<(String, String)>,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    format: OutputFormat,
}

impl Suggest {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let Some(kind) = products::named(self.product) else { return Ok(USAGE) };
        let (fields, codes) = (kind.fields(), kind.codes());
        let astray: Vec<Astray> =
            self.want.iter().flat_map(|wanted| wanted.astray(&fields, &codes)).collect();
        let refused = astray::refuse(kind, &astray, io)?;
        if refused != OK {
            return Ok(refused);
        }
        if let Some(mistake) = mistaken_reading(&self.reading, &[kind]) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(USAGE);
        }
        let mut documents = Documents::default();
        for (part, path) in [("config", &self.config), ("state", &self.state)] {
            let Some(path) = path else { continue };
            if let Err(error) = documents.read(part, path, io.input) {
                writeln!(io.err, "error: cannot read `{}`: {error}", path.display())?;
                return Ok(COULD_NOT_RUN);
            }
        }
        let mut mistakes: Vec<Diagnostic> = std::mem::take(&mut documents.mistakes);
        if mistakes.is_empty() {
            let readings: BTreeMap<String, String> = readings(&self.reading);
            let (config, state) = (documents.value("config"), documents.value("state"));
            let input = Input { config, state, readings, ..Input::default() };
            match suggest(kind, &input, &self.want) {
                Ok(suggestion) if self.format == OutputFormat::Json => {
                    serde_json::to_writer_pretty(&mut *io.out, &json!(suggestion))?;
                    writeln!(io.out)?;
                    return Ok(OK);
                }
                Ok(suggestion) => {
                    write!(io.out, "{}", tell_suggestion(&suggestion))?;
                    return Ok(OK);
                }
                Err(NoSuggestion::OutOfReach { wanted, unknown, in_the_way, played }) => {
                    writeln!(io.err, "error: no claims were found under which `{wanted}` holds")?;
                    writeln!(
                        io.err,
                        "  {played} sign-ins were played, from none to a few claims that {} listens to",
                        kind.title()
                    )?;
                    write!(io.err, "{}", tell_no_suggestion(&unknown, &in_the_way))?;
                    return Ok(FAILED);
                }
                Err(NoSuggestion::Mistaken(found)) => {
                    mistakes.extend(found.iter().map(|mistake| documents.shown(kind, mistake)));
                }
            }
        }
        write!(io.err(color), "{}", render(&mistakes, &documents.sources, Style::Ansi))?;
        Ok(INVALID)
    }
}
