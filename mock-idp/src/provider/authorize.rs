//! The authorization endpoint: from an accepted request to its answer.

use std::sync::Arc;

use super::consent::ConsentPage;
use super::faults::{Begun, Making};
use super::interaction::{Next, SignedIn, Situation, next};
use super::login::{Login, LoginPage, SessionCookie};
use super::mint::{IdTokenExtras, Minting};
use super::ports::token;
use super::store::{CodeRecord, Grant, Session};
use super::users::Asked;
use super::{Call, Endpoint, IssuedToken, JournalEntry, LoginClaims, Provider};
use crate::config::{Document, LoginHint};
use crate::fault::Target;
use crate::protocol::authorization::{
    AcceptedRequest, AuthorizationError, AuthorizationResponse, Delivery, Prompt, Redirectable, Refused,
    Unredirectable,
};
use crate::protocol::session::session_state;
use crate::protocol::token::authorization_code::Promise;

/// What the browser gets.
#[derive(Clone, Debug)]
pub enum Interaction {
    /// An answer on its way to the client.
    Answer {
        /// The answer.
        delivery: Delivery,
        /// The session cookie, when somebody signed in.
        cookie: Option<SessionCookie>,
    },
    /// The login page.
    Ask(Box<LoginPage>),
    /// The consent page.
    AskConsent {
        /// The page.
        page: Box<ConsentPage>,
        /// The session cookie, when somebody signed in.
        cookie: Option<SessionCookie>,
    },
    /// An error page, because the client cannot be told.
    Refuse(Unredirectable),
}

/// An accepted request on its way to an answer.
#[derive(Clone, Debug)]
pub(super) struct Visit<'a> {
    pub(super) accepted: AcceptedRequest,
    pub(super) call: &'a Call,
}

/// A session and the name of it.
pub(super) type NamedSession = (String, Session);

impl Provider {
    /// Answers an authentication request, or finds out what to ask the person.
    pub fn authorize(&self, call: &Call, cookies: &[String]) -> Interaction {
        let mut entry = self.entry(Endpoint::Authorization, call);
        let outcome = self.authorization(call, cookies, &mut entry);
        self.concluded(outcome, call, entry)
    }

    fn authorization(
        &self,
        call: &Call,
        cookies: &[String],
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        let request = call.parameters.as_ref().map_err(|cause| Unredirectable::from(cause.clone()))?;
        let visit = Visit { accepted: self.accepted(request, call, entry)?, call };
        self.proceed(visit, self.session_of(cookies), entry)
    }

    /// Goes on with whoever is signed in, or asks who is there.
    pub(super) fn proceed(
        &self,
        visit: Visit<'_>,
        session: Option<NamedSession>,
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        match (self.next(&visit.accepted, session.as_ref())?, session) {
            (Next::Refuse(why), _) => Err(visit.accepted.back.refused(Refused::LoginRequired(why))),
            (Next::SignIn(user), session) => {
                let claims = LoginClaims::default();
                self.admitted(&visit.accepted, &user, &claims)?;
                let (login, cookie) = self.sign_in(&user, claims, session);
                self.settle(visit, &login, Some(cookie), entry)
            }
            (Next::Continue, Some((sid, session))) => {
                self.settle(visit, &Login::of(sid, session), None, entry)
            }
            (Next::Ask, _) | (Next::Continue, None) => {
                Ok(Interaction::Ask(Box::new(self.login_page(&visit.accepted, visit.call))))
            }
        }
    }

    /// Has the person agree, if they still have to, and answers. Whoever signed in on the way here stays signed in, also
    /// when the answer is an error.
    pub(super) fn settle(
        &self,
        visit: Visit<'_>,
        login: &Login,
        cookie: Option<SessionCookie>,
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        let call = visit.call;
        match self.settled(visit, login, cookie.clone(), entry) {
            Err(AuthorizationError::Redirect(refusal)) => Ok(self.sent_back(refusal, cookie, call, entry)),
            outcome => outcome,
        }
    }

    fn settled(
        &self,
        visit: Visit<'_>,
        login: &Login,
        cookie: Option<SessionCookie>,
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        if !self.has_to_agree(&visit.accepted, login) {
            return self.agreed(visit, login, cookie, entry);
        }
        entry.user = Some(login.user.clone());
        if visit.accepted.prompts.contains(&Prompt::None) {
            let client_id = visit.accepted.client.id.clone();
            return Err(visit.accepted.back.refused(Refused::ConsentRequired { client_id }));
        }
        Ok(Interaction::AskConsent { page: Box::new(self.consent_page(&visit, login)), cookie })
    }

    /// Answers, for the person agreed.
    pub(super) fn agreed(
        &self,
        visit: Visit<'_>,
        login: &Login,
        cookie: Option<SessionCookie>,
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        let response = self.answer(visit.accepted, login, visit.call, entry)?;
        Ok(Interaction::Answer { delivery: response.delivery(), cookie })
    }

    /// Whether the person has to be asked.
    fn next(
        &self,
        request: &AcceptedRequest,
        session: Option<&NamedSession>,
    ) -> Result<Next, AuthorizationError> {
        let present = session.map(|(_, session)| session.subject.as_str());
        let hinted_subject = self.hinted_subject(request, present)?;
        let subjects = self.wanted_subjects(request, present);
        let hint = request.login_hint.as_deref().filter(|_| self.settings.login_hint == LoginHint::SignIn);
        let hinted_user = hint.and_then(|hint| self.users.meant_by(hint));
        Ok(next(&Situation {
            prompts: request.prompts.clone(),
            max_age: request.max_age,
            session: session.map(|(_, session)| SignedIn {
                user: &session.user,
                subject: &session.subject,
                auth_time: session.auth_time,
            }),
            hinted_subject: hinted_subject.as_deref(),
            subjects: subjects.as_ref().map(|subjects| subjects.iter().map(String::as_str).collect()),
            hinted_user: hinted_user.as_deref(),
            auto_login: self.settings.auto_login.as_deref(),
            now: self.now(),
        }))
    }

    /// The person whom the ID token hint is about; `present` is who is at hand.
    fn hinted_subject(
        &self,
        request: &AcceptedRequest,
        present: Option<&str>,
    ) -> Result<Option<String>, AuthorizationError> {
        let Some(hint) = &request.id_token_hint else { return Ok(None) };
        match self.verified_id_token(hint) {
            Ok(hint) => Ok(Some(self.meant_by_client(&hint.client_id, &hint.subject, present))),
            Err(why) => Err(request.back.clone().refused(Refused::HintInvalid(why))),
        }
    }

    /// The people of whom the `claims` parameter wants one.
    fn wanted_subjects(&self, request: &AcceptedRequest, present: Option<&str>) -> Option<Vec<String>> {
        let subjects = request.claims.subjects()?.into_iter();
        Some(subjects.map(|subject| self.meant_by_client(&request.client.id, subject, present)).collect())
    }

    /// Whether this person may answer the request, before anybody is signed in.
    pub(super) fn admitted(
        &self,
        request: &AcceptedRequest,
        user: &str,
        claims: &LoginClaims,
    ) -> Result<(), AuthorizationError> {
        self.expected(request, user)?;
        self.acr(request, user, claims).map(drop)
    }

    /// The authentication context class of this person's sign-in, where the request asks for one.
    fn acr(
        &self,
        request: &AcceptedRequest,
        user: &str,
        login: &LoginClaims,
    ) -> Result<Option<String>, AuthorizationError> {
        let Some(wanted) = &request.acr else { return Ok(None) };
        let opens_userinfo = request.response_type.leads_to_access_token();
        let asked = Asked { scope: &request.scope, claims: &request.claims, login, opens_userinfo };
        let said = self.users.claims(user, Document::IdToken, &asked);
        let met = wanted.met(&self.settings.acr_values, said.get("acr"));
        met.map_err(|cause| request.back.clone().refused(cause))
    }

    /// Whether this is the person whom the request names.
    ///
    /// "The Authorization Server MUST NOT reply with an ID Token or Access Token for a different user, even if they have an
    /// active session with the Authorization Server. Such a request can be made either using an `id_token_hint` parameter or
    /// by requesting a specific Claim Value" (OIDCC-3.1.2.2)
    fn expected(&self, request: &AcceptedRequest, user: &str) -> Result<(), AuthorizationError> {
        let found = self.users.subject(user);
        let by_hint = self.hinted_subject(request, Some(&found))?.map(|subject| vec![subject]);
        let by_claim = self.wanted_subjects(request, Some(&found));
        for subjects in [by_hint, by_claim].into_iter().flatten() {
            if !self.users.goes_by(user, &subjects) {
                let expected = match subjects.as_slice() {
                    [] => "nobody".to_owned(),
                    _ => format!("`{}`", subjects.join("` or `")),
                };
                return Err(request.back.clone().refused(Refused::SomebodyElse { expected, found }));
            }
        }
        Ok(())
    }

    /// Gives the client what it asked for.
    pub(super) fn answer(
        &self,
        request: AcceptedRequest,
        login: &Login,
        call: &Call,
        entry: &mut JournalEntry,
    ) -> Result<AuthorizationResponse, AuthorizationError> {
        let issuer = self.issuer(&call.base);
        entry.user = Some(login.user.clone());
        entry.begun = Begun { hint: request.login_hint.clone(), faults: login.faults.clone() };
        self.login_begins(&request.client.id, request.nonce.as_deref());
        let acr = self.acr(&request, &login.user, &login.claims)?;
        let grant = Arc::new(grant_of(&request, login, &issuer, acr));
        self.store.signed_in_to(&login.sid, &request.client.id, &issuer, self.now());
        match self.issued(&request, &grant, entry) {
            Ok(mut parameters) => {
                let state = self.session_state(&request, login);
                parameters.extend(state.map(|state| ("session_state", state)));
                let making = Making { issuer: &issuer, client_id: &request.client.id, access_token: None };
                Ok(self.misbehaving(request.back.answer(parameters, &issuer), &making, entry))
            }
            Err(cause) => Err(request.back.refused(Refused::Unsignable(cause.to_string()))),
        }
    }

    /// The response with the faults that fire now.
    fn misbehaving(
        &self,
        mut response: AuthorizationResponse,
        making: &Making<'_>,
        entry: &mut JournalEntry,
    ) -> AuthorizationResponse {
        for (name, value) in response.parameters() {
            self.was_given(making.client_id, name, value);
        }
        let faults = self.due(Target::Authorize, entry);
        if faults.is_empty() {
            return response;
        }
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut parameters = response.parameters().map(own).collect();
        let mode = self.in_context(making, |at| faults.parameters(Target::Authorize, &mut parameters, at));
        response.replace(parameters, mode);
        response
    }

    /// "When the OP supports session management, it MUST also return the Session State as an additional `session_state`
    /// parameter in the Authentication Response" (OIDCSM-2). Without `openid` it is none.
    fn session_state(&self, request: &AcceptedRequest, login: &Login) -> Option<String> {
        let session =
            self.store.session(&login.sid, self.now()).filter(|_| request.scope.contains("openid"))?;
        let salt = token::<12>(self.ports.entropy.as_ref());
        session_state(&request.client.id, request.back.redirect_uri(), &session.browser_state(), &salt)
    }

    /// Code, access token and ID token, as the response type says (OIDCC-3.1.2.5, OIDCC-3.2.2.5, OIDCC-3.3.2.5).
    fn issued(
        &self,
        request: &AcceptedRequest,
        grant: &Arc<Grant>,
        entry: &mut JournalEntry,
    ) -> Result<Vec<(&'static str, String)>, super::protect::Unsignable> {
        let grant_id = token::<16>(self.ports.entropy.as_ref());
        let minting = Minting {
            client: &request.client,
            grant: Some((grant_id.as_str(), grant)),
            scope: &request.scope,
            issuer: &grant.issuer,
            now: self.now(),
            // the browser has none of the client's certificates, so these tokens are bound to none (RFC8705-3)
            certificate: None,
            lifetime: None,
            changes: None,
        };
        let lifetimes = &self.settings.lifetimes;
        let tokens_until = minting.now.plus(lifetimes.code.as_secs()).plus(lifetimes.access_token.as_secs());
        self.store.put_grant(&grant_id, Arc::clone(grant), tokens_until, minting.now);

        let mut parameters = Vec::new();
        let code = request.response_type.has_code().then(|| token::<32>(self.ports.entropy.as_ref()));
        if let Some(code) = &code {
            let expires = minting.now.plus(lifetimes.code.as_secs());
            let promise = Promise {
                client_id: request.client.id.clone(),
                redirect_uri: request.back.redirect_uri().to_owned(),
                challenge: request.challenge.clone(),
                expires,
            };
            self.store.put_code(code, CodeRecord::new(promise, grant_id.clone()), tokens_until, minting.now);
            entry.tokens.push(IssuedToken::opaque("code"));
            parameters.push(("code", code.clone()));
        }
        let mut access_token = None;
        if request.response_type.has_token() {
            let minted = self.access_token(&minting, entry)?;
            parameters.push(("access_token", minted.token.clone()));
            parameters.push(("token_type", "Bearer".to_owned()));
            parameters.push(("expires_in", minted.lifetime.to_string()));
            // a scope is one word at least (RFC6749-3.3)
            let scope = Some(request.scope.to_string()).filter(|scope| !scope.is_empty());
            parameters.extend(scope.map(|scope| ("scope", scope)));
            access_token = Some(minted.token);
        }
        if request.response_type.has_id_token() {
            let extras = IdTokenExtras {
                nonce: request.nonce.as_deref(),
                access_token: access_token.as_deref(),
                code: code.as_deref(),
            };
            parameters.push(("id_token", self.id_token(&minting, grant, &extras, entry)?));
        }
        Ok(parameters)
    }

    /// A refusal on its way to the client.
    fn sent_back(
        &self,
        refusal: Redirectable,
        cookie: Option<SessionCookie>,
        call: &Call,
        entry: &mut JournalEntry,
    ) -> Interaction {
        entry.refused_by_redirect(&refusal.cause, 303);
        let response = refusal.back.error(&refusal.cause, &self.issuer(&call.base));
        Interaction::Answer { delivery: response.delivery(), cookie }
    }

    /// Turns an outcome into what the browser gets, and closes its journal entry.
    pub(super) fn concluded(
        &self,
        outcome: Result<Interaction, AuthorizationError>,
        call: &Call,
        mut entry: JournalEntry,
    ) -> Interaction {
        let interaction = match outcome {
            Ok(interaction) => interaction,
            Err(AuthorizationError::Show(cause)) => {
                entry.refused(&cause);
                Interaction::Refuse(cause)
            }
            Err(AuthorizationError::Redirect(refusal)) => self.sent_back(refusal, None, call, &mut entry),
        };
        entry.status = match &interaction {
            Interaction::Answer { delivery: Delivery::Redirect(_), .. } => 303,
            Interaction::Ask(page) if page.problem.is_some() => 400,
            Interaction::Answer { delivery: Delivery::Post { .. }, .. }
            | Interaction::Ask(_)
            | Interaction::AskConsent { .. } => 200,
            Interaction::Refuse(_) => entry.status,
        };
        self.record(call, entry);
        interaction
    }
}

fn grant_of(request: &AcceptedRequest, login: &Login, issuer: &str, acr: Option<String>) -> Grant {
    Grant {
        client_id: request.client.id.clone(),
        user: login.user.clone(),
        subject: login.subject.clone(),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        auth_time: login.auth_time,
        acr,
        sid: login.sid.clone(),
        claims: login.claims.clone(),
        requested: request.claims.clone(),
        opens_userinfo: request.response_type.leads_to_access_token(),
        issuer: issuer.to_owned(),
        begun: Begun { hint: request.login_hint.clone(), faults: login.faults.clone() },
    }
}
