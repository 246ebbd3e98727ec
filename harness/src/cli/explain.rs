//! `harness explain`: what a code, a rule, a reading, a finding, a reason, a fault or a case means.

use std::io;

use clap::Args;
use mock_idp::source::did_you_mean;
use serde_json::json;

use super::{Io, OK, OutputFormat, USAGE};
use crate::explain;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness explain E0204                    the code of a message
  harness explain BP-R15 BP-Q2             a rule of a product, and a question that its vendor leaves open
  harness explain unknown_role             what a product notices without refusing anybody
  harness explain missing_required_claim   why a product refuses somebody
  harness explain id_token.nonce           a fault of the provider, and what is right then
  harness explain RPX-CLM-19               what `harness conformance` asks, and what is right then
  harness explain --list

Exit codes: 0 all were explained, 2 one of them is not known")]
pub(super) struct Explain {
    /// Codes, rules, readings, findings, reasons, faults, cases
    #[arg(value_name = "NAME", required_unless_present = "list")]
    names: Vec<String>,
    /// List every name that can be explained
    #[arg(long)]
    list: bool,
    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", env = "HARNESS_EXPLAIN_FORMAT")]
    format: OutputFormat,
}

impl Explain {
    pub(super) fn run(&self, io: &mut Io<'_>) -> io::Result<u8> {
        if self.list {
            return self.list(io);
        }
        let mut explained = Vec::new();
        for name in &self.names {
            match explain::explain(name) {
                Some(explanation) => explained.push(explanation),
                None => return unknown(name, io),
            }
        }
        match self.format {
            OutputFormat::Human => {
                let texts: Vec<String> = explained.iter().map(explain::text).collect();
                write!(io.out, "{}", texts.join("\n"))?;
            }
            OutputFormat::Json => {
                let document = json!({ "schema": "harness.explain/1", "explanations": explained });
                serde_json::to_writer_pretty(&mut *io.out, &document)?;
                writeln!(io.out)?;
            }
        }
        Ok(OK)
    }

    fn list(&self, io: &mut Io<'_>) -> io::Result<u8> {
        let explained = explain::names().into_iter().filter_map(|name| explain::explain(&name));
        match self.format {
            OutputFormat::Human => {
                for it in explained {
                    writeln!(io.out, "{:<8} {:<32} {}", it.kind.as_str(), it.id, it.title)?;
                }
            }
            OutputFormat::Json => {
                let names: Vec<_> =
                    explained.map(|it| json!({ "id": it.id, "kind": it.kind, "title": it.title })).collect();
                let document = json!({ "schema": "harness.explain/1", "names": names });
                serde_json::to_writer_pretty(&mut *io.out, &document)?;
                writeln!(io.out)?;
            }
        }
        Ok(OK)
    }
}

fn unknown(name: &str, io: &mut Io<'_>) -> io::Result<u8> {
    writeln!(io.err, "error: `{name}` is no code, rule, reading, finding, reason, fault or case")?;
    let names = explain::names();
    let help = did_you_mean(name, names.iter().map(String::as_str));
    writeln!(
        io.err,
        "help: {}",
        help.unwrap_or_else(|| "`harness explain --list` has all of them".to_owned())
    )?;
    Ok(USAGE)
}
