//! What a preview is given: a product, documents, and what is stored before.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use mock_idp::source::{Diagnostic, Style, render};

use super::samples::Sample;
use crate::cli::documents::Documents;
use crate::cli::product::{named, names, product};
use crate::cli::{COULD_NOT_RUN, ColorWhen, INVALID, Io, USAGE, mistaken_reading, readings};
use crate::decision::{Mistake, ProductKind};
use crate::preview::{Input, Rehearsal};
use crate::products;

/// Which products decide.
#[derive(Debug, Args)]
pub(in crate::cli) struct Which {
    /// Which product; may be repeated
    #[arg(
        short,
        long,
        value_name = "KIND",
        env = "HARNESS_PREVIEW_PRODUCT",
        value_parser = product
    )]
    pub(in crate::cli) product: Vec<&'static str>,
    /// All five products
    #[arg(long, conflicts_with = "product")]
    pub(in crate::cli) all: bool,
}

/// What they are given.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(in crate::cli) struct Given {
    /// Claims as JSON or YAML, a JWT, or a whole token response; read as the ID token. `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) claims: Option<PathBuf>,
    /// Claims in the shape in which a provider sends them, as if it had issued them to this product
    #[arg(long, value_name = "PROVIDER", conflicts_with_all = ["claims", "access_token", "userinfo", "input"])]
    pub(in crate::cli) sample: Option<Sample>,
    /// Claims, a JWT or an opaque token
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) access_token: Option<PathBuf>,
    /// The claims of the UserInfo response
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) userinfo: Option<PathBuf>,
    /// The vendor's own configuration: JSON, YAML, or a `.env` file [default: that of the product examples]
    #[arg(long, value_name = "FILE", env = "HARNESS_PREVIEW_CONFIG")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// What the product knows before this login
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) state: Option<PathBuf>,
    /// One document in the shape of `given` in the product examples, instead of the five above
    #[arg(long, value_name = "FILE",
        conflicts_with_all = ["claims", "access_token", "userinfo", "config", "state"])]
    pub(in crate::cli) input: Option<PathBuf>,
    /// Another answer to an open question about a product; may be repeated
    #[arg(long, value_name = "ID=CHOICE", value_parser = crate::cli::reading)]
    pub(in crate::cli) reading: Vec<(String, String)>,
}

/// Whether somebody gave a document where a file is wanted: an object, or a JWT, whose header is one.
fn is_document(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.trim_start().starts_with('{') || text.starts_with("eyJ") || text.starts_with("Bearer ")
}

/// Why nothing could be read, by exit code; it has been told.
pub(in crate::cli) type Refused = u8;

impl Which {
    /// The products; `own` are flags that only one product understands.
    fn kinds(&self, own: &[(&str, bool)]) -> Result<Vec<&'static dyn ProductKind>, String> {
        if self.all {
            return match own.iter().find(|(_, given)| *given) {
                Some((flag, _)) => Err(format!("`{flag}` is one product's own; name the product with `-p`")),
                None => Ok(products::ALL.to_vec()),
            };
        }
        if self.product.is_empty() {
            return Err(format!("say which product with `-p`, or `--all`; products are {}", names()));
        }
        Ok(named(&self.product))
    }

    /// The products that are named.
    pub(in crate::cli) fn named(&self) -> Vec<&'static dyn ProductKind> {
        if self.all { products::ALL.to_vec() } else { named(&self.product) }
    }

    /// Whether there is more than one.
    pub(in crate::cli) fn several(&self) -> bool {
        self.all || self.product.len() > 1
    }
}

impl Given {
    /// Reads the documents, and takes them in for each product.
    pub(in crate::cli) fn rehearsals(
        &self,
        which: &Which,
        color: ColorWhen,
        io: &mut Io<'_>,
    ) -> io::Result<Result<(Vec<Rehearsal<'static>>, Documents), Refused>> {
        let own = [
            ("--config", self.config.is_some()),
            ("--state", self.state.is_some()),
            ("--input", self.input.is_some()),
        ];
        let kinds = match which.kinds(&own) {
            Ok(kinds) => kinds,
            Err(message) => {
                writeln!(io.err, "error: {message}")?;
                return Ok(Err(USAGE));
            }
        };
        if let Some(mistake) = mistaken_reading(&self.reading, &kinds) {
            writeln!(io.err, "error: {mistake}")?;
            return Ok(Err(USAGE));
        }
        let mut documents = Documents::default();
        for (part, path) in self.parts() {
            if let Err(error) = documents.read(part, path, io.input) {
                if is_document(path) {
                    let flag = part.replace('_', "-").replace("given", "input");
                    writeln!(
                        io.err,
                        "error: `--{flag}` takes the name of a file, and this is what would be in it"
                    )?;
                    writeln!(
                        io.err,
                        "help: `--{flag} -` reads standard input: `echo … | harness preview … --{flag} -`"
                    )?;
                    return Ok(Err(USAGE));
                }
                writeln!(io.err, "error: cannot read `{}`: {error}", path.display())?;
                return Ok(Err(COULD_NOT_RUN));
            }
        }
        if let Some(sample) = self.sample {
            let (name, text) = sample.file();
            documents.add("claims", name, text);
        }
        let mut mistakes = std::mem::take(&mut documents.mistakes);
        let mut rehearsals = Vec::new();
        if mistakes.is_empty() {
            for kind in kinds {
                match self.rehearsal(kind, which, &documents) {
                    Ok(rehearsal) => rehearsals.push(rehearsal),
                    Err(found) => mistakes.extend(found.iter().map(|mistake| documents.shown(kind, mistake))),
                }
            }
        }
        if mistakes.is_empty() {
            return Ok(Ok((rehearsals, documents)));
        }
        Diagnostic::sort(&mut mistakes);
        mistakes.dedup();
        write!(io.err(color), "{}", render(&mistakes, &documents.sources, Style::Ansi))?;
        Ok(Err(INVALID))
    }

    /// The same with another file in the place of one.
    pub(in crate::cli) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    /// Whether there is anything to preview.
    pub(in crate::cli) const fn is_empty(&self) -> bool {
        self.claims.is_none() && self.input.is_none() && self.sample.is_none()
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

    fn rehearsal(
        &self,
        kind: &'static dyn ProductKind,
        which: &Which,
        documents: &Documents,
    ) -> Result<Rehearsal<'static>, Vec<Mistake>> {
        let readings = self.readings_of(kind, which);
        if let Some(given) = documents.value("given") {
            return Rehearsal::of_example(kind, &given, &readings);
        }
        let input = Input {
            config: documents.value("config"),
            claims: documents.value("claims"),
            access_token: documents.value("access_token"),
            userinfo: documents.value("userinfo"),
            state: documents.value("state"),
            readings,
        };
        let rehearsal = Rehearsal::of(kind, &input)?;
        Ok(if self.sample.is_some() { rehearsal.issued_here() } else { rehearsal })
    }

    /// With several products, each takes the readings that are its own.
    fn readings_of(&self, kind: &dyn ProductKind, which: &Which) -> BTreeMap<String, String> {
        let mut chosen = readings(&self.reading);
        if which.several() {
            let own = |id: &String| kind.readings().iter().any(|reading| reading.id == id);
            let anybodys =
                |id: &String| products::ALL.iter().flat_map(|it| it.readings()).any(|it| it.id == id);
            chosen.retain(|id, _| own(id) || !anybodys(id));
        }
        chosen
    }
}
