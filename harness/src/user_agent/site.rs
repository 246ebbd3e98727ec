//! Which URLs belong to one site (RFC 6265bis, 5.2), and which may carry `Secure` cookies.

use url::{Host, Url};

/// Whether two URLs are of one site: the same scheme and the same registrable domain. Ports do not matter.
pub(super) fn same_site(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme() && registrable_domain(one) == registrable_domain(other)
}

/// Whether `Secure` cookies may be set by and sent to this URL: over TLS, and on the loopback interface, which
/// browsers trust as well (Secure Contexts, 3.1).
pub(super) fn is_trustworthy(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// The last two labels of a name; an address as a whole.
///
/// Browsers consult the public suffix list. Test hosts (`idp.test`, `app.cloudbilling.nl`) need no more than this.
fn registrable_domain(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let mut labels: Vec<&str> = name.rsplit('.').take(2).collect();
            labels.reverse();
            labels.join(".")
        }
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use url::Url;

    use super::{is_trustworthy, same_site};

    #[rstest]
    #[case::ports_do_not_matter("http://127.0.0.1:9400/", "http://127.0.0.1:9401/", true)]
    #[case::subdomains_are_one_site("https://login.acme.test/", "https://app.acme.test/", true)]
    #[case::two_registrable_domains("https://idp.test/", "https://billrun.host/", false)]
    #[case::the_scheme_matters("http://idp.test/", "https://idp.test/", false)]
    fn sites_are_told_apart(#[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!(same_site(&Url::parse(one).unwrap(), &Url::parse(other).unwrap()), same);
    }

    #[rstest]
    #[case::tls("https://idp.test/", true)]
    #[case::loopback_address("http://127.0.0.1:9400/", true)]
    #[case::loopback_v6("http://[::1]:9400/", true)]
    #[case::loopback_name("http://localhost:9400/", true)]
    #[case::plain_http("http://idp.test/", false)]
    fn secure_cookies_need_a_trustworthy_origin(#[case] url: &str, #[case] trusted: bool) {
        assert_eq!(is_trustworthy(&Url::parse(url).unwrap()), trusted);
    }
}
