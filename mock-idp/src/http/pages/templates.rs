//! The templates, embedded. Every value that goes into one is escaped, except our own style sheet and scripts.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, UndefinedBehavior};
use serde::Serialize;

use super::Page;
use super::policy::Policy;

/// The one style sheet, inlined into every page.
pub(super) const STYLE: &str = include_str!("templates/style.css");

/// Draws a page from its template and what the template asks for.
pub(super) fn page(template: &str, view: &impl Serialize, policy: &Policy) -> Page {
    let drawn = match &*TEMPLATES {
        Ok(templates) => templates.get_template(template).and_then(|template| template.render(Serde(view))),
        Err(error) => return undrawn(error),
    };
    match drawn {
        Ok(body) => {
            Page { body, content_security_policy: policy.render(), may_be_framed: policy.may_be_framed() }
        }
        Err(error) => undrawn(&error),
    }
}

static TEMPLATES: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_global("style", STYLE);
    for (name, source) in SOURCES {
        templates.add_template(name, source)?;
    }
    Ok(templates)
});

/// The names end in `.html`, which is what turns escaping on.
const SOURCES: [(&str, &str); 14] = [
    ("base.html", include_str!("templates/base.html")),
    ("fields.html", include_str!("templates/fields.html")),
    ("check_session.html", include_str!("templates/check_session.html")),
    ("client_pages.html", include_str!("templates/client_pages.html")),
    ("consent.html", include_str!("templates/consent.html")),
    ("login.html", include_str!("templates/login.html")),
    ("device_code.html", include_str!("templates/device_code.html")),
    ("device.html", include_str!("templates/device.html")),
    ("device_answered.html", include_str!("templates/device_answered.html")),
    ("error.html", include_str!("templates/error.html")),
    ("confirm_logout.html", include_str!("templates/confirm_logout.html")),
    ("signed_out.html", include_str!("templates/signed_out.html")),
    ("still_signed_in.html", include_str!("templates/still_signed_in.html")),
    ("form_post.html", include_str!("templates/form_post.html")),
];

/// What is left to say when a template is broken, which the tests rule out.
fn undrawn(error: &Error) -> Page {
    let reason = minijinja::HtmlEscape(&error.to_string()).to_string();
    Page {
        body: format!(
            "<!doctype html><html lang=\"en\"><title>test provider</title><p>This page could not be drawn: {reason}"
        ),
        content_security_policy: Policy::default().render(),
        may_be_framed: false,
    }
}
