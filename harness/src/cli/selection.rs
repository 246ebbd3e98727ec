//! Which scenarios: the arguments that `run`, `check` and `list` share.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;
use mock_idp::source::{Diagnostic, Severity, Style, render};

use super::{COULD_NOT_RUN, ColorWhen, Io, USAGE, mistaken_reading, readings};
use crate::products;
use crate::scenario::select::Selection;
use crate::scenario::tags::TagExpression;
use crate::scenario::{LoadOptions, Loaded, load};

/// Where scenarios are looked for when no path is given.
const DEFAULT_PATH: &str = "scenarios";

#[derive(Clone, Debug, Args)]
pub(super) struct Selected {
    /// Scenario files, or folders of them [default: scenarios]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// By tags, with and, or, not
    #[arg(short, long, value_name = "EXPR", help_heading = "Selection", env = "HARNESS_TAG", value_parser = tags)]
    tag: Option<TagExpression>,
    /// By scenario name, file or short name; `*` stands for anything
    #[arg(short = 'k', long, value_name = "GLOB", help_heading = "Selection", env = "HARNESS_NAME")]
    name: Option<String>,
    /// By product: billrun, cloudbilling, billwerk, gorules, bindplane
    #[arg(short, long, value_name = "KIND", help_heading = "Selection", env = "HARNESS_PRODUCT", value_parser = super::product::product)]
    product: Vec<&'static str>,
    /// By case id; `*` stands for anything
    #[arg(long, value_name = "ID", help_heading = "Selection", env = "HARNESS_CASE")]
    case: Option<String>,
    /// Another answer to an open question about a product; may be repeated
    #[arg(long, value_name = "ID=CHOICE", value_parser = super::reading)]
    reading: Vec<(String, String)>,
    /// No writes, and `only` is an error
    #[arg(long, env = "HARNESS_CI", value_parser = FalseyValueParser::new())]
    pub(super) ci: bool,
    /// No cases is a success
    #[arg(long)]
    pub(super) allow_empty: bool,
}

fn tags(text: &str) -> Result<TagExpression, String> {
    TagExpression::parse(text).map_err(|error| error.to_string())
}

impl Selected {
    /// What was asked for, as on the command line.
    pub(super) fn asked(&self) -> Vec<String> {
        let paths = self.paths.iter().map(|path| path.display().to_string());
        let option = |name: &str, value: &dyn std::fmt::Display| format!("--{name} {value}");
        let tag = self.tag.iter().map(|tag| option("tag", tag));
        let name = self.name.iter().map(|name| option("name", name));
        let product = self.product.iter().map(|product| option("product", product));
        let case = self.case.iter().map(|case| option("case", case));
        let readings = self.reading.iter().map(|(id, choice)| format!("--reading {id}={choice}"));
        paths.chain(tag).chain(name).chain(product).chain(case).chain(readings).collect()
    }

    /// The same, of scenarios by this name only.
    pub(super) fn by_name(&self, name: Option<&str>) -> Self {
        Self { name: name.map(str::to_owned).or_else(|| self.name.clone()), ..self.clone() }
    }

    /// Where scenarios are looked for.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![PathBuf::from(DEFAULT_PATH)] } else { self.paths.clone() }
    }

    /// Whether nothing below the paths is left out.
    pub(super) fn is_everything(&self) -> bool {
        self.tag.is_none() && self.name.is_none() && self.product.is_empty() && self.case.is_none()
    }

    /// Loads the files and keeps the selected cases. `Err` is an exit code: a message was written.
    pub(super) fn load(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<Result<Loaded, u8>> {
        self.load_with(false, color, io)
    }

    /// The same, where a path may lead to a fragment, which has no case.
    pub(super) fn load_fragments_too(
        &self,
        color: ColorWhen,
        io: &mut Io<'_>,
    ) -> io::Result<Result<Loaded, u8>> {
        self.load_with(true, color, io)
    }

    fn load_with(
        &self,
        fragments: bool,
        color: ColorWhen,
        io: &mut Io<'_>,
    ) -> io::Result<Result<Loaded, u8>> {
        if let Some(mistake) = mistaken_reading(&self.reading, products::ALL) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(Err(USAGE));
        }
        let paths = self.paths();
        let options = LoadOptions { env: io.env, readings: readings(&self.reading), ci: self.ci, fragments };
        let mut loaded = match load(&paths, &options) {
            Ok(loaded) => loaded,
            Err((path, error)) => {
                let mut err = io.err(color);
                writeln!(err, "error: cannot read `{}`: {error}", path.display())?;
                if self.paths.is_empty() {
                    writeln!(
                        err,
                        "help: run it where there is a folder `{DEFAULT_PATH}`, or name a path; `harness init` writes a first scenario"
                    )?;
                }
                return Ok(Err(COULD_NOT_RUN));
            }
        };
        if loaded.files == 0 && !self.allow_empty {
            let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
            let mut err = io.err(color);
            writeln!(err, "note: there is no scenario at or below {}", paths.join(", "))?;
            writeln!(err, "help: a scenario is named `….scenario.yaml`; `harness init` writes a first one")?;
        }
        let selection = Selection {
            tags: self.tag.clone(),
            name: self.name.clone(),
            products: self.product.iter().map(|name| (*name).to_owned()).collect(),
            case: self.case.clone(),
        };
        loaded.cases = selection.of(std::mem::take(&mut loaded.cases));
        Ok(Ok(loaded))
    }
}

/// Writes messages about files, and how many there are.
pub(super) fn show(loaded: &Loaded, least: Severity, color: ColorWhen, io: &mut Io<'_>) -> io::Result<()> {
    let shown: Vec<Diagnostic> = loaded.diagnostics.iter().filter(|d| d.severity <= least).cloned().collect();
    if !shown.is_empty() {
        let mut err = io.err(color);
        writeln!(err, "{}", render(&shown, &loaded.sources, Style::Ansi))?;
    }
    Ok(())
}
