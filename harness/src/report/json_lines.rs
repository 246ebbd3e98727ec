//! A line of JSON for each event. Fields may be added, never renamed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use super::json::SCHEMA;
use crate::scenario::event::Event;

/// Writes what happens as it happens. A case's steps have lines of their own, before that of the case.
#[derive(Debug)]
pub(super) struct JsonLines;

impl Report for JsonLines {
    fn tell(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let mut line = json!(event);
        if let Some(members) = line.as_object_mut() {
            match event {
                Event::RunStarted(_) => {
                    members.insert("schema".to_owned(), json!(SCHEMA));
                }
                Event::CaseFinished(case) => {
                    members.remove("steps");
                    for step in &case.steps {
                        write(&json!({ "event": "step-finished", "id": case.id, "step": step }), out)?;
                    }
                }
                Event::Finding(_) | Event::CaseStarted(_) | Event::RunFinished(_) => {}
            }
        }
        write(&line, out)?;
        out.flush()
    }
}

fn write(line: &Value, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    writeln!(out)
}
