//! The page of the `check_session_iframe` (OIDCSM-3.2): applications keep it in a frame and ask it whether the person's
//! session is still the one that they know.
//!
//! It answers from a cookie of the browser alone, which by its nature takes a script, and asks the provider nothing.

use serde::Serialize;

use super::policy::Policy;
use super::{Page, templates};

/// It hashes by itself, because browsers have `crypto.subtle` only where every frame around the page came over TLS or from
/// the loopback interface.
const SCRIPT: &str = include_str!("templates/check_session.js");

/// The page, for the frames of everybody.
pub(in crate::http) fn check_session() -> Page {
    templates::page(
        "check_session.html",
        &View { script: SCRIPT },
        &Policy::default().script(SCRIPT).framed(),
    )
}

#[derive(Serialize)]
struct View {
    script: &'static str,
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;
    use crate::http::extract::STATE_COOKIE;

    #[test]
    fn the_script_reads_the_cookie_that_is_set() {
        assert!(SCRIPT.contains(&format!("'{STATE_COOKIE}='")));
    }
}
