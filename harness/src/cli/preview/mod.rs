//! `harness preview`: what products would do with these claims, and why.

mod asked;
mod input;

use std::io;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::documents::Documents;
use super::{ColorWhen, FAILED, Io, OK, OutputFormat, USAGE};
use crate::preview::{self, Answers, Level, Rehearsal};
use asked::Asked;
pub(super) use input::{Given, Refused, Which};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness preview --all --claims token.jwt
  harness preview -p gorules --config brms.env --access-token at.jwt --claims id.json
  harness preview -p bindplane --config bp.yaml --claims ben.json --state before.json --explain full
  harness preview -p bindplane --claims ben.json --why-not 'project_roles.P1=admin'
  harness preview -p gorules --claims gus.json --what-if 'set groups=[\"ops\"]'
  harness preview -p cloudbilling --claims ann.json --require 'decision = signed_in and certain'
  harness preview -p billrun --input case.json --format json

Exit codes: 0 a decision was made, whatever it is, 1 something that is required does not hold, 2 bad command line,
3 the input is not understood, 4 a file cannot be read")]
pub(super) struct Preview {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    asked: Asked,
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

/// A preview and what was asked about it.
struct Shown {
    preview: preview::Preview,
    answers: Answers,
}

impl Preview {
    pub(super) fn run(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        if self.given.is_empty() {
            writeln!(
                io.err,
                "error: name the claims with `--claims FILE`, or a whole case with `--input FILE`"
            )?;
            return Ok(USAGE);
        }
        let (rehearsals, documents) = match self.given.rehearsals(&self.which, color, io)? {
            Ok(read) => read,
            Err(refused) => return Ok(refused),
        };
        let others = match self.compared(color, io)? {
            Ok(others) => others,
            Err(refused) => return Ok(refused),
        };
        let questions = self.asked.questions();
        let mut shown = Vec::new();
        for (index, rehearsal) in rehearsals.iter().enumerate() {
            match questions.answered(rehearsal, others.get(index)) {
                Ok(answers) => shown.push(Shown { preview: preview::Preview::of(rehearsal), answers }),
                Err(message) => {
                    writeln!(io.err, "error: {message}")?;
                    return Ok(USAGE);
                }
            }
        }
        self.write(&shown, &documents, io)?;
        unmet(&shown, io)
    }

    /// The same with the claims of `--compare`.
    fn compared(
        &self,
        color: ColorWhen,
        io: &mut Io<'_>,
    ) -> io::Result<Result<Vec<Rehearsal<'static>>, Refused>> {
        let Some(path) = &self.asked.compare else { return Ok(Ok(Vec::new())) };
        let Given { access_token: _, userinfo, config, state, reading, .. } = &self.given;
        let other = Given {
            claims: Some(path.clone()),
            access_token: None,
            userinfo: userinfo.clone(),
            config: config.clone(),
            state: state.clone(),
            input: None,
            reading: reading.clone(),
        };
        Ok(other.rehearsals(&self.which, color, io)?.map(|(rehearsals, _)| rehearsals))
    }

    fn write(&self, shown: &[Shown], documents: &Documents, io: &mut Io<'_>) -> io::Result<()> {
        if self.format == OutputFormat::Json {
            serde_json::to_writer_pretty(&mut *io.out, &json_of(shown))?;
            return writeln!(io.out);
        }
        let locate = |document, path: &str| documents.place_of(document, path);
        let several = shown.len() > 1;
        let answered = shown.iter().any(|shown| shown.answers.replace_the_decision());
        if several && !answered {
            let previews: Vec<preview::Preview> = shown.iter().map(|shown| shown.preview.clone()).collect();
            write!(io.out, "{}", preview::table(&previews))?;
        }
        let level = self.explain.unwrap_or(if several { Explain::Off } else { Explain::Fired });
        if several && level == Explain::Off && !answered {
            return Ok(());
        }
        for (index, Shown { preview, answers }) in shown.iter().enumerate() {
            if several && (index > 0 || !answered) {
                writeln!(io.out)?;
            }
            if answered {
                writeln!(io.out, "{}\n{}", preview::header(preview), answers.tell())?;
            } else {
                write!(io.out, "{}", preview::text(preview, level.into(), &locate))?;
            }
        }
        Ok(())
    }
}

/// One document with its answers; of several products, one under each name.
fn json_of(shown: &[Shown]) -> Value {
    let document = |shown: &Shown| {
        let mut document = shown.preview.document();
        let asked = shown.answers != Answers::default();
        if let Some(members) = document.as_object_mut().filter(|_| asked) {
            members.insert("answers".to_owned(), json!(shown.answers));
        }
        document
    };
    match shown {
        [only] => document(only),
        several => several.iter().map(|one| (one.preview.product.to_owned(), document(one))).collect(),
    }
}

/// Says what is required and does not hold.
fn unmet(shown: &[Shown], io: &mut Io<'_>) -> io::Result<u8> {
    let mut code = OK;
    for Shown { preview, answers } in shown {
        for required in answers.require.iter().filter(|required| !required.holds) {
            code = FAILED;
            let product = preview.product;
            writeln!(io.err, "error: required of {product}, and does not hold: {}", required.expression)?;
            for (path, value) in &required.found {
                writeln!(io.err, "  {path} = {value}")?;
            }
        }
    }
    Ok(code)
}
