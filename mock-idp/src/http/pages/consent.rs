//! The consent page: what an application would be told, and the buttons to allow it or not.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, login, templates};
use crate::provider::{ConsentPage, Released, ReleasedClaim};

/// The consent page, whose form is sent to `action`.
pub(in crate::http) fn consent(page: &ConsentPage, action: &str) -> Page {
    let view = View { page, action, released: page.released.iter().map(Part::of).collect() };
    let mut policy = Policy::default().form_to_self().form_to(&page.redirect_uri);
    if let Some(logo) = &page.presentation.logo {
        policy = policy.image(logo);
    }
    templates::page("consent.html", &view, &policy)
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    page: &'a ConsentPage,
    action: &'a str,
    released: Vec<Part<'a>>,
}

/// What one document tells.
#[derive(Serialize)]
struct Part<'a> {
    document: &'static str,
    title: &'static str,
    claims: &'a [ReleasedClaim],
}

impl<'a> Part<'a> {
    fn of(released: &'a Released) -> Self {
        let Released { document, claims } = released;
        Self { document: document.name(), title: login::title(*document), claims }
    }
}
