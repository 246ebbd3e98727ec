//! Steps: one action each, names that exist, and something that is proved.

use std::collections::BTreeMap;

use mock_idp::config::{FaultRules, Persona, example_users};
use mock_idp::fault::{Expected, Fault};
use mock_idp::source::{Diagnostic, Map, Node, Span, deserialize, did_you_mean, near};

use super::listed;
use crate::scenario::model::ACTIONS;

pub(super) fn check(tree: &Node, found: &mut Vec<Diagnostic>) {
    let mut ids: BTreeMap<&str, Span> = BTreeMap::new();
    for step in tree.get("steps").and_then(Node::as_list).unwrap_or_default() {
        let Some(map) = step.as_map() else { continue };
        one_action(step, map, found);
        unique_id(map, &mut ids, found);
        user(tree, map, found);
        request(map, found);
        proves_something(step, map, found);
        tolerable(map, found);
    }
    nonstandard(tree, found);
}

/// E0204: a step does exactly one thing.
fn one_action(step: &Node, map: &Map, found: &mut Vec<Diagnostic>) {
    let mut actions = map.iter().filter(|entry| ACTIONS.contains(&entry.key.as_str()));
    let (first, second) = (actions.next(), actions.next());
    match (first, second) {
        (None, _) => found.push(
            Diagnostic::error("E0204", "a step without an action")
                .at(step.span, "does nothing")
                .help(format!("actions are {}", listed(ACTIONS.iter().copied()))),
        ),
        (Some(first), Some(second)) => found.push(
            Diagnostic::error(
                "E0204",
                format!("a step does one thing, but this one has `{}` and `{}`", first.key, second.key),
            )
            .at(second.key_span, "second action")
            .also(first.key_span, "first action")
            .help(format!("start a new step: put `- ` before `{}`", second.key)),
        ),
        (Some(_), None) => {}
    }
}

/// E0205: ids name snapshots, so each must be unique.
fn unique_id<'a>(map: &'a Map, ids: &mut BTreeMap<&'a str, Span>, found: &mut Vec<Diagnostic>) {
    let Some((text, span)) = map.get("id").and_then(|id| Some((id.as_str()?, id.span))) else { return };
    if let Some(first) = ids.insert(text, span) {
        found.push(
            Diagnostic::error("E0205", format!("step id `{text}` is used twice"))
                .at(span, "second use")
                .also(first, "first use")
                .help("ids name snapshots, so each must be unique; rename one of them"),
        );
    }
}

/// E0303: a user who is defined.
fn user(tree: &Node, step: &Map, found: &mut Vec<Diagnostic>) {
    let login =
        step.get("login").and_then(|login| login.as_str().map_or_else(|| login.get("user"), |_| Some(login)));
    let claims = step.get("claims").and_then(|claims| claims.get("user"));
    let users = tree.at("/idp/users").and_then(Node::as_map);
    let examples = example_users(Persona::default());
    let known: Vec<&str> = match users {
        Some(users) if !users.is_empty() => users.keys().collect(),
        Some(_) | None => examples.keys().map(String::as_str).collect(),
    };
    for named in [login, claims].into_iter().flatten() {
        let Some(name) = named.as_str().filter(|name| !known.contains(name)) else { continue };
        let unknown = Diagnostic::error("E0303", format!("user `{name}` is not defined"));
        let mut unknown = unknown.at(named.span, "no such user");
        let near = near(name, known.iter().copied());
        if let Some(entry) = near.first().and_then(|near| users?.entry(near)) {
            unknown = unknown.also(entry.key_span, format!("`{}` is defined here", entry.key));
        }
        let all = format!("users in this scenario: {}", listed(known.iter().copied()));
        let help =
            did_you_mean(name, known.iter().copied()).map_or(all.clone(), |near| format!("{near} {all}"));
        found.push(unknown.help(help));
    }
}

/// E0206: `METHOD /path`.
fn request(step: &Map, found: &mut Vec<Diagnostic>) {
    let Some((request, text)) = step.get("request").and_then(|r| Some((r, r.as_str()?))) else { return };
    let (method, path) = text.split_once(' ').unwrap_or((text, ""));
    if !matches!(method, "GET" | "POST") || !path.starts_with('/') {
        let wrong = Diagnostic::error("E0206", format!("`{text}` is not a request"));
        found.push(
            wrong.at(request.span, "expected a method and a path").help("write `GET /path` or `POST /path`"),
        );
    }
}

/// W0504: a step that looks at something, and says nothing about it.
fn proves_something(step: &Node, map: &Map, found: &mut Vec<Diagnostic>) {
    let looks = ["observe", "permission", "request", "replay", "refresh"];
    let action = map.iter().find(|entry| looks.contains(&entry.key.as_str()));
    if let Some(action) = action.filter(|_| step.get("expect").is_none() && step.get("snapshot").is_none()) {
        let idle = Diagnostic::warning("W0504", format!("`{}` without `expect` or `snapshot`", action.key));
        found.push(idle.at(action.key_span, "proves nothing").help("say what must hold afterwards"));
    }
}

/// W0506: a refusal of what a correct relying party accepts.
fn tolerable(step: &Map, found: &mut Vec<Diagnostic>) {
    let decision = step.get("expect").and_then(|expect| expect.get("decision"));
    let (Some(decision), Some(faults)) =
        (decision.filter(|it| it.as_str() == Some("rejected")), step.get("faults"))
    else {
        return;
    };
    let Ok(rules) = deserialize::<FaultRules>(faults) else { return };
    let faults: Vec<Fault> = rules.0.iter().map(|rule| rule.fault).collect();
    if faults.is_empty() || faults.iter().any(|fault| fault.expected() != Expected::Accept) {
        return;
    }
    for fault in faults {
        let title = format!("a refusal is expected of `{fault}`, which a correct relying party accepts");
        found.push(
            Diagnostic::warning("W0506", title)
                .at(decision.span, "stricter than the standard")
                .also(step.get("faults").map_or(decision.span, |faults| faults.span), "the fault")
                .help(format!("`harness explain {fault}` tells what is right"))
                .with_note(format!("{}: a relying party {}", fault.clause(), fault.relying_party())),
        );
    }
}

/// W0507: what a product documents and the standard forbids.
fn nonstandard(tree: &Node, found: &mut Vec<Diagnostic>) {
    for client in tree.at("/idp/clients").and_then(Node::as_map).into_iter().flatten() {
        let Some(switch) = client.value.get("query_tokens").filter(|switch| switch.as_bool() == Some(true))
        else {
            continue;
        };
        found.push(
            Diagnostic::note(
                "W0507",
                "tokens in a query string, which the product documents and the standard forbids",
            )
            .at(switch.span, format!("for client `{}`", client.key))
            .with_note("OAuth 2.0 Multiple Response Type Encoding Practices, section 3"),
        );
    }
}

/// W0505: a refusal proves little where nobody was ever accepted.
pub(super) fn positive_control(cases: &[Node], found: &mut Vec<Diagnostic>) {
    let steps =
        |case: &Node| case.get("steps").and_then(Node::as_list).map(<[Node]>::to_vec).unwrap_or_default();
    let logins = |case: &Node| -> Vec<Node> {
        let mut steps = steps(case);
        steps.retain(|step| step.get("login").is_some() || step.get("refresh").is_some());
        steps.into_iter().filter_map(|step| step.get("expect").cloned()).collect()
    };
    let logins: Vec<Node> = cases.iter().flat_map(logins).collect();
    if logins.iter().any(may_be_accepted) {
        return;
    }
    let refused = logins.iter().filter_map(|expect| expect.get("decision"));
    if let Some(refused) = refused.into_iter().find(|it| it.as_str() == Some("rejected")) {
        let doubt = Diagnostic::warning("W0505", "a refusal is expected, but nobody is ever signed in");
        found.push(
            doubt
                .at(refused.span, "would also come true if nothing worked at all")
                .help("add a login that is accepted, in this case or in a sibling"),
        );
    }
}

/// Whether a sign-in is expected, if need be by a word that is misspelt or that could not be filled in.
fn may_be_accepted(expect: &Node) -> bool {
    let is = |written: &str, word: &str| written == word || !near(written, [word]).is_empty();
    let entries = expect.as_map().into_iter().flatten();
    let mut decisions = entries.filter(|entry| is(&entry.key, "decision")).map(|entry| &entry.value);
    decisions.any(|it| it.is_null() || it.as_str().is_some_and(|word| is(word, "signed_in")))
}
