//! `harness schema`: the JSON Schemas of what is read and written, for editors and programs.

use std::io;

use clap::{Args, ValueEnum};

use super::{Io, OK};
use crate::scenario::load::published_schema;

/// What `harness preview --format json` writes.
const PREVIEW: &str = include_str!("preview/preview.schema.json");

/// What `harness check --format json` writes.
const DIAGNOSTICS: &str = include_str!("check.schema.json");

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness schema > scenario.schema.json
  then on the first line of a scenario: # yaml-language-server: $schema=scenario.schema.json
  harness schema preview > preview.schema.json
  harness schema diagnostics > diagnostics.schema.json")]
pub(super) struct Schema {
    /// Of what
    #[arg(value_name = "WHAT", default_value = "scenario")]
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Scenario files.
    Scenario,
    /// What `harness preview --format json` writes about one product.
    Preview,
    /// What `harness check --format json` writes.
    Diagnostics,
}

impl Schema {
    pub(super) fn run(&self, io: &mut Io<'_>) -> io::Result<u8> {
        match self.what {
            What::Scenario => {
                serde_json::to_writer_pretty(&mut *io.out, &published_schema())?;
                writeln!(io.out)?;
            }
            What::Preview => write!(io.out, "{PREVIEW}")?,
            What::Diagnostics => write!(io.out, "{DIAGNOSTICS}")?,
        }
        Ok(OK)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jsonschema::validator_for;
    use mock_idp::source::{Diagnostic, Sources, Span, to_json};
    use serde_json::{Value, json};

    use super::*;
    use crate::preview::{Expression, Located, NearMiss, Preview, Questions, Rehearsal};
    use crate::products;

    #[test]
    fn every_diagnostic_is_as_its_schema_says() {
        let schema: Value = serde_json::from_str(DIAGNOSTICS).unwrap();
        let validator = validator_for(&schema).unwrap();
        let mut sources = Sources::new();
        let source = sources.add("x.yaml", "login: bne\n");
        let (here, there) = (Span::new(source, 7, 10), Span::new(source, 0, 5));
        let whole =
            Diagnostic::error("E0303", "user `bne` is not defined").at(here, "no such user").also(there, "");
        let whole = whole.help("did you mean `ben`?").with_note("a note");
        let bare = Diagnostic::warning("W0510", "no step keeps the snapshot `x`");
        let document = json!({
            "schema": "harness.check/1", "files": 1, "cases": 0,
            "diagnostics": to_json(&[whole, bare], &sources),
        });
        let wrong: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(document["diagnostics"][0]["at"]["range"]["start"], json!({"line": 0, "character": 7}));
        assert!(!validator.is_valid(&json!({"schema": "harness.check/1"})));
    }

    /// Every case of the examples as a preview, with every question asked of some.
    #[test]
    fn every_preview_is_as_its_schema_says() {
        let schema: Value = serde_json::from_str(PREVIEW).unwrap();
        let validator = validator_for(&schema).unwrap();
        for kind in products::ALL {
            for (index, case) in products::cases::cases_of(kind.name()).iter().enumerate() {
                let rehearsal = Rehearsal::of_example(*kind, &case["given"], &BTreeMap::new()).unwrap();
                let somewhere =
                    Located { file: "x.json".to_owned(), line: 1, column: 2, width: 3, text: String::new() };
                let locate = |_: &NearMiss| Some(somewhere.clone());
                let mut document = Preview::of(&rehearsal).document(&locate);
                if index < 3 {
                    let wanted = Expression::parse("decision = signed_in and effects contains x").unwrap();
                    let questions = Questions {
                        why: vec!["decision".to_owned()],
                        why_not: vec![wanted.clone()],
                        what_if: vec!["set email=x".to_owned()],
                        mutate: true,
                        require: vec![wanted],
                    };
                    let answers = questions.answered(&rehearsal, Some(&rehearsal)).unwrap();
                    document["answers"] = json!(answers);
                }
                let wrong: Vec<String> =
                    validator.iter_errors(&document).map(|error| error.to_string()).collect();
                assert!(wrong.is_empty(), "{}: {wrong:?}", case["id"]);
            }
        }
    }
}
