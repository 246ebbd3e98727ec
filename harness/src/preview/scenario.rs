//! A preview as a scenario: the same claims, configuration and state as a real login, with the outcome expected.
//!
//! A provider fills in the claims about the token itself, so those are left out; what is expected is what the product makes
//! of the rest. The issuer becomes `$(idp.issuer)` wherever it stands.

use serde_json::{Map, Value, json};

use super::{Played, Rehearsal, answers};
use crate::decision::{Document, Documents, IdentityDocument, ProviderProfile, Token};
use crate::products::dotenv;

/// Claims that the provider makes for each token (RFC7519-4.1, OIDCC-2, OIDCC-3.1.3.6, RFC9068-2.2).
const ABOUT_THE_TOKEN: &[&str] = &[
    "iss",
    "aud",
    "azp",
    "cid",
    "client_id",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "at_hash",
    "c_hash",
    "auth_time",
    "sid",
    "typ",
    "scope",
    "scp",
    "acr",
    "amr",
];

const ISSUER: &str = "$(idp.issuer)";

/// Why a preview cannot be a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoScenario {
    /// The configuration names no provider, so there is nobody to sign in at.
    #[error("the configuration names no provider to sign in at")]
    NoProvider,
    /// A real provider cannot send this.
    #[error("{0}")]
    NotSent(&'static str),
}

/// The scenario, as data to be written as YAML.
///
/// # Errors
///
/// When no real login could bring these documents.
pub fn scenario(rehearsal: &Rehearsal<'_>) -> Result<Value, NoScenario> {
    let provider = rehearsal.product().profile().providers.first().ok_or(NoScenario::NoProvider)?;
    let documents = rehearsal.documents();
    let subject = subject(documents);
    let sent = sent(documents, &subject)?;
    let expected = rehearsal.play_with(issued(&sent, provider, &subject));
    let named = |value: &Value| with_issuer(value, &provider.issuer);
    let title = rehearsal.kind().title();
    let decision = expected.envelope.decision.replace('_', " ");
    let mut scenario = json!({
        "version": 1,
        "name": format!("What {title} makes of these claims: {decision}"),
        "tags": [rehearsal.kind().name(), "preview"],
        "idp": {
            "issuer": "/preview",
            "clock": "2031-03-04T08:00:00Z",
            "seed": 42,
            "clients": clients(&rehearsal.product().profile().providers, sent.opaque),
            "users": { "somebody": user(&sent, &subject) },
        },
        "product": {
            "kind": rehearsal.kind().name(),
            "config": named(&config(&rehearsal.setup().vendor)),
            "state": named(rehearsal.state()),
        },
        "steps": [{ "id": "login", "login": "somebody", "expect": named(&expectation(&expected)) }],
    });
    let readings = &rehearsal.setup().readings;
    if let Some(members) = scenario.as_object_mut().filter(|_| !readings.is_empty()) {
        members.insert("readings".to_owned(), json!(readings));
    }
    Ok(scenario)
}

/// `sub` of whichever document has one; a provider always sends one.
fn subject(documents: &Documents) -> String {
    let all = [Document::IdToken, Document::AccessToken, Document::Userinfo];
    let found = all.into_iter().find_map(|document| documents.claims(document)?.get("sub")?.as_str());
    found.unwrap_or("somebody").to_owned()
}

/// The claims of each document that a provider can be told to send.
struct Sent {
    id_token: Map<String, Value>,
    access_token: Map<String, Value>,
    userinfo: Map<String, Value>,
    opaque: bool,
}

fn sent(documents: &Documents, subject: &str) -> Result<Sent, NoScenario> {
    let of = |document: Document| -> Result<Map<String, Value>, NoScenario> {
        let mut claims = documents.claims(document).cloned().unwrap_or_default();
        claims.retain(|name, _| !ABOUT_THE_TOKEN.contains(&name.as_str()));
        match claims.get("sub") {
            // Okta names the subject of its access tokens otherwise than that of its ID tokens.
            Some(Value::String(sub)) if sub != subject => {}
            Some(Value::String(_)) | None => drop(claims.shift_remove("sub")),
            Some(_) => return Err(NoScenario::NotSent("`sub` is no text, which a provider does not send")),
        }
        Ok(claims)
    };
    Ok(Sent {
        id_token: of(Document::IdToken)?,
        access_token: of(Document::AccessToken)?,
        userinfo: of(Document::Userinfo)?,
        opaque: documents.access_token.as_ref().is_some_and(|token| token.claims.is_none()),
    })
}

/// The documents as a provider issues them, as far as a product can tell.
fn issued(sent: &Sent, provider: &ProviderProfile, subject: &str) -> Documents {
    let whole = |claims: &Map<String, Value>| {
        let about = json!({"iss": provider.issuer, "aud": provider.client_id, "sub": subject});
        let mut all = about.as_object().cloned().unwrap_or_default();
        all.extend(claims.clone());
        all
    };
    let reads_access_token = provider.identity == IdentityDocument::AccessToken;
    let access_token = if sent.opaque { Token::opaque() } else { Token::verified(whole(&sent.access_token)) };
    let mut userinfo = sent.userinfo.clone();
    userinfo.entry("sub").or_insert_with(|| Value::from(subject));
    Documents {
        id_token: Some(Token::verified(whole(&sent.id_token))),
        access_token: reads_access_token.then_some(access_token),
        userinfo: provider
            .userinfo
            .is_some()
            .then_some(crate::decision::Userinfo { status: 200, claims: userinfo }),
    }
}

fn user(sent: &Sent, subject: &str) -> Value {
    let mut user = Map::from_iter([("sub".to_owned(), json!(subject))]);
    for (document, claims) in
        [("id_token", &sent.id_token), ("access_token", &sent.access_token), ("userinfo", &sent.userinfo)]
    {
        if !claims.is_empty() {
            user.insert(document.to_owned(), Value::Object(claims.clone()));
        }
    }
    Value::Object(user)
}

/// Every client that the product presents; one that it presents in two places has both redirect URIs.
fn clients(providers: &[ProviderProfile], opaque: bool) -> Map<String, Value> {
    let mut clients: Map<String, Value> = Map::new();
    for provider in providers.iter().filter(|provider| !provider.client_id.is_empty()) {
        let known = clients.entry(provider.client_id.clone()).or_insert_with(|| client(provider, opaque));
        let uri = Value::from(provider.redirect_uri.clone());
        if let Some(uris) =
            known.get_mut("redirect_uris").and_then(Value::as_array_mut).filter(|uris| !uris.contains(&uri))
        {
            uris.push(uri);
        }
    }
    clients
}

/// The client as the product's documentation has it registered; its access tokens are as opaque as those that came.
fn client(provider: &ProviderProfile, opaque: bool) -> Value {
    let response_type = provider.response_type;
    let flow = match (response_type.has_code(), response_type.has_id_token() || response_type.has_token()) {
        (true, true) => "hybrid",
        (true, false) => "code",
        (false, _) => "implicit",
    };
    let mut client = Map::from_iter([
        ("flows".to_owned(), json!([flow])),
        ("redirect_uris".to_owned(), json!([provider.redirect_uri])),
        ("pkce".to_owned(), json!(if provider.pkce { "required" } else { "optional" })),
    ]);
    match &provider.client_secret {
        Some(secret) => client.insert("secret".to_owned(), json!(secret)),
        None => client.insert("public".to_owned(), json!(true)),
    };
    if opaque {
        client.insert("access_token".to_owned(), json!("opaque"));
    } else if provider.identity == IdentityDocument::AccessToken {
        client.insert("access_token".to_owned(), json!("jwt"));
    }
    Value::Object(client)
}

/// The configuration as an object; the text of a `.env` file becomes a map of its variables.
fn config(vendor: &Value) -> Value {
    let Some(text) = vendor.as_str() else { return vendor.clone() };
    // What is wrong with the text was said when it was taken in.
    let variables = dotenv::parse(text, &mut Vec::new());
    let env: Map<String, Value> =
        variables.into_iter().map(|variable| (variable.name, Value::from(variable.value))).collect();
    json!({ "env": env })
}

fn expectation(played: &Played) -> Value {
    let mut expected = answers(played);
    if let Some(members) = expected.as_object_mut() {
        // Of a protocol check that refuses, the reason is told; the rest is the relying party's business.
        members.retain(|name, value| !value.is_null() && name != "rejection");
    }
    expected
}

/// The same with the issuer as whatever the scenario's provider is called; keys lie where that provider has them.
fn with_issuer(value: &Value, issuer: &str) -> Value {
    match value {
        Value::String(text) => {
            let bare = issuer.trim_end_matches('/');
            Value::from(if bare.is_empty() { text.clone() } else { text.replace(bare, ISSUER) })
        }
        Value::Array(entries) => entries.iter().map(|entry| with_issuer(entry, issuer)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let is_keys = key.contains("JWKS_URI") && value.as_str().is_some_and(|uri| !uri.is_empty());
                let value = if is_keys { Value::from("$(idp.jwks_uri)") } else { with_issuer(value, issuer) };
                (key.clone(), value)
            })
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
