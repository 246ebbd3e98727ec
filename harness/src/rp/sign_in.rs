//! What happens between the browser's return and the product's decision.

use std::sync::Arc;

use super::RelyingParty;
use super::authentication_request::Transaction;
use super::authentication_response::AuthenticationResponse;
use super::client::client;
use super::discovery::{Metadata, accepted_issuers};
use super::flaw::Flaw;
use super::id_token::Expected;
use super::jws::{self, Jwt, KeySet};
use super::rejection::Rejection;
use super::state::{Decoded, Received};
use super::token_request::{self, Tokens};
use super::{access_token, id_token, userinfo};
use crate::decision::{
    Documents, IdentityDocument, KeySource, Origin, ProviderProfile, SignIn, Signature, Start, Timestamp,
    Token,
};

/// An exchange with one provider, under way.
pub(super) struct Exchange<'a> {
    rp: &'a RelyingParty,
    pub(super) profile: &'a ProviderProfile,
    provider: usize,
    now: Timestamp,
    /// What was received so far; products are shown it whether the exchange succeeds or not.
    pub(super) documents: Documents,
    /// The newest tokens, as they were written.
    pub(super) tokens: Tokens,
    received: Received,
    tokens_in_query: bool,
}

/// What a new ID token must agree with.
pub(super) struct Before<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) clause: &'static str,
}

/// An ID token as it came in.
struct Arrived<'t> {
    id_token: &'t str,
    access_token: Option<&'t str>,
    code: Option<&'t str>,
    front_channel: bool,
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
        response.comes_from_issuer_asked(&metadata)?; // RFC9207-2.4
        response.without_error()?; // OIDCC-3.1.2.6
        response.in_accepted_mode(self.profile)?;
        response.complete(self.profile)?;
        self.front_channel(response, transaction, &metadata).await?; // OIDCC-3.2.2.11, OIDCC-3.3.2.12
        self.back_channel(response, transaction, &metadata).await?; // OIDCC-3.1.3
        self.identify(&metadata).await?;
        self.userinfo(&metadata).await // OIDCC-5.3
    }

    /// Refreshes tokens (OIDCC-12).
    pub(super) async fn refresh(
        &mut self,
        refresh_token: &str,
        nonce: &str,
        before: &Before<'_>,
    ) -> Result<(), Rejection> {
        let metadata = self.rp.metadata(self.provider, self.profile).await?;
        let client = client(self.profile, &metadata)?;
        self.tokens = token_request::refresh(&client, self.rp.transport(), refresh_token).await?;
        self.take_in();
        if let Some(id_token) = self.tokens.id_token.clone() {
            // OIDCC-12.2: "it SHOULD NOT have a nonce Claim [...] however, if it is present, its value MUST be the same"
            let has_nonce = Jwt::decode(&id_token).is_some_and(|jwt| jwt.claims.contains_key("nonce"));
            let access_token = self.tokens.access_token.clone();
            let arrived = Arrived {
                id_token: &id_token,
                access_token: access_token.as_deref(),
                code: None,
                front_channel: false,
            };
            self.verify_id_token(&arrived, has_nonce.then_some(nonce), None, &metadata).await?;
            self.same_person(before)?;
        }
        self.identify(&metadata).await?;
        self.userinfo(&metadata).await
    }

    /// Redeems a code of a response whose state did not match, and throws the tokens away: what BillRun is seen to do
    /// when BR-Q10 is read that way.
    pub(super) async fn redeem_in_vain(&mut self, code: &str) -> Result<(), Rejection> {
        let metadata = self.rp.metadata(self.provider, self.profile).await?;
        let client = client(self.profile, &metadata)?;
        token_request::redeem(&client, self.rp.transport(), code, None).await.map(drop)
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
        let Some(id_token) = &response.id_token else { return Ok(()) };
        let arrived = Arrived {
            id_token,
            access_token: response.access_token.as_deref(),
            code: response.code.as_deref(),
            front_channel: true,
        };
        self.verify_id_token(&arrived, Some(&transaction.nonce), transaction.max_age, metadata).await
    }

    async fn back_channel(
        &mut self,
        response: &AuthenticationResponse,
        transaction: &Transaction,
        metadata: &Arc<Metadata>,
    ) -> Result<(), Rejection> {
        let Some(code) = &response.code else { return Ok(()) };
        let client = client(self.profile, metadata)?;
        let verifier = transaction.verifier.as_deref();
        let first = self.person();
        self.tokens = token_request::redeem(&client, self.rp.transport(), code, verifier).await?;
        self.take_in();
        // OIDCC-3.1.3.3: id_token is a member of every successful response to an OpenID request.
        let Some(id_token) = self.tokens.id_token.clone() else { return Err(Rejection::IdTokenMissing) };
        let access_token = self.tokens.access_token.clone();
        let arrived = Arrived {
            id_token: &id_token,
            access_token: access_token.as_deref(),
            code: Some(code),
            front_channel: false,
        };
        self.verify_id_token(&arrived, Some(&transaction.nonce), transaction.max_age, metadata).await?;
        // OIDCC-3.3.3.6: "[...] the iss and sub Claim Values MUST be identical in both ID Tokens"
        match first {
            Some((issuer, subject)) => {
                let subject = Some(subject.as_str());
                self.same_person(&Before { issuer: &issuer, subject, clause: "OIDCC-3.3.3.6" })
            }
            None => Ok(()),
        }
    }

    async fn verify_id_token(
        &mut self,
        arrived: &Arrived<'_>,
        nonce: Option<&str>,
        max_age: Option<i64>,
        metadata: &Arc<Metadata>,
    ) -> Result<(), Rejection> {
        let jwt = Jwt::decode(arrived.id_token).ok_or(Rejection::id_token(Flaw::Malformed))?;
        let verdict = self.signature(&jwt).await?;
        self.documents.id_token = Some(self.token(&jwt, &verdict));
        let expected = Expected {
            nonce,
            max_age,
            access_token: arrived.access_token,
            code: arrived.code,
            front_channel: arrived.front_channel,
            ..self.expected(metadata)
        };
        id_token::validate(&jwt, verdict, &expected, self.now).map_err(Rejection::id_token)
    }

    /// Takes the tokens apart as they came in, before anything is known of them.
    fn take_in(&mut self) {
        if let Some(id_token) = &self.tokens.id_token {
            let jwt = Jwt::decode(id_token);
            self.received.id_token = jwt.as_ref().map(decoded);
            self.documents.id_token = Some(unverified(jwt));
        }
        if let Some(access_token) = &self.tokens.access_token {
            let jwt = Jwt::decode(access_token);
            self.received.access_token = jwt.as_ref().map(decoded);
            self.documents.access_token = Some(unverified(jwt));
        }
    }

    /// Verifies the access token where it is what identifies the user (GR-R5). What an opaque one means there is the
    /// product's rule (GR-R8).
    async fn identify(&mut self, metadata: &Arc<Metadata>) -> Result<(), Rejection> {
        if self.profile.identity != IdentityDocument::AccessToken {
            return Ok(());
        }
        let Some(jwt) = self.tokens.access_token.as_deref().and_then(Jwt::decode) else { return Ok(()) };
        let verdict = self.signature(&jwt).await?;
        self.documents.access_token = Some(self.token(&jwt, &verdict));
        let expected = self.expected(metadata);
        access_token::validate(&jwt, verdict, &expected, self.now).map_err(Rejection::access_token)
    }

    async fn userinfo(&mut self, metadata: &Arc<Metadata>) -> Result<(), Rejection> {
        let (Some(call), Some(token)) = (&self.profile.userinfo, &self.tokens.access_token) else {
            return Ok(());
        };
        let userinfo = userinfo::call(self.rp.transport(), metadata, call, token).await?;
        self.documents.userinfo = Some(userinfo);
        Ok(())
    }

    /// What is known of a signature. An unknown key leads to one more look at the provider's keys (X-R4).
    async fn signature(&self, jwt: &Jwt) -> Result<Result<(), Flaw>, Rejection> {
        if self.profile.keys == KeySource::NotChecked {
            return Ok(Ok(()));
        }
        if let Err(flaw) = id_token::algorithm(jwt, Some(&self.profile.algorithms)) {
            return Ok(Err(flaw));
        }
        let secret = self.profile.client_secret.as_deref();
        // HMAC needs no keys of the provider's.
        let keys = if jwt.header_text("alg").is_some_and(|alg| alg.starts_with("HS")) {
            Arc::new(KeySet::default())
        } else {
            self.rp.keys(self.provider, self.profile).await?
        };
        match jws::verify(jwt, &keys, secret) {
            Err(Flaw::UnknownKey(_)) => {
                let keys = self.rp.refetch_keys(self.provider, self.profile).await?;
                Ok(jws::verify(jwt, &keys, secret))
            }
            verdict => Ok(verdict),
        }
    }

    fn token(&self, jwt: &Jwt, verdict: &Result<(), Flaw>) -> Token {
        let signature = match (&self.profile.keys, verdict) {
            (KeySource::NotChecked, _) => Signature::Unchecked,
            (KeySource::Discovered | KeySource::Configured(_), Ok(())) => Signature::Valid,
            (KeySource::Discovered | KeySource::Configured(_), Err(_)) => Signature::Invalid,
        };
        Token { claims: Some(jwt.claims.clone()), signature }
    }

    fn expected(&self, metadata: &Metadata) -> Expected<'a> {
        let checked = self.profile.keys != KeySource::NotChecked;
        Expected {
            issuers: accepted_issuers(self.profile, metadata),
            client_id: &self.profile.client_id,
            algorithms: checked.then_some(self.profile.algorithms.as_slice()),
            leeway: self.profile.leeway,
            departures: self.rp.product().departures(),
            ..Expected::default()
        }
    }

    /// `iss` and `sub` of the ID token at hand.
    fn person(&self) -> Option<(String, String)> {
        let claims = self.documents.id_token.as_ref()?.claims.as_ref()?;
        let text = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
        Some((text("iss")?, text("sub")?))
    }

    /// The ID token at hand is about the same person as before.
    pub(super) fn same_person(&self, before: &Before<'_>) -> Result<(), Rejection> {
        let Some((issuer, subject)) = self.person() else { return Ok(()) };
        let changed = |claim, expected: &str, found: String| Rejection::IdentityChanged {
            claim,
            expected: expected.to_owned(),
            found,
            clause: before.clause,
        };
        if issuer != before.issuer {
            return Err(changed("iss", before.issuer, issuer));
        }
        match before.subject {
            Some(expected) if subject != expected => Err(changed("sub", expected, subject)),
            Some(_) | None => Ok(()),
        }
    }
}

fn unverified(jwt: Option<Jwt>) -> Token {
    Token { claims: jwt.map(|jwt| jwt.claims), signature: Signature::Unchecked }
}

fn decoded(jwt: &Jwt) -> Decoded {
    Decoded { header: jwt.header.clone(), claims: jwt.claims.clone() }
}
