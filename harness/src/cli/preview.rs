//! `harness preview`: what products would do with these claims, and why.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mock_idp::source::{Diagnostic, Style, render};
use serde_json::Value;

use super::documents::Documents;
use super::{COULD_NOT_RUN, ColorWhen, INVALID, Io, OK, OutputFormat, USAGE, readings};
use crate::decision::{Mistake, ProductKind};
use crate::preview::{self, Input, Level};
use crate::products;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness preview --all --claims token.jwt
  harness preview -p gorules --config brms.env --access-token at.jwt --claims id.json
  harness preview -p bindplane --config bp.yaml --claims ben.json --state before.json --explain full
  harness preview -p billrun --input case.json --format json

Exit codes: 0 a decision was made, whatever it is, 2 bad command line, 3 the input is not understood,
4 a file cannot be read")]
pub(super) struct Preview {
    /// Which product; may be repeated
    #[arg(
        short,
        long,
        value_name = "KIND",
        required_unless_present = "all",
        env = "HARNESS_PREVIEW_PRODUCT"
    )]
    product: Vec<String>,
    /// All five products
    #[arg(long, conflicts_with = "product")]
    all: bool,
    /// Claims as JSON or YAML, a JWT, or a whole token response; read as the ID token. `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Input", required_unless_present = "input")]
    claims: Option<PathBuf>,
    /// Claims, a JWT or an opaque token
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    access_token: Option<PathBuf>,
    /// The claims of the UserInfo response
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    userinfo: Option<PathBuf>,
    /// The vendor's own configuration: JSON, YAML, or a `.env` file [default: that of the product examples]
    #[arg(long, value_name = "FILE", help_heading = "Input", env = "HARNESS_PREVIEW_CONFIG")]
    config: Option<PathBuf>,
    /// What the product knows before this login
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    state: Option<PathBuf>,
    /// One document in the shape of `given` in the product examples, instead of the five above
    #[arg(long, value_name = "FILE", help_heading = "Input",
        conflicts_with_all = ["claims", "access_token", "userinfo", "config", "state"])]
    input: Option<PathBuf>,
    /// Another answer to an open question about a product; may be repeated
    #[arg(long, value_name = "ID=CHOICE", help_heading = "Input", value_parser = super::reading)]
    reading: Vec<(String, String)>,
    /// How much of the reasoning is shown [default: fired; with several products: off]
    #[arg(long, value_name = "LEVEL", help_heading = "Output", env = "HARNESS_PREVIEW_EXPLAIN")]
    explain: Option<Explain>,
    /// human or json; json is the envelope in the shape of `expect`, with the trace
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        help_heading = "Output",
        env = "HARNESS_PREVIEW_FORMAT"
    )]
    format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Explain {
    /// The result only.
    Off,
    /// Rules that had an effect.
    Fired,
    /// All rules, also those that did not apply.
    Full,
}

impl From<Explain> for Level {
    fn from(explain: Explain) -> Self {
        match explain {
            Explain::Off => Self::Off,
            Explain::Fired => Self::Fired,
            Explain::Full => Self::Full,
        }
    }
}

impl Preview {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let kinds = match self.kinds() {
            Ok(kinds) => kinds,
            Err(message) => {
                writeln!(io.err, "error: {message}")?;
                return Ok(USAGE);
            }
        };
        let mut documents = Documents::default();
        for (part, path) in self.parts() {
            if let Err(error) = documents.read(part, path, io.input) {
                writeln!(io.err, "error: cannot read `{}`: {error}", path.display())?;
                return Ok(COULD_NOT_RUN);
            }
        }
        let mut mistakes = std::mem::take(&mut documents.mistakes);
        let mut previews = Vec::new();
        if mistakes.is_empty() {
            for kind in kinds {
                match self.preview(kind, &documents) {
                    Ok(preview) => previews.push(preview),
                    Err(found) => mistakes.extend(found.iter().map(|mistake| documents.shown(kind, mistake))),
                }
            }
        }
        if !mistakes.is_empty() {
            Diagnostic::sort(&mut mistakes);
            mistakes.dedup();
            write!(io.err(color), "{}", render(&mistakes, &documents.sources, Style::Ansi))?;
            return Ok(INVALID);
        }
        self.write(&previews, io)?;
        Ok(OK)
    }

    fn kinds(&self) -> Result<Vec<&'static dyn ProductKind>, String> {
        if self.all {
            let own = [("--config", &self.config), ("--state", &self.state), ("--input", &self.input)];
            return match own.iter().find(|(_, path)| path.is_some()) {
                Some((flag, _)) => Err(format!("`{flag}` is one product's own; name the product with `-p`")),
                None => Ok(products::ALL.to_vec()),
            };
        }
        let known: Vec<&str> = products::ALL.iter().map(|kind| kind.name()).collect();
        let unknown =
            |name: &String| format!("there is no product `{name}`; products are {}", known.join(", "));
        self.product.iter().map(|name| products::named(name).ok_or_else(|| unknown(name))).collect()
    }

    fn parts(&self) -> Vec<(&'static str, &PathBuf)> {
        [
            ("claims", &self.claims),
            ("access_token", &self.access_token),
            ("userinfo", &self.userinfo),
            ("config", &self.config),
            ("state", &self.state),
            ("given", &self.input),
        ]
        .into_iter()
        .filter_map(|(part, path)| Some((part, path.as_ref()?)))
        .collect()
    }

    fn preview(
        &self,
        kind: &'static dyn ProductKind,
        documents: &Documents,
    ) -> Result<preview::Preview, Vec<Mistake>> {
        let readings = self.readings_of(kind);
        if let Some(given) = documents.value("given") {
            return preview::example(kind, &given, &readings);
        }
        let input = Input {
            config: documents.value("config"),
            claims: documents.value("claims"),
            access_token: documents.value("access_token"),
            userinfo: documents.value("userinfo"),
            state: documents.value("state"),
            readings,
        };
        preview::preview(kind, &input)
    }

    /// With several products, each takes the readings that are its own.
    fn readings_of(&self, kind: &dyn ProductKind) -> BTreeMap<String, String> {
        let mut chosen = readings(&self.reading);
        if self.all || self.product.len() > 1 {
            let own = |id: &String| kind.readings().iter().any(|reading| reading.id == id);
            let anybodys =
                |id: &String| products::ALL.iter().flat_map(|it| it.readings()).any(|it| it.id == id);
            chosen.retain(|id, _| own(id) || !anybodys(id));
        }
        chosen
    }

    fn write(&self, previews: &[preview::Preview], io: &mut Io<'_>) -> io::Result<()> {
        if self.format == OutputFormat::Json {
            let document: Value = preview::json(previews);
            serde_json::to_writer_pretty(&mut *io.out, &document)?;
            return writeln!(io.out);
        }
        let several = previews.len() > 1;
        if several {
            write!(io.out, "{}", preview::table(previews))?;
        }
        let level = self.explain.unwrap_or(if several { Explain::Off } else { Explain::Fired });
        if several && level == Explain::Off {
            return Ok(());
        }
        for preview in previews {
            if several {
                writeln!(io.out)?;
            }
            write!(io.out, "{}", preview::text(preview, level.into()))?;
        }
        Ok(())
    }
}
