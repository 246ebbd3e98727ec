//! The templates. Whatever comes from a request or a configuration is inserted as text.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, Error, Value};

/// The style of every page.
pub(super) const STYLE: &str = include_str!("templates/style.css");

/// What sends a form on its way at once. The form has a button for browsers without scripts.
pub(super) const AUTO_SUBMIT: &str = "document.forms[0].submit()";

/// A page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Page {
    ConfirmLogout,
    Error,
    FormPost,
    LoggedOut,
    Login,
}

impl Page {
    const fn name(self) -> &'static str {
        match self {
            Self::ConfirmLogout => "confirm_logout.html",
            Self::Error => "error.html",
            Self::FormPost => "form_post.html",
            Self::LoggedOut => "logged_out.html",
            Self::Login => "login.html",
        }
    }
}

const SOURCES: [(&str, &str); 6] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("confirm_logout.html", include_str!("templates/confirm_logout.html")),
    ("error.html", include_str!("templates/error.html")),
    ("form_post.html", include_str!("templates/form_post.html")),
    ("logged_out.html", include_str!("templates/logged_out.html")),
    ("login.html", include_str!("templates/login.html")),
];

static TEMPLATES: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    for (name, source) in SOURCES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
});

/// A page as HTML.
pub(super) fn rendered(page: Page, context: Value) -> Result<String, Error> {
    let environment = TEMPLATES
        .as_ref()
        .map_err(|_| Error::new(minijinja::ErrorKind::SyntaxError, "a built-in template cannot be read"))?;
    environment.get_template(page.name())?.render(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        assert!(TEMPLATES.is_ok(), "{:?}", TEMPLATES.as_ref().err());
    }

    #[test]
    fn markup_in_data_is_shown_as_text() {
        let page =
            rendered(Page::Error, minijinja::context! { cause => "<script>alert(1)</script>" }).unwrap();
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    }

    #[test]
    fn no_page_loads_anything_from_elsewhere() {
        for (name, source) in SOURCES {
            for tag in ["<script src", "<link", "<img", "@import", "url("] {
                assert!(!source.contains(tag) && !STYLE.contains(tag), "{name} has {tag}");
            }
        }
    }
}
