//! What the provider says of itself (OIDCD-4, RFC8414-2), and its keys.

use std::collections::BTreeSet;

use rsa::traits::PublicKeyParts as _;
use serde_json::Value;

use super::jose::public_key;
use super::run::Run;

/// Members that only private and symmetric keys have (RFC7518-6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The document, found from the issuer alone: "concatenating the string `/.well-known/openid-configuration` to the Issuer"
/// (OIDCD-4).
pub(super) async fn fetched(run: &Run) -> Value {
    let address = format!("{}/.well-known/openid-configuration", run.op.issuer);
    let document = run.get(&address).await.json_with(200);
    // "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix" (OIDCD-4.3)
    assert_eq!(document["issuer"], run.op.issuer.as_str());
    assert_https(&document);
    document
}

/// Every address is https: endpoints "MUST use the `https` scheme" (OIDCD-3).
fn assert_https(document: &Value) {
    for (name, value) in document.as_object().expect("an object") {
        let plain = value.as_str().is_some_and(|text| text.starts_with("http:"));
        assert!(!plain, "`{name}` is {value}");
    }
}

/// The keys, which are public, well formed, and told apart by their `kid`.
pub(crate) async fn fetched_keys(run: &Run) -> Value {
    let set = run.get(&run.endpoint("jwks_uri")).await.json_with(200);
    let keys = set["keys"].as_array().expect("`keys` is a list");
    assert!(!keys.is_empty(), "there are no keys");
    let kids: BTreeSet<_> =
        keys.iter().map(|key| key["kid"].as_str().expect("each key has a `kid`")).collect();
    assert_eq!(kids.len(), keys.len(), "two keys have the same `kid`");
    for key in keys {
        assert_public(key);
    }
    set
}

/// "The JWK Set MUST NOT contain private or symmetric key values" (OIDCD-3).
fn assert_public(key: &Value) {
    for member in PRIVATE {
        assert!(key.get(member).is_none(), "the key {} has the private member `{member}`", key["kid"]);
    }
    assert!(matches!(key["use"].as_str(), Some("sig" | "enc")), "`use` is {}", key["use"]);
    match key["kty"].as_str() {
        Some("RSA") => assert!(public_key(key).size() * 8 >= 2048, "the RSA key {} is too short", key["kid"]),
        Some("EC") => assert!(key["crv"].is_string() && key["x"].is_string() && key["y"].is_string()),
        Some("OKP") => assert!(key["crv"].is_string() && key["x"].is_string()),
        other => panic!("`kty` is {other:?}"),
    }
}
