//! Faults that are written with conditions.

use super::codes;
use crate::fault::plan::{NotARule, Rule};
use crate::source::{Diagnostic, Node};

/// Each text of the list must be a fault and what it is limited to.
pub(super) fn rules(block: &Node) -> Vec<Diagnostic> {
    let lists = [block.get("faults"), block.at("/attacker/faults")].into_iter().flatten();
    let texts = lists.filter_map(Node::as_list).flatten();
    texts.filter_map(|node| Some((node, node.as_str()?.parse::<Rule>().err()?))).map(mistake).collect()
}

fn mistake((node, mistake): (&Node, NotARule)) -> Diagnostic {
    Diagnostic::error(codes::UNKNOWN_FAULT, mistake.to_string())
        .at(node.span, "written here")
        .help(mistake.help())
}
