//! Dynamic client registration (OIDCR, RFC 7591): what a client says of itself, checked member by member.
//!
//! Members that nobody here reads are ignored and not said back. Those that would change what the client is sent, or how it
//! is recognised, and cannot be honoured, are refused.

mod certificate;
mod error;
mod grants;
mod members;
mod requests;
mod responses;
mod sector;
mod uris;

use serde_json::{Map, Value};

pub use error::RegistrationError;

use self::grants::Grants;
use self::members::{Members, wrong};
use super::Scope;
use super::client::{
    AuthMethod, Client, ClientAuthenticationRule, ExpectedCertificate, LogoutSession, Presentation,
    TokenProfile, UriList,
};
use super::keys::Signature;
use super::keys::{Algorithm, ClientKeys};
use super::pkce::PkceRule;

/// How requests of a client that registers may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestRules {
    /// Whether request objects are taken, by value or by reference.
    pub objects: bool,
    /// Whether requests can be pushed.
    pub pushed: bool,
}

/// What a provider can offer a client that registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The algorithms that ID tokens can be signed with; the first is the one for clients that do not say.
    pub id_token_algorithms: Vec<Algorithm>,
    /// How requests may come.
    pub requests: RequestRules,
    /// Whether every redirect URI on the loopback interface is fine.
    pub any_loopback: bool,
    /// Whether clients are asked for TLS certificates somewhere.
    pub certificates: bool,
    /// Which clients have to use PKCE.
    pub pkce: PkceRule,
}

/// Whether a client runs on a web server or on somebody's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ApplicationType {
    Web,
    Native,
}

/// Metadata that passed every check.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientMetadata {
    /// All that is registered, as the client is told.
    pub members: Map<String, Value>,
    /// A document that has to list the redirect URIs.
    pub sector_identifier_uri: Option<String>,
    client: Client,
}

/// What the provider gives a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// `client_id`.
    pub id: String,
    /// `client_secret`, where one is needed.
    pub secret: Option<String>,
}

impl ClientMetadata {
    /// Whether the client needs a secret: to send, or to sign or verify with (OIDCR-3.2).
    pub fn needs_secret(&self) -> bool {
        match self.client.authentication {
            ClientAuthenticationRule::Secret { .. } => true,
            ClientAuthenticationRule::PrivateKey { .. } | ClientAuthenticationRule::Certificate { .. } => {
                self.client.is_signed_to_with_secret()
                    || self.client.request_object_alg.is_some_and(Signature::is_symmetric)
            }
            ClientAuthenticationRule::Anything | ClientAuthenticationRule::Public => false,
        }
    }

    /// Checks the document at `sector_identifier_uri`, or fails for the reason why there is none.
    pub fn confirmed_by(&self, document: Result<&[String], String>) -> Result<(), RegistrationError> {
        let Some(uri) = &self.sector_identifier_uri else { return Ok(()) };
        let listed = document.map_err(|why| RegistrationError::Sector { uri: uri.clone(), why })?;
        sector::lists(uri, listed, &self.client.redirect_uris.exact)
    }

    /// The client, once it has an id.
    pub fn client(&self, credentials: &Credentials) -> Client {
        let given = credentials.secret.as_deref().map(std::sync::Arc::from);
        let mut client = self.client.clone();
        client.id.clone_from(&credentials.id);
        if client.name.is_empty() {
            client.name.clone_from(&credentials.id);
        }
        match &mut client.authentication {
            ClientAuthenticationRule::Secret { secret, .. } => *secret = given.unwrap_or_default(),
            ClientAuthenticationRule::PrivateKey { secret }
            | ClientAuthenticationRule::Certificate { secret, .. } => *secret = given,
            ClientAuthenticationRule::Anything | ClientAuthenticationRule::Public => {}
        }
        client
    }
}

/// Checks what a client says of itself.
pub fn checked(sent: &Map<String, Value>, rules: &Rules) -> Result<ClientMetadata, RegistrationError> {
    let mut members = Members::new(sent);
    unsupported(&members)?;
    let application = application_type(&mut members)?;
    let Grants { response_types, client_credentials, device, refresh_tokens } = grants::of(&mut members)?;
    let method = auth_method(&mut members, rules)?;
    let kind = uris::Kind { application, method, response_types: &response_types };
    let redirect_uris = uris::redirect_uris(&mut members, kind, rules)?;
    let sector = sector::of(&mut members, &redirect_uris)?;
    let assertion_alg = assertion_alg(&mut members, method)?;
    let (keys, jwks_uri) = keys(&mut members, method)?;
    let means = responses::Means { method, keys: jwks_uri.is_none().then_some(&keys) };
    let tokens = responses::profile(&mut members, rules, means, &response_types)?;
    if client_credentials && method == AuthMethod::None {
        return Err(RegistrationError::Contradiction(
            "a public client cannot use client_credentials (RFC6749-4.4)".to_owned(),
        ));
    }
    let scopes = scopes(&mut members)?;
    uris::initiate_login_uri(&mut members)?;
    requests::encryption(&mut members)?;
    members.texts("contacts")?;
    // every ID token has an `auth_time`
    members.flag("require_auth_time")?;
    members.text("software_id")?;
    members.text("software_version")?;
    let client = Client {
        id: String::new(),
        name: name(&mut members)?,
        authentication: rule(&mut members, method)?,
        keys,
        jwks_uri,
        sector: sector.host,
        assertion_alg,
        request_object_alg: requests::object_alg(&mut members, method, rules)?,
        request_uris: requests::request_uris(&mut members)?,
        pushing: requests::pushing(&mut members, rules)?,
        post_logout_redirect_uris: exactly(uris::post_logout_redirect_uris(&mut members)?),
        frontchannel_logout_uri: uris::frontchannel_logout_uri(&mut members, &redirect_uris)?,
        backchannel_logout_uri: uris::backchannel_logout_uri(&mut members, method)?,
        logout_session: LogoutSession::default(),
        redirect_uris: UriList { any_port: application == ApplicationType::Native, ..exactly(redirect_uris) },
        response_types,
        client_credentials,
        device,
        pkce_required: rules.pkce.binds(method == AuthMethod::None),
        scopes,
        query_tokens: false,
        default_max_age: members.seconds("default_max_age")?,
        default_acr_values: texts(&mut members, "default_acr_values")?,
        consent: None,
        presentation: presentation(&mut members)?,
        tokens: TokenProfile {
            refresh_tokens,
            certificate_bound: certificate::bound(&mut members, rules)?,
            ..tokens
        },
    };
    Ok(ClientMetadata { members: members.registered, client, sector_identifier_uri: sector.uri })
}

/// Where the document is that confirms a client's redirect URIs, if the client names one that can be fetched.
pub fn sector_identifier_uri(sent: &Map<String, Value>) -> Option<String> {
    uris::document(&mut Members::new(sent), "sector_identifier_uri").ok()?
}

/// The JSON object in a request's body (OIDCR-3.1).
pub fn document(content_type: Option<&str>, body: &[u8]) -> Result<Map<String, Value>, RegistrationError> {
    let essence = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(RegistrationError::NotAnObject(content_type.map(|kind| format!("it is `{kind}`"))));
    }
    serde_json::from_slice(body).map_err(|why| RegistrationError::NotAnObject(Some(why.to_string())))
}

/// Members that ask for something that a client would miss if it were silently left out.
const UNSUPPORTED: [(&str, &str); 1] = [("software_statement", "nobody's statements are trusted here")];

fn unsupported(members: &Members<'_>) -> Result<(), RegistrationError> {
    let found = UNSUPPORTED.into_iter().find_map(|(member, why)| Some((member, why, members.value(member)?)));
    match found {
        None => Ok(()),
        Some((member, why, value)) => Err(refusal(member, &shown(value), why.to_owned())),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn refusal(member: &'static str, value: &str, why: String) -> RegistrationError {
    RegistrationError::Unsupported { member, value: value.to_owned(), why }
}

fn texts(members: &mut Members<'_>, member: &str) -> Result<Vec<String>, RegistrationError> {
    let texts = members.texts(member)?.unwrap_or_default();
    Ok(texts.into_iter().map(str::to_owned).collect())
}

fn application_type(members: &mut Members<'_>) -> Result<ApplicationType, RegistrationError> {
    let kind = match members.text("application_type")? {
        None | Some("web") => ApplicationType::Web,
        Some("native") => ApplicationType::Native,
        Some(_) => return Err(wrong("application_type", "`web` or `native`")),
    };
    members.say("application_type", if kind == ApplicationType::Web { "web" } else { "native" });
    Ok(kind)
}

/// "If omitted, the default is `client_secret_basic`" (OIDCR-2).
fn auth_method(members: &mut Members<'_>, rules: &Rules) -> Result<AuthMethod, RegistrationError> {
    const MEMBER: &str = "token_endpoint_auth_method";
    let method = match members.text(MEMBER)? {
        None => AuthMethod::ClientSecretBasic,
        Some(name) => {
            let offered = AuthMethod::offered(rules.certificates);
            let known = offered.iter().copied().find(|method| method.as_str() == name);
            let all = || offered.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ");
            known.ok_or_else(|| refusal(MEMBER, name, format!("there are {}", all())))?
        }
    };
    members.say(MEMBER, method.as_str());
    Ok(method)
}

fn rule(
    members: &mut Members<'_>,
    method: AuthMethod,
) -> Result<ClientAuthenticationRule, RegistrationError> {
    Ok(match method {
        AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::ClientSecretJwt => {
            ClientAuthenticationRule::Secret { secret: "".into(), only: Some(method) }
        }
        AuthMethod::PrivateKeyJwt => ClientAuthenticationRule::PrivateKey { secret: None },
        AuthMethod::TlsClientAuth => ClientAuthenticationRule::Certificate {
            expected: ExpectedCertificate::For(certificate::subject(members)?),
            secret: None,
        },
        AuthMethod::SelfSignedTlsClientAuth => {
            ClientAuthenticationRule::Certificate { expected: ExpectedCertificate::Registered, secret: None }
        }
        AuthMethod::None => ClientAuthenticationRule::Public,
    })
}

/// `token_endpoint_auth_signing_alg`, of the kind that the method signs with.
fn assertion_alg(
    members: &mut Members<'_>,
    method: AuthMethod,
) -> Result<Option<Algorithm>, RegistrationError> {
    const MEMBER: &str = "token_endpoint_auth_signing_alg";
    let Some(name) = members.text(MEMBER)? else { return Ok(None) };
    let algorithm: Algorithm = name.parse().map_err(|_| wrong(MEMBER, "a signature algorithm"))?;
    let fits = match method {
        AuthMethod::ClientSecretJwt => algorithm.is_symmetric(),
        AuthMethod::PrivateKeyJwt => !algorithm.is_symmetric(),
        AuthMethod::ClientSecretBasic
        | AuthMethod::ClientSecretPost
        | AuthMethod::TlsClientAuth
        | AuthMethod::SelfSignedTlsClientAuth
        | AuthMethod::None => true,
    };
    if fits {
        return Ok(Some(algorithm));
    }
    Err(RegistrationError::Contradiction(format!("{} does not sign with {algorithm}", method.as_str())))
}

/// The keys themselves, or where they are published: "`jwks_uri` and `jwks` parameters MUST NOT be used together" (OIDCR-2).
/// Without either, `private_key_jwt` and `self_signed_tls_client_auth` prove nothing.
fn keys(
    members: &mut Members<'_>,
    method: AuthMethod,
) -> Result<(ClientKeys, Option<String>), RegistrationError> {
    let contradiction = |why: String| Err(RegistrationError::Contradiction(why));
    let needed = matches!(method, AuthMethod::PrivateKeyJwt | AuthMethod::SelfSignedTlsClientAuth);
    let method = method.as_str();
    match (members.value("jwks"), members.value("jwks_uri")) {
        (Some(_), Some(_)) => contradiction("`jwks` and `jwks_uri` are not used together".to_owned()),
        (None, None) if needed => contradiction(format!("{method} needs keys in `jwks` or at a `jwks_uri`")),
        (None, None) => Ok((ClientKeys::default(), None)),
        (None, Some(_)) => Ok((ClientKeys::default(), uris::jwks_uri(members)?)),
        (Some(set), None) => {
            let keys = ClientKeys::new(set).map_err(|why| refusal("jwks", "what it is", why.to_string()))?;
            if keys.is_empty() && needed {
                return contradiction(format!("{method} needs a key in `jwks`"));
            }
            members.say("jwks", set.clone());
            Ok((keys, None))
        }
    }
}

fn scopes(
    members: &mut Members<'_>,
) -> Result<Option<std::collections::BTreeSet<String>>, RegistrationError> {
    let Some(text) = members.text("scope")? else { return Ok(None) };
    let scope: Scope = text.parse().map_err(|_| wrong("scope", "scopes separated by spaces"))?;
    Ok(Some(scope.words().map(str::to_owned).collect()))
}

/// `client_name`, or a translation of it where that is all there is.
fn name(members: &mut Members<'_>) -> Result<String, RegistrationError> {
    let mut name = members.text("client_name")?;
    for translation in members.translations("client_name") {
        let translated = members.text(translation)?;
        name = name.or(translated);
    }
    Ok(name.unwrap_or_default().to_owned())
}

/// What the login page shows: "the OpenID Provider SHOULD display this" logo, policy and terms (OIDCR-2).
fn presentation(members: &mut Members<'_>) -> Result<Presentation, RegistrationError> {
    for member in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
        for translation in members.translations(member) {
            members.page(translation)?;
        }
    }
    Ok(Presentation {
        home: members.page("client_uri")?,
        logo: members.page("logo_uri")?,
        policy: members.page("policy_uri")?,
        terms: members.page("tos_uri")?,
    })
}

fn exactly(exact: Vec<String>) -> UriList {
    UriList { exact, ..UriList::default() }
}

#[cfg(test)]
mod tests;
