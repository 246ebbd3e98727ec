//! What the consent page shows: who asks, and what of the person each document would tell.

use serde::Serialize;
use serde_json::{Map, Value};

use super::super::authorize::Visit;
use super::super::login::{Login, claims_asked_for};
use super::super::users::{Asked, Sourced};
use crate::config::Document;
use crate::protocol::client::{AccessTokenFormat, Presentation};
use crate::provider::{Provider, UserSummary};

/// A longer value is cut.
const LONGEST_VALUE: usize = 100;

/// What the consent page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ConsentPage {
    /// The provider.
    pub issuer: String,
    /// The client's id.
    pub client_id: String,
    /// The client's name for people, or the id once more.
    pub client_name: String,
    /// The client's pages.
    pub presentation: Presentation,
    /// Where the answer will go.
    pub redirect_uri: String,
    /// Who is signed in.
    pub user: UserSummary,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The claims that are asked for one by one, each with its document.
    pub claims_asked_for: Vec<String>,
    /// What is told of the person, by document.
    #[serde(skip)]
    pub released: Vec<Released>,
    /// Whether the client can come back while the person is away.
    pub offline: bool,
    /// The request, to be carried along by the form.
    pub request: String,
    /// Shows that the form is from this page.
    pub seal: String,
    /// The faults that were chosen for this login, to be carried along as well.
    pub fault: String,
}

/// What one document tells of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The document.
    pub document: Document,
    /// The claims, `sub` first.
    pub claims: Vec<ReleasedClaim>,
}

/// A claim that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleasedClaim {
    /// Its name.
    pub name: String,
    /// Its value as JSON, cut where it is long.
    pub value: String,
}

impl Provider {
    pub(in crate::provider) fn consent_page(&self, visit: &Visit<'_>, login: &Login) -> ConsentPage {
        let Visit { accepted, call } = visit;
        let client = &accepted.client;
        let request = self.to_carry(accepted);
        ConsentPage {
            issuer: self.issuer(&call.base),
            client_id: client.id.clone(),
            client_name: client.name.clone(),
            presentation: client.presentation.clone(),
            redirect_uri: accepted.back.redirect_uri().to_owned(),
            user: self.users.summary_of(&login.user),
            scopes: accepted.scope.words().map(str::to_owned).collect(),
            claims_asked_for: claims_asked_for(&accepted.claims),
            released: self.released(visit, login),
            offline: accepted.response_type.has_code() && client.tokens.refresh_tokens.due(&accepted.scope),
            fault: login.faults.iter().map(|fault| fault.to_string()).collect::<Vec<_>>().join(" "),
            seal: self.page_seal(&login.sid, &request, self.now()),
            request,
        }
    }

    fn released(&self, visit: &Visit<'_>, login: &Login) -> Vec<Released> {
        let accepted = &visit.accepted;
        let opens_userinfo = accepted.response_type.leads_to_access_token();
        let asked =
            Asked { scope: &accepted.scope, claims: &accepted.claims, login: &login.claims, opens_userinfo };
        let openid = accepted.scope.contains("openid");
        let readable = accepted.client.tokens.access_token == AccessTokenFormat::Jwt;
        let made = |document: &Document| match document {
            Document::IdToken => openid,
            Document::AccessToken => opens_userinfo && readable,
            Document::Userinfo => opens_userinfo && openid,
        };
        let told = |document: Document| Released {
            document,
            claims: {
                let own = self.users.claims(&login.user, document, &asked);
                let others = self.users.sourced(&login.user, document, &asked);
                let others = others.iter().flat_map(|sourced| vouched_for(sourced, &own));
                own.iter().map(shown).chain(others).collect()
            },
        };
        Document::ALL.into_iter().filter(made).map(told).collect()
    }
}

/// Claims of a source, unless the provider says them itself.
fn vouched_for(sourced: &Sourced, own: &Map<String, Value>) -> Vec<ReleasedClaim> {
    let told = sourced.claims.iter().filter(|(name, _)| *name != "sub" && !own.contains_key(*name));
    told.map(|claim| {
        let ReleasedClaim { name, value } = shown(claim);
        ReleasedClaim { name, value: format!("{value}, by {}", sourced.name) }
    })
    .collect()
}

fn shown((name, value): (&String, &Value)) -> ReleasedClaim {
    let value = value.to_string();
    let mut short: String = value.chars().take(LONGEST_VALUE).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    ReleasedClaim { name: name.clone(), value: short }
}
