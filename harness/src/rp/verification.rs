//! What is found out about the tokens of an exchange: taken apart, verified, and compared with whom they were about before.

use std::sync::Arc;

use super::discovery::{Metadata, accepted_issuers};
use super::flaw::Flaw;
use super::id_token::Expected;
use super::jws::{self, Jwt, KeySet};
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::state::Decoded;
use super::weakness::Weakness;
use super::{access_token, gullible, id_token};
use crate::decision::{IdentityDocument, KeySource, Signature, Token};

/// What a new ID token must agree with.
pub(super) struct Before<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) clause: &'static str,
}

/// An ID token as it came in.
pub(super) struct Arrived<'t> {
    pub(super) id_token: &'t str,
    pub(super) access_token: Option<&'t str>,
    pub(super) code: Option<&'t str>,
    pub(super) front_channel: bool,
}

impl<'a> Exchange<'a> {
    pub(super) async fn verify_id_token(
        &mut self,
        arrived: &Arrived<'_>,
        nonce: Option<&str>,
        max_age: Option<i64>,
        metadata: &Arc<Metadata>,
    ) -> Result<(), Rejection> {
        let jwt = Jwt::decode(arrived.id_token).ok_or(Rejection::id_token(Flaw::Malformed))?;
        let believed = gullible::believes(&jwt, &self.rp.left_out);
        let verdict = if believed { Ok(()) } else { self.signature(&jwt).await? };
        self.documents.id_token = Some(self.token(&jwt, &verdict));
        let expected = Expected {
            believed,
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
    pub(super) fn take_in(&mut self) {
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
    pub(super) async fn identify(&mut self, metadata: &Arc<Metadata>) -> Result<(), Rejection> {
        if self.profile.identity != IdentityDocument::AccessToken {
            return Ok(());
        }
        let Some(jwt) = self.tokens.access_token.as_deref().and_then(Jwt::decode) else { return Ok(()) };
        let verdict = self.signature(&jwt).await?;
        self.documents.access_token = Some(self.token(&jwt, &verdict));
        let expected = self.expected(metadata);
        access_token::validate(&jwt, verdict, &expected, self.now).map_err(Rejection::access_token)
    }

    /// What is known of a signature. An unknown key leads to one more look at the provider's keys (X-R4).
    async fn signature(&self, jwt: &Jwt) -> Result<Result<(), Flaw>, Rejection> {
        if self.profile.keys == KeySource::NotChecked {
            return Ok(Ok(()));
        }
        if self.rp.skips(Weakness::SkipsSignature) {
            return Ok(Ok(()));
        }
        let of_any_kind = self.rp.skips(Weakness::AcceptsAnyAlgorithm);
        if let Err(flaw) = id_token::algorithm(jwt, (!of_any_kind).then_some(&self.profile.algorithms)) {
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
            left_out: self.rp.left_out.clone(),
            ..Expected::default()
        }
    }

    /// `iss` and `sub` of the ID token at hand.
    pub(super) fn person(&self) -> Option<(String, String)> {
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
