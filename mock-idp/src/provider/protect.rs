//! Documents for a client under the signature and in the encryption that it is registered for: "signed then encrypted"
//! (OIDCC-2, OIDCC-5.3.2).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::faults::Making;
use super::ports::key_seed;
use super::{IssuedToken, JournalEntry, Provider};
use crate::fault::{Faults, FaultyToken, Honest, Target, Unmade};
use crate::protocol::client::Client;
use crate::protocol::keys::jwe::{Encryption, KeyManagement, NESTED, Recipient};
use crate::protocol::keys::jws::{self, Signer};
use crate::protocol::keys::{Algorithm, NoRecipient, Signature};

/// Why a document could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// HS* without a secret.
    #[error("`{client_id}` is registered for {algorithm} and has no secret")]
    NoSecret {
        /// The client.
        client_id: String,
        /// What it is registered for.
        algorithm: Algorithm,
    },
    /// No such key.
    #[error("there is no key for {0}")]
    NoKey(Algorithm),
    /// The library refused.
    #[error("{0} could not sign")]
    Failed(Algorithm),
    /// The claims could not be written down.
    #[error("the claims cannot be written down")]
    Unwritable,
    /// The client has no key to encrypt to.
    #[error("`{client_id}` is registered for encryption: {why}")]
    NoRecipient {
        /// The client.
        client_id: String,
        /// What is wrong with its keys.
        why: NoRecipient,
    },
    /// The library refused.
    #[error("{0} could not encrypt")]
    Unencrypted(KeyManagement),
    /// A fault that stands cannot be performed.
    #[error(transparent)]
    Faulty(#[from] Unmade),
}

/// What a document is put under.
#[derive(Clone, Debug)]
pub(super) enum Seal {
    /// A signature.
    Signed(Signer),
    /// The form of a signed document, with nothing in the signature's place.
    Unsigned,
    /// Nothing: the claims themselves are encrypted.
    Bare,
}

/// How a document for one client is protected; found out before the document is made.
#[derive(Clone, Debug)]
pub(super) struct Protection {
    pub(super) seal: Seal,
    pub(super) to: Option<Recipient>,
}

/// What a document says, and what it is.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    /// The name in the journal.
    pub(super) kind: &'static str,
    pub(super) typ: &'a str,
    pub(super) claims: Map<String, Value>,
    /// For whom.
    pub(super) making: Making<'a>,
}

impl Seal {
    /// The signature's algorithm.
    pub(super) const fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::Signed(signer) => Some(signer.algorithm()),
            Self::Unsigned | Self::Bare => None,
        }
    }

    pub(super) fn header(&self, typ: &str) -> Map<String, Value> {
        match self {
            Self::Signed(signer) => signer.header(typ),
            Self::Unsigned => [("alg", Signature::Unsigned.as_str()), ("typ", typ)]
                .map(|(name, value)| (name.to_owned(), value.into()))
                .into_iter()
                .collect(),
            Self::Bare => Map::new(),
        }
    }

    fn put_on(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> Result<String, Unsignable> {
        match self {
            Self::Signed(signer) => {
                jws::sign(header, claims, signer).map_err(|_| Unsignable::Failed(signer.algorithm()))
            }
            Self::Unsigned => jws::unsecured(header, claims).map_err(|_| Unsignable::Unwritable),
            Self::Bare => serde_json::to_string(claims).map_err(|_| Unsignable::Unwritable),
        }
    }

    /// What a recipient finds inside: a JWT, or the claims themselves, of which nothing is said (RFC7519-5.2).
    const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::Signed(_) | Self::Unsigned => Some(NESTED),
            Self::Bare => None,
        }
    }
}

impl Provider {
    /// The faults that fire in a document. UserInfo is one with its answer, whose faults at the edge are these too.
    fn faults_of(&self, kind: &str, entry: &mut JournalEntry) -> Faults {
        let Some(target) = target(kind) else { return Faults::default() };
        let faults = self.due(target, entry);
        if target == Target::Userinfo {
            entry.due = Some(faults.clone());
        }
        faults
    }

    /// A document under its seal, faults included.
    pub(super) fn sealed(
        &self,
        seal: &Seal,
        header: Map<String, Value>,
        mut claims: Map<String, Value>,
        (faults, making): (&Faults, &Making<'_>),
    ) -> Result<FaultyToken, Unsignable> {
        for target in faults.targets() {
            if let Seal::Signed(signer) = seal {
                let honest = Honest { header: &header, claims: &claims, signer };
                if let Some(faulty) = self.in_context(making, |at| faults.jwt(target, &honest, at))? {
                    return Ok(faulty);
                }
            } else {
                self.in_context(making, |at| faults.json(target, &mut claims, at));
            }
        }
        let token = seal.put_on(&header, &claims)?;
        Ok(FaultyToken { token, header, claims })
    }

    /// How ID tokens for a client are protected.
    pub(super) fn id_token_protection(&self, client: &Client) -> Result<Protection, Unsignable> {
        let seal = match client.tokens.id_token_alg {
            None => Seal::Signed(self.key_signer(None)?),
            Some(signature) => self.seal(client, signature)?,
        };
        Ok(Protection { seal, to: recipient(client, client.tokens.id_token_encryption)? })
    }

    /// How UserInfo responses for a client are protected, if they are more than JSON.
    pub(super) fn userinfo_protection(&self, client: &Client) -> Result<Option<Protection>, Unsignable> {
        let to = recipient(client, client.tokens.userinfo_encryption)?;
        let seal = match client.tokens.userinfo_alg {
            None if to.is_none() => return Ok(None),
            None => Seal::Bare,
            Some(signature) => self.seal(client, signature)?,
        };
        Ok(Some(Protection { seal, to }))
    }

    fn seal(&self, client: &Client, signature: Signature) -> Result<Seal, Unsignable> {
        let Some(algorithm) = signature.algorithm() else { return Ok(Seal::Unsigned) };
        if !algorithm.is_symmetric() {
            return self.key_signer(Some(algorithm)).map(Seal::Signed);
        }
        match client.secret() {
            Some(secret) => Ok(Seal::Signed(Signer::Secret { algorithm, secret: Arc::clone(secret) })),
            None => Err(Unsignable::NoSecret { client_id: client.id.clone(), algorithm }),
        }
    }

    /// A key of the provider. An access token is for others than the client, so its secret cannot sign one.
    pub(super) fn key_signer(&self, algorithm: Option<Algorithm>) -> Result<Signer, Unsignable> {
        let keys = self.keys();
        let key = keys.signing(algorithm.filter(|algorithm| !algorithm.is_symmetric()));
        key.cloned().map(Signer::Key).ok_or_else(|| Unsignable::NoKey(algorithm.unwrap_or_default()))
    }

    /// The finished document. The journal has its claims as they are, not as they travel; with faults, as the client will
    /// find them.
    pub(super) fn finished(
        &self,
        draft: Draft<'_>,
        protection: &Protection,
        entry: &mut JournalEntry,
    ) -> Result<String, Unsignable> {
        let Draft { kind, typ, claims, making } = draft;
        let honest = protection.seal.header(typ);
        let faults = self.faults_of(kind, entry);
        let FaultyToken { token: sealed, header, claims } =
            self.sealed(&protection.seal, honest, claims, (&faults, &making))?;
        self.was_given(making.client_id, kind, &sealed);
        let (document, encryption) = match &protection.to {
            None => (sealed, Map::new()),
            Some(recipient) => {
                let content_type = protection.seal.content_type();
                let seed = key_seed(self.ports.entropy.as_ref());
                let encrypted = recipient.encrypt(sealed.as_bytes(), content_type, seed);
                let encrypted = encrypted.map_err(|_| Unsignable::Unencrypted(recipient.alg()))?;
                (encrypted.compact, encrypted.header)
            }
        };
        entry.tokens.push(IssuedToken::told(kind, (header, encryption), claims));
        Ok(document)
    }
}

/// What a document is to the catalogue of faults.
fn target(kind: &str) -> Option<Target> {
    let targets = [Target::IdToken, Target::AccessToken, Target::Userinfo, Target::LogoutToken];
    targets.into_iter().find(|target| target.name() == kind)
}

/// The key that a client receives with, where it is registered for encryption.
fn recipient(client: &Client, encryption: Option<Encryption>) -> Result<Option<Recipient>, Unsignable> {
    let found = encryption.map(|encryption| client.keys.recipient(encryption)).transpose();
    found.map_err(|why| Unsignable::NoRecipient { client_id: client.id.clone(), why })
}
