//! What the provider says about itself (OIDCD-3, RFC8414-2): made from what it can do, so that it cannot promise more.

use serde_json::{Map, Value, json};

use super::authorization::Prompt;
use super::client::{AuthMethod, Pushing};
use super::keys::jwe::{ContentEncryption, KeyManagement};
use super::keys::{Algorithm, Signature};
use super::pkce::ChallengeMethod;
use super::subject::SubjectType;
use super::token::GrantType;
use super::{ResponseMode, ResponseType};

/// The endpoints, as absolute URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The authorization endpoint.
    pub authorization: String,
    /// The token endpoint.
    pub token: String,
    /// The UserInfo endpoint.
    pub userinfo: String,
    /// The JWK set.
    pub jwks: String,
    /// The introspection endpoint (RFC 7662).
    pub introspection: String,
    /// The revocation endpoint (RFC 7009).
    pub revocation: String,
    /// The device authorization endpoint (RFC 8628).
    pub device_authorization: String,
    /// The end-session endpoint (OIDCRP-2.1).
    pub end_session: String,
    /// The pushed authorization request endpoint, where requests can be pushed (RFC9126-5).
    pub pushed: Option<String>,
    /// The page that tells an application whether the session changed (OIDCSM-3.3).
    pub check_session: String,
    /// The registration endpoint, where it is open (OIDCR-3).
    pub registration: Option<String>,
}

/// How authorization requests may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestMetadata {
    /// Whether request objects are taken by value.
    pub objects: bool,
    /// Whether request objects are fetched.
    pub by_reference: bool,
    /// Whether they are fetched only from where a client registered them.
    pub only_registered_uris: bool,
    /// Whether requests have to be pushed.
    pub pushing: Pushing,
}

/// The endpoints that clients with a TLS certificate use in place of the usual ones, as absolute URLs (RFC8705-5). A
/// browser at one of the usual endpoints would ask its user for a certificate if the server asked for one there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateEndpoints {
    /// The token endpoint.
    pub token: String,
    /// The UserInfo endpoint.
    pub userinfo: String,
    /// The introspection endpoint.
    pub introspection: String,
    /// The revocation endpoint.
    pub revocation: String,
    /// The device authorization endpoint.
    pub device_authorization: String,
    /// The pushed authorization request endpoint, where requests can be pushed.
    pub pushed: Option<String>,
}

impl CertificateEndpoints {
    fn entries(&self) -> Value {
        let mut entries = json!({
            "token_endpoint": self.token,
            "userinfo_endpoint": self.userinfo,
            "introspection_endpoint": self.introspection,
            "revocation_endpoint": self.revocation,
            "device_authorization_endpoint": self.device_authorization,
            "pushed_authorization_request_endpoint": self.pushed,
        });
        if let Some(entries) = entries.as_object_mut() {
            entries.retain(|_, address| !address.is_null());
        }
        entries
    }
}

/// What differs between providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderMetadata {
    /// The issuer.
    pub issuer: String,
    /// The endpoints.
    pub endpoints: Endpoints,
    /// How clients can see people.
    pub subject_types: Vec<SubjectType>,
    /// How ID tokens can be signed.
    pub id_token_signatures: Vec<Signature>,
    /// How UserInfo responses can be signed.
    pub userinfo_signatures: Vec<Signature>,
    /// Where clients are asked for their TLS certificates, if anywhere.
    pub certificate_endpoints: Option<CertificateEndpoints>,
    /// Scopes worth asking for.
    pub scopes: Vec<String>,
    /// Authentication context classes that a sign-in can have.
    pub acr_values: Vec<String>,
    /// How requests may come.
    pub requests: RequestMetadata,
    /// Whether claims are the provider's own, or others vouch for some.
    pub claim_types: Vec<&'static str>,
    /// Claims that somebody has.
    pub claims: Vec<String>,
}

impl ProviderMetadata {
    /// The document, with overrides laid over it; an override of `null` takes an entry away.
    pub fn document(&self, overrides: &Map<String, Value>) -> Value {
        let mut document = self.entries();
        // "Claims with zero elements MUST be omitted from the response." (OIDCD-4.2)
        document.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
        for (name, value) in overrides {
            if value.is_null() {
                document.shift_remove(name);
            } else {
                document.insert(name.clone(), value.clone());
            }
        }
        Value::Object(document)
    }

    /// "Servers SHOULD support `none` and `RS256`." (OIDCD-3) Where request objects are not taken, there are none.
    fn request_object_algorithms(&self) -> Vec<&'static str> {
        let names: Vec<_> = Signature::all().map(Signature::as_str).collect();
        self.where_taken(names)
    }

    /// Names of algorithms, where request objects are taken at all.
    fn where_taken(&self, names: impl Into<Vec<&'static str>>) -> Vec<&'static str> {
        if self.requests.objects || self.requests.by_reference { names.into() } else { Vec::new() }
    }

    fn entries(&self) -> Map<String, Value> {
        let methods = AuthMethod::offered(self.certificate_endpoints.is_some());
        let methods: Vec<_> = methods.into_iter().map(AuthMethod::as_str).collect();
        // "the endpoint MUST also require some form of authorization" (RFC7662-2.1)
        let methods_with_proof: Vec<_> =
            methods.iter().filter(|method| **method != AuthMethod::None.as_str()).collect();
        let signatures = Algorithm::ALL.map(Algorithm::as_str);
        let tokens = json!({
            "issuer": self.issuer,
            "authorization_endpoint": self.endpoints.authorization,
            "token_endpoint": self.endpoints.token,
            "userinfo_endpoint": self.endpoints.userinfo,
            "jwks_uri": self.endpoints.jwks,
            "introspection_endpoint": self.endpoints.introspection,
            "revocation_endpoint": self.endpoints.revocation,
            "device_authorization_endpoint": self.endpoints.device_authorization,
            "end_session_endpoint": self.endpoints.end_session,
            "check_session_iframe": self.endpoints.check_session,
            "scopes_supported": self.scopes,
            "claims_supported": self.claims,
            "response_types_supported": ResponseType::ALL.map(ResponseType::as_str),
            "response_modes_supported": ResponseMode::ALL.map(ResponseMode::as_str),
            "grant_types_supported": grant_types(),
            "subject_types_supported": self.subject_types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
            "id_token_signing_alg_values_supported":
                self.id_token_signatures,
            "id_token_encryption_alg_values_supported": KeyManagement::ALL,
            "id_token_encryption_enc_values_supported": ContentEncryption::ALL,
            "userinfo_signing_alg_values_supported": self.userinfo_signatures,
            "userinfo_encryption_alg_values_supported": KeyManagement::ALL,
            "userinfo_encryption_enc_values_supported": ContentEncryption::ALL,
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods_with_proof,
            "revocation_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": signatures,
            "introspection_endpoint_auth_signing_alg_values_supported": signatures,
            "revocation_endpoint_auth_signing_alg_values_supported": signatures,
        });
        let more = json!({
            "code_challenge_methods_supported": ChallengeMethod::ALL.map(ChallengeMethod::as_str),
            "prompt_values_supported": Prompt::ALL.map(Prompt::as_str),
            "display_values_supported": ["page"],
            "claim_types_supported": self.claim_types,
            "acr_values_supported": self.acr_values,
            "ui_locales_supported": ["en"],
            "claims_parameter_supported": true,
            "request_parameter_supported": self.requests.objects,
            "request_object_signing_alg_values_supported": self.request_object_algorithms(),
            "request_object_encryption_alg_values_supported": self.where_taken(KeyManagement::ALL.map(KeyManagement::as_str)),
            "request_object_encryption_enc_values_supported":
                self.where_taken(ContentEncryption::ALL.map(ContentEncryption::as_str)),
            "request_uri_parameter_supported": self.requests.by_reference,
            "require_request_uri_registration": self.requests.only_registered_uris,
            "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "authorization_response_iss_parameter_supported": true,
        });
        let objects = [tokens, more].into_iter().filter_map(|part| match part {
            Value::Object(part) => Some(part),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        });
        let mut entries: Map<String, Value> = objects.flatten().collect();
        if let Some(registration) = &self.endpoints.registration {
            entries.insert("registration_endpoint".to_owned(), registration.clone().into());
        }
        if let Some(pushed) = &self.endpoints.pushed {
            let only = self.requests.pushing == Pushing::Required;
            entries.insert("pushed_authorization_request_endpoint".to_owned(), pushed.clone().into());
            entries.insert("require_pushed_authorization_requests".to_owned(), only.into());
        }
        if let Some(aliases) = &self.certificate_endpoints {
            entries.insert("tls_client_certificate_bound_access_tokens".to_owned(), true.into());
            entries.insert("mtls_endpoint_aliases".to_owned(), aliases.entries());
        }
        entries
    }
}

/// Those of the token endpoint, and `implicit`, which has none (OIDCD-3).
fn grant_types() -> Vec<&'static str> {
    let mut types: Vec<_> = GrantType::ALL.map(GrantType::as_str).into();
    types.insert(1, "implicit");
    types
}
