//! `mock-idp faults`: every way in which the provider can misbehave.

use clap::Args;
use serde_json::{Value, json};

use super::exit_code::Failure;
use super::io::Io;
use crate::fault::plan::Moment;
use crate::fault::{Fault, Target};
use crate::source::did_you_mean;

const EXAMPLES: &str = "\
Examples:
  mock-idp faults                        all of them, by name
  mock-idp faults id_token               those of the ID token
  mock-idp faults id_token.aud           one, with its clause and what is right then
  mock-idp faults --format json          for programs
  mock-idp serve --fault id_token.aud=missing
  mock-idp serve --fault token.status=503,times=1
  mock-idp serve --fault id_token.sub=wrong,at=refresh   only where a refresh token is used";

/// List the faults: what each does, which clause it breaks, and what a correct relying party does
#[derive(Debug, Args)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct List {
    /// Only those whose names begin so, such as `id_token` or `id_token.aud`
    #[arg(value_name = "NAME", default_value = "")]
    name: String,
    /// Text for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A list to read
    Text,
    /// One array of objects
    Json,
}

impl List {
    pub(super) fn run(&self, io: &mut Io<'_>) -> Result<(), Failure> {
        let faults: Vec<Fault> = Fault::all().filter(|fault| self.wants(*fault)).collect();
        if faults.is_empty() {
            return Err(self.nothing());
        }
        match self.format {
            Format::Text if faults.iter().all(|fault| fault.name() == self.name) => io.say(&told(&faults)),
            Format::Text => io.say(&listed(&faults)),
            Format::Json => {
                let all: Value = faults.iter().map(|fault| object(*fault)).collect();
                io.say(&format!("{all:#}\n"));
            }
        }
        Ok(())
    }

    fn wants(&self, fault: Fault) -> bool {
        let name = fault.to_string();
        let rest = name.strip_prefix(self.name.as_str());
        self.name.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '=']))
    }

    fn nothing(&self) -> Failure {
        let mut names: Vec<String> = Target::ALL.iter().map(|target| target.name().to_owned()).collect();
        names.extend(Fault::all().map(Fault::name));
        names.dedup();
        let question = did_you_mean(&self.name, names.iter().map(String::as_str));
        let help = question.unwrap_or_else(|| "`mock-idp faults` lists all of them".to_owned());
        Failure::usage(format!("there is no fault `{}`", self.name)).help(help)
    }
}

/// Names with their values, one name a line.
fn listed(faults: &[Fault]) -> String {
    let lines = faults.chunk_by(|one, next| one.name() == next.name()).map(|same| {
        let name = same.first().map(|fault| fault.name()).unwrap_or_default();
        let values: Vec<_> = same.iter().map(|fault| fault.value()).collect();
        format!("{name:<40} {}\n", values.join(" "))
    });
    let lines: String = lines.collect();
    format!(
        "{lines}\nA name, such as `mock-idp faults id_token.aud`, tells more. Faults of tokens and of the token response can be limited\n\
         to a moment: `,at=authorization`, `,at=code` or `,at=refresh`.\n"
    )
}

/// One name, with all there is to say.
fn told(faults: &[Fault]) -> String {
    let head = faults.first().map(|first| {
        let (name, clause, rp) = (first.name(), first.clause(), first.relying_party());
        let moments = match first.target().moments() {
            [] => String::new(),
            moments => format!("  moments  {} (`,at=refresh` limits it to one)\n", listed_moments(moments)),
        };
        format!("{name}\n  clause   {clause}\n{moments}  correct  a relying party {rp}\n\n")
    });
    let line = |fault: &Fault| {
        format!("  ={:<22} [{}] {}\n", fault.value(), fault.expected().as_str(), fault.does())
    };
    head.into_iter().chain(faults.iter().map(line)).collect()
}

fn listed_moments(moments: &[Moment]) -> String {
    moments.iter().map(|moment| moment.as_str()).collect::<Vec<_>>().join(", ")
}

fn object(fault: Fault) -> Value {
    json!({
        "fault": fault.to_string(),
        "target": fault.target().name(),
        "moments": fault.target().moments(),
        "name": fault.name(),
        "value": fault.value(),
        "clause": fault.clause(),
        "does": fault.does(),
        "relying_party": fault.relying_party(),
        "expected": fault.expected().as_str(),
    })
}
