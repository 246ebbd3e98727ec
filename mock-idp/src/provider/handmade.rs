//! Tokens with any claim changed, those of the protocol included.

use serde_json::{Map, Value};

use super::protect::{Draft, Protection, Seal};
use super::{Endpoint, JournalEntry, OrderRefused, Provider, TokenKind, TokenOrder};
use crate::protocol::client::Clients as _;

/// Why a token could not be changed by hand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotChange {
    /// It could not be made in the first place.
    #[error(transparent)]
    Refused(#[from] OrderRefused),
    /// It is opaque, so it has no claims.
    #[error("access tokens for this client are opaque, so there are no claims to change")]
    Opaque,
    /// It could not be signed again.
    #[error("the changed token could not be signed")]
    Unsigned,
}

impl Provider {
    /// Makes a token as [`Provider::mint`] does, lays claims over it that stand whatever the provider would say (`exp` and
    /// `iss` too), and signs it again. The provider itself will not recognise a changed access token.
    ///
    /// # Errors
    /// The order cannot be met, or what it yields has no claims.
    pub fn mint_changed(
        &self,
        order: &TokenOrder,
        base: &str,
        changes: &Map<String, Value>,
    ) -> Result<String, CannotChange> {
        let (honest, said) = self.minted(order, base)?;
        if changes.is_empty() {
            return Ok(honest);
        }
        let mut said = said.filter(|said| !said.claims.is_empty()).ok_or(CannotChange::Opaque)?;
        said.claims.extend(changes.clone());
        let client = self.registrations.client(&order.client_id).ok_or(CannotChange::Unsigned)?;
        let protection = match order.kind {
            TokenKind::Id => self.id_token_protection(&client),
            TokenKind::Access => {
                let signer = self.key_signer(client.tokens.access_token_alg);
                signer.map(|signer| Protection { seal: Seal::Signed(signer), to: None })
            }
        };
        let protection = protection.map_err(|_| CannotChange::Unsigned)?;
        let typ = said.header.get("typ").and_then(Value::as_str).unwrap_or_default();
        let draft = Draft { kind: said.kind, typ, claims: said.claims };
        let mut unread = JournalEntry::new(Endpoint::Token, "", self.issuer(base), self.now());
        self.finished(draft, &protection, &mut unread).map_err(|_| CannotChange::Unsigned)
    }
}
