//! The text of a scenario to start from: data in sections, each with a line on what it is for.

use std::path::Path;

use serde_json::{Value, json};

use super::sections;
use crate::decision::ProductKind;

/// The schema's file, beside the scenario.
pub(super) const SCHEMA: &str = "scenario.schema.json";

/// A scenario before it is written down.
pub(super) struct Draft<'a> {
    pub(super) kind: &'a dyn ProductKind,
    /// As a preview makes it, of a person called `somebody`.
    pub(super) scenario: Value,
    /// What the person is called.
    pub(super) user: &'a str,
    /// The file that it becomes, as it is typed.
    pub(super) file: &'a str,
    /// The log that it comes from.
    pub(super) origin: Option<&'a Path>,
}

/// The file.
pub(super) fn text(draft: &Draft<'_>) -> String {
    let title = draft.kind.title();
    let scenario = named(draft);
    let head = match draft.origin {
        None => format!(
            "A first scenario: {} signs in to {title}, at a provider of our own, and `expect` says what must come of it.",
            draft.user
        ),
        Some(log) => format!(
            "Recorded in `{}`: {} signs in to {title} once more, and `expect` says what must come of it.",
            file_name(log),
            draft.user
        ),
    };
    let product = format!(
        "The product: `config` is the vendor's own configuration under the vendor's own names, `state` what it knows\n\
         before the first step. `harness explain {}` and the like tell its rules and open questions, `--list` all of them.",
        draft.kind.rules().first().map_or("--list", |rule| rule.id)
    );
    let parts = [
        ("version", ""),
        ("name", ""),
        ("tags", ""),
        (
            "idp",
            "The provider: who may ask it (clients) and what it says of people (users). Change a claim and run again.\n\
             `claims` goes into every document; `id_token`, `access_token` and `userinfo` go into one.",
        ),
        ("readings", "Answers to what the vendor leaves open; `harness explain` tells the others."),
        ("product", product.as_str()),
        (
            "steps",
            "What happens, in order. Maps in `expect` are matched as subsets, lists exactly; delete what does not matter.\n\
             Other steps: claims, refresh, logout, observe, advance, rotate_keys, set_faults, product, restart.",
        ),
    ];
    format!(
        "# yaml-language-server: $schema={SCHEMA}\n#\n# {head}\n#\n#   harness run {file}\n#   harness check {file}\n\n{}",
        sections(&scenario, &parts),
        file = draft.file,
    )
}

/// The scenario with the person's own name.
fn named(draft: &Draft<'_>) -> Value {
    let mut scenario = draft.scenario.clone();
    if let Some(user) = scenario.pointer("/idp/users/somebody").cloned() {
        put(&mut scenario, "/idp", "users", json!({ draft.user: user }));
    }
    if let Some(login) = scenario.pointer_mut("/steps/0/login") {
        *login = json!(draft.user);
    }
    let title = draft.kind.title();
    let decision = scenario.pointer("/steps/0/expect/decision").and_then(Value::as_str);
    let name = match (decision, draft.origin) {
        (Some("signed_in"), None) => format!("{} signs in to {title}", draft.user),
        (Some("signed_in"), Some(_)) => format!("{} signs in to {title}, as recorded", draft.user),
        _ => format!("{title} refuses {}", draft.user),
    };
    put(&mut scenario, "", "name", json!(name));
    put(&mut scenario, "", "tags", json!([draft.kind.name()]));
    put(&mut scenario, "/idp", "issuer", json!("/acme"));
    scenario
}

/// Sets a member of the object at a JSON pointer.
fn put(document: &mut Value, pointer: &str, key: &str, value: Value) {
    if let Some(object) = document.pointer_mut(pointer).and_then(Value::as_object_mut) {
        object.insert(key.to_owned(), value);
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
