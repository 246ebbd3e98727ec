//! The content security policy of a page: nothing is loaded but what the page was made with.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a page needs beyond its style.
///
/// There is no `form-action` on purpose. Chromium applies it to every redirect that follows a form, so it would have to
/// list the client's origin and whatever origin the client sends the browser to afterwards, which nobody here can know.
#[derive(Clone, Debug, Default)]
pub(super) struct Policy {
    scripts: Vec<&'static str>,
    frames: Vec<String>,
}

impl Policy {
    /// Allows one inline script, by its hash.
    pub(super) fn script(mut self, script: &'static str) -> Self {
        self.scripts.push(script);
        self
    }

    /// Allows frames of a URL's origin.
    pub(super) fn frame(mut self, url: &str) -> Self {
        if let Ok(url) = url::Url::parse(url) {
            let origin = url.origin().ascii_serialization();
            if !self.frames.contains(&origin) {
                self.frames.push(origin);
            }
        }
        self
    }

    /// The header's value.
    pub(super) fn header(&self, style: &str) -> String {
        let mut header =
            format!("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src {}", hash(style));
        if !self.scripts.is_empty() {
            let hashes: Vec<_> = self.scripts.iter().map(|script| hash(script)).collect();
            header.push_str("; script-src ");
            header.push_str(&hashes.join(" "));
        }
        if !self.frames.is_empty() {
            header.push_str("; frame-src ");
            header.push_str(&self.frames.join(" "));
        }
        header
    }
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(digest::digest(&digest::SHA256, text.as_bytes())))
}
