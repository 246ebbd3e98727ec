//! The login page: who is asking, for what, and a button for each user.

use std::sync::LazyLock;

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};
use crate::config::Document;
use crate::fault::Fault;
use crate::provider::{ClaimsMistake, FAULT_FIELD, LoginPage, LoginProblem, claims_field};

/// The login page, whose form is sent to `action`.
pub(in crate::http) fn login(page: &LoginPage, action: &str) -> Page {
    let editors = editors(page);
    let view = View {
        page,
        action,
        nobody_named: page.problem == Some(LoginProblem::Nobody),
        editing: editors.iter().any(|editor| !editor.text.is_empty() || editor.mistake.is_some()),
        mistake: editors.iter().find_map(|editor| editor.mistake.clone()),
        fault_mistake: match &page.problem {
            Some(LoginProblem::Fault { message }) => Some(message),
            Some(LoginProblem::Claims(_) | LoginProblem::Nobody) | None => None,
        },
        fault_field: FAULT_FIELD,
        fault_names: &FAULT_NAMES,
        editors,
    };
    let mut policy = Policy::default().form_to_self().form_to(&page.redirect_uri);
    if let Some(logo) = &page.presentation.logo {
        policy = policy.image(logo);
    }
    templates::page("login.html", &view, &policy)
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    page: &'a LoginPage,
    action: &'a str,
    nobody_named: bool,
    editing: bool,
    mistake: Option<ShownMistake<'a>>,
    fault_mistake: Option<&'a str>,
    fault_field: &'static str,
    fault_names: &'static [String],
    editors: Vec<Editor<'a>>,
}

/// What a login can be given, up to the equals sign: with all values the list would be larger than the page.
static FAULT_NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let faults = Fault::all().filter(|fault| fault.target().is_of_a_login());
    let mut names: Vec<String> = faults.map(|fault| format!("{}=", fault.name())).collect();
    names.dedup();
    names
});

/// One field for claims.
#[derive(Serialize)]
struct Editor<'a> {
    name: &'static str,
    document: &'static str,
    text: &'a str,
    mistake: Option<ShownMistake<'a>>,
}

fn editors(page: &LoginPage) -> Vec<Editor<'_>> {
    let editor = |(document, text)| {
        let name = claims_field(document);
        Editor { name, document: title(document), text, mistake: shown_mistake(page, name, text) }
    };
    Document::ALL.into_iter().zip(page.claims.iter().map(String::as_str)).map(editor).collect()
}

/// What a document is called on pages.
pub(super) const fn title(document: Document) -> &'static str {
    match document {
        Document::IdToken => "ID token",
        Document::AccessToken => "Access token",
        Document::Userinfo => "UserInfo",
    }
}

fn shown_mistake<'a>(page: &'a LoginPage, field: &str, text: &str) -> Option<ShownMistake<'a>> {
    match &page.problem {
        Some(LoginProblem::Claims(mistake)) if mistake.field == field => {
            Some(ShownMistake::new(mistake, text))
        }
        Some(LoginProblem::Claims(_) | LoginProblem::Fault { .. } | LoginProblem::Nobody) | None => None,
    }
}

/// A mistake with the line it is in, taken apart around the character that is wrong.
#[derive(Clone, Serialize)]
struct ShownMistake<'a> {
    #[serde(flatten)]
    mistake: &'a ClaimsMistake,
    before: String,
    at: Option<char>,
    after: String,
}

/// How much of a long line is shown on either side of a mistake.
const CONTEXT_CHARS: usize = 40;

impl<'a> ShownMistake<'a> {
    fn new(mistake: &'a ClaimsMistake, text: &str) -> Self {
        let line = text.lines().nth(mistake.line.saturating_sub(1)).unwrap_or_default();
        let at = mistake.column.saturating_sub(1);
        Self {
            mistake,
            before: line.chars().take(at).skip(at.saturating_sub(CONTEXT_CHARS)).collect(),
            at: line.chars().nth(at),
            after: line.chars().skip(at + 1).take(CONTEXT_CHARS).collect(),
        }
    }
}
