//! How a client's ID tokens and UserInfo responses are signed and encrypted.

use super::super::{ClientConfig, Flow, IdpConfig};
use super::{codes, members};
use crate::protocol::keys::{ClientKeys, Signature};
use crate::source::{Diagnostic, Node};

/// The settings that ask for encryption.
const ENCRYPTION: [&str; 2] = ["id_token_encryption", "userinfo_encryption"];

/// Every check of every client.
pub(super) fn all(block: &Node, config: &IdpConfig) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, node) in members(block, "clients") {
        let Some(client) = config.clients.get(name) else { continue };
        found.extend(nothing_to_encrypt_to(name, node, client));
        found.extend(unsigned_in_the_browser(name, node, client));
    }
    found
}

/// Documents are encrypted to a public key of the client (OIDCC-10.2).
fn nothing_to_encrypt_to(name: &str, node: &Node, client: &ClientConfig) -> Vec<Diagnostic> {
    // what is published elsewhere is not known yet
    if client.jwks_uri.is_some() {
        return Vec::new();
    }
    let set = client.jwks.clone().map(serde_json::Value::Object);
    // keys that are no keys are reported elsewhere
    let Ok(keys) = set.map(|set| ClientKeys::new(&set)).transpose() else { return Vec::new() };
    let keys = keys.unwrap_or_default();
    let wanted = [client.id_token_encryption, client.userinfo_encryption];
    let missing = ENCRYPTION.into_iter().zip(wanted).filter_map(|(setting, wanted)| {
        let why = keys.recipient(wanted?).err()?;
        let title = format!("client `{name}` has no key to encrypt to");
        let found =
            Diagnostic::error(codes::CONTRADICTION, title).at(node.get(setting)?.span, why.to_string());
        Some(found.help("add a public key with `use: enc` to its `jwks: { keys: [...] }`, or a `jwks_uri`"))
    });
    missing.collect()
}

/// An unsigned ID token must not pass through the browser (OIDCR-2).
fn unsigned_in_the_browser(name: &str, node: &Node, client: &ClientConfig) -> Option<Diagnostic> {
    if client.id_token_alg != Some(Signature::Unsigned) {
        return None;
    }
    let only_elsewhere = client
        .flows
        .as_ref()
        .is_some_and(|flows| !flows.contains(&Flow::Implicit) && !flows.contains(&Flow::Hybrid));
    if only_elsewhere {
        return None;
    }
    let title = format!("client `{name}` cannot have unsigned ID tokens from the authorization endpoint");
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(node.get("id_token_alg")?.span, "anybody on the way could change them")
        .help("write `flows: [code]`")
        .with_note("OIDCR-2: `none` is for clients that get their ID tokens from the token endpoint only");
    Some(found)
}
