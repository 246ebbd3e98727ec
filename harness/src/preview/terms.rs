//! What a login checks of a token before its claims count. A preview goes on whatever comes of it, and says so.
//!
//! Signatures need keys and times need a clock; a preview has neither. The issuer, the audience and the algorithm can be
//! compared with the configuration, and are.

use serde_json::{Map, Value};

use crate::decision::{
    Document, Documents, IdentityDocument, IssuerMatch, KeySource, ProtocolFailure, ProviderProfile,
};

/// The `alg` headers of the tokens that came as JWTs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Algorithms {
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<String>,
}

/// The token that a login checks, as far as it is known.
#[derive(Clone, Copy, Debug)]
struct Presented<'a> {
    document: Document,
    claims: &'a Map<String, Value>,
    algorithm: Option<&'a str>,
}

/// What speaks against the tokens, in the order in which a login would find it. What a token does not say is not held
/// against it: claims are previewed without the protocol's own ones.
pub(super) fn objections(
    provider: &ProviderProfile,
    documents: &Documents,
    algorithms: &Algorithms,
) -> Vec<ProtocolFailure> {
    let mut found = Vec::new();
    if let Some(token) = id_token(documents, algorithms) {
        found.extend(issuer(provider, token));
        found.extend(audience(provider, token));
        found.extend(authorized_party(provider, token));
        found.extend(algorithm(provider, token));
    }
    // an access token is checked where it identifies the user; whom it is for is the product's rule (GR-Q10)
    let identifies = provider.identity == IdentityDocument::AccessToken;
    if let Some(token) = access_token(documents, algorithms).filter(|_| identifies) {
        found.extend(issuer(provider, token));
        found.extend(algorithm(provider, token));
    }
    found
}

/// When the token that identifies the user expires, in words.
pub(super) fn expiry(identity: IdentityDocument, documents: &Documents) -> Option<String> {
    let (name, token) = match identity {
        IdentityDocument::IdToken | IdentityDocument::IdTokenOverUserinfo => {
            ("ID token", &documents.id_token)
        }
        IdentityDocument::AccessToken => ("access token", &documents.access_token),
    };
    // RFC7519-2: a NumericDate may have a fraction
    let seconds = token.as_ref()?.claims.as_ref()?.get("exp")?.as_f64()?;
    let since_the_epoch = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
    let time = jiff::Timestamp::from_duration(since_the_epoch).ok()?;
    Some(format!("the {name} expires at {time}; a preview does not look at the clock"))
}

fn id_token<'a>(documents: &'a Documents, algorithms: &'a Algorithms) -> Option<Presented<'a>> {
    let claims = documents.id_token.as_ref()?.claims.as_ref()?;
    Some(Presented { document: Document::IdToken, claims, algorithm: algorithms.id_token.as_deref() })
}

fn access_token<'a>(documents: &'a Documents, algorithms: &'a Algorithms) -> Option<Presented<'a>> {
    let claims = documents.access_token.as_ref()?.claims.as_ref()?;
    Some(Presented { document: Document::AccessToken, claims, algorithm: algorithms.access_token.as_deref() })
}

/// OIDCC-3.1.3.7-2: "The Issuer Identifier [...] MUST exactly match the value of the iss (issuer) Claim."
fn issuer(provider: &ProviderProfile, token: Presented<'_>) -> Option<ProtocolFailure> {
    let found = token.claims.get("iss").filter(|_| !provider.issuer.is_empty())?;
    let expected = provider.issuer.as_str();
    let fits = match provider.issuer_match {
        IssuerMatch::Exact => found == expected,
        // what the provider calls itself in its metadata is not known here; a `/` at the end is what they differ in
        IssuerMatch::ConfiguredOrDiscovered => {
            let plain = |issuer: &str| issuer.trim_end_matches('/').to_owned();
            found.as_str().map(plain) == Some(plain(expected))
        }
    };
    (!fits).then(|| {
        let detail = format!("`iss` is {found}, and `{expected}` is configured");
        token.failure(("iss", "issuer_mismatch", "OIDCC-3.1.3.7-2"), detail)
    })
}

/// OIDCC-3.1.3.7-3: "The Client MUST validate that the aud (audience) Claim contains its `client_id` value"
fn audience(provider: &ProviderProfile, token: Presented<'_>) -> Option<ProtocolFailure> {
    let found = token.claims.get("aud").filter(|_| !provider.client_id.is_empty())?;
    let client_id = provider.client_id.as_str();
    let fits = found == client_id
        || found.as_array().is_some_and(|all| all.iter().any(|audience| audience == client_id));
    (!fits).then(|| {
        let detail = format!("`aud` is {found}, and the client is `{client_id}`");
        token.failure(("aud", "audience_mismatch", "OIDCC-3.1.3.7-3"), detail)
    })
}

/// OIDCC-3.1.3.7-5: a present `azp` is the client's own id.
fn authorized_party(provider: &ProviderProfile, token: Presented<'_>) -> Option<ProtocolFailure> {
    let found = token.claims.get("azp").filter(|_| !provider.client_id.is_empty())?;
    let client_id = provider.client_id.as_str();
    (found != client_id).then(|| {
        let detail = format!("`azp` is {found}, and the client is `{client_id}`");
        token.failure(("azp", "authorized_party_mismatch", "OIDCC-3.1.3.7-5"), detail)
    })
}

/// OIDCC-3.1.3.7-7: the algorithm is one that was agreed, and for nobody here is that `none`.
fn algorithm(provider: &ProviderProfile, token: Presented<'_>) -> Option<ProtocolFailure> {
    let found = token.algorithm.filter(|_| provider.keys != KeySource::NotChecked)?;
    let accepted: Vec<&str> = provider.algorithms.iter().map(|algorithm| algorithm.0).collect();
    (!accepted.contains(&found)).then(|| {
        let unsigned = if found == "none" { ": nobody has signed it" } else { "" };
        let detail = format!("`alg` is `{found}`{unsigned}; accepted are {}", accepted.join(", "));
        token.failure(("alg", "algorithm_not_accepted", "OIDCC-3.1.3.7-7"), detail)
    })
}

impl Presented<'_> {
    /// The failure that the relying party would have found.
    fn failure(
        self,
        (check, name, clause): (&str, &'static str, &'static str),
        detail: String,
    ) -> ProtocolFailure {
        // RFC9068-4 holds the checks of access tokens
        let (kind, clause) = if self.document == Document::AccessToken {
            ("invalid_access_token", "RFC9068-4")
        } else {
            ("invalid_id_token", clause)
        };
        ProtocolFailure { code: format!("{kind}:{check}"), name, clause, detail }
    }
}
