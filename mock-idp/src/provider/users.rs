//! The users, and what each document says of them now.

mod gist;
mod sourced;

use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value};

use self::gist::gist;
pub(super) use self::sourced::Sourced;
use crate::config::{ClaimSource, ClaimsChange, Document, UserConfig, is_unset};
use crate::protocol::Scope;
use crate::protocol::authorization::ClaimsRequest;
use crate::protocol::issue::{Gates, laid_over, thinned, with_subject};

/// Claims that were typed in for one sign-in, per document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoginClaims {
    /// For ID tokens.
    pub id_token: Map<String, Value>,
    /// For access tokens.
    pub access_token: Map<String, Value>,
    /// For UserInfo.
    pub userinfo: Map<String, Value>,
}

impl LoginClaims {
    const fn of(&self, document: Document) -> &Map<String, Value> {
        match document {
            Document::IdToken => &self.id_token,
            Document::AccessToken => &self.access_token,
            Document::Userinfo => &self.userinfo,
        }
    }
}

/// What was asked for, and what was typed in when it was granted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) scope: &'a Scope,
    pub(super) claims: &'a ClaimsRequest,
    pub(super) login: &'a LoginClaims,
    /// Whether an access token opens UserInfo.
    pub(super) opens_userinfo: bool,
}

impl Asked<'_> {
    /// Whether a claim is asked for by name in a document. Nobody can ask so for an access token.
    fn names(&self, document: Document, claim: &str) -> bool {
        match document {
            Document::IdToken => self.claims.id_token.contains_key(claim),
            Document::Userinfo => self.claims.userinfo.contains_key(claim),
            Document::AccessToken => false,
        }
    }
}

/// A user as the login page shows one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserSummary {
    /// The name in the configuration.
    pub name: String,
    /// The subject identifier.
    pub subject: String,
    /// The person's name or mail address, or else the name in the configuration.
    pub label: String,
    /// The claims that tell users apart, in one line.
    pub gist: String,
}

/// How many users there can be before another one is added.
const MOST: usize = 10_000;

/// There are too many users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {MOST} users already; reset them first")]
pub struct TooManyUsers;

/// All users of one provider.
#[derive(Debug)]
pub(super) struct Users {
    configured: IndexMap<String, UserConfig>,
    known: Mutex<IndexMap<String, UserConfig>>,
    gates: Gates,
    thin_id_tokens: bool,
}

impl Users {
    pub(super) fn new(users: IndexMap<String, UserConfig>, gates: Gates) -> Self {
        Self { configured: users.clone(), known: Mutex::new(users), gates, thin_id_tokens: false }
    }

    /// The same users, of whom ID tokens say little.
    pub(super) fn with_thin_id_tokens(self, thin_id_tokens: bool) -> Self {
        Self { thin_id_tokens, ..self }
    }

    fn with<T>(&self, read: impl FnOnce(&mut IndexMap<String, UserConfig>) -> T) -> T {
        read(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One user as they are now.
    pub(super) fn user(&self, name: &str) -> Option<UserConfig> {
        self.with(|users| users.get(name).cloned())
    }

    /// Adds a user, or puts another in the place of one.
    pub(super) fn put(&self, name: &str, user: UserConfig) -> Result<(), TooManyUsers> {
        self.with(|users| {
            if users.len() >= MOST && !users.contains_key(name) {
                return Err(TooManyUsers);
            }
            users.insert(name.to_owned(), user);
            Ok(())
        })
    }

    /// Makes a user as they were configured; says whether there was one.
    pub(super) fn reset(&self, name: &str) -> bool {
        self.with(|users| match self.configured.get(name) {
            Some(configured) => {
                users.insert(name.to_owned(), configured.clone());
                true
            }
            None => users.shift_remove(name).is_some(),
        })
    }

    /// Makes all users as they were configured.
    pub(super) fn reset_all(&self) {
        self.with(|users| users.clone_from(&self.configured));
    }

    /// The user whom a hint means: by name, subject or mail address.
    pub(super) fn meant_by(&self, hint: &str) -> Option<String> {
        self.with(|users| {
            let by_name = users.get_key_value(hint).map(|(name, _)| name);
            let found = by_name.or_else(|| {
                let mut others = users.iter();
                others
                    .find(|(name, user)| subject(name, user) == hint || email(user) == Some(hint))
                    .map(|(name, _)| name)
            });
            found.cloned()
        })
    }

    /// Whether somebody has this mail address. Host names are compared in whatever case (RFC5321-2.4); so is the rest here.
    pub(super) fn has_email(&self, address: &str) -> bool {
        self.with(|users| users.values().filter_map(email).any(|known| known.eq_ignore_ascii_case(address)))
    }

    /// The subject identifier of a user, known or not.
    pub(super) fn subject(&self, name: &str) -> String {
        self.with(|users| {
            users.get(name).map_or_else(|| name.to_owned(), |user| subject(name, user).to_owned())
        })
    }

    /// Whether one of the subjects is the user's: their own, or the one that their ID tokens say.
    pub(super) fn goes_by(&self, name: &str, subjects: &[String]) -> bool {
        self.with(|users| {
            let user = users.get(name);
            let own = user.map_or(name, |user| subject(name, user));
            let said = user.and_then(|user| user.id_token.get("sub")).and_then(Value::as_str);
            std::iter::once(own).chain(said).any(|known| subjects.iter().any(|subject| subject == known))
        })
    }

    /// Every subject identifier that somebody has, their own or the one that their ID tokens say.
    pub(super) fn subjects(&self) -> Vec<String> {
        self.with(|users| {
            let said =
                |user: &UserConfig| user.id_token.get("sub").and_then(Value::as_str).map(str::to_owned);
            users
                .iter()
                .flat_map(|(name, user)| std::iter::once(subject(name, user).to_owned()).chain(said(user)))
                .collect()
        })
    }

    /// The users for the login page.
    pub(super) fn summaries(&self) -> Vec<UserSummary> {
        self.with(|users| users.iter().map(|(name, user)| summary(name, user)).collect())
    }

    /// One user, known or not.
    pub(super) fn summary_of(&self, name: &str) -> UserSummary {
        self.with(|users| summary(name, users.get(name).unwrap_or(&UserConfig::default())))
    }

    /// The names of all claims that somebody has.
    pub(super) fn claim_names(&self) -> Vec<String> {
        self.with(|users| {
            let mut names = vec!["sub".to_owned()];
            for claim in users.values().flat_map(claim_names) {
                if !names.contains(claim) {
                    names.push(claim.clone());
                }
            }
            names
        })
    }

    /// What a document says of a user: the claims of every document, the document's own on top, then those typed in for
    /// this sign-in; without what neither the scope nor the request for single claims releases. A thin ID token leaves
    /// more to UserInfo: all but what is asked for, configured or typed in for the ID token itself.
    ///
    /// A claim asked for with a value that it does not have is said as it is: the provider "MUST NOT generate an error"
    /// (OIDCC-5.5.1), and the client has to check.
    pub(super) fn claims(&self, name: &str, document: Document, asked: &Asked<'_>) -> Map<String, Value> {
        let user = self.with(|users| users.get(name).cloned()).unwrap_or_default();
        let (own, typed) = (user.overlay(document), asked.login.of(document));
        let claims = laid_over(laid_over(user.claims.clone(), own, is_unset), typed, is_unset);
        let mut released = self.gates.release(claims, asked.scope, |claim| asked.names(document, claim));
        if document == Document::IdToken && self.thin_id_tokens && asked.opens_userinfo {
            released = thinned(released, |claim| {
                asked.names(document, claim) || own.contains_key(claim) || typed.contains_key(claim)
            });
        }
        with_subject(released, subject(name, &user))
    }

    /// Changes what is said of a user from now on; a stranger becomes a user by it.
    pub(super) fn change(&self, name: &str, change: &ClaimsChange) {
        self.with(|users| {
            let user = users.entry(name.to_owned()).or_default();
            if let Some(replacement) = &change.replace {
                let sub = user.sub.take();
                *user = UserConfig { sub, claims: replacement.clone(), ..UserConfig::default() };
            }
            for document in [&mut user.id_token, &mut user.access_token, &mut user.userinfo] {
                document
                    .retain(|claim, _| !change.merge.contains_key(claim) && !change.remove.contains(claim));
            }
            for claims in user.claim_sources.values_mut().map(ClaimSource::claims_mut) {
                claims.retain(|claim, _| !change.merge.contains_key(claim) && !change.remove.contains(claim));
            }
            user.claims.extend(change.merge.clone());
            user.claims.retain(|claim, _| !change.remove.contains(claim));
        });
    }
}

fn subject<'a>(name: &'a str, user: &'a UserConfig) -> &'a str {
    user.sub.as_deref().or_else(|| user.claims.get("sub").and_then(Value::as_str)).unwrap_or(name)
}

fn email(user: &UserConfig) -> Option<&str> {
    let documents = [&user.claims, &user.id_token, &user.userinfo];
    documents.into_iter().find_map(|claims| claims.get("email").and_then(Value::as_str))
}

fn claim_names(user: &UserConfig) -> impl Iterator<Item = &String> {
    let own = [&user.claims, &user.id_token, &user.access_token, &user.userinfo];
    own.into_iter().chain(user.claim_sources.values().map(ClaimSource::claims)).flat_map(Map::keys)
}

fn summary(name: &str, user: &UserConfig) -> UserSummary {
    let called = user.claims.get("name").and_then(Value::as_str).filter(|label| !label.trim().is_empty());
    UserSummary {
        name: name.to_owned(),
        subject: subject(name, user).to_owned(),
        label: called.or_else(|| email(user)).unwrap_or(name).to_owned(),
        gist: gist(user),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn users() -> Users {
        let ada: UserConfig = serde_json::from_value(json!({
            "sub": "u-1",
            "claims": { "email": "ada@acme.test", "roles": ["a"], "https://acme.test/plan": null, "n.o": 1 },
            "id_token": { "roles": "wrong type", "only_here": true },
            "access_token": { "email": { "$unset": true } },
            "userinfo": { "sub": "other" },
        }))
        .unwrap();
        Users::new([("ada".to_owned(), ada)].into_iter().collect(), Gates::default())
    }

    fn said(users: &Users, document: Document) -> Value {
        Value::Object(claims(users, "ada", document, &LoginClaims::default()))
    }

    fn claims(users: &Users, name: &str, document: Document, login: &LoginClaims) -> Map<String, Value> {
        let (scope, claims) = (Scope::default(), ClaimsRequest::default());
        users.claims(name, document, &Asked { scope: &scope, claims: &claims, login, opens_userinfo: true })
    }

    #[test]
    fn each_document_says_its_own() {
        let users = users();
        let common = json!({ "https://acme.test/plan": null, "n.o": 1 });
        let with = |more: Value| {
            let mut all = common.as_object().unwrap().clone();
            all.extend(more.as_object().unwrap().clone());
            Value::Object(all)
        };
        assert_eq!(
            said(&users, Document::IdToken),
            with(json!({ "sub": "u-1", "email": "ada@acme.test", "roles": "wrong type", "only_here": true }))
        );
        assert_eq!(said(&users, Document::AccessToken), with(json!({ "sub": "u-1", "roles": ["a"] })));
        assert_eq!(
            said(&users, Document::Userinfo),
            with(json!({ "sub": "other", "email": "ada@acme.test", "roles": ["a"] }))
        );
    }

    #[test]
    fn what_is_typed_in_for_a_sign_in_wins_over_the_configuration() {
        let login = LoginClaims {
            id_token: json!({ "roles": ["typed"], "email": { "$unset": true } }).as_object().unwrap().clone(),
            ..LoginClaims::default()
        };
        let claims = claims(&users(), "ada", Document::IdToken, &login);
        assert_eq!(claims["roles"], json!(["typed"]));
        assert!(!claims.contains_key("email"));
    }

    #[test]
    fn a_thin_id_token_leaves_to_userinfo_what_userinfo_can_say() {
        let users = users().with_thin_id_tokens(true);
        let own = json!({ "sub": "u-1", "roles": "wrong type", "only_here": true });
        assert_eq!(said(&users, Document::IdToken), own, "what stands in the user's own `id_token` stays");
        assert_eq!(said(&users, Document::Userinfo)["email"], "ada@acme.test");

        let scope = Scope::default();
        let (claims, login) = (ClaimsRequest::default(), LoginClaims::default());
        let alone = Asked { scope: &scope, claims: &claims, login: &login, opens_userinfo: false };
        assert_eq!(users.claims("ada", Document::IdToken, &alone)["email"], "ada@acme.test");
    }

    #[test]
    fn a_change_reaches_every_document() {
        let users = users();
        let change: ClaimsChange =
            serde_json::from_value(json!({ "merge": { "roles": ["b"] }, "remove": ["email", "only_here"] }))
                .unwrap();
        users.change("ada", &change);
        for document in Document::ALL {
            let said = said(&users, document);
            assert_eq!(said["roles"], json!(["b"]));
            assert_eq!((said.get("email"), said.get("only_here")), (None, None));
        }
    }

    #[test]
    fn a_replacement_keeps_nothing_but_the_subject() {
        let users = users();
        let change = serde_json::from_value(json!({ "replace": { "x": 1 } })).unwrap();
        users.change("ada", &change);
        assert_eq!(said(&users, Document::IdToken), json!({ "sub": "u-1", "x": 1 }));
    }

    #[test]
    fn a_hint_may_be_name_subject_or_mail_address() {
        let users = users();
        for hint in ["ada", "u-1", "ada@acme.test"] {
            assert_eq!(users.meant_by(hint).as_deref(), Some("ada"), "{hint}");
        }
        assert_eq!(users.meant_by("eve"), None);
    }

    #[test]
    fn a_stranger_is_a_subject_without_claims() {
        let claims = claims(&users(), "eve@x.test", Document::IdToken, &LoginClaims::default());
        assert_eq!(Value::Object(claims), json!({ "sub": "eve@x.test" }));
    }
}
