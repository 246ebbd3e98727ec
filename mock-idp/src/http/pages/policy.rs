//! Content security policies: nothing is allowed but what the page at hand needs.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::{Host, Url};

use super::templates::STYLE;

/// What one page is allowed beside its style sheet and its icon.
#[derive(Debug, Default)]
pub(super) struct Policy {
    script: Option<&'static str>,
    form_action: Vec<String>,
    img_src: Vec<String>,
    frame_src: Vec<String>,
    framed: bool,
}

impl Policy {
    /// Allows this script, by its hash.
    pub(super) fn script(mut self, script: &'static str) -> Self {
        self.script = Some(script);
        self
    }

    /// Allows forms that are sent to the provider itself.
    pub(super) fn form_to_self(mut self) -> Self {
        add(&mut self.form_action, "'self'".to_owned());
        self
    }

    /// Allows forms that end up at this URI, be it that they are sent there or that the answer redirects there:
    /// Chromium applies `form-action` to redirects after a form post as well.
    ///
    /// It even does so for every further redirect, and where an application goes on to, be it a front end on another
    /// host or another port, is nobody's business here. So the scheme is allowed as a whole, and the loopback interface
    /// for a front end under development.
    pub(super) fn form_to(mut self, uri: &str) -> Self {
        let Some(target) = Url::parse(uri).ok().filter(followable) else { return self };
        add(&mut self.form_action, format!("{}:", target.scheme()));
        if target.scheme() == "https" {
            add(&mut self.form_action, "http://localhost:*".to_owned());
            add(&mut self.form_action, "http://127.0.0.1:*".to_owned());
        }
        self
    }

    /// Allows an image from the place where this URI leads.
    pub(super) fn image(mut self, uri: &str) -> Self {
        if let Some(target) = Url::parse(uri).ok().filter(followable) {
            add(&mut self.img_src, source(&target));
        }
        self
    }

    /// Allows other sites to show the page in a frame.
    pub(super) fn framed(mut self) -> Self {
        self.framed = true;
        self
    }

    /// Whether other sites may show the page in a frame.
    pub(super) const fn may_be_framed(&self) -> bool {
        self.framed
    }

    /// Allows a frame that shows this URI.
    pub(super) fn frame(mut self, uri: &str) -> Self {
        if let Some(target) = Url::parse(uri).ok().filter(followable) {
            add(&mut self.frame_src, source(&target));
        }
        self
    }

    /// The header's value.
    pub(super) fn render(&self) -> String {
        let mut directives = vec!["default-src 'none'".to_owned(), format!("style-src {}", *STYLE_HASH)];
        directives
            .push(format!("img-src {}", [&["data:".to_owned()], self.img_src.as_slice()].concat().join(" ")));
        if let Some(script) = self.script {
            directives.push(format!("script-src {}", hash(script)));
        }
        if !self.frame_src.is_empty() {
            directives.push(format!("frame-src {}", self.frame_src.join(" ")));
        }
        // `form-action` and the two after it do not fall back to `default-src`
        let forms =
            if self.form_action.is_empty() { "'none'".to_owned() } else { self.form_action.join(" ") };
        directives.push(format!("form-action {forms}"));
        if !self.framed {
            directives.push("frame-ancestors 'none'".to_owned());
        }
        directives.push("base-uri 'none'".to_owned());
        directives.join("; ")
    }
}

/// Whether a browser may be sent to this URI: everything but those that are themselves a document or a script.
pub(super) fn followable(uri: &Url) -> bool {
    !matches!(uri.scheme(), "javascript" | "data" | "vbscript" | "blob" | "about" | "file")
}

/// The narrowest source expression that matches the URI.
///
/// The grammar of policies (CSP3-2.3.1) has no IPv6 addresses, matches no IPv4 address but `127.0.0.1`, and has no room
/// for a `;` or a `_` in a host name. In these cases the scheme stands alone.
fn source(uri: &Url) -> String {
    let scheme = uri.scheme();
    let host = match uri.host() {
        Some(Host::Domain(name)) if writable(name) => name.to_owned(),
        Some(Host::Ipv4(address)) if address.octets() == [127, 0, 0, 1] => address.to_string(),
        Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)) | None => return format!("{scheme}:"),
    };
    match (scheme, uri.port()) {
        ("http" | "https", None) => format!("{scheme}://{host}"),
        ("http" | "https", Some(port)) => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}:"),
    }
}

fn writable(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}

fn add(sources: &mut Vec<String>, source: String) {
    if !sources.contains(&source) {
        sources.push(source);
    }
}

static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

/// The hash source of an inline element's text (CSP3-2.3.1).
pub(super) fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::Policy;

    fn directive(policy: &Policy, name: &str) -> String {
        let text = policy.render();
        let found = text.split("; ").find_map(|directive| directive.strip_prefix(name));
        found.map(str::trim_start).unwrap_or_default().to_owned()
    }

    #[rstest]
    #[case::a_web_application("https://app.acme.test/cb", "https: http://localhost:* http://127.0.0.1:*")]
    #[case::under_development("http://localhost:3000/cb", "http:")]
    #[case::an_app_on_a_phone("com.acme.app:/callback", "com.acme.app:")]
    #[case::a_script("javascript:alert(1)", "'none'")]
    #[case::a_document("data:text/html,x", "'none'")]
    #[case::nonsense("not a uri", "'none'")]
    fn a_form_may_end_up_where_browsers_go_by_the_same_scheme(#[case] uri: &str, #[case] sources: &str) {
        assert_eq!(directive(&Policy::default().form_to(uri), "form-action"), sources);
    }

    #[rstest]
    #[case::a_web_application("https://app.acme.test/out?sid=1", "https://app.acme.test")]
    #[case::a_port_of_its_own("https://app.acme.test:8443/out", "https://app.acme.test:8443")]
    #[case::a_default_port("https://app.acme.test:443/out", "https://app.acme.test")]
    #[case::an_international_name("https://bücher.test/", "https://xn--bcher-kva.test")]
    #[case::the_loopback_address("http://127.0.0.1:1/", "http://127.0.0.1:1")]
    #[case::an_ipv6_address("http://[::1]:3000/", "http:")]
    #[case::another_ipv4_address("http://192.0.2.7/", "http:")]
    #[case::an_underscore("http://my_app:8080/", "http:")]
    #[case::a_semicolon_in_the_host("http://a;script-src/", "http:")]
    #[case::a_script("javascript:alert(1)", "")]
    fn a_frame_shows_its_application_only(#[case] uri: &str, #[case] sources: &str) {
        assert_eq!(directive(&Policy::default().frame(uri), "frame-src"), sources);
    }

    #[test]
    fn a_frame_shows_one_origin_and_no_other_port() {
        let policy =
            Policy::default().frame("http://localhost:3000/out?sid=1").frame("http://localhost:3000/other");
        assert_eq!(directive(&policy, "frame-src"), "http://localhost:3000");
    }

    #[test]
    fn nothing_is_allowed_unasked() {
        let policy = Policy::default();
        assert_eq!(directive(&policy, "default-src"), "'none'");
        assert_eq!(directive(&policy, "form-action"), "'none'");
        assert_eq!(directive(&policy, "frame-ancestors"), "'none'");
        assert_eq!(directive(&policy, "base-uri"), "'none'");
        assert!(!policy.render().contains("script-src"));
        assert!(!policy.render().contains("unsafe"));
    }

    fn directives(policy: &Policy) -> Vec<String> {
        policy
            .render()
            .split(';')
            .map(|part| part.split_whitespace().next().unwrap_or_default().to_owned())
            .collect()
    }

    proptest! {
        #[test]
        fn no_uri_adds_a_directive(text in "(https?://|[a-z]{1,9}:)?[\\PC;,' ]{0,40}") {
            let plain = Policy::default().form_to_self().form_to("https://a.test/").frame("https://a.test/");
            let policy = Policy::default().form_to_self().form_to(&text).frame(&text).frame("https://a.test/");
            prop_assert_eq!(directives(&policy), directives(&plain));
            prop_assert!(policy.render().is_ascii());
        }
    }
}
