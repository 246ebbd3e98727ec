//! What is asked of relying parties, out of the catalogue of `harness conformance`.

use crate::conformance::case::{Expected, Row};
use crate::conformance::catalogue::rows;

use super::{Explanation, Kind};

/// The rows of this name (`RPX-SIG-23`, or a module of the OpenID Foundation), or the one with this case
/// (`RPX-SIG-23.zeros`).
pub(super) fn explain(name: &str) -> Option<Explanation> {
    let is_name = |known: &str| known.eq_ignore_ascii_case(name);
    let has_case = |row: &&Row| rows_cases(row).iter().any(|(id, _)| is_name(id));
    let named: Vec<&Row> = rows().filter(|row| is_name(row.id) || has_case(row)).collect();
    let first = named.first()?;
    let titles: Vec<&str> = named.iter().map(|row| row.title).collect();
    let mut explanation = Explanation::new(first.id, Kind::Case, titles.join("; "));
    for row in &named {
        explanation = of_row(explanation, row);
    }
    Some(explanation.seeing(format!("harness conformance --rp URL --only {}", first.id)))
}

/// Every name of a row, in the order of the catalogue.
pub(super) fn names() -> impl Iterator<Item = String> {
    rows().map(|row| row.id.to_owned())
}

fn of_row(explanation: Explanation, row: &Row) -> Explanation {
    let cases = rows_cases(row);
    let width = cases.iter().map(|(id, _)| id.len()).max().unwrap_or_default();
    let lines: Vec<String> = cases.iter().map(|(id, faults)| format!("{id:width$}  {faults}")).collect();
    let mut bindings: Vec<&str> = row.bindings.iter().map(|binding| binding.profile.name()).collect();
    bindings.dedup();
    let mut said = explanation
        .saying(format!("The provider {}.", row.provider))
        .saying(format!("A correct relying party {}.", row.relying_party))
        .saying(judged(row.expected))
        .saying(format!("It is asked under {}.", bindings.join(", ")));
    if let Some(attack) = row.attack {
        said = said.saying(format!("The attack is known as {attack}."));
    }
    if let Some(module) = row.module {
        said = said.saying(format!("The OpenID Foundation asks the same in `{module}`."));
    }
    let clauses = row.clauses.iter().map(|&clause| clause.to_owned());
    said.rests_on.extend(clauses.filter(|clause| !said.rests_on.contains(clause)).collect::<Vec<_>>());
    said.showing("cases, with their faults", lines.join("\n"))
}

const fn judged(expected: Expected) -> &'static str {
    match expected {
        Expected::Reject => "Whoever accepts that is wrong.",
        Expected::Accept => "Whoever refuses that is wrong.",
        Expected::Either => "To accept that and to refuse it are both right; something else must not happen.",
        Expected::Send => "What the relying party sends is looked at.",
    }
}

/// The names of its cases, each with its faults.
fn rows_cases(row: &Row) -> Vec<(String, String)> {
    let named = row.ways.iter().map(|way| {
        let id = if way.value.is_empty() { row.id.to_owned() } else { format!("{}.{}", row.id, way.value) };
        let faults: Vec<&str> = way.groundwork.iter().chain(way.faults).copied().collect();
        (id, if faults.is_empty() { "no fault".to_owned() } else { faults.join(", ") })
    });
    named.collect()
}
