//! What the provider publishes about itself.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use serde_json::Value;

use super::{Call, Endpoint, JournalEntry, Provider};
use crate::protocol::discovery::{CertificateEndpoints, Endpoints, ProviderMetadata, RequestMetadata};
use crate::protocol::keys::{Algorithm, Signature};
use crate::protocol::subject::SubjectType;

/// The names of the endpoints below the issuer. `http` routes by the same names.
pub mod path {
    /// The authorization endpoint.
    pub const AUTHORIZATION: &str = "/authorize";
    /// Where the login page's form goes.
    pub const LOGIN: &str = "/login";
    /// Where the consent page's form goes.
    pub const CONSENT: &str = "/consent";
    /// The token endpoint.
    pub const TOKEN: &str = "/token";
    /// The UserInfo endpoint.
    pub const USERINFO: &str = "/userinfo";
    /// The JWK set.
    pub const JWKS: &str = "/jwks";
    /// The introspection endpoint.
    pub const INTROSPECTION: &str = "/introspect";
    /// The revocation endpoint.
    pub const REVOCATION: &str = "/revoke";
    /// The end-session endpoint.
    pub const END_SESSION: &str = "/logout";
    /// The device authorization endpoint.
    pub const DEVICE_AUTHORIZATION: &str = "/device_authorization";
    /// Where a person says which device may sign in.
    pub const DEVICE: &str = "/device";
    /// The pushed authorization request endpoint.
    pub const PUSHED: &str = "/par";
    /// The page of the `check_session_iframe`.
    pub const CHECK_SESSION: &str = "/check_session";
    /// The claims provider: an issuer below this one.
    pub const CLAIMS_PROVIDER: &str = "/claims_provider";
    /// Below the claims provider, where distributed claims are fetched.
    pub const CLAIMS: &str = "/claims";
    /// The registration endpoint, and with a `client_id` in the query the client configuration endpoint.
    pub const REGISTRATION: &str = "/register";
}

/// For how many addresses a mismatch is told once.
const REPORTED: usize = 64;

impl Provider {
    /// The discovery document (OIDCD-4.2), which is RFC 8414 metadata as well.
    pub fn discovery(&self, call: &Call, endpoint: Endpoint) -> Value {
        let mut entry = self.entry(endpoint, call);
        self.note_other_address(call, &mut entry);
        self.note_missing_rs256(&mut entry);
        self.record(call, entry);
        self.metadata(&call.base).document(&self.settings.discovery)
    }

    /// The JWK set.
    pub fn jwks(&self, call: &Call) -> Value {
        self.record(call, self.entry(Endpoint::Jwks, call));
        self.published_keys()
    }

    /// Notes that somebody loads the page of the `check_session_iframe`, which is the same for everybody.
    pub fn check_session(&self, call: &Call) {
        self.record(call, self.entry(Endpoint::CheckSession, call));
    }

    /// The JWK set, without a trace in the journal.
    pub fn published_keys(&self) -> Value {
        self.keys().published(self.now())
    }

    fn metadata(&self, base: &str) -> ProviderMetadata {
        let issuer = self.issuer(base);
        let below = issuer.trim_end_matches('/');
        let at = |path: &str| format!("{below}{path}");
        let mut claims = self.users.claim_names();
        if !self.settings.acr_values.is_empty() && claims.iter().all(|claim| claim != "acr") {
            claims.push("acr".to_owned());
        }
        ProviderMetadata {
            endpoints: Endpoints {
                authorization: at(path::AUTHORIZATION),
                token: at(path::TOKEN),
                userinfo: at(path::USERINFO),
                jwks: at(path::JWKS),
                introspection: at(path::INTROSPECTION),
                revocation: at(path::REVOCATION),
                device_authorization: at(path::DEVICE_AUTHORIZATION),
                end_session: at(path::END_SESSION),
                pushed: self.takes_pushed_requests().then(|| at(path::PUSHED)),
                check_session: at(path::CHECK_SESSION),
                registration: self.settings.registration.then(|| at(path::REGISTRATION)),
            },
            certificate_endpoints: self.certificate_endpoints(&issuer),
            issuer,
            subject_types: if self.settings.pairwise {
                SubjectType::ALL.into()
            } else {
                vec![SubjectType::Public]
            },
            id_token_signatures: self.signatures(&self.settings.id_token_signatures),
            userinfo_signatures: self.signatures(&self.settings.userinfo_signatures),
            requests: self.request_metadata(),
            scopes: self.settings.scopes.clone(),
            acr_values: self.settings.acr_values.clone(),
            claim_types: self.settings.claim_sources.claim_types(),
            claims,
        }
    }

    fn request_metadata(&self) -> RequestMetadata {
        let requests = &self.settings.requests;
        RequestMetadata {
            objects: requests.objects,
            by_reference: requests.by_reference,
            only_registered_uris: requests.by_reference && self.settings.only_registered_request_uris(),
            pushing: self.pushing(),
        }
    }

    /// The endpoints below the issuer, at the port where clients are asked for certificates.
    fn certificate_endpoints(&self, issuer: &str) -> Option<CertificateEndpoints> {
        let mut there = url::Url::parse(issuer).ok()?;
        there.set_port(Some(self.ports.certificate_port?)).ok()?;
        let below = there.as_str().trim_end_matches('/');
        let at = |path: &str| format!("{below}{path}");
        Some(CertificateEndpoints {
            token: at(path::TOKEN),
            userinfo: at(path::USERINFO),
            introspection: at(path::INTROSPECTION),
            revocation: at(path::REVOCATION),
            device_authorization: at(path::DEVICE_AUTHORIZATION),
            pushed: self.takes_pushed_requests().then(|| at(path::PUSHED)),
        })
    }

    /// The algorithms that documents can be signed with where configured clients ask for these signatures: those of the keys,
    /// those that such a client has its secret for, and where clients register themselves, every one that a secret will do
    /// for.
    pub(super) fn algorithms(&self, asked_for: &BTreeSet<Signature>) -> Vec<Algorithm> {
        let mut algorithms = Vec::new();
        let configured = asked_for.iter().filter_map(|signature| signature.algorithm());
        let registrable = Algorithm::ALL.into_iter().filter(|_| self.settings.registration);
        let secrets = configured.chain(registrable).filter(|algorithm| algorithm.is_symmetric());
        for algorithm in self.keys().algorithms().iter().copied().chain(secrets) {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        algorithms
    }

    /// The same, and `none` where somebody can have it.
    fn signatures(&self, asked_for: &BTreeSet<Signature>) -> Vec<Signature> {
        let unsigned = self.settings.registration || asked_for.contains(&Signature::Unsigned);
        let signed = self.algorithms(asked_for).into_iter().map(Signature::Signed);
        signed.chain(unsigned.then_some(Signature::Unsigned)).collect()
    }

    /// "The algorithm `RS256` MUST be included" (OIDCD-3, of `id_token_signing_alg_values_supported`), but only what the keys
    /// can do is said: with other keys alone there is no RS256 to be had, and clients that insist on it are told so here.
    fn note_missing_rs256(&self, entry: &mut JournalEntry) {
        if self.algorithms(&self.settings.id_token_signatures).contains(&Algorithm::RS256) {
            return;
        }
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert(Algorithm::RS256.as_str().to_owned()) {
            entry.notes.push(
                "the discovery document offers no RS256, which every client may rely on (OIDCD-3): none of the configured \
                 keys is for it; add `{alg: RS256}` to `signing`"
                    .to_owned(),
            );
        }
    }

    /// "The issuer value returned MUST be identical to the Issuer URL that was used as the prefix" (OIDCD-4.3): clients
    /// that fetched the document at another address will refuse it, and this is where somebody can be told why.
    fn note_other_address(&self, call: &Call, entry: &mut JournalEntry) {
        let issuer = self.issuer(&call.base);
        let reached = url::Url::parse(&issuer).map(|url| url.origin().ascii_serialization());
        if reached.is_ok_and(|origin| origin == call.base) {
            return;
        }
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.len() < REPORTED && reported.insert(call.base.clone()) {
            entry.notes.push(format!(
                "the discovery document was fetched at `{}` and names the issuer `{issuer}`: clients compare the two \
                 and refuse (OIDCD-4.3); configure them with the issuer, or start the provider with another --issuer",
                call.base
            ));
        }
    }
}
