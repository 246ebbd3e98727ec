//! One JSON document for programs. Fields may be added, never renamed.

use std::io::{self, Write};

use serde_json::json;

use super::Report;
use super::collected::Collected;
use crate::scenario::event::Event;

/// The name of this form, for whoever reads it.
pub(super) const SCHEMA: &str = "harness.run/1";

/// Collects everything and writes it at the end.
#[derive(Debug, Default)]
pub(super) struct Json(Collected);

impl Report for Json {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let Some(summary) = self.0.take(event) else { return Ok(()) };
        let document = json!({
            "schema": SCHEMA,
            "run": self.0.run,
            "findings": self.0.findings,
            "cases": self.0.cases,
            "summary": summary,
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}
