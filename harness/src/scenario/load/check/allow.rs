//! `allow: [W0501]`: doubts that an author has looked at.

use mock_idp::source::{Diagnostic, Node, did_you_mean};

use super::listed;

/// Codes of messages that may be silenced: those after which a file can be used.
pub(crate) const SILENCEABLE: [&str; 15] = [
    "P0401", "P0404", "P0406", "P0407", "P0408", "W0501", "W0502", "W0503", "W0504", "W0505", "W0506",
    "W0507", "W0508", "W0509", "W0511",
];

/// E0301: a code that cannot be silenced.
pub(super) fn check(tree: &Node, found: &mut Vec<Diagnostic>) {
    let of_cases = tree.get("cases").and_then(Node::as_list).unwrap_or_default().iter();
    let lists = of_cases.filter_map(|case| case.get("allow")).chain(tree.get("allow"));
    for code in lists.filter_map(Node::as_list).flatten() {
        let Some(text) = code.as_str().filter(|text| !SILENCEABLE.contains(text)) else { continue };
        let help = did_you_mean(text, SILENCEABLE)
            .unwrap_or_else(|| format!("warnings are {}", listed(SILENCEABLE)));
        let unknown = Diagnostic::error("E0301", format!("`{text}` is not the code of a warning"));
        found.push(unknown.at(code.span, "cannot be allowed").help(help));
    }
}

/// Keeps what nobody has allowed; `holders` are the file and the case.
pub(in crate::scenario::load) fn retain(found: &mut Vec<Diagnostic>, holders: &[Option<&Node>]) {
    let lists = holders.iter().flatten().filter_map(|holder| holder.get("allow")?.as_list());
    let allowed: Vec<&str> = lists.flatten().filter_map(Node::as_str).collect();
    found.retain(|it| it.is_error() || !allowed.contains(&it.code.as_ref()));
}
