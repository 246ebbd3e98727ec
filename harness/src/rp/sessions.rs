//! Opening, renewing and looking at sessions.

use serde_json::Value;

use super::RelyingParty;
use super::authentication_request::{Purpose, Transaction};
use super::authentication_response::AuthenticationResponse;
use super::ports::random_text;
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::state::{Received, Session};
use super::verification::Before;
use super::weakness::Weakness;
use crate::decision::{
    Document, Documents, Envelope, Event, IdentityDocument, ProviderProfile, SessionLifetime, SessionView,
    SignIn, Standing, Start, Timestamp,
};

/// Why a session could not be refreshed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRefresh {
    /// There is no such session.
    #[error("there is no such session")]
    NoSession,
    /// The provider gave no refresh token.
    #[error("the session has no refresh token")]
    NoRefreshToken,
}

/// How an authentication response ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// A sign-in: what was decided, and the session if there is one.
    SignIn(Box<Envelope>, Option<Box<Session>>),
    /// A renewal in the background.
    Renewal(Box<Envelope>),
    /// A look whether the person is still signed in at the provider.
    Check,
}

impl RelyingParty {
    /// Takes in the response to a request of ours.
    pub(super) async fn complete(
        &self,
        profile: &ProviderProfile,
        transaction: &Transaction,
        response: &AuthenticationResponse,
        earlier: Option<&Session>,
    ) -> Ending {
        match &transaction.purpose {
            Purpose::SignIn => {
                let (envelope, session) = self.sign_in(profile, transaction, response).await;
                if session.is_some() || envelope.rejection.is_none() {
                    // A new sign-in replaces the browser's session, and so does the product's refusal of one. A broken
                    // exchange does not: otherwise any stranger's link could sign a person out.
                    earlier.and_then(|session| self.end(&session.id));
                }
                Ending::SignIn(Box::new(envelope), session.map(Box::new))
            }
            Purpose::Renewal(session) => {
                Ending::Renewal(Box::new(self.renew(profile, transaction, response, session).await))
            }
            Purpose::Check(session) => {
                self.checked(profile, transaction, response, session).await;
                Ending::Check
            }
        }
    }

    /// An exchange that failed before it was known whose it is (X-R1).
    pub(super) fn reject(&self, start: Start, profile: &ProviderProfile, why: &Rejection) -> Envelope {
        let mut sign_in = SignIn { start, failure: Some(why.to_failure()), ..SignIn::default() };
        sign_in.origin.issuer.clone_from(&profile.issuer);
        self.decide(Event::SignIn(Box::new(sign_in)), Received::default(), None)
    }

    async fn sign_in(
        &self,
        profile: &ProviderProfile,
        transaction: &Transaction,
        response: &AuthenticationResponse,
    ) -> (Envelope, Option<Session>) {
        let mut exchange = Exchange::new(self, transaction.provider, profile);
        let result = exchange.run(response, transaction).await;
        let mut sign_in = exchange.sign_in(transaction.start.clone());
        let failure = result.err().filter(|_| !self.skips(Weakness::FailsOpen));
        sign_in.failure = failure.map(|rejection| rejection.to_failure());

        let shared = self.skips(Weakness::SharesSessions).then(|| "shared".to_owned());
        let id = shared.unwrap_or_else(|| random_text(self.entropy()));
        let event = Event::SignIn(Box::new(sign_in));
        let envelope = self.decide(event, exchange.received(), Some(id.clone()));
        if !envelope.signed_in() {
            return (envelope, None);
        }
        let now = self.now();
        let session = Session {
            id,
            provider: transaction.provider,
            start: transaction.start.clone(),
            view: self.seen(view(&envelope, profile, &exchange.documents), &exchange.documents),
            sid: id_token_text(&exchange.documents, "sid"),
            session_state: response.session_state.clone(),
            id_token: exchange.tokens.id_token.clone(),
            refresh_token: exchange.tokens.refresh_token.clone(),
            nonce: transaction.nonce.clone(),
            expires_at: self.expiry(&exchange.documents, now),
            documents: exchange.documents,
            opened_at: now,
        };
        self.keep(session.clone());
        (envelope, Some(session))
    }

    /// A renewal with `prompt=none`.
    async fn renew(
        &self,
        profile: &ProviderProfile,
        transaction: &Transaction,
        response: &AuthenticationResponse,
        session: &str,
    ) -> Envelope {
        let Some(mut session) = self.session(session) else {
            let gone = Rejection::StateMismatch("the session to renew has ended");
            return self.reject(transaction.start.clone(), profile, &gone);
        };
        if let Some(error) = response.error() {
            return self.renewal_refused(session, error);
        }
        let mut exchange = Exchange::new(self, transaction.provider, profile);
        let result = self.goes_on(&session, &mut exchange, transaction, response).await;
        if result.is_ok() {
            session.session_state.clone_from(&response.session_state);
        }
        self.renewed(session, exchange, result)
    }

    /// A response with which a session goes on: it is about the same person.
    pub(super) async fn goes_on(
        &self,
        session: &Session,
        exchange: &mut Exchange<'_>,
        transaction: &Transaction,
        response: &AuthenticationResponse,
    ) -> Result<(), Rejection> {
        exchange.run(response, transaction).await?;
        exchange.same_person(&before(session))
    }

    /// A renewal with the refresh token of a session.
    ///
    /// # Errors
    ///
    /// When there is nothing to refresh with.
    pub async fn refresh(&self, session: &str) -> Result<Envelope, NoRefresh> {
        let session = self.session(session).ok_or(NoRefresh::NoSession)?;
        let profile = self.provider(session.provider).ok_or(NoRefresh::NoSession)?;
        // RFC9700-4.14.2: where refresh tokens rotate, one that is used twice looks stolen.
        let token = self.take_refresh_token(&session.id).ok_or(NoRefresh::NoRefreshToken)?;
        let mut exchange = Exchange::new(self, session.provider, &profile);
        let nonce = session.nonce.clone();
        let result = exchange.refresh(&token, &nonce, &before(&session)).await;
        if let Err(Rejection::ProviderError { code, .. }) = &result {
            // RFC6749-5.2: an `invalid_grant` will not become valid again.
            if self.product().profile().services.ends_when_refused && code == "invalid_grant" {
                self.end(&session.id);
            }
            self.update(session.clone());
            return Ok(self.renewal_refused(session, code));
        }
        Ok(self.renewed(session, exchange, result))
    }

    /// The provider will not renew: the session stays until it expires (CB-R22).
    fn renewal_refused(&self, session: Session, error: &str) -> Envelope {
        let event = Event::RenewalRefused { session: session.view, error: error.to_owned() };
        self.decide(event, Received::default(), Some(session.id))
    }

    /// Lets the product decide about renewed documents, and keeps or ends the session accordingly.
    pub(super) fn renewed(
        &self,
        mut session: Session,
        mut exchange: Exchange<'_>,
        result: Result<(), Rejection>,
    ) -> Envelope {
        let failed = result.is_err();
        if exchange.documents.id_token.is_none() {
            // OIDCC-12.2: a refresh need not bring an ID token; the earlier one still says who it is.
            exchange.documents.id_token.clone_from(&session.documents.id_token);
        }
        let mut sign_in = exchange.sign_in(session.start.clone());
        sign_in.failure = result.err().map(|rejection| rejection.to_failure());
        let event = Event::Renewal(Box::new(sign_in));
        let envelope = self.decide(event, exchange.received(), Some(session.id.clone()));
        if envelope.signed_in() {
            session.view =
                self.seen(view(&envelope, exchange.profile, &exchange.documents), &exchange.documents);
            session.sid = id_token_text(&exchange.documents, "sid").or(session.sid);
            session.id_token = exchange.tokens.id_token.take().or(session.id_token);
            session.refresh_token = self.newer(exchange.tokens.refresh_token.take(), session.refresh_token);
            session.expires_at = self.expiry(&exchange.documents, self.now());
            session.documents = exchange.documents;
            self.update(session);
        } else if failed {
            // A renewal that broke changes nothing, except that a rotated refresh token is the only live one.
            session.refresh_token = self.newer(exchange.tokens.refresh_token.take(), session.refresh_token);
            self.update(session);
        } else {
            self.end(&session.id);
        }
        envelope
    }

    fn newer(&self, new: Option<String>, old: Option<String>) -> Option<String> {
        match (new, old) {
            (Some(_), Some(old)) if self.skips(Weakness::KeepsOldRefreshToken) => Some(old),
            (new, old) => new.or(old),
        }
    }

    /// Whom a session is taken to be of: as it is, unless a weakness looks at less.
    fn seen(&self, mut view: SessionView, documents: &Documents) -> SessionView {
        let claim = |document, name: &str| Some(documents.claims(document)?.get(name)?.as_str()?.to_owned());
        if let Some(named) = claim(Document::IdToken, "iss").filter(|named| *named != view.issuer)
            && self.skips(Weakness::SkipsIssuer)
        {
            view.issuer = named;
        }
        if let Some(first) = self.provider(0).map(|it| it.issuer).filter(|first| *first != view.issuer)
            && self.skips(Weakness::KnowsPeopleBySubject)
        {
            view.issuer = first;
        }
        if view.subject.is_none() && self.skips(Weakness::BelievesUserinfo) {
            view.subject = claim(Document::Userinfo, "sub");
        }
        if view.subject.is_none() && self.skips(Weakness::SkipsSubject) {
            let sub = documents.claims(Document::IdToken).and_then(|claims| claims.get("sub"));
            view.subject = Some(sub.map_or_else(|| "undefined".to_owned(), Value::to_string));
        }
        view
    }

    /// What a session shows now; a session that no longer stands is ended.
    pub(super) fn standing(&self, session: &Session) -> Standing {
        let standing = {
            let inner = self.inner();
            inner.product.look(&inner.stored, &session.view)
        };
        if let Standing::Ended(_) = standing {
            self.end(&session.id);
        }
        standing
    }

    fn expiry(&self, documents: &Documents, now: Timestamp) -> Option<Timestamp> {
        match self.product().profile().session_lifetime {
            SessionLifetime::Seconds(seconds) => Some(Timestamp(now.0.saturating_add(seconds))),
            SessionLifetime::IdTokenExpiry => {
                let of = |document| documents.claims(document)?.get("exp")?.as_i64().map(Timestamp);
                of(Document::IdToken).or_else(|| of(Document::AccessToken))
            }
        }
    }
}

fn before(session: &Session) -> Before<'_> {
    Before {
        id_token: session.documents.id_token.as_ref(),
        issuer: session
            .documents
            .claims(Document::IdToken)
            .and_then(|claims| claims.get("iss")?.as_str())
            .unwrap_or(&session.view.issuer),
        subject: session.view.subject.as_deref(),
        clause: "OIDCC-12.2",
    }
}

fn view(envelope: &Envelope, profile: &ProviderProfile, documents: &Documents) -> SessionView {
    let identity = match profile.identity {
        IdentityDocument::AccessToken => Document::AccessToken,
        IdentityDocument::IdToken | IdentityDocument::IdTokenOverUserinfo => Document::IdToken,
    };
    let text = |document, name: &str| Some(documents.claims(document)?.get(name)?.as_str()?.to_owned());
    SessionView {
        record: envelope.record(),
        issuer: profile.issuer.clone(),
        subject: text(identity, "sub").or_else(|| text(Document::IdToken, "sub")),
    }
}

fn id_token_text(documents: &Documents, claim: &str) -> Option<String> {
    Some(documents.claims(Document::IdToken)?.get(claim)?.as_str()?.to_owned())
}
