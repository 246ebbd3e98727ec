//! The claims of users against what the product listens to.
//!
//! W0501 says what a product documents. W0502 is said only of a claim that would count if it were written in the other way:
//! the product is asked.

use mock_idp::source::{Diagnostic, Map, Node, Span, Value, near};
use serde_json::{Value as Json, json};

use crate::decision::{
    AnyProduct, Document, Documents, Envelope, Event, Origin, ProductKind, Shape, SignIn, Term, Timestamp,
    Token, Userinfo,
};

/// Users and entries that are looked at; beyond these a file is not written by hand.
const MOST: usize = 200;

/// What the product would make of the claims of one user.
struct Scene<'a> {
    kind: &'a dyn ProductKind,
    product: &'a dyn AnyProduct,
    state: Json,
    terms: Vec<Term>,
}

pub(super) fn check(
    tree: &Node,
    kind: &dyn ProductKind,
    (product, state): (&dyn AnyProduct, Json),
    found: &mut Vec<Diagnostic>,
) {
    let terms = product.vocabulary(&state);
    let scene = Scene { kind, product, state, terms };
    for user in tree.at("/idp/users").and_then(Node::as_map).into_iter().flatten().take(MOST) {
        let general = user.value.get("claims");
        let overlays = [Document::IdToken, Document::AccessToken, Document::Userinfo]
            .map(|document| (document, user.value.get(document.name())));
        scene.user(general, &overlays, found);
    }
    for step in tree.get("steps").and_then(Node::as_list).unwrap_or_default().iter().take(MOST) {
        for part in ["replace", "merge"] {
            let said = step.get("claims").and_then(|claims| claims.get(part));
            let nothing = [Document::IdToken, Document::AccessToken, Document::Userinfo].map(|it| (it, None));
            scene.user(said, &nothing, found);
        }
    }
}

type Overlays<'n> = [(Document, Option<&'n Node>); 3];

impl Scene<'_> {
    fn user(&self, general: Option<&Node>, overlays: &Overlays<'_>, found: &mut Vec<Diagnostic>) {
        let mut told: Vec<Span> = Vec::new();
        for (document, own) in overlays {
            let whole = merged(general, *own);
            let Some(claims) = whole.as_ref().and_then(Node::as_map) else { continue };
            for term in self.terms.iter().filter(|term| term.document == *document) {
                let Some(value) = whole.as_ref().and_then(|it| it.at(&term.path.pointer())) else { continue };
                // What two documents share is said once.
                if is_left_out(value) || told.contains(&value.span) {
                    continue;
                }
                let more = if fits(term.shape, value) {
                    self.values(term, value, claims)
                } else {
                    vec![self.mistyped(term, value)]
                };
                if !more.is_empty() {
                    told.push(value.span);
                }
                found.extend(more);
            }
            for miss in self.names(*document, claims) {
                let Some(span) = miss.primary.as_ref().map(|label| label.span) else { continue };
                if !told.contains(&span) {
                    told.push(span);
                    found.push(miss);
                }
            }
        }
    }

    /// W0501: another type than the product documents.
    fn mistyped(&self, term: &Term, value: &Node) -> Diagnostic {
        let name = name_of(term);
        let title = format!(
            "{} reads `{name}` as {}, but this claim is {}",
            self.kind.title(),
            in_words(term.shape),
            value.kind()
        );
        let found = Diagnostic::warning("W0501", title).at(value.span, value.kind());
        let found = found.help_if(
            rewritten(term.shape, value)
                .map(|text| format!("write `{text}` if that is what the real provider sends")),
        );
        found.with_note("`allow: [W0501]` says that a wrong type is what is tested")
    }

    /// W0502: entries that would count if they were spelt a little differently.
    fn values(&self, term: &Term, value: &Node, claims: &Map) -> Vec<Diagnostic> {
        let entries: Vec<(String, Span)> = match &value.value {
            Value::String(text) if term.shape == Shape::SeparatedText => {
                text.split(',').map(|entry| (entry.to_owned(), value.span)).collect()
            }
            Value::String(text) => vec![(text.clone(), value.span)],
            Value::List(items) => {
                items.iter().filter_map(|item| Some((item.as_str()?.to_owned(), item.span))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => Vec::new(),
        };
        let unknown =
            entries.iter().take(MOST).filter(|(entry, _)| !term.words.iter().any(|word| word == entry));
        unknown
            .filter_map(|(entry, span)| {
                let word = (*near(entry, term.words.iter().map(String::as_str)).first()?).to_owned();
                let changed = replaced(&value.to_json(), entry, &word);
                self.matters(term.document, claims, &|all| put(all, term, &changed)).then(|| {
                    let title = format!(
                        "`{entry}` in `{}` means nothing to {}; `{word}` would",
                        name_of(term),
                        self.kind.title()
                    );
                    Diagnostic::warning("W0502", title)
                        .at(*span, "close to a value that counts")
                        .help(format!("did you mean `{word}`?"))
                        .with_note("`allow: [W0502]` says that this is what is tested")
                })
            })
            .collect()
    }

    /// W0502: claims that would be read if they were called a little differently.
    fn names(&self, document: Document, claims: &Map) -> Vec<Diagnostic> {
        let wanted: Vec<&str> = self
            .terms
            .iter()
            .filter(|term| term.document == document)
            .filter_map(|term| term.path.segments().first().map(String::as_str))
            .filter(|name| claims.get(name).is_none())
            .collect();
        let read = |name: &str| {
            self.terms.iter().any(|term| term.path.segments().first().is_some_and(|first| first == name))
        };
        let strangers =
            claims.iter().take(MOST).filter(|entry| !read(&entry.key) && !is_left_out(&entry.value));
        strangers
            .filter_map(|entry| {
                let name = (*near(&entry.key, wanted.iter().copied()).first()?).to_owned();
                let value = entry.value.to_json();
                let renamed = |all: &mut serde_json::Map<String, Json>| {
                    all.shift_remove(&entry.key);
                    all.insert(name.clone(), value.clone());
                };
                self.matters(document, claims, &renamed).then(|| {
                    let title = format!(
                        "{} does not read the claim `{}`; it reads `{name}`",
                        self.kind.title(),
                        entry.key
                    );
                    Diagnostic::warning("W0502", title)
                        .at(entry.key_span, "close to a claim that counts")
                        .help(format!("did you mean `{name}`?"))
                        .with_note("`allow: [W0502]` says that this is what is tested")
                })
            })
            .collect()
    }

    /// Whether a change of the claims changes what the product decides.
    fn matters(
        &self,
        document: Document,
        claims: &Map,
        change: &dyn Fn(&mut serde_json::Map<String, Json>),
    ) -> bool {
        let before = as_json(claims);
        let mut after = before.clone();
        change(&mut after);
        let told = |claims| {
            let Envelope { decision, reason, record, .. } = self.decided(document, claims);
            (decision, reason, record)
        };
        told(before) != told(after)
    }

    fn decided(&self, document: Document, claims: serde_json::Map<String, Json>) -> Envelope {
        let provider = self.product.profile().providers.first();
        let issuer = provider.map(|provider| provider.issuer.clone()).unwrap_or_default();
        let client = provider.map(|provider| provider.client_id.clone()).unwrap_or_default();
        let mut all = json!({ "iss": issuer, "aud": client, "azp": client, "sub": "somebody" });
        if let Some(all) = all.as_object_mut() {
            all.extend(claims);
        }
        let all = all.as_object().cloned().unwrap_or_default();
        let subject = serde_json::Map::from_iter([("sub".to_owned(), json!("somebody"))]);
        let token = |its| Some(Token::verified(if document == its { all.clone() } else { subject.clone() }));
        let documents = Documents {
            id_token: token(Document::IdToken),
            access_token: token(Document::AccessToken),
            userinfo: Some(Userinfo {
                status: 200,
                claims: if document == Document::Userinfo { all.clone() } else { subject.clone() },
            }),
        };
        let origin = Origin { issuer, ..Origin::default() };
        let event = Event::SignIn(Box::new(SignIn { origin, documents, ..SignIn::default() }));
        self.product.on(&self.state, &event, Timestamp::default()).0
    }
}

/// The claims of one document: those of all documents, and its own on top.
fn merged(general: Option<&Node>, own: Option<&Node>) -> Option<Node> {
    match (general, own) {
        (Some(general), Some(own)) => Some(general.clone().overlaid_with(own.clone())),
        (one, other) => one.or(other).cloned(),
    }
}

fn as_json(claims: &Map) -> serde_json::Map<String, Json> {
    let sent = claims.iter().filter(|entry| !is_left_out(&entry.value));
    sent.map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
}

/// Gives the claim of a term another value.
fn put(claims: &mut serde_json::Map<String, Json>, term: &Term, value: &Json) {
    let Some((last, parents)) = term.path.segments().split_last() else { return };
    let mut object = claims;
    for parent in parents {
        let Some(inner) = object.get_mut(parent).and_then(Json::as_object_mut) else { return };
        object = inner;
    }
    object.insert(last.clone(), value.clone());
}

/// A value with one entry in the place of another.
fn replaced(value: &Json, entry: &str, word: &str) -> Json {
    let other = |text: &str| if text == entry { word.to_owned() } else { text.to_owned() };
    match value {
        Json::String(text) => Json::from(text.split(',').map(other).collect::<Vec<_>>().join(",")),
        Json::Array(items) => items
            .iter()
            .map(|item| item.as_str().map_or_else(|| item.clone(), |text| Json::from(other(text))))
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => value.clone(),
    }
}

/// `null` counts as absent, and `{ $unset: true }` takes a claim away.
fn is_left_out(value: &Node) -> bool {
    value.is_null() || value.get("$unset").is_some()
}

fn fits(shape: Shape, value: &Node) -> bool {
    let texts = || value.as_list().is_some_and(|items| items.iter().all(|item| item.as_str().is_some()));
    match shape {
        Shape::Text | Shape::SeparatedText => value.as_str().is_some(),
        Shape::Truth => value.as_bool().is_some(),
        Shape::List => texts(),
        Shape::ListOrText => value.as_str().is_some() || texts(),
    }
}

/// The same value in the shape that is read.
fn rewritten(shape: Shape, value: &Node) -> Option<String> {
    let text = |node: &Node| node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned);
    match (&value.value, shape) {
        (Value::List(items), Shape::SeparatedText) => {
            Some(Json::from(items.iter().map(text).collect::<Vec<_>>().join(",")).to_string())
        }
        (Value::Bool(_) | Value::Number(_), Shape::Text | Shape::SeparatedText) => {
            Some(Json::from(text(value)).to_string())
        }
        (Value::String(text), Shape::Truth) => Some(text.to_lowercase().parse::<bool>().ok()?.to_string()),
        (Value::String(_) | Value::Bool(_) | Value::Number(_), Shape::List | Shape::ListOrText) => {
            Some(json!([text(value)]).to_string())
        }
        _ => None,
    }
}

fn name_of(term: &Term) -> String {
    term.path.segments().join(".")
}

const fn in_words(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "a text",
        Shape::Truth => "`true` or `false`",
        Shape::SeparatedText => "a text with commas",
        Shape::List => "a list of texts",
        Shape::ListOrText => "a list of texts or one text",
    }
}
