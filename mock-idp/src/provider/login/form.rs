//! What the login page's form says.

use serde_json::{Map, Value};

use super::claims::{ClaimsMistake, parse_claims};
use crate::config::Document;
use crate::fault::{Fault, Faults, UnknownFault};
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
    /// A fault that there is not, or that no login can have.
    #[error("{message}")]
    Fault {
        /// What is wrong with it, and what to write instead.
        message: String,
    },
}

/// The name of the field for faults.
pub const FAULT_FIELD: &str = "fault";

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

/// The faults that were chosen for this login, separated by spaces or commas.
pub(in crate::provider) fn faults(form: &Parameters) -> Result<Faults, LoginProblem> {
    let text = form.value(FAULT_FIELD).unwrap_or_default();
    let words = text.split([' ', ',', '\t', '\r', '\n']).filter(|word| !word.is_empty());
    words.map(fault).collect()
}

fn fault(text: &str) -> Result<Fault, LoginProblem> {
    let fault: Fault = text.parse().map_err(|unknown: UnknownFault| LoginProblem::Fault {
        message: format!("{unknown}; {}", unknown.help()),
    })?;
    if fault.target().is_of_a_login() {
        return Ok(fault);
    }
    let message = format!("`{fault}` is not about one login: let it stand with `--fault {fault}` instead");
    Err(LoginProblem::Fault { message })
}

fn typed_claims(form: &Parameters, document: Document) -> Result<Map<String, Value>, ClaimsMistake> {
    let field = claims_field(document);
    parse_claims(field, form.value(field).unwrap_or_default())
}
