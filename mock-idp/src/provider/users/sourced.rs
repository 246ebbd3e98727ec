//! What others vouch for (OIDCC-5.6), per user and document.

use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::{Asked, Users};
use crate::config::{ClaimSource, Document, SourceToken};
use crate::protocol::issue::thinned;

/// A source, and the claims that it may tell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::provider) struct Sourced {
    pub(in crate::provider) name: String,
    pub(in crate::provider) source: ClaimSource,
    /// The claims, and the `sub` at the source if it has one.
    pub(in crate::provider) claims: Map<String, Value>,
}

impl Sourced {
    fn whole(name: &str, source: &ClaimSource) -> Self {
        Self { name: name.to_owned(), source: source.clone(), claims: source.claims().clone() }
    }

    /// The names of the claims. `sub` says who a source means, and is nobody's claim here.
    pub(in crate::provider) fn names(&self) -> impl Iterator<Item = &str> {
        self.claims.keys().map(String::as_str).filter(|name| *name != "sub")
    }

    /// The same with fewer claims.
    pub(in crate::provider) fn only(mut self, told: impl Fn(&str) -> bool) -> Self {
        self.claims.retain(|name, _| name == "sub" || told(name));
        self
    }
}

impl Users {
    /// The sources of a user that a document refers to, each with the claims that scope and request release: as if the
    /// claims were the provider's own. Nobody looks for such references in an access token.
    pub(in crate::provider) fn sourced(
        &self,
        name: &str,
        document: Document,
        asked: &Asked<'_>,
    ) -> Vec<Sourced> {
        if document == Document::AccessToken {
            return Vec::new();
        }
        let all: Vec<Sourced> = self.with(|users| {
            let sources = users.get(name).map(|user| &user.claim_sources).into_iter().flatten();
            sources.map(|(name, source)| Sourced::whole(name, source)).collect()
        });
        let thin = document == Document::IdToken && self.thin_id_tokens && asked.opens_userinfo;
        let released = |sourced: Sourced| {
            let by_name = |claim: &str| asked.names(document, claim);
            let mut claims = self.gates.release(sourced.claims, asked.scope, by_name);
            if thin {
                claims = thinned(claims, by_name);
            }
            Sourced { claims, ..sourced }
        };
        all.into_iter().map(released).filter(|sourced| sourced.names().next().is_some()).collect()
    }

    /// All that a source of a user can tell.
    pub(in crate::provider) fn source(&self, user: &str, name: &str) -> Option<Sourced> {
        self.with(|users| Some(Sourced::whole(name, users.get(user)?.claim_sources.get(name)?)))
    }

    /// The user and the source that an access token opens which is always the same.
    pub(in crate::provider) fn opened_by(&self, token: &str) -> Option<(String, String)> {
        let opens = |source: &ClaimSource| match source {
            ClaimSource::Distributed(source) if source.endpoint.is_none() => match source.token() {
                SourceToken::Given(given) => bool::from(given.as_bytes().ct_eq(token.as_bytes())),
                SourceToken::Generated | SourceToken::Omitted => false,
            },
            ClaimSource::Distributed(_) | ClaimSource::Aggregated(_) => false,
        };
        self.with(|users| {
            users.iter().find_map(|(user, config)| {
                let (name, _) = config.claim_sources.iter().find(|(_, source)| opens(source))?;
                Some((user.clone(), name.clone()))
            })
        })
    }
}
