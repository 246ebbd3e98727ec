//! The login page: who is asking, for what, and a button for each user.

use serde::Serialize;

use super::gist::gist;
use super::policy::Policy;
use super::{ClaimsMistake, Page, templates};
use crate::config::UserConfig;

/// What the login page shows and sends.
#[derive(Clone, Debug)]
pub struct LoginPage<'a> {
    /// The issuer that people sign in at.
    pub issuer: &'a str,
    /// Who is asking.
    pub client: Client<'a>,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// What is asked for.
    pub scopes: &'a [String],
    /// `response_type`, as received.
    pub response_type: &'a str,
    /// The PKCE method, if there is a challenge.
    pub pkce: Option<&'a str>,
    /// Remarks on the request, each a short sentence without a full stop.
    pub notes: &'a [String],
    /// The users to choose from.
    pub users: &'a [UserButton],
    /// Where the form is sent.
    pub action: &'a str,
    /// The authorization request as received, to be sent along. Parameters that have the name of a control on the page
    /// are left out, since the control's value counts.
    pub fields: &'a [(String, String)],
    /// What stands in the field for a user who is not in the list.
    pub other_user: &'a str,
    /// What stands in the fields for claims.
    pub claims: &'a EditedClaims,
    /// Why the form is shown again.
    pub error: Option<LoginError>,
}

/// The client that asks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Client<'a> {
    /// Its `client_id`.
    pub id: &'a str,
    /// The name that people know, or the id once more.
    pub name: &'a str,
}

/// One user to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserButton {
    /// The value that the button sends: the name under which the user is configured.
    pub user: String,
    /// The name that people know.
    pub name: String,
    /// The subject identifier.
    pub sub: String,
    /// The claims that make the difference, in one line.
    pub gist: String,
}

impl UserButton {
    /// The button of a configured user.
    pub fn new(user: &str, config: &UserConfig) -> Self {
        let name =
            config.claims.get("name").and_then(|name| name.as_str()).filter(|name| !name.trim().is_empty());
        Self {
            user: user.to_owned(),
            name: name.unwrap_or(user).to_owned(),
            sub: config.sub.as_deref().unwrap_or(user).to_owned(),
            gist: gist(config),
        }
    }
}

/// Claims for this login only, as typed: JSON, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditedClaims {
    /// Laid over the claims in the ID token.
    pub id_token: String,
    /// Laid over the claims in the access token.
    pub access_token: String,
    /// Laid over the claims in the UserInfo response.
    pub userinfo: String,
}

/// Why a login form came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Claims that cannot be read.
    #[error(transparent)]
    Claims(#[from] ClaimsMistake),
    /// The field for another user was sent empty.
    #[error("no user is named")]
    NobodyNamed,
}

/// The login page.
///
/// The request travels in hidden fields, so that there is no state to lose when the page is left open overnight.
pub fn login(page: &LoginPage<'_>) -> Page {
    let editors = editors(page);
    let view = View {
        issuer: page.issuer,
        client: page.client,
        redirect_uri: page.redirect_uri,
        scopes: page.scopes,
        response_type: page.response_type,
        pkce: page.pkce,
        notes: page.notes,
        users: page.users,
        action: page.action,
        fields: page.fields.iter().filter(|(name, _)| !is_control(name)).collect(),
        other_user: page.other_user,
        nobody_named: page.error == Some(LoginError::NobodyNamed),
        editing: editors.iter().any(|editor| !editor.text.is_empty() || editor.mistake.is_some()),
        mistake: editors.iter().find_map(|editor| editor.mistake.clone()),
        editors,
    };
    templates::page("login.html", &view, &Policy::default().form_to_self().form_to(page.redirect_uri))
}

fn editors<'a>(page: &'a LoginPage<'_>) -> [Editor<'a>; 3] {
    let claims = page.claims;
    [
        ("claims.id_token", "ID token", &claims.id_token),
        ("claims.access_token", "Access token", &claims.access_token),
        ("claims.userinfo", "UserInfo", &claims.userinfo),
    ]
    .map(|(name, document, text)| Editor {
        name,
        document,
        text,
        mistake: shown_mistake(page, name, text),
    })
}

fn shown_mistake(page: &LoginPage<'_>, field: &str, text: &str) -> Option<ShownMistake> {
    match &page.error {
        Some(LoginError::Claims(mistake)) if mistake.field == field => Some(ShownMistake::new(mistake, text)),
        Some(LoginError::Claims(_) | LoginError::NobodyNamed) | None => None,
    }
}

fn is_control(name: &str) -> bool {
    matches!(
        name,
        "user" | "other_user" | "action" | "claims.id_token" | "claims.access_token" | "claims.userinfo"
    )
}

#[derive(Serialize)]
struct View<'a> {
    issuer: &'a str,
    client: Client<'a>,
    redirect_uri: &'a str,
    scopes: &'a [String],
    response_type: &'a str,
    pkce: Option<&'a str>,
    notes: &'a [String],
    users: &'a [UserButton],
    action: &'a str,
    fields: Vec<&'a (String, String)>,
    other_user: &'a str,
    nobody_named: bool,
    editing: bool,
    mistake: Option<ShownMistake>,
    editors: [Editor<'a>; 3],
}

/// One field for claims.
#[derive(Serialize)]
struct Editor<'a> {
    name: &'static str,
    document: &'static str,
    text: &'a str,
    mistake: Option<ShownMistake>,
}

/// A mistake with the line it is in, taken apart around the character that is wrong.
#[derive(Clone, Serialize)]
struct ShownMistake {
    field: String,
    line: usize,
    column: usize,
    message: String,
    before: String,
    at: Option<char>,
    after: String,
}

/// How much of a long line is shown on either side of a mistake.
const CONTEXT_CHARS: usize = 40;

impl ShownMistake {
    fn new(mistake: &ClaimsMistake, text: &str) -> Self {
        let line = text.lines().nth(mistake.line.saturating_sub(1)).unwrap_or_default();
        let at = mistake.column.saturating_sub(1);
        Self {
            field: mistake.field.clone(),
            line: mistake.line,
            column: mistake.column,
            message: mistake.message.clone(),
            before: line.chars().take(at).skip(at.saturating_sub(CONTEXT_CHARS)).collect(),
            at: line.chars().nth(at),
            after: line.chars().skip(at + 1).take(CONTEXT_CHARS).collect(),
        }
    }
}
