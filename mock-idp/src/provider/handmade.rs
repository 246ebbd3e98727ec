//! Tokens with any claim changed, those of the protocol included.

use serde_json::{Map, Value};

use super::{OrderRefused, Provider, TokenKind, TokenOrder};
use crate::protocol::client::Clients as _;
use crate::protocol::keys::jws;

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
        let honest = self.mint(order, base)?;
        if changes.is_empty() {
            return Ok(honest);
        }
        let mut token = jws::decode(&honest).map_err(|_| CannotChange::Opaque)?;
        token.claims.extend(changes.clone());
        let client = self.registrations.client(&order.client_id).ok_or(CannotChange::Unsigned)?;
        let signer = match order.kind {
            TokenKind::Id => self.signer(&client),
            TokenKind::Access => self.key_signer(client.tokens.access_token_alg),
        };
        let signer = signer.map_err(|_| CannotChange::Unsigned)?;
        jws::sign(&token.header, &token.claims, &signer).map_err(|_| CannotChange::Unsigned)
    }
}
