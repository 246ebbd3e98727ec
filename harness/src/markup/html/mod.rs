//! The shell of an HTML page: one file, nothing from elsewhere, readable without a script, light and dark.
//!
//! A page is a template that extends `shell.html` and fills its blocks `title` and `main`. Values are escaped. Elements
//! with the class `entry` can be searched where scripts run; `data-state` is what the list of states filters by.
//! `parts.html` has the words for a state and the form of that search.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, context};
use serde::Serialize;

const SHELL: &str = include_str!("shell.html");
const PARTS: &str = include_str!("parts.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("search.js");

/// Fills a template that extends `shell.html`. `page` is what it may name, under `page`.
///
/// # Errors
///
/// When the template is wrong.
pub fn page(template: &str, page: impl Serialize) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.add_template("shell.html", SHELL)?;
    environment.add_template("parts.html", PARTS)?;
    environment.add_template("page.html", template)?;
    environment.get_template("page.html")?.render(context! {
        page => Serde(page),
        style => Value::from_safe_string(STYLE.to_owned()),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        // A report holds texts that others wrote. Should one ever slip through as markup, it still cannot run.
        style_hash => Value::from_safe_string(hash(STYLE)),
        script_hash => Value::from_safe_string(hash(SCRIPT)),
    })
}

/// A source expression of a content security policy (CSP3, 2.3.1).
fn hash(text: &str) -> String {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    format!("sha256-{}", BASE64_STANDARD.encode(digest))
}
