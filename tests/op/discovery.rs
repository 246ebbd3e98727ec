//! Discovery and keys.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use super::script::scripts;
use super::suite::{Run, metadata};

scripts![oidcc_discovery_endpoint_verification, oidcc_server_rotate_keys];

/// "REQUIRED" in OIDCD-3.
const REQUIRED: [&str; 7] = [
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
];

/// What the members of the metadata are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Url,
    Texts,
    Flag,
}

/// Members of OIDCD-3, RFC8414-2 and the extensions that are in use.
const KNOWN: [(Kind, &[&str]); 3] = [
    (
        Kind::Url,
        &[
            "issuer",
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "registration_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
            "end_session_endpoint",
            "check_session_iframe",
            "pushed_authorization_request_endpoint",
            "device_authorization_endpoint",
            "service_documentation",
            "op_policy_uri",
            "op_tos_uri",
        ],
    ),
    (
        Kind::Texts,
        &[
            "scopes_supported",
            "response_types_supported",
            "response_modes_supported",
            "grant_types_supported",
            "acr_values_supported",
            "subject_types_supported",
            "id_token_signing_alg_values_supported",
            "id_token_encryption_alg_values_supported",
            "id_token_encryption_enc_values_supported",
            "userinfo_signing_alg_values_supported",
            "userinfo_encryption_alg_values_supported",
            "userinfo_encryption_enc_values_supported",
            "request_object_signing_alg_values_supported",
            "request_object_encryption_alg_values_supported",
            "request_object_encryption_enc_values_supported",
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported",
            "introspection_endpoint_auth_methods_supported",
            "introspection_endpoint_auth_signing_alg_values_supported",
            "revocation_endpoint_auth_methods_supported",
            "revocation_endpoint_auth_signing_alg_values_supported",
            "display_values_supported",
            "prompt_values_supported",
            "claim_types_supported",
            "claims_supported",
            "claims_locales_supported",
            "ui_locales_supported",
            "code_challenge_methods_supported",
        ],
    ),
    (
        Kind::Flag,
        &[
            "claims_parameter_supported",
            "request_parameter_supported",
            "request_uri_parameter_supported",
            "require_request_uri_registration",
            "frontchannel_logout_supported",
            "frontchannel_logout_session_supported",
            "backchannel_logout_supported",
            "backchannel_logout_session_supported",
            "authorization_response_iss_parameter_supported",
            "require_pushed_authorization_requests",
            "tls_client_certificate_bound_access_tokens",
        ],
    ),
];

/// An object of further endpoints (RFC8705-5).
const ALIASES: &str = "mtls_endpoint_aliases";

impl Kind {
    fn of(name: &str) -> Option<Self> {
        KNOWN.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind)
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Url => value.as_str().is_some_and(|url| Url::parse(url).is_ok()),
            Self::Texts => texts(value).is_some_and(|texts| !texts.is_empty()),
            Self::Flag => value.is_boolean(),
        }
    }
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

async fn oidcc_discovery_endpoint_verification(run: &mut Run) {
    let document = run.metadata.as_object().unwrap().clone();
    for name in REQUIRED {
        assert!(document.contains_key(name), "`{name}` is required (OIDCD-3)");
    }
    for (name, value) in document.iter().filter(|(name, _)| name.as_str() != ALIASES) {
        let kind = Kind::of(name).unwrap_or_else(|| panic!("nobody knows the member `{name}`"));
        assert!(kind.fits(value), "`{name}` cannot be {value}");
    }
    let listed = |name: &str| texts(&document[name]).unwrap().into_iter().collect::<BTreeSet<_>>();
    // "Dynamic OpenID Providers MUST support the `code`, `id_token`, and the `id_token token` Response Type values" (OIDCD-3)
    let dynamic = ["code", "id_token", "id_token token"];
    assert!(listed("response_types_supported").is_superset(&dynamic.into()));
    // "The algorithm RS256 MUST be included" (OIDCD-3)
    assert!(listed("id_token_signing_alg_values_supported").contains("RS256"));
    assert!(listed("subject_types_supported").is_subset(&["public", "pairwise"].into()));
    // "The server MUST support the `openid` scope value" (OIDCD-3)
    assert!(listed("scopes_supported").contains("openid"));
    // "Dynamic OpenID Providers MUST support the `authorization_code` and `implicit` Grant Type values" (OIDCD-3)
    assert!(listed("grant_types_supported").is_superset(&["authorization_code", "implicit"].into()));
    assert!(listed("token_endpoint_auth_methods_supported").contains("client_secret_basic"));
    for name in
        ["ui_locales_supported", "claims_locales_supported"].iter().filter(|n| document.contains_key(**n))
    {
        listed(name).into_iter().for_each(assert_language_tag);
    }
}

/// A tag of BCP 47 in its usual case: `en`, `de-CH`, `zh-Hant-TW`.
fn assert_language_tag(tag: &str) {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    assert!((2..=3).contains(&language.len()) && lower(language), "`{tag}` is no language tag");
    for part in parts {
        let fine = match part.len() {
            2 => part.bytes().all(|byte| byte.is_ascii_uppercase()),
            4 => part.starts_with(|c: char| c.is_ascii_uppercase()) && lower(&part[1..]),
            3 => part.bytes().all(|byte| byte.is_ascii_digit()),
            _ => part.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        };
        assert!(fine, "`{tag}` is oddly written");
    }
}

/// "The signer can begin using a new key at its discretion and signals the change to the verifier using the `kid` value. […]
/// The JWK Set document at the `jwks_uri` SHOULD retain recently decommissioned signing keys" (OIDCC-10.1.1).
async fn oidcc_server_rotate_keys(run: &mut Run) {
    let before = kids(&run.jwks);
    let client = run.client().await;
    let signed = run.plain_sign_in(&client).await;
    let old = signed.id_token().jwt.header["kid"].as_str().unwrap().to_owned();
    run.op.idp.provider("/op").rotate_keys(3600).unwrap();
    run.jwks = metadata::fetched_keys(run).await;
    let after = kids(&run.jwks);
    assert!(after.is_superset(&before), "the old keys are still there");
    let signed = run.plain_sign_in(&client).await;
    let new = signed.id_token().jwt.header["kid"].as_str().unwrap();
    assert!(before.contains(&old) && !before.contains(new) && after.contains(new), "{new} signs from now on");
}

fn kids(jwks: &Value) -> BTreeSet<String> {
    let keys = jwks["keys"].as_array().unwrap();
    keys.iter().filter(|key| key["use"] == "sig").map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}
