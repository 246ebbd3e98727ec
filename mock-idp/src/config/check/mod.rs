//! What a schema cannot see in an `idp:` block: names that refer to each other, URIs, keys, claims.
//!
//! Each check looks at the tree, which has the places, and asks about one thing. Checks that need no more than one
//! value also run when other parts of the file are wrong, so that one pass shows as much as can be known.

mod claim_sources;
mod clients;
mod faults;
mod issuer;
mod keys;
mod responses;
mod uris;
mod users;

use super::IdpConfig;
use crate::source::{Diagnostic, Node, code, did_you_mean};

/// The codes of this room.
pub(super) mod codes {
    /// A key id or a subject that two things share.
    pub(in crate::config) const SHARED_NAME: &str = "E0205";
    /// Settings that exclude each other, or one that needs another.
    pub(in crate::config) const CONTRADICTION: &str = "E0211";
    /// The same, where one of them can be taken as meant.
    pub(in crate::config) const CONTRADICTION_ALLOWED: &str = "W0511";
    /// A user that is not defined.
    pub(in crate::config) const UNKNOWN_USER: &str = "E0303";
    /// A fault that is not in the catalogue, or one that is limited in a way that there is not.
    pub(in crate::config) const UNKNOWN_FAULT: &str = "E0311";
    /// A name close to one that means something.
    pub(in crate::config) const NEAR_MISS: &str = "W0502";
    /// An issuer that relying parties stumble over.
    pub(in crate::config) const ISSUER: &str = "W0503";
    /// A subject that relying parties need not accept.
    pub(in crate::config) const SUBJECT: &str = "W0509";
    /// Parts of a scenario that are not read where only its provider is wanted.
    pub(in crate::config) const LEFT_OUT: &str = "W0512";
    /// A setting that has no effect.
    pub(in crate::config) const NO_EFFECT: &str = "W0508";
}

/// The checks of single values.
pub(super) fn without_schema(block: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(issuer::forms(block));
    found.extend(uris::all(block));
    found.extend(lifetimes(block));
    found.extend(no_patience(block));
    found.extend(users::subjects(block));
    found.extend(users::overlays(block));
    found.extend(claim_sources::all(block));
    found.extend(keys::ids(block));
    found.extend(auto_login(block));
    found.extend(faults::rules(block));
    found
}

/// The checks of how parts fit together, for a block that is right by itself.
pub(super) fn meaning(block: &Node, config: &IdpConfig) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(issuer::attacker(block, config));
    found.extend(keys::algorithms(block));
    found.extend(clients::all(block, config));
    found.extend(responses::all(block, config));
    found.extend(users::shared_subjects(block, config));
    found
}

/// Nothing can live for no time.
fn lifetimes(block: &Node) -> Vec<Diagnostic> {
    let all = block.get("lifetimes").and_then(Node::as_map).into_iter().flatten().map(|entry| &entry.value);
    let per_client = members(block, "clients").filter_map(|(_, client)| client.get("id_token_lifetime"));
    all.chain(per_client)
        .filter(|value| {
            value.as_str().and_then(crate::source::duration).is_some_and(|length| length.is_zero())
        })
        .map(|value| {
            Diagnostic::error(code::OUT_OF_BOUNDS, "a lifetime must be longer than nothing")
                .at(value.span, "expired when issued")
                .help("write a short one, such as `1s`, and advance the clock")
        })
        .collect()
}

/// No call takes no time.
fn no_patience(block: &Node) -> Option<Diagnostic> {
    let timeout = block.get("outgoing")?.get("timeout")?;
    let length = timeout.as_str().and_then(crate::source::duration)?;
    let found = Diagnostic::error(code::OUT_OF_BOUNDS, "a call takes longer than nothing")
        .at(timeout.span, "over before it begins")
        .help("write how long to wait, such as `5s`");
    length.is_zero().then_some(found)
}

/// The user who is signed in without being asked must exist.
fn auto_login(block: &Node) -> Option<Diagnostic> {
    let name = block.get("auto_login")?.as_str()?;
    let examples = super::example_users(super::Persona::default());
    let mut users: Vec<&str> = members(block, "users").map(|(name, _)| name).collect();
    if users.is_empty() {
        users = examples.keys().map(String::as_str).collect();
    }
    if users.contains(&name) {
        return None;
    }
    let suggestion =
        did_you_mean(name, users.iter().copied()).map(|question| format!("{question} ")).unwrap_or_default();
    let found = Diagnostic::error(codes::UNKNOWN_USER, format!("user `{name}` is not defined"))
        .at(block.get("auto_login")?.span, "no such user")
        .help(format!("{suggestion}users here: {}", users.join(", ")));
    Some(found)
}

/// The members of a map in the block, such as its clients, each with its entry's name.
fn members<'a>(block: &'a Node, key: &str) -> impl Iterator<Item = (&'a str, &'a Node)> {
    let entries = block.get(key).and_then(Node::as_map).into_iter().flatten();
    entries.map(|entry| (entry.key.as_str(), &entry.value))
}
