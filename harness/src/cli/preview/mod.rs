//! `harness preview`: what products would do with these claims, and why.

mod asked;
mod batch;
mod input;
mod samples;

use std::io;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::documents::Documents;
use super::{ColorWhen, FAILED, INVALID, Io, OK, USAGE, astray};
use crate::preview::{self, Answers, Level, Rehearsal};
use crate::scenario::page;
use asked::Asked;
use batch::{Batch, Results, Sides};
pub(super) use input::{Given, Refused, Which};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness preview --all --claims token.jwt
  harness preview --all --sample entra
  harness preview -p gorules --config brms.env --access-token at.jwt --claims id.json
  harness preview -p bindplane --config bp.yaml --claims ben.json --state before.json --explain full
  harness preview -p bindplane --claims ben.json --why-not 'project_roles.P1=admin'
  harness preview -p gorules --claims gus.json --what-if 'set groups=[\"ops\"]'
  harness preview -p cloudbilling --claims ann.json --require 'decision = signed_in and certain'
  harness preview -p bindplane --claims ben.json --format scenario > ben.scenario.yaml
  harness preview -p bindplane --batch users.jsonl --compare-config new.yaml

Exit codes: 0 a decision was made, whatever it is, 1 something that is required does not hold, 2 bad command line,
3 the input is not understood, 4 a file cannot be read")]
pub(super) struct Preview {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    batch: Batch,
    /// How much of the reasoning is shown [default: fired; with several products: off]
    #[arg(long, value_name = "LEVEL", help_heading = "Output", env = "HARNESS_PREVIEW_EXPLAIN")]
    explain: Option<Explain>,
    /// The form of the output
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "human",
        help_heading = "Output",
        env = "HARNESS_PREVIEW_FORMAT"
    )]
    format: Format,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Human,
    /// The envelope in the shape of `expect`, with the trace and all else; see `harness schema preview`
    Json,
    /// For an issue, or the summary of a job.
    Markdown,
    /// One file that opens anywhere.
    Html,
    /// A scenario that expects what is previewed.
    Scenario,
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
        if self.batch.users.is_some() {
            return self.decide_about_all(color, io);
        }
        if self.given.is_empty() {
            let help = "name the claims with `--claims FILE`, or a whole case with `--input FILE`";
            writeln!(io.err, "error: {help}; or try `--sample keycloak`")?;
            return Ok(USAGE);
        }
        let questions = self.asked.questions();
        for kind in self.which.named() {
            let refused = astray::refuse(kind, &questions.astray(kind), io)?;
            if refused != OK {
                return Ok(refused);
            }
        }
        let (rehearsals, documents) = match self.given.rehearsals(&self.which, color, io)? {
            Ok(read) => read,
            Err(refused) => return Ok(refused),
        };
        if self.format == Format::Scenario && !self.asked.is_empty() {
            writeln!(
                io.err,
                "error: a scenario answers no questions; leave them out, or take another `--format`"
            )?;
            return Ok(USAGE);
        }
        if self.format == Format::Scenario {
            return scenarios(&rehearsals, io);
        }
        let others = match self.compared(color, io)? {
            Ok(others) => others,
            Err(refused) => return Ok(refused),
        };
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
        let other = self.given.with(|given| {
            given.claims = Some(path.clone());
            given.access_token = None;
            given.input = None;
            given.sample = None;
        });
        Ok(other.rehearsals(&self.which, color, io)?.map(|(rehearsals, _)| rehearsals))
    }

    /// Every user of a file, one sign-in each.
    fn decide_about_all(&self, color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let (Some(path), false) = (&self.batch.users, self.which.several()) else {
            writeln!(io.err, "error: `--batch` is for one product; name it with `-p`")?;
            return Ok(USAGE);
        };
        let as_json = match self.format {
            Format::Human => false,
            Format::Json => true,
            Format::Markdown | Format::Html | Format::Scenario => {
                writeln!(io.err, "error: `--batch` writes `--format human` or `json`")?;
                return Ok(USAGE);
            }
        };
        let mut sides = Vec::new();
        let other = [
            self.batch
                .compare_config
                .as_ref()
                .map(|file| self.given.with(|given| given.config = Some(file.clone()))),
            self.batch
                .compare_state
                .as_ref()
                .map(|file| self.given.with(|given| given.state = Some(file.clone()))),
        ];
        for given in [Some(self.given.clone())].into_iter().chain(other).flatten() {
            match given.rehearsals(&self.which, color, io)? {
                Ok((rehearsals, _)) => sides.extend(rehearsals),
                Err(refused) => return Ok(refused),
            }
        }
        let [first, rest @ ..] = sides.as_slice() else { return Ok(USAGE) };
        let sides = Sides { first, second: rest.first(), other_file: self.asked.compare.as_deref() };
        let bar = io.err_is_terminal;
        let results = Results { out: &mut *io.out, err: &mut *io.err, as_json, bar };
        self.batch.run(path, &sides, &mut *io.input, results)
    }

    fn write(&self, shown: &[Shown], documents: &Documents, io: &mut Io<'_>) -> io::Result<()> {
        let several = shown.len() > 1;
        let level: Level = self.explain.unwrap_or(if several { Explain::Off } else { Explain::Fired }).into();
        let pairs: Vec<(&preview::Preview, &Answers)> =
            shown.iter().map(|shown| (&shown.preview, &shown.answers)).collect();
        match self.format {
            Format::Json => {
                let locate = |miss: &preview::NearMiss| documents.place_of(miss);
                serde_json::to_writer_pretty(&mut *io.out, &json_of(shown, &locate))?;
                writeln!(io.out)
            }
            Format::Markdown => write!(io.out, "{}", preview::markdown(&pairs, level)),
            Format::Html => write!(io.out, "{}", preview::html(&pairs, level)),
            Format::Human | Format::Scenario => {
                let locate = |miss: &preview::NearMiss| documents.place_of(miss);
                write_human(shown, level, &locate, io)
            }
        }
    }
}

fn write_human(
    shown: &[Shown],
    level: Level,
    locate: preview::Locate<'_>,
    io: &mut Io<'_>,
) -> io::Result<()> {
    let several = shown.len() > 1;
    let answered = shown.iter().any(|shown| shown.answers.replace_the_decision());
    if several && !answered {
        let previews: Vec<preview::Preview> = shown.iter().map(|shown| shown.preview.clone()).collect();
        write!(io.out, "{}", preview::table(&previews))?;
        // Each product's own part tells them too.
        if level == Level::Off {
            write!(io.out, "{}", preview::table_near_misses(&previews))?;
        }
    }
    if several && level == Level::Off && !answered {
        return Ok(());
    }
    for (index, Shown { preview, answers }) in shown.iter().enumerate() {
        if several && (index > 0 || !answered) {
            writeln!(io.out)?;
        }
        if answered {
            write!(io.out, "{}\n\n{}", preview::header(preview), answers.tell())?;
        } else {
            write!(io.out, "{}", preview::text(preview, level, locate))?;
        }
    }
    Ok(())
}

/// One scenario for one product; several products would be several files.
fn scenarios(rehearsals: &[Rehearsal<'_>], io: &mut Io<'_>) -> io::Result<u8> {
    let [rehearsal] = rehearsals else {
        writeln!(io.err, "error: a scenario is about one product; name it with `-p`")?;
        return Ok(USAGE);
    };
    match preview::scenario(rehearsal) {
        Ok(scenario) => {
            write!(io.out, "{}", page::write(&scenario))?;
            Ok(OK)
        }
        Err(why) => {
            writeln!(io.err, "error: this is no scenario: {why}")?;
            Ok(INVALID)
        }
    }
}

/// One document with its answers; of several products, one under each name.
fn json_of(shown: &[Shown], locate: preview::Locate<'_>) -> Value {
    let document = |shown: &Shown| {
        let mut document = shown.preview.document(locate);
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
            for hint in &required.hints {
                writeln!(io.err, "help: {hint}")?;
            }
        }
    }
    Ok(code)
}
