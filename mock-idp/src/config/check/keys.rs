//! The provider's signing keys.

use std::collections::BTreeMap;

use super::codes;
use crate::protocol::keys::Algorithm;
use crate::source::{Diagnostic, Node, Span};

/// Two keys of one name could not be told apart (RFC7517-4.5).
pub(super) fn ids(block: &Node) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for kid in signing(block).filter_map(|key| key.get("kid")) {
        let Some(name) = kid.as_str() else { continue };
        match seen.get(name) {
            None => drop(seen.insert(name, kid.span)),
            Some(first) => found.push(
                Diagnostic::error(codes::SHARED_NAME, format!("key id `{name}` is used twice"))
                    .at(kid.span, "second use")
                    .also(*first, "first use")
                    .help("a relying party picks the key by its id; rename one of them"),
            ),
        }
    }
    found
}

/// HS* signs with a client's secret, so it is not a key that the provider could publish (OIDCC-10.1).
pub(super) fn algorithms(block: &Node) -> Vec<Diagnostic> {
    signing(block)
        .filter_map(|key| key.get("alg"))
        .filter(|alg| alg.as_str().and_then(|name| name.parse().ok()).is_some_and(Algorithm::is_symmetric))
        .map(|alg| {
            let name = alg.as_str().unwrap_or_default();
            Diagnostic::error(codes::CONTRADICTION, format!("`{name}` is not a key of the provider"))
                .at(alg.span, "keyed with a client's secret")
                .help(format!("set `id_token_alg: {name}` on the client"))
        })
        .collect()
}

fn signing(block: &Node) -> impl Iterator<Item = &Node> {
    let signing = block.get("signing").into_iter();
    signing.flat_map(|node| node.as_list().map_or(std::slice::from_ref(node), |list| list))
}
