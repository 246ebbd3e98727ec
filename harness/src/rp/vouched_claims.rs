//! Claims that others vouch for (OIDCC-5.6.2): a claims provider's JWT comes along in the UserInfo response, or is fetched
//! from where the response says.

use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION};
use serde_json::{Map, Value};
use url::Url;

use super::RelyingParty;
use super::flaw::{Flaw, TokenKind};
use super::id_token::{algorithm, already_valid, critical_header, issuer, no_own_key, unexpired};
use super::jws::{self, Jwt, KeySet};
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::weakness::Weakness;
use crate::decision::Algorithm;

/// What claims providers may sign with. Nobody agrees with them on one algorithm, so every one with a published key is good.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm("RS256"),
    Algorithm("RS384"),
    Algorithm("RS512"),
    Algorithm("PS256"),
    Algorithm("PS384"),
    Algorithm("PS512"),
    Algorithm("ES256"),
    Algorithm("ES384"),
    Algorithm("EdDSA"),
];

/// Where claims come from, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    claims: Vec<String>,
    place: Place,
}

/// Where the JWT of a source is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// It came along.
    Here(String),
    /// It is fetched, with the token if there is one.
    There { endpoint: String, token: Option<String> },
}

impl Exchange<'_> {
    /// Lays the claims of others beside those of UserInfo. A source that does not hold says nothing, and the login goes on
    /// without it: nobody but the provider says who the person is.
    pub(super) async fn claims_of_others(&mut self) {
        let Some(userinfo) = &self.documents.userinfo else { return };
        if self.profile.abilities.claims_providers.is_empty() {
            return;
        }
        let mut stated = Map::new();
        for source in sources(&userinfo.claims) {
            let claims = self.stated(&source.place).await.unwrap_or_default();
            stated.extend(claims.into_iter().filter(|(name, _)| source.claims.contains(name)));
        }
        if let Some(userinfo) = &mut self.documents.userinfo {
            for (name, value) in stated {
                // what the provider says itself, it says
                userinfo.claims.entry(name).or_insert(value);
            }
        }
    }

    /// What somebody states at this place, if they are to be believed.
    async fn stated(&self, place: &Place) -> Option<Map<String, Value>> {
        let text = match place {
            Place::Here(text) => text.clone(),
            Place::There { endpoint, token } => self.fetched(endpoint, token.as_deref()).await.ok()?,
        };
        let jwt = Jwt::read(text.trim(), &self.rp.left_out)?;
        let believed = self.vouched_for(&jwt).await.is_ok() || self.rp.skips(Weakness::BelievesClaimsUnread);
        believed.then_some(jwt.claims)
    }

    /// Whether a claims provider signed it whose word is taken. The provider only passes it on, and does not vouch for it
    /// (OIDCC-5.6.2).
    async fn vouched_for(&self, jwt: &Jwt) -> Result<(), Rejection> {
        let trusted = &self.profile.abilities.claims_providers;
        self.looks_like_ours(jwt, trusted).map_err(flawed)?;
        let by = jwt.claim("iss").and_then(Value::as_str).unwrap_or_default();
        let keys = self.rp.keys_of_claims_provider(by).await?;
        jws::verify(jwt, &keys, None).map_err(flawed)
    }

    fn looks_like_ours(&self, jwt: &Jwt, trusted: &[String]) -> Result<(), Flaw> {
        issuer(jwt, trusted)?;
        critical_header(jwt)?;
        no_own_key(jwt)?;
        algorithm(jwt, Some(&ALGORITHMS))?; // RFC8725-3.1
        already_valid(jwt, self.profile.leeway, self.now)?;
        match jwt.claim("exp") {
            Some(_) => unexpired(jwt, self.profile.leeway, self.now),
            None => Ok(()),
        }
    }

    /// "The endpoint URL MUST return the Claim as a JWT"; the token beside it is one "enabling retrieval of the Claims from
    /// the endpoint URL by using the OAuth 2.0 Bearer Token Usage protocol" (OIDCC-5.6.2).
    async fn fetched(&self, endpoint: &str, token: Option<&str>) -> Result<String, Rejection> {
        let url = Url::parse(endpoint).map_err(|e| unavailable(e.to_string()))?;
        self.rp.trustworthy("endpoint", &url, self.profile)?;
        let request = http::Request::get(url.as_str()).header(ACCEPT, "application/jwt");
        let request = match token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        };
        let request = request.body(Vec::new()).map_err(|e| unavailable(e.to_string()))?;
        let response = self.rp.call("claims", request).await?;
        if response.status() != http::StatusCode::OK {
            return Err(unavailable(format!("`{endpoint}` answered {}", response.status().as_u16())));
        }
        Ok(String::from_utf8_lossy(response.body()).into_owned())
    }
}

impl RelyingParty {
    /// The keys of a claims provider that is trusted, where its metadata says that they are (OIDCD-4).
    async fn keys_of_claims_provider(&self, issuer: &str) -> Result<Arc<KeySet>, Rejection> {
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Value = self.fetch_json("discovery", &address).await?;
        let text = |name: &str| metadata.get(name).and_then(Value::as_str);
        // OIDCD-4.3: "The issuer value returned MUST be identical"
        if text("issuer") != Some(issuer) {
            let found = text("issuer").unwrap_or_default().to_owned();
            return Err(Rejection::MetadataIssuerMismatch { expected: issuer.to_owned(), found });
        }
        let at = text("jwks_uri").ok_or_else(|| unavailable("its metadata names no keys".to_owned()))?;
        let keys: Value = self.fetch_json("jwks", at).await?;
        KeySet::read(&keys).map(Arc::new).ok_or_else(|| unavailable("its keys are no JWK Set".to_owned()))
    }
}

/// "`_claim_names`: JSON object whose member names are the Claim Names for the Aggregated and Distributed Claims. The member
/// values are references to the member names in the `_claim_sources` member" (OIDCC-5.6.2).
fn sources(document: &Map<String, Value>) -> Vec<Source> {
    let member = |name: &str| document.get(name).and_then(Value::as_object);
    let names = member("_claim_names");
    let of = |source: &str| {
        let names = names.into_iter().flatten().filter(|(_, at)| at.as_str() == Some(source));
        names.map(|(claim, _)| claim.clone()).collect()
    };
    let all = member("_claim_sources").into_iter().flatten();
    all.filter_map(|(name, source)| Some(Source { claims: of(name), place: place(source)? })).collect()
}

fn place(source: &Value) -> Option<Place> {
    let text = |name: &str| source.get(name).and_then(Value::as_str).map(str::to_owned);
    match (text("JWT"), text("endpoint")) {
        (Some(jwt), _) => Some(Place::Here(jwt)),
        (None, Some(endpoint)) => Some(Place::There { endpoint, token: text("access_token") }),
        (None, None) => None,
    }
}

const fn flawed(flaw: Flaw) -> Rejection {
    Rejection::Token { kind: TokenKind::Userinfo, flaw }
}

const fn unavailable(cause: String) -> Rejection {
    Rejection::Unavailable { endpoint: "claims", cause }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Place, Source, sources};

    #[test]
    fn a_document_says_which_claims_are_where() {
        let document = json!({
            "sub": "u",
            "_claim_names": { "rating": "bank", "limit": "bank", "address": "post", "age": "nobody", "size": 7 },
            "_claim_sources": {
                "bank": { "JWT": "a.b.c" },
                "post": { "endpoint": "https://post.example/claims", "access_token": "t" },
                "club": { "endpoint": "https://club.example/claims" },
                "else": { "jwt": "a.b.c" },
            },
        });
        let source = |claims: &[&str], place| Source {
            claims: claims.iter().map(|&it| it.to_owned()).collect(),
            place,
        };
        let there = |endpoint: &str, token: Option<&str>| Place::There {
            endpoint: endpoint.to_owned(),
            token: token.map(str::to_owned),
        };
        assert_eq!(
            sources(document.as_object().unwrap()),
            [
                source(&["rating", "limit"], Place::Here("a.b.c".to_owned())),
                source(&["address"], there("https://post.example/claims", Some("t"))),
                source(&[], there("https://club.example/claims", None)),
            ]
        );
    }
}
