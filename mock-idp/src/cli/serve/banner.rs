//! The start-up text: what is accepted, who can sign in, and what to paste into an app.

use std::path::Path;

use super::trust;
use crate::config::{AuthMethod, ClientConfig, IdpConfig, LoginHint, Persona, UserConfig};
use crate::{MockIdp, TlsFlaw};

/// More users or redirect URIs than this are counted, not listed.
const MOST_LISTED: usize = 12;

/// A line: what it is about, and what there is to say.
type Row = (&'static str, String);

/// The whole text, with where the CA of a certificate that was made is written, and what is wrong with that certificate.
pub(super) fn text(
    config: &IdpConfig,
    idp: &MockIdp,
    (ca, flaw): (Option<&Path>, Option<TlsFlaw>),
) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (url, issuer) = (idp.url(), idp.default_issuer());
    let trust = trust(idp, ca, flaw);
    let about = [accepted(config), users(config), control(idp), attack(idp), faults(idp), flawed(flaw)];
    let about = table(about.concat());
    let certificates =
        idp.mutual_tls_url().map(|url| ("mutual TLS", format!("{url} asks clients for certificates")));
    let mut provider = vec![
        ("issuer", issuer.clone()),
        // OIDCD-4: "any terminating / MUST be removed before appending"
        ("discovery", format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))),
    ];
    provider.extend(certificates);
    let provider = table(provider);
    let mut clients: Vec<String> =
        config.clients.iter().map(|(id, client)| table(registered(id, client))).collect();
    if !config.only_registered_clients() {
        clients.insert(0, table(unknown_client()));
    }
    let clients = clients.join("\n");
    format!(
        "mock-idp {version} at {url}\n\n{about}\npaste into your app\n{provider}\n{clients}\n{trust}stop with Ctrl+C\n"
    )
}

/// Where the running provider takes commands.
fn control(idp: &MockIdp) -> Vec<Row> {
    idp.control_url()
        .map(|url| ("control", format!("{url}, for whoever is on this machine")))
        .into_iter()
        .collect()
}

/// Whoever attacks, and where they wait.
fn attack(idp: &MockIdp) -> Vec<Row> {
    let attacker = idp.attacker().map(|attacker| attacker.issuer(idp.url()));
    let attacker = attacker.map(|issuer| ("attacker", format!("{issuer}, with keys of its own")));
    let trap = idp.trap_url().map(|url| ("trap", format!("{url}, which nobody should call")));
    attacker.into_iter().chain(trap).collect()
}

/// How it misbehaves, lest somebody look for a mistake of their own.
fn faults(idp: &MockIdp) -> Vec<Row> {
    let standing = idp.default_provider().faults();
    let written: Vec<String> = standing.iter().take(MOST_LISTED).map(|(rule, _)| rule.to_string()).collect();
    if written.is_empty() {
        return Vec::new();
    }
    let more = standing.len() - written.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let mut rows = vec![("faults", format!("{}{more}", written.join("  ")))];
    let astray = standing.iter().any(|(rule, _)| rule.fault.value() == "attacker");
    if astray && idp.attacker().is_none() && idp.trap_url().is_none() {
        let nobody = "addresses that lead nowhere; --attacker PATH and --trap ADDRESS have somebody there";
        rows.push(("attacker", nobody.to_owned()));
    }
    rows
}

/// What is wrong with the certificate, lest somebody look for a mistake of their own.
fn flawed(flaw: Option<TlsFlaw>) -> Vec<Row> {
    flaw.map(|flaw| ("certificate", format!("{} on purpose: clients have to refuse it", flaw.name())))
        .into_iter()
        .collect()
}

/// How to make clients trust a certificate of our own making; nothing where another CA, or none, vouches.
fn trust(idp: &MockIdp, ca: Option<&Path>, flaw: Option<TlsFlaw>) -> String {
    let vouches = flaw.is_none_or(TlsFlaw::is_by_the_known_authority);
    match (idp.ca_certificate(), ca) {
        (None, _) => String::new(),
        (Some(_), None) if vouches => {
            "the certificate is by a CA that was made for it: --tls-ca-out ca.pem writes it and says how to trust it\n\n"
                .to_owned()
        }
        (Some(_), None) => {
            "the certificate is by no CA that clients could trust: --tls-ca-out ca.pem writes one that did not make it\n\n"
                .to_owned()
        }
        (Some(_), Some(ca)) => {
            let which = if vouches { "which is another one after each start" } else { "which did not make its certificate" };
            format!("trust the CA of this provider, {which}\n{}\n", table(trust::lines(ca, idp.url())))
        }
    }
}

fn accepted(config: &IdpConfig) -> Vec<Row> {
    let others = if config.registration_is_open() { ", or clients that register themselves" } else { "" };
    let clients = match (config.only_registered_clients(), config.clients.len()) {
        (true, 0) if config.registration_is_open() => "only clients that register themselves".to_owned(),
        (true, 0) => "no client at all: none is configured, and none may register itself".to_owned(),
        (true, 1) => format!("only the client below, with its own redirect URIs and secret{others}"),
        (true, number) => {
            format!("only the {number} clients below, each with its own redirect URIs and secret{others}")
        }
        (false, 0) => "any client id, any secret, any redirect URI on this machine".to_owned(),
        (false, _) => {
            "the clients below as registered; any other with any secret, returning to this machine".to_owned()
        }
    };
    let mut rows = Vec::new();
    if config.persona != Persona::default() {
        rows.push(("persona", config.persona.as_str().to_owned()));
    }
    rows.push(("accepted", clients));
    if !config.only_registered_clients() {
        rows.push(("issuers", "any path below this address is one as well".to_owned()));
    }
    rows.extend(config.clock.map(|time| ("clock", format!("frozen at {time}"))));
    rows
}

fn users(config: &IdpConfig) -> Vec<Row> {
    let users = config.known_users();
    let kind = if config.users.is_empty() { " (examples)" } else { "" };
    let named: Vec<String> =
        users.iter().take(MOST_LISTED).map(|(name, user)| described(name, user)).collect();
    let more = users.len().saturating_sub(MOST_LISTED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let login = match &config.auto_login {
        Some(user) => format!("without a page, always as {user}"),
        None if config.login_hint_rule() == LoginHint::Prefill => {
            "a page with a button per user; `login_hint` fills it in, --auto-login skips it".to_owned()
        }
        None => "a page with a button per user; `login_hint` or --auto-login skips it".to_owned(),
    };
    vec![("users", format!("{}{more}{kind}", named.join(", "))), ("login", login)]
}

fn described(name: &str, user: &UserConfig) -> String {
    match user.sub.as_deref() {
        Some(sub) if sub != name => format!("{name} ({sub})"),
        Some(_) | None => name.to_owned(),
    }
}

fn unknown_client() -> Vec<Row> {
    vec![
        ("client id", "any, such as my-app".to_owned()),
        ("client secret", "any, or none".to_owned()),
        ("redirect URI", "any on this machine, such as http://localhost:3000/callback".to_owned()),
    ]
}

fn registered(id: &str, client: &ClientConfig) -> Vec<Row> {
    let mut rows = vec![("client id", id.to_owned())];
    match &client.secret {
        Some(secret) => rows.push(("client secret", secret.clone())),
        None if client.auth_method.is_some_and(AuthMethod::needs_a_certificate) => {
            rows.push(("client secret", "none: it has a TLS certificate".to_owned()));
        }
        None if client.public => rows.push(("client secret", "none: it is public".to_owned())),
        None => {}
    }
    rows.extend(client.redirect_uris.iter().take(MOST_LISTED).map(|uri| ("redirect URI", uri.clone())));
    if client.any_loopback_redirect_uri {
        rows.push(("redirect URI", "any on this machine, such as http://localhost:3000/callback".to_owned()));
    }
    rows.extend(client.scopes.as_ref().map(|scopes| ("scopes", scopes.join(" "))));
    rows
}

fn table(rows: Vec<Row>) -> String {
    let line = |(name, value): Row| format!("  {name:<13}  {value}\n");
    rows.into_iter().map(line).collect::<Vec<_>>().concat()
}
