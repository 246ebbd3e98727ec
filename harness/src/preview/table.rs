//! Several products beside each other, one row each.

use serde_json::Value;

use super::Preview;
use crate::decision::Envelope;

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
