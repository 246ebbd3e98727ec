//! How a client's settings fit together, and with the provider's.

use super::super::{AuthMethod, ClientConfig, Flow, IdpConfig};
use super::{codes, members};
use crate::protocol::keys::{ClientKeys, Signature};
use crate::source::{Diagnostic, Node, near};

/// Scopes that the standards define (OIDCC-3.1.2.1, OIDCC-5.4, OIDCC-11).
const STANDARD_SCOPES: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

/// A client in the tree and in the model.
struct Client<'a> {
    name: &'a str,
    node: &'a Node,
    config: &'a ClientConfig,
}

/// Every check of every client.
pub(super) fn all(block: &Node, config: &IdpConfig) -> Vec<Diagnostic> {
    let clients = members(block, "clients").filter_map(|(name, node)| {
        let config = config.clients.get(name)?;
        Some(Client { name, node, config })
    });
    let mut found = Vec::new();
    for client in clients {
        found.extend(public_with_secret(&client));
        found.extend(no_credentials(&client));
        found.extend(public_client_credentials(&client));
        found.extend(secret_to_sign_with(&client));
        found.extend(secret_access_token(&client));
        found.extend(secret_to_authenticate_with(&client));
        found.extend(keys_to_authenticate_with(&client));
        found.extend(certificate_to_authenticate_with(&client));
        found.extend(certificate_that_nobody_has(&client));
        found.extend(keys_of_request_objects(&client));
        found.extend(unusable_keys(&client));
        found.extend(keys_in_two_places(&client));
        found.extend(no_sector(&client));
        found.extend(nowhere_to_return(&client));
        found.extend(misspelt_scopes(&client, config));
    }
    found
}

/// A public client is one that cannot keep a secret (RFC6749-2.1).
fn public_with_secret(client: &Client<'_>) -> Option<Diagnostic> {
    let secret =
        client.node.get("secret").filter(|_| client.config.public && client.config.secret.is_some())?;
    let found = Diagnostic::error(
        codes::CONTRADICTION,
        format!("client `{}` is public and has a secret", client.name),
    )
    .at(secret.span, "a public client has none")
    .help("remove `secret`, or `public: true`");
    Some(match client.node.get("public") {
        Some(public) => found.also(public.span, "said here"),
        None => found,
    })
}

/// At the token endpoint a client proves itself, unless it is public (RFC6749-3.2.1).
fn no_credentials(client: &Client<'_>) -> Option<Diagnostic> {
    let config = client.config;
    let uses_the_token_endpoint =
        [Flow::Code, Flow::ClientCredentials, Flow::Device].into_iter().any(|flow| allows(config, flow));
    let says_none = config.auth_method == Some(AuthMethod::None);
    let needs_keys = |method: AuthMethod| method == AuthMethod::PrivateKeyJwt || method.needs_a_certificate();
    let has_keys = has_keys(config) || config.auth_method.is_some_and(needs_keys);
    if config.public || config.secret.is_some() || has_keys || says_none || !uses_the_token_endpoint {
        return None;
    }
    let title = format!("client `{}` has no `secret`, so it is treated as a public one", client.name);
    let found = Diagnostic::warning(codes::CONTRADICTION_ALLOWED, title)
        .at(client.node.span, "anyone can redeem its codes")
        .help("add `secret: ...`, or `public: true` to say that this is meant");
    Some(found)
}

/// A client that cannot prove itself cannot act for itself (RFC6749-4.4).
fn public_client_credentials(client: &Client<'_>) -> Option<Diagnostic> {
    let listed = client.config.flows.as_ref().is_some_and(|flows| flows.contains(&Flow::ClientCredentials));
    let flows = client.node.get("flows").filter(|_| listed && client.config.public)?;
    let title = format!("public client `{}` cannot use client_credentials", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(flows.span, "lists client_credentials")
        .help("give it a `secret`, or take `client_credentials` out")
        .with_note("RFC6749-4.4: only confidential clients use this grant");
    Some(found)
}

/// HS* signs with the client's secret (OIDCC-10.1).
fn secret_to_sign_with(client: &Client<'_>) -> Vec<Diagnostic> {
    let config = client.config;
    let settings = [
        ("id_token_alg", config.id_token_alg.is_some_and(Signature::is_symmetric)),
        ("userinfo_alg", config.userinfo_alg.is_some_and(Signature::is_symmetric)),
        ("request_object_alg", config.request_object_alg.is_some_and(Signature::is_symmetric)),
    ];
    let keyless = settings.into_iter().filter(|(_, with_the_secret)| *with_the_secret);
    keyless
        .filter(|_| config.secret.is_none())
        .filter_map(|(setting, _)| client.node.get(setting))
        .map(|alg| {
            let title = format!("client `{}` has no secret to sign with", client.name);
            Diagnostic::error(codes::CONTRADICTION, title)
                .at(alg.span, "keyed with the client's secret")
                .help("add `secret: ...`, or choose an algorithm with a pair of keys")
        })
        .collect()
}

/// An access token is for others than the client, who could not check what its secret signed (RFC9068-2.1).
fn secret_access_token(client: &Client<'_>) -> Option<Diagnostic> {
    let name = client.config.access_token_alg.filter(|algorithm| algorithm.is_symmetric())?;
    let alg = client.node.get("access_token_alg")?;
    let title = format!("access tokens for client `{}` cannot be signed with {name}", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title).at(alg.span, "keyed with the client's secret");
    Some(found.help(
        "choose an algorithm with a pair of keys: those who are shown the token do not have the secret",
    ))
}

/// A way to send a secret needs a secret.
fn secret_to_authenticate_with(client: &Client<'_>) -> Option<Diagnostic> {
    let method = client.config.auth_method.filter(|method| *method != AuthMethod::None)?;
    let public = client.node.get("auth_method").filter(|_| client.config.public)?;
    let title = format!("public client `{}` has nothing to prove itself with", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(public.span, format!("`{}` needs a secret or a key", method.as_str()))
        .help("write `auth_method: none`, or leave it out");
    Some(found)
}

/// A JWT is signed with a key that the provider knows the public half of.
fn keys_to_authenticate_with(client: &Client<'_>) -> Option<Diagnostic> {
    let wanted = match client.config.auth_method {
        Some(AuthMethod::PrivateKeyJwt) => "signs with a private key",
        Some(AuthMethod::SelfSignedTlsClientAuth) => "shows a certificate with one of its keys",
        _ => return None,
    };
    let keyless = !client.config.public && !has_keys(client.config);
    let method = client.node.get("auth_method").filter(|_| keyless)?;
    let title = format!("client `{}` has no keys to authenticate with", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(method.span, wanted)
        .help("add the public keys: `jwks: { keys: [...] }`, or say where they are: `jwks_uri: https://...`");
    Some(found)
}

fn has_keys(config: &ClientConfig) -> bool {
    config.jwks.is_some() || config.jwks_uri.is_some()
}

/// "`jwks_uri` and `jwks` parameters MUST NOT be used together." (OIDCR-2)
fn keys_in_two_places(client: &Client<'_>) -> Option<Diagnostic> {
    let (jwks, uri) = (client.node.get("jwks")?, client.node.get("jwks_uri")?);
    if jwks.is_null() || uri.is_null() {
        return None;
    }
    let title = format!("client `{}` has keys in two places", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(uri.span, "keys that are fetched")
        .also(jwks.span, "keys that are given")
        .help("remove `jwks` or `jwks_uri`")
        .with_note("OIDCR-2: they are not used together");
    Some(found)
}

/// A certificate by any CA says nothing unless it is known whom it has to be for (RFC8705-2.1.2).
fn certificate_to_authenticate_with(client: &Client<'_>) -> Option<Diagnostic> {
    let config = client.config;
    let by_subject = config.auth_method == Some(AuthMethod::TlsClientAuth);
    if !by_subject && let Some(certificate) = client.node.get("certificate") {
        let title = format!("`certificate` of client `{}` is not looked at", client.name);
        let found =
            Diagnostic::warning(codes::NO_EFFECT, title).at(certificate.span, "only for tls_client_auth");
        return Some(found.help("add `auth_method: tls_client_auth`"));
    }
    let method = client.node.get("auth_method").filter(|_| by_subject && config.certificate.is_none())?;
    let title = format!("client `{}` does not say whom its certificate is for", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(method.span, "any certificate would do")
        .help("add `certificate: { subject_dn: \"CN=...\" }`, or another of `san_dns`, `san_uri`, `san_ip`, `san_email`");
    Some(found.with_note("RFC8705-2.1.2: exactly one subject is expected"))
}

/// A subject has the form of its place.
fn certificate_that_nobody_has(client: &Client<'_>) -> Option<Diagnostic> {
    let why = client.config.certificate.as_ref()?.checked().err()?;
    let title = format!("no certificate is for the one that client `{}` is registered with", client.name);
    Some(
        Diagnostic::error(codes::CONTRADICTION, title)
            .at(client.node.get("certificate")?.span, why.to_string()),
    )
}

/// Pairwise subjects belong to a sector (OIDCC-8.1).
fn no_sector(client: &Client<'_>) -> Option<Diagnostic> {
    let why = client.config.sector()?.err()?;
    let place = client.node.get("subject_type").map_or(client.node.span, |place| place.span);
    let title = format!("client `{}` has pairwise subjects and no sector: {why}", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(place, "subjects of which sector?")
        .help("add `sector_identifier_uri: https://...`, or redirect URIs on one host");
    Some(found)
}

/// A signed request object is checked with a key of the client (OIDCC-6.3.2).
fn keys_of_request_objects(client: &Client<'_>) -> Option<Diagnostic> {
    let wanted = client.config.request_object_alg?;
    let by_key = matches!(wanted, Signature::Signed(algorithm) if !algorithm.is_symmetric());
    let alg = client.node.get("request_object_alg").filter(|_| by_key && !has_keys(client.config))?;
    let title = format!("client `{}` has no keys to check its request objects with", client.name);
    let found = Diagnostic::error(codes::CONTRADICTION, title)
        .at(alg.span, "signed with a private key")
        .help("add the public keys: `jwks: { keys: [...] }`, or say where they are: `jwks_uri: https://...`");
    Some(found)
}

/// A JWK set holds public keys (RFC7517-5).
fn unusable_keys(client: &Client<'_>) -> Option<Diagnostic> {
    let set = serde_json::Value::Object(client.config.jwks.clone()?);
    let why = ClientKeys::new(&set).err()?;
    let title = format!("the keys of client `{}` cannot be used", client.name);
    Some(
        Diagnostic::error(codes::CONTRADICTION, title)
            .at(client.node.get("jwks")?.span, why.to_string())
            .help("write `jwks: { keys: [...] }` with public keys only"),
    )
}

/// Without a redirect URI nobody can sign in to the client.
fn nowhere_to_return(client: &Client<'_>) -> Option<Diagnostic> {
    let config = client.config;
    let browser = [Flow::Code, Flow::Implicit, Flow::Hybrid].into_iter().any(|flow| allows(config, flow));
    if !browser || config.any_loopback_redirect_uri || !config.redirect_uris.is_empty() {
        return None;
    }
    let title = format!("client `{}` has no `redirect_uris`, so nobody can sign in to it", client.name);
    let found = Diagnostic::warning(codes::NO_EFFECT, title)
        .at(client.node.span, "every authentication request will be refused")
        .help(
            "add `redirect_uris: [...]`, `any_loopback_redirect_uri: true` or `flows: [client_credentials]`",
        );
    Some(found)
}

/// A scope that nearly has a meaning.
fn misspelt_scopes(client: &Client<'_>, config: &IdpConfig) -> Vec<Diagnostic> {
    let known: Vec<&str> =
        STANDARD_SCOPES.into_iter().chain(config.scopes.keys().map(String::as_str)).collect();
    let scopes = client.node.get("scopes").and_then(Node::as_list).unwrap_or_default();
    scopes
        .iter()
        .filter_map(|scope| {
            let name = scope.as_str().filter(|name| !known.contains(name))?;
            let meant = near(name, known.iter().copied()).first().copied()?;
            let found = Diagnostic::warning(codes::NEAR_MISS, format!("scope `{name}` has no meaning here"))
                .at(scope.span, "not a scope that releases anything")
                .help(format!("did you mean `{meant}`?"));
            Some(found)
        })
        .collect()
}

fn allows(config: &ClientConfig, flow: Flow) -> bool {
    config.flows.as_ref().is_none_or(|flows| flows.contains(&flow))
}
