//! What the product presents to the provider, against what is registered there.
//!
//! A setting that cannot be read is a mistake of its own; what it would have meant is then not asked after.

use mock_idp::source::{Diagnostic, Map, Node, Sources, Span, near};

use super::listed;
use crate::decision::{KeySource, Mistake, Profile, ProviderProfile, ResponseType, SettingNames};
use crate::scenario::load::{IDP_BASE, place};

/// A configured product beside its provider, and what of the configuration cannot be relied on.
pub(super) struct Presented<'a> {
    pub(super) tree: &'a Node,
    pub(super) sources: &'a Sources,
    pub(super) settings: SettingNames,
    pub(super) mistakes: &'a [Mistake],
}

impl<'a> Presented<'a> {
    pub(super) fn check(&self, profile: &Profile, found: &mut Vec<Diagnostic>) {
        for provider in &profile.providers {
            self.unchecked_signatures(provider, found);
            self.without_openid(provider, found);
            // A product without a client id presents none: it refuses to start.
            if provider.issuer.starts_with(IDP_BASE)
                && !provider.client_id.is_empty()
                && let Some((client, key)) = self.client(provider, found)
            {
                self.redirect_uri(client, key, provider, found);
                flow(client, provider, found);
            }
        }
    }

    /// P0401: nothing says where the keys are.
    fn unchecked_signatures(&self, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
        if provider.keys != KeySource::NotChecked || self.is_unread(self.settings.keys) {
            return;
        }
        let name = self.settings.keys.first().copied().unwrap_or_default();
        found.push(
            Diagnostic::warning("P0401", "signatures are not checked, because no JWKS URI is configured")
                .at(self.config_key(), "no JWKS URI in here")
                .help(format!("set `{name}: $(idp.jwks_uri)`, or keep it if this is what you test")),
        );
    }

    /// P0404: "OpenID Connect requests MUST contain the `openid` scope value." (OIDCC-3.1.2.1)
    fn without_openid(&self, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
        let asks = provider.scope.split(' ').any(|scope| scope == "openid");
        if asks || self.is_unread(self.settings.scope) {
            return;
        }
        let asked = if provider.scope.is_empty() {
            "for no scope at all".to_owned()
        } else {
            format!("for `{}`", provider.scope)
        };
        found.push(
            Diagnostic::warning("P0404", "the product does not ask for the scope `openid`")
                .at(self.setting(self.settings.scope, ""), format!("it asks {asked}"))
                .help("add `openid` to the scopes in the product's configuration")
                .with_note("OIDCC-3.1.2.1: without it, what the provider does is unspecified"),
        );
    }

    /// The client that the product presents, or the one that was probably meant, with its key. E0304: it is not there.
    fn client(&self, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) -> Option<(&'a Node, Span)> {
        let clients = self.tree.at("/idp/clients").and_then(Node::as_map).filter(|it| !it.is_empty())?;
        if self.tree.at("/idp/any_client").and_then(Node::as_bool) == Some(true) {
            return None;
        }
        let id = &provider.client_id;
        if let Some(entry) = clients.entry(id) {
            return Some((&entry.value, entry.key_span));
        }
        let presented = self.setting(self.settings.client_id, id);
        let unknown = Diagnostic::error("E0304", format!("client `{id}` is not registered"));
        let Some(meant) = near(id, clients.keys()).first().and_then(|near| clients.entry(near)) else {
            let registered = format!("registered are {}", listed(clients.keys()));
            found.push(unknown.at(presented, "this product presents it").help(registered));
            return None;
        };
        found.push(
            unknown
                .at(meant.key_span, "close to it, but compared character for character")
                .also(presented, "this product presents it")
                .help(format!("call the client `{id}`, or have the product present `{}`", meant.key)),
        );
        Some((&meant.value, meant.key_span))
    }

    /// E0401: the provider would refuse the product's redirect URI.
    fn redirect_uri(
        &self,
        client: &Node,
        key: Span,
        provider: &ProviderProfile,
        found: &mut Vec<Diagnostic>,
    ) {
        let uris = client.get("redirect_uris");
        let registered = uris.and_then(Node::as_list).unwrap_or_default();
        let known = || registered.iter().filter_map(Node::as_str);
        if known().any(|uri| uri == provider.redirect_uri) || self.is_unread(self.settings.redirect_uri) {
            return;
        }
        // A misspelt key is told by itself, and so is a value that is none.
        let keys = || client.as_map().into_iter().flat_map(Map::keys);
        let misspelt = uris.is_none() && !near("redirect_uris", keys()).is_empty();
        if misspelt || uris.is_some_and(Node::is_null) || known().count() < registered.len() {
            return;
        }
        let title = format!("the redirect URI `{}` is not registered for this client", provider.redirect_uri);
        let close = near(&provider.redirect_uri, known());
        let close = registered.iter().find(|uri| uri.as_str().is_some_and(|uri| close.contains(&uri)));
        let (span, label) = match (close, uris) {
            (Some(uri), _) => (uri.span, "close to it, but compared character for character"),
            (None, Some(uris)) => (uris.span, "not among these"),
            (None, None) => (key, "registers none"),
        };
        let wrong = Diagnostic::error("E0401", title).at(span, label);
        found.push(wrong.help(format!("add `{}`", provider.redirect_uri)));
    }

    /// Whether one of these settings is there and cannot be read: nothing can then be said of what it would mean.
    fn is_unread(&self, names: &[&str]) -> bool {
        let is_named =
            |mistake: &Mistake| mistake.path.rsplit('/').next().is_some_and(|last| names.contains(&last));
        let config = self.tree.at("/product/config");
        self.mistakes.iter().any(is_named) || config.is_some_and(|config| is_empty(config, names))
    }

    /// Where one of these settings was written, or else what it would stand in.
    fn setting(&self, names: &[&str], value: &str) -> Span {
        let config = self.tree.at("/product/config");
        config
            .and_then(|config| place::of_setting(names, value, config, self.sources))
            .unwrap_or_else(|| self.config_key())
    }

    fn config_key(&self) -> Span {
        let mut keys = ["/product/config", "/product"].into_iter();
        keys.find_map(|key| self.tree.key_span(key)).unwrap_or(self.tree.span)
    }
}

/// Whether a setting of one of these names is written with nothing in it, as after a reference that names nothing.
fn is_empty(node: &Node, names: &[&str]) -> bool {
    let entries = node.as_map().into_iter().flatten();
    let items = node.as_list().into_iter().flatten();
    entries.into_iter().any(|entry| {
        names.contains(&entry.key.as_str()) && entry.value.is_null() || is_empty(&entry.value, names)
    }) || items.into_iter().any(|item| is_empty(item, names))
}

/// E0402: the provider would refuse the product's response type.
fn flow(client: &Node, provider: &ProviderProfile, found: &mut Vec<Diagnostic>) {
    let Some(flows) = client.get("flows") else { return };
    let needed = match provider.response_type {
        ResponseType::Code => "code",
        ResponseType::IdToken | ResponseType::IdTokenToken => "implicit",
        ResponseType::CodeIdToken | ResponseType::CodeToken | ResponseType::CodeIdTokenToken => "hybrid",
    };
    let allowed: Vec<&str> = flows.as_list().unwrap_or_default().iter().filter_map(Node::as_str).collect();
    // A misspelt word is told by itself, and so is a value that is none.
    if flows.is_null() || allowed.contains(&needed) || !near(needed, allowed.iter().copied()).is_empty() {
        return;
    }
    let response_type = provider.response_type.as_str();
    let why =
        if response_type == needed { String::new() } else { format!(", as it asks for `{response_type}`") };
    let refused = Diagnostic::error("E0402", format!("this product needs the flow `{needed}`{why}"));
    found.push(refused.at(flows.span, "not allowed here").help(format!("add `{needed}` to `flows`")));
}
