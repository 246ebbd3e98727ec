//! One JSON document for programs. Fields may be added, never renamed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use crate::scenario::event::Event;

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Json {
    run: Value,
    cases: Vec<Value>,
}

impl Report for Json {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        match event {
            Event::RunStarted(run) => self.run = json!(run),
            Event::CaseFinished(case) => self.cases.push(json!(case)),
            Event::RunFinished(summary) => {
                let document = json!({
                    "schema": "harness.run/1",
                    "run": self.run,
                    "cases": self.cases,
                    "summary": summary,
                });
                serde_json::to_writer_pretty(&mut *out, &document)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }
}
