//! Several products beside each other, one row each.

use serde_json::Value;

use super::text::line;
use super::{Preview, WhatIf};
use crate::decision::Envelope;

/// Near misses of one product that are told below the table.
const NAMED: usize = 3;

/// One row per product: what was decided, for whom, what it gives and what is worth a look, and the open questions that
/// matter.
pub fn table(previews: &[Preview]) -> String {
    let mut rows = vec![
        ["product", "decision", "user", "rights", "effects", "findings", "depends on"].map(str::to_owned),
    ];
    rows.extend(previews.iter().map(row));
    let widths: [usize; 7] = std::array::from_fn(|column| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    });
    let mut out = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("   ").trim_end());
        out.push('\n');
    }
    out
}

/// Below the table: claims that are almost right for a product, a few of each.
pub fn table_near_misses(previews: &[Preview]) -> String {
    let mut out = String::new();
    for preview in previews.iter().filter(|preview| !preview.near_misses.is_empty()) {
        if out.is_empty() {
            line(&mut out, format_args!("\nalmost right"));
        }
        for miss in preview.near_misses.iter().take(NAMED) {
            line(&mut out, format_args!("  {:12}  {} {}", preview.product, miss.code, miss.message));
            if let Some(WhatIf { edit, difference, .. }) = &miss.what_if {
                let caution = if difference.raises() { "; this raises privilege" } else { "" };
                line(&mut out, format_args!("                edit  {edit}{caution}"));
            }
        }
        let told = preview.near_misses.len().min(NAMED);
        let more = preview.near_misses.len() - told + preview.more_near_misses;
        if more > 0 {
            line(&mut out, format_args!("  {:12}  and {more} more; `-p {0}` shows them", preview.product));
        }
    }
    out
}

fn row(preview: &Preview) -> [String; 7] {
    let envelope = &preview.envelope;
    let decision = match &envelope.reason {
        Some(reason) => format!("{}: {reason}", envelope.decision.replace('_', " ")),
        None => envelope.decision.replace('_', " "),
    };
    [
        preview.product.to_owned(),
        decision,
        who(envelope).unwrap_or_else(dash),
        if envelope.signed_in() { rights(preview) } else { dash() },
        list(&envelope.effects),
        list(&envelope.findings),
        list(&preview.certainty.open().into_iter().map(str::to_owned).collect::<Vec<_>>()),
    ]
}

/// Who signs in: the name to show, and the subject or the like where it is another.
pub(super) fn who(envelope: &Envelope) -> Option<String> {
    let record = envelope.record();
    let at = |pointers: &[&str]| {
        pointers.iter().find_map(|pointer| record.pointer(pointer).and_then(Value::as_str)).map(str::to_owned)
    };
    let name = at(&["/user/login", "/user/email", "/user/username", "/session/username", "/session/sub"])?;
    match at(&["/user/sub", "/user/external_id", "/session/sub"]).filter(|sub| *sub != name) {
        Some(sub) => Some(format!("{name} ({sub})")),
        None => Some(name),
    }
}

fn rights(preview: &Preview) -> String {
    let rights = preview.grants.iter().map(super::difference::right);
    list(&rights.collect::<Vec<_>>())
}

fn list(entries: &[String]) -> String {
    match entries {
        [] => dash(),
        [one, two, three, rest @ ..] if !rest.is_empty() => {
            format!("{one}, {two}, {three} and {} more", rest.len())
        }
        few => few.join(", "),
    }
}

fn dash() -> String {
    "-".to_owned()
}
