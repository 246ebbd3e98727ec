//! One document for programs. Fields may be added, never renamed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use crate::conformance::event::Event;

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub struct Json {
    run: Value,
    cases: Vec<Value>,
}

impl Report for Json {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::Started(run) => self.run = json!(run),
            Event::CaseFinished(case) => self.cases.push(json!(case)),
            Event::Finished(summary) => {
                let document = json!({
                    "schema": "harness.conformance/1",
                    "run": self.run,
                    "cases": self.cases,
                    "result": summary.result().as_str(),
                    "summary": summary,
                });
                serde_json::to_writer_pretty(&mut *out, &document)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }
}
