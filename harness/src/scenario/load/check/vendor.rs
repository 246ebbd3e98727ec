//! Vendor settings that a product takes and that do not do what they look like.

use mock_idp::source::{Diagnostic, Node, Sources, Span};

use crate::products::dotenv;

/// P0406 to P0408, each at its place inside the text where it stands in one.
pub(super) fn check(tree: &Node, product: &str, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let Some(config) = tree.at("/product/config") else { return };
    match product {
        "gorules" => groups_mapping(config, sources, found),
        "billrun" => {
            let auth = config.get("auth").unwrap_or(config);
            roles_paths(auth, found);
            protocol_listed(auth, found);
        }
        _ => {}
    }
}

/// P0406: an entry of `SSO_OAUTH2_GROUPS_MAPPING` that is none (GR-R4).
fn groups_mapping(config: &Node, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let Some(env) = config.get("env") else { return };
    let Some((text, span)) = variable(env, "SSO_OAUTH2_GROUPS_MAPPING") else { return };
    for entry in text.split(',').map(str::trim) {
        let label = match entry.rsplit_once("->") {
            None => "no `->` in it",
            Some(("", _)) => "no group before the arrow",
            Some((_, "admin" | "member")) => continue,
            Some(_) => "no such level",
        };
        let title = format!("`{entry}` is no entry of a groups mapping");
        found.push(
            Diagnostic::warning("P0406", title)
                .at(inside(span, entry, sources), label)
                .help("write `group->admin` or `group->member`, with commas between entries")
                .with_note("GR-Q5: GoRules BRMS does not start with it, or leaves the entry out"),
        );
    }
}

/// A variable, in a map of them or in the text of a `.env` file.
fn variable(env: &Node, name: &str) -> Option<(String, Span)> {
    if let Some(node) = env.get(name) {
        return Some((node.as_str()?.to_owned(), node.span));
    }
    // What is wrong with the text is the product's to tell.
    let written = dotenv::parse(env.as_str()?, &mut Vec::new());
    written.into_iter().rfind(|it| it.name == name).map(|it| (it.value, env.span))
}

/// P0407: a name in a `roles_path` that is empty (BR-R13).
fn roles_paths(config: &Node, found: &mut Vec<Diagnostic>) {
    for path in providers(config).filter_map(|provider| provider.get("roles_path")) {
        let text = path.as_str().unwrap_or_default();
        if text.is_empty() || !text.split('.').any(str::is_empty) {
            continue;
        }
        found.push(
            Diagnostic::warning("P0407", format!("`{text}` has an empty name in it"))
                .at(path.span, "two dots in a row, or one at an end")
                .help(format!(
                    "write `{}`",
                    text.split('.').filter(|name| !name.is_empty()).collect::<Vec<_>>().join(".")
                ))
                .with_note("BR-R13: no provider sends a claim without a name, so there will be no roles"),
        );
    }
}

/// P0408: providers for a protocol that is off (BR-R1).
fn protocol_listed(config: &Node, found: &mut Vec<Diagnostic>) {
    let listed = config.get("protocols").and_then(Node::as_list).unwrap_or_default();
    if listed.iter().any(|protocol| protocol.as_str() == Some("oidc")) || providers(config).next().is_none() {
        return;
    }
    let whole = || config.key_span("/oidc").unwrap_or(config.span);
    let off = Diagnostic::warning("P0408", "OpenID Connect is off: `protocols` does not list `oidc`");
    found.push(
        off.at(
            config.get("protocols").map_or_else(whole, |protocols| protocols.span),
            "`oidc` is not among these",
        )
        .help("add `oidc` to `protocols`")
        .with_note("BR-R1: what stands under `oidc` is not used then"),
    );
}

fn providers(config: &Node) -> impl Iterator<Item = &Node> {
    config.get("oidc").and_then(Node::as_list).unwrap_or_default().iter()
}

/// The place of a part of a text; the whole text where the part is not written as it reads.
fn inside(whole: Span, part: &str, sources: &Sources) -> Span {
    let at = Some(part).filter(|part| !part.is_empty()).and_then(|part| sources.slice(whole).find(part));
    at.map_or(whole, |at| Span::new(whole.source, whole.start + at, whole.start + at + part.len()))
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Sources, parse};
    use rstest::rstest;

    use super::check;

    #[rstest]
    #[case::no_arrow(
        "gorules",
        "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->admin, ops=member' } }",
        "P0406",
        "ops=member"
    )]
    #[case::no_level("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: a->owner } }", "P0406", "a->owner")]
    #[case::no_group("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: '->admin' } }", "P0406", "->admin")]
    #[case::a_comma_too_many(
        "gorules",
        "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->admin,' } }",
        "P0406",
        "'a->admin,'"
    )]
    #[case::in_a_file(
        "gorules",
        "{ env: \"A=b\\nSSO_OAUTH2_GROUPS_MAPPING=ops=>admin\" }",
        "P0406",
        "ops=>admin"
    )]
    #[case::under_auth("billrun", "{ auth: { protocols: [cas], oidc: [{ name: a }] } }", "P0408", "[cas]")]
    #[case::two_dots("billrun", "{ protocols: [oidc], oidc: [{ roles_path: a..b }] }", "P0407", "a..b")]
    #[case::a_dot_at_the_end("billrun", "{ protocols: [oidc], oidc: [{ roles_path: a. }] }", "P0407", "a.")]
    #[case::another_protocol("billrun", "{ protocols: [cas], oidc: [{ name: a }] }", "P0408", "[cas]")]
    #[case::no_protocols("billrun", "{ oidc: [{ name: a }] }", "P0408", "oidc")]
    fn a_setting_that_does_nothing_is_told_at_its_place(
        #[case] product: &str,
        #[case] config: &str,
        #[case] code: &str,
        #[case] place: &str,
    ) {
        let (said, places) = said(product, config);
        assert_eq!((said, places), (vec![code.to_owned()], vec![place.to_owned()]));
    }

    #[rstest]
    #[case::a_mapping("gorules", "{ env: { SSO_OAUTH2_GROUPS_MAPPING: 'a->b->admin , c->member' } }")]
    #[case::a_path("billrun", "{ protocols: [cas, oidc], oidc: [{ roles_path: a.b }, { roles_path: '' }] }")]
    #[case::no_provider("billrun", "{ protocols: [cas] }")]
    #[case::of_another_product("bindplane", "{ oidc: [{ roles_path: a..b }] }")]
    fn what_does_something_is_not_told(#[case] product: &str, #[case] config: &str) {
        assert_eq!(said(product, config).0, Vec::<String>::new());
    }

    fn said(product: &str, config: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::new();
        let tree = parse(&mut sources, "x.yaml", format!("product: {{ config: {config} }}")).unwrap();
        let mut found = Vec::new();
        check(&tree, product, &sources, &mut found);
        let place =
            |it: &mock_idp::source::Diagnostic| sources.slice(it.primary.as_ref().unwrap().span).to_owned();
        (found.iter().map(|it| it.code.to_string()).collect(), found.iter().map(place).collect())
    }
}
