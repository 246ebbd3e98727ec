//! The product section against the vendor's own configuration, and against the clients of the provider.

use std::collections::BTreeMap;

use mock_idp::source::{Diagnostic, Map, Node, Sources, did_you_mean, near};

use super::listed;
use crate::decision::{
    AnyProduct, KeySource, Mistake, ProductKind, ProviderProfile, ReadingMistake, ResponseType, Setup,
};
use crate::scenario::load::{IDP_BASE, place};

pub(super) fn check(
    tree: &Node,
    kind: Option<&'static dyn ProductKind>,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    let Some(kind) = kind else { return };
    let before = found.len();
    readings(tree.get("readings"), kind, found);
    let chosen = if found.len() > before { BTreeMap::new() } else { chosen(tree.get("readings")) };
    let setup = Setup {
        vendor: tree.at("/product/config").map(Node::to_json).unwrap_or_default(),
        base_url: None,
        readings: chosen,
    };
    let product = match kind.configure(&setup) {
        Ok(product) => product,
        Err(mistakes) => {
            let what = format!("{} configuration", kind.title());
            found.extend(shown(tree.at("/product/config"), &mistakes, "P0402", sources, what));
            return;
        }
    };
    super::doubts::tell(tree.at("/product/config"), product.as_ref(), sources, found);
    if let Some(state) = tree.at("/product/state")
        && let Err(mistakes) = product.state(&state.to_json())
    {
        let what = format!("{} state", kind.title());
        found.extend(shown(Some(state), &mistakes, "P0403", sources, what));
    }
    clients(tree, product.as_ref(), found);
    super::claims::check(tree, kind, product.as_ref(), found);
    restarts(tree, kind, setup, sources, found);
}

/// The settings and readings of each restart, laid over those before it.
fn restarts(
    tree: &Node,
    kind: &dyn ProductKind,
    mut setup: Setup,
    sources: &Sources,
    found: &mut Vec<Diagnostic>,
) {
    let mut config = tree.at("/product/config").cloned();
    for step in tree.get("steps").and_then(Node::as_list).unwrap_or_default() {
        let Some(restart) = step.get("restart") else { continue };
        let before = found.len();
        readings(restart.get("readings"), kind, found);
        if found.len() == before {
            setup.readings.extend(chosen(restart.get("readings")));
        }
        if let Some(over) = restart.get("config").cloned() {
            config = Some(match config {
                Some(config) => config.overlaid_with(over),
                None => over,
            });
        }
        setup.vendor = config.as_ref().map(Node::to_json).unwrap_or_default();
        match kind.configure(&setup) {
            Ok(product) => super::doubts::tell(config.as_ref(), product.as_ref(), sources, found),
            Err(mistakes) => {
                let what = format!("{} configuration", kind.title());
                found.extend(shown(config.as_ref(), &mistakes, "P0402", sources, what));
            }
        }
    }
}

fn chosen(written: Option<&Node>) -> BTreeMap<String, String> {
    let entries = written.and_then(Node::as_map).into_iter().flatten();
    entries.filter_map(|entry| Some((entry.key.clone(), entry.value.as_str()?.to_owned()))).collect()
}

/// E0305: a reading or a choice that the product does not have.
fn readings(written: Option<&Node>, kind: &dyn ProductKind, found: &mut Vec<Diagnostic>) {
    for entry in written.and_then(Node::as_map).into_iter().flatten() {
        let known = kind.readings();
        let Some(reading) = known.iter().find(|reading| reading.id == entry.key) else {
            let ids = known.iter().map(|reading| reading.id);
            let mistake =
                ReadingMistake::UnknownReading { id: entry.key.clone(), known: ids.clone().collect() };
            let help = did_you_mean(&entry.key, ids.clone())
                .unwrap_or_else(|| format!("{} has {}", kind.title(), listed(ids)));
            found.push(
                Diagnostic::error("E0305", mistake.to_string())
                    .at(entry.key_span, "no such reading")
                    .help(help),
            );
            continue;
        };
        let Some(choice) = entry.value.as_str() else { continue };
        let choices = reading.choices.iter().map(|choice| choice.name);
        if !choices.clone().any(|known| known == choice) {
            let mistake = ReadingMistake::UnknownChoice {
                id: reading.id,
                choice: choice.to_owned(),
                known: choices.clone().collect(),
            };
            found.push(
                Diagnostic::error("E0305", mistake.to_string())
                    .at(entry.value.span, "no such choice")
                    .help(format!("choices are {}", listed(choices)))
                    .with_note(reading.question),
            );
        }
    }
}

/// A mistake in a part of the product section; `what` names the part.
fn shown<'m>(
    part: Option<&'m Node>,
    mistakes: &'m [Mistake],
    code: &'static str,
    sources: &'m Sources,
    what: String,
) -> impl Iterator<Item = Diagnostic> + 'm {
    mistakes.iter().map(move |mistake| {
        let diagnostic = Diagnostic::error(code, mistake.message.clone()).help_if(mistake.help.clone());
        match part {
            Some(node) => {
                diagnostic.at(place::of(mistake, &mistake.path, node, sources), format!("in this {what}"))
            }
            None => diagnostic.with_note(format!("the {what} is missing")),
        }
    })
}

fn clients(tree: &Node, product: &dyn AnyProduct, found: &mut Vec<Diagnostic>) {
    let profile = product.profile();
    for provider in &profile.providers {
        if provider.keys == KeySource::NotChecked {
            let place = tree.at("/product/config").unwrap_or(tree);
            found.push(
                Diagnostic::warning("P0401", "signatures are not checked, because no JWKS URI is configured")
                    .at(tree.key_span("/product/config").unwrap_or(place.span), "no JWKS URI in here")
                    .help("set `SSO_OAUTH2_JWKS_URI: $(idp.jwks_uri)`, or keep it if this is what you test"),
            );
        }
        without_openid(tree, provider, found);
        // A product without a client id presents none: it refuses to start.
        if !provider.issuer.starts_with(IDP_BASE) || provider.client_id.is_empty() {
            continue;
        }
        client(tree, provider, found);
    }
}

/// P0404: "OpenID Connect requests MUST contain the `openid` scope value." (OIDCC-3.1.2.1)
fn without_openid(tree: &Node, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
    if provider.scope.split(' ').any(|scope| scope == "openid") {
        return;
    }
    let config = tree.at("/product/config").unwrap_or(tree);
    let whole = tree.key_span("/product/config").unwrap_or(config.span);
    let span = key_anywhere(config, &["scopes", "scope"]).unwrap_or(whole);
    let asked = if provider.scope.is_empty() {
        "for no scope at all".to_owned()
    } else {
        format!("for `{}`", provider.scope)
    };
    found.push(
        Diagnostic::warning("P0404", "the product does not ask for the scope `openid`")
            .at(span, format!("it asks {asked}"))
            .help("add `openid` to the scopes in the product's configuration")
            .with_note("OIDCC-3.1.2.1: without it, what the provider does is unspecified"),
    );
}

/// Where the first key of these names was written.
fn key_anywhere(node: &Node, names: &[&str]) -> Option<mock_idp::source::Span> {
    let entries = || node.as_map().into_iter().flatten();
    let here = entries().find(|entry| names.contains(&entry.key.as_str())).map(|entry| entry.value.span);
    let below = || entries().find_map(|entry| key_anywhere(&entry.value, names));
    let items = || node.as_list().into_iter().flatten().find_map(|item| key_anywhere(item, names));
    here.or_else(below).or_else(items)
}

/// The client that the product presents, as it is registered at the provider.
fn client(tree: &Node, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
    let Some(clients) = tree.at("/idp/clients").and_then(Node::as_map).filter(|clients| !clients.is_empty())
    else {
        return;
    };
    if tree.at("/idp/any_client").and_then(Node::as_bool) == Some(true) {
        return;
    }
    let at = tree.key_span("/product/config").unwrap_or(tree.span);
    let Some(entry) = clients.entry(&provider.client_id) else {
        let unknown =
            Diagnostic::error("E0304", format!("client `{}` is not registered", provider.client_id));
        let help = did_you_mean(&provider.client_id, clients.keys())
            .unwrap_or_else(|| format!("registered are {}", listed(clients.keys())));
        found.push(unknown.at(at, "this product presents it").help(help));
        return;
    };
    redirect_uri(&entry.value, entry.key_span, provider, found);
    flow(&entry.value, provider, found);
}

/// E0401: the provider would refuse the product's redirect URI.
fn redirect_uri(
    client: &Node,
    key: mock_idp::source::Span,
    provider: &ProviderProfile,
    found: &mut Vec<Diagnostic>,
) {
    let registered = client.get("redirect_uris").and_then(Node::as_list).unwrap_or_default();
    if registered.iter().any(|uri| uri.as_str() == Some(&provider.redirect_uri)) {
        return;
    }
    // A misspelt key is told by itself.
    let keys = || client.as_map().into_iter().flat_map(Map::keys);
    if client.get("redirect_uris").is_none() && !near("redirect_uris", keys()).is_empty() {
        return;
    }
    let title = format!("the redirect URI `{}` is not registered for this client", provider.redirect_uri);
    let close = near(&provider.redirect_uri, registered.iter().filter_map(Node::as_str));
    let close = registered.iter().find(|uri| uri.as_str().is_some_and(|uri| close.contains(&uri)));
    let (span, label) = match (close, client.get("redirect_uris")) {
        (Some(uri), _) => (uri.span, "close to it, but compared character for character"),
        (None, Some(uris)) => (uris.span, "not among these"),
        (None, None) => (key, "registers none"),
    };
    found.push(
        Diagnostic::error("E0401", title).at(span, label).help(format!("add `{}`", provider.redirect_uri)),
    );
}

/// E0402: the provider would refuse the product's response type.
fn flow(client: &Node, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
    let Some(flows) = client.get("flows") else { return };
    let needed = match provider.response_type {
        ResponseType::Code => "code",
        ResponseType::IdToken | ResponseType::IdTokenToken => "implicit",
        ResponseType::CodeIdToken | ResponseType::CodeToken | ResponseType::CodeIdTokenToken => "hybrid",
    };
    let allowed = flows.as_list().unwrap_or_default();
    if !allowed.iter().any(|flow| flow.as_str() == Some(needed)) {
        let title = format!("this product needs the flow `{needed}` (`{}`)", provider.response_type.as_str());
        let refused = Diagnostic::error("E0402", title).at(flows.span, "not allowed here");
        found.push(refused.help(format!("add `{needed}` to `flows`")));
    }
}
