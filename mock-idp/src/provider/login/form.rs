//! What the login page's form says.

use serde_json::{Map, Value};

use super::claims::{ClaimsMistake, parse_claims};
use crate::config::Document;
use crate::protocol::Parameters;
use crate::provider::LoginClaims;

/// What is wrong with a login form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginProblem {
    /// No button and no name.
    #[error("no user is named")]
    Nobody,
    /// Claims that cannot be read.
    #[error(transparent)]
    Claims(#[from] ClaimsMistake),
}

/// The name of the text area for a document's claims.
pub const fn claims_field(document: Document) -> &'static str {
    match document {
        Document::IdToken => "claims.id_token",
        Document::AccessToken => "claims.access_token",
        Document::Userinfo => "claims.userinfo",
    }
}

/// Whether the person refuses.
pub(super) fn denies(form: &Parameters) -> bool {
    form.value("action") == Some("deny")
}

/// Who signs in, and with which claims for the occasion: `user` of the button that was pressed, or else `other_user`.
pub(super) fn choice(form: &Parameters) -> Result<(String, LoginClaims), LoginProblem> {
    let typed = || form.value("other_user").map(str::trim).filter(|name| !name.is_empty());
    let user = form.value("user").or_else(typed).ok_or(LoginProblem::Nobody)?;
    let claims = LoginClaims {
        id_token: typed_claims(form, Document::IdToken)?,
        access_token: typed_claims(form, Document::AccessToken)?,
        userinfo: typed_claims(form, Document::Userinfo)?,
    };
    Ok((user.to_owned(), claims))
}

fn typed_claims(form: &Parameters, document: Document) -> Result<Map<String, Value>, ClaimsMistake> {
    let field = claims_field(document);
    parse_claims(field, form.value(field).unwrap_or_default())
}
