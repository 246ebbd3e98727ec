//! Faults of the provider, out of its own catalogue.

use mock_idp::fault::Fault;

use super::{Explanation, Kind};

/// The faults of this name (`id_token.nonce`), or the one with this value (`id_token.nonce=missing`).
pub(super) fn explain(name: &str) -> Option<Explanation> {
    let (bare, value) = name.split_once('=').map_or((name, None), |(bare, value)| (bare, Some(value)));
    let faults: Vec<Fault> = Fault::all()
        .filter(|fault| fault.name().eq_ignore_ascii_case(bare))
        .filter(|fault| value.is_none_or(|value| fault.value() == value))
        .collect();
    let first = faults.first()?;
    let id = if value.is_some() { first.to_string() } else { first.name() };
    let title = format!("the provider breaks {}", first.clause());
    let width = faults.iter().map(|fault| fault.value().len()).max().unwrap_or_default();
    let ways: Vec<String> = faults
        .iter()
        .map(|fault| format!("{:width$}  [{}] {}", fault.value(), fault.expected().as_str(), fault.does()))
        .collect();
    let mut explanation = Explanation::new(id, Kind::Fault, title)
        .saying(format!("A correct relying party {}.", first.relying_party()))
        .showing("values, with what is right and what the provider does", ways.join("\n"))
        .showing("in a step of a scenario", format!("faults: {{ {}: {} }}", first.name(), first.value()))
        .seeing(format!("mock-idp faults {}", first.name()))
        .seeing(format!("mock-idp serve --fault {first}"));
    explanation.rests_on.push(first.clause().to_owned());
    Some(explanation)
}
