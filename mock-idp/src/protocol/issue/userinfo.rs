//! The UserInfo response as a JWT (OIDCC-5.3.2).

use serde_json::{Map, Value};

use super::id_token::laid_under;

/// "If signed, the UserInfo Response MUST contain the Claims `iss` (issuer) and `aud` (audience) as members. The `iss` value
/// MUST be the OP's Issuer Identifier URL. The `aud` value MUST be or include the RP's Client ID value." (OIDCC-5.3.2)
pub fn signed_userinfo(person: Map<String, Value>, issuer: &str, client_id: &str) -> Map<String, Value> {
    laid_under(person, [("iss", Some(issuer.into())), ("aud", Some(client_id.into()))])
}
