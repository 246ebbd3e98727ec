//! What happens between the browser's return and the product's decision.

use std::sync::Arc;

use super::RelyingParty;
use super::authentication_request::Transaction;
use super::authentication_response::AuthenticationResponse;
use super::discovery::Metadata;
use super::jws::Jwt;
use super::rejection::Rejection;
use super::state::Received;
use super::token_request::{TokenEndpoint, Tokens};
use super::verification::{Arrived, Before};
use super::weakness::Weakness;
use crate::decision::{Documents, Origin, ProviderProfile, SignIn, Start, Timestamp};

/// An exchange with one provider, under way.
pub(super) struct Exchange<'a> {
    pub(super) rp: &'a RelyingParty,
    pub(super) profile: &'a ProviderProfile,
    pub(super) provider: usize,
    pub(super) now: Timestamp,
    /// What was received so far; products are shown it whether the exchange succeeds or not.
    pub(super) documents: Documents,
    /// The newest tokens, as they were written.
    pub(super) tokens: Tokens,
    pub(super) received: Received,
    tokens_in_query: bool,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(rp: &'a RelyingParty, provider: usize, profile: &'a ProviderProfile) -> Self {
        Self {
            rp,
            profile,
            provider,
            now: rp.now(),
            documents: Documents::default(),
            tokens: Tokens::default(),
            received: Received::default(),
            tokens_in_query: false,
        }
    }

    /// The flow, top to bottom. The state was compared before (X-R1).
    pub(super) async fn run(
        &mut self,
        response: &AuthenticationResponse,
        transaction: &Transaction,
    ) -> Result<(), Rejection> {
        self.tokens_in_query = response.has_tokens_in_query();
        let metadata = self.rp.metadata(self.provider, self.profile).await?;
        self.judge(response, &metadata)?;
        let asked_for = response.clone().without_unasked(self.profile);
        let same = asked_for == *response;
        let response = if same || self.rp.skips(Weakness::UsesUnaskedTokens) { response } else { &asked_for };
        self.front_channel(response, transaction, &metadata).await?; // OIDCC-3.2.2.11, OIDCC-3.3.2.12
        self.back_channel(response, transaction, &metadata).await?; // OIDCC-3.1.3
        self.identify(&metadata).await?;
        self.userinfo(&metadata).await?; // OIDCC-5.3
        self.claims_of_others().await; // OIDCC-5.6.2
        Ok(())
    }

    /// What can be said of a response before any of it is used.
    fn judge(&self, response: &AuthenticationResponse, metadata: &Metadata) -> Result<(), Rejection> {
        let unless = |weaknesses: &[Weakness], checked| self.rp.unless_without(weaknesses, checked);
        let issuer = response.comes_from_issuer_asked(self.profile, metadata); // RFC9207-2.4
        let whoever = [Weakness::SkipsResponseIssuer, Weakness::SharesRedirectUri, Weakness::KeepsOneRequest];
        unless(&whoever, issuer)?;
        let goes_on: &[Weakness] = if response.code.is_some() { &[Weakness::SkipsError] } else { &[] };
        unless(goes_on, response.without_error())?; // OIDCC-3.1.2.6
        unless(&[Weakness::AcceptsAnyMode], response.in_accepted_mode(self.profile))?;
        unless(&[Weakness::ToleratesIncomplete], response.complete(self.profile))
    }

    /// Refreshes tokens (OIDCC-12).
    pub(super) async fn refresh(
        &mut self,
        refresh_token: &str,
        nonce: &str,
        before: &Before<'_>,
    ) -> Result<(), Rejection> {
        let metadata = self.rp.metadata(self.provider, self.profile).await?;
        let endpoint = TokenEndpoint::new(self.rp, self.profile, &metadata)?;
        self.tokens = endpoint.refresh(refresh_token).await?;
        if self.tokens.id_token.is_some() && self.rp.skips(Weakness::SkipsRenewedToken) {
            self.tokens.id_token = None;
        }
        self.take_in();
        if let Some(id_token) = self.tokens.id_token.clone() {
            // OIDCC-12.2: "it SHOULD NOT have a nonce Claim [...] however, if it is present, its value MUST be the same"
            let has_nonce =
                Jwt::read(&id_token, &self.rp.left_out).is_some_and(|jwt| jwt.claim("nonce").is_some());
            let access_token = self.tokens.access_token.clone();
            let arrived = Arrived {
                id_token: &id_token,
                access_token: access_token.as_deref(),
                code: None,
                front_channel: false,
            };
            self.verify_id_token(&arrived, has_nonce.then_some(nonce), None, &metadata).await?;
            self.same_person(before)?;
            self.same_login(before)?;
        } else {
            // OIDCC-12.2: the response "might not contain an id_token"; the earlier one still says who it is.
            self.documents.id_token = before.id_token.cloned();
        }
        self.identify(&metadata).await?;
        self.userinfo(&metadata).await?;
        self.claims_of_others().await;
        Ok(())
    }

    /// Redeems a code of a response whose state did not match, and throws the tokens away: what BillRun is seen to do
    /// when BR-Q10 is read that way.
    pub(super) async fn redeem_in_vain(&mut self, code: &str) -> Result<(), Rejection> {
        let metadata = self.rp.metadata(self.provider, self.profile).await?;
        TokenEndpoint::new(self.rp, self.profile, &metadata)?.redeem(code, None).await.map(drop)
    }

    /// The event for the product.
    pub(super) fn sign_in(&self, start: Start) -> SignIn {
        let issuer = self.profile.issuer.clone();
        SignIn {
            start,
            origin: Origin { issuer, tokens_in_query: self.tokens_in_query },
            documents: self.documents.clone(),
            failure: None,
        }
    }

    /// What was received, for reports.
    pub(super) fn received(&self) -> Received {
        Received {
            token_type: self.tokens.token_type.clone(),
            expires_in: self.tokens.expires_in,
            scope: self.tokens.scope.clone(),
            refresh_token: self.tokens.refresh_token.is_some(),
            ..self.received.clone()
        }
    }

    async fn front_channel(
        &mut self,
        response: &AuthenticationResponse,
        transaction: &Transaction,
        metadata: &Arc<Metadata>,
    ) -> Result<(), Rejection> {
        self.tokens.id_token.clone_from(&response.id_token);
        self.tokens.access_token.clone_from(&response.access_token);
        self.tokens.token_type.clone_from(&response.token_type);
        self.tokens.expires_in = response.expires_in;
        self.tokens.scope.clone_from(&response.scope);
        self.take_in();
        if response.access_token.is_some() {
            self.rp.knows_token_type(response.token_type.as_deref())?;
        }
        let Some(id_token) = &response.id_token else { return Ok(()) };
        let arrived = Arrived {
            id_token,
            access_token: response.access_token.as_deref(),
            code: response.code.as_deref(),
            front_channel: true,
        };
        self.verify_id_token(&arrived, transaction.nonce(), transaction.max_age, metadata).await
    }

    async fn back_channel(
        &mut self,
        response: &AuthenticationResponse,
        transaction: &Transaction,
        metadata: &Arc<Metadata>,
    ) -> Result<(), Rejection> {
        let Some(code) = &response.code else { return Ok(()) };
        let endpoint = TokenEndpoint::new(self.rp, self.profile, metadata)?;
        let (first, first_token) = (self.person(), self.documents.id_token.clone());
        self.tokens = endpoint.redeem(code, transaction.verifier.as_deref()).await?;
        self.take_in();
        if first.is_some() && self.rp.skips(Weakness::IgnoresSecondToken) {
            self.documents.id_token = first_token;
            return Ok(());
        }
        // OIDCC-3.1.3.3: id_token is a member of every successful response to an OpenID request.
        let Some(id_token) = self.tokens.id_token.clone() else {
            let does_without = self.rp.skips(Weakness::BelievesUserinfo);
            return does_without.then_some(()).ok_or(Rejection::IdTokenMissing);
        };
        let access_token = self.tokens.access_token.clone();
        let arrived = Arrived {
            id_token: &id_token,
            access_token: access_token.as_deref(),
            code: Some(code),
            front_channel: false,
        };
        self.verify_id_token(&arrived, transaction.nonce(), transaction.max_age, metadata).await?;
        if let Some(unasked) =
            response.access_token.clone().filter(|_| !self.profile.response_type.has_token())
        {
            // only a relying party that uses such tokens still has one here
            self.tokens.access_token = Some(unasked);
        }
        // OIDCC-3.3.3.6: "[...] the iss and sub Claim Values MUST be identical in both ID Tokens"
        let Some((issuer, subject)) = first else { return Ok(()) };
        let before =
            Before { id_token: None, issuer: &issuer, subject: Some(&subject), clause: "OIDCC-3.3.3.6" };
        let same = self.same_person(&before).and_then(|()| self.same_claims(first_token.as_ref()));
        self.rp.unless_without(&[Weakness::SkipsFirstToken], same)
    }
}
