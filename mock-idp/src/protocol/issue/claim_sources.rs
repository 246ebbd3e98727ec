//! Aggregated and distributed claims (OIDCC-5.6.2): what leads from a document to the claims of others.

use serde_json::{Map, Value, json};

use super::id_token::laid_under;
use crate::protocol::Timestamp;

/// What a document refers to: each source under its name, with the claims that it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimReferences {
    names: Map<String, Value>,
    sources: Map<String, Value>,
}

impl ClaimReferences {
    /// "JSON object that MUST contain the `JWT` member whose value is a JWT that MUST contain all the Claims in the
    /// `_claim_names` object that references the corresponding `_claim_sources` member." (OIDCC-5.6.2)
    pub fn aggregated<'a>(&mut self, source: &str, claims: impl IntoIterator<Item = &'a str>, jwt: &str) {
        self.refer(source, claims, json!({ "JWT": jwt }));
    }

    /// "`endpoint` REQUIRED. OAuth 2.0 resource endpoint from which the associated Claim can be retrieved. […]
    /// `access_token` OPTIONAL." (OIDCC-5.6.2)
    pub fn distributed<'a>(
        &mut self,
        source: &str,
        claims: impl IntoIterator<Item = &'a str>,
        endpoint: &str,
        access_token: Option<&str>,
    ) {
        let mut reference = json!({ "endpoint": endpoint });
        if let (Some(reference), Some(token)) = (reference.as_object_mut(), access_token) {
            reference.insert("access_token".to_owned(), token.into());
        }
        self.refer(source, claims, reference);
    }

    fn refer<'a>(&mut self, source: &str, claims: impl IntoIterator<Item = &'a str>, reference: Value) {
        self.names.extend(claims.into_iter().map(|claim| (claim.to_owned(), source.into())));
        self.sources.insert(source.to_owned(), reference);
    }

    /// The claims of a document with the two members, if there is anything to refer to.
    #[must_use]
    pub fn added_to(self, mut claims: Map<String, Value>) -> Map<String, Value> {
        if !self.sources.is_empty() {
            claims.insert("_claim_names".to_owned(), self.names.into());
            claims.insert("_claim_sources".to_owned(), self.sources.into());
        }
        claims
    }
}

/// What a claims provider says. A `sub` among the claims is one at the claims provider: "The JWT SHOULD NOT contain a `sub`
/// (subject) Claim unless its value is an identifier for the End-User at the Claims Provider" (OIDCC-5.6.2).
pub fn vouched_for(claims: Map<String, Value>, issuer: &str, now: Timestamp) -> Map<String, Value> {
    laid_under(claims, [("iss", Some(issuer.into())), ("iat", Some(now.as_secs().into()))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_refers_from_each_claim_to_its_source() {
        let mut references = ClaimReferences::default();
        references.aggregated("bank", ["rating", "limit"], "a.b.c");
        references.distributed("post", ["address"], "https://post.example/claims", Some("t"));
        references.distributed("club", ["member"], "https://club.example/claims", None);
        let expected = json!({
            "sub": "u",
            "_claim_names": { "rating": "bank", "limit": "bank", "address": "post", "member": "club" },
            "_claim_sources": {
                "bank": { "JWT": "a.b.c" },
                "post": { "endpoint": "https://post.example/claims", "access_token": "t" },
                "club": { "endpoint": "https://club.example/claims" },
            },
        });
        let claims = json!({ "sub": "u" }).as_object().unwrap().clone();
        assert_eq!(Value::Object(references.added_to(claims)), expected);
    }

    #[test]
    fn a_document_without_sources_stays_as_it_is() {
        let claims = json!({ "sub": "u" }).as_object().unwrap().clone();
        assert_eq!(ClaimReferences::default().added_to(claims.clone()), claims);
    }

    #[test]
    fn a_claims_provider_is_who_it_is_whatever_claims_it_has() {
        let claims = json!({ "rating": "A", "iss": "https://evil.example" }).as_object().unwrap().clone();
        let said = vouched_for(claims, "https://idp.test/claims_provider", Timestamp(7));
        let expected = json!({ "iss": "https://idp.test/claims_provider", "iat": 7, "rating": "A" });
        assert_eq!(Value::Object(said), expected);
    }
}
