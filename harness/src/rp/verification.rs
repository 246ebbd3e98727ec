//! What is found out about the tokens of an exchange: taken apart, verified, and compared with whom they were about before.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::discovery::{Metadata, accepted_issuers};
use super::flaw::Flaw;
use super::id_token::Expected;
use super::jws::{self, Jwt, KeySet};
use super::rejection::Rejection;
use super::sign_in::Exchange;
use super::state::Decoded;
use super::weakness::Weakness;
use super::{access_token, id_token};
use crate::decision::{Algorithm, IdentityDocument, KeySource, Signature, Token};

/// Claims about the person and their login, as far as they have a standard meaning (OIDCC-2, OIDCC-5.1).
const IN_BOTH: &[&str] = &[
    "auth_time",
    "acr",
    "amr",
    "sid",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "picture",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
];

/// What a new ID token must agree with.
pub(super) struct Before<'a> {
    /// The earlier ID token.
    pub(super) id_token: Option<&'a Token>,
    pub(super) issuer: &'a str,
    pub(super) subject: Option<&'a str>,
    pub(super) clause: &'static str,
}

/// What speaks for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vouched {
    /// Its signature.
    BySignature,
    /// The connection, where unsigned tokens were agreed, or a weakness of the relying party's.
    Otherwise,
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
        let Some(jwt) = Jwt::read(arrived.id_token, &self.rp.left_out) else {
            let does_without = self.rp.skips(Weakness::BelievesUserinfo);
            return does_without.then_some(()).ok_or(Rejection::id_token(Flaw::Malformed));
        };
        let verdict = if self.may_be_unsigned(&jwt, arrived) {
            Ok(Vouched::Otherwise)
        } else {
            self.signature(&jwt, &self.profile.algorithms).await?
        };
        let believed = verdict == Ok(Vouched::Otherwise);
        let verdict = verdict.map(drop);
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
            let jwt = Jwt::read(id_token, &self.rp.left_out);
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
        let verdict = self.signature(&jwt, &self.profile.algorithms).await?.map(drop);
        self.documents.access_token = Some(self.token(&jwt, &verdict));
        let expected = self.expected(metadata);
        access_token::validate(&jwt, verdict, &expected, self.now).map_err(Rejection::access_token)
    }

    /// OIDCR-2, `id_token_signed_response_alg`: "The value none MUST NOT be used as the ID Token alg value unless the Client
    /// uses only Response Types that return no ID Token from the Authorization Endpoint". Where that was agreed, the
    /// connection vouches for the token (OIDCC-3.1.3.7-6).
    fn may_be_unsigned(&self, jwt: &Jwt, arrived: &Arrived<'_>) -> bool {
        let agreed = self.profile.algorithms.iter().any(|algorithm| algorithm.0 == "none");
        let unsigned = jwt.header_text("alg") == Some("none") && jwt.signature.is_empty();
        agreed && unsigned && !arrived.front_channel
    }

    /// What is known of a signature, or what a relying party with a weakness makes of it.
    pub(super) async fn signature(
        &self,
        jwt: &Jwt,
        algorithms: &[Algorithm],
    ) -> Result<Result<Vouched, Flaw>, Rejection> {
        if self.profile.keys == KeySource::NotChecked {
            return Ok(Ok(Vouched::BySignature));
        }
        // first, because whoever goes where a header says goes there however good the signature is
        let fetched = self.rp.what_the_header_points_to(jwt).await;
        match self.verified_signature(jwt, algorithms).await {
            Ok(Ok(())) => Ok(Ok(Vouched::BySignature)),
            _ if self.rp.skips(Weakness::SkipsSignature) => Ok(Ok(Vouched::BySignature)),
            _ if self.rp.believes((self.provider, self.profile), jwt, &fetched).await => {
                Ok(Ok(Vouched::Otherwise))
            }
            Ok(Err(flaw)) => Ok(Err(flaw)),
            Err(rejection) => Err(rejection),
        }
    }

    /// What is known of a signature. An unknown key leads to one more look at the provider's keys (X-R4).
    async fn verified_signature(
        &self,
        jwt: &Jwt,
        algorithms: &[Algorithm],
    ) -> Result<Result<(), Flaw>, Rejection> {
        if let Err(flaw) = id_token::algorithm(jwt, Some(algorithms)) {
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
                let keys = self.rp.renewed_keys(self.provider, self.profile).await?;
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
            acr: &self.profile.abilities.acr,
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

    /// OIDCC-12.2 of a refreshed ID token, after `iss` and `sub`: its `auth_time` "MUST represent the time of the original
    /// authentication", its `azp` "MUST be the same as in the ID Token issued when the original authentication occurred",
    /// and its `iat` "MUST represent the time that the new ID Token is issued".
    pub(super) fn same_login(&self, before: &Before<'_>) -> Result<(), Rejection> {
        let earlier = before.id_token.and_then(|token| token.claims.as_ref());
        let new = self.documents.id_token.as_ref().and_then(|token| token.claims.as_ref());
        let (Some(earlier), Some(new)) = (earlier, new) else { return Ok(()) };
        let shown = |value: Option<&Value>| value.map_or_else(|| "none".to_owned(), Value::to_string);
        let changed = |claim| Rejection::IdentityChanged {
            claim,
            expected: shown(earlier.get(claim)),
            found: shown(new.get(claim)),
            clause: before.clause,
        };
        let kept = |claim: &str| new.get(claim).is_none() || new.get(claim) == earlier.get(claim);
        if let Some(claim) = ["auth_time", "azp"].into_iter().find(|claim| !kept(claim)) {
            return Err(changed(claim));
        }
        let issued = |claims: &Map<String, Value>| claims.get("iat").and_then(Value::as_i64);
        if issued(new) < issued(earlier) { Err(changed("iat")) } else { Ok(()) }
    }

    /// OIDCC-3.3.3.6: "all Claims about the Authentication event present in either SHOULD be present in both", and claims
    /// about the person that stand in both ID tokens say the same.
    pub(super) fn same_claims(&self, first: Option<&Token>) -> Result<(), Rejection> {
        let of = |token: Option<&Token>, name: &str| token?.claims.as_ref()?.get(name).cloned();
        let second = self.documents.id_token.as_ref();
        let differs =
            |name: &&&str| of(first, name).zip(of(second, name)).is_some_and(|(one, other)| one != other);
        let Some(claim) = IN_BOTH.iter().find(differs) else { return Ok(()) };
        let shown = |token| of(token, claim).map(|value| value.to_string()).unwrap_or_default();
        Err(Rejection::IdentityChanged {
            claim,
            expected: shown(first),
            found: shown(second),
            clause: "OIDCC-3.3.3.6",
        })
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
